"""Faults of typed items, rows, calendars by first and last, groups and senders: one change, one fault, at its place."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from plan.model import Plan

Data = dict[str, Any]
NAMES = {"zh": "名", "en": "name"}
CODES = [{"id": "yes", "names": NAMES}, {"id": "no", "names": NAMES}]


def item(item_id: str, **more: object) -> Data:
    return {"id": item_id, "names": NAMES, **more}


def row_item(item_id: str, **more: object) -> Data:
    return item(item_id, in_rows=True, **more)


READINGS = [row_item("energy-used", unit="t", required=True), row_item("state", type="code", codes=CODES)]
EVENTS = [
    item("events", type="integer", unit="t", minimum=0),
    row_item("event", type="code", codes=CODES),
    row_item("day", type="date"),
]
BY_TIME = {"names": NAMES, "by": "time", "every_minutes": 15, "most": 96}
BY_KEY = {"names": NAMES, "by": "key", "most": 100, "count_item": "events"}
DAYS = {"kind": "day", "first": "2017-06-01", "last": "2017-06-30", "due_days": 1}
MONTHS = {"kind": "month", "first": "2017-01", "last": "2018-12", "due_days": 10}
MILLS = {"id": "mills", "names": NAMES}


def form(calendar: Data, items: list[Data], **more: object) -> Data:
    """The fourth form of the plan, sent by its one sender."""
    made: Data = {"id": "rows", "version": 1, "names": NAMES, "calendar": calendar, "roster": ["stats"], "items": items}
    return {"forms/+": {**made, **more}, "senders/0/forms/+": "rows"}


def by_time(**changes: object) -> Data:
    return form(DAYS, READINGS, rows={**BY_TIME, **changes})


def by_key(**changes: object) -> Data:
    return form(MONTHS, EVENTS, rows={**BY_KEY, **changes})


def plain(*items: Data) -> Data:
    return form(MONTHS, list(items))


def dated(**changes: object) -> Data:
    return form({**MONTHS, **changes}, [item("total-used", unit="t")])


def grouped(**more: object) -> Data:
    """`stats` is in the group of mills, which reports mines; the sender speaks for the group too."""
    return {
        "groups": [MILLS],
        "units/0/groups": ["mills"],
        "forms/2/roster_groups": ["mills"],
        "senders/0/unit_groups": ["mills"],
        **more,
    }


def sender(sender_id: str, **more: object) -> Data:
    return {"id": sender_id, "names": NAMES, "forms": ["mines"], **more}


GOOD: dict[str, Data] = {
    "rows by time": by_time(),
    "rows of an hour": by_time(every_minutes=60, most=24),
    "one row for the day": by_time(every_minutes=1440, most=1),
    "rows by key": by_key(),
    "rows without a number of them": by_key(count_item=""),
    "rows and header that just fit": by_key(most=9_999),
    "a number of any type": plain(item("a", unit="t", tce_factor=0), item("b", type="integer", unit="pct", maximum=9)),
    "texts of any type": plain(item("a", type="code", codes=CODES), item("b", type="date"), item("c", type="text")),
    "limits that meet": plain(item("a", unit="t", minimum=1, plausible_minimum=1, plausible_maximum=1, maximum=1)),
    "one period": dated(first="2017-06", last="2017-06"),
    "ten years of days": dated(kind="day", first="2010-01-01", last="2019-12-31"),
    "years to date": dated(kind="year_to_date", first="2017-01..02", last="2018-01..12"),
    "a group": grouped(),
    "a group that nobody is in yet": grouped(**{"units/0/groups": [], "forms/2/roster_groups": ["mills"]}),
    "a roster of groups only": grouped(**{"forms/2/roster": []}),
    "a group whose units have each their own sender": {
        **grouped(**{"units/1/groups": ["mills"], "senders/0/unit_groups": [], "senders/0/units": ["stats"]}),
        "forms/0/roster": ["stats"],
        "senders/+": sender("own", units=["office"]),
    },
    "days of a unit": {"units/0/since": "2017-06-01", "units/0/until": "2017-06-01"},
    "an industry": {"units/0/industry": "06"},
}

DEFECTS: dict[str, tuple[Data, str, str]] = {
    # items
    "number-without-unit": (plain(item("a")), "forms/3/items/0/unit", "no measure ''"),
    "whole-number-in-unknown-unit": (
        plain(item("a", type="integer", unit="kg")),
        "forms/3/items/0/unit",
        "no measure 'kg'",
    ),
    "text-with-a-unit": (plain(item("a", type="text", unit="t")), "forms/3/items/0/unit", "has no unit of measure"),
    "date-with-a-limit": (plain(item("a", type="date", minimum=1)), "forms/3/items/0/minimum", "date has no minimum"),
    "code-with-a-plausible-limit": (
        plain(item("a", type="code", codes=CODES, plausible_maximum=1)),
        "forms/3/items/0/plausible_maximum",
        "code has no plausible_maximum",
    ),
    "text-with-coal-equivalent": (
        plain(item("a", type="text", tce_factor=1)),
        "forms/3/items/0/tce_factor",
        "text has no tce_factor",
    ),
    "negative-coal-equivalent": (
        plain(item("a", unit="t", tce_factor=-0.1)),
        "forms/3/items/0/tce_factor",
        "0 or more",
    ),
    "code-without-codes": (plain(item("a", type="code")), "forms/3/items/0/codes", "needs its codes"),
    "code-twice": (
        plain(item("a", type="code", codes=[*CODES, CODES[0]])),
        "forms/3/items/0/codes/2/id",
        "code 'yes' is defined twice",
    ),
    "code-with-a-capital": (
        plain(item("a", type="code", codes=[{"id": "Yes", "names": NAMES}])),
        "forms/3/items/0/codes/0/id",
        "small letters",
    ),
    "code-without-a-name": (
        plain(item("a", type="code", codes=[{"id": "yes", "names": {"zh": " ", "en": "yes"}}])),
        "forms/3/items/0/codes/0/names/zh",
        "write it",
    ),
    "number-with-codes": (plain(item("a", unit="t", codes=CODES)), "forms/3/items/0/codes", "number has no codes"),
    "date-with-codes": (plain(item("a", type="date", codes=CODES)), "forms/3/items/0/codes", "date has no codes"),
    "type-that-is-none": (plain(item("a", type="money")), "forms/3/items/0/type", "known: number, integer, code"),
    "in-rows-without-rows": (plain(row_item("a", unit="t")), "forms/3/items/0/in_rows", "the form has no rows"),
    "limits-crossed-far-apart": (
        plain(item("a", unit="t", minimum=5, maximum=4)),
        "forms/3/items/0/maximum",
        "maximum 4 is below minimum 5",
    ),
    # rows
    "rows-without-items": (
        form(MONTHS, EVENTS[:1], rows=BY_KEY),
        "forms/3/rows",
        "no item is given in rows",
    ),
    "no-rows-at-all": (by_key(most=0), "forms/3/rows/most", "at least 1"),
    "fewer-than-no-rows": (by_key(most=-1), "forms/3/rows/most", "at least 1"),
    "rows-and-header-beyond-a-return": (
        by_key(most=10_000),
        "forms/3/rows/most",
        "10000 rows of 2 items and 1 beside them: a return has 1 to 20000 cells",
    ),
    "rows-by-something-else": (by_key(by="number"), "forms/3/rows/by", "known: key, time"),
    "times-that-do-not-divide-a-day": (by_time(every_minutes=7), "forms/3/rows/every_minutes", "do not divide a day"),
    "no-minutes": (by_time(every_minutes=0), "forms/3/rows/every_minutes", "do not divide a day"),
    "negative-minutes": (by_time(every_minutes=-15), "forms/3/rows/every_minutes", "do not divide a day"),
    "more-minutes-than-a-day": (by_time(every_minutes=2880), "forms/3/rows/every_minutes", "do not divide a day"),
    "a-day-that-does-not-fit": (by_time(most=95), "forms/3/rows/most", "a day has 96 rows of 15 minutes, not 95"),
    "more-rows-than-a-day-has": (by_time(most=97), "forms/3/rows/most", "a day has 96 rows of 15 minutes, not 97"),
    "minutes-of-keys": (by_key(every_minutes=15), "forms/3/rows/every_minutes", "only rows by time have it"),
    "times-of-a-month": (
        form(MONTHS, READINGS, rows=BY_TIME),
        "forms/3/rows/by",
        "rows by time are those of a day, this form is by month",
    ),
    "number-of-rows-that-is-no-item": (by_key(count_item="rows"), "forms/3/rows/count_item", "no whole number"),
    "number-of-rows-in-rows": (by_key(count_item="event"), "forms/3/rows/count_item", "known: events"),
    "number-of-rows-not-whole": (
        form(MONTHS, [item("events", unit="t"), *EVENTS[1:]], rows=BY_KEY),
        "forms/3/rows/count_item",
        "known: none",
    ),
    # calendars
    "first-without-last": (dated(last=""), "forms/3/calendar", "first and last go together"),
    "last-without-first": (dated(first=""), "forms/3/calendar", "first and last go together"),
    "listed-and-from-to": (dated(periods=["2017-01"]), "forms/3/calendar", "keep one of the two"),
    "first-after-last": (dated(first="2019-01"), "forms/3/calendar", "2018-12 lies before 2019-01"),
    "first-that-is-none": (dated(first="2017-13"), "forms/3/calendar", "a month is written 01 to 12"),
    "last-that-is-none": (dated(last="June"), "forms/3/calendar", "'June' is not a period"),
    "first-and-last-of-two-kinds": (dated(last="2018"), "forms/3/calendar", "2017-01 is a month, 2018 a year"),
    "months-in-a-calendar-by-day": (dated(kind="day"), "forms/3/calendar", "first is a month, the calendar is by day"),
    "too-many-days": (
        dated(kind="day", first="2010-01-01", last="2020-12-31"),
        "forms/3/calendar",
        "4018 periods, at most 4000",
    ),
    "last-that-never-comes": (
        dated(kind="year_to_date", first="2017-01..02", last="2018-01..01"),
        "forms/3/calendar",
        "2018-01..01 does not come after 2017-01..02",
    ),
    "no-periods": (dated(first="", last=""), "forms/3/calendar/periods", "name the periods"),
    # groups and units
    "group-twice": (grouped(groups=[MILLS, MILLS]), "groups/1/id", "group 'mills' is defined twice"),
    "group-with-a-dot": ({"groups": [{**MILLS, "id": "a.b"}]}, "groups/0/id", "small letters"),
    "unit-in-unknown-group": (grouped(**{"units/0/groups": ["mill"]}), "units/0/groups/0", "did you mean mills?"),
    "unit-twice-in-a-group": (grouped(**{"units/0/groups": ["mills", "mills"]}), "units/0/groups/1", "stands twice"),
    "roster-of-unknown-group": (
        {"forms/2/roster_groups": ["mills"]},
        "forms/2/roster_groups/0",
        "no group 'mills'",
    ),
    "roster-of-a-group-twice": (
        grouped(**{"forms/2/roster_groups": ["mills", "mills"]}),
        "forms/2/roster_groups/1",
        "stands twice",
    ),
    "unit-that-ends-before-it-begins": (
        {"units/0/since": "2017-06-02", "units/0/until": "2017-06-01"},
        "units/0/until",
        "2017-06-01 lies before since 2017-06-02",
    ),
    "industry-of-three-digits": ({"units/0/industry": "301"}, "units/0/industry", "two digits"),
    "industry-in-full-width": ({"units/0/industry": "\uff13\uff10"}, "units/0/industry", "two digits"),
    # senders
    "sender-of-nothing": ({"senders/+": sender("idle", units=["stats"], forms=[])}, "senders/1/forms", "is empty"),
    "sender-of-nobody": ({"senders/+": sender("idle")}, "senders/1/units", "or groups of them"),
    "sender-of-unknown-group": (
        {"senders/+": sender("idle", unit_groups=["mills"])},
        "senders/1/unit_groups/0",
        "no group 'mills'",
    ),
    "sender-of-a-group-twice": (
        grouped(**{"senders/0/unit_groups": ["mills", "mills"]}),
        "senders/0/unit_groups/1",
        "stands twice",
    ),
    "group-on-a-roster-without-sender": (
        grouped(**{"units/0/groups": [], "senders/0/unit_groups": []}),
        "forms/2/roster_groups/0",
        "no sender may send 'mines' for the group 'mills'",
    ),
    "unit-of-a-group-without-sender": (
        {
            **grouped(**{"units/1/groups": ["mills"], "senders/0/unit_groups": [], "senders/0/units": ["stats"]}),
            "forms/0/roster": ["stats"],
        },
        "forms/2/roster_groups/0",
        "no sender may send 'mines' for the group 'mills'",
    ),
    # what rests on forms
    "exempt-unit-of-no-group": (
        grouped(**{"forms/2/calendar/exemptions": [{"unit": "office", "periods": ["2017-01..06"], "because": NAMES}]}),
        "forms/2/calendar/exemptions/0/unit",
        "known: stats",
    ),
    "check-on-a-text": (
        {"forms/0/items/1": item("coal", type="text")},
        "forms/0/checks/0/items/0",
        "no item of this form 'coal'",
    ),
    "check-against-a-text-of-another-form": (
        {"forms/1/items/0": item("gdp", type="text")},
        "forms/0/checks/1/other_item",
        "no item of that form 'gdp'",
    ),
    "indicator-on-a-text": (
        {"forms/2/items/0": item("closed", type="text")},
        "indicators/1/inputs/value",
        "no item of form mines 'closed'",
    ),
    "indicator-on-a-code": (
        {"forms/2/items/1": item("share", type="code", codes=CODES)},
        "indicators/2/inputs/value",
        "no item of form mines 'share'",
    ),
}


@pytest.mark.parametrize("case", GOOD)
def test_what_makes_sense(case: str, make_plan: Callable[..., Plan]) -> None:
    assert make_plan(GOOD[case]).id == "small"


@pytest.mark.parametrize("defect", DEFECTS)
def test_defect_is_the_only_one_and_named_at_its_place(defect: str, faults_after: Callable[..., Any]) -> None:
    changes, key, says = DEFECTS[defect]

    (fault,) = faults_after(changes)

    assert fault.key == key
    assert says in fault.says
    assert Path(fault.file).name == {"forms": "forms.yaml", "indicators": "indicators.yaml"}.get(
        key.split("/", 1)[0], "plan.yaml"
    )


def test_check_and_indicator_on_items_in_rows(faults_after: Callable[..., Any]) -> None:
    """One number for each return is compared; an item in rows has many."""
    rows = {"forms/2/rows": {"names": NAMES, "by": "key", "most": 5}, "forms/2/items/0": row_item("closed", unit="t")}
    never_falls = {"id": "c", "names": NAMES, "rule": "never_falls", "severity": "hard", "items": ["closed"]}

    faults = faults_after({**rows, "forms/2/checks": [never_falls]})

    assert [(fault.key, fault.says.split(";")[0]) for fault in faults] == [
        ("forms/2/checks/0/items/0", "no item of this form 'closed'"),
        ("indicators/1/inputs/value", "no item of form mines 'closed'"),
    ]


def test_indicator_on_a_form_by_day(faults_after: Callable[..., Any]) -> None:
    faults = faults_after({"forms/2/calendar": DAYS})

    assert [(fault.key, fault.says) for fault in faults if fault.key.startswith("indicators/")] == [
        ("indicators/1/form", "'mines' is by day; indicators are rated by month and longer, so not from it"),
        ("indicators/2/form", "'mines' is by day; indicators are rated by month and longer, so not from it"),
    ]


def test_target_asked_anew_each_day(faults_after: Callable[..., Any]) -> None:
    assert "targets/1/every" in {fault.key for fault in faults_after({"targets/1/every": "day"})}


def test_first_and_last_become_the_periods_between(make_plan: Callable[..., Plan]) -> None:
    def calendar(changes: Data) -> tuple[str, ...]:
        found = make_plan(changes).forms[3].calendar
        assert (found.first, found.last) == ("", "")
        return found.periods

    assert calendar(dated(first="2017-11", last="2018-02")) == ("2017-11", "2017-12", "2018-01", "2018-02")
    assert calendar(dated(kind="quarter", first="2017-Q4", last="2018-Q1")) == ("2017-Q4", "2018-Q1")
    assert calendar(dated(kind="day", first="2016-02-28", last="2016-03-01")) == (
        "2016-02-28", "2016-02-29", "2016-03-01"
    )  # fmt: skip
    assert calendar(dated(kind="year_to_date", first="2017-01..11", last="2018-01..02")) == (
        "2017-01..11", "2017-01..12", "2018-01..02"
    )  # fmt: skip


def test_a_plan_with_listed_periods_and_one_from_to_are_the_same(make_plan: Callable[..., Plan]) -> None:
    by_ends = make_plan(dated(first="2017-01", last="2017-03"))
    by_list = make_plan(dated(first="", last="", periods=["2017-01", "2017-02", "2017-03"]))

    assert by_ends == by_list


def test_calendars_of_several_forms_are_told_at_once(faults_after: Callable[..., Any]) -> None:
    wrong = {"kind": "year", "due_days": 30, "first": "2018", "last": "2017"}

    faults = faults_after({"forms/0/calendar": wrong, "forms/1/calendar": wrong})

    assert [fault.key for fault in faults] == ["forms/0/calendar", "forms/1/calendar"]


def test_of_many_known_names_the_ends_are_told(faults_after: Callable[..., Any], good_data: Data) -> None:
    """Thousands of units or days would make each fault as long as the plan."""
    many = [{**good_data["units"][0], "id": f"u-{number:04d}"} for number in range(1_000)]

    (fault,) = faults_after({"units": [*good_data["units"], *many], "forms/0/roster/+": "ghost"})

    assert fault.says.startswith("no reporting unit 'ghost'; known: stats, office, u-0000, ")
    assert fault.says.endswith("u-0017 … u-0999 (1002)")
