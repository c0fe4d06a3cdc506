"""Rows of evidence: every input and step from which a rating can be recomputed by hand."""

from decimal import Decimal

from plan.messages import Evidence, Reason
from plan.model import Indicator, Target
from rating.numbers import plain, step
from rating.series import Observed
from rating.wording import BOUND, REASON

PCT = "pct"
"""Id of the unit of measure per cent, and of percentage points."""


def row(name_zh: str, name_en: str, period: str, value: str, unit: str) -> Evidence:
    """One row."""
    return Evidence(name_zh=name_zh, name_en=name_en, period=period, value=value, unit=unit)


def reported(point: Observed, indicator: Indicator) -> Evidence:
    """A figure of the series as it was reported, all digits; a bound is named."""
    value = "" if point.value is None else plain(point.value)
    bound = BOUND[point.bound]
    return row(f"上报数{bound.zh}", f"reported figure{bound.en}", point.period, value, indicator.unit)


def missing(period: str, reason: Reason, indicator: Indicator) -> Evidence:
    """A figure that is needed and may not be used, and why."""
    why = REASON[reason]
    return row(f"缺 {period} 数据:{why.zh}", f"{period} is missing: {why.en}", period, "", indicator.unit)


def baseline(target: Target, indicator: Indicator, value: Decimal) -> Evidence:
    """The level of the baseline period as the plan states it."""
    return row("计划所列基期数", "baseline of the plan", target.baseline.period, plain(value), indicator.unit)


def no_baseline(target: Target, indicator: Indicator) -> Evidence:
    """The plan states no level for the baseline period and none is known."""
    return row(
        "没有基期数,期限之前无法计算要求",
        "no baseline is known: before the deadline no requirement can be computed",
        target.baseline.period,
        "",
        indicator.unit,
    )


def final_target(target: Target, unit: str) -> Evidence:
    """The plan's final requirement."""
    text = f"{target.comparator.value} {plain(target.value)}"
    return row("目标", "target", target.deadline, text, unit)


def official(period: str, value: Decimal, unit: str) -> Evidence:
    """An officially set task."""
    return row("下达的任务", "officially set task", period, plain(value), unit)


def computed(name_zh: str, name_en: str, period: str, value: Decimal, unit: str) -> Evidence:
    """An intermediate step."""
    return row(name_zh, name_en, period, step(value), unit)


def share_asked(period: str, text: str) -> Evidence:
    """Share of the way asked by the schedule, as it came about."""
    return row("时序要求占全程的份额", "share of the way asked by now", period, text, "")
