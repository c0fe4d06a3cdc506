"""The published figures of a plan's folder as points of its indicators, for commands that work without a warehouse.

Only indicators that are taken as published can be told from them; the others are computed in the warehouse.
"""

from collections.abc import Iterable
from fractions import Fraction

from plan.book import PlanView
from plan.conversion import exact_decimal, factor
from plan.figure_file import FilePoint
from plan.figures import Figure
from plan.model import Indicator

AS_PUBLISHED = "as-published"
"""The formula of an indicator that is one item of its form."""


def points_of(figures: Iterable[Figure], view: PlanView) -> tuple[FilePoint, ...]:
    """The figures of indicators that are taken as published; others, and those for reference only, are left out."""
    by_item: dict[tuple[str, str], list[Indicator]] = {}
    for indicator in view.plan.indicators:
        if indicator.formula == AS_PUBLISHED:
            for item in indicator.inputs.values():
                by_item.setdefault((indicator.form, item), []).append(indicator)
    return tuple(
        point
        for figure in figures
        if figure.form and figure.unit in view.units
        for indicator in by_item.get((figure.form, figure.item), ())
        if (point := _point(figure, indicator, view)) is not None
    )


def _point(figure: Figure, indicator: Indicator, view: PlanView) -> FilePoint | None:
    by = factor(view.measures, figure.unit_of_measure, indicator.unit)
    if by is None:
        return None
    value, _ = exact_decimal(Fraction(figure.value) * by)
    return FilePoint(
        indicator=indicator.id,
        area=view.unit_area(figure.unit),
        period=figure.period,
        value=figure.value if by == 1 else value,
        status=figure.status,
        bound=figure.bound,
        published_on=figure.published_at,
        source=";".join(figure.sources),
    )
