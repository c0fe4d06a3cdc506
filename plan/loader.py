"""Read plans from their folders: YAML files in, frozen plans out, or every fault of all files at once."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from plan.calendars import listed
from plan.check import check_across, check_plan
from plan.check_base import PathFault
from plan.model import Plan, Preset, Record
from plan.plan_files import HEADER_FILE, PRESETS_FILE, PlanFault, PlanFiles
from plan.register import REGISTER_FILE, read_register, unit_lines
from plan.structure import build

__all__ = [
    "HEADER_FILE",
    "PRESETS_FILE",
    "PlanFault",
    "PlanRefused",
    "load_folders",
    "load_plan",
    "load_plans",
    "plan_folders",
]


class PlanRefused(Exception):
    """A plan cannot be used; ``faults`` names every fault, by file and line."""

    def __init__(self, faults: tuple[PlanFault, ...]) -> None:
        super().__init__("\n".join(f"{each.file}:{each.line}: {each.key}: {each.says}" for each in faults))
        self.faults = faults


class _Presets(Record, frozen=True):
    """What ``presets.yaml`` holds."""

    presets: tuple[Preset, ...]


def load_plan(folder: Path) -> Plan:
    """Load the plan of one folder; raises :class:`PlanRefused` with every fault of all its files."""
    plan, faults = _load(PlanFiles(folder), folder)
    if plan is None:
        raise PlanRefused(faults)
    return plan


def load_plans(root: Path) -> tuple[Plan, ...]:
    """Load every plan under ``root`` (each sub-folder with a plan.yaml), by folder name; all faults at once."""
    folders = plan_folders(root)
    if not folders:
        raise PlanRefused((PlanFault(str(root), 1, "file", f"no folder with a {HEADER_FILE} here; add a plan"),))
    return load_folders(folders)


def load_folders(folders: Iterable[Path]) -> tuple[Plan, ...]:
    """Load the plans of several folders that are in force together; raises :class:`PlanRefused`."""
    found: list[tuple[PlanFiles, Plan]] = []
    faults: list[PlanFault] = []
    for folder in folders:
        files = PlanFiles(folder)
        plan, own = _load(files, folder)
        faults += own
        if plan is not None:
            found.append((files, plan))
    faults += [found[at][0].fault_of(fault) for at, fault in check_across([plan for _, plan in found])]
    if faults:
        # Folders that share presets.yaml report its faults once.
        raise PlanRefused(tuple(dict.fromkeys(faults)))
    return tuple(plan for _, plan in found)


def plan_folders(root: Path) -> tuple[Path, ...]:
    """Folders under ``root`` that hold a plan, sorted by name."""
    return tuple(sorted(file.parent for file in root.glob(f"*/{HEADER_FILE}")))


def _load(files: PlanFiles, folder: Path) -> tuple[Plan | None, tuple[PlanFault, ...]]:
    faults = list(files.faults)
    plan, wrong = build({**files.data, "presets": ()}, Plan)
    presets, more = build(files.presets, _Presets)
    shape = [files.fault(each.path, each.says) for each in wrong]
    shape += [files.fault(each.path or ("presets",), each.says) for each in more]
    # A value that the text does not even give was told already, and so was a file that cannot be read.
    told = {(each.file, each.key) for each in faults}
    faults += [each for each in shape if not {(each.file, each.key), (each.file, "file")} & told]
    registered, unreadable = read_register(folder / REGISTER_FILE)
    faults += unreadable
    if faults or plan is None or presets is None:
        return None, tuple(sorted(faults))
    forms, wrongly_listed = listed(plan.forms)
    if wrongly_listed:
        return None, tuple(sorted(files.fault_of(each) for each in wrongly_listed))
    whole = msgspec.structs.replace(plan, presets=presets.presets, forms=forms, units=(*plan.units, *registered))
    found = check_plan(whole, folder.resolve().name)
    if found:
        return None, tuple(sorted(_placed(found, files, folder / REGISTER_FILE, len(plan.units))))
    return msgspec.structs.replace(whole, presets=_used(whole)), ()


def _placed(found: Iterable[PathFault], files: PlanFiles, register: Path, units: int) -> Iterator[PlanFault]:
    """The faults where their author finds them: those of a unit after the plan's own are in the register."""
    lines = unit_lines(register) if register.exists() else ()
    for each in found:
        match each.path:
            case ("units", int() as at, *more) if at >= units:
                yield PlanFault(str(register), lines[at - units], str(more[0]) if more else "row", each.says)
            case _:
                yield files.fault_of(each)


def _used(plan: Plan) -> tuple[Preset, ...]:
    """The presets that the plan's targets name, in the order of presets.yaml."""
    named = {
        preset for target in plan.targets for rule in target.yardsticks for preset in (rule.alert_preset, *rule.beside)
    }
    return tuple(preset for preset in plan.presets if preset.id in named)
