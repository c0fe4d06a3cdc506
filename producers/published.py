"""Published figures as returns: what each unit had published by each day, form by form. Pure."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

import msgspec

from plan.book import PlanView
from plan.canonical import digest
from plan.figures import Figure, Figures
from plan.messages import Cell, DateKind, Return, Source, encode
from plan.model import Plan
from plan.periods import LOCAL_ZONE

PUBLISHED_SENDER = "published"
"""The sender, in every plan, under whose name published figures go out."""

_Key = tuple[str, str, str]  # form, reporting unit, period: what one return replaces
_Days = dict[dt.date, dict[str, Figure]]  # by day of publication, the figures by item


class PublishedFault(msgspec.Struct, frozen=True):
    """Why figures cannot be made into returns: the place and the mend."""

    place: str
    says: str


class PublishedRefused(Exception):
    """The figures do not go with the plan; ``faults`` names every fault."""

    def __init__(self, faults: tuple[PublishedFault, ...]) -> None:
        super().__init__("\n".join(f"{each.place}: {each.says}" for each in faults))
        self.faults = faults


def fed(figures: Figures) -> tuple[Figure, ...]:
    """The figures that a form of the plan asks for, in file order."""
    return tuple(figure for figure in figures.figures if not figure.reference_only_because)


def reference_only(figures: Figures) -> Counter[str]:
    """How many figures are not fed, by reason."""
    return Counter(each.reference_only_because for each in figures.figures if each.reference_only_because)


def returns_of(figures: Figures, plan: Plan, sender_id: str) -> tuple[Return, ...]:
    """The returns that carry the fed figures, in order of publication; the same figures give the same returns.

    A return replaces the whole earlier one of its unit, form and period, so each carries also what was published
    before for them; a later value of an item takes the place of the older. Raises :class:`PublishedRefused` when
    the sender may not date its returns, a form is unknown, a date is missing, or a day has two values of an item.
    """
    view = PlanView(plan)
    faults = list(_sender_faults(view, sender_id))
    groups = _grouped(fed(figures), view, faults)
    if faults:
        raise PublishedRefused(tuple(faults))
    found = sorted(
        ((key, issue) for key, days in groups.items() for issue in _issues(days)),
        key=lambda pair: (pair[1].day, pair[0]),
    )
    return tuple(_return(key, view.forms[key[0]].version, issue, figures.sources) for key, issue in found)


def _sender_faults(view: PlanView, sender_id: str) -> Iterator[PublishedFault]:
    sender = view.senders.get(sender_id)
    place = f"{view.plan.id}: senders"
    if sender is None:
        yield PublishedFault(place, f"no sender {sender_id!r}; add it, with may_backdate: true")
    elif not sender.may_backdate:
        says = "may not date its returns, and published figures keep their dates; set may_backdate: true"
        yield PublishedFault(place, f"{sender_id!r} {says}")


def _grouped(figures: Iterable[Figure], view: PlanView, faults: list[PublishedFault]) -> dict[_Key, _Days]:
    groups: dict[_Key, _Days] = {}
    for figure in figures:
        place = f"{view.plan.id}: {figure.form} {figure.unit} {figure.period} {figure.item}"
        if figure.form not in view.forms:
            known = ", ".join(view.forms)
            faults.append(PublishedFault(place, f"no form {figure.form!r}; known: {known}"))
        elif figure.published_at is None or figure.published_kind is None:
            says = "a figure that is fed needs its date and whether that is exact or assumed"
            faults.append(PublishedFault(place, says))
        else:
            days = groups.setdefault((figure.form, figure.unit, figure.period), {})
            cells = days.setdefault(figure.published_at, {})
            if figure.item in cells:
                says = f"two values published on {figure.published_at}; feed one, keep the other for reference only"
                faults.append(PublishedFault(place, says))
            cells[figure.item] = figure
    return groups


class _Issue(msgspec.Struct, frozen=True):
    """What one day's publication leaves: all figures in force by then, by item, and those new that day."""

    day: dt.date
    in_force: dict[str, Figure]
    fresh: dict[str, Figure]


def _issues(days: _Days) -> Iterator[_Issue]:
    in_force: dict[str, Figure] = {}
    for day in sorted(days):
        in_force = {**in_force, **days[day]}
        yield _Issue(day, in_force, days[day])


def _return(key: _Key, version: int, issue: _Issue, sources: Mapping[str, Source]) -> Return:
    form, unit, period = key
    ordered = [issue.in_force[item] for item in sorted(issue.in_force)]
    source_ids = list(dict.fromkeys(source for figure in ordered for source in figure.sources))
    is_assumed = any(figure.published_kind is DateKind.ASSUMED for figure in issue.fresh.values())
    unnamed = Return(
        return_id="",
        form=form,
        form_version=version,
        unit=unit,
        period=period,
        cells=tuple(_cell(figure, source_ids) for figure in ordered),
        published_at=dt.datetime.combine(issue.day, dt.time(), LOCAL_ZONE),
        published_kind=DateKind.ASSUMED if is_assumed else DateKind.EXACT,
        sources=tuple(sources[source] for source in source_ids),
    )
    # The id covers everything: the same id with other content would be refused, so a mended title is a new return.
    return msgspec.structs.replace(unnamed, return_id=digest(encode(unnamed)))


def _cell(figure: Figure, source_ids: list[str]) -> Cell:
    return Cell(
        item=figure.item,
        value=float(figure.value),
        unit=figure.unit_of_measure,
        status=figure.status,
        bound=figure.bound,
        basis=figure.basis,
        sources=tuple(source_ids.index(source) for source in figure.sources),
    )
