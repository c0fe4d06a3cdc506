"""Is a message on the alerter's topics usable at all? Pure; every fault is listed, with its mend."""

from decimal import Decimal, InvalidOperation

from plan.book import PlanView
from plan.canonical import plan_hash
from plan.check import check_plan
from plan.faults import Fault, FaultCode
from plan.messages import IndicatorValue, PlanMessage
from plan.periods import PeriodFault, parse_period
from plan.yaml_lines import key_of


def plan_faults(message: PlanMessage) -> tuple[Fault, ...]:
    """Faults of a plan: a hash that is not its content's, parts that do not fit together."""
    plan = message.plan
    actual = plan_hash(plan)
    if actual != message.plan_hash:
        says_zh = f"方案内容的摘要是 {actual},消息写的是 {message.plan_hash};请重新发布"
        says_en = f"the plan's content has the hash {actual}, the message says {message.plan_hash}; publish it again"
        return (Fault(FaultCode.MALFORMED, "plan_hash", says_zh, says_en),)
    found = [(key_of(each.path), each.says) for each in check_plan(plan, plan.id)]
    return tuple(
        Fault(FaultCode.MALFORMED, place, f"方案有误:{says};请更正后重新发布", f"{says}; publish it again corrected")
        for place, says in found
    )


def value_faults(value: IndicatorValue, view: PlanView) -> tuple[Fault, ...]:
    """Faults of a value: what it names must be in the plan it was derived under, the figure a finite decimal."""
    found: list[Fault] = []
    if view.plan.id != value.plan_id:
        found.append(
            _fault(FaultCode.MALFORMED, "plan_id", f"is {value.plan_id}, its plan_hash is that of {view.plan.id}")
        )
    if value.indicator not in view.indicators:
        found.append(_fault(FaultCode.UNKNOWN_ITEM, "indicator", f"{value.indicator} is not in the plan"))
    if value.area not in view.areas:
        found.append(_fault(FaultCode.UNKNOWN_AREA, "area", f"{value.area} is not in the plan"))
    try:
        parse_period(value.period)
    except PeriodFault as fault:
        found.append(_fault(FaultCode.BAD_PERIOD, "period", str(fault)))
    if value.value is not None and not _is_figure(value.value):
        found.append(_fault(FaultCode.MALFORMED, "value", f"{value.value!r} is not a finite decimal"))
    if value.cutoff_at.tzinfo is None:
        found.append(_fault(FaultCode.BAD_DATE, "cutoff_at", "has no time zone"))
    return tuple(found)


def _is_figure(text: str) -> bool:
    try:
        return Decimal(text).is_finite()
    except InvalidOperation:
        return False


def _fault(code: FaultCode, place: str, says: str) -> Fault:
    return Fault(code, place, f"指标值消息有误({says});请检查数据写入程序", f"{says}; look at the writer that sent it")
