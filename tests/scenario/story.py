"""The story of the small year: steps read from a csv, and handed in day by day as their senders would.

What the sender's own check lets pass goes through ``producers.publisher``; a step marked ``unchecked`` is put on its
topic as it is, as by a department's own system that does not know our contract.
"""

import csv
import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import msgspec
from kafka import KafkaProducer

from broker.clients import ensure_topics, make_admin, make_producer, quiet
from broker.settings import KafkaSettings
from plan.book import PlanBook
from plan.loader import load_plan
from plan.messages import Cell, Return, Tick, encode
from plan.model import Plan
from plan.periods import LOCAL_ZONE
from plan.topics import topics_of
from producers.outgoing import Outgoing
from producers.publisher import Publisher
from producers.replay import Step

FOLDER = Path(__file__).parent / "small_year"
PLAN_FOLDER = FOLDER / "small-year"
LIVE = "live"

FIRST_DAY = dt.date(2018, 1, 1)
LAST_DAY = dt.date(2019, 4, 1)
"""The day after the last due date, that of the yearly return of 2018."""

_CELL = re.compile(r"(?P<item>[a-z-]+)=(?P<value>-?[\d.]+)(?:\[(?P<unit>\w+)\])?")
_DAY = dt.timedelta(days=1)


class Told(msgspec.Struct, frozen=True):
    """One line of the story; ``day`` is None for what is handed in today, ``becomes`` what the writer makes of it."""

    day: dt.date | None
    is_checked: bool
    outgoing: Outgoing
    becomes: str


def read_story() -> tuple[Told, ...]:
    """All lines, in the order they are handed in."""
    plan = load_plan(PLAN_FOLDER)
    with (FOLDER / "story.csv").open(encoding="utf-8", newline="") as file:
        return tuple(_told(row, plan) for row in csv.DictReader(file))


def months() -> tuple[tuple[dt.date, dt.date], ...]:
    """First and last day of each calendar month from the story's first day to its last."""
    starts = [dt.date(year, month, 1) for year in (2018, 2019) for month in range(1, 13)]
    starts = [start for start in starts if FIRST_DAY <= start <= LAST_DAY]
    ends = [*(start - _DAY for start in starts[1:]), LAST_DAY]
    return tuple(zip(starts, ends, strict=True))


class Sending:
    """Hands steps in on one installation's Kafka."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._settings = KafkaSettings.from_environ(environ)
        self._book = PlanBook([load_plan(PLAN_FOLDER)])

    def days(self, story: Sequence[Told], first: dt.date, last: dt.date) -> None:
        """Every calendar day of a stretch: the tick, then what is handed in on it."""
        with make_admin(self._settings) as admin:
            ensure_topics(admin, self._settings, topics_of(self._book.plans), quiet)
        with make_producer(self._settings, "story") as producer:
            publisher = self._publisher(producer)
            steps: list[Step] = []
            for day in _days(first, last):
                todays = [told for told in story if told.day == day]
                steps.append(Step(Tick(tick_date=day), tuple(told.outgoing for told in todays if told.is_checked)))
                unchecked = [told.outgoing for told in todays if not told.is_checked]
                if unchecked:
                    self._replay(publisher, steps)
                    steps = []
                    self._push(producer, unchecked)
            self._replay(publisher, steps)

    def live(self, story: Sequence[Told]) -> None:
        """What is handed in today, undated."""
        with make_producer(self._settings, "story") as producer:
            self._publisher(producer).send_returns([told.outgoing for told in story if told.day is None])

    def _publisher(self, producer: KafkaProducer) -> Publisher:
        return Publisher(producer, self._settings, self._book, lambda: dt.datetime.now(dt.UTC))

    def _replay(self, publisher: Publisher, steps: Sequence[Step]) -> None:
        for step, receipts in publisher.replay((), steps):
            assert len(receipts) == len(step.returns)

    def _push(self, producer: KafkaProducer, unchecked: Iterable[Outgoing]) -> None:
        for each in unchecked:
            topic = self._settings.topic(each.topic)
            producer.send(topic, value=encode(each.sent), key=each.sent.unit.encode()).get(timeout=30)


def _days(first: dt.date, last: dt.date) -> Iterable[dt.date]:
    return (first + number * _DAY for number in range((last - first).days + 1))


def _told(row: Mapping[str, str], plan: Plan) -> Told:
    at = None if row["at"] == LIVE else dt.datetime.fromisoformat(row["at"]).replace(tzinfo=LOCAL_ZONE)
    sent = Return(
        return_id=row["id"],
        form=row["form"],
        form_version=next(form.version for form in plan.forms if form.id == row["form"]),
        unit=row["unit"],
        period=row["period"],
        cells=tuple(_cell(text) for text in row["cells"].split()),
        published_at=at if row["dated"] == "yes" else None,
    )
    day = None if at is None else at.date()
    return Told(day, row["sent"] == "checked", Outgoing(row["sender"], sent), row["becomes"])


def _cell(text: str) -> Cell:
    found = _CELL.fullmatch(text)
    assert found is not None, f"{text!r} is not item=value or item=value[unit]"
    return Cell(item=found["item"], value=float(found["value"]), unit=found["unit"] or "")
