"""What emission sources report: hours of a day with their flags, and the quarterly execution reports."""

import datetime as dt
from collections.abc import Iterator

from plan.messages import Cell
from plan.model import Form
from producers.simulator.chance import stream
from producers.simulator.permits import AMOUNTS_T
from producers.simulator.population import Population
from producers.simulator.sending import Sending, make_return, on_time, periods_of, sending_of
from producers.simulator.setup import YEARS, Setup

_HOURS = [f"{hour:02d}:00" for hour in range(24)]
_CALIBRATES_AT, _STOPS_FROM = 10, 22


def hourly_returns(setup: Setup, form: Form, people: Population) -> Iterator[Sending]:
    """A day of hourly means for each source, form `emission-hourly-daily`, for the days of its calendar."""
    chance = stream(setup.seed, "hours")
    for period in periods_of(form):
        for at, source in enumerate(people.sources):
            noise = chance.normal(1.0, 0.08, (24, 4))
            cells: list[Cell] = []
            for hour, row in enumerate(_HOURS):
                # Every third source works two shifts: a stopped plant is not a missing one.
                if at % 3 == 0 and hour >= _STOPS_FROM:
                    cells += [
                        Cell(item="operating-share", value=0, row=row),
                        Cell(item="validity", text="stopped", row=row),
                    ]
                    continue
                is_calibrating = hour == _CALIBRATES_AT and period.day % 7 == 0
                flag = "calibration" if is_calibrating else "valid"
                cells += [Cell(item="operating-share", value=1, row=row), Cell(item="validity", text=flag, row=row)]
                if not is_calibrating:
                    means = (25 + at % 10, 80 + at % 15, 6 + at % 4, 120_000 + 900 * at)
                    values = [round(float(mean * part), 1) for mean, part in zip(means, noise[hour], strict=True)]
                    names = ("so2", "nox", "dust", "flow")
                    cells += [Cell(item=name, value=v, row=row) for name, v in zip(names, values, strict=True)]
            day = period.end_date + dt.timedelta(days=1)
            yield sending_of(make_return(form, people.ids[source], str(period), cells, day))


def execution_returns(setup: Setup, form: Form, people: Population) -> Iterator[Sending]:
    """The quarterly execution reports, form `permit-execution-quarterly`; amounts fall slowly over the years."""
    chance = stream(setup.seed, "execution")
    for period in periods_of(form):
        less = 1 - 0.05 * YEARS.index(period.year)
        for at, source in enumerate(people.sources):
            size = float(people.sizes[source])
            part, early = chance.normal(1.0, 0.05, len(AMOUNTS_T)), float(chance.random())
            if not setup.covers(period):
                continue
            is_stopped = at % 17 == 5 and period.last_month == 3
            means = [mean * size * less * float(p) for mean, p in zip(AMOUNTS_T.values(), part, strict=True)]
            amounts = [0.0 if is_stopped else round(mean, 2) for mean in means]
            cells = [
                Cell(item="operating-days", value=0.0 if is_stopped else float(82 + at % 9)),
                *(Cell(item=f"{what}-actual", value=v) for what, v in zip(AMOUNTS_T, amounts, strict=True)),
                Cell(item="stopped", text="yes" if is_stopped else "no"),
            ]
            day = on_time(form, period, early)
            yield sending_of(make_return(form, people.ids[source], str(period), cells, day))
