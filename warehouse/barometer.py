"""The barometer in the terminal: one row a target and yardstick, in colour, the status in words beside it."""

import duckdb
import msgspec
from rich.console import Console
from rich.table import Table

from plan.codes import Kind

STYLES = {
    "severe": "bold red",
    "middle": "dark_orange",
    "mild": "yellow",
    "not_assessed": "bright_black",
    "on_track": "green",
    "achieved": "bold green",
}
_WIDTH_MIN = 160
_JUDGED_BY_PEOPLE = Kind.QUALITATIVE.value
_VERDICT_STYLES = {"passed": "", "waived": "", "to_verify": "yellow", "failed": "red", "pending": "bright_black"}


class BarometerRow(msgspec.Struct, frozen=True):
    """One row of rpt_barometer, as far as the terminal shows it."""

    plan_name_zh: str
    target_name_zh: str
    area_name_zh: str
    kind: str
    yardstick_zh: str
    period: str
    value: float | None
    required_value: float | None
    gap: float | None
    unit_zh: str
    status: str
    status_zh: str
    reason_zh: str
    preset_id: str
    beside_preset_id: str
    beside_status_zh: str
    verdict: str
    verdict_zh: str
    alert_state: str
    alert_state_zh: str


def barometer(lake: duckdb.DuckDBPyConnection, plan: str) -> tuple[BarometerRow, ...]:
    """Rows of the barometer, all plans or one, in the plans' order of targets."""
    columns = ", ".join(BarometerRow.__struct_fields__)
    rows = lake.execute(
        f"SELECT {columns} FROM rpt_barometer WHERE $plan IN ('', plan_id) ORDER BY plan_id, place, area_id, yardstick",
        {"plan": plan},
    ).fetchall()
    return tuple(BarometerRow(*row) for row in rows)


def print_barometer(rows: tuple[BarometerRow, ...], width: int) -> None:
    """Print the rows, one table for each plan."""
    # A table in a pipe or a log has no terminal to fit into; one narrower than this cannot be read.
    console = Console(width=width or None, emoji=False)
    if not width and console.width < _WIDTH_MIN:
        console = Console(width=_WIDTH_MIN, emoji=False)
    if not rows:
        console.print("[yellow]没有目标:方案尚未入库 no plan has landed yet; send one with: qingyu feed plan[/yellow]")
    for plan_name in dict.fromkeys(row.plan_name_zh for row in rows):
        table = Table(title=f"晴雨表 · {plan_name}", title_style="bold", header_style="bold")
        table.add_column("目标", overflow="fold", ratio=3)
        table.add_column("地区", no_wrap=True)
        table.add_column("标尺", no_wrap=True)
        table.add_column("报告期", no_wrap=True)
        for heading in ("数值", "要求", "差距"):
            table.add_column(heading, justify="right", no_wrap=True)
        for heading in ("单位", "评级", "并列评级"):
            table.add_column(heading, overflow="fold", ratio=1)
        table.add_column("审核", no_wrap=True)
        table.add_column("预警", no_wrap=True)
        own = [row for row in rows if row.plan_name_zh == plan_name]
        for row in own:
            if row.kind != _JUDGED_BY_PEOPLE:
                table.add_row(*_cells(row))
        console.print(table)
        if by_people := sum(row.kind == _JUDGED_BY_PEOPLE for row in own):
            console.print(f"另有 {by_people} 项定性目标由人评定 qualitative targets that people judge: {by_people}")


def _cells(row: BarometerRow) -> tuple[str, ...]:
    reason = f"({row.reason_zh})" if row.reason_zh else ""
    beside = f"{row.beside_preset_id} {row.beside_status_zh}" if row.beside_status_zh else ""
    alert = f"[bold red]{row.alert_state_zh}[/]" if row.alert_state == "firing" else row.alert_state_zh
    verdict = _VERDICT_STYLES[row.verdict]
    return (
        row.target_name_zh,
        row.area_name_zh,
        row.yardstick_zh,
        row.period,
        _number(row.value),
        _number(row.required_value),
        _number(row.gap),
        row.unit_zh,
        f"[{STYLES[row.status]}]{row.status_zh}{reason}[/]",
        beside,
        f"[{verdict}]{row.verdict_zh}[/]" if verdict else row.verdict_zh,
        alert,
    )


def _number(value: float | None) -> str:
    return "—" if value is None else f"{value:,.10g}"
