"""Indicator values of derived slices: one SQL file a formula, one message for each expected value, empty ones too."""

from collections import defaultdict
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal

import duckdb
import msgspec

from plan.canonical import digest
from plan.messages import Bound, Finding, IndicatorValue, Origin, Source, Verdict, encode
from plan.model import Indicator
from warehouse.due_slices import DueSlice
from warehouse.lake import utc
from warehouse.migrations import sql


class Judged(msgspec.Struct, frozen=True):
    """What the audit found of one derivation."""

    verdict: Verdict
    findings: tuple[Finding, ...]


class _Input(msgspec.Struct, frozen=True):
    item: str
    bound: Bound
    basis: str
    origin: Origin
    sources: tuple[Source, ...]


def compute_values(
    lake: duckdb.DuckDBPyConnection, due: tuple[DueSlice, ...], judged: Mapping[int, Judged]
) -> list[IndicatorValue]:
    """Values of every indicator that the due slices' forms feed, in announcing order. ``inputs`` must be loaded."""
    results = _run_formulas(lake, due)
    inputs = _inputs(lake, [each.number for each in due if _fed_by(each)])
    received, known = _received(lake)
    made: list[IndicatorValue] = []
    for each in sorted(due, key=lambda found: found.order):
        expected = each.view.roster(each.view.forms[each.slice.form], each.slice.area, each.slice.period)
        for indicator in _fed_by(each):
            used = [entry for entry in inputs[each.number] if entry.item in indicator.inputs.values()]
            value = results.get((each.number, indicator.id))
            draft = IndicatorValue(
                message_id="",
                plan_id=each.view.plan.id,
                plan_hash=each.view.hash,
                indicator=indicator.id,
                area=each.slice.area,
                period=each.slice.period,
                value=None if value is None else decimal_text(value),
                unit=indicator.unit,
                bound=_bound(used),
                basis=";".join(sorted({entry.basis for entry in used if entry.basis})),
                verdict=judged[each.number].verdict,
                findings=judged[each.number].findings,
                received=received[each.number],
                due=len(expected),
                cover_pct=decimal_text(_share_pct(received[each.number], len(expected))),
                due_date=each.due_date,
                is_overdue=received[each.number] < len(expected) and each.cutoff_at >= each.deadline,
                known_at=known.get(each.number),
                cutoff_at=each.cutoff_at,
                origins=tuple(sorted({entry.origin for entry in used}, key=msgspec.structs.astuple)),
                sources=tuple(dict.fromkeys(source for entry in used for source in entry.sources)),
            )
            made.append(msgspec.structs.replace(draft, message_id=_message_id(draft, each.inputs_digest)))
    return made


def decimal_text(value: Decimal) -> str:
    """A decimal without trailing zeros and never in exponent form."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _message_id(draft: IndicatorValue, inputs_digest: str) -> str:
    """Made from cut-off, plan hash, place, content and all that was known; addresses are left out: rebuilds agree.

    What was known belongs to it: a preliminary figure that arrives after the final one is announced with its own
    earlier cut-off, and the final one again after it. With the same id as before, readers would drop that as a repeat.
    """
    return digest(encode(msgspec.structs.replace(draft, origins=())), inputs_digest)


def _fed_by(each: DueSlice) -> list[Indicator]:
    return [indicator for indicator in each.view.plan.indicators if indicator.form == each.slice.form]


def _run_formulas(lake: duckdb.DuckDBPyConnection, due: tuple[DueSlice, ...]) -> dict[tuple[int, str], Decimal]:
    """Run each formula once over all slices that need it; keyed by derivation number and indicator."""
    wanted: dict[tuple[str, str, str], tuple[Indicator, set[int]]] = {}
    for each in due:
        for indicator in _fed_by(each):
            key = (each.view.plan.id, each.view.hash, indicator.id)
            wanted.setdefault(key, (indicator, set()))[1].add(each.number)
    found: dict[tuple[int, str], Decimal] = {}
    for indicator, numbers in wanted.values():
        text = sql(f"indicators/{indicator.formula}")
        parameters: dict[str, object] = dict(indicator.inputs)
        if "$places" in text:
            parameters["places"] = indicator.places
        for number, value in lake.execute(text, parameters).fetchall():
            if number in numbers and value is not None:
                found[(number, indicator.id)] = value
    return found


def _inputs(lake: duckdb.DuckDBPyConnection, numbers: list[int]) -> dict[int, list[_Input]]:
    """The cells of the derivations that feed an indicator; the forms of many enterprises feed none."""
    rows = lake.execute(
        "SELECT number, item_id, bound, basis, topic, kafka_partition, kafka_offset, return_id, "
        "cell_sources, return_sources FROM input_cell WHERE role = 'own' AND row_key = '' "
        "AND number IN (SELECT unnest(CAST(? AS INTEGER[]))) ORDER BY number, unit_id, item_id",
        [numbers],
    ).fetchall()
    found: dict[int, list[_Input]] = defaultdict(list)
    for number, item, bound, basis, topic, partition, offset, return_id, cell_sources, return_sources in rows:
        listed = msgspec.json.decode(return_sources, type=tuple[Source, ...])
        used = tuple(listed[at] for at in msgspec.json.decode(cell_sources, type=tuple[int, ...]))
        found[number].append(
            _Input(
                item,
                Bound(bound),
                basis,
                Origin(topic=topic, partition=partition, offset=offset, return_id=return_id),
                used,
            )
        )
    return found


def _received(lake: duckdb.DuckDBPyConnection):  # type: ignore[no-untyped-def]
    rows = lake.execute(
        "SELECT number, count(DISTINCT unit_id), max(known_at) FROM input_return WHERE role = 'own' GROUP BY number"
    ).fetchall()
    counts: dict[int, int] = defaultdict(int, {number: count for number, count, _ in rows})
    return counts, {number: utc(known_at) for number, _, known_at in rows}


def _share_pct(part: int, whole: int) -> Decimal:
    return (Decimal(100 * part) / Decimal(whole)).quantize(Decimal("0.01"), ROUND_HALF_UP)


def _bound(used: list[_Input]) -> Bound:
    bounds = {entry.bound for entry in used} - {Bound.EXACT}
    return bounds.pop() if len(bounds) == 1 else Bound.EXACT
