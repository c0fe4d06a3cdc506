"""Ratings as of a day, worked out by hand: 0 in 2016, 5 asked by 2018, evenly: 2.5 by the end of 2017."""

import datetime as dt
from decimal import Decimal

import msgspec
import pytest

from plan.book import PlanView
from plan.codes import Status, Yardstick
from plan.messages import Bound, Reason, Verdict
from tests.support.small_plan import small_plan
from vintages.ratings import StatusThen, statuses
from vintages.reading import Recorded, ValueThen

VIEW = PlanView(small_plan())
KEY = ("small", "rate-of-2018", "city", "plan_progress", "2017")
AT = dt.datetime(2018, 2, 5, tzinfo=dt.UTC)


def _value(value: str | None, period: str = "2017", **changes: object) -> ValueThen:
    made = ValueThen(
        plan_id="small",
        indicator_id="rate",
        area_id="city",
        period=period,
        value=None if value is None else Decimal(value),
        unit="pct",
        bound=Bound.EXACT,
        verdict=Verdict.PASSED,
        received=1,
        due=1,
        is_overdue=False,
        known_at=AT,
        cutoff_at=AT,
    )
    return msgspec.structs.replace(made, **changes)


def _only(*values: ValueThen, record: Recorded | None = None) -> StatusThen:
    (row,) = statuses((VIEW,), values, {} if record is None else {KEY: record})
    return row


@pytest.mark.parametrize(
    ("value", "gap", "status"),
    [("2.5", "0", Status.ON_TRACK), ("2.4", "-0.1", Status.MILD), ("1.5", "-1", Status.SEVERE)],
)
def test_a_value_is_held_against_the_path(value: str, gap: str, status: Status) -> None:
    row = _only(_value(value))

    # 2.4 misses 4 % of what is asked, 1.5 misses 40 %; up to 10 % is mild.
    assert (row.period, row.yardstick, row.status, row.reason) == ("2017", Yardstick.PLAN_PROGRESS, status, Reason.NONE)
    assert (row.value, row.required, row.gap) == (Decimal(value), Decimal("2.5"), Decimal(gap))


def test_the_newest_period_that_judges_the_target_is_rated() -> None:
    values = [_value("1.5"), _value("5.5", "2018"), _value("9", "2016"), _value("9", "2019")]

    row = _only(*values)

    assert (row.period, row.value, row.status) == ("2018", Decimal("5.5"), Status.ACHIEVED)


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (_value(None, is_overdue=True, verdict=Verdict.FAILED), Reason.OVERDUE),
        (_value(None), Reason.NO_DATA),
        (_value("0", verdict=Verdict.FAILED), Reason.FAILED_AUDIT),
        (_value("2.5", verdict=Verdict.TO_VERIFY), Reason.TO_VERIFY),
    ],
    ids=["overdue", "empty", "failed", "to-verify"],
)
def test_what_is_missing_or_held_is_not_assessed(value: ValueThen, reason: Reason) -> None:
    row = _only(value)

    assert (row.status, row.reason, row.gap) == (Status.NOT_ASSESSED, reason, None)


def test_a_target_without_any_value_has_its_row() -> None:
    row = _only(_value("9", "2016"), _value("9", indicator_id="closed"), _value("9", area_id="elsewhere"))

    assert (row.period, row.value, row.status, row.reason) == ("", None, Status.NOT_ASSESSED, Reason.NO_DATA)
    assert row.verdict is None
    assert not row.differs


def test_another_status_on_record_differs() -> None:
    on_track = Recorded(Status.ON_TRACK, Reason.NONE, is_of_plan_in_force=True)
    overdue = Recorded(Status.NOT_ASSESSED, Reason.OVERDUE, is_of_plan_in_force=False)

    assert not _only(_value("2.5"), record=on_track).differs
    assert _only(_value("1.5"), record=on_track).differs
    # Not assessed for another reason is another answer.
    found = _only(_value(None), record=overdue)
    assert (found.differs, found.recorded_under) == (True, "older plan")


def test_nothing_on_record_is_no_difference() -> None:
    row = _only(_value("2.5"))

    assert (row.recorded_status, row.recorded_reason, row.differs) == (None, None, False)
