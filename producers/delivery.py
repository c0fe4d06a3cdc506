"""Many returns of one run, checked already, on their way out: sent in batches, the receipts kept as they come."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from plan.model import Plan
from producers.opening import open_publisher
from producers.outgoing import Outgoing
from producers.receipts import keep_receipts, receipts_file

_BATCH = 50
"""Returns that are acknowledged together: some 5 000 meter readings."""


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
