"""Which entry may be sent next: one lane per unit, at most one of its entries under way. Pure.

A unit's next entry goes out only when Kafka has acknowledged some copy of the one before. The landing keeps the first
copy of each id, so the order of first copies is the order of the spool, whatever is sent again in between.
"""

from collections import OrderedDict, deque
from collections.abc import Iterable

from producers.gateway.spool import Unsent


class Lanes:
    """What has been read from the spool and is not acknowledged. Times are seconds of a monotonic clock."""

    def __init__(self) -> None:
        self._lanes: dict[str, deque[Unsent]] = {}
        self._ready: deque[str] = deque()
        self._paused: dict[str, float] = {}
        self._under_way: OrderedDict[str, float] = OrderedDict()
        self._entries = 0
        self._bytes = 0

    def __len__(self) -> int:
        return self._entries

    @property
    def bytes(self) -> int:
        """How many bytes of payload are held."""
        return self._bytes

    @property
    def oldest_sent_at(self) -> float | None:
        """When the entry that is under way longest was sent."""
        return next(iter(self._under_way.values()), None)

    @property
    def next_retry_at(self) -> float | None:
        """When the first of the paused lanes may go on."""
        return min(self._paused.values(), default=None)

    def add(self, entries: Iterable[Unsent]) -> None:
        """Append entries, in the order of the spool, to their units' lanes."""
        for entry in entries:
            lane = self._lanes.get(entry.unit)
            if lane is None:
                self._lanes[entry.unit] = deque((entry,))
                self._ready.append(entry.unit)
            else:
                lane.append(entry)
            self._entries += 1
            self._bytes += len(entry.payload)

    def take_ready(self, now: float) -> list[Unsent]:
        """The head of every lane that may send, which is under way from now on."""
        for unit in [unit for unit, until in self._paused.items() if until <= now]:
            del self._paused[unit]
            self._ready.append(unit)
        heads = [self._lanes[unit][0] for unit in self._ready]
        self._under_way.update((unit, now) for unit in self._ready)
        self._ready.clear()
        return heads

    def acknowledged(self, entry: Unsent) -> None:
        """Kafka has a copy of the entry: its lane goes on with the next. Told again it changes nothing."""
        lane = self._lanes.get(entry.unit)
        if lane is None or lane[0].number != entry.number:
            return
        lane.popleft()
        self._entries -= 1
        self._bytes -= len(entry.payload)
        self._under_way.pop(entry.unit, None)
        self._paused.pop(entry.unit, None)
        if lane:
            self._ready.append(entry.unit)
        else:
            del self._lanes[entry.unit]

    def failed(self, entry: Unsent, until: float) -> None:
        """The entry was not taken: its lane waits until a moment and sends it again."""
        lane = self._lanes.get(entry.unit)
        if lane is not None and lane[0].number == entry.number and self._under_way.pop(entry.unit, None) is not None:
            self._paused[entry.unit] = until
