"""How every target would have been rated at a moment, by the values known then, and what was recorded. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

import msgspec

from plan.aim import aim_of
from plan.book import PlanView
from plan.codes import Status, Yardstick
from plan.messages import Observed, Reason, Verdict
from plan.model import Target
from plan.periods import parse_period
from rating.engine import Rating, rate
from vintages.reading import Recorded, RecordKey, ValueThen


class StatusThen(msgspec.Struct, frozen=True):
    """A target in an area by one yardstick, at the newest period that was announced and that judges it.

    ``recorded_*`` is what the alerter said of that period then; None where it said nothing. ``verdict`` is None
    without any value.
    """

    plan_id: str
    target_id: str
    target_zh: str
    area_id: str
    area_zh: str
    yardstick: Yardstick
    preset: str
    period: str
    value: Decimal | None
    required: Decimal | None
    gap: Decimal | None
    unit: str
    status: Status
    reason: Reason
    level_label: str
    beside: tuple[str, ...]
    verdict: Verdict | None
    recorded_status: Status | None
    recorded_reason: Reason | None
    recorded_under: str

    @property
    def differs(self) -> bool:
        """Tell whether something else was recorded than the rating of today's engine and plan."""
        return self.recorded_status is not None and (self.status, self.reason) != (
            self.recorded_status,
            self.recorded_reason,
        )


def statuses(
    views: Sequence[PlanView], values: Iterable[ValueThen], recorded: Mapping[RecordKey, Recorded]
) -> tuple[StatusThen, ...]:
    """Every rated target in each of its areas by each yardstick, in plan order; without a figure it is not assessed."""
    series: dict[tuple[str, str, str], list[ValueThen]] = {}
    for value in values:
        series.setdefault((value.plan_id, value.indicator_id, value.area_id), []).append(value)
    return tuple(
        _with_record(view, status, recorded)
        for view in views
        for target in view.rated_targets()
        for area in view.areas_of(target)
        for status in _of(view, target, area, series.get((view.plan.id, target.indicator, area), []))
    )


def _of(view: PlanView, target: Target, area: str, values: Sequence[ValueThen]) -> list[StatusThen]:
    judging = [value for value in values if _judges(target, value.period)]
    if not judging:
        return [_row(view, target, area, rule.yardstick, rule.alert_preset) for rule in target.yardsticks]
    own = max(judging, key=lambda value: (parse_period(value.period).end_date, len(value.period)))
    series = [
        Observed(each.period, each.value, each.bound, each.verdict, each.is_overdue, known_at=each.known_at)
        for each in values
    ]
    made = rate(target, view.indicators[target.indicator], series, own.period, view.presets, area=area)
    rows = []
    for rating in made:
        if rating.is_alerting:
            beside = tuple(
                f"{each.preset} {each.status.value}"
                for each in made
                if each.yardstick is rating.yardstick and not each.is_alerting
            )
            row = _row(view, target, area, rating.yardstick, rating.preset)
            rows.append(_rated(row, rating, own.verdict, beside))
    return rows


def _judges(target: Target, period: str) -> bool:
    """Tell whether a period judges a target: after its baseline, not after its deadline."""
    aim = aim_of(target)
    return aim is not None and aim.span is not None and aim.span.holds(parse_period(period))


def _row(view: PlanView, target: Target, area: str, yardstick: Yardstick, preset: str) -> StatusThen:
    """A row without any figure: not assessed."""
    return StatusThen(
        plan_id=view.plan.id,
        target_id=target.id,
        target_zh=target.names.zh,
        area_id=area,
        area_zh=view.areas[area].names.zh,
        yardstick=yardstick,
        preset=preset,
        period="",
        value=None,
        required=None,
        gap=None,
        unit=target.unit,
        status=Status.NOT_ASSESSED,
        reason=Reason.NO_DATA,
        level_label="",
        beside=(),
        verdict=None,
        recorded_status=None,
        recorded_reason=None,
        recorded_under="",
    )


def _rated(row: StatusThen, rating: Rating, verdict: Verdict, beside: tuple[str, ...]) -> StatusThen:
    return msgspec.structs.replace(
        row,
        period=rating.period,
        value=rating.value,
        required=rating.required,
        gap=rating.gap,
        unit=rating.unit,
        status=rating.status,
        reason=rating.reason,
        level_label=rating.level_label,
        beside=beside,
        verdict=verdict,
    )


def _with_record(view: PlanView, row: StatusThen, recorded: Mapping[RecordKey, Recorded]) -> StatusThen:
    found = recorded.get((view.plan.id, row.target_id, row.area_id, row.yardstick.value, row.period))
    if found is None:
        return row
    return msgspec.structs.replace(
        row,
        recorded_status=found.status,
        recorded_reason=found.reason,
        recorded_under="plan in force" if found.is_of_plan_in_force else "older plan",
    )
