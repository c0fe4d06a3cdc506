"""The register beside a plan: read whole or every fault by its line, written and read back, part of the plan."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plan.book import PlanView
from plan.loader import PlanRefused, load_plan
from plan.model import Names, ReportingUnit
from plan.register import COLUMNS, REGISTER_BYTES_MAX, read_register, unit_lines, write_register
from tests.support.rows_plan import HIDDEN

Data = dict[str, Any]
HEAD = "id,name_zh,name_en,area,groups,industry,since,until"
MILL = "mill-1,许昌一厂,Mill 1,county,above-scale key-energy,30,2016-01-01,2018-06-30"


def unit(unit_id: str, **more: Any) -> ReportingUnit:
    return ReportingUnit(id=unit_id, names=Names(zh="厂", en="Mill"), area="county", **more)


@pytest.fixture
def read(tmp_path: Path) -> Callable[[str | bytes], Any]:
    """Read a register with this content: its units, and its faults as line, key and words."""

    def of(content: str | bytes) -> tuple[tuple[ReportingUnit, ...], list[tuple[int, str, str]]]:
        file = tmp_path / "register.csv"
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        units, faults = read_register(file)
        assert not (units and faults)
        assert {fault.file for fault in faults} <= {str(file)}
        return units, [(fault.line, fault.key, fault.says) for fault in faults]

    return of


def test_a_folder_without_a_register_has_no_further_units(tmp_path: Path) -> None:
    assert read_register(tmp_path / "register.csv") == ((), ())


def test_a_unit_is_read_whole(read: Callable[..., Any]) -> None:
    (mill,), faults = read(f"{HEAD}\n{MILL}\n")

    assert faults == []
    assert mill == ReportingUnit(
        id="mill-1",
        names=Names(zh="许昌一厂", en="Mill 1"),
        area="county",
        groups=("above-scale", "key-energy"),
        industry="30",
        since=dt.date(2016, 1, 1),
        until=dt.date(2018, 6, 30),
    )


@pytest.mark.parametrize(
    "content",
    [
        f"{HEAD}\n{MILL}",
        f"\ufeff{HEAD}\n{MILL}\n",
        f"{HEAD}\r\n{MILL}\r\n",
        f"{HEAD}\r{MILL}\r",
        f'"id",{HEAD[3:]}\n"mill-1",{MILL[7:]}\n',
        f"{HEAD}\n{MILL.replace('above-scale ', 'above-scale  ')}\n",
    ],
    ids=["no-last-line-end", "byte-order-mark", "windows", "old-mac", "quotes", "two-spaces"],
)
def test_ways_of_writing_the_same(content: str, read: Callable[..., Any]) -> None:
    assert read(content) == read(f"{HEAD}\n{MILL}\n")


def test_what_is_open_is_left_empty(read: Callable[..., Any]) -> None:
    (mill,), _ = read(f"{HEAD}\nmill-1,厂,Mill,county,,,,\n")

    assert mill == unit("mill-1")


def test_a_register_may_be_empty(read: Callable[..., Any]) -> None:
    assert read(f"{HEAD}\n") == ((), [])


def test_names_with_commas_and_quotes_are_quoted(read: Callable[..., Any]) -> None:
    (mill,), _ = read(f'{HEAD}\nmill-1,"甲,乙厂","The ""A"" Mill",county,,,,\n')

    assert mill.names == Names(zh="甲,乙厂", en='The "A" Mill')


ROW = "a,厂,Mill,county,,,,"
DEFECTS: dict[str, tuple[str | bytes, list[tuple[int, str, str]]]] = {
    "nothing": ("", [(1, "columns", "the first line must be id,name_zh")]),
    "other-columns": (f"id,name,area\n{ROW}\n", [(1, "columns", "the first line must be id,name_zh")]),
    "columns-in-another-order": (
        f"name_zh,id{HEAD[10:]}\n{ROW}\n",
        [(1, "columns", "the first line must be id,name_zh")],
    ),
    "semicolons": (f"{HEAD.replace(',', ';')}\n", [(1, "columns", "the first line must be id,name_zh")]),
    "gbk": (f"{HEAD}\n{ROW}\n{MILL}\n".encode("gbk"), [(2, "file", "not UTF-8")]),
    "utf-16": (f"{HEAD}\n".encode("utf-16"), [(1, "file", "not UTF-8")]),
    "too-few-columns": (f"{HEAD}\n{ROW}\na,厂,Mill\n", [(3, "row", "3 columns, 8 are needed")]),
    "too-many-columns": (f"{HEAD}\n{ROW},\n", [(2, "row", "9 columns, 8 are needed")]),
    "empty-line": (f"{HEAD}\n\n{ROW}\n", [(2, "row", "0 columns, 8 are needed")]),
    "no-id": (f"{HEAD}\n,厂,Mill,county,,,,\n", [(2, "id", "write it")]),
    "blank-name": (f"{HEAD}\na, ,Mill,county,,,,\n", [(2, "name_zh", "write it")]),
    "no-english-name": (f"{HEAD}\na,厂,,county,,,,\n", [(2, "name_en", "write it")]),
    "no-area": (f"{HEAD}\na,厂,Mill,,,,,\n", [(2, "area", "write it")]),
    "no-such-day": (f"{HEAD}\na,厂,Mill,county,,,2017-02-29,\n", [(2, "since", "'2017-02-29' is not a day")]),
    "day-without-hyphens": (f"{HEAD}\na,厂,Mill,county,,,,20170630\n", [(2, "until", "write it as 2017-06-30")]),
    "day-of-a-week": (f"{HEAD}\na,厂,Mill,county,,,2017-W26-5,\n", [(2, "since", "is not a day")]),
    "open-quote": (f'{HEAD}\n{ROW}\n"a,厂\n', [(3, "row", "not CSV")]),
    "letter-after-quote": (f'{HEAD}\n"a"b{ROW[1:]}\n{ROW}\n', [(2, "row", "not CSV")]),
    "first-line-no-csv": (f'"{HEAD}\n', [(1, "row", "not CSV")]),
    "endless-field": (f"{HEAD}\n{'a' * 200_000}{ROW[1:]}\n", [(2, "row", "not CSV")]),
    "long-name": (f"{HEAD}\na,{'厂' * 501},Mill,county,,,,\n", [(2, "name_zh", "501 characters, at most 500")]),
    "line-break-in-a-name": (f'{HEAD}\n{ROW}\na,"甲\n厂",Mill,county,,,,\n', [(3, "name_zh", "cannot be seen")]),
    "too-large": (HEAD.encode() + b"\n" * REGISTER_BYTES_MAX, [(1, "file", "at most 4000000")]),
    "several": (
        f"{HEAD}\n,厂,Mill,,,,x,y\n{ROW}\na\n",
        [
            (2, "id", "write it"),
            (2, "area", "write it"),
            (2, "since", "'x'"),
            (2, "until", "'y'"),
            (4, "row", "1 columns"),
        ],
    ),
}


@pytest.mark.parametrize("defect", DEFECTS)
def test_defect_is_told_with_its_line(defect: str, read: Callable[..., Any]) -> None:
    content, expected = DEFECTS[defect]

    units, faults = read(content)

    assert units == ()
    assert [(line, key) for line, key, _ in faults] == [(line, key) for line, key, _ in expected]
    for (_, _, says), (_, _, wanted) in zip(faults, expected, strict=True):
        assert wanted in says


@pytest.mark.parametrize("char", [char for char in HIDDEN.values() if char not in "\r\ud800"])
def test_characters_that_nobody_sees_are_told(char: str, read: Callable[..., Any]) -> None:
    _, faults = read(f"{HEAD}\na,甲{char}厂,Mill,county,,,,\n")

    assert [(line, key) for line, key, _ in faults] == [(2, "name_zh")]


_SEEN = st.characters(categories=["L", "N", "P", "Zs"], exclude_characters="\u115f\u1160\u3164\uffa0")
_NAMES = st.text(_SEEN, min_size=1, max_size=10).filter(str.strip)
_DAYS = st.one_of(st.none(), st.dates())
_UNITS = st.builds(
    ReportingUnit,
    id=st.from_regex(r"\A[a-z0-9-]{1,8}\Z"),
    names=st.builds(Names, zh=_NAMES, en=st.just('a "b", c')),
    area=st.just("county"),
    groups=st.lists(st.sampled_from(["above-scale", "key-energy", "coal-mine"]), unique=True).map(tuple),
    industry=st.sampled_from(["", "30"]),
    since=_DAYS,
    until=_DAYS,
)


@given(st.lists(_UNITS, max_size=4))
def test_a_written_register_is_read_back(tmp_path_factory: pytest.TempPathFactory, units: list[ReportingUnit]) -> None:
    file = tmp_path_factory.mktemp("register") / "register.csv"
    text = write_register(tuple(units))
    file.write_text(text, encoding="utf-8", newline="")

    assert read_register(file) == (tuple(units), ())
    assert unit_lines(file) == tuple(range(2, len(units) + 2))
    assert text.splitlines()[0] == ",".join(COLUMNS) == HEAD


# --- as a part of the plan


@pytest.fixture
def load(good_data: Data, write_plan: Callable[..., Path]) -> Callable[..., Any]:
    """Load the small plan with groups and a register of these rows."""

    def of(*rows: str, changes: Callable[[Data], object] = lambda data: None) -> Any:
        groups = ("above-scale", "key-energy")
        good_data["groups"] = [{"id": each, "names": {"zh": "组", "en": each}} for each in groups]
        changes(good_data)
        folder = write_plan(good_data)
        (folder / "register.csv").write_text("\n".join((HEAD, *rows, "")), encoding="utf-8")
        return load_plan(folder)

    return of


def _refusal(load: Callable[..., Any], *rows: str, **more: Any) -> list[tuple[str, int, str]]:
    with pytest.raises(PlanRefused) as caught:
        load(*rows, **more)
    return [(Path(fault.file).name, fault.line, fault.key) for fault in caught.value.faults]


def test_units_of_the_register_come_after_the_plans_own(load: Callable[..., Any]) -> None:
    plan = load(MILL, "mill-2,厂,Mill 2,city,,,,")

    assert [each.id for each in plan.units] == ["stats", "office", "mill-1", "mill-2"]
    assert PlanView(plan).in_group == {"above-scale": ("mill-1",), "key-energy": ("mill-1",)}


def test_a_plan_with_another_register_is_another_plan(load: Callable[..., Any]) -> None:
    one, other = load(MILL), load(MILL.replace("2018-06-30", "2018-07-01"))

    assert PlanView(one).hash != PlanView(other).hash


def test_what_the_plan_does_not_know_is_told_with_the_line_of_the_register(load: Callable[..., Any]) -> None:
    assert _refusal(
        load,
        MILL,
        "mill-2,厂,Mill 2,moon,,,,",
        "mill-3,厂,Mill 3,county,above-scale ghost,,,",
        "mill-1,厂,Mill 1 again,county,,,,",
        "Mill_4,厂,Mill 4,county,,,,",
        "mill-5,厂,Mill 5,county,,,2018-01-01,2017-12-31",
        "mill-6,厂,Mill 6,county,,C30,,",
        "mill-7,厂,Mill 7,county,key-energy key-energy,,,",
        "office,厂,Office again,county,,,,",
    ) == [
        ("register.csv", 3, "area"),
        ("register.csv", 4, "groups"),
        ("register.csv", 5, "id"),
        ("register.csv", 6, "id"),
        ("register.csv", 7, "until"),
        ("register.csv", 8, "industry"),
        ("register.csv", 9, "groups"),
        ("register.csv", 10, "id"),
    ]


def test_faults_of_the_plans_own_units_stay_in_the_plan(load: Callable[..., Any]) -> None:
    def spoil(data: Data) -> None:
        data["units"][1]["area"] = "moon"
        data["targets"][2]["owners"] = []

    found = _refusal(load, "mill-2,厂,Mill 2,moon,,,,", changes=spoil)

    assert ("register.csv", 2, "area") in found
    assert {(name, key) for name, _, key in found} >= {
        ("plan.yaml", "units/1/area"),
        ("targets.yaml", "targets/2/owners"),
    }


def test_faults_of_the_register_and_of_the_other_files_are_told_at_once(load: Callable[..., Any]) -> None:
    found = _refusal(load, "a,厂", changes=lambda data: data.pop("document"))

    assert {(name, key) for name, _, key in found} == {("register.csv", "row"), ("plan.yaml", "document")}
