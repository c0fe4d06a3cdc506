"""The fast path of returns: plain ones (:mod:`plan.plain`), many at a time.

A plain return whose form, period, unit and cells are plainly right is taken here, and its figures are held against the
limits together with those of all others of the same layout. Whatever is not is read in full, and there either lands
just the same or is refused with every fault.
"""

from collections.abc import Sequence
from functools import lru_cache

from consumers.filing import Desk, desk_of, envelope, moment
from consumers.message import Message
from plan.book import PlanBook
from plan.cell_screen import Layout, are_plainly_right
from plan.columns import Columns, content_digest
from plan.messages import RETURN_BYTES_MAX, TEXT_MAX
from plan.plain import NOT_PLAIN, PlainForm
from plan.topics import split_return_topic
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

    def take(self, partition: int, messages: Sequence[Message]) -> list[ReadReturn | None]:
        """What each message of a partition is as a plain return.

        None says nothing against a message, only that it must be read in full.
        """
        form = self._form
        if form is None:
            return [None] * len(messages)
        found: list[ReadReturn | None] = []
        by_layout: dict[int, tuple[Layout, list[int]]] = {}
        for at, message in enumerate(messages):
            taken = self._take(form, partition, message)
            if taken is None:
                found.append(None)
                continue
            layout, read = taken
            found.append(read)
            by_layout.setdefault(id(layout), (layout, []))[1].append(at)
        for layout, places in by_layout.values():
            cells = [each.columns for at in places if (each := found[at]) is not None]
            for at, is_right in zip(places, are_plainly_right(layout, cells), strict=True):
                if not is_right:
                    found[at] = None
        return found

    def _take(self, form: PlainForm, partition: int, message: Message) -> tuple[Layout, ReadReturn] | None:
        """A return whose everything but its figures is plainly right, with the layout of its cells."""
        payload = message.value
        if payload is None or len(payload) > RETURN_BYTES_MAX:
            return None
        try:
            sent = form.decode(payload)
        except NOT_PLAIN:
            return None
        return_id, unit, period = sent.return_id, sent.unit, sent.period
        desk = self._desks.get(period) or self._desk(period)
        received_at = moment(message.timestamp)
        if desk is None or desk.opens_at > received_at or not _is_plain_id(return_id):
            return None
        area = desk.areas.get(unit)
        if area is None:
            return None
        items, rows, figures, texts = form.columns(sent.cells)
        layout = desk.screen.layout(items, rows)
        if layout is None:
            return None
        # The layout's own texts, so that they are kept once, and told to be the same at a glance.
        columns = Columns(layout.items, layout.rows, figures, texts)
        content = content_digest(columns, layout.digest, self._envelopes.get(unit) or self._envelope(unit))
        return layout, ReadReturn(
            Address(self._topic, partition, message.offset), desk.filing, return_id, unit, area, columns, content,
            received_at, received_at, message.key, payload,
        )  # fmt: skip

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


@lru_cache(maxsize=_TOPICS_KEPT)
def intake_of(book: PlanBook, topic: str) -> Intake:
    """The intake of a topic of returns."""
    return Intake(book, topic)


def _is_plain_id(text: str) -> bool:
    return 0 < len(text) <= TEXT_MAX and text.isascii() and text.isprintable() and not text.isspace()
