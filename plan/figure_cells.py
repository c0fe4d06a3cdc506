"""One row of a figures file against the plan: every cell is read or refused with the mend; nothing is guessed."""

import datetime as dt
import re
from collections.abc import Mapping
from decimal import Decimal
from difflib import get_close_matches
from enum import StrEnum
from fractions import Fraction
from typing import TypeVar

import msgspec

from plan.book import PlanView
from plan.codes import Measure
from plan.conversion import exact_decimal, factor, root_unit
from plan.figure_faults import Defect, FileFault, FileNote, Tale
from plan.figure_table import Row
from plan.messages import Bound, ObservationStatus
from plan.model import Area, Indicator, Names, Plan
from plan.periods import Period, PeriodFault, parse_period
from plan.rateable import PCT

HISTORY_YEARS = 5
"""Years before the plan's first baseline that may be told: the weather rule looks so far back, nothing further."""


_NUMBER = re.compile(r"[+-]?(?:\d{1,18}(?:\.\d{0,12})?|\.\d{1,12})", re.ASCII)
_WITH_EXPONENT = re.compile(r"[+-]?[\d.]+[eE][+-]?\d+", re.ASCII)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_REVISION = re.compile(r"\d{1,3}", re.ASCII)

_Named = TypeVar("_Named", bound=StrEnum)
_Entry = TypeVar("_Entry", Indicator, Area)


class Reading(msgspec.Struct, frozen=True):
    """The cells of one good row, in the indicator's own unit; ``published_on`` None: the date is not given."""

    line: int
    indicator: str
    area: str
    period: Period
    value: Decimal
    status: ObservationStatus
    bound: Bound
    published_on: dt.date | None
    revision: int | None
    source: str


class CellReader:
    """Reads rows against one plan, collecting ``faults`` and ``notes``. Texts seen before are not read again."""

    def __init__(self, view: PlanView) -> None:
        self.faults: list[FileFault] = []
        self.notes: list[FileNote] = []
        self._view = view
        self._measures = view.measures
        self._first_year, self._last_day = span_of(view.plan)
        self._factors: dict[tuple[str, str], Fraction | None] = {}
        self._periods: dict[str, Period | PeriodFault] = {}
        self._unknown: dict[tuple[str, str], int] = {}

    def read(self, row: Row) -> Reading | None:
        """The row's figure; None when it has a fault."""
        before = len(self.faults)
        indicator = self._known(row, "indicator", Defect.UNKNOWN_INDICATOR, self._view.indicators)
        area = self._known(row, "area", Defect.UNKNOWN_AREA, self._view.areas)
        period = self._period(row)
        self._check_from_january(row, indicator, period)
        number = self._number(row)
        value = self._converted(row, indicator, number)
        published_on = self._day(row, period)
        revision = self._revision(row)
        status = self._code(row, "status", Defect.UNKNOWN_STATUS, ObservationStatus, ObservationStatus.NORMAL)
        bound = self._code(row, "bound", Defect.UNKNOWN_BOUND, Bound, Bound.EXACT)
        if len(self.faults) > before or indicator is None or area is None or period is None or value is None:
            return None
        source = row.cells.get("source", "")
        return Reading(
            row.line, indicator.id, area.id, period, value, status, bound, published_on, revision, source
        )  # fmt: skip

    def fault(self, row_line: int, column: str, defect: Defect, zh: str, en: str) -> None:
        """Note one fault."""
        self.faults.append(FileFault(row_line, column, defect, zh, en))

    def _known(self, row: Row, column: str, defect: Defect, among: Mapping[str, _Entry]) -> _Entry | None:
        wanted = row.cells[column]
        if wanted in among:
            return among[wanted]
        # The list of all that is known stands with the first line; a long file would repeat it a thousand times.
        first = self._unknown.setdefault((column, wanted), row.line)
        if first != row.line:
            says = (f"方案里没有 {wanted!r}(见第 {first} 行)", f"the plan has no {wanted!r} (see line {first})")
            self.fault(row.line, column, defect, *says)
            return None
        hint = _hint(wanted, {each.id: each.names for each in among.values()})
        known = ", ".join(among)
        zh = f"方案里没有 {wanted!r}{hint.zh}。已有:{known}"
        en = f"the plan has no {wanted!r}{hint.en}; known: {known}"
        self.fault(row.line, column, defect, zh, en)
        return None

    def _period(self, row: Row) -> Period | None:
        text = row.cells["period"]
        if text not in self._periods:
            try:
                self._periods[text] = parse_period(text)
            except PeriodFault as refused:
                self._periods[text] = refused
        found = self._periods[text]
        if isinstance(found, PeriodFault):
            zh = f"{text!r} 不是报告期;请写 2017、2017-H1、2017-Q2、2017-06 或 2017-01..06"
            self.fault(row.line, "period", Defect.BAD_PERIOD, zh, str(found))
            return None
        if found.year < self._first_year or found.end_date > self._last_day:
            zh = f"{text} 不在方案期内({self._first_year} 年起,{self._last_day} 止);请核对或删去这一行"
            en = f"{text} lies outside the plan ({self._first_year} to {self._last_day}); correct it or leave it out"
            self.fault(row.line, "period", Defect.PERIOD_OUTSIDE_PLAN, zh, en)
            return None
        return found

    def _check_from_january(self, row: Row, indicator: Indicator | None, period: Period | None) -> None:
        """A single month's figure would pass for the total of the year to date."""
        if indicator is None or period is None or indicator.measure is not Measure.YEAR_TO_DATE:
            return
        if period.first_month != 1:
            whole = f"{period.year}-01..{period.last_month:02d}"
            zh = f"本指标是年内累计,{period} 不从1月起;请填 {whole} 的累计数"
            en = f"this indicator is a year to date and {period} does not begin in January; give the total of {whole}"
            self.fault(row.line, "period", Defect.NOT_FROM_JANUARY, zh, en)

    def _number(self, row: Row) -> Decimal | None:
        text = row.cells["value"]
        number = Decimal(text) if _NUMBER.fullmatch(text) else None
        if number is not None:
            return number
        if _WITH_EXPONENT.fullmatch(text):
            # A spreadsheet that shows 1.5E+05 has often rounded the figure on the way.
            zh = f"{text!r} 不是数:请把各位数字写全,不用科学计数法(表格软件中把这一列设为“数值”格式)"
            en = f"{text!r} is not a number as asked: write the digits out, without an exponent"
            self.fault(row.line, "value", Defect.NOT_A_NUMBER, zh, en)
            return None
        zh = f"{text!r} 不是数;只写数字和小数点(不加千分位、%、单位),没有数就删去这一行"
        en = f"{text!r} is not a number; write digits and a point only (no thousands separators, %, or unit)"
        self.fault(row.line, "value", Defect.NOT_A_NUMBER, zh, f"{en}; leave the line out if there is none")
        return None

    def _converted(self, row: Row, indicator: Indicator | None, number: Decimal | None) -> Decimal | None:
        unit = row.cells["unit"]
        if unit not in self._measures:
            hint = _hint(unit, {measure.id: measure.names for measure in self._measures.values()})
            meant = (
                ("", "")
                if indicator is None
                else (f";本指标用 {indicator.unit}", f"; this indicator is in {indicator.unit}")
            )
            known = ", ".join(self._measures)
            zh = f"方案里没有计量单位 {unit!r}{hint.zh}{meant[0]}。已有:{known}"
            en = f"the plan has no unit {unit!r}{hint.en}{meant[1]}; known: {known}"
            self.fault(row.line, "unit", Defect.UNKNOWN_UNIT, zh, en)
            return None
        if indicator is None:
            return None
        by = self._factor(unit, indicator.unit)
        if by is None:
            self.fault(row.line, "unit", *self._inconvertible(unit, indicator))
            return None
        if number is None:
            return None
        exact = Fraction(number) * by
        self._check_limits(row, indicator, exact)
        if unit == indicator.unit:
            return number
        value, is_exact = exact_decimal(exact)
        self._tell_conversion(row, indicator, value, by, is_exact=is_exact)
        return value

    def _factor(self, unit: str, into: str) -> Fraction | None:
        if (unit, into) not in self._factors:
            self._factors[unit, into] = factor(self._measures, unit, into)
        return self._factors[unit, into]

    def _inconvertible(self, unit: str, indicator: Indicator) -> tuple[Defect, str, str]:
        is_rate = root_unit(self._measures, unit) == PCT
        own = indicator.unit
        if indicator.measure is Measure.YEARLY_CHANGE_PCT and not is_rate:
            zh = f"本指标是比上年增减率({own}),给的是以 {unit} 计的数量;请填增减率"
            en = f"this indicator is a yearly change in {own}, an amount in {unit} is given; give the change"
            return (Defect.LEVEL_FOR_RATE, zh, en)
        if is_rate and root_unit(self._measures, own) != PCT:
            zh = f"本指标是以 {own} 计的数量,给的是比率({unit}),无法由比率得出数量;请填数量"
            en = f"this indicator is an amount in {own}, a rate in {unit} tells none; give the amount"
            return (Defect.RATE_FOR_LEVEL, zh, en)
        zh = f"方案不知道 {unit} 怎样换算成 {own};请用 {own} 填报,或在 measures 里写明换算(of、factor)"
        en = f"the plan cannot turn {unit} into {own}; give it in {own}, or state of and factor in measures"
        return (Defect.NOT_CONVERTIBLE, zh, en)

    def _check_limits(self, row: Row, indicator: Indicator, value: Fraction) -> None:
        low, high = indicator.minimum, indicator.maximum
        if (low is not None and value < low) or (high is not None and value > high):
            limits = f"{'' if low is None else low}..{'' if high is None else high} {indicator.unit}"
            given = f"{row.cells['value']} {row.cells['unit']}"
            zh = f"{given} 超出本指标的界限 {limits};请核对数值和单位"
            en = f"{given} lies outside the indicator's limits {limits}; check value and unit"
            self.fault(row.line, "value", Defect.OUT_OF_LIMITS, zh, en)

    def _tell_conversion(self, row: Row, indicator: Indicator, value: Decimal, by: Fraction, *, is_exact: bool) -> None:
        given = f"{row.cells['value']} {row.cells['unit']}"
        made = f"{value:f} {indicator.unit}"
        zh = f"{given} 换算为 {made}(× {by}{'' if is_exact else ',四舍五入'})"
        en = f"{given} converted to {made} (× {by}{'' if is_exact else ', rounded'})"
        self.notes.append(FileNote(row.line, Tale.CONVERTED, indicator.id, zh, en))

    def _day(self, row: Row, period: Period | None) -> dt.date | None:
        text = row.cells.get("published_at", "")
        if not text:
            return None
        try:
            day = dt.date.fromisoformat(text) if _DAY.fullmatch(text) else None
        except ValueError:
            day = None
        if day is None:
            says = (f"{text!r} 不是日期;请写 2018-01-31", f"{text!r} is not a date; write 2018-01-31")
            self.fault(row.line, "published_at", Defect.BAD_DATE, *says)
            return None
        if period is not None and day < period.end_date:
            zh = f"{text} 公布时报告期 {period} 尚未结束;请核对报告期和公布日期"
            en = f"{text}: published before the period {period} ended: is the period right? correct it, or the date"
            self.fault(row.line, "published_at", Defect.BAD_DATE, zh, en)
        return day

    def _revision(self, row: Row) -> int | None:
        text = row.cells.get("revision", "")
        if not text:
            return None
        if not _REVISION.fullmatch(text):
            says = (f"{text!r} 不是修订次数;请写 0、1、2", f"{text!r} is not the number of a revision; write 0, 1, 2")
            self.fault(row.line, "revision", Defect.BAD_REVISION, *says)
            return None
        return int(text)

    def _code(self, row: Row, column: str, defect: Defect, codes: type[_Named], blank: _Named) -> _Named:
        text = row.cells.get(column, "")
        if not text:
            return blank
        known = [code.value for code in codes]
        if text not in known:
            listed = ", ".join(known)
            says = (f"{text!r} 不是代码;可用:{listed}", f"{text!r} is no code; the codes: {listed}")
            self.fault(row.line, column, defect, *says)
            return blank
        return codes(text)


def span_of(plan: Plan) -> tuple[int, dt.date]:
    """The first year and the last day that figures of a plan may describe, history before its baselines included."""
    starts = [parse_period(target.baseline.period).year for target in plan.targets if target.baseline is not None]
    ends = [parse_period(target.deadline).end_date for target in plan.targets]
    return min([plan.first_day.year, *starts]) - HISTORY_YEARS, max([plan.last_day, *ends])


def _hint(wanted: str, names: Mapping[str, Names]) -> Names:
    """What may have been meant: the id behind a name written out, else ids that look alike."""
    by_name = [each for each, words in names.items() if wanted in (words.zh, words.en)]
    near = by_name or get_close_matches(wanted, names, n=3)
    listed = ", ".join(near)
    return Names(zh=f",是否指 {listed}" if near else "", en=f"; did you mean {listed}?" if near else "")
