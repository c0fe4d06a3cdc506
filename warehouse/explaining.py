"""The record behind an alert, in the terminal."""

import datetime as dt

import duckdb
import msgspec
from rich.console import Console
from rich.markup import escape
from rich.panel import Panel
from rich.table import Table

from plan.messages import Assessment, Transition
from plan.periods import LOCAL_ZONE
from plan.words import ALERT_STATE, CHANGE, REASON, STATUS, VERDICT, YARDSTICK
from warehouse.barometer import STYLES

_ASSESSMENT = msgspec.json.Decoder(Assessment)
_TRANSITION = msgspec.json.Decoder(Transition)


class NoSuchAlert(Exception):
    """No alert of that id; the message lists those there are."""


def explain_alert(lake: duckdb.DuckDBPyConnection, alert_id: str) -> None:
    """Print an alert's transitions and the assessment behind the newest; raises :class:`NoSuchAlert`."""
    rows = lake.execute(
        "SELECT r.payload FROM stg_transition AS t JOIN raw_result AS r ON r.result_id = t.transition_id "
        "WHERE t.alert_id = ? ORDER BY t.source_no, t.kafka_offset",
        [alert_id],
    ).fetchall()
    if not rows:
        known = [found for (found,) in lake.execute("SELECT alert_id FROM rpt_alert ORDER BY alert_id").fetchall()]
        raise NoSuchAlert(f"没有预警 {alert_id};no such alert. 现有 known: {', '.join(known) or '—'}")
    transitions = [_TRANSITION.decode(payload) for (payload,) in rows]
    console = Console(emoji=False)
    newest = transitions[-1]
    facts = "\n".join(escape(f"· {fact}") for fact in newest.beside)
    console.print(
        Panel(f"[bold]{escape(newest.headline_zh)}[/bold]\n{escape(newest.headline_en)}\n{facts}", title=alert_id)
    )
    history = Table(title="变化 Transitions")
    for heading in ("生效 effective(北京时间)", "报告期 period", "变化 change", "状态 state", "评级 status"):
        history.add_column(heading)
    for each in transitions:
        states = f"{ALERT_STATE[each.from_state].zh} → {ALERT_STATE[each.to_state].zh}"
        levels = f"{STATUS[each.from_status].zh} → [{STYLES[each.to_status.value]}]{STATUS[each.to_status].zh}[/]"
        history.add_row(local_time(each.effective_at), each.period, CHANGE[each.change].zh, states, levels)
    console.print(history)
    found = lake.execute("SELECT payload FROM raw_result WHERE result_id = ?", [newest.assessment_id]).fetchone()
    if found is None:
        console.print("[yellow]评级记录尚未入库 the assessment has not landed yet; look again in a moment[/yellow]")
        return
    _print_assessment(console, _ASSESSMENT.decode(found[0]))


def local_time(moment: dt.datetime | None) -> str:
    """A moment in Beijing time, as people of the field read it."""
    return "—" if moment is None else f"{moment.astimezone(LOCAL_ZONE):%Y-%m-%d %H:%M}"


def _print_assessment(console: Console, found: Assessment) -> None:
    table = Table(title="评级记录 Assessment", show_header=False)
    table.add_column(style="bold")
    table.add_column(overflow="fold")
    status = f"[{STYLES[found.status.value]}]{STATUS[found.status].zh}[/] {found.level_label} {REASON[found.reason].zh}"
    rows = {
        "目标 target": f"{found.target} · {found.area} · {YARDSTICK[found.yardstick].zh} · {found.period}",
        "评级 status": status,
        "评级口径 preset": f"{found.preset} v{found.preset_version}",
        "数值 value": f"{found.value} {found.unit}",
        "要求 required": f"{found.required} {found.unit}",
        "差距 gap": f"{found.gap} {found.unit}(欠 {found.missed_pct} %)",
        "公式 formula": f"{escape(found.formula_zh)}\n{escape(found.formula_en)}",
        "审核 verdict": VERDICT[found.verdict].zh,
        "版本 vintage": f"获知 known at {local_time(found.known_at)};"
        f"截数 cut-off {local_time(found.cutoff_at)}(北京时间)",
        "方案 plan": f"{found.plan_id} {found.plan_hash}",
        "记录 ids": f"{found.assessment_id} ← {found.value_message_id}",
    }
    for name, value in rows.items():
        table.add_row(name, value)
    for each in found.evidence:
        period = f" ({each.period})" if each.period else ""
        table.add_row(escape(f"依据 {each.name_zh}{period}"), escape(f"{each.value} {each.unit}"))
    for origin in found.origins:
        table.add_row(
            "出处 origin", escape(f"{origin.topic}[{origin.partition}]@{origin.offset} return {origin.return_id}")
        )
    for source in found.sources:
        table.add_row("来源 source", escape(f"{source.title} — {source.address}({source.grade})"))
    console.print(table)
