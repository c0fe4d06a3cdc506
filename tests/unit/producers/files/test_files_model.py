"""Places in files, and how a fault of the contract finds its place."""

import pytest

from plan.faults import Fault, FaultCode
from plan.messages import Cell, Return
from producers.files.model import WHOLE, Place, ReadReturn, at_its_place, column_letters, named


def read() -> ReadReturn:
    cells = (Cell(item="a", value=1.0), Cell(item="b", value=2.0, row="X-1"))
    sent = Return(return_id="", form="f", form_version=1, unit="u", period="2017", cells=cells)
    return ReadReturn(
        sent,
        cells=(Place("填报", 7, 3), Place("填报", 9, 3)),
        whole=Place("填报"),
        envelope={"period": Place("填报", 2, 2)},
        columns={"unit": 4, "row": 1},
    )


@pytest.mark.parametrize(("column", "letters"), [(1, "A"), (26, "Z"), (27, "AA"), (702, "ZZ"), (16384, "XFD")])
def test_columns_have_letters(column: int, letters: str) -> None:
    assert column_letters(column) == letters


@pytest.mark.parametrize(
    ("place", "text"),
    [
        (Place("填报", 7, 3), "填报!C7"),
        (Place("填报"), "填报"),
        (Place(line=7, column=3), "第7行第3列 line 7, column 3"),
        (Place(line=7), "第7行 line 7"),
        (Place(path="DataSet/Obs[3]"), "DataSet/Obs[3]"),
        (WHOLE, "文件 file"),
    ],
)
def test_a_place_is_told_in_words(place: Place, text: str) -> None:
    assert str(place) == text


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("cells/0/value", "填报!C7"),
        ("cells/1/unit", "填报!D9"),
        ("cells/1", "填报!C9"),
        ("cells/row=X-1", "填报!A9"),
        ("period", "填报!B2"),
        ("cells", "填报"),
        ("cells/8/value", "填报"),
    ],
)
def test_a_fault_of_the_contract_finds_its_place(path: str, told: str) -> None:
    found = at_its_place(Fault(FaultCode.MALFORMED, path, "中", "en"), read())
    assert found.fault.place == told


def test_the_id_comes_from_the_content() -> None:
    sent = read().sent
    assert named(sent).return_id == named(named(sent)).return_id
    assert named(sent).return_id != named(Return(**{**_fields(sent), "period": "2018"})).return_id


def _fields(sent: Return) -> dict[str, object]:
    return {name: getattr(sent, name) for name in sent.__struct_fields__}
