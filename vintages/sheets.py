"""What the tables show of each kind of answer, in both languages; what is missing is a dash and says why."""

from rich.markup import escape

from plan.codes import Status
from plan.messages import Verdict
from plan.terminal_rows import Column
from plan.words import BOUND, VERDICT, YARDSTICK
from rating.terminal import status_text
from vintages.changes import ObservationChange, ValueChange
from vintages.output import Sheet, moment, number
from vintages.ratings import StatusThen
from vintages.reading import ObservationThen, ValueThen
from vintages.revised import SeriesRevisions

# Passed has no colour: a value that is missing can pass, and must not look green.
_VERDICT_STYLES = {
    Verdict.PASSED: "",
    Verdict.WAIVED: "",
    Verdict.TO_VERIFY: "yellow",
    Verdict.FAILED: "red",
    Verdict.PENDING: "bright_black",
}
_CHANGES = {
    "added": "[cyan]新增 added[/]",
    "revised": "[yellow]修订 revised[/]",
    "withdrawn": "[red]撤销 withdrawn[/]",
}
_STATES = {"no_return": "[bold red]未报 no return[/]", "no_cell": "[bold red]已撤销 all cells withdrawn[/]"}
_BIASED = 0.05
"""A mean revision that chance alone would give less often than this is marked."""


def _status(row: StatusThen) -> tuple[str, ...]:
    if row.recorded_status is None or row.recorded_reason is None:
        recorded = "[bright_black]— 无记录 none[/]"
    else:
        recorded = status_text(row.recorded_status, row.recorded_reason, " ")
        if row.recorded_under == "older plan":
            recorded += " [dim]旧版方案 older plan[/dim]"
    return (
        f"{escape(row.target_zh)}\n[dim]{escape(row.target_id)}[/dim]",
        escape(row.area_zh),
        YARDSTICK[row.yardstick].zh,
        row.period or "—",
        number(row.value),
        number(row.required),
        number(row.gap),
        escape(row.unit),
        f"{status_text(row.status, row.reason, ' ')} {escape(row.level_label)}".rstrip(),
        escape(", ".join(row.beside)),
        "—" if row.verdict is None else VERDICT[row.verdict].zh,
        ("[bold magenta]≠[/] " if row.differs else "") + recorded,
    )


STATUS_SHEET = Sheet(
    StatusThen,
    (
        Column("目标", "target", ratio=3),
        Column("地区", "area"),
        Column("标尺", "yardstick"),
        Column("报告期", "period"),
        Column("数值", "value", is_number=True),
        Column("要求", "required", is_number=True),
        Column("差距", "gap", is_number=True),
        Column("单位", "unit"),
        Column("评级", "status", ratio=3),
        Column("并列评级", "beside", ratio=2),
        Column("审核", "verdict"),
        Column("当时记录", "recorded", ratio=3),
    ),
    _status,
    "没有可评级的目标:方案尚未入库 nothing to rate: no plan has landed yet; send one with: qingyu feed plan",
)


def _value(row: ValueThen) -> tuple[str, ...]:
    overdue = " [red]逾期 overdue[/]" if row.is_overdue else ""
    return (
        escape(row.plan_id),
        escape(row.area_id),
        row.period,
        f"{BOUND[row.bound].zh} {number(row.value)}".lstrip(),
        escape(row.unit),
        _verdict(row.verdict),
        f"{row.received}/{row.due}{overdue}",
        moment(row.known_at),
        moment(row.cutoff_at),
    )


VALUE_SHEET = Sheet(
    ValueThen,
    (
        Column("方案", "plan"),
        Column("地区", "area"),
        Column("报告期", "period"),
        Column("数值", "value", is_number=True),
        Column("单位", "unit"),
        Column("审核", "verdict", ratio=1),
        Column("已报/应报", "received/due", ratio=1),
        Column("获知", "known at"),
        Column("截数", "cut-off"),
    ),
    _value,
    "当时没有任何数值 no value was known by then",
)


def _observation(row: ObservationThen) -> tuple[str, ...]:
    said = number(row.value) if not row.text_value else escape(row.text_value)
    known = row.kafka_offset is not None
    return (
        f"{escape(row.unit_zh)}\n[dim]{escape(row.unit_id)}[/dim]",
        escape(row.area_id),
        escape(row.row_key),
        f"{escape(row.item_zh)}\n[dim]{escape(row.item_id)}[/dim]" if row.item_id else _STATES[row.state],
        said,
        escape(row.unit_of_measure),
        moment(row.known_at),
        escape(f"{row.sender_id} · {row.return_id}\n{_address(row)}") if known else "—",
    )


OBSERVATION_SHEET = Sheet(
    ObservationThen,
    (
        Column("填报单位", "reporting unit", ratio=2),
        Column("地区", "area"),
        Column("行", "row"),
        Column("指标项", "item", ratio=2),
        Column("数值", "value", is_number=True),
        Column("单位", "unit"),
        Column("获知", "known at"),
        Column("出处", "origin", ratio=3),
    ),
    _observation,
    "当时无应报单位 nobody was due to report this form for this period",
)


def _revision(row: SeriesRevisions) -> tuple[str, ...]:
    name = (escape(row.indicator_id), escape(row.area_id), str(row.periods), str(row.revised_periods))
    if not row.revised_periods:
        return (*name, *("—",) * 3, escape(row.unit), "[bright_black]— 尚无两个版本 no two vintages yet[/]")
    share = "—" if row.relative_mean_absolute is None else f"{100 * row.relative_mean_absolute:.2f} %"
    if row.p is None or row.t is None:
        test = "[bright_black]— 无法检验 cannot be tested[/]"
    else:
        test = f"t={row.t:.3g} p={row.p:.3g}"
        test = f"[yellow]{test} 有偏 biased[/]" if row.p < _BIASED else test
    return (*name, number(row.mean), number(row.mean_absolute), share, escape(row.unit), test)


REVISION_SHEET = Sheet(
    SeriesRevisions,
    (
        Column("指标", "indicator", ratio=2),
        Column("地区", "area"),
        Column("期数", "periods", is_number=True),
        Column("有修订版", "in 2+ vintages", is_number=True),
        Column("平均修订", "mean", is_number=True),
        Column("平均绝对修订", "mean absolute", is_number=True),
        Column("相对", "relative", is_number=True),
        Column("单位", "unit"),
        Column("检验均值为零", "test of mean = 0", ratio=2),
    ),
    _revision,
    "没有可评级的数值 no value that could be rated yet",
)


def _observation_change(row: ObservationChange) -> tuple[str, ...]:
    old = "—" if row.change == "added" else _said(row.old_text, number(row.old_value), row.old_unit)
    new = "—" if row.change == "withdrawn" else _said(row.new_text, number(row.new_value), row.new_unit)
    return (
        _CHANGES[row.change],
        f"{escape(row.form_id)} {row.period}",
        escape(f"{row.row_key} {row.item_id}".strip()),
        escape(row.area_id),
        old,
        new,
        f"{escape(row.unit_zh)} [dim]{escape(row.unit_id)}[/dim]",
        moment(row.known_at),
        escape(f"{row.sender_id} · {row.return_id}\n{_address(row)}"),
    )


OBSERVATION_CHANGE_SHEET = Sheet(
    ObservationChange,
    (
        Column("变化", "change", ratio=2),
        Column("报表与期", "form, period", ratio=3),
        Column("指标项", "item", ratio=3),
        Column("地区", "area"),
        Column("原值", "old", is_number=True),
        Column("新值", "new", is_number=True),
        Column("填报单位", "by", ratio=3),
        Column("获知", "known at"),
        Column("出处", "origin", ratio=4),
    ),
    _observation_change,
    "观测值无变化 no observation changed",
)


def _value_change(row: ValueChange) -> tuple[str, ...]:
    before = "—" if row.old_verdict is None else f"{number(row.old_value)} {_verdict(row.old_verdict)}"
    overdue = " [red]逾期 overdue[/]" if row.is_overdue else ""
    through = escape(", ".join(row.through)) or "[dim]— 到期或相关报表 a deadline, or a form beside it[/dim]"
    return (
        _CHANGES[row.change],
        escape(row.indicator_id),
        escape(row.area_id),
        row.period,
        before,
        f"{number(row.new_value)} {_verdict(row.new_verdict)}{overdue}",
        escape(row.unit),
        moment(row.cutoff_at),
        through,
    )


VALUE_CHANGE_SHEET = Sheet(
    ValueChange,
    (
        Column("变化", "change", ratio=2),
        Column("指标", "indicator", ratio=3),
        Column("地区", "area"),
        Column("报告期", "period"),
        Column("原值", "old", ratio=3),
        Column("新值", "new", ratio=3),
        Column("单位", "unit"),
        Column("截数", "cut-off"),
        Column("经由回报", "through", ratio=4),
    ),
    _value_change,
    "指标值无变化 no indicator value changed",
)


def differing(rows: tuple[StatusThen, ...]) -> str:
    """How many ratings differ from what was recorded, and how many have no record, in one line."""
    differ = sum(row.differs for row in rows)
    unrecorded = sum(row.recorded_status is None for row in rows)
    rated = sum(row.status is not Status.NOT_ASSESSED for row in rows)
    colour = "bold magenta" if differ else "dim"
    return (
        f"[{colour}]与当时记录不同 differ from the record: {differ}[/] · "
        f"无记录 without a record: {unrecorded} · 已评级 rated: {rated} / {len(rows)}"
    )


def _verdict(verdict: Verdict) -> str:
    said, style = f"{VERDICT[verdict].zh} {VERDICT[verdict].en}", _VERDICT_STYLES[verdict]
    return f"[{style}]{said}[/]" if style else said


def _said(text: str, figure: str, unit: str) -> str:
    return escape(text or f"{figure} {unit}".strip())


def _address(row: ObservationThen | ObservationChange) -> str:
    return f"{row.topic}[{row.kafka_partition}]@{row.kafka_offset}"
