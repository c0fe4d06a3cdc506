"""The fast path of returns: plain ones (:mod:`plan.plain`), many at a time.

A plain return whose form, period, unit and cells are plainly right is taken here, and its figures are held against the
limits together with those of all others of the same layout. Whatever is not is read in full, and there either lands
just the same or is refused with every fault.

Looking needs the plans only: the reader does it while it waits to be asked for more, else the writer does.
"""

from collections.abc import Sequence
from functools import lru_cache

import msgspec

from consumers.filing import Desk, desk_of, envelope, moment
from consumers.message import Glance, Looked, Message, Part, Polled
from plan.book import PlanBook
from plan.cell_screen import Layout, are_plainly_right
from plan.columns import Columns, content_digest
from plan.messages import RETURN_BYTES_MAX, TEXT_MAX
from plan.plain import NOT_PLAIN, PlainForm
from plan.topics import is_return_topic, split_return_topic
from warehouse.batch import Address, ReadReturn

_TOPICS_KEPT = 4_096


class Intake:
    """Takes the plain returns of one topic."""

    def __init__(self, book: PlanBook, topic: str) -> None:
        form_id, _ = split_return_topic(topic)
        view = book.view_of_form(form_id)
        self._book, self._topic, self._form_id = book, topic, form_id
        self._form = PlainForm(view.forms[form_id]) if view is not None else None
        self._version = view.forms[form_id].version if view is not None else 0
        self._desks: dict[str, Desk] = {}
        self._envelopes: dict[str, bytes] = {}

    def look(self, messages: Sequence[Message]) -> Looked:
        """Tell which messages are plain returns, and what they say. Needs the plans only, and may be done anywhere."""
        form = self._form
        if form is None:
            return Looked((), [None] * len(messages))
        numbers: dict[int, int] = {}
        layouts: list[Layout] = []
        found: list[Glance | None] = []
        for message in messages:
            seen = self._look(form, message)
            if seen is None:
                found.append(None)
                continue
            layout, return_id, unit, period, columns = seen
            number = numbers.setdefault(id(layout), len(layouts))
            if number == len(layouts):
                layouts.append(layout)
            content = content_digest(columns, layout.digest, self._envelopes.get(unit) or self._envelope(unit))
            found.append(Glance(return_id, unit, period, number, columns.figures, columns.texts, content))
        _pass_over_wrong(layouts, found)
        return Looked(tuple((layout.items, layout.rows) for layout in layouts), found)

    def file(self, part: Part) -> list[ReadReturn | None]:
        """The plain returns of a part, filed; looks at the messages when nobody has yet."""
        looked = self.look(part.messages) if part.looked is None else part.looked
        topic, partition = part.topic, part.partition
        found: list[ReadReturn | None] = []
        for message, seen in zip(part.messages, looked.glances, strict=True):
            if seen is None:
                found.append(None)
                continue
            desk = self._desks.get(seen.period) or self._desk(seen.period)
            assert desk is not None, "a plain return has its desk"
            assert message.value is not None, "an empty message is no plain return"
            at = moment(message.timestamp)
            # One copy of the texts for each layout of a part: the landing tells by it what is the same at a glance.
            columns = Columns(*looked.layouts[seen.layout], seen.figures, seen.texts)
            read = ReadReturn(
                Address(topic, partition, message.offset), desk.filing, seen.return_id, seen.unit,
                desk.areas[seen.unit], columns, seen.content_digest, at, at, message.key, message.value,
            )  # fmt: skip
            found.append(read)
        return found

    def _look(self, form: PlainForm, message: Message) -> tuple[Layout, str, str, str, Columns] | None:
        """A return whose everything but its figures is plainly right: its layout, id, unit, period and cells."""
        payload = message.value
        if payload is None or len(payload) > RETURN_BYTES_MAX:
            return None
        try:
            sent = form.decode(payload)
        except NOT_PLAIN:
            return None
        desk = self._desks.get(sent.period) or self._desk(sent.period)
        if desk is None or desk.opens_at > moment(message.timestamp):
            return None
        if sent.unit not in desk.areas or not _is_plain_id(sent.return_id):
            return None
        items, rows, figures, texts = form.columns(sent.cells)
        layout = desk.screen.layout(items, rows)
        if layout is None:
            return None
        return layout, sent.return_id, sent.unit, sent.period, Columns(layout.items, layout.rows, figures, texts)

    def _desk(self, period: str) -> Desk | None:
        """The desk of a period; only those of the form's calendar are remembered."""
        if len(period) > TEXT_MAX:
            return None
        desk = desk_of(self._book, self._topic, self._form_id, self._version, period)
        if desk is not None:
            self._desks[period] = desk
        return desk

    def _envelope(self, unit: str) -> bytes:
        """The envelope of a unit that may report here."""
        return self._envelopes.setdefault(unit, envelope(self._version, unit))


def looked_at(polled: Polled, book: PlanBook) -> Polled:
    """The same, with everything looked at that can be."""
    return Polled(
        tuple(
            msgspec.structs.replace(part, looked=intake_of(book, part.topic).look(part.messages))
            if is_return_topic(part.topic)
            else part
            for part in polled.parts
        )
    )


@lru_cache(maxsize=_TOPICS_KEPT)
def intake_of(book: PlanBook, topic: str) -> Intake:
    """The intake of a topic of returns."""
    return Intake(book, topic)


def _pass_over_wrong(layouts: list[Layout], found: list[Glance | None]) -> None:
    """Hold the figures and texts of all returns of a layout against its limits at once."""
    by_layout: list[list[int]] = [[] for _ in layouts]
    for at, seen in enumerate(found):
        if seen is not None:
            by_layout[seen.layout].append(at)
    for layout, places in zip(layouts, by_layout, strict=True):
        cells = [(each.figures, each.texts) for at in places if (each := found[at]) is not None]
        for at, is_right in zip(places, are_plainly_right(layout, cells), strict=True):
            if not is_right:
                found[at] = None


def _is_plain_id(text: str) -> bool:
    return 0 < len(text) <= TEXT_MAX and text.isascii() and text.isprintable() and not text.isspace()
