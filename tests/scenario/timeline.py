"""The timeline of the small year: the one written by hand, and the one the lake and the notice file tell."""

import csv
import datetime as dt
from collections import Counter
from decimal import Decimal
from pathlib import Path

import msgspec

from plan.periods import LOCAL_ZONE
from tests.scenario.story import FOLDER, LIVE
from tests.support.pipeline import Pipeline

LIVE_SINCE = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
"""Nothing of the story is dated later; what is known since then was dated by the broker."""


class Rated(msgspec.Struct, frozen=True, order=True):
    """One row: an assessment, and the transition it is behind (empty when there is none)."""

    effective_at: str
    target: str
    yardstick: str
    preset: str
    period: str
    verdict: str
    value: str
    required: str
    status: str
    reason: str
    change: str
    states: str
    is_notified: bool


class Response(msgspec.Struct, frozen=True, order=True):
    """One look at a slice: how much of it had come, whether it was overdue, the verdict."""

    effective_at: str
    area: str
    period: str
    received: str
    overdue: str
    verdict: str


def expected() -> tuple[list[Rated], list[Response]]:
    """The rows written by hand. Rows set off by another period (no ``received``) are no look at their own slice."""
    with (FOLDER / "expected.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    rated = [
        Rated(
            **{field: row[field] for field in Rated.__struct_fields__[:-1]},
            is_notified={"yes": True, "no": False}[row["notified"]],
        )
        for row in rows
    ]
    looks = {
        Response(
            row["effective_at"],
            row["target"].split("-")[0],
            row["period"],
            row["received"],
            row["overdue"],
            row["verdict"],
        )
        for row in rows
        if row["received"]
    }
    return sorted(rated), sorted(looks)


def told_by_lake(pipeline: Pipeline) -> list[Rated]:
    """Every assessment that landed, with its transition and whether the notice file got it.

    Every transition and every notice must be found behind one assessment each, else this raises.
    """
    told = Counter(line["idempotency_key"].split("@")[0] for line in notices(pipeline))
    transitions = {}
    for assessment_id, transition_id, change, before, after in pipeline.ask(
        "SELECT assessment_id, transition_id, change, from_state, to_state FROM stg_transition"
    ):
        assert assessment_id not in transitions, f"two transitions behind assessment {assessment_id}"
        transitions[assessment_id] = (transition_id, change, f"{before}>{after}")
    found = []
    for assessment_id, effective_at, *place, verdict, value, required, status, reason in pipeline.ask(
        "SELECT assessment_id, cutoff_at, target_id, yardstick, preset_id, period, verdict, value, required_value, "
        "status, reason FROM stg_assessment"
    ):
        transition_id, change, states = transitions.pop(assessment_id, ("", "", ""))
        count = told.pop(transition_id, 0)
        assert count <= 1, f"transition {transition_id} was told {count} times"
        numbers = (_number(value), _number(required))
        found.append(
            Rated(_moment(effective_at), *place, verdict, *numbers, status, reason, change, states, count == 1)
        )
    assert not transitions, f"transitions without their assessment: {transitions}"
    assert not told, f"notices without their transition: {told}"
    return sorted(found)


def responses_of_lake(pipeline: Pipeline) -> list[Response]:
    """Every look at a slice."""
    rows = pipeline.ask("SELECT cutoff_at, area_id, period, received, expected, is_overdue, verdict FROM fct_response")
    return sorted(
        Response(_moment(at), area, period, f"{received}/{due}", "yes" if is_overdue else "no", verdict)
        for at, area, period, received, due, is_overdue, verdict in rows
    )


def notices(pipeline: Pipeline) -> list[dict[str, str]]:
    """What the notice file got, oldest first."""
    file = Path(pipeline.environ["QINGYU_VAR"]) / "alerts" / "notices.jsonl"
    return [msgspec.json.decode(line) for line in file.read_bytes().splitlines()]


def _moment(at: dt.datetime) -> str:
    return LIVE if at >= LIVE_SINCE else f"{at.astimezone(LOCAL_ZONE):%Y-%m-%d %H:%M}"


def _number(value: Decimal | None) -> str:
    """Two places, as per cent are shown; a figure with more of them is given whole, and then differs."""
    if value is None:
        return ""
    shown = value.quantize(Decimal("0.01"))
    return f"{shown if shown == value else value}"
