"""The German weather rule: where the recent yearly change leads by the target year, in a straight line.

The Federal Statistical Office averages the last five yearly changes from the last six points, works with four points
where there are no more, and leaves fewer alone; its texts differ on years without data (the last four consecutive
points that exist; the last six points that exist). Our reading, in which the mean stays one of recent years:

* the window is the rated year and the five years before it;
* of these six years at least four must have a value, the rated year among them, whichever the others are;
* the mean yearly change is the newest value less the oldest one in the window over the years between them. The
  changes between add up to that difference, so a value missing in between cannot alter it.
"""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

import msgspec

from plan.codes import Direction
from plan.messages import Reason
from rating.growth import Point
from rating.numbers import decimal

WINDOW_YEARS = 5
POINTS_MIN = 4


class Weather(msgspec.Struct, frozen=True):
    """What is left of the way when the recent change goes on; made by :func:`judge`.

    ``first_year``: where the mean change starts. ``mean_change``: per year, in the unit of the series.
    ``years_left``: to the target year, 0 from then on, so that what is not reached then is missed by all of it.
    """

    first_year: int
    year: int
    value: Fraction
    mean_change: Fraction
    years_left: int
    target: Fraction
    direction: Direction

    @property
    def is_met(self) -> bool:
        """Whether the target is met already."""
        if self.direction is Direction.MORE:
            return self.value >= self.target
        return self.value <= self.target

    @property
    def is_right_direction(self) -> bool:
        """Whether the recent years moved in the wanted direction; no movement at all is not right."""
        return self.mean_change > 0 if self.direction is Direction.MORE else self.mean_change < 0

    @property
    def projected(self) -> Fraction:
        """The value that the straight line reaches in the target year."""
        return self.value + self.mean_change * self.years_left

    def gap_left_against(self, limit: Fraction) -> int:
        """Sign of ``gap left - limit`` (per cent of the way from the value to the target), exactly: -1, 0 or 1."""
        gap = self._gap_left
        return (gap > limit) - (gap < limit)

    @property
    def gap_left_pct(self) -> Decimal:
        """Per cent of the way from the value to the target that would be missed, for showing.

        Negative where the line leads past the target, over 100 where it leads away from it, 0 of a target that is met:
        nothing of the way is left.
        """
        return decimal(self._gap_left)

    @property
    def _gap_left(self) -> Fraction:
        if self.is_met:
            return Fraction(0)
        return 100 * (self.target - self.projected) / (self.target - self.value)


def judge(levels: Mapping[int, Fraction], year: int, target: Point, direction: Direction) -> Weather | Reason:
    """The weather of a series of yearly levels in ``year``, or why there is none.

    No data (no value for the year) or too few points (see the module's text). Later years are not looked at.
    """
    if year not in levels:
        return Reason.NO_DATA
    known = [each for each in range(year - WINDOW_YEARS, year + 1) if each in levels]
    if len(known) < POINTS_MIN:
        return Reason.TOO_FEW_POINTS
    first = known[0]
    return Weather(
        first_year=first,
        year=year,
        value=levels[year],
        mean_change=(levels[year] - levels[first]) / (year - first),
        years_left=max(0, target[0] - year),
        target=target[1],
        direction=direction,
    )
