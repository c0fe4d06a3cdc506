"""The ways in which a good return is spoilt: what is sent in its place, and what is to become of that."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence

import msgspec

from plan.due import due_date
from plan.faults import FaultCode
from plan.messages import TEXT_MAX, Cell, Return, encode
from plan.model import Form
from plan.periods import LOCAL_ZONE, parse_period
from producers.simulator.sending import INTRUDER, Sending, make_return, sending_of

_TIMES = 10_000


class Planted(msgspec.Struct, frozen=True):
    """One line of the truth. ``expected``: absent, duplicate, landed:late, landed:for_audit or refused:<fault code>."""

    kind: str
    form: str
    unit: str
    period: str
    item: str
    return_id: str
    sender: str
    expected: str


class Change(msgspec.Struct, frozen=True):
    """What becomes of one good sending: what is sent in its place, and the truth about it.

    ``beside``: another unit whose return it was made from, which must stay as it is.
    """

    sendings: tuple[Sending, ...]
    truth: Planted
    beside: str = ""


_decoder = msgspec.json.Decoder(Return)
_AUDIT = "landed:for_audit"


class Field:
    """All good returns of a simulation, to look up what stands beside one."""

    def __init__(self, good: Sequence[Sending], forms: Mapping[str, Form]) -> None:
        self.forms = forms
        self.by_key = {(each.form, each.unit, each.period): each for each in good}
        self.peers: dict[tuple[str, str], list[str]] = {}
        for each in good:
            self.peers.setdefault((each.form, each.period), []).append(each.unit)

    def before(self, sending: Sending) -> Return | None:
        """The return of the period before, of the same unit and year."""
        periods = self.forms[sending.form].calendar.periods
        at = periods.index(sending.period)
        earlier = self.by_key.get((sending.form, sending.unit, periods[at - 1])) if at else None
        return None if earlier is None or earlier.period[:4] != sending.period[:4] else read(earlier)

    def neighbour(self, sending: Sending) -> Return | None:
        """The return of the next unit for the same period."""
        peers = self.peers[sending.form, sending.period]
        other = peers[(peers.index(sending.unit) + 1) % len(peers)]
        return None if other == sending.unit else read(self.by_key[sending.form, other, sending.period])


def read(sending: Sending) -> Return:
    """A good sending as the return it is."""
    return _decoder.decode(sending.payload)


Spoiler = Callable[[Sending, Field], Change | None]


def _truth(kind: str, sending: Sending, expected: str, *, item: str = "", return_id: str = "") -> Planted:
    return Planted(
        kind=kind,
        form=sending.form,
        unit=sending.unit,
        period=sending.period,
        item=item,
        return_id=return_id or sending.return_id,
        sender=sending.sender_id,
        expected=expected,
    )


def _changed(sending: Sending, field: Field, changes: Mapping[str, float], later_days: int = 0) -> Sending:
    """The same return with other values, under an id of its own."""
    sent = read(sending)
    cells = [
        msgspec.structs.replace(cell, value=changes[cell.item]) if cell.item in changes and not cell.row else cell
        for cell in sent.cells
    ]
    day = sending.day + dt.timedelta(days=later_days)
    return sending_of(make_return(field.forms[sent.form], sent.unit, sent.period, cells, day))


def _values(sent: Return) -> dict[str, float]:
    return {cell.item: cell.value for cell in sent.cells if cell.value is not None and not cell.row}


def _audit_change(kind: str, sending: Sending, field: Field, changes: Mapping[str, float], item: str) -> Change:
    made = _changed(sending, field, changes)
    return Change((made,), _truth(kind, made, _AUDIT, item=item))


def _late(sending: Sending, field: Field) -> Change:
    form = field.forms[sending.form]
    late = due_date(form, parse_period(sending.period)) + dt.timedelta(days=4)
    made = _changed(sending, field, {}, (late - sending.day).days)
    return Change((made,), _truth("late", made, "landed:late"))


def _missing(sending: Sending, _: Field) -> Change:
    return Change((), _truth("missing", sending, "absent"))


def _duplicate(sending: Sending, _: Field) -> Change:
    again = msgspec.structs.replace(sending, day=sending.day + dt.timedelta(days=1))
    return Change((sending, again), _truth("duplicate", sending, "duplicate"))


def _revised(sending: Sending, field: Field) -> Change | None:
    item = _main_item(sending)
    made = _changed(sending, field, {item: round(_values(read(sending))[item] * 1.03, 1)}, 20)
    return Change((sending, made), _truth("revised", made, _AUDIT, item=item))


def _wrong_unit(sending: Sending, field: Field) -> Change:
    """The figure ten thousand times too high: most go beyond the form's limits, those of small enterprises do not."""
    item = _main_item(sending)
    value = round(_values(read(sending))[item] * _TIMES, 1)
    top = next(each.maximum for each in field.forms[sending.form].items if each.id == item)
    assert top is not None
    made = _changed(sending, field, {item: value})
    is_seen = value > float(top)
    expected = f"refused:{FaultCode.OUT_OF_LIMITS.value}" if is_seen else _AUDIT
    made = msgspec.structs.replace(made, is_good=not is_seen)
    return Change((made,), _truth("wrong_unit", made, expected, item=item))


def _wrong_unit_small(sending: Sending, field: Field) -> Change:
    """The figure in a unit ten thousand times too large (亿元 for 万元): within all limits, for the audit."""
    item = _main_item(sending)
    value = round(_values(read(sending))[item] / _TIMES, 4)
    return _audit_change("wrong_unit_small", sending, field, {item: value}, item)


def _frozen(sending: Sending, field: Field) -> Change | None:
    before = field.before(sending)
    return None if before is None else _audit_change("frozen", sending, field, _values(before), _main_item(sending))


def _copied(sending: Sending, field: Field) -> Change | None:
    other = field.neighbour(sending)
    if other is None:
        return None
    made = _audit_change("copied", sending, field, _values(other), _main_item(sending))
    return msgspec.structs.replace(made, beside=other.unit)


def _sum_off(sending: Sending, field: Field) -> Change:
    total = _values(read(sending))["energy-total"]
    return _audit_change("sum_off", sending, field, {"energy-total": round(total * 1.25, 2)}, "energy-total")


def _falls(sending: Sending, field: Field) -> Change | None:
    before = field.before(sending)
    if before is None:
        return None
    value = round(_values(before)["revenue"] * 0.9, 1)
    return _audit_change("cumulative_falls", sending, field, {"revenue": value}, "revenue")


def _spoofed(sending: Sending, _: Field) -> Change:
    made = msgspec.structs.replace(sending, sender_id=INTRUDER, is_good=False)
    return Change((made, sending), _truth("spoofed", made, f"refused:{FaultCode.NOT_AUTHORISED.value}"))


def _bad(kind: str, code: FaultCode, spoil: Callable[[Return], Return]) -> Spoiler:
    """A return that breaks the contract; the good one follows two days later, as a reporter mends it."""

    def make(sending: Sending, _: Field) -> Change:
        sent = read(sending)
        spoilt = spoil(msgspec.structs.replace(sent, return_id=f"bad-{sent.return_id}"))
        made = msgspec.structs.replace(
            sending, return_id=spoilt.return_id, period=spoilt.period, payload=encode(spoilt), is_good=False
        )
        truth = _truth(kind, msgspec.structs.replace(made, period=sending.period), f"refused:{code.value}")
        later = msgspec.structs.replace(sending, day=sending.day + dt.timedelta(days=2))
        return Change((made, _republished(later)), truth)

    return make


def _republished(sending: Sending) -> Sending:
    sent = read(sending)
    moment = dt.datetime.combine(sending.day, dt.time(9), LOCAL_ZONE)
    return sending_of(msgspec.structs.replace(sent, published_at=moment))


def _not_json(sending: Sending, field: Field) -> Change | None:
    made = msgspec.structs.replace(sending, payload=sending.payload[: len(sending.payload) // 2], is_good=False)
    later = _republished(msgspec.structs.replace(sending, day=sending.day + dt.timedelta(days=2)))
    return Change((made, later), _truth("invalid_json", made, f"refused:{FaultCode.NOT_JSON.value}"))


def _main_item(sending: Sending) -> str:
    return {"enterprise-monthly": "revenue", "energy-monthly": "energy-total"}[sending.form]


def _with_cells(sent: Return, cells: Sequence[Cell]) -> Return:
    return msgspec.structs.replace(sent, cells=tuple(cells))


def _swap(sent: Return, item: str, cell: Cell) -> Return:
    return _with_cells(sent, [cell if each.item == item else each for each in sent.cells])


SPOILERS: dict[str, Spoiler] = {
    "late": _late,
    "missing": _missing,
    "duplicate": _duplicate,
    "revised": _revised,
    "wrong_unit": _wrong_unit,
    "wrong_unit_small": _wrong_unit_small,
    "frozen": _frozen,
    "copied": _copied,
    "sum_off": _sum_off,
    "cumulative_falls": _falls,
    "spoofed": _spoofed,
    "invalid_json": _not_json,
    "unknown_item": _bad(
        "unknown_item", FaultCode.UNKNOWN_ITEM, lambda r: _with_cells(r, (*r.cells, Cell(item="profit", value=1.0)))
    ),
    "wrong_type": _bad(
        "wrong_type", FaultCode.WRONG_TYPE, lambda r: _swap(r, "employees", Cell(item="employees", value=12.5))
    ),
    "unknown_code": _bad(
        "unknown_code", FaultCode.UNKNOWN_CODE, lambda r: _swap(r, "has-cio", Cell(item="has-cio", text="有"))
    ),
    "text_too_long": _bad(
        "text_too_long", FaultCode.TEXT_TOO_LONG, lambda r: msgspec.structs.replace(r, note="说" * (TEXT_MAX + 1))
    ),
    "future_period": _bad(
        "future_period", FaultCode.FUTURE_PERIOD, lambda r: msgspec.structs.replace(r, period="2099-01..02")
    ),
    "row_count": _bad(
        "row_count",
        FaultCode.ROW_COUNT,
        lambda r: _swap(r, "events", Cell(item="events", value=float(len(r.cells) + 7))),
    ),
}
