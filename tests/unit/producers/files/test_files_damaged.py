"""Whatever is done to a file's bytes, the door answers with returns or faults, and with a report; nothing is raised."""

import io
import zipfile

from hypothesis import given, settings
from hypothesis import strategies as st

from plan.messages import Return
from producers.files.door import examine
from producers.files.layout import lay_out
from producers.files.marks import fault_text, marked_copy
from producers.files.model import FileRead
from producers.files.reading import read_file
from producers.files.template import write_template
from tests.support.door_files import HEADINGS, changed_parts, csv_of, line_of, workbook_of
from tests.support.door_plan import NOW, door_book

BOOK = door_book()
VIEW = BOOK.view_of_form("energy")
assert VIEW is not None
LAYOUT = lay_out(VIEW.forms["energy"], VIEW.units["mill-a"], "2018-01", VIEW.measures)
WORKBOOKS = (
    write_template(LAYOUT, VIEW.measures),
    workbook_of({"a": [HEADINGS, ["energy", 2, "mill-a", "2018-01", "coal", None, 5, None, "t", None]]}),
)
TABLE = csv_of(line_of(), line_of("remark", "", "说明"))
SPLICES = st.one_of(
    st.binary(max_size=6),
    st.sampled_from(
        [b"<f>", b'"', b'<c r="A1"', b"&#0;", b"&amp;", b' r="ZZ9" ', b"</c>", b"<!DOCTYPE x>", b"\xef\xbb\xbf"]
    ),
)
CHANGES = st.lists(st.tuples(st.floats(0, 1), st.integers(0, 40), SPLICES), min_size=1, max_size=4)


def no_sdmx(_data: bytes, _book: object) -> FileRead:
    raise AssertionError("no SDMX here")


def spliced(data: bytes, changes: list[tuple[float, int, bytes]]) -> bytes:
    for where, cut, put in changes:
        at = int(where * len(data))
        data = data[:at] + put + data[at + cut :]
    return data


def answered(name: str, data: bytes) -> list[Return]:
    found = examine(read_file(name, data, BOOK, no_sdmx), "files", BOOK, NOW)
    if found.faults:
        fault_text(name, found.faults)
        marked_copy(data, found.faults)
        return []
    return [each.sent for each in found.outgoing]


@given(st.sampled_from(WORKBOOKS), st.integers(0, 20), CHANGES)
@settings(max_examples=150, deadline=None)
def test_workbooks_with_damaged_parts(data: bytes, part: int, changes: list[tuple[float, int, bytes]]) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        name = packed.namelist()[part % len(packed.namelist())]
    answered("x.xlsx", changed_parts(data, lambda parts: parts.update({name: spliced(parts[name], changes)})))


@given(st.sampled_from(WORKBOOKS), CHANGES)
@settings(max_examples=50, deadline=None)
def test_workbooks_with_damaged_bytes(data: bytes, changes: list[tuple[float, int, bytes]]) -> None:
    answered("x.xlsx", spliced(data, changes))


@given(st.one_of(st.binary(max_size=300), CHANGES.map(lambda changes: spliced(TABLE, changes))))
@settings(deadline=None)
def test_tables_of_any_bytes(data: bytes) -> None:
    answered("x.csv", data)
