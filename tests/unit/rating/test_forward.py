"""The forward look of a series as a report asks for it: which values are tested for a trend."""

from collections.abc import Callable

from plan.codes import Measure
from plan.messages import Reason
from plan.model import Indicator, Target
from rating.engine import Observed
from rating.forward import forward
from rating.trend import Drift, Trend


def test_a_running_total_is_tested_by_what_each_year_added(
    make_target: Callable[..., Target], make_indicator: Callable[..., Indicator], observe: Callable[..., Observed]
) -> None:
    """50, 40, 30, 20, 10 a year add up to a total that rises all the same; of five falling years p is 2 / 5! = 1/60."""
    totals = {"2014": "0", "2015": "50", "2016": "90", "2017": "120", "2018": "140", "2019": "150"}
    points = [observe(year, total) for year, total in totals.items()]

    total, level = (
        forward(make_target(), make_indicator(measure), points, "2019").trend
        for measure in (Measure.CUMULATIVE, Measure.LEVEL)
    )

    assert isinstance(total, Trend)
    assert (total.direction, total.points, round(total.p * 60, 9), total.slope) == (Drift.FALLING, 5, 1, -10)
    assert isinstance(level, Trend)
    assert (level.direction, level.points) == (Drift.RISING, 6)


def test_a_missing_year_of_a_running_total_leaves_two_years_untold(
    make_target: Callable[..., Target], make_indicator: Callable[..., Indicator], observe: Callable[..., Observed]
) -> None:
    points = [observe(year, year) for year in ("2014", "2015", "2016", "2018", "2019")]

    assert forward(make_target(), make_indicator(Measure.CUMULATIVE), points, "2019").trend is Reason.TOO_FEW_POINTS
