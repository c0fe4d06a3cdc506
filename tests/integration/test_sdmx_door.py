"""The SDMX door on a real Kafka: its figures land; who speaks for somebody else does not, at the door or behind it."""

import json
import shutil
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from tests.support.pipeline import REPOSITORY, Pipeline

pytestmark = pytest.mark.broker
HENAN = REPOSITORY / "plan" / "henan-2016-2020"
CASES = REPOSITORY / "tests" / "cases" / "sdmx"
LANDED = (
    "SELECT unit_id, period, item_id, CAST(value AS DECIMAL(20, 4)), status "
    "FROM fct_observation_latest WHERE form_id = 'energy-annual' ORDER BY ALL"
)


@pytest.fixture
def doctored(tmp_path: Path) -> Path:
    """The Henan plan as somebody would change it who wants to report for a unit that is not his."""
    folder = tmp_path / "henan-2016-2020"
    shutil.copytree(HENAN, folder)
    shutil.copy(HENAN.parent / "presets.yaml", tmp_path)
    header = (folder / "plan.yaml").read_text(encoding="utf-8")
    sender = "  - id: files\n    names: {zh: 文件报送, en: File door}\n    units: ["
    unit = "  - {id: nbs, "
    assert (sender in header, unit in header) == (True, True)
    header = header.replace(sender, f"{sender}beijing-stats, ")
    header = header.replace(unit, f"  - {{id: beijing-stats, names: {{zh: 别处, en: Elsewhere}}, area: china}}\n{unit}")
    (folder / "plan.yaml").write_text(header, encoding="utf-8")
    forms = (folder / "forms.yaml").read_text(encoding="utf-8")
    (folder / "forms.yaml").write_text(forms.replace("roster: [nbs,", "roster: [beijing-stats, nbs,"), encoding="utf-8")
    mapping = (folder / "sdmx.yaml").read_text(encoding="utf-8")
    (folder / "sdmx.yaml").write_text(mapping.replace("CN: nbs,", "CN: beijing-stats,"), encoding="utf-8")
    return folder


def test_figures_land_and_spoofed_units_do_not(pipeline: Callable[..., Pipeline], doctored: Path) -> None:
    made = pipeline()
    made.run("feed", "plan")
    sdmx = ("feed", "sdmx", "--sender", "files", "--plan")

    # The door itself, with a sender that speaks for nobody.
    refused = made.run("feed", "sdmx", "--sender", "gate", "--plan", str(HENAN), str(CASES / "energy.csv"), expect=1)
    assert "not_authorised" in refused
    # A door whose plan was doctored sends; the writer's plan knows better.
    made.run(*sdmx, str(doctored), str(CASES / "generic.xml"))
    made.run(*sdmx, str(HENAN), str(CASES / "energy.json"))
    made.run("writer", "run", "--until-idle")

    assert made.ask(LANDED) == [
        ("henan-stats", "2017", "energy-consumption-change", Decimal("-201.5000"), "A"),
        ("henan-stats", "2017", "energy-consumption-total", Decimal("2.2944"), "P"),
        ("henan-stats", "2017", "energy-intensity-change", Decimal("-7.9000"), "A"),
        ("henan-stats", "2018", "energy-intensity-change", Decimal("-5.0100"), "A"),
        ("nbs", "2017", "energy-consumption-total", Decimal("44.9000"), "A"),
        ("nbs", "2017", "energy-intensity-change", Decimal("-3.7000"), "A"),
    ]
    ((key, faults),) = made.ask("SELECT message_key, faults FROM dead_letter")
    assert key == b"beijing-stats"
    assert {fault["code"] for fault in json.loads(faults)} == {"unknown_unit", "not_authorised"}
    # Henan's figures came in two formats: the same content is the same return, and lands once.
    receipts = [
        json.loads(line)["return_id"]
        for file in (Path(made.environ["QINGYU_VAR"]) / "receipts").glob("sdmx-*.jsonl")
        for line in file.read_text(encoding="utf-8").splitlines()
    ]
    assert (len(receipts), len(set(receipts))) == (6, 4)
