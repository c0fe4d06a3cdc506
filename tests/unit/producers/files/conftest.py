"""Files as people make them, built in memory: workbooks, filled templates, tables."""

import io
from collections.abc import Callable, Mapping

import openpyxl
import pytest

from plan.book import PlanBook
from producers.files.door import Examined, examine
from producers.files.layout import Layout, lay_out
from producers.files.model import FileRead
from producers.files.reading import read_file
from producers.files.template import write_template
from tests.support.door_files import saved
from tests.support.door_plan import NOW, door_book


@pytest.fixture(scope="session")
def book() -> PlanBook:
    """The plan with a form of each shape."""
    return door_book()


def no_sdmx(_data: bytes, _book: PlanBook) -> FileRead:
    raise AssertionError("these tests hand in no SDMX")


@pytest.fixture
def read(book: PlanBook) -> Callable[..., FileRead]:
    """Factory: what the door reads from a file of this name and content."""
    return lambda name, data: read_file(name, data, book, no_sdmx)


@pytest.fixture
def hand_in(book: PlanBook) -> Callable[..., Examined]:
    """Factory: what the door makes of a file, handed in by the sender `files` unless another is named."""

    def make(name: str, data: bytes, sender: str = "files") -> Examined:
        return examine(read_file(name, data, book, no_sdmx), sender, book, NOW)

    return make


@pytest.fixture
def told(hand_in: Callable[..., Examined]) -> Callable[..., list[tuple[str, str]]]:
    """Factory: code and place of every fault of a file."""

    def make(name: str, data: bytes, sender: str = "files") -> list[tuple[str, str]]:
        return [(each.fault.code.value, each.fault.place) for each in hand_in(name, data, sender).faults]

    return make


@pytest.fixture
def layout_of(book: PlanBook) -> Callable[..., Layout]:
    """Factory: the layout of a form for the first unit on its roster and its first period."""

    def make(form_id: str) -> Layout:
        view = book.view_of_form(form_id)
        assert view is not None
        form = view.forms[form_id]
        unit = view.units[sorted(view.roster_units(form))[0]]
        return lay_out(form, unit, form.calendar.periods[0], view.measures)

    return make


@pytest.fixture
def filled(book: PlanBook, layout_of: Callable[..., Layout]) -> Callable[..., bytes]:
    """Factory: the template of a form with these cells of its sheet filled in."""

    def make(
        form_id: str, cells: Mapping[str, object], change: Callable[[openpyxl.Workbook], None] | None = None
    ) -> bytes:
        view = book.view_of_form(form_id)
        assert view is not None
        made = openpyxl.load_workbook(io.BytesIO(write_template(layout_of(form_id), view.measures)), rich_text=True)
        for name, value in cells.items():
            made["填报"][name].value = value
        if change is not None:
            change(made)
        return saved(made)

    return make
