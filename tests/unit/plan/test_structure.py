"""Plain data become records; every fault is found, with its path and what to do."""

import datetime as dt
from decimal import Decimal

import msgspec
import pytest

from plan.codes import Severity
from plan.model import Names, Record
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
    names: Names | None = None


class _Part(Record, frozen=True):
    """Two keys are needed."""

    one: str
    other: str


class _Parts(Record, frozen=True):
    """Many of them."""

    parts: tuple[_Part, ...]


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
        ({"leaves": [None]}, ("leaves", 0), "a mapping is needed here, found nothing; write {name: ...}"),
        ({"leaves": [{"name": Decimal("1.10")}]}, ("leaves", 0, "name"), "1.10 is read as a number; put it in quotes"),
        ({"leaves": [{"name": True}]}, ("leaves", 0, "name"), "found true; write a text, in quotation marks"),
        ({"leaves": [], "note": 3}, ("note",), "a mapping is needed here, found 3; write {name: ...}"),
        ({"leaves": [], "count": Decimal("1.5")}, ("count",), "found 1.5; write a whole number without quotes"),
        ({"leaves": [], "count": "3"}, ("count",), "found '3'; write a whole number without quotes"),
        (
            {"leaves": [{"name": "a", "share": "1,000"}]},
            ("leaves", 0, "share"),
            "found '1,000'; write digits and a point, without % and thousands separators",
        ),
        ({"leaves": [], "day": "2021/1/31"}, ("day",), "found '2021/1/31'; write a date like 2021-01-31"),
        (
            {"leaves": [], "severity": "hrad"},
            ("severity",),
            "'hrad' is not one of the codes; did you mean hard? known: hard, verify, hint",
        ),
        ({"leaves": [], "severity": 7}, ("severity",), "7 is not one of the codes; known: hard, verify, hint"),
        (
            {"leaves": [], "names": "许昌"},
            ("names",),
            "a mapping is needed here, found a text; write {zh: ..., en: ...}",
        ),
        (
            {"leaves": [], "leafs": []},
            ("leafs",),
            "unknown key; known here: by_name, count, day, leaves, names, note, severity",
        ),
        ([], (), "a mapping is needed here, found a list; write {leaves: ...}"),
    ],
)
def test_fault_says_what_is_needed(data: object, path: tuple[str | int, ...], says: str) -> None:
    assert build(data, Tree) == (None, (StructureFault(path, says),))


@pytest.mark.parametrize(
    ("data", "wanted"),
    [
        ({"parts": [{} for _ in range(100)]}, _Parts),
        ({"parts": {}, **{f"key-{number}": 1 for number in range(100)}}, _Parts),
    ],
    ids=["list", "keys"],
)
def test_the_walk_ends_soon_after_more_faults_than_asked_for(data: object, wanted: type[Record]) -> None:
    """Enough to see that there are more; a sender's megabyte of faults must not keep the writer busy."""
    _, some = build(data, wanted, most=10)
    _, all_of_them = build(data, wanted)

    assert 10 < len(some) <= 15
    assert set(some) < set(all_of_them)
    assert len(all_of_them) > 100


def test_no_more_faults_than_asked_for_are_all_told() -> None:
    data = {"parts": [{} for _ in range(4)]}

    assert build(data, _Parts, most=8) == build(data, _Parts)
