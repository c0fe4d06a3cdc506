"""The plan of a simulation: the real one with made-up enterprises, under names that say so, in a folder of its own.

Only this plan has the senders `simulator` and `intruder`, so that nothing simulated can land under the real one.
"""

import shutil
from pathlib import Path

import yaml

from broker.places import PLANS
from plan.loader import load_plan
from plan.model import Plan, ReportingUnit
from plan.periods import PeriodKind
from plan.plan_files import HEADER_FILE, PRESETS_FILE
from plan.register import REGISTER_FILE, write_register
from producers.simulator.sending import INTRUDER, SIMULATOR
from producers.simulator.setup import Setup

PLAN_ID = "xuchang-2017-2020"
INTRUDER_UNIT = "yanling-government"
"""The only unit that the intruder may speak for."""


class NotOurs(Exception):
    """The folder to write in holds plans that the simulator did not make; ``mend`` says what to do."""

    mend = "Choose another folder with --out: a new one, an empty one, or one of an earlier simulation."


def write_plan(out: Path, units: tuple[ReportingUnit, ...], setup: Setup) -> Plan:
    """Write the simulated plan under ``out`` and load it as any other; replaces an earlier simulated one.

    It says itself which simulation it is of, so that plans of different simulations differ. Raises NotOurs, with
    nothing written, rather than write over a plan that is not simulated.
    """
    folder = out / PLAN_ID
    _make_room(out, folder)
    # Published figures are facts about the real city: they stay out.
    shutil.copytree(PLANS / PLAN_ID, folder, ignore=shutil.ignore_patterns("figures.csv", "sources.csv"))
    shutil.copyfile(PLANS / PRESETS_FILE, out / PRESETS_FILE)
    header = folder / HEADER_FILE
    plan = yaml.safe_load(header.read_text(encoding="utf-8"))
    plan["names"] = {"zh": f"【模拟】{plan['names']['zh']}", "en": f"[Simulated] {plan['names']['en']}"}
    plan["document"] = f"{plan['document']}（模拟数据，非真实统计：{setup.about}）"
    listed = [unit["id"] for unit in plan["units"]]
    groups = [group["id"] for group in plan["groups"]]
    gateway = next(sender for sender in plan["senders"] if sender["id"] == "gateway")
    plan["senders"] += [
        {
            "id": SIMULATOR, "names": {"zh": "模拟器", "en": "Simulator"},
            "units": listed, "unit_groups": groups, "forms": list(gateway["forms"]), "may_backdate": True,
        },
        {
            "id": INTRUDER, "names": {"zh": "模拟的外来系统", "en": "A simulated intruder"},
            "units": [INTRUDER_UNIT], "forms": ["enterprise-monthly", "energy-monthly"], "may_backdate": True,
        },
    ]  # fmt: skip
    _write_yaml(header, plan)
    _begin_daily_forms(folder, setup)
    (folder / REGISTER_FILE).write_text(write_register(units), encoding="utf-8")
    return load_plan(folder)


def _begin_daily_forms(folder: Path, setup: Setup) -> None:
    """Forms by day are due on the simulated days only: else every day of five years would be overdue for each meter."""
    first, last = setup.daily_days
    for file in sorted((folder / "forms").glob("*.yaml")):
        text = file.read_text(encoding="utf-8")
        if f"kind: {PeriodKind.DAY.value}" in text:
            found = yaml.safe_load(text)
            for form in found["forms"]:
                if form["calendar"]["kind"] == PeriodKind.DAY:
                    form["calendar"] |= {"first": first, "last": last}
            _write_yaml(file, found)


def _write_yaml(file: Path, found: object) -> None:
    file.write_text(yaml.safe_dump(found, allow_unicode=True, sort_keys=False), encoding="utf-8")


def _make_room(out: Path, folder: Path) -> None:
    """Remove the plan of an earlier simulation, and nothing else."""
    if folder.exists():
        if not _is_simulated(folder / HEADER_FILE):
            raise NotOurs(f"{folder} holds a plan that is not simulated; it stays as it is")
        shutil.rmtree(folder)
    elif (out / PRESETS_FILE).exists():
        raise NotOurs(f"{out} is a folder of real plans: it holds a {PRESETS_FILE} and no simulated plan")
    out.mkdir(parents=True, exist_ok=True)


def _is_simulated(header: Path) -> bool:
    if not header.is_file():
        return False
    plan = yaml.safe_load(header.read_text(encoding="utf-8"))
    return SIMULATOR in {sender["id"] for sender in plan["senders"]}
