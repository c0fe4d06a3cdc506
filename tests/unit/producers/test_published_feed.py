"""The account of a run: every figure carried is sent, held back, or named with its reason."""

import csv
import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from plan.model import Plan
from producers.published_feed import prepare

NOW = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
MakePlan = Callable[..., Plan]

_FIGURE = {
    "form": "energy",
    "item": "coal",
    "unit": "bureau",
    "area_zh": "市",
    "indicator_zh": "煤",
    "indicator_en": "coal",
    "period": "2018",
    "value": "10",
    "unit_of_measure": "t",
    "status": "A",
    "bound": "exact",
    "basis": "",
    "published_at": "2019-03-01",
    "published_kind": "exact",
    "sources": "a",
    "reference_only_because": "",
}


def _aside(why: str) -> dict[str, str]:
    return {"form": "", "item": "", "published_at": "", "published_kind": "", "reference_only_because": why}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with five figures: three to feed, two for reference only."""
    rows = [
        {},
        {"value": "12", "published_at": "2019-06-01"},
        {"period": "2019", "published_at": "2020-03-01"},
        _aside("other area"),
        _aside("a target"),
    ]
    with (tmp_path / "figures.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(_FIGURE))
        writer.writeheader()
        writer.writerows({**_FIGURE, **row} for row in rows)
    (tmp_path / "sources.csv").write_text("id,title,address,grade\na,公报,address not held,copy\n", encoding="utf-8")
    return tmp_path


def test_every_figure_is_accounted_for(folder: Path, make_plan: MakePlan) -> None:
    feed = prepare([(folder, make_plan())], None, NOW)
    assert (feed.carried, feed.sent, feed.held_back) == ({"small": 5}, 3, 0)
    assert feed.reference_only == {"other area": 1, "a target": 1}
    assert (sum(len(step.returns) for step in feed.steps), feed.returns_held_back) == (3, 0)
    assert feed.steps[-1].tick.tick_date == dt.date(2020, 3, 2)  # the last is published on 2020-03-01


def test_what_is_published_after_the_last_day_is_held_back_and_counted(folder: Path, make_plan: MakePlan) -> None:
    feed = prepare([(folder, make_plan())], dt.date(2019, 5, 31), NOW)
    assert (feed.sent, feed.held_back, feed.returns_held_back) == (1, 2, 2)
    assert feed.steps[-1].tick.tick_date == dt.date(2019, 5, 31)


def test_the_calendar_never_runs_ahead_of_today(folder: Path, make_plan: MakePlan) -> None:
    """17:00 UTC is 01:00 of the next day in China."""
    feed = prepare([(folder, make_plan())], None, dt.datetime(2019, 6, 1, 17, 0, tzinfo=dt.UTC))
    assert feed.steps[-1].tick.tick_date == dt.date(2019, 6, 2)
    assert feed.returns_held_back == 1


def test_a_plan_without_figures_lends_its_calendar(tmp_path: Path, make_plan: MakePlan) -> None:
    feed = prepare([(tmp_path, make_plan())], None, NOW)
    assert (feed.carried, feed.sent) == ({"small": 0}, 0)
    assert len(feed.steps) == 365 + 365 + 31 + 29 + 1
