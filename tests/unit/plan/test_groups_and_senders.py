"""Who is on a roster in which period, who speaks for whom, and the topics that follow from it."""

import datetime as dt

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plan.book import PlanView
from plan.contract import check_return
from plan.due import Slice, expected_slices
from plan.faults import FaultCode, Refused
from plan.messages import Cell
from plan.model import Exemption
from plan.periods import parse_period
from plan.topics import (
    explaining_sender,
    explanation_topic,
    explanation_topics,
    is_explanation_topic,
    is_return_topic,
    topics_of,
    topics_of_sender,
)
from tests.support.rows_plan import BOOK, NOW, rows_plan, sent, told

VIEW = BOOK.views["rows"]
ANSWERS, METER = VIEW.forms["answers"], VIEW.forms["meter"]


def _with(unit_id: str, **days: dt.date | None) -> PlanView:
    plan = rows_plan()
    units = tuple(msgspec.structs.replace(each, **days) if each.id == unit_id else each for each in plan.units)
    return PlanView(msgspec.structs.replace(plan, units=units))


def test_units_by_group_in_the_order_of_the_plan() -> None:
    assert VIEW.in_group == {"mills": ("mill-a", "mill-b", "mill-c"), "big": ("mill-c",)}


def test_a_roster_is_its_units_then_those_of_its_groups_each_once() -> None:
    assert VIEW.roster_in_order(ANSWERS) == ("bureau", "mill-a", "mill-b", "mill-c")
    assert VIEW.roster_units(METER) == {"mill-a", "mill-b", "mill-c"}
    twice = msgspec.structs.replace(ANSWERS, roster=("mill-b", "bureau"))
    plan = msgspec.structs.replace(rows_plan(), forms=(twice,))
    assert PlanView(plan).roster_in_order(twice) == ("mill-b", "bureau", "mill-a", "mill-c")


def test_units_report_from_their_first_day_to_their_last() -> None:
    """Mill a came in February, mill b left at the end of June."""
    assert VIEW.roster(ANSWERS, "city", "2017-Q1") == ("bureau",)
    assert VIEW.roster(ANSWERS, "city", "2017-Q2") == ("bureau", "mill-a")
    assert VIEW.roster(ANSWERS, "town", "2017-Q2") == ("mill-b", "mill-c")
    assert VIEW.roster(ANSWERS, "town", "2017-Q3") == ("mill-c",)


@pytest.mark.parametrize(
    ("days", "period", "is_there"),
    [
        ({"since": dt.date(2017, 6, 1)}, "2017-06", True),
        ({"since": dt.date(2017, 6, 2)}, "2017-06", False),
        ({"until": dt.date(2017, 6, 30)}, "2017-06", True),
        ({"until": dt.date(2017, 6, 29)}, "2017-06", False),
        ({"since": dt.date(2017, 6, 1), "until": dt.date(2017, 6, 1)}, "2017-06-01", True),
        ({"since": dt.date(2017, 6, 1), "until": dt.date(2017, 6, 1)}, "2017-06-02", False),
        ({"since": dt.date(2017, 6, 1), "until": dt.date(2017, 6, 1)}, "2017-05-31", False),
        ({"since": dt.date(2017, 1, 1), "until": dt.date(2017, 12, 31)}, "2017", True),
        ({"since": dt.date(2017, 1, 2)}, "2017-01..12", False),
    ],
)
def test_the_first_and_the_last_day_belong_to_it(days: dict[str, dt.date], period: str, is_there: bool) -> None:
    view = _with("mill-c", **days)

    assert ("mill-c" in view.roster(view.forms["meter"], "town", period)) is is_there


_DAYS = st.one_of(st.none(), st.dates(dt.date(2016, 6, 1), dt.date(2018, 6, 1)))
_PERIODS = st.sampled_from(["2017", "2017-H1", "2017-Q2", "2017-02", "2017-06-30", "2017-01..06"])


@given(_DAYS, _DAYS, _PERIODS)
def test_a_unit_is_expected_when_it_was_there_on_every_day(
    since: dt.date | None, until: dt.date | None, period: str
) -> None:
    view = _with("mill-c", since=since, until=until)
    asked = parse_period(period)
    length = (asked.end_date - asked.start_date).days + 1
    days = [asked.start_date + dt.timedelta(number) for number in range(length)]

    expected = all((since is None or since <= day) and (until is None or day <= until) for day in days)

    assert ("mill-c" in view.roster(view.forms["meter"], "town", period)) is expected


def test_exempt_units_of_a_group_are_not_expected() -> None:
    plan = rows_plan()
    exemption = Exemption(unit="mill-c", periods=("2017-06-01",), because=plan.names)
    calendar = msgspec.structs.replace(METER.calendar, exemptions=(exemption,))
    forms = (msgspec.structs.replace(METER, calendar=calendar),)
    view = PlanView(msgspec.structs.replace(plan, forms=forms))

    assert view.roster(view.forms["meter"], "town", "2017-06-01") == ("mill-b",)
    assert view.roster(view.forms["meter"], "town", "2017-06-02") == ("mill-b", "mill-c")


def test_slices_without_anybody_there_are_not_expected() -> None:
    view = _with("mill-a", since=dt.date(2017, 6, 2), until=None)

    meter = [each for each, _ in expected_slices(view) if each.form == "meter"]

    assert meter == [
        Slice("meter", "2017-06-01", "town"),
        Slice("meter", "2017-06-02", "city"),
        Slice("meter", "2017-06-02", "town"),
    ]


def test_a_daily_return_is_due_days_after_its_day() -> None:
    """1 June and ten days: until the last moment of 11 June in China, 16:00 UTC."""
    moments = {each.period: moment for each, moment in expected_slices(VIEW) if each.form == "meter"}

    assert moments["2017-06-01"] == dt.datetime(2017, 6, 11, 15, 59, 59, 999_999, dt.UTC)


SPEAKS = {
    "door": {"bureau", "mill-a", "mill-b", "mill-c"},
    "big-system": {"mill-c"},
    "old": {"bureau"},
    "ghost": set(),
}
SENDS = {"door": {"events", "meter", "answers"}, "big-system": {"meter"}, "old": {"events"}, "ghost": set()}


@pytest.mark.parametrize("sender", SPEAKS)
def test_a_sender_speaks_for_its_units_and_groups_and_nobody_else(sender: str) -> None:
    asked = (*VIEW.units, "ghost", "")

    assert {unit for unit in asked if VIEW.speaks_for(sender, unit)} == SPEAKS[sender]
    assert {form for form in (*VIEW.forms, "ghost", "") if VIEW.may_send(sender, form)} == SENDS[sender]


@pytest.mark.parametrize("sender", SPEAKS)
@pytest.mark.parametrize("unit", [*VIEW.units, "ghost"])
def test_nobody_passes_for_somebody_else(sender: str, unit: str) -> None:
    one = sent("meter", Cell(item="energy", value=1, row="00:00"), unit=unit)
    found: list[FaultCode] = []
    try:
        check_return(one, BOOK, sender, "meter", NOW)
    except Refused as refused:
        found = [code for code, _ in told(refused)]

    may = unit in SPEAKS[sender] and "meter" in SENDS[sender]
    assert (FaultCode.NOT_AUTHORISED in found) is not may
    assert (found == []) is (may and unit in VIEW.roster_units(METER))


def test_a_unit_of_a_group_may_only_be_sent_the_forms_of_its_sender() -> None:
    """The system of the big mills speaks for mill c, but not on quarterly answers."""
    with pytest.raises(Refused) as caught:
        check_return(sent("answers", Cell(item="staff", value=1), unit="mill-c"), BOOK, "big-system", "answers", NOW)

    assert told(caught.value) == [(FaultCode.NOT_AUTHORISED, "unit")]


# --- topics


def test_explanations_come_from_senders_that_are_told_outcomes() -> None:
    assert explanation_topics([rows_plan()]) == ("explanations.door",)


def test_a_sender_of_two_plans_has_one_topic_of_explanations() -> None:
    one = rows_plan()
    other = msgspec.structs.replace(one, id="other", forms=())

    assert explanation_topics([one, other]) == ("explanations.door",)
    names = [topic.name for topic in topics_of([one, msgspec.structs.replace(other, senders=one.senders[:1])])]
    assert names.count("explanations.door") == 1
    assert names.count("return-outcomes.door") == 1


def test_name_of_a_topic_of_explanations_is_read_back() -> None:
    topic = explanation_topic("big-system")

    assert topic == "explanations.big-system"
    assert explaining_sender(topic) == "big-system"
    assert is_explanation_topic(topic)
    assert not is_return_topic(topic)


@pytest.mark.parametrize("topic", ["explanations", "explanations.a.b", "returns.events.door", "returns.door", "ticks"])
def test_other_topics_are_not_taken_for_explanations(topic: str) -> None:
    with pytest.raises(ValueError, match=r"unpack|not a topic of explanations"):
        explaining_sender(topic)


def test_a_sender_sees_its_own_topics_and_outcomes_if_it_gets_them() -> None:
    def names(sender: str) -> set[str]:
        return {topic.name for topic in topics_of_sender([rows_plan()], sender)}

    assert names("door") == {
        "returns.events.door",
        "returns.meter.door",
        "returns.answers.door",
        "explanations.door",
        "return-outcomes.door",
    }
    assert names("big-system") == {"returns.meter.big-system"}
    assert names("ghost") == set()


def test_every_topic_of_explanations_keeps_its_messages_for_ever() -> None:
    (spec,) = [topic for topic in topics_of([rows_plan()]) if is_explanation_topic(topic.name)]

    assert spec.partitions == 1
    assert (spec.config["cleanup.policy"], spec.config["retention.ms"]) == ("delete", "-1")
    assert spec.config["message.timestamp.type"] == "LogAppendTime"
