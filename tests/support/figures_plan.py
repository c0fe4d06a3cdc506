"""A plan for figures files: a level in 10 000 t, a yearly change, a share with limits; a city and a county."""

import datetime as dt
from decimal import Decimal

from plan.book import PlanView
from plan.codes import (
    AreaKind,
    Comparator,
    Direction,
    Kind,
    Measure,
    ScheduleKind,
    Strength,
    Yardstick,
)
from plan.model import (
    Area,
    Baseline,
    Indicator,
    Names,
    Plan,
    ResponsibleUnit,
    Schedule,
    Target,
    UnitOfMeasure,
    YardstickRule,
)

_WORDS = Names(zh="名", en="name")


def _indicator(indicator_id: str, unit: str, measure: Measure, **limits: Decimal) -> Indicator:
    return Indicator(
        id=indicator_id,
        names=Names(zh=f"{indicator_id}名", en=indicator_id),
        definition=_WORDS,
        unit=unit,
        direction=Direction.MORE,
        measure=measure,
        places=2,
        basis=_WORDS,
        **limits,
    )


def _unit(unit_id: str, zh: str, of: str = "", factor: str | None = None) -> UnitOfMeasure:
    return UnitOfMeasure(
        id=unit_id, names=Names(zh=zh, en=unit_id), of=of, factor=None if factor is None else Decimal(factor)
    )


MEASURES = {
    unit.id: unit
    for unit in (
        _unit("t", "吨"),
        _unit("wan_t", "万吨", of="t", factor="10000"),
        _unit("yi_t", "亿吨", of="wan_t", factor="10000"),
        _unit("third_t", "三吨", of="t", factor="3"),
        _unit("mine", "处"),
        _unit("pct", "%"),
        _unit("permille", "‰", of="pct", factor="0.1"),
    )
}


def figures_plan() -> Plan:
    """The plan: 2017-2020 with base year 2016, so figures from 2011 on may be told."""
    target = Target(
        id="coal-2020",
        clause="1",
        names=Names(zh="产量目标", en="coal target"),
        area="city",
        kind=Kind.STOCK,
        strength=Strength.FIRM,
        deadline="2020",
        owners=("office",),
        indicator="coal",
        value=Decimal(100),
        unit="wan_t",
        comparator=Comparator.AT_LEAST,
        baseline=Baseline(period="2016", value=Decimal(0)),
        schedule=Schedule(kind=ScheduleKind.LINEAR, note=_WORDS),
        yardsticks=(YardstickRule(yardstick=Yardstick.PLAN_PROGRESS, alert_preset="ndrc-2020"),),
    )
    return Plan(
        id="figures",
        version=1,
        names=_WORDS,
        document="a document",
        first_day=dt.date(2017, 1, 1),
        last_day=dt.date(2020, 12, 31),
        areas=(
            Area(id="city", names=Names(zh="某市", en="city"), kind=AreaKind.CITY),
            Area(id="east", names=Names(zh="东县", en="east"), kind=AreaKind.COUNTY, parent="city", is_ranked=True),
        ),
        owners=(ResponsibleUnit(id="office", names=_WORDS),),
        units=(),
        senders=(),
        measures=tuple(MEASURES.values()),
        forms=(),
        indicators=(
            _indicator("coal", "wan_t", Measure.LEVEL),
            _indicator("coal-change", "pct", Measure.YEARLY_CHANGE_PCT),
            _indicator("closed", "mine", Measure.YEAR_TO_DATE),
            _indicator("share", "pct", Measure.LEVEL, minimum=Decimal(0), maximum=Decimal(100)),
        ),
        targets=(target,),
        presets=(),
    )


def figures_view() -> PlanView:
    """The plan as it is looked up."""
    return PlanView(figures_plan())
