"""Discharge permits: issued, registered, exempted as the bureau counts them by year, and renewed after three years."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator

from producers.simulator.events import Monthly, Rows, month_key, row_of
from producers.simulator.population import ENTERPRISES, Population
from producers.simulator.setup import YEARS, Setup, Yearly

AMOUNTS_T = {"so2": 8.0, "nox": 21.0, "dust": 2.4}
"""Tonnes that a source of size 1 emits in a quarter: ours."""
_YEARS_VALID, _LIMIT_BY_YEAR = 3, 4.4
"""A permit holds for three years and allows a tenth more than four quarters emit: ours."""
_SMALL_SOURCE = 0.1
_KINDS = (
    ("issued", "PW", "permits-issued"),
    ("registered", "DJ", "registrations"),
    ("exempted", "HM", "exempt-or-closed"),
)


def permit_rows(setup: Setup, people: Population, yearly: Yearly, unit: str) -> Monthly:
    """Every event of a permit; the sources that report emissions get theirs first, in the second half of 2017."""
    found: dict[tuple[str, str], Rows] = defaultdict(list)
    for event, letters, item in _KINDS:
        for number, day in _numbered(setup, people, yearly, event, item):
            row, source = f"{letters}-{number + 1:05d}", number if event == "issued" else len(people.sources) + number
            if source < len(people.sources):
                name, size = people.ids[people.sources[source]], float(people.sizes[people.sources[source]])
            else:
                name, size = f"模拟排污单位{letters}{number + 1:05d}", _SMALL_SOURCE
            cells: dict[str, str | float] = {"event": event, "source-unit": name, "event-date": day.isoformat()}
            if event == "issued":
                cells |= {f"{what}-limit": round(t * size * _LIMIT_BY_YEAR, 1) for what, t in AMOUNTS_T.items()}
                ends = day.replace(year=day.year + _YEARS_VALID)
                cells["valid-until"] = ends.isoformat()
                if ends.year <= YEARS[-1]:
                    renewed = {"event": "changed", "event-date": ends.isoformat()}
                    later = ends.replace(year=ends.year + _YEARS_VALID).isoformat()
                    found[unit, month_key(ends)].append(row_of(row, {**cells, **renewed, "valid-until": later}))
            found[unit, month_key(day)].append(row_of(row, cells))
    return found


def _numbered(setup: Setup, people: Population, yearly: Yearly, event: str, item: str) -> Iterator[tuple[int, dt.date]]:
    """Each event's number and day: as many as the bureau counts, by the size of the simulation."""
    counts = yearly["xuchang-permits-annual"][item]
    scale = len(people.ids) / ENTERPRISES
    done = 0
    for year, count in zip(YEARS, counts, strict=True):
        until = round(float(count) * scale)
        if event == "issued" and year > YEARS[0]:
            until = max(until, len(people.sources))
        start = 7 if year == YEARS[1] else 1
        for number in range(done, until):
            yield number, dt.date(year, start + (number - done) * (13 - start) // (until - done), 15)
        done = max(done, until)
