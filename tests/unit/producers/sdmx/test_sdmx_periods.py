"""How SDMX writes periods, and which of them the plan has."""

import pytest

from plan.periods import PeriodFault
from producers.sdmx.periods import read_sdmx_period


@pytest.mark.parametrize(
    ("written", "ours"),
    [
        ("2017", "2017"),
        ("2017-A1", "2017"),
        ("2017-S1", "2017-H1"),
        ("2017-S2", "2017-H2"),
        ("2017-Q4", "2017-Q4"),
        ("2017-06", "2017-06"),
        ("2017-M06", "2017-06"),
        ("2017-06-30", "2017-06-30"),
    ],
)
def test_periods_that_both_know(written: str, ours: str) -> None:
    assert str(read_sdmx_period(written)) == ours


@pytest.mark.parametrize(
    "written",
    [
        "2017-T1",
        "2017-W01",
        "2017-D001",
        "2017-06-30T00:00:00",
        "2017-01-01/P1M",
        "2017-H1",
        "2017-01..06",
        "17",
        "2017-S3",
        "2017-M13",
        "2017-02-30",
        "1900",
        "٢٠١٧",
        "",
    ],
)
def test_what_is_no_period_here(written: str) -> None:
    with pytest.raises(PeriodFault):
        read_sdmx_period(written)


def test_a_month_that_counts_from_january() -> None:
    assert str(read_sdmx_period("2017-06", is_year_to_date=True)) == "2017-01..06"
    assert str(read_sdmx_period("2017-M12", is_year_to_date=True)) == "2017-01..12"
    assert str(read_sdmx_period("2017", is_year_to_date=True)) == "2017"
