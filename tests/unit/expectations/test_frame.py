"""The frame that is judged: a row for each expected return, whether it came or not."""

import datetime as dt
import math

import pandas as pd
import pytest

from expectations.frame import frame_of
from plan.due import Slice
from tests.support.input_tables import InputTables
from tests.support.small_plan import DEADLINE_2017, small_book
from warehouse.due_slices import DueSlice

VIEW = small_book().views["small"]


def _due(number: int, form: str, period: str = "2017") -> DueSlice:
    return DueSlice(
        number, Slice(form, period, "city"), VIEW, DEADLINE_2017, "digest", dt.date(2018, 1, 30), DEADLINE_2017, ""
    )


@pytest.fixture
def frame() -> pd.DataFrame:
    """Two derivations of the form of the mills, the first with one return, the second with both."""
    inputs = InputTables()
    inputs.add(0, "mill-a", {"energy": "1.5"}, form="output")
    inputs.add(1, "mill-a", {"energy": "2", "value-added": "3"}, form="output")
    inputs.add(1, "mill-b", {}, form="output")
    inputs.add(1, "bureau", {"rate": "9"}, form="growth", role="beside")
    inputs.add(1, "mill-b", {"energy": "7"}, form="output", role="previous")
    made = frame_of(inputs.db, VIEW.forms["output"], (_due(0, "output"), _due(1, "output", "2018")))
    inputs.db.close()
    return made


def test_each_expected_return_is_a_row(frame: pd.DataFrame) -> None:
    assert list(frame["row_key"]) == ["0|mill-a", "0|mill-b", "1|mill-a", "1|mill-b"]
    assert list(frame["is_received"]) == [True, False, True, True]


def test_each_item_is_a_column_of_floats(frame: pd.DataFrame) -> None:
    assert list(frame.columns) == ["row_key", "is_received", "item:energy", "item:value-added"]
    assert [None if math.isnan(value) else value for value in frame["item:energy"]] == [1.5, None, 2.0, None]
    assert [None if math.isnan(value) else value for value in frame["item:value-added"]] == [None, None, 3.0, None]
    assert frame.dtypes["item:energy"] == "float64"


def test_each_check_is_a_column_of_gaps() -> None:
    inputs = InputTables()
    inputs.add(0, "bureau", {"closed": "10"}, form="mines", role="previous")
    inputs.add(0, "bureau", {"closed": "8"}, form="mines")
    inputs.add(1, "bureau", {"closed": "8"}, form="mines")

    made = frame_of(inputs.db, VIEW.forms["mines"], (_due(0, "mines", "2017-01..12"), _due(1, "mines", "2017-01..11")))
    inputs.db.close()

    gaps = [None if math.isnan(gap) else gap for gap in made["check:never-falls"]]
    assert gaps == [-2.0, None]


def test_a_frame_without_any_return_has_its_rows_and_types() -> None:
    inputs = InputTables()
    made = frame_of(inputs.db, VIEW.forms["output"], (_due(0, "output"),))
    inputs.db.close()

    assert list(made["is_received"]) == [False, False]
    assert made["item:energy"].isna().all()
    assert made.dtypes["item:energy"] == "float64"
