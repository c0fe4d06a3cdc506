"""Rows of evidence: every input and step from which a rating can be recomputed by hand."""

from decimal import Decimal

from plan.messages import Evidence, Observed, Reason
from plan.model import Indicator
from rating.demand import Demand
from rating.numbers import plain, step
from rating.wording import REASON, Text, doubt

PCT = "pct"
"""Id of the unit of measure per cent, and of percentage points."""


def row(name: Text, period: str, value: str, unit: str) -> Evidence:
    """One row."""
    return Evidence(name_zh=name.zh, name_en=name.en, period=period, value=value, unit=unit)


def reported(point: Observed, indicator: Indicator) -> Evidence:
    """A figure of the series as it was reported, all digits; a bound and a preliminary figure are named."""
    value = "" if point.value is None else plain(point.value)
    said = doubt(point)
    return row(Text(f"上报数{said.zh}", f"reported figure{said.en}"), point.period, value, indicator.unit)


def missing(period: str, reason: Reason, indicator: Indicator) -> Evidence:
    """A figure that is needed and may not be used, and why."""
    why = REASON[reason]
    name = Text(f"缺 {period} 数据:{why.zh}", f"{period} is missing: {why.en}")
    return row(name, period, "", indicator.unit)


def baseline(demand: Demand, indicator: Indicator, value: Decimal) -> Evidence:
    """The level of the baseline period as the plan states it."""
    return row(Text("计划所列基期数", "baseline of the plan"), str(demand.base), plain(value), indicator.unit)


def no_baseline(demand: Demand, indicator: Indicator) -> Evidence:
    """The plan states no level for the baseline period and none is known."""
    name = Text(
        "没有基期数,期限之前无法计算要求", "no baseline is known: before the deadline no requirement can be computed"
    )
    return row(name, str(demand.base), "", indicator.unit)


def final_target(demand: Demand, unit: str) -> Evidence:
    """The plan's final requirement."""
    text = f"{demand.comparator.value} {plain(demand.value)}"
    return row(Text("目标", "target"), str(demand.deadline), text, unit)


def official(period: str, value: Decimal, unit: str) -> Evidence:
    """An officially set task."""
    return row(Text("下达的任务", "officially set task"), period, plain(value), unit)


def computed(name_zh: str, name_en: str, period: str, value: Decimal, unit: str) -> Evidence:
    """An intermediate step."""
    return row(Text(name_zh, name_en), period, step(value), unit)


def share_asked(period: str, text: str) -> Evidence:
    """Share of the way asked by the schedule, as it came about."""
    return row(Text("时序要求占全程的份额", "share of the way asked by now"), period, text, "")
