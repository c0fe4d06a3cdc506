"""The formats that are read, as data: what each column is, becomes, or why nothing takes it.

Nothing is converted that cannot be converted honestly. Pounds and pounds per million Btu are no milligrams per cubic
metre: without the flue gas flow, its moisture and its oxygen nobody can tell one from the other.
"""

from functools import partial
from types import MappingProxyType

from plan.model import Names
from producers.meters import epa, steel
from producers.meters.epa import FLAGGED, PLAIN, EpaAdapter
from producers.meters.model import Fed, MeterFormat
from producers.meters.steel import SteelAdapter
from producers.meters.turbine import TurbineAdapter

_TIME = Names(zh="时间", en="time")
_SOURCE = Names(zh="来源", en="source")
_CHECKED = Names(zh="核对日期", en="checks the date")
_DERIVED = Names(zh="可由其他列推算", en="follows from other columns")
_NO_ITEM = Names(zh="报表没有此项", en="no item of the form")
_MASS = Names(
    zh="质量(磅),不能换算为浓度(mg/m3):缺烟气流量、湿度和含氧量",
    en="a mass (lb); no concentration (mg/m3) without flow, moisture and oxygen of the flue gas",
)
_RATE = Names(
    zh="单位热量排放(lb/mmBtu),不能换算为浓度(mg/m3)",
    en="an amount per heat (lb/mmBtu); no concentration (mg/m3) can be made of it",
)
_FLOW = Names(
    zh="湿基、美国标准状态(20 ℃)的流量,不能换算为标干流量",
    en="flow of wet gas at 20 degrees; no dry flow at 0 degrees without its moisture",
)
_ABOUT = Names(zh="说明,不是数据", en="says what it is, no figure")
_FLAG = Names(zh="测量标记", en="measurement flag")


def _because(why: Names, *columns: str) -> dict[str, Names]:
    return dict.fromkeys(columns, why)


STEEL = MeterFormat(
    id="steel-15min",
    names=Names(zh="钢厂 15 分钟电表", en="Meter of a steel plant, 15 minutes"),
    every_minutes=15,
    headers=(
        (
            "date",
            "Usage_kWh",
            "Lagging_Current_Reactive.Power_kVarh",
            "Leading_Current_Reactive_Power_kVarh",
            "CO2(tCO2)",
            "Lagging_Current_Power_Factor",
            "Leading_Current_Power_Factor",
            "NSM",
            "WeekStatus",
            "Day_of_week",
            "Load_Type",
        ),
    ),
    fed={
        "Usage_kWh": Fed("active-energy", "kwh"),
        "Lagging_Current_Reactive.Power_kVarh": Fed("reactive-energy", "kvarh"),
    },
    used={steel.DATE: _TIME, **_because(_CHECKED, steel.SECONDS, steel.WEEKDAY)},
    not_fed={
        "Leading_Current_Reactive_Power_kVarh": Names(
            zh="容性无功;报表只有感性无功", en="leading reactive energy; the form takes the lagging one"
        ),
        "CO2(tCO2)": Names(zh="由用电量折算,且只有两位小数", en="made from the energy, with two decimals only"),
        **_because(_DERIVED, "Lagging_Current_Power_Factor", "Leading_Current_Power_Factor", "WeekStatus"),
        "Load_Type": Names(zh="企业自定的负荷分类", en="the plant's own classes of load"),
    },
    codes=(),
    adapter=SteelAdapter,
)

TURBINE = MeterFormat(
    id="turbine-hourly",
    names=Names(zh="燃气轮机小时排放", en="Emissions of a gas turbine, hourly"),
    every_minutes=60,
    headers=(
        (
            "Ambient temperature",
            "Ambient pressure",
            "Ambient humidity",
            "Air filter difference pressure",
            "Gas turbine exhaust pressure",
            "Turbine inlet temperature",
            "Turbine after temperature",
            "Compressor discharge pressure",
            "Turbine energy yield",
            "Carbon monoxide",
            "Nitrogen oxides",
        ),
    ),
    fed={"Nitrogen oxides": Fed("nox", "mg_per_m3")},
    used={},
    not_fed={
        "Carbon monoxide": _NO_ITEM,
        **_because(
            _NO_ITEM,
            "Ambient temperature",
            "Ambient pressure",
            "Ambient humidity",
            "Air filter difference pressure",
            "Gas turbine exhaust pressure",
            "Turbine inlet temperature",
            "Turbine after temperature",
            "Compressor discharge pressure",
            "Turbine energy yield",
        ),
    },
    codes=(),
    adapter=TurbineAdapter,
    needs_start=True,
    note="原始文件没有时间,由报送人给定起点,每行一小时 no times in the file: an hour a line, from a beginning given",
)

_EPA_FED = MappingProxyType({epa.TIME: Fed("operating-share", "share")})
_EPA_TIME = {
    **_because(_SOURCE, epa.PLANT, epa.UNIT),
    **_because(_TIME, epa.DATE, epa.HOUR),
}

EPA = MeterFormat(
    id="epa-hourly",
    names=Names(zh="EPA 连续监测小时数据(CEM)", en="EPA continuous emission monitoring, hourly (CEM)"),
    every_minutes=60,
    headers=(
        (
            "ORISPL_CODE",
            "UNITID",
            "OP_DATE",
            "OP_HOUR",
            "OP_TIME",
            "GLOAD",
            "SLOAD",
            "NOX_MASS",
            "NOX_RATE",
            "SO2_MASS",
            "HEAT_INPUT",
            "FLOW",
        ),
    ),
    fed=_EPA_FED,
    used=_EPA_TIME,
    not_fed={
        **_because(_NO_ITEM, "GLOAD", "SLOAD", "HEAT_INPUT"),
        **_because(_MASS, "NOX_MASS", "SO2_MASS"),
        "NOX_RATE": _RATE,
        "FLOW": _FLOW,
    },
    codes=(epa.VALIDITY,),
    adapter=partial(EpaAdapter, PLAIN),
    has_sources=True,
)

_FLAGGED_COLUMNS = (
    "STATE",
    "FACILITY_NAME",
    "ORISPL_CODE",
    "UNITID",
    "OP_DATE",
    "OP_HOUR",
    "OP_TIME",
    "GLOAD (MW)",
    "SLOAD (1000lb/hr)",
    "SO2_MASS (lbs)",
    "SO2_MASS_MEASURE_FLG",
    "SO2_RATE (lbs/mmBtu)",
    "SO2_RATE_MEASURE_FLG",
    "NOX_RATE (lbs/mmBtu)",
    "NOX_RATE_MEASURE_FLG",
    "NOX_MASS (lbs)",
    "NOX_MASS_MEASURE_FLG",
    "CO2_MASS (tons)",
    "CO2_MASS_MEASURE_FLG",
    "CO2_RATE (tons/mmBtu)",
    "CO2_RATE_MEASURE_FLG",
    "HEAT_INPUT (mmBtu)",
)

EPA_FLAGGED = MeterFormat(
    id="epa-hourly-flags",
    names=Names(zh="EPA 连续监测小时数据(带测量标记)", en="EPA continuous emission monitoring, hourly, with flags"),
    every_minutes=60,
    headers=(_FLAGGED_COLUMNS, (*_FLAGGED_COLUMNS, "FAC_ID", "UNIT_ID")),
    fed=_EPA_FED,
    used={**_EPA_TIME, **_because(_FLAG, *FLAGGED.flags)},
    not_fed={
        **_because(_ABOUT, "STATE", "FACILITY_NAME", "FAC_ID", "UNIT_ID"),
        **_because(_NO_ITEM, "GLOAD (MW)", "SLOAD (1000lb/hr)", "HEAT_INPUT (mmBtu)"),
        **_because(
            _NO_ITEM, "CO2_MASS (tons)", "CO2_MASS_MEASURE_FLG", "CO2_RATE (tons/mmBtu)", "CO2_RATE_MEASURE_FLG"
        ),
        **_because(_MASS, "SO2_MASS (lbs)", "NOX_MASS (lbs)"),
        **_because(_RATE, "SO2_RATE (lbs/mmBtu)", "NOX_RATE (lbs/mmBtu)"),
        **_because(_DERIVED, "SO2_RATE_MEASURE_FLG", "NOX_MASS_MEASURE_FLG"),
    },
    codes=(epa.VALIDITY,),
    adapter=partial(EpaAdapter, FLAGGED),
    has_sources=True,
)

FORMATS = MappingProxyType({each.id: each for each in (STEEL, TURBINE, EPA, EPA_FLAGGED)})
"""All formats, by their ids."""
