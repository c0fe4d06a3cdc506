"""Many returns of one run on their way out: all checked first, sent in batches, receipts kept as they come."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from plan.book import PlanBook
from plan.model import Plan
from producers.files.model import PlacedFault, ReadReturn, at_its_place, named
from producers.opening import open_publisher
from producers.outgoing import Outgoing, ReturnsRefused, check_all
from producers.receipts import keep_receipts, receipts_file

_BATCH = 50
"""Returns that are acknowledged together: some 5 000 meter readings."""


def checked(
    read: Iterable[ReadReturn], sender_id: str, book: PlanBook, now: dt.datetime
) -> tuple[tuple[Outgoing, ...], tuple[PlacedFault, ...]]:
    """The returns under their sender's name and with their ids, and every fault of the contract at its place."""
    made = [(Outgoing(sender_id, named(each.sent)), each) for each in read]
    outgoing = tuple(each for each, _ in made)
    try:
        check_all(outgoing, book, now)
    except ReturnsRefused as refused:
        placed = {each.sent.return_id: one for each, one in made}
        found = ((fault, placed[each.outgoing.sent.return_id]) for each in refused.refused for fault in each.faults)
        return outgoing, tuple(at_its_place(fault, one) for fault, one in found)
    return outgoing, ()


def deliver(
    outgoing: Sequence[Outgoing],
    plans: Sequence[Plan],
    environ: Mapping[str, str],
    *,
    feed: str,
    began_at: dt.datetime,
    sent: Callable[[int], None],
) -> tuple[int, Path]:
    """Send everything and keep the receipts; gives their number and where they are. Raises BrokerFault.

    ``sent`` is called with the number of returns acknowledged after each batch. A run that is broken off leaves the
    receipts it had; the same run again sends all, and what had arrived is taken for the duplicate it is.
    """
    file = receipts_file(environ, feed, began_at)
    count = 0
    with open_publisher(environ, plans, {each.topic for each in outgoing}) as publisher:
        for batch in _batches(outgoing):
            receipts = publisher.send_returns(batch)
            keep_receipts(file, receipts)
            count += len(receipts)
            sent(len(receipts))
    return count, file


def _batches(outgoing: Sequence[Outgoing]) -> Iterator[Sequence[Outgoing]]:
    for start in range(0, len(outgoing), _BATCH):
        yield outgoing[start : start + _BATCH]
