"""Lists of a plan in folders of files: read in order of names, and every fault with the file it stands in."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from plan.loader import PlanFault, PlanRefused, load_plan
from plan.model import Plan

Data = dict[str, Any]


@pytest.fixture
def split(good_data: Data, write_plan: Callable[..., Path]) -> Callable[..., Path]:
    """Write the small plan with its targets in a folder of two files, the last two targets first by name."""

    def write(data: Data | None = None) -> Path:
        folder = write_plan(good_data if data is None else data)
        targets = yaml.safe_load((folder / "targets.yaml").read_text(encoding="utf-8"))["targets"]
        (folder / "targets.yaml").unlink()
        (folder / "targets").mkdir()
        for name, part in (("2-b.yaml", targets[:2]), ("1-a.yaml", targets[2:])):
            text = yaml.safe_dump({"targets": part}, allow_unicode=True, sort_keys=False)
            (folder / "targets" / name).write_text(text, encoding="utf-8")
        return folder

    return write


def _faults(folder: Path) -> tuple[PlanFault, ...]:
    with pytest.raises(PlanRefused) as caught:
        load_plan(folder)
    return caught.value.faults


def _told(folder: Path) -> list[tuple[str, str, str]]:
    return [(str(Path(each.file).relative_to(folder)), each.key, each.says) for each in _faults(folder)]


def test_files_of_a_folder_are_read_in_order_of_their_names(split: Callable[..., Path]) -> None:
    plan = load_plan(split())

    assert [target.id for target in plan.targets] == ["coverage", "better", "less-energy", "fewer-mines"]


def test_folder_and_single_file_give_equal_plans(
    good_data: Data, split: Callable[..., Path], make_plan: Callable[..., Plan]
) -> None:
    whole = make_plan()

    good_data["targets"] = [*good_data["targets"][2:], *good_data["targets"][:2]]
    assert load_plan(split(good_data)) == whole


def test_fault_stands_in_the_file_and_line_of_its_entry(good_data: Data, split: Callable[..., Path]) -> None:
    good_data["targets"][1]["owners"] = ["ghost"]
    good_data["targets"][3]["clause"] = " "
    folder = split(good_data)

    blank, ghost = _faults(folder)

    assert (blank.file, blank.key) == (str(folder / "targets" / "1-a.yaml"), "targets/1/clause")
    assert (ghost.file, ghost.key) == (str(folder / "targets" / "2-b.yaml"), "targets/1/owners/0")
    lines = (folder / "targets" / "2-b.yaml").read_text(encoding="utf-8").splitlines()
    assert lines[ghost.line - 1].strip() == "- ghost"


def test_fault_of_shape_stands_in_its_file(split: Callable[..., Path]) -> None:
    folder = split()
    file = folder / "targets" / "2-b.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("kind: capacity_retired", "kind: wish"), encoding="utf-8")

    (fault,) = _faults(folder)

    assert (fault.file, fault.key) == (str(file), "targets/1/kind")
    assert file.read_text(encoding="utf-8").splitlines()[fault.line - 1] == "  kind: wish"


def test_id_defined_in_two_files(good_data: Data, split: Callable[..., Path]) -> None:
    good_data["targets"][0]["id"] = "coverage"
    folder = split(good_data)

    (fault,) = _faults(folder)

    assert (fault.file, fault.key) == (str(folder / "targets" / "2-b.yaml"), "targets/0/id")
    assert "defined twice" in fault.says


def test_folder_and_file_at_once(split: Callable[..., Path]) -> None:
    folder = split()
    (folder / "targets.yaml").write_text("targets: []\n", encoding="utf-8")

    assert _told(folder) == [
        ("targets.yaml", "file", "there is a folder targets/ as well; move the entries of this file into it")
    ]


@pytest.mark.parametrize("name", ["notes.txt", "3-c.yml", ".hidden"])
def test_file_that_is_not_read(name: str, split: Callable[..., Path]) -> None:
    folder = split()
    (folder / "targets" / name).write_text("", encoding="utf-8")

    assert _told(folder) == [(f"targets/{name}", "file", "only .yaml files are read here; rename it, or move it away")]


def test_folder_in_a_folder_is_not_read(split: Callable[..., Path]) -> None:
    folder = split()
    (folder / "targets" / "more.yaml").mkdir()

    assert [file for file, *_ in _told(folder)] == ["targets/more.yaml"]


def test_folder_without_files(split: Callable[..., Path]) -> None:
    folder = split()
    for file in (folder / "targets").iterdir():
        file.unlink()

    assert _told(folder) == [("targets.yaml", "file", "the file is missing; add it")]


@pytest.mark.parametrize(
    ("text", "key", "says"),
    [
        ("indicators: []\n", "indicators", "this key belongs into indicators.yaml; move it there"),
        ("version: 2\n", "version", "this key belongs into plan.yaml; move it there"),
    ],
)
def test_file_with_the_key_of_another(text: str, key: str, says: str, split: Callable[..., Path]) -> None:
    folder = split()
    (folder / "targets" / "3-c.yaml").write_text(text, encoding="utf-8")

    assert ("targets/3-c.yaml", key, says) in _told(folder)
    assert ("targets/3-c.yaml", "targets", "this key is missing; add it") in _told(folder)


@pytest.mark.parametrize("text", ["targets: 3\n", "targets:\n", "targets: {a: 1}\n"])
def test_file_whose_list_is_none(text: str, split: Callable[..., Path]) -> None:
    folder = split()
    (folder / "targets" / "0-z.yaml").write_text(text, encoding="utf-8")

    assert _told(folder) == [("targets/0-z.yaml", "targets", "a list is needed here; start each entry with -")]


def test_list_found_in_the_header_is_sent_to_its_folder(split: Callable[..., Path]) -> None:
    folder = split()
    file = folder / "plan.yaml"
    file.write_text(file.read_text(encoding="utf-8") + "targets: []\n", encoding="utf-8")

    assert _told(folder) == [("plan.yaml", "targets", "this key belongs into targets/; move it there")]


def test_yaml_file_that_nobody_reads(good_data: Data, write_plan: Callable[..., Path]) -> None:
    folder = write_plan(good_data)
    (folder / "award.yaml").write_text("awards: []\n", encoding="utf-8")

    ((file, key, says),) = _told(folder)

    assert (file, key) == ("award.yaml", "file")
    assert "awards.yaml" in says


def test_awards_may_be_left_out_or_stand_in_their_own_file(good_data: Data, write_plan: Callable[..., Path]) -> None:
    names = {"zh": "奖", "en": "prize"}
    prize = {
        "id": "prize",
        "clause": "2.1.1",
        "names": names,
        "kind": "fixed",
        "recipient": names,
        "tiers": [{"names": names, "amount_wan_yuan": 50}],
        "is_once": True,
    }

    assert load_plan(write_plan(good_data)).awards == ()
    (award,) = load_plan(write_plan({**good_data, "awards": [prize]})).awards
    assert (award.id, award.tiers[0].amount_wan_yuan) == ("prize", 50)
