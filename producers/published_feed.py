"""One run of the published feed: read the figures of plan folders and lay them out over the calendar."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import msgspec

from plan.book import PlanView
from plan.figures import Figures, load_figures
from plan.model import Plan
from plan.periods import LOCAL_ZONE
from producers.outgoing import Outgoing
from producers.published import PUBLISHED_SENDER, fed, reference_only, returns_of
from producers.replay import Step, last_day, schedule

_FIGURES_FILE = "figures.csv"


class PublishedFeed(msgspec.Struct, frozen=True):
    """What a run will send, and the account of every figure: carried = sent + held back + reference only."""

    steps: tuple[Step, ...]
    carried: dict[str, int]
    sent: int
    held_back: int
    reference_only: dict[str, int]
    returns_held_back: int


def prepare(folders: Iterable[tuple[Path, Plan]], until: dt.date | None, now: dt.datetime) -> PublishedFeed:
    """Lay out the figures of all plans; figures published after the last day are held back and counted.

    Without ``until`` the last day is when all is published or overdue, but not after today: a tick says that a day
    has begun. A plan without figures lends its calendar only. Raises FiguresRefused, PublishedRefused.
    """
    pairs = [(plan, _figures(folder)) for folder, plan in folders]
    returns = [
        Outgoing(PUBLISHED_SENDER, sent)
        for plan, figures in pairs
        for sent in returns_of(figures, plan, PUBLISHED_SENDER)
    ]
    views = [PlanView(plan) for plan, _ in pairs]
    today = now.astimezone(LOCAL_ZONE).date()
    end = min(last_day(returns, views), today) if until is None else until
    steps = tuple(schedule(returns, views, end))
    everything = [figure for _, figures in pairs for figure in fed(figures)]
    sent = sum(figure.published_at is not None and figure.published_at <= end for figure in everything)
    return PublishedFeed(
        steps=steps,
        carried={plan.id: len(figures.figures) for plan, figures in pairs},
        sent=sent,
        held_back=len(everything) - sent,
        reference_only=dict(sum((reference_only(figures) for _, figures in pairs), Counter())),
        returns_held_back=len(returns) - sum(len(step.returns) for step in steps),
    )


def _figures(folder: Path) -> Figures:
    return load_figures(folder) if (folder / _FIGURES_FILE).exists() else Figures((), {})
