"""How much each indicator is usually revised, from the vintages of its values in the lake."""

from collections.abc import Iterator
from decimal import Decimal
from itertools import groupby

import duckdb
import msgspec

from rating.revisions import revisions
from vintages.reading import streamed


class SeriesRevisions(msgspec.Struct, frozen=True):
    """Revisions of one indicator and area: each period's latest figure minus its first.

    ``periods``: those with a figure that could be rated, ``revised_periods``: of them, those that stand in two or more
    vintages; 0: nothing can be said yet, and nothing is. For the rest see :class:`rating.revisions.Revisions`.
    """

    plan_id: str
    indicator_id: str
    area_id: str
    unit: str
    periods: int
    revised_periods: int = 0
    mean: Decimal | None = None
    mean_absolute: Decimal | None = None
    relative_mean_absolute: Decimal | None = None
    t: float | None = None
    p: float | None = None


def series_revisions(lake: duckdb.DuckDBPyConnection, indicator: str) -> Iterator[SeriesRevisions]:
    """Revisions of every series of an indicator, of all for an empty text; each cut-off is a vintage."""
    rows = streamed(lake, "vintages/published_values", {"indicator": indicator})
    for (plan_id, indicator_id, area_id, unit), own in groupby(rows, key=lambda row: row[:4]):
        figures = [(cutoff_at, period, value) for *_, period, cutoff_at, value in own]
        vintages = [
            {period: value for _, period, value in issued} for _, issued in groupby(figures, key=lambda row: row[0])
        ]
        periods = len({period for _, period, _ in figures})
        found = revisions(vintages)
        if found is None:
            yield SeriesRevisions(plan_id, indicator_id, area_id, unit, periods)
            continue
        yield SeriesRevisions(
            *(plan_id, indicator_id, area_id, unit, periods, found.periods),
            *(found.mean, found.mean_absolute, found.relative_mean_absolute, found.t, found.p),
        )
