"""One assessment as one plain Chinese line. Pure.

Numbers stand as the assessment carries them: they were rounded for display when the value was rated.
"""

from decimal import Decimal

from plan.book import PlanView
from plan.codes import Kind, Status, Yardstick
from plan.messages import Assessment, Bound
from plan.model import Target
from plan.periods import Period, PeriodKind, parse_period
from plan.words import BOUND, REASON, STATUS, YARDSTICK

_PCT = "pct"


def period_zh(text: str) -> str:
    """A reference period as Chinese readers write it."""
    period: Period = parse_period(text)
    match period.kind:
        case PeriodKind.YEAR:
            return f"{period.year} 年"
        case PeriodKind.HALF:
            return f"{period.year} 年{'上' if period.last_month == 6 else '下'}半年"
        case PeriodKind.QUARTER:
            return f"{period.year} 年第 {period.last_month // 3} 季度"
        case PeriodKind.MONTH:
            return f"{period.year} 年 {period.last_month} 月"
        case PeriodKind.DAY:
            return f"{period.year} 年 {period.last_month} 月 {period.day} 日"
        case PeriodKind.YEAR_TO_DATE:
            return f"{period.year} 年 1—{period.last_month} 月"


def level_zh(status: Status, label: str) -> str:
    """The status with the level number of its preset; the number alone would not say which end is bad."""
    return f"{STATUS[status].zh}({label})" if label else STATUS[status].zh


def fact(view: PlanView, target: Target, made: Assessment) -> str:
    """What the assessment says: yardstick, value against requirement, gap, status.

    A preset shown beside the alerting one shares its figures and adds only its own status.
    """
    yardstick = YARDSTICK[made.yardstick].zh
    if not made.is_alerting:
        return f"{yardstick}(另按{view.presets[made.preset].names.zh}):{_outcome(made)}"
    figures = _figures(view, target, made)
    return f"{yardstick}:{period_zh(made.period)}{figures},{_outcome(made)}{_bound(made)}"


def _figures(view: PlanView, target: Target, made: Assessment) -> str:
    name = view.indicators[made.indicator].names.zh
    unit = _unit(view, made.unit)
    if made.value is None or made.required is None:
        return name if made.value is None else f"{name} {_plain(made.value)} {unit}"
    if target.kind is not Kind.REDUCTION:
        asked = "任务" if made.yardstick is Yardstick.ANNUAL_TASK else "进度要求"
        return f"{name} {_plain(made.value)} {unit}({asked} {_plain(made.required)} {unit}){_gap(made, unit)}"
    if made.yardstick is Yardstick.PLAN_PROGRESS:
        return f"累计完成 {_plain(made.value)} %(进度要求 {_plain(made.required)} %){_gap(made, unit)}"
    # An indicator that already states a change is named for it; "升降率上升" would say it twice.
    return f"{name.removesuffix('升降率')}{_moved(made.value)}(任务:{_moved(made.required)}){_gap(made, unit)}"


def _plain(text: str) -> str:
    """A decimal without trailing zeros."""
    return text.rstrip("0").rstrip(".") if "." in text else text


def _moved(reduction_pct: str) -> str:
    """A reduction in per cent in words; a negative one is a rise."""
    amount = Decimal(reduction_pct)
    if amount == 0:
        return "持平"
    return f"{'下降' if amount > 0 else '上升'} {abs(amount):f} %"


def _gap(made: Assessment, unit: str) -> str:
    if made.gap is None or Decimal(made.gap) >= 0:
        return ""
    return f",差 {_plain(made.gap).removeprefix('-')} {'个百分点' if made.unit == _PCT else unit}"


def _outcome(made: Assessment) -> str:
    if made.status is Status.NOT_ASSESSED:
        return f"{STATUS[made.status].zh}({REASON[made.reason].zh})"
    if made.status in (Status.ACHIEVED, Status.ON_TRACK):
        return STATUS[made.status].zh
    level = f",预警等级{made.level_label}" if made.level_label else ""
    missed = f",未完成部分占要求的 {_plain(made.missed_pct)} %" if made.missed_pct and not made.is_alerting else ""
    return f"{STATUS[made.status].zh}{level}({made.preset}){missed}"


def _bound(made: Assessment) -> str:
    return "" if made.bound is Bound.EXACT else f"(公布数只说明“{BOUND[made.bound].zh}”此数)"


def _unit(view: PlanView, unit_id: str) -> str:
    return next((measure.names.zh for measure in view.plan.measures if measure.id == unit_id), unit_id)
