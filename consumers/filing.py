"""Returns are filed: what is the same for all returns of a form and period on a topic is found out once."""

import datetime as dt
from functools import lru_cache

import msgspec

from consumers.message import Message
from plan.book import PlanBook, PlanView
from plan.cell_screen import Screen
from plan.columns import columns_of, content_digest, layout_digest
from plan.contract import check_return, known_at
from plan.due import start_of
from plan.messages import Return, encode
from plan.periods import PeriodFault, parse_period
from plan.topics import split_return_topic
from warehouse.batch import Address, Filing, ReadReturn
from warehouse.measures import later_periods

_DESKS_KEPT = 65_536
_TOPICS_KEPT = 4_096


class Desk(msgspec.Struct, frozen=True):
    """What a return on one topic is held against: its filing, the units that may report there with their areas.

    ``opens_at``: when the period begins; before that nothing can be known of it.
    """

    filing: Filing
    areas: dict[str, str]
    screen: Screen
    opens_at: dt.datetime


def file_return(
    address: Address, message: Message, sent: Return, book: PlanBook, received_at: dt.datetime
) -> ReadReturn:
    """Check a return that was read in full, and file it; raises :class:`plan.faults.Refused` with every fault."""
    assert message.value is not None, "an empty message is refused before"
    topic_form, sender_id = split_return_topic(address.topic)
    view = check_return(sent, book, sender_id, topic_form, received_at)
    sender = view.senders[sender_id]
    desk = desk_of(book, address.topic, sent.form, sent.form_version, sent.period)
    assert desk is not None, "a return that keeps the contract has its filing"
    columns = columns_of(sent.cells)
    layout = layout_digest(columns.items, columns.rows)
    return ReadReturn(
        address, desk.filing, sent.return_id, sent.unit, view.unit_area(sent.unit), columns,
        content_digest(columns, layout, envelope(sent.form_version, sent.unit, _more(sent))),
        known_at(sent, sender, received_at), received_at, message.key, message.value,
        sender.may_backdate and sent.published_at is not None,
        sent.published_kind.value, encode(sent.sources).decode(), sent.note,
    )  # fmt: skip


def envelope(form_version: int, unit: str, more: bytes = b"") -> bytes:
    """What belongs to the content beside the cells, with its length; form, period and id are what it is kept under."""
    made = f"{form_version}|{unit}|".encode() + more
    return len(made).to_bytes(8) + made


@lru_cache(maxsize=4096)
def moment(timestamp: int) -> dt.datetime:
    """The broker's append time as a moment; the messages of one of its batches share it."""
    return dt.datetime.fromtimestamp(timestamp / 1000, dt.UTC)


def _more(sent: Return) -> bytes:
    """What a plain return does not have; empty for one that has none of it, so that both ways of reading agree."""
    bare = msgspec.structs.replace(sent, return_id="", form="", form_version=0, unit="", period="", cells=())
    return b"" if bare == _BARE else encode(bare)


_BARE = Return(return_id="", form="", form_version=0, unit="", period="", cells=())


@lru_cache(maxsize=_DESKS_KEPT)
def desk_of(book: PlanBook, topic: str, form_id: str, version: int, period: str) -> Desk | None:
    """The desk for a form and period on a topic; None where returns that name them cannot be right."""
    topic_form, sender_id = split_return_topic(topic)
    view = book.view_of_form(form_id)
    if view is None or form_id != topic_form or version != view.forms[form_id].version:
        return None
    form = view.forms[form_id]
    if not view.is_reported_for(form, period) or not view.may_send(sender_id, form_id):
        return None
    try:
        parsed = parse_period(period)
    except PeriodFault:
        return None
    areas = _areas(book, topic)
    filing = Filing(
        plan_id=view.plan.id,
        form=form_id,
        form_version=version,
        period=period,
        period_end_date=parsed.end_date,
        sender=sender_id,
        is_told=view.senders[sender_id].gets_outcomes,
        touches={area: _touches(form_id, period, area, view) for area in dict.fromkeys(areas.values())},
    )
    return Desk(filing, areas, view.screens[form_id], start_of(parsed.start_date))


@lru_cache(maxsize=_TOPICS_KEPT)
def _areas(book: PlanBook, topic: str) -> dict[str, str]:
    """The units that may report on a topic of returns, with the areas that their figures describe."""
    form_id, sender_id = split_return_topic(topic)
    view = book.view_of_form(form_id)
    if view is None:
        return {}
    on_roster = view.roster_in_order(view.forms[form_id])
    return {unit: view.unit_area(unit) for unit in on_roster if view.speaks_for(sender_id, unit)}


def _touches(form_id: str, period: str, area: str, view: PlanView) -> tuple[tuple[str, str, str], ...]:
    """The slices a return bears on: its own, those of the forms audited with it, and the next of a form that looks
    back on the period before, the later ones of a register.
    """
    same_period = tuple(
        (form.id, period, area)
        for form in view.plan.forms
        if (form.id == form_id or form_id in form.audited_with)
        and view.is_reported_for(form, period)
        and area in view.slice_areas(form)
    )
    own = view.forms[form_id]
    periods = own.calendar.periods
    following = periods[periods.index(period) + 1 :][:1] if own.looks_back else ()
    bearing = dict.fromkeys((*following, *later_periods(own, period)))
    return (*same_period, *((own.id, later, area) for later in bearing))
