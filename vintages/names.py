"""The plans in force, and what a question names in them: an unknown name is refused with those that there are."""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches

import duckdb

from plan.book import PlanView
from warehouse.plans import plans_in_force

_SHOWN = 12


class NameRefused(Exception):
    """A question names something that no plan in force has; the message lists what there is."""


def views_in_force(lake: duckdb.DuckDBPyConnection, plan: str) -> tuple[PlanView, ...]:
    """The plans in force, all or the one asked for; raises :class:`NameRefused`."""
    plans = {each.id: each for each in plans_in_force(lake)}
    require("方案 plan", plan, plans)
    return tuple(PlanView(each) for each in plans.values() if plan in ("", each.id))


def require(what: str, name: str, known: Iterable[str]) -> None:
    """Raise :class:`NameRefused` for a name that is neither empty (all) nor known."""
    there = list(dict.fromkeys(known))
    if name == "" or name in there:
        return
    near = get_close_matches(name, there, n=_SHOWN, cutoff=0.4) or there[:_SHOWN]
    listed = ", ".join(near) + (" …" if len(near) < len(there) else "")
    raise NameRefused(f"没有 there is no {what} {name!r};请从现有的选 choose one of: {listed or '—'}")


def require_indicator(views: Sequence[PlanView], name: str) -> None:
    """Raise :class:`NameRefused` unless some plan has the indicator; empty asks for all."""
    require("指标 indicator", name, (each for view in views for each in view.indicators))


def require_area(views: Sequence[PlanView], name: str) -> None:
    """Raise :class:`NameRefused` unless some plan has the area; empty asks for all."""
    require("地区 area", name, (each for view in views for each in view.areas))


def require_form(views: Sequence[PlanView], name: str) -> None:
    """Raise :class:`NameRefused` unless some plan has the form; empty asks for all."""
    require("报表 form", name, (each for view in views for each in view.forms))


def view_of_form(views: Sequence[PlanView], form: str, period: str, unit: str) -> PlanView:
    """The plan that asks for the form; raises :class:`NameRefused`, also for a period or unit it does not ask."""
    require("报表 form", form or "''", (each for view in views for each in view.forms))
    view = next(view for view in views if form in view.forms)
    asked = view.forms[form]
    require(f"报告期 period of {form}", period or "''", asked.calendar.periods)
    require(f"填报单位 reporting unit of {form}", unit, view.roster_in_order(asked))
    return view
