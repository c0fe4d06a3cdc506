"""Do the published figures of a plan fit it? Forms, items, reporting units, periods, units of measure, limits."""

from plan.book import PlanView
from plan.figures import Figure, FigureFault, Figures
from plan.model import Plan
from plan.periods import parse_period

_FILE = "figures.csv"
_HEADER_LINES = 1


def check_figures(plan: Plan, figures: Figures) -> tuple[FigureFault, ...]:
    """Every fault of the figures that are fed; those carried for reference only are not asked."""
    view = PlanView(plan)
    found: list[FigureFault] = []
    lines: dict[tuple[str, str, str, str, str, str], int] = {}
    for line, figure in enumerate(figures.figures, start=_HEADER_LINES + 1):
        if not figure.form:
            continue
        found += [FigureFault(_FILE, line, key, says) for key, says in _faults(figure, view)]
        same = (figure.form, figure.item, figure.unit, figure.period, str(figure.value), str(figure.published_at))
        first = lines.setdefault(same, line)
        if first != line:
            says = f"the same figure stands in line {first}; keep one and join the sources with ;"
            found.append(FigureFault(_FILE, line, "value", says))
    return tuple(found)


def _faults(figure: Figure, view: PlanView) -> list[tuple[str, str]]:
    form = view.forms.get(figure.form)
    if form is None:
        return [("form", f"no form {figure.form!r}; known: {', '.join(view.forms)}")]
    found: list[tuple[str, str]] = []
    if figure.unit not in view.roster_units(form):
        roster = ", ".join(view.roster_in_order(form))
        found.append(("unit", f"{figure.unit!r} does not report this form; its roster: {roster}"))
    if figure.period not in form.calendar.periods:
        listed = ", ".join(form.calendar.periods)
        found.append(("period", f"{figure.period!r} is not a period of this form; its periods: {listed}"))
    elif figure.published_at is not None and figure.published_at < parse_period(figure.period).start_date:
        found.append(("published_at", f"{figure.published_at} lies before {figure.period} began; correct the date"))
    item = view.items[form.id].get(figure.item)
    if item is None:
        known = ", ".join(view.items[form.id])
        return [*found, ("item", f"no item {figure.item!r} on this form; known: {known}")]
    if figure.unit_of_measure != item.unit:
        found.append(("unit_of_measure", f"{figure.item} is in {item.unit}, found {figure.unit_of_measure}; convert"))
    low, high = item.minimum, item.maximum
    if (low is not None and figure.value < low) or (high is not None and figure.value > high):
        found.append(("value", f"{figure.value} lies outside {low}..{high} of {figure.item}; check value and unit"))
    return found
