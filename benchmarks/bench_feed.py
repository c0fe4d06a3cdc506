"""What the benchmarks of the writer feed it: a plan of its own, and returns as a city's meters send them.

Three forms, each with one sender and one topic:

- ``reading-daily``: one figure a day of each of 1 000 meters; a message of about 256 bytes;
- ``load-curve-daily``: a figure a quarter of an hour, 96 cells; a message of about 4.9 KB;
- ``pulse-monthly``: one figure a month of a district's only unit, which feeds an indicator: its return completes a
  slice.

One more unit stands on the rosters of the first two, and its returns come last: only then are slices complete and
derived, as slices of a real roster are. No deadline passes before.
"""

import datetime as dt
import random
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import msgspec
import typer

from plan.book import PlanBook
from plan.check import check_plan
from plan.codes import AreaKind, Direction, Measure, RowsBy
from plan.loader import load_plan
from plan.messages import Cell, Return, encode
from plan.model import (  # fmt: skip
    Area,
    Calendar,
    Form,
    Indicator,
    Item,
    Names,
    Plan,
    ReportingUnit,
    Rows,
    Sender,
    UnitOfMeasure,
)
from plan.periods import PeriodKind
from plan.topics import return_topic
from producers.outgoing import headers_of

METERS, CELLS, DAYS, MONTHS, HEARTS = 1_000, 96, 1_200, 60, 10
READING, CURVE, PULSE = "reading-daily", "load-curve-daily", "pulse-monthly"
SENDER = "metering-system"
FIRST_DAY = dt.date(2016, 1, 1)
LAST = "91411000ma9999999x-incoming-line-0001"
_DUE_DAYS = 20_000
_QUARTERS = tuple(f"{minute // 60:02d}:{minute % 60:02d}" for minute in range(0, 24 * 60, 15))


class Outbound(msgspec.Struct, frozen=True):
    """A message ready to be sent."""

    key: bytes
    value: bytes
    headers: list[tuple[str, bytes]]


class Feed(msgspec.Struct, frozen=True):
    """What one message of a form holds, and what each counts as in the figures."""

    form: str
    cells: int

    @property
    def topic(self) -> str:
        """Plain name of the topic it is sent on."""
        return return_topic(self.form, SENDER)


SINGLE, CURVES, PULSES = Feed(READING, 1), Feed(CURVE, CELLS), Feed(PULSE, 1)


def check_rounds(rounds: int, *returns: int) -> None:
    """Refuse more returns of a form than there are; ``returns``: of each form in one round, one more warms up."""
    if (rounds + 1) * max(returns) > METERS * DAYS:
        raise typer.BadParameter(f"there are {METERS * DAYS:,} returns of a form, so take fewer or smaller rounds")


def bench_plan() -> Plan:
    """Henan's plan with these forms; raises ValueError when it has a fault."""
    names = Names(zh="测试", en="bench")
    base = load_plan(Path(__file__).parents[1] / "plan" / "henan-2016-2020")
    areas = tuple(Area(id=f"district-{at}", names=names, kind=AreaKind.COUNTY, parent="henan") for at in range(HEARTS))
    meters = tuple(ReportingUnit(id=each, names=names, area="henan") for each in (*map(meter, range(METERS)), LAST))
    hearts = tuple(ReportingUnit(id=heart(at), names=names, area=area.id) for at, area in enumerate(areas))
    roster, beating = tuple(each.id for each in meters), tuple(each.id for each in hearts)
    energy = Item(id="energy", names=names, unit="kwh", required=True, minimum=Decimal(0))
    rows = Rows(names=names, by=RowsBy.TIME, every_minutes=15, most=CELLS)
    in_rows = msgspec.structs.replace(energy, in_rows=True)
    days = Calendar(kind=PeriodKind.DAY, periods=tuple(map(day, range(DAYS))), due_days=_DUE_DAYS)
    months = Calendar(kind=PeriodKind.MONTH, periods=tuple(map(month, range(MONTHS))), due_days=_DUE_DAYS)
    forms = (
        _form(READING, days, roster, energy),
        _form(CURVE, days, roster, in_rows, rows),
        _form(PULSE, months, beating, energy),
    )
    sender = Sender(id=SENDER, names=names, forms=tuple(form.id for form in forms), units=(*roster, *beating))
    pulse_of = Indicator(
        id="pulse", names=names, definition=names, unit="kwh", direction=Direction.MORE, measure=Measure.LEVEL,
        form=PULSE, formula="as-published", inputs={"value": "energy"}, places=2, basis=names,
    )  # fmt: skip
    made = msgspec.structs.replace(
        base,
        areas=(*base.areas, *areas), units=(*base.units, *meters, *hearts), senders=(*base.senders, sender),
        measures=(*base.measures, UnitOfMeasure(id="kwh", names=names)), forms=(*base.forms, *forms),
        indicators=(*base.indicators, pulse_of),
    )  # fmt: skip
    if faults := check_plan(made, made.id):
        raise ValueError("; ".join(f"{each.path}: {each.says}" for each in faults[:5]))
    return made


def bench_book() -> PlanBook:
    """The plan as it is looked up."""
    return PlanBook((bench_plan(),))


def meter(number: int) -> str:
    """Id of a meter: of its enterprise, by the code of 18 characters, and of its place there."""
    return f"91411000ma{number:07d}x-incoming-line-0001"


def heart(number: int) -> str:
    """Id of a unit that reports alone for its district."""
    return f"91411000mb{number:07d}x-incoming-line-0001"


def day(number: int) -> str:
    """The period of a day, by its number."""
    return (FIRST_DAY + dt.timedelta(days=number % DAYS)).isoformat()


def month(number: int) -> str:
    """The period of a month, by its number."""
    years, months = divmod(number % MONTHS, 12)
    return f"{FIRST_DAY.year + years}-{months + 1:02d}"


def outbound(feed: Feed, first: int, count: int) -> Iterator[Outbound]:
    """So many returns, from the one of that number on; no two have the same id or the same figures."""
    chance = random.Random(f"{feed.form}-{first}")
    for number in range(first, first + count):
        yield _message(_return(feed, number, chance))


def completing(days: int) -> Iterator[Outbound]:
    """The last unit's readings of so many days: each completes a slice."""
    for number in range(days):
        cell = Cell(item="energy", value=1.5)
        sent = Return(
            return_id=f"last-{number:06d}", form=READING, form_version=1, unit=LAST, period=day(number), cells=(cell,)
        )
        yield _message(sent)


def pulse(number: int) -> Outbound:
    """The one return that a slice waits for; there are as many different ones as districts and months."""
    cell = Cell(item="energy", value=1_000 + number / 100)
    sent = Return(
        return_id=f"pulse-{number:06d}", form=PULSE, form_version=1, unit=heart(number % HEARTS),
        period=month(number // HEARTS), cells=(cell,),
    )  # fmt: skip
    return _message(sent)


def _return(feed: Feed, number: int, chance: random.Random) -> Return:
    # Every meter reports a day before any reports the next; when the days are over, they correct them.
    unit, period = meter(number % METERS), day(number // METERS)
    places = _QUARTERS if feed.form == CURVE else ("",)
    return Return(
        return_id=f"{chance.getrandbits(96):024x}-{unit}-{period}-{number:09d}", form=feed.form, form_version=1,
        unit=unit, period=period,
        cells=tuple(
            Cell(item="energy", row=place, value=round(chance.lognormvariate(6, 1), 3)) for place in places
        ),
    )  # fmt: skip


def _message(sent: Return) -> Outbound:
    return Outbound(sent.unit.encode(), encode(sent), headers_of(sent, "0" * 32))


def _form(form: str, calendar: Calendar, roster: tuple[str, ...], item: Item, rows: Rows | None = None) -> Form:
    names = Names(zh="测试表", en="bench form")
    return Form(id=form, version=1, names=names, calendar=calendar, roster=roster, items=(item,), rows=rows)
