"""What every SQL file owes its reader, and that formulas and plans agree on the names of inputs."""

import re
from pathlib import Path

import pytest

import expectations
import plan
import warehouse
from plan.codes import CheckRule
from plan.loader import load_plans
from plan.model import Indicator
from warehouse.migrations import sql

_ROOMS = {
    "warehouse": Path(warehouse.__file__).parent / "sql",
    "expectations": Path(expectations.__file__).parent / "sql",
}
_FILES = [(room, str(file.relative_to(root))) for room, root in _ROOMS.items() for file in sorted(root.rglob("*.sql"))]
_INDICATORS = [(each.id, one) for each in load_plans(Path(plan.__file__).parent) for one in each.indicators]
_NAME = re.compile(r"\$([a-z_]+)")


def _names(text: str) -> set[str]:
    return set(_NAME.findall(re.sub(r"--.*", "", text)))


@pytest.mark.parametrize(("room", "file"), _FILES)
def test_file_begins_with_its_grain(room: str, file: str) -> None:
    assert (_ROOMS[room] / file).read_text(encoding="utf-8").startswith("-- grain:")


@pytest.mark.parametrize(("plan_id", "indicator"), _INDICATORS, ids=[f"{at}-{one.id}" for at, one in _INDICATORS])
def test_formula_asks_for_what_the_indicator_gives(plan_id: str, indicator: Indicator) -> None:
    assert _names(sql(f"indicators/{indicator.formula}")) - {"places"} == set(indicator.inputs), plan_id


def test_every_formula_is_used_by_a_plan() -> None:
    there = {file.stem for file in (_ROOMS["warehouse"] / "indicators").glob("*.sql")}

    assert there == {one.formula for _, one in _INDICATORS}


def test_there_is_one_file_for_each_check_rule() -> None:
    there = {file.stem for file in _ROOMS["expectations"].glob("*.sql")}

    assert there == {rule.value for rule in CheckRule}


def test_every_formula_says_what_a_missing_input_means() -> None:
    for file in (_ROOMS["warehouse"] / "indicators").glob("*.sql"):
        text = file.read_text(encoding="utf-8")
        assert all(word in text for word in ("Formula:", "Inputs:", "Unit:", "Missing input:")), file.name
