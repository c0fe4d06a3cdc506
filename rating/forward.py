"""Looking ahead and back from the newest figure of one target and area: outlook and trend, or why there is none."""

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

import msgspec

from plan.codes import Measure
from plan.messages import Observed, Reason
from plan.model import Indicator, Target
from rating.held import Usable, figure
from rating.outlook import Outlook, outlook
from rating.series import Series
from rating.trend import Trend, mann_kendall

SEED = 1
"""Fixes the draws of the bootstrap: the same figures give the same report."""


class Forward(msgspec.Struct, frozen=True):
    """The outlook and the trend of whole years; a reason stands where there are too few figures or none."""

    outlook: Outlook | Reason
    trend: Trend | Reason


def forward(target: Target, indicator: Indicator, points: Sequence[Observed], newest: str) -> Forward:
    """Look ahead from the period ``newest``, and test its whole years for a trend; without a period: no data.

    A running total can only rise: of it what each year added is tested.
    """
    if not newest:
        return Forward(Reason.NO_DATA, Reason.NO_DATA)
    return Forward(outlook(target, indicator, points, newest, seed=SEED), _trend(indicator, points))


def _trend(indicator: Indicator, points: Sequence[Observed]) -> Trend | Reason:
    """Months and quarters have seasons, so whole years only; a missing year is a step without a value."""
    series = Series(points)
    years = series.years()
    if not years:
        return Reason.TOO_FEW_POINTS
    values = [_value(series.year(year), indicator) for year in range(years[0], years[-1] + 1)]
    if indicator.measure is Measure.CUMULATIVE:
        values = [None if before is None or now is None else now - before for before, now in pairwise(values)]
    return mann_kendall(values)


def _value(point: Observed | None, indicator: Indicator) -> Fraction | None:
    found = figure(point, indicator)
    return found.value if isinstance(found, Usable) else None
