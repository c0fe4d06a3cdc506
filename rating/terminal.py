"""Reports and paths in the terminal: tables in Chinese and English, coloured by status, worst first.

Where the terminal is too narrow for a table's columns each row stands as a record, one line a column.
"""

from collections.abc import Iterator, Sequence
from fractions import Fraction

from rich.console import Console
from rich.markup import escape

from plan.book import PlanView
from plan.codes import Status
from plan.figure_faults import FileNote, Tale
from plan.messages import Margin, Reason
from plan.model import Names
from plan.periods import PeriodKind
from plan.terminal_rows import Column, Row, print_rows
from plan.words import REASON, STATUS, YARDSTICK
from rating.engine import Rating
from rating.numbers import step
from rating.outlook import Outlook
from rating.outlook_words import NEED, PROJECTION, RUN_OUT
from rating.report import Ask, Findings, Report
from rating.trend import Drift, Trend

STYLES = {
    Status.SEVERE: "bold red",
    Status.MIDDLE: "dark_orange",
    Status.MILD: "yellow",
    Status.NOT_ASSESSED: "bright_black",
    Status.ON_TRACK: "green",
    Status.ACHIEVED: "bold green",
}
WIDE = 150
"""Columns that the tables need; in fewer their rows are written as records."""

_NOTES_MAX = 20
_PER = {PeriodKind.YEAR: "每年 a year", PeriodKind.MONTH: "每月 a month"}
_ARROWS = {Drift.RISING: "↑ 上升 rising", Drift.FALLING: "↓ 下降 falling", Drift.NONE: "→ 无显著趋势 none"}
_MARGINS = {Margin.CLEAR: "", Margin.BORDERLINE: "\n≈ 临界 borderline", Margin.UNKNOWN: ""}


def print_report(view: PlanView, ask: Ask, report: Report, out: Console) -> None:
    """Print a report: how many of what, the ratings, the forward look, and all that is not rated here."""
    out.print(f"[bold]{escape(view.plan.names.zh)}[/bold]  {escape(view.plan.names.en)}")
    preset = f" · 口径 preset {ask.preset}" if ask.preset else ""
    out.print(f"[dim]{view.plan.id} v{view.plan.version} {view.hash} · 截至 as of {ask.as_of}{preset}[/dim]")
    _print_summary(report, out)
    print_rows(_RATING_COLUMNS, _ratings(view, report.findings), out, wide=WIDE, title="评级 Ratings")
    ahead = [each for each in report.findings if isinstance(each.forward.outlook, Outlook)]
    if ahead:
        print_rows(_OUTLOOK_COLUMNS, _outlooks(view, ahead), out, wide=WIDE, title="展望 Outlook")
    _print_asides(view, report, out)
    _print_figures(report, out)


def status_text(status: Status, reason: Reason, joint: str = "\n") -> str:
    """A status with its reason, as markup in its colour; ``joint`` stands between Chinese and English."""
    zh, en = STATUS[status].zh, STATUS[status].en
    if reason:
        zh, en = f"{zh}:{REASON[reason].zh}", f"{en}: {REASON[reason].en}"
    return f"[{STYLES[status]}]{zh}{joint}{en}[/]"


def number(value: Fraction | None) -> str:
    """A number with at most six places, or a dash."""
    return "—" if value is None else step(value)


def _print_summary(report: Report, out: Console) -> None:
    summary = report.summary
    counts = [
        f"[{STYLES[Status(status)]}]{STATUS[Status(status)].zh} {status} {count}[/]"
        for status, count in summary.by_status.items()
    ]
    out.print(f"目标×地区 targets and areas: [bold]{summary.subjects}[/bold] = " + " + ".join(counts))
    if summary.not_assessed_by_reason:
        why = ", ".join(f"{REASON[Reason(key)].zh} {key} {n}" for key, n in summary.not_assessed_by_reason.items())
        out.print(f"未评估原因 why not assessed: {why}")
    if summary.not_rated_by_preset:
        out.print(f"[dim]该口径不评的 not rated by this preset: {summary.not_rated_by_preset}[/dim]")
    out.print(f"由人评定 a person decides: {summary.qualitative};重述 restated: {summary.restated}")


_RATING_COLUMNS = (
    Column("评级", "status", ratio=3),
    Column("目标", "target", ratio=5),
    Column("地区", "area"),
    Column("报告期", "period", is_number=True),
    Column("标尺 口径", "yardstick, preset", ratio=3),
    Column("数值", "value", is_number=True),
    Column("要求", "required", is_number=True),
    Column("差距", "gap", is_number=True),
    Column("单位", "unit"),
    Column("并列评级", "beside", ratio=3),
)


def _ratings(view: PlanView, findings: Sequence[Findings]) -> Iterator[Row]:
    for each in findings:
        target = each.subject.target
        pair = f"\n[dim]⇄ {escape(target.paired_with)}[/dim]" if target.paired_with else ""
        name = f"{escape(target.clause)} {escape(target.names.zh)}\n[dim]{escape(target.id)}[/dim]{pair}"
        area = escape(view.areas[each.subject.area].names.zh)
        rows = list(_rating_rows(view, each))
        for at, (status, *cells) in enumerate(rows):
            # What stands above is not said again.
            yield Row((status, *((name, area) if at == 0 else ("", "")), *cells), at == len(rows) - 1)


def _rating_rows(view: PlanView, found: Findings) -> Iterator[tuple[str, ...]]:
    """Status, period, yardstick, value, requirement, gap, unit and what stands beside, for each yardstick."""
    if not found.ratings:
        yield (status_text(found.status, found.reason), "—", "—", "—", "—", "—", "", "")
    for period in dict.fromkeys(rating.period for rating in found.ratings):
        ratings = [rating for rating in found.ratings if rating.period == period]
        silent = {rating.reason for rating in ratings}
        if len(silent) == 1 and Reason.NONE not in silent and all(rating.value is None for rating in ratings):
            # Nothing differs between the yardsticks: the reason is said once.
            yield (status_text(ratings[0].status, ratings[0].reason), period, "—", "—", "—", "—", "", "")
            continue
        for yardstick in dict.fromkeys(rating.yardstick for rating in ratings):
            yield _by_yardstick(view, [rating for rating in ratings if rating.yardstick is yardstick])


def _by_yardstick(view: PlanView, ratings: Sequence[Rating]) -> tuple[str, ...]:
    """One row: the rating that alerts, those by other presets beside it."""
    first = next((each for each in ratings if each.is_alerting), ratings[0])
    label = f" {escape(first.level_label)}" if first.level_label else ""
    names = YARDSTICK[first.yardstick]
    return (
        status_text(first.status, first.reason, label + "\n") + _MARGINS[first.margin],
        first.period,
        f"{names.zh} {first.preset}\n[dim]{names.en}[/dim]",
        *("—" if each is None else f"{each:f}" for each in (first.value, first.required, first.gap)),
        escape(view.measures[first.unit].names.zh if first.unit in view.measures else first.unit),
        "\n".join(f"{each.preset} {_short(each)}" for each in ratings if each is not first),
    )


def _short(rating: Rating) -> str:
    label = f" {escape(rating.level_label)}" if rating.level_label else ""
    return f"[{STYLES[rating.status]}]{STATUS[rating.status].zh}[/]{label}"


_OUTLOOK_COLUMNS = (
    Column("目标", "target", ratio=4),
    Column("地区", "area"),
    Column("最新/要求", "latest/asked", is_number=True),
    Column("所需/近期速度", "required/recent pace", is_number=True),
    Column("须", "need", ratio=2),
    Column("到期推算(80%区间)", "projected when due (80 % range)", ratio=6),
    Column("不达概率", "chance of missing", is_number=True),
    Column("额度用尽", "cap reached", ratio=2),
    Column("趋势", "trend", ratio=3),
)


def _outlooks(view: PlanView, findings: Sequence[Findings]) -> Iterator[Row]:
    for each in findings:
        found = each.forward.outlook
        if isinstance(found, Outlook):
            yield Row(_outlook_cells(view, each, found), is_last=False)


def _outlook_cells(view: PlanView, each: Findings, found: Outlook) -> tuple[str, ...]:
    pace = found.pace
    chances = [chance.missing for chance in found.chances if isinstance(chance.missing, float)]
    run_out = found.run_out
    return (
        escape(each.subject.target.id),
        escape(view.areas[each.subject.area].names.zh),
        f"{_rounded(found.latest)} / {_rounded(found.asked)}",
        f"{_rounded(pace.required)} / {_rounded(pace.recent)} {_PER[pace.per]}",
        _both(NEED[pace.need]),
        "\n".join(
            f"{_rounded(each.value)} ({_rounded(each.low)} … {_rounded(each.high)}) {_both(PROJECTION[each.method])}"
            for each in found.projections
        ),
        " / ".join(f"{chance:.0%}" for chance in chances) or "—",
        "" if run_out is None else str(run_out.day or _both(RUN_OUT[run_out.outcome])),
        _trend(each.forward.trend),
    )


def _both(names: Names) -> str:
    return f"{names.zh} [dim]{names.en}[/dim]"


def _trend(found: Trend | Reason) -> str:
    if not isinstance(found, Trend):
        return f"[dim]{REASON[found].zh}[/dim]"
    return f"{_ARROWS[found.direction]}\n[dim]{found.slope:+.4g}/年 p={found.p:.2f}[/dim]"


def _rounded(value: object) -> str:
    return "—" if value is None else f"{float(value):.6g}"  # type: ignore[arg-type]


def _print_asides(view: PlanView, report: Report, out: Console) -> None:
    if report.restated:
        by_target: dict[str, list[Findings]] = {}
        for each in report.findings:
            by_target.setdefault(each.subject.target.id, []).append(each)
        out.print("[bold]重述的目标(由所指目标评级)Restated, rated by the target they name[/bold]")
        for target in report.restated:
            statuses = ", ".join(
                status_text(each.status, each.reason, " ") for each in by_target.get(target.restates, ())
            )
            out.print(f"  {escape(target.clause)} {escape(target.id)} → {escape(target.restates)}: {statuses or '—'}")
    if report.qualitative:
        out.print("[bold]定性目标,由人评定 Qualitative: a person decides[/bold]")
        for target in report.qualitative:
            owners = "、".join(view.owners[owner].names.zh for owner in view.owners_of(target.id))
            out.print(f"  {escape(target.clause)} {escape(target.names.zh)} [dim]{escape(owners)}[/dim]")


def _print_figures(report: Report, out: Console) -> None:
    if report.not_yet_known:
        out.print(f"[yellow]截至日后才公布、未采用的数 published later, not used: {report.not_yet_known}[/yellow]")
    if report.unused:
        listed = ", ".join(f"{indicator}/{area} {count}" for (indicator, area), count in report.unused.items())
        out.print(f"[yellow]没有目标采用的数 figures that no target is rated by: {escape(listed)}[/yellow]")
    print_notes(report.notes, out)


def print_notes(notes: Sequence[FileNote], out: Console) -> None:
    """What was done or assumed with lines of the figures file: the first ones in full, those without a date counted."""
    undated = [each.line for each in notes if each.tale is Tale.UNDATED]
    told = [each for each in notes if each.tale is not Tale.UNDATED]
    for each in told[:_NOTES_MAX]:
        out.print(f"[dim]第 {each.line} 行 line {each.line}: {escape(f'{each.says_zh} / {each.says_en}')}[/dim]")
    more = len(told) - _NOTES_MAX
    if more > 0:
        out.print(f"[dim]……另有 {more} 条,见 --format json · {more} more, see --format json[/dim]")
    if undated:
        zh, en = (
            "没有发布日期、视为报告期末起已知的数",
            "without a publication date, taken as known from the period's end on",
        )
        out.print(f"[yellow]{zh} {en}: {len(undated)}(第 {undated[0]} 行起 from line {undated[0]})[/yellow]")
