"""Look-ups of plans in force, due dates and expected slices, the canonical text, the list of topics."""

import datetime as dt
from collections.abc import Callable

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plan.book import PlanBook, PlanView
from plan.canonical import canonical_json, digest, plan_hash
from plan.due import Slice, deadline_at, due_date, expected_slices, start_of
from plan.model import Exemption, Plan
from plan.periods import parse_period
from plan.topics import (
    INDICATOR_VALUES,
    TICKS,
    is_return_topic,
    return_topic,
    return_topics,
    split_return_topic,
    topics_of,
)
from tests.support.small_plan import small_plan


@pytest.fixture
def plan(make_plan: Callable[..., Plan]) -> Plan:
    return make_plan()


def test_view_finds_parts_by_id(plan: Plan) -> None:
    view = PlanView(plan)

    assert view.areas["county"].parent == "city"
    assert view.owners["bureau"].names.en == "bureau"
    assert view.senders["feed"].may_backdate
    assert view.items["mines"]["closed"].unit == "t"
    assert view.indicators["closed-ytd"].form == "mines"
    assert view.targets["fewer-mines"].value == 14
    assert view.presets["shares"].bands[0].at_most == 10
    assert view.measures["tce"].names.en == "tce"
    assert view.hash == plan_hash(plan)


def test_roster_is_split_by_area(plan: Plan) -> None:
    view = PlanView(plan)

    assert view.slice_areas(view.forms["energy"]) == ("city", "county")
    assert view.roster(view.forms["energy"], "county", "2017") == ("office",)
    assert view.slice_areas(view.forms["mines"]) == ("city",)
    assert view.roster(view.forms["mines"], "county", "2017-01..06") == ()


def test_book_finds_the_plan_of_a_form(plan: Plan) -> None:
    book = PlanBook([plan])

    assert book.plans == (plan,)
    assert book.form_ids == ("energy", "economy", "mines")
    found = book.view_of_form("mines")
    assert found is not None
    assert found.plan is plan
    assert book.view_of_form("ghost") is None


def test_due_date_counts_days_after_the_end_of_the_period(plan: Plan) -> None:
    energy, _, mines = plan.forms

    assert due_date(energy, parse_period("2017")) == dt.date(2018, 1, 30)
    assert due_date(mines, parse_period("2017-01..06")) == dt.date(2017, 7, 30)


def test_days_begin_at_midnight_in_china(plan: Plan) -> None:
    assert start_of(dt.date(2018, 1, 31)) == dt.datetime(2018, 1, 30, 16, tzinfo=dt.UTC)


def test_a_return_may_come_until_the_last_moment_of_the_due_date(plan: Plan) -> None:
    deadline = deadline_at(plan.forms[0], parse_period("2017"))

    assert deadline == dt.datetime(2018, 1, 30, 15, 59, 59, 999999, tzinfo=dt.UTC)


def test_expected_slices_are_forms_by_periods_by_areas(plan: Plan) -> None:
    expected = dict(expected_slices(PlanView(plan)))

    assert list(expected) == [
        Slice("energy", "2017", "city"),
        Slice("energy", "2017", "county"),
        Slice("energy", "2018", "city"),
        Slice("energy", "2018", "county"),
        Slice("economy", "2017", "city"),
        Slice("economy", "2018", "city"),
        Slice("mines", "2017-01..06", "city"),
        Slice("mines", "2017-01..12", "city"),
    ]
    assert expected[Slice("mines", "2017-01..06", "city")] == deadline_at(plan.forms[2], parse_period("2017-01..06"))


def test_equal_plans_have_equal_text_and_a_changed_one_another_hash(make_plan: Callable[..., Plan]) -> None:
    first, again, changed = make_plan(), make_plan(), make_plan({"targets/0/value": 16.1})

    assert canonical_json(first) == canonical_json(again)
    assert plan_hash(first) == plan_hash(again)
    assert plan_hash(first) != plan_hash(changed)
    assert len(plan_hash(first)) == 16


def test_canonical_text_carries_decimals_as_text_and_reads_back(plan: Plan) -> None:
    text = canonical_json(plan)

    assert b'"official_tasks":{"2017":"3.4"}' in text
    assert msgspec.json.decode(text, type=Plan) == plan


def test_digest_of_known_parts() -> None:
    """SHA-256 of ``2:ab1:c``, as sha256sum gives it."""
    assert digest("ab", b"c") == "430fb1b4ac43316e"


@given(st.lists(st.text(), max_size=4), st.lists(st.text(), max_size=4))
def test_parts_of_a_digest_do_not_run_together(left: list[str], right: list[str]) -> None:
    assert (digest(*left) == digest(*right)) == (left == right)


def test_topics_of_returns_are_one_per_form_and_sender(make_plan: Callable[..., Plan]) -> None:
    names = {"zh": "二", "en": "two"}
    second = {"id": "office-system", "names": names, "units": ["office"], "forms": ["energy"]}
    plan = make_plan({"senders/+": second})

    assert return_topics([plan]) == (
        "returns.energy.feed",
        "returns.economy.feed",
        "returns.mines.feed",
        "returns.energy.office-system",
    )


def test_name_of_a_topic_of_returns_is_read_back() -> None:
    topic = return_topic("energy-annual", "feed")

    assert is_return_topic(topic)
    assert split_return_topic(topic) == ("energy-annual", "feed")


@pytest.mark.parametrize("topic", ["ticks", "returns.energy", "returns.a.b.c", "alerts.energy.feed"])
def test_other_topics_are_not_taken_for_returns(topic: str) -> None:
    with pytest.raises(ValueError, match=r"unpack|not a topic of returns"):
        split_return_topic(topic)


def test_every_topic_keeps_its_messages_for_ever(plan: Plan) -> None:
    topics = topics_of([plan])

    assert len({topic.name for topic in topics}) == len(topics) == 9
    assert {TICKS, INDICATOR_VALUES, "returns.mines.feed"} <= {topic.name for topic in topics}
    assert {(topic.config["cleanup.policy"], topic.config["retention.ms"]) for topic in topics} == {("delete", "-1")}
    assert {topic.config["message.timestamp.type"] for topic in topics} == {"LogAppendTime"}
    assert {topic.name: topic.partitions for topic in topics if not is_return_topic(topic.name)} == {
        "plans": 1,
        "ticks": 1,
        "indicator-values": 1,
        "assessments": 1,
        "alerts": 1,
        "repairs": 1,
    }


def _exempt(unit: str, *periods: str) -> dict[str, object]:
    return {"unit": unit, "periods": list(periods), "because": {"zh": "停产", "en": "stopped"}}


def test_exempt_units_are_not_on_the_roster_of_the_period(make_plan: Callable[..., Plan]) -> None:
    units = {"units/1/area": "city", "forms/0/calendar/exemptions": [_exempt("office", "2017")]}
    view = PlanView(make_plan(units))
    energy = view.forms["energy"]

    assert view.roster(energy, "city", "2017") == ("stats",)
    assert view.roster(energy, "city", "2018") == ("stats", "office")
    assert view.slice_areas(energy) == ("city",)


def test_slice_whose_whole_roster_is_exempt_is_not_expected(make_plan: Callable[..., Plan]) -> None:
    view = PlanView(make_plan({"forms/0/calendar/exemptions": [_exempt("office", "2017")]}))

    energy = [each for each, _ in expected_slices(view) if each.form == "energy"]

    assert view.roster(view.forms["energy"], "county", "2017") == ()
    assert energy == [
        Slice("energy", "2017", "city"),
        Slice("energy", "2018", "city"),
        Slice("energy", "2018", "county"),
    ]


@given(st.sets(st.tuples(st.sampled_from(["mill-a", "mill-b"]), st.sampled_from(["2017", "2018"]))))
def test_what_is_expected_is_the_roster_without_the_exempt(exempt: set[tuple[str, str]]) -> None:
    plan = small_plan()
    form = plan.forms[0]
    entries = tuple(Exemption(unit=unit, periods=(period,), because=plan.names) for unit, period in sorted(exempt))
    calendar = msgspec.structs.replace(form.calendar, exemptions=entries)
    form = msgspec.structs.replace(form, calendar=calendar)
    view = PlanView(msgspec.structs.replace(plan, forms=(form, *plan.forms[1:])))

    slices = [each for each, _ in expected_slices(view) if each.form == form.id]

    everything = {(unit, period) for unit in ("mill-a", "mill-b") for period in ("2017", "2018")}
    assert {(unit, each.period) for each in slices for unit in view.roster(form, each.area, each.period)} == (
        everything - exempt
    )
    assert len(slices) == len({period for _, period in everything - exempt})
