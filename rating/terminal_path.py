"""One target in the terminal: what it asks and of whom, its path and figures as a chart and a table."""

from collections.abc import Callable, Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from plan.book import PlanView
from plan.codes import Yardstick
from plan.model import Names, Target
from plan.rateable import YEARLY_KINDS
from plan.words import BOUND, DIRECTION, KIND, SCHEDULE, SCOPE, STRENGTH, YARDSTICK
from rating.engine import Rating
from rating.flapping import Flapping, flapping
from rating.numbers import decimal, shown
from rating.path_view import PathRow
from rating.report import Findings
from rating.terminal import number, status_text

Draw = Callable[[Sequence[PathRow], int], str]
"""Draws a path in so many columns; empty when there is nothing to draw."""

_CHART_WIDTH_MAX = 110


def print_head(view: PlanView, target: Target, out: Console) -> None:
    """What the target asks, by which measure, of whom, how firmly, and how its way is divided."""
    table = Table(title=f"{escape(target.id)}", title_style="bold", show_header=False, title_justify="left")
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    for name, value in _head(view, target):
        table.add_row(name, escape(value))
    out.print(table)


def print_path(view: PlanView, found: Findings, rows: Sequence[PathRow], draw: Draw, out: Console) -> None:
    """The path of one area: chart, each period with requirement, figure and status, and how often that changed."""
    area = view.areas[found.subject.area].names
    title = f"{area.zh} {area.en}"
    out.print(f"[bold]{escape(title)}[/bold]  {status_text(found.status, found.reason, ' ')}")
    chart = draw(rows, min(out.width, _CHART_WIDTH_MAX))
    if chart:
        out.print("[blue]· 要求 required[/blue]  [red]● 实际 reached[/red]")
        out.print(Text.from_ansi(chart))
    out.print(_table(view, found, rows))
    _print_flapping(found.subject.target, rows, out)


def _head(view: PlanView, target: Target) -> list[tuple[str, str]]:
    head = [
        ("目标 target", _both(target.names)),
        ("条目 clause", f"{target.clause} · {view.plan.names.zh} {view.plan.document}"),
        ("要求 asks", _demand(view, target)),
        (
            "类别 kind",
            f"{_both(KIND[target.kind])} · {_both(STRENGTH[target.strength])} · {_both(SCOPE[target.scope])}",
        ),
        ("责任单位 owners", _owners(view, target)),
    ]
    indicator = view.indicators.get(target.indicator)
    if indicator is not None:
        unit = view.measures[indicator.unit].names
        head += [
            ("指标 indicator", f"{indicator.id} · {_both(indicator.names)}"),
            ("定义 definition", _both(indicator.definition)),
            ("单位 unit", f"{_both(unit)} · {_both(DIRECTION[indicator.direction])}"),
            ("口径 basis", _both(indicator.basis)),
        ]
    if target.schedule is not None:
        head.append(("进度 schedule", f"{_both(SCHEDULE[target.schedule.kind])}:{_both(target.schedule.note)}"))
    for rule in target.yardsticks:
        beside = f";并列 beside: {', '.join(rule.beside)}" if rule.beside else ""
        head.append(("标尺 yardstick", f"{_both(YARDSTICK[rule.yardstick])} · {rule.alert_preset}{beside}"))
    if target.restates:
        head.append(("重述 restates", f"{target.restates}(在该目标评级 rated there)"))
    if target.paired_with:
        head.append(("成对 paired with", target.paired_with))
    if target.parent:
        head.append(("上级目标 parent", target.parent))
    return head


def _demand(view: PlanView, target: Target) -> str:
    area = view.areas[target.area].names.zh
    every = f" · 每期 every {target.every.value}" if target.every else ""
    if target.value is None or target.comparator is None:
        return f"{area} · 期限 by {target.deadline}{every} · 由人评定 a person decides"
    unit = view.measures[target.unit].names.zh
    return f"{area} {target.comparator.value} {target.value:f} {unit}{_base(target)} · 期限 by {target.deadline}{every}"


def _base(target: Target) -> str:
    """The base period; a demand on each year by itself is not counted from any."""
    if target.baseline is None or target.kind in YEARLY_KINDS:
        return ""
    level = "" if target.baseline.value is None else f" = {target.baseline.value:f}"
    return f" · 基期 base {target.baseline.period}{level}"


def _owners(view: PlanView, target: Target) -> str:
    own = "、".join(view.owners[owner].names.zh for owner in target.owners)
    added = [owner for owner in view.owners_of(target.id) if owner not in target.owners]
    if not added:
        return own
    return f"{own};重述处另有 from restatements: {'、'.join(view.owners[owner].names.zh for owner in added)}"


def _table(view: PlanView, found: Findings, rows: Sequence[PathRow]) -> Table:
    target, indicator = found.subject.target, found.subject.indicator
    scale = view.measures[target.unit].names.zh
    table = Table(header_style="bold")
    for heading in (
        "报告期\nperiod",
        f"要求 {scale}\nrequired",
        f"达到 {scale}\nreached",
        f"上报数 {view.measures[indicator.unit].names.zh}\nfigure",
    ):
        table.add_column(heading, justify="right", no_wrap=True)
    for rule in target.yardsticks:
        table.add_column(f"{YARDSTICK[rule.yardstick].zh}\n{YARDSTICK[rule.yardstick].en}", overflow="fold")
    for row in rows:
        alerting = _alerting(row)
        statuses = [
            status_text(each.status, each.reason, " ") if (each := alerting.get(rule.yardstick)) else ""
            for rule in target.yardsticks
        ]
        table.add_row(str(row.period), number(row.required), number(row.reached), _figure(row), *statuses)
    return table


def _alerting(row: PathRow) -> dict[Yardstick, Rating]:
    """The rating of the row by each yardstick, by its alerting preset."""
    return {each.yardstick: each for each in row.ratings if each.is_alerting}


def _print_flapping(target: Target, rows: Sequence[PathRow], out: Console) -> None:
    """How often the status changed by each yardstick, where it could have."""
    for rule in target.yardsticks:
        rated = [each for row in rows if (each := _alerting(row).get(rule.yardstick))]
        found = flapping([each.status for each in rated])
        if isinstance(found, Flapping):
            share = f"{shown(decimal(100 * found.share), 0):f} %"
            says = f"评级变动 status changed in {found.changes} of {found.possible} issues ({share})"
            out.print(f"{_both(YARDSTICK[rule.yardstick])}: {says}")


def _figure(row: PathRow) -> str:
    if row.figure is None or row.figure.value is None:
        return "—"
    bound = BOUND[row.figure.bound].zh
    return f"{bound}{row.figure.value:f}"


def _both(names: Names) -> str:
    return f"{names.zh} {names.en}"
