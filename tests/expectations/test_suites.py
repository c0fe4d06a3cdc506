"""Every form of both plans: a good frame passes; for each rule one spoilt frame fails with just that rule and row."""

from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

import plan
from expectations.auditor import Auditor
from expectations.rules import Rule, RuleKind, rules_of
from plan.loader import load_plans
from plan.model import Form

FORMS = [form for each in load_plans(Path(plan.__file__).parent) for form in each.forms]
ROWS = ("0|first", "0|second", "1|first", "1|晴雨")
SPOILT = 2
NOTHING = float("nan")


def _inside(rule: Rule) -> list[float]:
    """A good value for each row: on both limits, which are inclusive, and twice between them."""
    low = rule.low if rule.low is not None else Decimal(-1_000_000)
    high = rule.high if rule.high is not None else Decimal(1_000_000)
    middle = float((low + high) / 2)
    return [float(low), middle, middle, float(high)]


def _good(form: Form) -> pd.DataFrame:
    columns: dict[str, object] = {"row_key": list(ROWS), "is_received": [True] * len(ROWS)}
    columns |= {f"item:{item.id}": [1.0] * len(ROWS) for item in form.items}
    columns |= {rule.column: _inside(rule) for rule in rules_of(form) if rule.kind is RuleKind.BETWEEN}
    return pd.DataFrame(columns)


def _spoil(frame: pd.DataFrame, rule: Rule) -> list[pd.DataFrame]:
    """Each way to break a rule and no other, in one row."""
    match rule.kind:
        case RuleKind.RECEIVED:
            spoilt = frame.copy()
            spoilt.loc[SPOILT, "is_received"] = False
            # What was not received has no cells either; the required ones are then not asked for.
            spoilt.loc[SPOILT, [name for name in frame.columns if ":" in name]] = NOTHING
            return [spoilt]
        case RuleKind.PRESENT:
            return [_with(frame, rule.column, NOTHING)]
        case RuleKind.BETWEEN:
            step = 0.0001
            wrong = [] if rule.low is None else [float(rule.low) - step]
            wrong += [] if rule.high is None else [float(rule.high) + step]
            return [_with(frame, rule.column, value) for value in wrong]


def _with(frame: pd.DataFrame, column: str, value: float) -> pd.DataFrame:
    spoilt = frame.copy()
    spoilt.loc[SPOILT, column] = value
    return spoilt


@pytest.mark.parametrize("form", FORMS, ids=[form.id for form in FORMS])
def test_a_good_frame_passes(form: Form, auditor: Auditor) -> None:
    assert auditor.judge(form.id, rules_of(form), _good(form)) == {}


@pytest.mark.parametrize("form", FORMS, ids=[form.id for form in FORMS])
def test_optional_cells_and_gaps_may_be_empty(form: Form, auditor: Auditor) -> None:
    frame = _good(form)
    required = {f"item:{item.id}" for item in form.items if item.required}
    for column in frame.columns[2:]:
        if column not in required:
            frame[column] = NOTHING

    assert auditor.judge(form.id, rules_of(form), frame) == {}


@pytest.mark.parametrize(
    ("form", "rule"),
    [(form, rule) for form in FORMS for rule in rules_of(form)],
    ids=[f"{form.id}-{rule.check_id}" for form in FORMS for rule in rules_of(form)],
)
def test_a_spoilt_frame_fails_with_its_rule_and_row(form: Form, rule: Rule, auditor: Auditor) -> None:
    for spoilt in _spoil(_good(form), rule):
        assert auditor.judge(form.id, rules_of(form), spoilt) == {rule.check_id: (ROWS[SPOILT],)}


@pytest.mark.parametrize("form", FORMS, ids=[form.id for form in FORMS])
def test_when_nothing_came_only_the_coverage_fails(form: Form, auditor: Auditor) -> None:
    frame = _good(form)
    frame["is_received"] = False
    for column in frame.columns[2:]:
        frame[column] = NOTHING

    assert auditor.judge(form.id, rules_of(form), frame) == {"coverage": ROWS}


def test_every_failing_row_is_named_however_many(auditor: Auditor) -> None:
    form = FORMS[0]
    frame = pd.concat([_good(form)] * 100, ignore_index=True)
    frame["row_key"] = [f"{at}|unit" for at in range(len(frame))]
    frame["is_received"] = [at % 2 == 0 for at in range(len(frame))]

    failed = auditor.judge(form.id, rules_of(form), frame)

    assert failed == {"coverage": tuple(f"{at}|unit" for at in range(1, 400, 2))}
