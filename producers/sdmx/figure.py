"""One observation as a figure of a return: its cell, exactly converted, with unit and period. Pure."""

import re
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

import msgspec

from plan.book import PlanView
from plan.conversion import exact_decimal, factor
from plan.faults import FaultCode
from plan.messages import Cell, ObservationStatus
from plan.model import Item
from plan.periods import Period, PeriodFault
from producers.collected import Collected
from producers.files.model import Place
from producers.sdmx.codes import Said, said
from producers.sdmx.mapping_model import DataflowMapping, Role
from producers.sdmx.model import Action, Observation
from producers.sdmx.periods import read_sdmx_period

_NUMBER = re.compile(r"[-+]?(?:\d{1,30}(?:\.\d{0,30})?|\.\d{1,30})(?:[eE][-+]?\d{1,2})?", re.ASCII)
_NONE = ("", "NaN", "nan", "-")
_SHOWN = 40


class Reading(msgspec.Struct, frozen=True):
    """By what an observation is read: its mapping, the plan, and the columns of a csv file."""

    flow: DataflowMapping
    view: PlanView
    columns: Mapping[str, int]


class Figure(msgspec.Struct, frozen=True):
    """A cell with the reporting unit and period of the return it belongs to, and where it comes from."""

    unit: str
    period: str
    cell: Cell
    place: Place


def figure_of(seen: Observation, reading: Reading, faults: Collected) -> Figure | None:
    """The figure of one observation; None, with all faults noted, where there is none."""
    if seen.action is Action.DELETE:
        says = (
            "不接收删除;请重报该单位该期的全部数据,不含要删的项",
            "a deletion is not taken; send all figures of the unit and period again, without the one to delete",
        )
        faults.add(FaultCode.MALFORMED, seen.place, *says)
        return None
    words = said(seen, reading.flow, reading.columns, faults)
    if words is None:
        return None
    item = reading.view.items[reading.flow.form][words.roles[Role.ITEM]]
    period = _period(words, reading, seen.place, faults)
    value = _value(seen, words, item, reading, faults)
    if period is None or value is None:
        return None
    status = words.roles.get(Role.STATUS)
    cell = Cell(
        item=item.id,
        value=value,
        row=words.roles.get(Role.ROW, ""),
        status=ObservationStatus.NORMAL if status is None else ObservationStatus(status),
    )
    return Figure(words.roles[Role.UNIT], str(period), cell, seen.place)


def _period(words: Said, reading: Reading, place: Place, faults: Collected) -> Period | None:
    component = reading.flow.of_role(Role.PERIOD)
    form = reading.view.forms[reading.flow.form]
    text = words.roles[Role.PERIOD]
    try:
        period = read_sdmx_period(text, is_year_to_date=component is not None and component.is_year_to_date)
    except PeriodFault as refused:
        faults.add(FaultCode.BAD_PERIOD, place, f"报告期写法有误:{refused}", str(refused))
        return None
    frequency = words.roles.get(Role.FREQUENCY, period.kind)
    if frequency != period.kind:
        code = words.codes[Role.FREQUENCY]
        says = (
            f"频率 {code!r}({frequency})与报告期 {text!r} 不符;请更正其一",
            f"the frequency {code!r} ({frequency}) does not fit the period {text!r}; correct one of them",
        )
        faults.add(FaultCode.BAD_PERIOD, place, *says)
        return None
    if period.kind is not form.calendar.kind:
        says = (
            f"本表按 {form.calendar.kind} 报送,{text!r} 是 {period.kind};请报相应频率的数据",
            f"{form.id} is reported by {form.calendar.kind}, {text!r} is a {period.kind}; send those figures",
        )
        faults.add(FaultCode.BAD_PERIOD, place, *says)
        return None
    return period


def _value(seen: Observation, words: Said, item: Item, reading: Reading, faults: Collected) -> float | None:
    """The number in the unit of the item, exactly converted."""
    text = (seen.value or "").strip()
    if not _NUMBER.fullmatch(text):
        faults.add(FaultCode.MALFORMED, seen.place, *_no_number(text))
        return None
    component = reading.flow.of_role(Role.MEASURE)
    code = words.codes[Role.MEASURE]
    told = component.multipliers.get(code, 0) if component is not None else 0
    power = int(words.roles.get(Role.MULTIPLIER, "0")) - told
    unit = words.roles[Role.MEASURE]
    times = factor(reading.view.measures, unit, item.unit)
    if times is None:
        says = (
            f"{item.names.zh} 的计量单位应为 {item.unit},收到 {unit}({code});请换算后重报",
            f"{item.id} is reported in {item.unit}, found {unit} ({code}); convert and send again",
        )
        faults.add(FaultCode.WRONG_UNIT, seen.place, *says)
        return None
    exact, _ = exact_decimal(Fraction(Decimal(text)) * Fraction(10) ** power * times)
    return float(exact)


def _no_number(text: str) -> tuple[str, str]:
    if text in _NONE:
        return (
            "观测值为空(NaN);没有数据就删去这条观测值",
            "the observation has no value (NaN); where there is no figure, leave the observation out",
        )
    return (
        f"观测值 {text[:_SHOWN]!r} 不是数值;请用小数点,不用千位分隔符",
        f"the value {text[:_SHOWN]!r} is no number; write a decimal point and no thousands separators",
    )
