"""Plain data become records; every fault is found, with its path and what to do."""

import datetime as dt
from decimal import Decimal

import msgspec
import pytest

from plan.codes import Severity
from plan.model import Record
from plan.structure import StructureFault, build


class Leaf(Record, frozen=True):
    name: str
    share: Decimal = Decimal(0)


class Tree(Record, frozen=True):
    leaves: tuple[Leaf, ...]
    by_name: dict[str, Leaf] = msgspec.field(default_factory=dict)
    day: dt.date | None = None
    severity: Severity = Severity.HARD
    note: Leaf | None = None
    count: int = 0


def test_good_data_become_a_record() -> None:
    data = {
        "leaves": [{"name": "a", "share": 3}, {"name": 2017}],
        "by_name": {"b": {"name": "b", "share": Decimal("3.40")}},
        "day": "2017-06-16",
        "severity": "hint",
        "note": None,
    }

    assert build(data, Tree) == (
        Tree(
            leaves=(Leaf(name="a", share=Decimal(3)), Leaf(name="2017")),
            by_name={"b": Leaf(name="b", share=Decimal("3.40"))},
            day=dt.date(2017, 6, 16),
            severity=Severity.HINT,
            note=None,
        ),
        (),
    )


def test_all_faults_are_found_with_their_paths() -> None:
    data = {
        "leaves": [{"name": "a", "shape": 1}, {"share": "much"}, "leaf"],
        "by_name": {"b": None},
        "day": "soon",
        "severity": "fatal",
        "colour": "red",
    }

    made, faults = build(data, Tree)

    assert made is None
    assert {fault.path for fault in faults} == {
        ("leaves", 0, "shape"),
        ("leaves", 1, "name"),
        ("leaves", 1, "share"),
        ("leaves", 2),
        ("by_name", "b"),
        ("day",),
        ("severity",),
        ("colour",),
    }


@pytest.mark.parametrize(
    ("data", "path", "says"),
    [
        ({}, ("leaves",), "this key is missing; add it"),
        ({"leaves": "ab"}, ("leaves",), "a list is needed here, found a text"),
        ({"leaves": {}}, ("leaves",), "a list is needed here, found a mapping"),
        ({"leaves": 3}, ("leaves",), "a list is needed here, found 3"),
        ({"leaves": [], "by_name": []}, ("by_name",), "a mapping is needed here, found a list"),
        ({"leaves": [None]}, ("leaves", 0), "a mapping with the keys of Leaf is needed, found nothing"),
        ({"leaves": [{"name": Decimal("1.10")}]}, ("leaves", 0, "name"), "1.10 is read as a number; put it in quotes"),
        ({"leaves": [{"name": True}]}, ("leaves", 0, "name"), "Expected `str`, got `bool`"),
        ({"leaves": [], "note": 3}, ("note",), "a mapping with the keys of Leaf is needed, found 3"),
        ({"leaves": [], "count": Decimal("1.5")}, ("count",), "Expected `int`, got `decimal`"),
        (
            {"leaves": [], "leafs": []},
            ("leafs",),
            "unknown key; known here: by_name, count, day, leaves, note, severity",
        ),
        ([], (), "a mapping with the keys of Tree is needed, found a list"),
    ],
)
def test_fault_says_what_is_needed(data: object, path: tuple[str | int, ...], says: str) -> None:
    assert build(data, Tree) == (None, (StructureFault(path, says),))
