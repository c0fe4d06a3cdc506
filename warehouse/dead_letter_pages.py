"""Dead letters in the terminal: the list with its counts, and one letter with everything that is known of it."""

from collections.abc import Mapping, Sequence

import msgspec
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from plan.faults import Fault
from plan.messages import OutcomeKind, RepairKind
from plan.shown import harmless
from warehouse.dead_letters import Attempt, Letter, WholeLetter, show_address
from warehouse.explaining import local_time

Headers = Sequence[tuple[str, bytes | None]]

_FAULTS_LISTED = 5
_PAYLOAD_MAX = 4_000
_SHORT_MAX = 200
_OUTCOMES = {
    OutcomeKind.LANDED: "[green]已入库 landed[/green]",
    OutcomeKind.DUPLICATE: "[green]已有相同内容 was there already[/green]",
    OutcomeKind.DEAD_LETTERED: "[red]被拒收 refused[/red]",
}
_KINDS = {RepairKind.REPAIRED: "修复 repaired", RepairKind.REPLAYED: "重放 replayed"}


def print_letters(console: Console, letters: Sequence[Letter], counts: Mapping[str, int]) -> None:
    """Print the letters, newest first, and below them how many have each fault."""
    table = Table(title="死信 Dead letters", show_lines=True)
    table.add_column("地址 address", overflow="fold", ratio=2)
    table.add_column("阶段 phase")
    table.add_column("接收 received(北京时间)")
    table.add_column("问题与改法 faults and mends", overflow="fold", ratio=4)
    for letter in letters:
        repaired = "\n[green]已修复 repaired[/green]" if letter.is_repaired else ""
        place = escape(show_address(letter.address)) + repaired
        said = [_sentence(fault) for fault in letter.faults[:_FAULTS_LISTED]]
        if (more := len(letter.faults) - _FAULTS_LISTED) > 0:
            said.append(f"…… 另有 {more} 处 {more} more: qingyu dead-letters show")
        table.add_row(place, letter.phase, local_time(letter.received_at), "\n".join(said))
    console.print(table)
    if not counts:
        console.print("没有符合条件的死信 no dead letter like that")
        return
    summary = Table(title="按问题计数 Letters by fault")
    summary.add_column("问题 fault")
    summary.add_column("死信 letters", justify="right")
    for code, count in counts.items():
        summary.add_row(code, str(count))
    console.print(summary)


def print_letter(console: Console, found: WholeLetter, headers: Headers | None, attempts: Sequence[Attempt]) -> None:
    """Print one letter whole; ``headers`` is None when the log, which alone has them, does not answer."""
    letter = found.letter
    about = Table(title=escape(show_address(letter.address)), show_header=False)
    about.add_column(style="bold")
    about.add_column(overflow="fold")
    about.add_row("阶段 phase", letter.phase)
    about.add_row("接收 received", f"{local_time(letter.received_at)}(北京时间)")
    about.add_row("键 key", "—" if found.key is None else escape(_short(found.key)))
    about.add_row("消息头 headers", _shown_headers(headers))
    console.print(about)
    faults = Table(title="问题与改法 Faults and mends", show_lines=True)
    for heading in ("代码 code", "位置 place", "说明 what is wrong and its mend"):
        faults.add_column(heading, overflow="fold")
    for fault in letter.faults:
        faults.add_row(fault.code.value, escape(fault.place), escape(f"{fault.says_zh}\n{fault.says_en}"))
    console.print(faults)
    console.print("[bold]消息 Payload[/bold]")
    console.print("—" if found.payload is None else escape(shown_payload(found.payload)), highlight=False)
    _print_history(console, attempts)


def shown_payload(payload: bytes) -> str:
    """A payload to read: JSON laid out, anything else as text; bounded, and with nothing in it that could act."""
    try:
        laid_out = msgspec.json.format(payload, indent=2)
    except (msgspec.DecodeError, RecursionError):
        laid_out = payload
    text = _harmless(laid_out[: 4 * _PAYLOAD_MAX])
    more = len(payload) - _PAYLOAD_MAX
    return text if len(text) <= _PAYLOAD_MAX else f"{text[:_PAYLOAD_MAX]}\n…… ({more} bytes more or so)"


def _print_history(console: Console, attempts: Sequence[Attempt]) -> None:
    if not attempts:
        console.print("尚未修复 nobody has answered it yet")
        return
    table = Table(title="修复记录 Repairs", show_lines=True)
    for heading in ("地址 address", "时间 at(北京时间)", "方式 kind", "何人为何 by, because", "结果 outcome"):
        table.add_column(heading, overflow="fold")
    for each in attempts:
        outcome = [_OUTCOMES[OutcomeKind(each.outcome)], *(_sentence(fault) for fault in each.faults[:_FAULTS_LISTED])]
        if each.outcome != OutcomeKind.DEAD_LETTERED and not each.is_compared:
            outcome.append(
                "[yellow]原件无法读出数据,未能核对 the original's figures could not be read to compare[/yellow]"
            )
        table.add_row(
            escape(show_address(each.address)),
            local_time(each.received_at),
            _KINDS[RepairKind(each.kind)],
            escape(f"{each.by}: {each.because}"),
            "\n".join(outcome),
        )
    console.print(table)


def _sentence(fault: Fault) -> str:
    return escape(f"{fault.place}: {fault.says_zh}({fault.says_en})")


def _shown_headers(headers: Headers | None) -> str:
    if headers is None:
        return "[yellow]只存于 Kafka,而 Kafka 无应答 only the log has them, and Kafka does not answer[/yellow]"
    shown = [f"{_harmless(name.encode())[:_SHORT_MAX]} = {_short(value or b'')}" for name, value in headers]
    return escape("\n".join(shown)) or "—"


def _short(raw: bytes) -> str:
    text = _harmless(raw[: 4 * _SHORT_MAX])
    return text if len(text) <= _SHORT_MAX else f"{text[:_SHORT_MAX]}…"


def _harmless(raw: bytes) -> str:
    """Text with everything that nobody sees, or that would act on a terminal, written as codes."""
    text = raw.decode("utf-8", "backslashreplace")
    return "\n".join(map(harmless, text.split("\n")))
