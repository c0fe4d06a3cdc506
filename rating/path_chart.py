"""A target's path and figures as a chart for the terminal."""

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

import plotext  # type: ignore[import-untyped]

from rating.path_view import PathRow

_HEIGHT = 16
_TICKS_MAX = 9

_Point = tuple[int, Fraction | None]
"""A month and the value there."""


def draw(rows: Sequence[PathRow], width: int, *, in_colour: bool, in_steps: bool) -> str:
    """The chart as lines of text, ``width`` columns wide; empty when nothing at all can be drawn.

    ``in_steps``: what is asked stays as it is until it is asked anew (milestones), instead of rising in between.
    It has no legend: the library counts a Chinese character as one column, so the caller prints it.
    """
    required = [(row.month, row.required) for row in rows if row.required is not None]
    reached = [(row.month, row.reached) for row in rows if row.reached is not None]
    if not required and not reached:
        return ""
    # The library has one figure for the whole process; it is cleared before and after.
    plotext.clear_figure()
    plotext.theme("clear")
    plotext.limit_size(False, False)
    plotext.plot_size(width, _HEIGHT)
    if required:
        plotext.plot(*_axes(_steps(required) if in_steps else required), marker="braille", color="blue")
        plotext.scatter(*_axes(required), marker="·", color="blue")
    if reached:
        plotext.scatter(*_axes(reached), marker="●", color="red")
    # From the last row back: the deadline always has its tick. The whole path is the axis, however few points it has.
    step = -(-len(rows) // _TICKS_MAX)
    ticked = rows[::-step][::-1]
    plotext.xlim(rows[0].month, rows[-1].month)
    plotext.xticks([row.month for row in ticked], [str(row.period) for row in ticked])
    drawn: str = plotext.build()
    plotext.clear_figure()
    return drawn if in_colour else plotext.uncolorize(drawn)


def _steps(points: Sequence[_Point]) -> list[_Point]:
    """The points, each reached by going sideways first."""
    corners = [(later, value) for (_, value), (later, _) in pairwise(points)]
    return [*points[:1], *(each for pair in zip(corners, points[1:], strict=True) for each in pair)]


def _axes(points: Sequence[_Point]) -> tuple[list[int], list[float]]:
    known = [(month, float(value)) for month, value in points if value is not None]
    return [month for month, _ in known], [value for _, value in known]
