"""The measures: computed figures with a breakdown, which no target asks for directly. Pure: the registry of them.

Each has an SQL file of its own name under ``warehouse/sql/measures``, which states what it counts. A register is a form
of events: what stands at the end of a period follows from the returns of earlier periods too.
"""

from enum import StrEnum

import msgspec

from plan.model import Form, Names


class Span(StrEnum):
    """Which earlier periods of its form a register rests on: those of the same year, or all."""

    YEAR = "year"
    ALL = "all"


class Measure(msgspec.Struct, frozen=True):
    """One measure. A ratio is ``scale`` x numerator / denominator; any other is its numerator.

    ``is_partial``: given though units are missing, with the cover stated beside; any other is empty then.
    ``beside``: the indicator by which a department gives the same figure, for comparing; empty where none does.
    """

    id: str
    form: str
    unit: str
    names: Names
    is_ratio: bool = False
    scale: int = 1
    is_partial: bool = False
    beside: str = ""


REGISTERS = {
    "capacity-events-monthly": Span.ALL,
    "enterprise-events-monthly": Span.YEAR,
    "permit-events-monthly": Span.ALL,
    "recognitions-monthly": Span.ALL,
    "small-trades-events-monthly": Span.ALL,
}
"""Forms of events whose measures look back."""


def _amount(measure: str, form: str, unit: str, zh: str, en: str, *, beside: str = "") -> Measure:
    return Measure(measure, form, unit, Names(zh=zh, en=en), beside=beside)


def _share(measure: str, form: str, zh: str, en: str, *, beside: str = "", is_partial: bool = False) -> Measure:
    names = Names(zh=zh, en=en)
    return Measure(measure, form, "pct", names, is_ratio=True, scale=100, is_partial=is_partial, beside=beside)


_ENERGY, _ENTERPRISE = "energy-monthly", "enterprise-monthly"
_CEMS, _EXECUTION, _PERMITS = "emission-hourly-daily", "permit-execution-quarterly", "permit-events-monthly"
_CAPACITY = "capacity-events-monthly"

MEASURES = (
    _amount("energy-consumption", _ENERGY, "tce", "综合能源消费量", "Energy consumption"),
    _amount("energy-by-product", _ENERGY, "tce", "分品种能源消费量（折标准煤）", "Energy by product"),
    _amount("product-amount", _ENERGY, "", "分品种能源消费量（实物量）", "Energy products, physical amounts"),
    _amount(
        "value-added-comparable", _ENTERPRISE, "wan_yuan", "累计增加值（2015年价）",
        "Value added at prices of 2015, year to date",
    ),
    _share(
        "sei-revenue-share", _ENTERPRISE, "战略性新兴产业收入占比", "Strategic industries' share of revenue",
        beside="sei-revenue-share",
    ),
    _share("rd-intensity", _ENTERPRISE, "研发经费占主营业务收入比重", "R&D spending over revenue"),
    _share("cnc-share", _ENTERPRISE, "机床数控化率", "Machine tools numerically controlled", beside="cnc-rate"),
    _amount("industrial-robots", _ENTERPRISE, "machine", "工业机器人台数", "Industrial robots in use"),
    _share("robot-users", _ENTERPRISE, "应用机器人企业占比", "Share of enterprises that use robots"),
    _share(
        "cio-cover", _ENTERPRISE, "首席信息官设立率", "Share of enterprises with a chief information officer",
        beside="cio-coverage",
    ),
    _share("renovated-share", _ENTERPRISE, "实施技术改造企业占比", "Share of enterprises upgrading in the year"),
    _amount(
        "smart-renovations", _ENTERPRISE, "enterprise", "完成智能化改造企业数", "Smart upgrades done in the year",
        beside="county-smart-renovations",
    ),
    _share("cems-transmission", _CEMS, "自动监测数据传输率", "Hours transmitted over 24 hours", is_partial=True),
    _share("cems-validity", _CEMS, "运行小时数据有效率", "Valid hours over hours in operation", is_partial=True),
    _share("cems-exceedance", _CEMS, "有效小时超标率", "Valid hours above the limit", is_partial=True),
    _amount("emitted-amount", _EXECUTION, "t", "实际排放量", "Emitted in the quarter"),
    _share("execution-timeliness", _EXECUTION, "执行报告按时提交率", "Execution reports in by the due date"),
    _amount("permitted-amount", _PERMITS, "t", "年许可排放量", "Permitted in a year"),
    _share(
        "permit-register-cover", _PERMITS, "在册固定源持证登记覆盖率", "Sources on the register that are covered",
        beside="permit-coverage",
    ),
    _amount("permit-gap", "xuchang-permits-annual", "source", "固定源覆盖缺口", "Managed sources not covered"),
    _amount(
        "capacity-closed", _CAPACITY, "wan_t", "年内累计关闭产能", "Capacity closed, year to date",
        beside="mine-capacity-retired-ytd",
    ),
    _amount("capacity-accepted", _CAPACITY, "wan_t", "年内累计验收产能", "Capacity accepted, year to date"),
    _amount(
        "mines-closed", _CAPACITY, "mine", "年内累计关闭矿井（线）", "Mines and lines closed, year to date",
        beside="mines-closed-ytd",
    ),
    _amount("mines-accepted", _CAPACITY, "mine", "年内累计验收矿井（线）", "Mines and lines accepted, year to date"),
    _share(
        "small-trades-moved", "small-trades-events-monthly", "八小企业升级入园率", "Small trades moved into parks",
        beside="small-trades-coverage",
    ),
    _amount(
        "recognitions-held", "recognitions-monthly", "enterprise", "有效认定企业数", "Recognitions in force",
        beside="high-tech-enterprises",
    ),
    _amount(
        "enterprise-net-entries", "enterprise-events-monthly", "enterprise", "规模以上企业年内净增",
        "Net entries to the register, year to date",
    ),
    _share("project-progress", "projects-monthly", "项目年度投资完成率", "Invested over planned for the year"),
    _amount(
        "renewable-capacity", "renewable-plants-monthly", "mw", "可再生能源装机", "Renewable capacity",
        beside="solar-capacity",
    ),
)  # fmt: skip
"""All measures, in the order they are shown."""

MEASURED_FORMS = frozenset(each.form for each in MEASURES)


def measure_rows() -> list[list[object]]:
    """The registry as rows of ``dim_measure``."""
    return [
        [
            each.id,
            each.form,
            each.unit,
            each.is_ratio,
            each.scale,
            each.is_partial,
            each.names.zh,
            each.names.en,
            each.beside,
        ]
        for each in MEASURES
    ]


def earlier_periods(form: Form, period: str) -> tuple[str, ...]:
    """The earlier periods that the measures of a form rest on besides ``period``; none for most forms."""
    periods = form.calendar.periods
    return _spanned(form, period, periods[: periods.index(period)])


def later_periods(form: Form, period: str) -> tuple[str, ...]:
    """The later periods whose measures rest on the returns of ``period``."""
    periods = form.calendar.periods
    return _spanned(form, period, periods[periods.index(period) + 1 :])


def _spanned(form: Form, period: str, others: tuple[str, ...]) -> tuple[str, ...]:
    span = REGISTERS.get(form.id)
    if span is None:
        return ()
    return tuple(each for each in others if span is Span.ALL or each[:4] == period[:4])
