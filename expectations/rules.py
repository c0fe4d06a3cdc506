"""The rules a form is audited by, made from the plan. Pure: plan in, rules out.

Severities as statistical offices use them: hard (the slice fails), verify (must be explained), hint.
"""

from decimal import Decimal
from enum import StrEnum

import msgspec

from plan.codes import Severity
from plan.model import Check, Form, Names


class RuleKind(StrEnum):
    """Which expectation judges the column."""

    RECEIVED = "received"
    PRESENT = "present"
    BETWEEN = "between"


class Rule(msgspec.Struct, frozen=True):
    """One expectation on one column of the audited frame; limits are inclusive."""

    check_id: str
    names: Names
    kind: RuleKind
    column: str
    severity: Severity
    item: str = ""
    low: Decimal | None = None
    high: Decimal | None = None


RECEIVED_COLUMN = "is_received"


def item_column(item_id: str) -> str:
    """Column of an item in the audited frame."""
    return f"item:{item_id}"


def check_column(check_id: str) -> str:
    """Column of a check's gap in the audited frame."""
    return f"check:{check_id}"


def rules_of(form: Form) -> tuple[Rule, ...]:
    """All rules of a form: coverage, required cells, plausible limits, and the form's own checks."""
    coverage = Rule(
        "coverage", Names(zh="应报未报", en="return missing"), RuleKind.RECEIVED, RECEIVED_COLUMN, Severity.HARD
    )
    present = [
        Rule(
            f"required:{item.id}",
            Names(zh=f"必填项缺失:{item.names.zh}", en=f"required cell missing: {item.names.en}"),
            RuleKind.PRESENT,
            item_column(item.id),
            Severity.HARD,
            item.id,
        )
        for item in form.items
        # That every row is whole is for the contract; a form without any row is a report too.
        if item.required and not item.in_rows
    ]
    plausible = [
        Rule(
            f"plausible:{item.id}",
            Names(zh=f"数值超出合理范围:{item.names.zh}", en=f"outside the plausible range: {item.names.en}"),
            RuleKind.BETWEEN,
            item_column(item.id),
            Severity.VERIFY,
            item.id,
            item.plausible_minimum,
            item.plausible_maximum,
        )
        for item in form.items
        if item.plausible_minimum is not None or item.plausible_maximum is not None
    ]
    return (coverage, *present, *plausible, *(_own(check) for check in form.checks))


def _own(check: Check) -> Rule:
    return Rule(
        check.id,
        check.names,
        RuleKind.BETWEEN,
        check_column(check.id),
        check.severity,
        check.total or check.items[0],
        -check.tolerance,
        check.tolerance,
    )
