"""Plans come from their folders whole, or every fault comes with file and line."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from plan.codes import ScheduleKind, Yardstick
from plan.loader import PlanRefused, load_folders, load_plan, load_plans
from plan.model import Plan


def test_good_plan_is_read_whole(make_plan: Callable[..., Plan]) -> None:
    plan = make_plan()

    assert [target.id for target in plan.targets] == ["less-energy", "fewer-mines", "coverage", "better"]
    first = plan.targets[0].yardsticks[0]
    assert (first.yardstick, first.official_tasks) == (Yardstick.ANNUAL_TASK, {"2017": Decimal("3.4")})
    assert plan.targets[1].schedule.kind is ScheduleKind.TABLE
    assert plan.forms[0].checks[1].tolerance == Decimal("0.1")


def test_only_presets_that_targets_use_are_carried(make_plan: Callable[..., Plan]) -> None:
    assert [preset.id for preset in make_plan().presets] == ["shares", "direction"]


def test_unknown_and_missing_keys_of_all_files_are_told_at_once(
    good_data: dict[str, Any], write_plan: Callable[..., Path]
) -> None:
    good_data["colour"] = "red"
    del good_data["document"]
    good_data["forms"][0]["calendar"]["due_days"] = "soon"
    good_data["targets"][0]["kind"] = "wish"
    good_data["presets"][0]["versoin"] = good_data["presets"][0].pop("version")
    folder = write_plan(good_data)

    with pytest.raises(PlanRefused) as caught:
        load_plan(folder)

    assert {(Path(fault.file).name, fault.key) for fault in caught.value.faults} == {
        ("plan.yaml", "colour"),
        ("plan.yaml", "document"),
        ("forms.yaml", "forms/0/calendar/due_days"),
        ("targets.yaml", "targets/0/kind"),
        ("presets.yaml", "presets/0/version"),
        ("presets.yaml", "presets/0/versoin"),
    }


def test_fault_has_the_line_of_its_key(good_data: dict[str, Any], write_plan: Callable[..., Path]) -> None:
    folder = write_plan(good_data)
    file = folder / "targets.yaml"
    lines = file.read_text(encoding="utf-8").splitlines()
    at = lines.index("  kind: capacity_retired")
    lines[at] = "  kind: capacity"
    file.write_text("\n".join(lines), encoding="utf-8")

    with pytest.raises(PlanRefused) as caught:
        load_plan(folder)

    (fault,) = caught.value.faults
    assert (fault.file, fault.line, fault.key) == (str(file), at + 1, "targets/1/kind")
    assert str(caught.value).startswith(f"{file}:{at + 1}: targets/1/kind: ")


def test_missing_key_has_the_line_of_what_it_is_missing_from(
    good_data: dict[str, Any], write_plan: Callable[..., Path]
) -> None:
    del good_data["areas"][1]["names"]
    folder = write_plan(good_data)
    lines = (folder / "plan.yaml").read_text(encoding="utf-8").splitlines()

    with pytest.raises(PlanRefused) as caught:
        load_plan(folder)

    (fault,) = caught.value.faults
    assert (fault.line, fault.key) == (lines.index("- id: county") + 1, "areas/1/names")


def test_missing_file_is_told_once_and_the_others_are_still_read(
    good_data: dict[str, Any], write_plan: Callable[..., Path]
) -> None:
    del good_data["document"]
    folder = write_plan(good_data)
    (folder / "forms.yaml").unlink()

    with pytest.raises(PlanRefused) as caught:
        load_plan(folder)

    assert [(Path(fault.file).name, fault.key) for fault in caught.value.faults] == [
        ("forms.yaml", "file"),
        ("plan.yaml", "document"),
    ]


def test_missing_presets(good_data: dict[str, Any], write_plan: Callable[..., Path]) -> None:
    folder = write_plan(good_data)
    (folder.parent / "presets.yaml").unlink()

    with pytest.raises(PlanRefused, match=r"presets\.yaml:1: file: the file is missing"):
        load_plan(folder)


def test_empty_plan_folder_names_every_file(tmp_path: Path) -> None:
    (tmp_path / "none").mkdir()

    with pytest.raises(PlanRefused) as caught:
        load_plan(tmp_path / "none")

    assert [Path(fault.file).name for fault in caught.value.faults] == [
        "forms.yaml",
        "indicators.yaml",
        "plan.yaml",
        "targets.yaml",
        "presets.yaml",
    ]


def test_refused_value_is_told_once(good_data: dict[str, Any], write_plan: Callable[..., Path]) -> None:
    folder = write_plan(good_data)
    file = folder / "plan.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("version: 1", "version: 01"), encoding="utf-8")

    with pytest.raises(PlanRefused) as caught:
        load_plan(folder)

    (fault,) = caught.value.faults
    assert (fault.key, fault.line) == ("version", 2)
    assert "write the number plainly" in fault.says


def test_clause_without_quotes_says_what_was_found(good_data: dict[str, Any], write_plan: Callable[..., Path]) -> None:
    folder = write_plan(good_data)
    file = folder / "targets.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("clause: '1.1'", "clause: 1.1", 1), encoding="utf-8")

    with pytest.raises(PlanRefused, match=r"targets/0/clause: 1\.1 is read as a number; put it in quotes"):
        load_plan(folder)


@pytest.mark.parametrize(("file", "text"), [("targets.yaml", "- a\n"), ("plan.yaml", "just a text\n")])
def test_file_that_holds_no_keys(
    file: str, text: str, good_data: dict[str, Any], write_plan: Callable[..., Path]
) -> None:
    folder = write_plan(good_data)
    (folder / file).write_text(text, encoding="utf-8")

    with pytest.raises(PlanRefused) as caught:
        load_plan(folder)

    (fault,) = caught.value.faults
    assert (Path(fault.file).name, fault.line) == (file, 1)
    assert "must hold keys with values" in fault.says


def test_presets_that_hold_no_keys(good_data: dict[str, Any], write_plan: Callable[..., Path]) -> None:
    folder = write_plan(good_data)
    (folder.parent / "presets.yaml").write_text("- a\n", encoding="utf-8")

    with pytest.raises(PlanRefused, match=r"presets\.yaml:1: presets: a mapping"):
        load_plan(folder)


@pytest.mark.parametrize(
    ("key", "home"), [("presets", "presets.yaml"), ("forms", "forms.yaml"), ("areas", "plan.yaml")]
)
def test_key_in_the_wrong_file(key: str, home: str, good_data: dict[str, Any], write_plan: Callable[..., Path]) -> None:
    folder = write_plan(good_data)
    file = folder / "targets.yaml"
    file.write_text(file.read_text(encoding="utf-8") + f"{key}: []\n", encoding="utf-8")

    with pytest.raises(PlanRefused) as caught:
        load_plan(folder)

    (fault,) = caught.value.faults
    assert (fault.key, fault.says) == (key, f"this key belongs into {home}; move it there")
    assert fault.line == len(file.read_text(encoding="utf-8").splitlines())


def test_plans_are_loaded_by_folder_name(good_data: dict[str, Any], write_plan: Callable[..., Path]) -> None:
    folder = write_plan(good_data | {"id": "b-plan"}, "b-plan")
    other = _renamed(good_data, "a-plan")
    write_plan(other, "a-plan")
    (folder.parent / "notes").mkdir()

    assert [plan.id for plan in load_plans(folder.parent)] == ["a-plan", "b-plan"]


def test_form_of_another_plan(good_data: dict[str, Any], write_plan: Callable[..., Path]) -> None:
    write_plan(good_data | {"id": "a-plan"}, "a-plan")
    folder = write_plan(good_data | {"id": "b-plan"}, "b-plan")

    with pytest.raises(PlanRefused) as caught:
        load_plans(folder.parent)

    assert {(Path(fault.file).parent.name, fault.key) for fault in caught.value.faults} == {
        ("b-plan", f"forms/{at}/id") for at in range(3)
    }
    assert "defined in plan 'a-plan' already" in caught.value.faults[0].says


def test_same_plan_twice(good_data: dict[str, Any], write_plan: Callable[..., Path], tmp_path: Path) -> None:
    folder = write_plan(good_data)
    copy = tmp_path / "copy" / "small"
    copy.mkdir(parents=True)
    for file in (*folder.iterdir(), tmp_path / "presets.yaml"):
        place = copy.parent if file.name == "presets.yaml" else copy
        (place / file.name).write_bytes(file.read_bytes())

    with pytest.raises(PlanRefused) as caught:
        load_folders((folder, copy))

    assert "another plan has the id 'small' already" in str(caught.value)


def test_fault_of_the_shared_presets_is_told_once(good_data: dict[str, Any], write_plan: Callable[..., Path]) -> None:
    good_data["presets"][0]["version"] = 0
    write_plan(_renamed(good_data, "a-plan"), "a-plan")
    folder = write_plan(good_data | {"id": "b-plan"}, "b-plan")

    with pytest.raises(PlanRefused) as caught:
        load_plans(folder.parent)

    assert [fault.key for fault in caught.value.faults] == ["presets/0/version"]


def test_root_without_plans(tmp_path: Path) -> None:
    with pytest.raises(PlanRefused, match=r"no folder with a plan\.yaml here"):
        load_plans(tmp_path)


def _renamed(data: dict[str, Any], plan_id: str) -> dict[str, Any]:
    """A copy whose plan id and form ids are its own."""
    import json

    text = json.dumps(data | {"id": plan_id})
    for form in ("energy", "economy", "mines"):
        text = text.replace(f'"{form}"', f'"{plan_id}-{form}"')
    copy: dict[str, Any] = json.loads(text)
    return copy
