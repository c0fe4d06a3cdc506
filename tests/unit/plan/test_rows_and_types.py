"""The contract of rows and of typed cells: every rule by what it refuses, and what lies just within it."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plan.contract import check_return
from plan.faults import FaultCode, Refused
from plan.messages import Cell, Return
from plan.row_contract import is_key
from tests.support.rows_plan import BOOK, HIDDEN, NOW, event_row, sent, told

FORMULA = '=cmd|"/C calc"!A0'


def faults(form: str, *cells: Cell, **more: object) -> list[tuple[FaultCode, str]]:
    """Codes and places of the faults of a return of the form; none when it is accepted."""
    return faults_of(sent(form, *cells, **more))


def faults_of(one: Return) -> list[tuple[FaultCode, str]]:
    try:
        check_return(one, BOOK, "door", one.form, NOW)
    except Refused as refused:
        return told(refused)
    return []


def counted(number: float) -> Cell:
    return Cell(item="events", value=number)


# --- rows by key


def test_whole_rows_with_their_number_are_accepted() -> None:
    more = (Cell(item="limit", value=3.5, row="P-1"), Cell(item="holder", text="甲厂", row="P-2"))

    assert faults("events", counted(2), *event_row("P-1"), *event_row("P-2"), *more) == []


def test_no_rows_and_the_number_nought_is_a_report_too() -> None:
    """零报告."""
    assert faults("events", counted(0)) == []


def test_no_rows_without_the_number_is_no_report() -> None:
    assert faults("events") == [(FaultCode.NO_CELLS, "cells"), (FaultCode.ROW_COUNT, "cells")]
    assert faults("events", Cell(item="remark", text="none")) == [(FaultCode.ROW_COUNT, "cells")]


@pytest.mark.parametrize("number", [0, 1, 3, 2.5])
def test_a_number_of_rows_that_is_not_theirs(number: float) -> None:
    found = faults("events", *event_row("P-1"), *event_row("P-2"), counted(number))

    assert (FaultCode.ROW_COUNT, "cells/4/value") in found


def test_the_number_of_rows_in_a_row_is_not_the_number() -> None:
    found = faults("events", Cell(item="events", value=1, row="P-1"), *event_row("P-1"))

    assert found == [(FaultCode.BAD_ROW, "cells/0/row"), (FaultCode.ROW_COUNT, "cells")]


@pytest.mark.parametrize(
    "key",
    [
        "1",
        "A",
        "许",
        "\u3007",
        "\U00020000",
        "P-1_2.3/4(5)",
        "豫\uff082017\uff0929号",
        "许环审\u30142017\u301529号",
        "\u3010甲\u3011",
        "x" * 64,
    ],
)
def test_keys_that_name_a_row(key: str) -> None:
    assert is_key(key)
    assert faults("events", counted(1), *event_row(key)) == []


BAD_KEYS = {
    "space": "P 1",
    "space-before": " P1",
    "long": "x" * 65,
    "line-break": "P1\n",
    "formula": "=1+1",
    "at": "@SUM(A1)",
    "quote": "P'1",
    "semicolon": "P1;DROP",
    "backslash": "P\\1",
    "comma": "P,1",
    # They look like a letter or digit that is allowed: two permits would be one to the eye.
    "full-width-letter": "\uff21",
    "full-width-digit": "\uff11",
    "circled-digit": "\u2460",
    "roman-numeral": "\u2161",
    "cyrillic-letter": "\u0410",
    "greek-letter": "\u0391",
    "arabic-digit": "\u0661",
    "hebrew-letter": "\u05d0",
    "accent": "e\u0301",
    "compatibility-character": "\uf900",
    **{name: f"P{char}1" for name, char in HIDDEN.items()},
    **{f"only-{name}": char for name, char in HIDDEN.items()},
}


@pytest.mark.parametrize("key", BAD_KEYS.values(), ids=BAD_KEYS)
def test_keys_that_name_no_row(key: str) -> None:
    found = faults("events", counted(1), *event_row(key))

    assert found == [(FaultCode.BAD_ROW, "cells/1/row"), (FaultCode.BAD_ROW, "cells/2/row")]


def test_a_row_item_without_a_row() -> None:
    found = faults("events", counted(0), Cell(item="limit", value=1))

    assert found == [(FaultCode.BAD_ROW, "cells/1/row")]


def test_a_header_item_in_a_row() -> None:
    found = faults("events", counted(1), *event_row("P-1"), Cell(item="remark", text="x", row="P-1"))

    assert found == [(FaultCode.BAD_ROW, "cells/3/row")]


def test_a_header_item_in_a_row_of_its_own_makes_no_row() -> None:
    """Else it would be told as incomplete too, and the number of rows as wrong."""
    found = faults("events", counted(1), *event_row("P-1"), Cell(item="remark", text="x", row="P-2"))

    assert found == [(FaultCode.BAD_ROW, "cells/3/row")]


def test_a_row_in_a_form_without_rows() -> None:
    assert faults("answers", Cell(item="staff", value=1, row="P-1")) == [(FaultCode.BAD_ROW, "cells/0/row")]


@pytest.mark.parametrize(
    ("row", "place"),
    [("P-1", "cells/row=P-1"), ("许〔2017〕1", "cells/row=许〔2017〕1")],
)
def test_a_row_that_lacks_what_each_row_has(row: str, place: str) -> None:
    found = faults("events", counted(1), Cell(item="limit", value=1, row=row))

    assert found == [(FaultCode.INCOMPLETE_ROW, place)]


def test_what_a_row_lacks_is_named() -> None:
    with pytest.raises(Refused, match="row P-1 lacks state, day"):
        check_return(sent("events", counted(1), Cell(item="limit", value=1, row="P-1")), BOOK, "door", "events", NOW)


def test_as_many_rows_as_there_may_be_and_one_more() -> None:
    rows = [cell for number in range(4) for cell in event_row(f"P-{number}")]

    assert faults("events", *rows[:6], counted(3)) == []
    assert faults("events", *rows, counted(4)) == [(FaultCode.TOO_MANY_ROWS, "cells")]


def test_an_item_twice_in_one_row_and_once_in_two() -> None:
    twice = Cell(item="day", text="2017-05-01", row="P-1")

    assert faults("events", counted(1), *event_row("P-1"), twice) == [(FaultCode.REPEATED_ITEM, "cells/3/item")]
    assert faults("events", counted(2), *event_row("P-1"), *event_row("P-2")) == []


# --- rows by time


def test_a_whole_day_of_readings() -> None:
    times = [f"{hour:02d}:{minute:02d}" for hour in range(24) for minute in (0, 15, 30, 45)]
    cells = [Cell(item="energy", value=1.5, row=time) for time in times]
    states = [Cell(item="state", text="normal", row=time) for time in times]

    assert len(times) == 96
    assert faults("meter", *cells, *states) == []


@pytest.mark.parametrize("row", ["00:00", "09:45", "23:45"])
def test_times_at_which_a_row_begins(row: str) -> None:
    assert faults("meter", Cell(item="energy", value=0, row=row)) == []


@pytest.mark.parametrize(
    "row",
    [
        "24:00",
        "23:60",
        "00:07",
        "9:45",
        "09:45:00",
        "09:45 ",
        "0945",
        "-1:00",
        "09\uff1a45",
        "\uff10\uff19:45",
        "\u0660\u0669:45",
        "2017-06-01T09:45",
        "P-1",
        "09:45\n",
        "1" * 1000,
    ],
)
def test_times_at_which_none_does(row: str) -> None:
    assert faults("meter", Cell(item="energy", value=0, row=row)) == [(FaultCode.BAD_ROW, "cells/0/row")]


def test_an_incomplete_row_by_time() -> None:
    found = faults("meter", Cell(item="state", text="normal", row="09:45"))

    assert found == [(FaultCode.INCOMPLETE_ROW, "cells/row=09:45")]


# --- types


@pytest.mark.parametrize("value", [-5, 0, 7, 7.0, -0.0, 1e15])
def test_whole_numbers(value: float) -> None:
    assert faults("answers", Cell(item="staff", value=value)) == []


@pytest.mark.parametrize("value", [7.5, 0.1, -1e-9])
def test_numbers_that_are_not_whole(value: float) -> None:
    assert faults("answers", Cell(item="staff", value=value)) == [(FaultCode.WRONG_TYPE, "cells/0/value")]


@pytest.mark.parametrize("value", [10.1, -1.5, 10.0999])
def test_limits_with_decimals_belong_to_what_is_allowed(value: float) -> None:
    assert faults("answers", Cell(item="share", value=value)) == []


@pytest.mark.parametrize("value", [10.100000000000001, -1.5000000000000002, 1e16, -1e300])
def test_limits_with_decimals_are_kept_to_the_last_digit(value: float) -> None:
    assert faults("answers", Cell(item="share", value=value)) == [(FaultCode.OUT_OF_LIMITS, "cells/0/value")]


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf"), 10**400, -(10**400)])
def test_numbers_that_are_none(value: float) -> None:
    """JSON cannot carry them; a reader of spreadsheets or SDMX might."""
    assert faults("answers", Cell(item="share", value=value)) == [(FaultCode.MALFORMED, "cells/0/value")]


@pytest.mark.parametrize("item", ["share", "staff"])
def test_a_text_where_a_number_belongs(item: str) -> None:
    assert faults("answers", Cell(item=item, text="7")) == [
        (FaultCode.WRONG_TYPE, "cells/0/text"),
        (FaultCode.MALFORMED, "cells/0/value"),
    ]
    assert faults("answers", Cell(item=item, value=7, text="7")) == [(FaultCode.WRONG_TYPE, "cells/0/text")]


@pytest.mark.parametrize(("item", "text"), [("cio", "yes"), ("since", "2016-02-29"), ("remark", "好")])
def test_a_number_where_a_text_belongs(item: str, text: str) -> None:
    assert faults("answers", Cell(item=item, text=text)) == []
    assert faults("answers", Cell(item=item, text=text, value=0)) == [(FaultCode.WRONG_TYPE, "cells/0/value")]
    assert faults("answers", Cell(item=item, value=1)) == [
        (FaultCode.WRONG_TYPE, "cells/0/value"),
        (FaultCode.MALFORMED, "cells/0/text"),
    ]


@pytest.mark.parametrize("item", ["cio", "since", "remark"])
@pytest.mark.parametrize("text", ["", " ", "\u3000", "\n", " \n "])
def test_texts_that_say_nothing(item: str, text: str) -> None:
    assert faults("answers", Cell(item=item, text=text)) == [(FaultCode.MALFORMED, "cells/0/text")]


@pytest.mark.parametrize("text", ["YES", "Yes", "yes ", "maybe", "是", "yes\n", "yes\u200b", "y" * 10_000])
def test_codes_are_taken_as_they_are_listed_only(text: str) -> None:
    assert faults("answers", Cell(item="cio", text=text)) == [(FaultCode.UNKNOWN_CODE, "cells/0/text")]


def test_the_codes_that_are_known_are_named_in_both_languages() -> None:
    with pytest.raises(Refused) as caught:
        check_return(sent("answers", Cell(item="cio", text="ja")), BOOK, "door", "answers", NOW)

    (fault,) = caught.value.faults
    assert "yes(yes名)、no(no名)" in fault.says_zh
    assert "known: yes, no" in fault.says_en


@pytest.mark.parametrize("text", ["0001-01-01", "2016-02-29", "9999-12-31"])
def test_days(text: str) -> None:
    assert faults("answers", Cell(item="since", text=text)) == []


@pytest.mark.parametrize(
    "text",
    [
        "2017-02-29",
        "2017-06-31",
        "2017-13-01",
        "2017-6-1",
        "20170601",
        "2017-W26-5",
        "2017W265",
        "2017-06",
        "2017/06/01",
        "2017年6月1日",
        "2017-06-01T00:00:00",
        "2017-06-01\n",
        "\uff12017-06-01",
        "42887",
        "0000-01-01",
        "2017-06-01" * 1000,
    ],
)
def test_days_that_are_none_or_written_otherwise(text: str) -> None:
    assert faults("answers", Cell(item="since", text=text)) == [(FaultCode.BAD_DATE, "cells/0/text")]


@given(st.dates())
def test_every_day_is_one(day: dt.date) -> None:
    assert faults("answers", Cell(item="since", text=day.isoformat())) == []


def test_texts_have_no_unit_of_measure() -> None:
    found = faults("answers", Cell(item="remark", text="x", unit="t"))

    assert found == [(FaultCode.WRONG_UNIT, "cells/0/unit")]


# --- free texts


@pytest.mark.parametrize(
    "text",
    [
        FORMULA,
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "'; DROP TABLE returns; --",
        "<script>alert(1)</script>",
        "${jndi:ldap://x}",
        "%s%s%n",
        "{0}",
        "a\nb",
        "停产检修,6月恢复。",
        "😀",
        "x" * 500,
        "说" * 500,
    ],
)
def test_texts_that_look_like_code_are_texts(text: str) -> None:
    """What stores or shows them must not act on them; the reporter may well mean what it wrote."""
    assert faults("answers", Cell(item="remark", text=text)) == []


@pytest.mark.parametrize("char", HIDDEN.values(), ids=HIDDEN)
def test_characters_that_nobody_sees_are_told_with_their_place(char: str) -> None:
    one = sent("answers", Cell(item="remark", text=f"许{char}昌"))

    assert faults_of(one) == [(FaultCode.BAD_TEXT, "cells/0/text")]
    with pytest.raises(Refused, match=rf"character 2 \(U\+{ord(char):04X}\) cannot be seen"):
        check_return(one, BOOK, "door", "answers", NOW)


@pytest.mark.parametrize("text", ["x" * 501, "说" * 501, "\x00" * 1_000_000])
def test_texts_that_are_too_long(text: str) -> None:
    assert faults("answers", Cell(item="remark", text=text)) == [(FaultCode.TEXT_TOO_LONG, "cells/0/text")]


@pytest.mark.parametrize("char", ["\n", *HIDDEN.values()], ids=["line-break", *HIDDEN])
@pytest.mark.parametrize("place", ["return_id", "note", "basis", "source"])
def test_texts_around_the_cells_are_looked_at_too(place: str, char: str) -> None:
    from plan.messages import Source

    text, good = f"a{char}b", Cell(item="staff", value=1)
    one = {
        "return_id": sent("answers", good, return_id=text),
        "note": sent("answers", good, note=text),
        "basis": sent("answers", Cell(item="staff", value=1, basis=text)),
        "source": sent("answers", good, sources=(Source(title="a", address=text, grade="b"),)),
    }[place]
    told_at = {"basis": "cells/0/basis", "source": "sources/0"}.get(place, place)
    expected = [] if char == "\n" and place != "return_id" else [(FaultCode.BAD_TEXT, told_at)]

    assert faults_of(one) == expected


@pytest.mark.parametrize("blank", ["", " ", "\u3000"])
def test_a_return_without_an_id(blank: str) -> None:
    assert faults("answers", Cell(item="staff", value=1), return_id=blank) == [(FaultCode.MALFORMED, "return_id")]
