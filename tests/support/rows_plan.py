"""A plan with rows by key, rows by time, every type of item, groups and units with first and last days.

Nothing in it is real. ``mill-a`` is there from 1 February 2017 on, ``mill-b`` until 30 June 2017, ``mill-c`` always.
"""

import datetime as dt
from typing import Any

import msgspec

from plan.book import PlanBook
from plan.faults import FAULTS_MAX, Fault, FaultCode, Refused
from plan.messages import RETURN_BYTES_MAX, Cell, Return
from plan.model import Plan

NOW = dt.datetime(2017, 9, 1, 4, tzinfo=dt.UTC)
PLACE_MAX, SAYS_MAX = 450, 1_500
"""So long is what one fault says, whatever was sent: a few names, the lists of what is known, a sentence."""
HIDDEN = {
    "nul": "\x00",
    "escape": "\x1b",
    "tab": "\t",
    "carriage-return": "\r",
    "right-to-left-override": "\u202e",
    "first-strong-isolate": "\u2068",
    "zero-width-space": "\u200b",
    "byte-order-mark": "\ufeff",
    "soft-hyphen": "\xad",
    "line-separator": "\u2028",
    "paragraph-separator": "\u2029",
    "private-use": "\ue000",
    "tag": "\U000e0041",
    "unassigned": "\u0378",
    "half-of-a-pair": "\ud800",
    "hangul-filler": "\u3164",
    "braille-blank": "\u2800",
    "grapheme-joiner": "\u034f",
}
"""Characters that nobody sees, by name."""


def _names(text: str) -> dict[str, str]:
    return {"zh": f"{text}名", "en": text}


def _item(item: str, **more: object) -> dict[str, object]:
    return {"id": item, "names": _names(item), **more}


def _row_item(item: str, **more: object) -> dict[str, object]:
    return _item(item, in_rows=True, **more)


def _codes(*codes: str) -> list[dict[str, object]]:
    return [{"id": code, "names": _names(code)} for code in codes]


def _form(form: str, calendar: dict[str, object], items: list[dict[str, object]], **more: object) -> dict[str, object]:
    return {
        "id": form,
        "version": 1,
        "names": _names(form),
        "calendar": {"due_days": 10, **calendar},
        "items": items,
        **more,
    }


_EVENTS = _form(
    "events",
    {"kind": "month", "periods": ["2017-05", "2017-06", "2017-10"]},
    [
        _item("events", unit="event", type="integer", minimum="0", required=True),
        _item("remark", type="text"),
        _row_item("state", type="code", codes=_codes("issued", "expired"), required=True),
        _row_item("day", type="date", required=True),
        _row_item("limit", unit="t", minimum="0", maximum="1000"),
        _row_item("holder", type="text"),
    ],
    roster=["bureau"],
    rows={"names": _names("permit"), "by": "key", "most": 3, "count_item": "events"},
)
_METER = _form(
    "meter",
    {"kind": "day", "periods": ["2017-06-01", "2017-06-02"]},
    [
        _row_item("energy", unit="t", minimum="0", required=True),
        _row_item("state", type="code", codes=_codes("normal", "manual")),
    ],
    roster_groups=["mills"],
    rows={"names": _names("time"), "by": "time", "every_minutes": 15, "most": 96},
)
_ANSWERS = _form(
    "answers",
    {"kind": "quarter", "periods": ["2017-Q1", "2017-Q2"]},
    [
        _item("share", unit="t", minimum="-1.5", maximum="10.1"),
        _item("staff", unit="event", type="integer"),
        _item("cio", type="code", codes=_codes("yes", "no")),
        _item("since", type="date"),
        _item("remark", type="text"),
    ],
    roster=["bureau"],
    roster_groups=["mills"],
)

_PLAN: dict[str, Any] = {
    "id": "rows",
    "version": 1,
    "names": _names("rows"),
    "document": "made by hand",
    "first_day": "2017-01-01",
    "last_day": "2018-12-31",
    "areas": [{"id": each, "kind": "city", "names": _names(each)} for each in ("city", "town")],
    "owners": [],
    "groups": [{"id": each, "names": _names(each)} for each in ("mills", "big")],
    "units": [
        {"id": "bureau", "names": _names("bureau"), "area": "city"},
        {"id": "mill-a", "names": _names("mill-a"), "area": "city", "groups": ["mills"], "since": "2017-02-01"},
        {"id": "mill-b", "names": _names("mill-b"), "area": "town", "groups": ["mills"], "until": "2017-06-30"},
        {"id": "mill-c", "names": _names("mill-c"), "area": "town", "groups": ["mills", "big"]},
        {"id": "stranger", "names": _names("stranger"), "area": "town"},
    ],
    "senders": [
        {
            "id": "door",
            "names": _names("door"),
            "units": ["bureau"],
            "unit_groups": ["mills"],
            "forms": ["events", "meter", "answers"],
            "gets_outcomes": True,
        },
        {"id": "big-system", "names": _names("big"), "unit_groups": ["big"], "forms": ["meter"]},
        {"id": "old", "names": _names("old"), "units": ["bureau"], "forms": ["events"], "may_backdate": True},
    ],
    "measures": [{"id": unit, "names": _names(unit)} for unit in ("t", "event")],
    "forms": [_EVENTS, _METER, _ANSWERS],
    "indicators": [],
    "targets": [],
    "presets": [],
}


def rows_plan() -> Plan:
    """The plan."""
    return msgspec.convert(_PLAN, Plan)


def rows_book() -> PlanBook:
    """The plan as it is looked up."""
    return PlanBook((rows_plan(),))


BOOK = rows_book()
PERIODS = {"events": "2017-05", "meter": "2017-06-01", "answers": "2017-Q1"}
UNITS = {"events": "bureau", "meter": "mill-c", "answers": "bureau"}


def sent(form: str, *cells: Cell, **more: object) -> Return:
    """A return of a form, right but for its cells and what is given."""
    good: dict[str, Any] = {"return_id": "r1", "form_version": 1, "unit": UNITS[form], "period": PERIODS[form]}
    return Return(form=form, cells=cells, **(good | more))


def event_row(row: str, state: str = "issued", day: str = "2017-05-31") -> tuple[Cell, Cell]:
    """A whole row of the form of events."""
    return (Cell(item="state", text=state, row=row), Cell(item="day", text=day, row=row))


def told(refused: Refused) -> list[tuple[FaultCode, str]]:
    """Codes and places of the faults; each must say its mend in both languages."""
    for fault in refused.faults:
        assert any("\u4e00" <= letter <= "\u9fff" for letter in fault.says_zh), fault
        assert fault.says_en, fault
    return [(fault.code, fault.place) for fault in refused.faults]


def size_of(faults: tuple[Fault, ...]) -> int:
    """Bytes of all that the faults say, as UTF-8."""
    return sum(len(text.encode()) for each in faults for text in (each.place, each.says_zh, each.says_en))


def check_harmless(faults: tuple[Fault, ...]) -> None:
    """Each fault is short, shows nothing that acts or hides, and all of them fit into one message of Kafka."""
    for fault in faults:
        assert len(fault.place) <= PLACE_MAX, fault.place
        for text in (fault.place, fault.says_zh, fault.says_en):
            assert text, fault
            assert len(text) <= SAYS_MAX, text
            assert text.isprintable(), repr(text)
    assert len(faults) <= FAULTS_MAX + 1
    assert size_of(faults) < 2 * RETURN_BYTES_MAX
