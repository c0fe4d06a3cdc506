"""Which slices have to be derived now, and as of which cut-offs: read from the lake, decided by ``cutoffs``."""

import datetime as dt
from collections import defaultdict, deque
from collections.abc import Sequence

import duckdb
import msgspec
import pyarrow as pa

from plan.book import PlanBook, PlanView
from plan.canonical import RunningDigest
from plan.due import Slice, deadline_at, due_date, falling_due, start_of
from plan.periods import parse_period
from warehouse.cutoffs import Known, cutoffs
from warehouse.lake import from_microseconds, utc
from warehouse.measures import earlier_periods


class DueSlice(msgspec.Struct, frozen=True):
    """One derivation to be made: a slice as of a cut-off, with everything the plan says of it."""

    number: int
    slice: Slice
    view: PlanView
    cutoff_at: dt.datetime
    inputs_digest: str
    due_date: dt.date
    deadline: dt.datetime
    previous_period: str

    @property
    def order(self) -> tuple[dt.datetime, Slice]:
        """Derivations are made and announced in this order, whatever the batches were."""
        return (self.cutoff_at, self.slice)


class Work(msgspec.Struct, frozen=True):
    """Derivations to make, rows to drop because a late arrival made them void, and slices that are settled."""

    due: tuple[DueSlice, ...]
    void: tuple[tuple[Slice, str, dt.datetime], ...]
    settled: tuple[Slice, ...]
    last_tick: dt.date | None
    is_tick_new: bool


def find_work(lake: duckdb.DuckDBPyConnection, book: PlanBook) -> Work:
    """Look at touched slices and at deadlines that have passed; returns the work in its order."""
    row = lake.execute("SELECT max(tick_date) FROM raw_tick").fetchone()
    last_tick: dt.date | None = row[0] if row else None
    watched = _watched(lake)
    touched = _touched(lake)
    closed = _closed(lake)
    found = _candidates(touched, book, last_tick, watched)
    candidates = {each: view for each, view in found.items() if each not in closed}
    known = _known(lake, candidates)
    before = _known_before(lake, candidates)
    done = _done(lake, candidates)
    due: list[tuple[Slice, PlanView, dt.datetime, str]] = []
    void: list[tuple[Slice, str, dt.datetime]] = []
    # What a newer plan no longer expects is settled as it stands, under the hash of the plan that did.
    settled = [each for each in touched if each not in candidates]
    for each, view in candidates.items():
        form = view.forms[each.form]
        deadline = deadline_at(form, parse_period(each.period))
        decided = cutoffs(known[each], view.roster(form, each.area, each.period), deadline, last_tick)
        if not decided.is_waiting:
            settled.append(each)
        wanted = dict(
            zip(decided.moments, _inputs_digests([*known[each], *before[each]], decided.moments), strict=True)
        )
        stored = done[(each, view.hash)]
        due += [(each, view, moment, made) for moment, made in wanted.items() if stored.get(moment) != made]
        void += [(each, view.hash, moment) for moment, made in stored.items() if wanted.get(moment) != made]
    due.sort(key=lambda found: (found[2], found[0]))
    made_due = tuple(
        DueSlice(
            number,
            each,
            view,
            moment,
            made,
            due_date(view.forms[each.form], parse_period(each.period)),
            deadline_at(view.forms[each.form], parse_period(each.period)),
            _previous(view, each),
        )
        for number, (each, view, moment, made) in enumerate(due)
    )
    is_tick_new = last_tick is not None and any(
        watched.get((view.plan.id, view.hash)) != last_tick for view in book.views.values()
    )
    return Work(made_due, tuple(void), tuple(settled), last_tick, is_tick_new)


def _watched(lake: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], dt.date]:
    rows = lake.execute("SELECT plan_id, plan_hash, tick_date FROM watched_until").fetchall()
    return {(plan_id, made): tick for plan_id, made, tick in rows}


def _touched(lake: duckdb.DuckDBPyConnection) -> list[Slice]:
    return [Slice(*row) for row in lake.execute("SELECT form_id, period, area_id FROM touched_slice").fetchall()]


def _closed(lake: duckdb.DuckDBPyConnection) -> set[Slice]:
    """Slices whose readings are rolled up and gone: they stay derived as they are, whatever touches them."""
    return {Slice(*row) for row in lake.execute("SELECT form_id, period, area_id FROM closed_slice").fetchall()}


def _candidates(
    touched: list[Slice],
    book: PlanBook,
    last_tick: dt.date | None,
    watched: dict[tuple[str, str], dt.date],
) -> dict[Slice, PlanView]:
    found: dict[Slice, PlanView] = {}
    for each in touched:
        view = book.view_of_form(each.form)
        if view is not None and _is_expected(view, each):
            found[each] = view
    if last_tick is None:
        return found
    for view in book.views.values():
        until = watched.get((view.plan.id, view.hash))
        if until is None or until < last_tick:
            since = None if until is None else start_of(until)
            found |= dict.fromkeys(falling_due(view, since, start_of(last_tick)), view)
    return found


def _is_expected(view: PlanView, each: Slice) -> bool:
    form = view.forms[each.form]
    return view.is_reported_for(form, each.period) and bool(view.roster(form, each.area, each.period))


def _known(lake: duckdb.DuckDBPyConnection, candidates: dict[Slice, PlanView]) -> dict[Slice, list[Known]]:
    return _returns(
        lake,
        [
            (each, form, each.period)
            for each, view in candidates.items()
            for form in (each.form, *view.forms[each.form].audited_with)
        ]
        + [
            (each, each.form, period)
            for each, view in candidates.items()
            for period in earlier_periods(view.forms[each.form], each.period)
        ],
    )


def _known_before(lake: duckdb.DuckDBPyConnection, candidates: dict[Slice, PlanView]) -> dict[Slice, list[Known]]:
    """Returns of the period before: they set off no derivation, but one that rests on them is made again."""
    return _returns(
        lake,
        [
            (each, each.form, _previous(view, each))
            for each, view in candidates.items()
            if view.forms[each.form].looks_back
        ],
    )


def _returns(lake: duckdb.DuckDBPyConnection, wanted: list[tuple[Slice, str, str]]) -> dict[Slice, list[Known]]:
    """Landed returns of a form and period, for the slice each is wanted for."""
    found: dict[Slice, list[Known]] = defaultdict(list)
    if not wanted:
        return found
    table = pa.table(
        {
            "slice_form": [each.form for each, _, _ in wanted],
            "slice_period": [each.period for each, _, _ in wanted],
            "form_id": [form for _, form, _ in wanted],
            "period": [period for *_, period in wanted],
            "area_id": [each.area for each, _, _ in wanted],
        }
    )
    lake.register("wanted_returns", table)
    # A moment as a number: DuckDB's client takes longer over a time zone than over all the rest of a row.
    rows = lake.execute(
        "SELECT w.slice_form, w.slice_period, w.area_id, epoch_us(r.known_at), "
        "concat_ws('/', r.form_id, r.period, r.unit_id, r.return_id), r.unit_id, "
        "w.slice_form = w.form_id AND w.slice_period = w.period, r.is_backdated "
        "FROM wanted_returns AS w JOIN raw_return AS r USING (form_id, period, area_id)"
    ).fetchall()
    lake.unregister("wanted_returns")
    slices = {(each.form, each.period, each.area): each for each, _, _ in wanted}
    for form, period, area, known_us, *rest in rows:
        found[slices[(form, period, area)]].append(Known(from_microseconds(known_us), *rest))
    return found


def _done(
    lake: duckdb.DuckDBPyConnection, candidates: dict[Slice, PlanView]
) -> dict[tuple[Slice, str], dict[dt.datetime, str]]:
    found: dict[tuple[Slice, str], dict[dt.datetime, str]] = defaultdict(dict)
    if not candidates:
        return found
    table = pa.table(
        {
            "form_id": [each.form for each in candidates],
            "period": [each.period for each in candidates],
            "area_id": [each.area for each in candidates],
            "plan_hash": [view.hash for view in candidates.values()],
        }
    )
    lake.register("wanted_slices", table)
    rows = lake.execute(
        "SELECT form_id, period, area_id, plan_hash, cutoff_at, inputs_digest "
        "FROM derived_slice SEMI JOIN wanted_slices USING (form_id, period, area_id, plan_hash)"
    ).fetchall()
    lake.unregister("wanted_slices")
    for form, period, area, plan_hash, cutoff_at, made in rows:
        found[(Slice(form, period, area), plan_hash)][utc(cutoff_at)] = made
    return found


def _inputs_digests(known: list[Known], moments: Sequence[dt.datetime]) -> list[str]:
    """For each moment, in time order: of everything known by then, superseded returns too, so that no two states of
    knowledge look the same.
    """
    in_order = deque(sorted(known))
    so_far = RunningDigest()
    made = []
    for moment in moments:
        while in_order and in_order[0].known_at <= moment:
            so_far.add(in_order.popleft().return_key)
        made.append(so_far.digest)
    return made


def _previous(view: PlanView, each: Slice) -> str:
    periods = view.forms[each.form].calendar.periods
    at = periods.index(each.period)
    return periods[at - 1] if at > 0 else ""
