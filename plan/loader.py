"""Read plans from their folders: YAML files in, frozen plans out, or every fault of all files at once."""

from collections.abc import Iterable, Mapping
from pathlib import Path

import msgspec

from plan.check import PathFault, check_across, check_plan
from plan.model import Plan, Preset, Record
from plan.structure import build
from plan.yaml_lines import KeyPath, key_of, read_yaml_file

HEADER_FILE = "plan.yaml"
PRESETS_FILE = "presets.yaml"
_LIST_FILES = {"forms": "forms.yaml", "indicators": "indicators.yaml", "targets": "targets.yaml"}


class PlanFault(msgspec.Struct, frozen=True, order=True):
    """One fault of a plan: file, line, the key it is about, and what is wrong with the mend."""

    file: str
    line: int
    key: str
    says: str


class PlanRefused(Exception):
    """A plan cannot be used; ``faults`` names every fault, by file and line."""

    def __init__(self, faults: tuple[PlanFault, ...]) -> None:
        super().__init__("\n".join(f"{each.file}:{each.line}: {each.key}: {each.says}" for each in faults))
        self.faults = faults


class _Presets(Record, frozen=True):
    """What ``presets.yaml`` holds."""

    presets: tuple[Preset, ...]


class _Files:
    """The documents of one plan folder, and the way from a path in the plan to its file and line."""

    def __init__(self, folder: Path) -> None:
        self.documents = {name: read_yaml_file(folder / name) for name in (HEADER_FILE, *_LIST_FILES.values())}
        self.presets = read_yaml_file(folder.parent / PRESETS_FILE)
        self._folder = folder

    def text_faults(self) -> list[PlanFault]:
        """Faults of the texts themselves."""
        return [
            PlanFault(self._place(name), each.line, each.key, each.says)
            for name, document in {**self.documents, PRESETS_FILE: self.presets}.items()
            for each in document.faults
        ]

    def fault(self, found: PathFault) -> PlanFault:
        """A fault at a path of the plan, with the file and line it stands in."""
        first = str(found.path[0])
        name = PRESETS_FILE if first == "presets" else _LIST_FILES.get(first, HEADER_FILE)
        return self.fault_in(name, found.path, found.says)

    def fault_in(self, name: str, path: KeyPath, says: str) -> PlanFault:
        """A fault in a file, with the line of the path or of the nearest thing around it."""
        document = self.presets if name == PRESETS_FILE else self.documents[name]
        around = [path[:length] for length in range(len(path), -1, -1)]
        line = next((document.lines[each] for each in around if each in document.lines), 1)
        return PlanFault(self._place(name), line, key_of(path), says)

    def _place(self, name: str) -> str:
        return str(self._folder.parent / name if name == PRESETS_FILE else self._folder / name)


def load_plan(folder: Path) -> Plan:
    """Load the plan of one folder; raises :class:`PlanRefused` with every fault of all its files."""
    plan, faults = _load(folder)
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
    found: dict[Path, Plan] = {}
    faults: list[PlanFault] = []
    for folder in folders:
        plan, own = _load(folder)
        faults += own
        if plan is not None:
            found[folder] = plan
    places = list(found)
    for at, fault in check_across(tuple(found.values())):
        faults.append(_Files(places[at]).fault(fault))
    if faults:
        # Folders that share presets.yaml report its faults once.
        raise PlanRefused(tuple(dict.fromkeys(faults)))
    return tuple(found.values())


def plan_folders(root: Path) -> tuple[Path, ...]:
    """Folders under ``root`` that hold a plan, sorted by name."""
    return tuple(sorted(file.parent for file in root.glob(f"*/{HEADER_FILE}")))


def _load(folder: Path) -> tuple[Plan | None, tuple[PlanFault, ...]]:
    files = _Files(folder)
    faults = files.text_faults()
    merged = _merge(files, faults)
    plan, wrong = build({**merged, "presets": ()}, Plan)
    presets, more = build(files.presets.data, _Presets)
    shape = [files.fault(PathFault(each.path, each.says)) for each in wrong]
    shape += [files.fault(PathFault(each.path or ("presets",), each.says)) for each in more]
    # A value that the text does not even give was told already, and so was a file that cannot be read.
    told = {(each.file, each.key) for each in faults}
    faults += [each for each in shape if not {(each.file, each.key), (each.file, "file")} & told]
    if faults or plan is None or presets is None:
        return None, tuple(sorted(faults))
    whole = msgspec.structs.replace(plan, presets=presets.presets)
    found = [files.fault(each) for each in check_plan(whole, folder.resolve().name)]
    if found:
        return None, tuple(sorted(found))
    return msgspec.structs.replace(whole, presets=_used(whole)), ()


def _merge(files: _Files, faults: list[PlanFault]) -> dict[str, object]:
    """One mapping from all files; a file that holds no keys, or another file's key, is a fault."""
    merged: dict[str, object] = {}
    for name, document in files.documents.items():
        if document.faults and document.data is None:
            continue
        if not isinstance(document.data, Mapping):
            faults.append(files.fault_in(name, (), f"{name} must hold keys with values"))
            continue
        for key, value in document.data.items():
            home = PRESETS_FILE if key == "presets" else _LIST_FILES.get(key, HEADER_FILE)
            if home == name:
                merged[key] = value
            else:
                faults.append(files.fault_in(name, (key,), f"this key belongs into {home}; move it there"))
    return merged


def _used(plan: Plan) -> tuple[Preset, ...]:
    """The presets that the plan's targets name, in the order of presets.yaml."""
    named = {
        preset for target in plan.targets for rule in target.yardsticks for preset in (rule.alert_preset, *rule.beside)
    }
    return tuple(preset for preset in plan.presets if preset.id in named)
