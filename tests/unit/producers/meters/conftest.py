"""A plan with the two meter forms of the Xuchang plan, one unit each, and what the door makes of a few lines."""

import datetime as dt
import io
from collections.abc import Callable, Iterable
from pathlib import Path

import msgspec
import pytest

from plan.book import PlanBook
from plan.loader import load_plan
from plan.model import Names, Plan, ReportingUnit
from producers.meters.catalogue import FORMATS
from producers.meters.days import MeterRead, read_meter
from producers.meters.lines import lines_of
from producers.meters.model import Given

_XUCHANG = Path(__file__).parents[4] / "plan" / "xuchang-2017-2020"
_FORMS = {"steel-15min": "energy-meter-daily"}


def _unit(unit: str, group: str) -> ReportingUnit:
    return ReportingUnit(id=unit, names=Names(zh=unit, en=unit), area="xuchang", groups=(group,))


@pytest.fixture(scope="session")
def plan() -> Plan:
    """The Xuchang plan with an energy user and a source in its register."""
    shipped = load_plan(_XUCHANG)
    units = (*shipped.units, _unit("steel-works", "key-energy"), _unit("power-plant", "emission-source"))
    return msgspec.structs.replace(shipped, units=units)


@pytest.fixture(scope="session")
def book(plan: Plan) -> PlanBook:
    return PlanBook([plan])


@pytest.fixture(scope="session")
def read(plan: Plan) -> Callable[..., MeterRead]:
    """Factory: what a format makes of a file's content or lines; keyword arguments are what the person gives."""
    forms = {form.id: form for form in plan.forms}

    def make(format_id: str, content: bytes | Iterable[str], **given: object) -> MeterRead:
        data = content if isinstance(content, bytes) else "\n".join(content).encode()
        form = forms[_FORMS.get(format_id, "emission-hourly-daily")]
        return read_meter(lines_of(io.BytesIO(data)), FORMATS[format_id], Given(**given), form, "unit")

    return make


@pytest.fixture(scope="session")
def steel_lines() -> Callable[..., list[str]]:
    """Factory: heading and lines of whole days as the steel plant's meter writes them; the figure counts the lines."""

    def make(first: dt.date, days: int = 1, separator: str = "-") -> list[str]:
        lines = [",".join(FORMATS["steel-15min"].headers[0])]
        for number in range(days * 96):
            day = first + dt.timedelta(days=number // 96)
            minutes = (number % 96 + 1) * 15 % 1440  # the label is the end of the interval; midnight keeps its day
            label = f"{day:%d{separator}%m{separator}%Y} {minutes // 60:02d}:{minutes % 60:02d}"
            lines.append(f"{label},{number + 1}.5,0.25,0,0,70,100,{minutes * 60},Weekday,{day:%A},Light_Load")
        return lines

    return make
