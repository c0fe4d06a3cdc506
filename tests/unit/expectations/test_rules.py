"""From a form to its rules, and from findings to a verdict and to words: pure."""

from decimal import Decimal

import pytest

from expectations.rules import Rule, RuleKind, rules_of
from expectations.verdicts import by_number, finding, verdict_of
from plan.codes import CheckRule, Severity
from plan.messages import Finding, Verdict
from plan.model import Calendar, Check, Form, Item, Names
from plan.periods import PeriodKind

ENERGY = Names(zh="能耗", en="energy")


def _form(items: tuple[Item, ...], checks: tuple[Check, ...] = ()) -> Form:
    calendar = Calendar(kind=PeriodKind.YEAR, periods=("2017",), due_days=30)
    return Form(id="form", version=1, names=ENERGY, calendar=calendar, roster=("a",), items=items, checks=checks)


def _item(**limits: object) -> Item:
    return Item(id="energy", names=ENERGY, unit="tce", **limits)


def _check(rule: CheckRule, total: str = "") -> Check:
    return Check(
        id="check",
        names=ENERGY,
        rule=rule,
        severity=Severity.HINT,
        items=("coal", "other"),
        total=total,
        tolerance=Decimal("0.1"),
    )


def _finding(severity: str) -> Finding:
    return Finding(check_id="c", severity=severity, unit="u", item="", observed="", says_zh="", says_en="")


def test_every_form_asks_for_coverage() -> None:
    (rule,) = rules_of(_form((_item(),)))

    assert (rule.check_id, rule.kind, rule.column) == ("coverage", RuleKind.RECEIVED, "is_received")
    assert rule.severity is Severity.HARD
    assert rule.names.zh == "应报未报"


def test_a_required_cell_is_a_hard_rule() -> None:
    _, rule = rules_of(_form((_item(required=True),)))

    assert (rule.check_id, rule.kind, rule.column) == ("required:energy", RuleKind.PRESENT, "item:energy")
    assert (rule.severity, rule.item) == (Severity.HARD, "energy")
    assert rule.names.zh == "必填项缺失:能耗"


@pytest.mark.parametrize(("low", "high"), [("1", "5"), ("1", None), (None, "5"), ("0", "0")])
def test_plausible_limits_are_to_be_verified(low: str | None, high: str | None) -> None:
    limits = (low and Decimal(low), high and Decimal(high))
    item = _item(plausible_minimum=limits[0], plausible_maximum=limits[1], minimum=Decimal(-9), maximum=Decimal(9))

    _, rule = rules_of(_form((item,)))

    # The hard limits are the contract's: what breaks them never lands.
    assert (rule.check_id, rule.kind, rule.column) == ("plausible:energy", RuleKind.BETWEEN, "item:energy")
    assert (rule.severity, rule.low, rule.high) == (Severity.VERIFY, *limits)


@pytest.mark.parametrize(
    ("rule", "total", "item"),
    [(CheckRule.SUM_EQUALS, "total", "total"), (CheckRule.CUMULATIVE_STEP, "", "coal")],
)
def test_a_check_of_the_form_keeps_its_severity_and_tolerance(rule: CheckRule, total: str, item: str) -> None:
    _, made = rules_of(_form((_item(),), (_check(rule, total),)))

    assert (made.check_id, made.kind, made.column) == ("check", RuleKind.BETWEEN, "check:check")
    assert (made.severity, made.item) == (Severity.HINT, item)
    assert (made.low, made.high) == (Decimal("-0.1"), Decimal("0.1"))


def test_rules_come_in_a_fixed_order() -> None:
    items = (_item(required=True, plausible_minimum=Decimal(1)), Item(id="coal", names=ENERGY, unit="t", required=True))

    made = rules_of(_form(items, (_check(CheckRule.SUM_EQUALS, "energy"),)))

    assert [rule.check_id for rule in made] == [
        "coverage", "required:energy", "required:coal", "plausible:energy", "check",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("severities", "verdict"),
    [
        ([], Verdict.PASSED),
        (["hint"], Verdict.PASSED),
        (["hint", "hint"], Verdict.PASSED),
        (["verify"], Verdict.TO_VERIFY),
        (["hint", "verify"], Verdict.TO_VERIFY),
        (["hard"], Verdict.FAILED),
        (["verify", "hard"], Verdict.FAILED),
        (["hard", "verify", "hint"], Verdict.FAILED),
    ],
)
def test_the_worst_finding_decides(severities: list[str], verdict: Verdict) -> None:
    assert verdict_of(_finding(severity) for severity in severities) is verdict


def _rule(low: str | None, high: str | None) -> Rule:
    limits = (low and Decimal(low), high and Decimal(high))
    return Rule("plausible:energy", ENERGY, RuleKind.BETWEEN, "item:energy", Severity.VERIFY, "energy", *limits)


@pytest.mark.parametrize(
    ("low", "high", "zh", "en"),
    [
        ("1", "5", "(应在 1 至 5 之间)", "(expected 1 to 5)"),
        ("1", None, "(应不低于 1)", "(expected 1 or more)"),
        (None, "5", "(应不高于 5)", "(expected 5 or less)"),
        ("0", "0", "(应为 0)", "(expected 0)"),
    ],
)
def test_a_finding_says_what_was_asked_and_seen(low: str | None, high: str | None, zh: str, en: str) -> None:
    made = finding(_rule(low, high), "mill-a", "甲厂", "7.5")

    assert made.says_zh == f"[核实] 甲厂:能耗{zh},实为 7.5"
    assert made.says_en == f"[verify] mill-a: energy {en}, found 7.5"
    assert (made.check_id, made.severity, made.unit) == ("plausible:energy", "verify", "mill-a")
    assert (made.item, made.observed) == ("energy", "7.5")


def test_a_missing_return_is_said_without_a_value() -> None:
    (coverage,) = rules_of(_form((_item(),)))

    made = finding(coverage, "mill-a", "甲厂", "")

    assert made.says_zh == "[错误] 甲厂:应报未报"
    assert made.says_en == "[hard] mill-a: return missing"


def test_failures_are_sorted_by_derivation_check_and_unit() -> None:
    failed = {"plausible:x": ("10|b", "2|a", "10|a"), "coverage": ("10|a|odd",)}

    assert by_number(failed) == {
        10: [("coverage", "a|odd"), ("plausible:x", "a"), ("plausible:x", "b")],
        2: [("plausible:x", "a")],
    }
