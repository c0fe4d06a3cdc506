"""A small plan: one city, two mills that report together, one bureau that reports alone.

Deadlines (UTC): the yearly forms of 2017 are due by 30 January 2018, so 2018-01-30 15:59:59.999999.
"""

import datetime as dt
from decimal import Decimal

import msgspec

from plan.book import PlanBook
from plan.codes import (  # fmt: skip
    AreaKind,
    CheckRule,
    Comparator,
    Direction,
    Kind,
    Measure,
    PresetRule,
    ScheduleKind,
    Severity,
    Status,
    Strength,
    Yardstick,
)
from plan.model import (  # fmt: skip
    Area,
    Band,
    Baseline,
    Calendar,
    Check,
    Form,
    Indicator,
    Item,
    Names,
    Plan,
    Preset,
    ReportingUnit,
    ResponsibleUnit,
    Schedule,
    Sender,
    Target,
    UnitOfMeasure,
    YardstickRule,
)
from plan.periods import PeriodKind

DEADLINE_2017 = dt.datetime(2018, 1, 30, 15, 59, 59, 999999, dt.UTC)
FORMS = ("output", "growth", "mines")
UNITS = ("mill-a", "mill-b", "bureau")


def names(text: str) -> Names:
    """Both names of a thing."""
    return Names(zh=f"{text}名", en=text)


def _item(item: str, unit: str, **limits: object) -> Item:
    return Item(id=item, names=names(item), unit=unit, **limits)


def _form(form: str, roster: tuple[str, ...], items: tuple[Item, ...], **more: object) -> Form:
    calendar = Calendar(kind=PeriodKind.YEAR, periods=("2017", "2018"), due_days=30)
    return msgspec.structs.replace(
        Form(id=form, version=1, names=names(form), calendar=calendar, roster=roster, items=items), **more
    )


def _indicator(
    indicator: str,
    form: str,
    formula: str,
    inputs: dict[str, str],
    unit: str,
    *,
    direction: Direction = Direction.MORE,
) -> Indicator:
    return Indicator(
        id=indicator,
        names=names(indicator),
        definition=names("definition"),
        unit=unit,
        direction=direction,
        measure=Measure.LEVEL,
        form=form,
        formula=formula,
        inputs=inputs,
        places=4,
        basis=names("basis"),
    )


def _target() -> Target:
    return Target(
        id="rate-of-2018",
        clause="1",
        names=names("rate of 2018"),
        indicator="rate",
        area="city",
        kind=Kind.STOCK,
        value=Decimal(5),
        unit="pct",
        comparator=Comparator.AT_LEAST,
        strength=Strength.FIRM,
        baseline=Baseline(period="2016", value=Decimal(0)),
        deadline="2018",
        owners=("office",),
        schedule=Schedule(kind=ScheduleKind.LINEAR, note=names("ours")),
        yardsticks=(YardstickRule(yardstick=Yardstick.PLAN_PROGRESS, alert_preset="share"),),
    )


def _preset() -> Preset:
    return Preset(
        id="share",
        version=1,
        names=names("share"),
        rule=PresetRule.SHARE_MISSED,
        kinds=(Kind.STOCK,),
        yardsticks=(Yardstick.PLAN_PROGRESS,),
        source="made up",
        bands=(Band(status=Status.MILD, at_most=Decimal(10)), Band(status=Status.SEVERE)),
    )


def small_plan(version: int = 1) -> Plan:
    """The plan; another version has another hash and is otherwise the same."""
    energy = _item("energy", "tce", required=True, minimum=Decimal(0))
    value_added = _item("value-added", "yuan", required=True, minimum=Decimal(0))
    output = _form("output", ("mill-a", "mill-b"), (energy, value_added), audited_with=("growth",))
    growth = _form("growth", ("bureau",), (_item("rate", "pct", required=True),))
    never = Check(
        id="never-falls",
        names=names("never falls"),
        rule=CheckRule.NEVER_FALLS,
        severity=Severity.VERIFY,
        items=("closed",),
    )
    months = Calendar(kind=PeriodKind.YEAR_TO_DATE, periods=("2017-01..11", "2017-01..12"), due_days=30)
    mines = _form(
        "mines", ("bureau",), (_item("closed", "mine"), _item("accepted", "mine")), calendar=months, checks=(never,)
    )
    return Plan(
        id="small",
        version=version,
        names=names("small"),
        document="a document",
        first_day=dt.date(2017, 1, 1),
        last_day=dt.date(2018, 12, 31),
        areas=(Area(id="city", names=names("city"), kind=AreaKind.CITY),),
        owners=(ResponsibleUnit(id="office", names=names("office")),),
        units=tuple(ReportingUnit(id=unit, names=names(unit), area="city") for unit in UNITS),
        senders=(
            Sender(id="gateway", names=names("gateway"), units=UNITS, forms=FORMS),
            Sender(id="archive", names=names("archive"), units=UNITS, forms=FORMS, may_backdate=True),
        ),
        measures=tuple(
            UnitOfMeasure(id=unit, names=names(unit)) for unit in ("tce", "yuan", "tce_per_yuan", "pct", "mine")
        ),
        forms=(output, growth, mines),
        indicators=(
            _indicator(
                "intensity",
                "output",
                "energy-intensity",
                {"energy": "energy", "value_added": "value-added"},
                "tce_per_yuan",
                direction=Direction.LESS,
            ),
            _indicator("rate", "growth", "as-published", {"value": "rate"}, "pct"),
            _indicator("closed", "mines", "as-published", {"value": "closed"}, "mine"),
        ),
        targets=(_target(),),
        presets=(_preset(),),
    )


def small_book(version: int = 1) -> PlanBook:
    """The plan as it is looked up."""
    return PlanBook((small_plan(version),))
