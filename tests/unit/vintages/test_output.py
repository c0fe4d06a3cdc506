"""Tables end where they were asked to and say how many rows are left; csv has every row, and no zero for a gap."""

import csv
import datetime as dt
import io
from decimal import Decimal
from pathlib import Path

import pytest
from rich.console import Console

from plan.messages import Bound, Verdict
from vintages.output import CsvRefused, fields, number, print_sheet, write_csv
from vintages.reading import ValueThen
from vintages.revised import SeriesRevisions
from vintages.sheets import REVISION_SHEET, VALUE_SHEET

AT = dt.datetime(2018, 1, 30, 16, tzinfo=dt.UTC)


def _value(value: str | None, area: str = "city") -> ValueThen:
    figure = None if value is None else Decimal(value)
    return ValueThen(
        *("small", "rate", area, "2017", figure, "pct", Bound.EXACT, Verdict.PASSED),
        *(0 if figure is None else 1, 1, figure is None, None, AT),
    )


def _printed(rows: list[ValueThen], limit: int) -> str:
    out = Console(file=io.StringIO(), width=160)
    print_sheet(VALUE_SHEET, rows, out, title="a title", limit=limit)
    return out.file.getvalue()  # type: ignore[attr-defined]


def test_a_table_ends_at_its_limit_and_says_how_many_are_left() -> None:
    rows = [_value("1", area=f"area-{at}") for at in range(5)]

    assert "3 more, see --limit or --csv" in _printed(rows, 2)
    assert "area-2" not in _printed(rows, 2)
    assert "more, see" not in _printed(rows, 5)


def test_a_missing_value_is_a_dash_and_overdue() -> None:
    said = _printed([_value(None)], 9)

    assert "│     — │" in said
    assert "0/1 逾期 overdue" in said


def test_an_answer_without_rows_says_so() -> None:
    assert "no value was known by then" in _printed([], 9)


def test_markup_in_a_name_is_printed_as_it_is() -> None:
    assert "[red]x" in _printed([_value("1", area="[red]x")], 9)


def test_csv_has_empty_cells_for_what_is_missing(tmp_path: Path) -> None:
    file = tmp_path / "晴雨 values.csv"

    count = write_csv(str(file), fields(ValueThen), [_value(None), _value("0"), _value("1234567.5")])

    rows = list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8-sig"))))
    assert count == 3
    assert [row["value"] for row in rows] == ["", "0", "1234567.5"]
    assert rows[0]["is_overdue"] == "true"
    assert rows[0]["known_at"] == ""
    assert rows[0]["cutoff_at"] == "2018-01-30T16:00:00Z"


def test_csv_goes_to_the_output_too(capsys: pytest.CaptureFixture[str]) -> None:
    write_csv("-", ("area_id", "value"), [])

    assert capsys.readouterr().out == "area_id,value\n"


def test_a_file_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(CsvRefused, match="name a file that can be written"):
        write_csv(str(tmp_path / "nowhere" / "x.csv"), ("value",), [])


@pytest.mark.parametrize(
    ("value", "said"),
    [(None, "—"), ("0", "0"), ("1234567.50000000", "1,234,567.5"), ("-0.00000001", "-0.00000001"), ("100", "100")],
)
def test_a_number_is_shown_without_noise(value: str | None, said: str) -> None:
    assert number(None if value is None else Decimal(value)) == said


def test_revisions_that_cannot_be_told_are_no_zeros() -> None:
    out = Console(file=io.StringIO(), width=160)
    never = SeriesRevisions("small", "rate", "city", "pct", 3)
    once = SeriesRevisions("small", "rate", "county", "pct", 1, 1, Decimal("0.1"), Decimal("0.1"), Decimal("0.2"))
    print_sheet(REVISION_SHEET, [never, once], out, title="t", limit=9)
    said = out.file.getvalue()  # type: ignore[attr-defined]

    assert "no two vintages yet" in said
    assert "20.00 %" in said
    assert "cannot be tested" in said
