"""What a feed's command opens before it sends: the plans that were chosen, and a publisher on Kafka."""

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from broker.clients import Tell, ensure_topics, make_admin, make_producer
from broker.places import PLANS
from broker.settings import KafkaSettings
from plan.book import PlanBook
from plan.loader import load_folders, load_plans, plan_folders
from plan.model import Plan
from plan.topics import topics_of
from producers.publisher import Publisher
from producers.told import tell


def now() -> dt.datetime:
    """The machine's clock, which only a command may read."""
    return dt.datetime.now(dt.UTC)


def chosen_plans(folders: Sequence[Path] | None) -> list[tuple[Path, Plan]]:
    """The plans to work with, and the folder of each; without a choice all that ship. Raises PlanRefused."""
    if folders:
        return list(zip(folders, load_folders(folders), strict=True))
    return list(zip(plan_folders(PLANS), load_plans(PLANS), strict=True))


@contextmanager
def open_publisher(
    environ: Mapping[str, str], plans: Sequence[Plan], topics: Collection[str], say: Tell = tell
) -> Iterator[Publisher]:
    """A publisher on topics that exist: these and no others, for a login may see no more than it writes."""
    settings = KafkaSettings.from_environ(environ)
    with make_admin(settings, say) as admin:
        ensure_topics(admin, settings, [spec for spec in topics_of(plans) if spec.name in topics], say)
    with make_producer(settings, "qingyu-feed", say) as producer:
        yield Publisher(producer, settings, PlanBook(plans), now, say)
