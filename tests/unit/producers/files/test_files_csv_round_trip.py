"""Whatever returns there are, written as a csv they are read back as they were."""

import csv
import io
import string

from hypothesis import given
from hypothesis import strategies as st

from plan.messages import Cell, Return
from producers.files.headings import COLUMNS
from producers.files.model import FileRead
from producers.files.reading import read_file
from tests.support.door_plan import door_book

BOOK = door_book()
NUMBERS = st.decimals(min_value=-(10**12), max_value=10**12, places=3, allow_nan=False).map(float)
WORDS = st.text(
    st.characters(codec="gb18030", exclude_categories=("C", "Zl", "Zp", "Zs"), exclude_characters="\n"),
    min_size=1,
    max_size=40,
)
KEYS = st.text(st.sampled_from(string.ascii_letters + string.digits + "-_./许昌第号"), min_size=1, max_size=20)


@st.composite
def energy_returns(draw: st.DrawFn) -> Return:
    cells = draw(
        st.lists(
            st.one_of(
                st.builds(Cell, item=st.sampled_from(["coal", "power", "share", "change", "staff"]), value=NUMBERS),
                st.builds(Cell, item=st.just("cio"), text=st.sampled_from(["yes", "no"])),
                st.builds(Cell, item=st.just("since"), text=st.dates().map(lambda day: day.isoformat())),
                st.builds(Cell, item=st.just("remark"), text=WORDS),
            ),
            min_size=1,
            max_size=8,
        )
    )
    period = draw(st.sampled_from(["2018-01", "2018-02"]))
    note = draw(st.one_of(st.just(""), WORDS))
    return Return(
        return_id="", form="energy", form_version=2, unit="mill-a", period=period, cells=tuple(cells), note=note
    )


@st.composite
def event_returns(draw: st.DrawFn) -> Return:
    cells = [Cell(item="events", value=float(draw(st.integers(0, 99))))]
    for row in draw(st.lists(KEYS, max_size=4, unique=True)):
        cells.append(Cell(item="event", text=draw(st.sampled_from(["issued", "expired"])), row=row))
        cells.append(Cell(item="limit", value=draw(NUMBERS), row=row))
        cells.append(Cell(item="trade", text=draw(WORDS), row=row))
    return Return(return_id="", form="events", form_version=1, unit="bureau", period="2018-01", cells=tuple(cells))


def written(returns: list[Return], coding: str, delimiter: str) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter)
    writer.writerow(COLUMNS.values())
    for each in returns:
        for cell in each.cells:
            value = "" if cell.value is None else f"{cell.value:.3f}"
            writer.writerow(
                [
                    each.form,
                    each.form_version,
                    each.unit,
                    each.period,
                    cell.item,
                    cell.row,
                    value,
                    cell.text,
                    "",
                    each.note,
                ]
            )
    return out.getvalue().encode(coding)


def no_sdmx(_data: bytes, _book: object) -> FileRead:
    raise AssertionError("no SDMX here")


@given(
    energy_returns(),
    event_returns(),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "gb18030"]),
    st.sampled_from(",;\t|"),
)
def test_csv_round_trip(energy: Return, events: Return, coding: str, delimiter: str) -> None:
    found = read_file("x.csv", written([energy, events], coding, delimiter), BOOK, no_sdmx)
    assert found.faults == ()
    assert [each.sent for each in found.returns] == [energy, events]
