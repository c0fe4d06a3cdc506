"""The YAML files of one plan folder, joined to one mapping, and the way from a path in the plan back to file and line.

Each of the long lists is one file, or a folder of files that all have the same key, read in order of their names.
"""

from collections.abc import Mapping
from pathlib import Path

import msgspec

from plan.check_base import PathFault
from plan.yaml_lines import Document, KeyPath, key_of, read_yaml_file

HEADER_FILE = "plan.yaml"
PRESETS_FILE = "presets.yaml"
_PRESETS = "presets"
_LISTS = ("forms", "indicators", "targets")
_AWARDS = "awards"
SDMX_FILE = "sdmx.yaml"
"""How SDMX data sets become returns: read by the feeds, not a part of the plan."""
_SUFFIX = ".yaml"


class PlanFault(msgspec.Struct, frozen=True, order=True):
    """One fault of a plan: file, line, the key it is about, and what is wrong with the mend."""

    file: str
    line: int
    key: str
    says: str


class PlanFiles:
    """The documents of one plan folder. ``data`` is what they hold together; ``faults`` what is wrong with them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.faults: list[PlanFault] = []
        self._keys = self._find()
        self._documents = {name: read_yaml_file(folder / name) for name in self._keys}
        self._presets = read_yaml_file(folder.parent / PRESETS_FILE)
        for name, document in (*self._documents.items(), (PRESETS_FILE, self._presets)):
            self.faults += [PlanFault(self._place(name), each.line, each.key, each.says) for each in document.faults]
        # The file that each entry of a list stands in, and its place there.
        self._entries: dict[str, list[tuple[str, int]]] = {}
        self.data = self._join()

    @property
    def presets(self) -> object:
        """What the shared file of presets holds."""
        return self._presets.data

    def fault(self, path: KeyPath, says: str) -> PlanFault:
        """A fault at a path of the plan, with the file and line it stands in."""
        key, at = str(path[0]), path[1] if len(path) > 1 else None
        entries = self._entries.get(key, [])
        if isinstance(at, int) and at < len(entries):
            name, inner = entries[at]
            return self._fault_in(name, (key, inner, *path[2:]), says)
        files = [name for name, held in self._keys.items() if held == key]
        return self._fault_in(PRESETS_FILE if key == _PRESETS else files[0] if files else HEADER_FILE, path, says)

    def fault_of(self, found: PathFault) -> PlanFault:
        """The same for a fault that a check has found."""
        return self.fault(found.path, found.says)

    def _find(self) -> dict[str, str]:
        """The files to be read, by their names within the folder, and the one key that each holds (the header: any)."""
        names = {HEADER_FILE: ""} | {name: key for key in _LISTS for name in self._of_list(key)}
        if (self._folder / f"{_AWARDS}{_SUFFIX}").exists():
            names[f"{_AWARDS}{_SUFFIX}"] = _AWARDS
        known = {HEADER_FILE, SDMX_FILE, *(f"{key}{_SUFFIX}" for key in (*_LISTS, _AWARDS))}
        for file in sorted(self._folder.glob(f"*{_SUFFIX}")):
            if file.name not in known:
                self._misplaced(file.name, f"nobody reads this file; a plan has {', '.join(sorted(known))}: rename it")
        return names

    def _of_list(self, key: str) -> list[str]:
        single, inner = f"{key}{_SUFFIX}", self._folder / key
        if not inner.is_dir():
            return [single]
        if (self._folder / single).exists():
            self._misplaced(single, f"there is a folder {key}/ as well; move the entries of this file into it")
        found: list[str] = []
        for file in sorted(inner.iterdir()):
            if file.is_file() and file.suffix == _SUFFIX:
                found.append(f"{key}/{file.name}")
            else:
                self._misplaced(f"{key}/{file.name}", f"only {_SUFFIX} files are read here; rename it, or move it away")
        return found or [single]

    def _join(self) -> dict[str, object]:
        """One mapping from all files; a file that holds no keys, or another file's key, is a fault."""
        joined: dict[str, object] = {}
        for name, document in self._documents.items():
            if document.data is None and document.faults:
                continue
            if not isinstance(document.data, Mapping):
                self.faults.append(self._fault_in(name, (), f"{name} must hold keys with values"))
                continue
            own = self._keys[name]
            for key, value in document.data.items():
                home = self._home(key)
                if key == own:
                    self._append(joined, name, key, value)
                elif not own and home == HEADER_FILE:
                    joined[key] = value
                else:
                    self.faults.append(self._fault_in(name, (key,), f"this key belongs into {home}; move it there"))
            if own and own not in document.data:
                self.faults.append(self._fault_in(name, (own,), "this key is missing; add it"))
        return joined

    def _append(self, joined: dict[str, object], name: str, key: str, value: object) -> None:
        before = joined.setdefault(key, [])
        if not isinstance(value, list) or not isinstance(before, list):
            self.faults.append(self._fault_in(name, (key,), "a list is needed here; start each entry with -"))
            return
        self._entries.setdefault(key, []).extend((name, at) for at in range(len(value)))
        before.extend(value)

    def _home(self, key: str) -> str:
        if key == _PRESETS:
            return PRESETS_FILE
        if key == _AWARDS or key in _LISTS:
            return f"{key}/" if (self._folder / key).is_dir() and key in _LISTS else f"{key}{_SUFFIX}"
        return HEADER_FILE

    def _fault_in(self, name: str, path: KeyPath, says: str) -> PlanFault:
        """A fault in a file, with the line of the path or of the nearest thing around it."""
        document: Document = self._presets if name == PRESETS_FILE else self._documents[name]
        around = [path[:length] for length in range(len(path), -1, -1)]
        line = next((document.lines[each] for each in around if each in document.lines), 1)
        return PlanFault(self._place(name), line, key_of(path), says)

    def _misplaced(self, name: str, says: str) -> None:
        self.faults.append(PlanFault(self._place(name), 1, "file", says))

    def _place(self, name: str) -> str:
        return str(self._folder.parent / name if name == PRESETS_FILE else self._folder / name)
