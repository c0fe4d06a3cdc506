"""`plan/README.md` is enough to write a plan from: its examples are one, and it names all that a plan can hold."""

import re
from enum import StrEnum
from pathlib import Path

import msgspec
import pytest
import yaml

from plan import codes, model
from plan.book import PlanView
from plan.check_indicators import FORMULA_INPUTS
from plan.codes import Kind, ScheduleKind
from plan.loader import load_plan
from plan.model import Record

PLANS = Path(__file__).parents[3] / "plan"
TEXT = (PLANS / "README.md").read_text(encoding="utf-8")
PRESETS = "../presets.yaml"


def _examples() -> list[tuple[str, str]]:
    """File and text of every example; the file stands in its first line."""
    blocks = re.findall(r"^```yaml\n(.*?)^```$", TEXT, re.DOTALL | re.MULTILINE)
    return [(block.split("\n", 1)[0].removeprefix("# ").split(" ", 1)[0], block) for block in blocks]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> PlanView:
    """The plan that the examples make together, with the presets that ship and the one shown."""
    root = tmp_path_factory.mktemp("readme")
    folder = root / "demo-2021-2025"
    for name, text in _examples():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        assert name == PRESETS or not file.exists(), f"{name} is shown twice"
        if name != PRESETS:
            file.write_text(text, encoding="utf-8")
    (more,) = (text for name, text in _examples() if name == PRESETS)
    entries = more.split("presets:\n", 1)[1]
    shipped = (PLANS / "presets.yaml").read_text(encoding="utf-8")
    (root / "presets.yaml").write_text(f"{shipped.rstrip()}\n\n{entries}", encoding="utf-8")
    return PlanView(load_plan(folder))


def test_examples_make_a_plan_without_fault(demo: PlanView) -> None:
    assert demo.plan.id == "demo-2021-2025"


def test_examples_show_every_kind_and_every_schedule(demo: PlanView) -> None:
    targets = demo.plan.targets

    assert {target.kind for target in targets} == set(Kind)
    assert {target.schedule.kind for target in targets if target.schedule is not None} == set(ScheduleKind)
    assert {rule.yardstick for target in targets for rule in target.yardsticks} == set(codes.Yardstick)
    assert {target.scope for target in targets} == set(codes.Scope)
    assert {target.strength for target in targets} == set(codes.Strength)
    assert {target.comparator for target in targets} >= {codes.Comparator.AT_LEAST, codes.Comparator.AT_MOST}
    assert {award.kind for award in demo.plan.awards} == set(codes.AwardKind)
    assert {indicator.formula for indicator in demo.plan.indicators} == {*FORMULA_INPUTS, ""}


def test_examples_use_what_is_easily_forgotten(demo: PlanView) -> None:
    assert any(target.restates for target in demo.plan.targets)
    assert any(target.parent for target in demo.plan.targets)
    assert any(target.paired_with for target in demo.plan.targets)
    assert any(form.calendar.exemptions for form in demo.plan.forms)
    assert any(measure.of for measure in demo.plan.measures)
    assert demo.plan.ranking is not None


def _named_in_code(word: str) -> bool:
    return re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", TEXT) is not None


@pytest.mark.parametrize(
    "record",
    [
        each
        for each in vars(model).values()
        if isinstance(each, type) and issubclass(each, Record) and each is not Record
    ],
)
def test_every_key_is_named(record: type[Record]) -> None:
    assert [
        field.encode_name for field in msgspec.structs.fields(record) if not _named_in_code(field.encode_name)
    ] == []


@pytest.mark.parametrize(
    "codes_of",
    [
        each
        for each in vars(codes).values()
        if isinstance(each, type) and issubclass(each, StrEnum) and each is not StrEnum
    ],
)
def test_every_code_is_named(codes_of: type[StrEnum]) -> None:
    missing = [code.value for code in codes_of if not _named_in_code(code.value) and f'"{code.value}"' not in TEXT]

    assert missing == []


@pytest.mark.parametrize(("formula", "inputs"), FORMULA_INPUTS.items())
def test_every_formula_and_input_is_named(formula: str, inputs: tuple[str, ...]) -> None:
    assert [word for word in (formula, *inputs) if f"`{word}`" not in TEXT] == []


def test_table_of_presets_is_what_ships() -> None:
    shipped = yaml.safe_load((PLANS / "presets.yaml").read_text(encoding="utf-8"))["presets"]
    table = TEXT.split("| preset | kinds | yardsticks |\n|---|---|---|\n", 1)[1].split("\n\n", 1)[0]
    rows = [line.strip("| ").split(" | ") for line in table.splitlines()]

    assert [[cell.replace("`", "").split(", ") for cell in row] for row in rows] == [
        [[preset["id"]], preset["kinds"], preset["yardsticks"]] for preset in shipped
    ]
