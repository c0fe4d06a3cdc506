"""Read the mappings of plan folders (`sdmx.yaml`), or list every fault of all of them."""

from collections.abc import Iterable
from pathlib import Path

from plan.book import PlanView
from plan.loader import PlanFault, PlanRefused
from plan.plan_files import SDMX_FILE
from plan.structure import build
from plan.yaml_lines import Document, KeyPath, key_of, read_yaml_file
from producers.sdmx.mapping_check import check_mapping
from producers.sdmx.mapping_model import DataflowMapping, Mapping


def load_mapping(folder: Path, view: PlanView) -> Mapping | None:
    """Read the mapping of a plan folder; None where it has none. Raises PlanRefused with every fault."""
    file = folder / SDMX_FILE
    if not file.exists():
        return None
    document = read_yaml_file(file)
    faults = [PlanFault(str(file), each.line, each.key, each.says) for each in document.faults]
    if faults:
        raise PlanRefused(tuple(faults))
    mapping, wrong = build(document.data, Mapping)
    if mapping is None:
        raise PlanRefused(tuple(_placed(document, file, ((each.path, each.says) for each in wrong))))
    found = check_mapping(mapping, view)
    if found:
        raise PlanRefused(tuple(_placed(document, file, ((each.path, each.says) for each in found))))
    return mapping


def load_mappings(folders: Iterable[tuple[Path, PlanView]]) -> tuple[DataflowMapping, ...]:
    """The dataflows of several plan folders; raises PlanRefused with every fault of all, and for one mapped twice."""
    faults: list[PlanFault] = []
    found: list[DataflowMapping] = []
    for folder, view in folders:
        try:
            mapping = load_mapping(folder, view)
        except PlanRefused as refused:
            faults += refused.faults
            continue
        for flow in mapping.dataflows if mapping else ():
            taken = {(each.id, version) for each in found for version in each.versions}
            for version in flow.versions:
                if (flow.id, version) in taken:
                    says = f"{flow.id}({version}) is mapped in another plan as well; keep one"
                    faults.append(PlanFault(str(folder / SDMX_FILE), 1, "dataflows", says))
            found.append(flow)
    if faults:
        raise PlanRefused(tuple(faults))
    return tuple(found)


def _placed(document: Document, file: Path, found: Iterable[tuple[KeyPath, str]]) -> Iterable[PlanFault]:
    for path, says in found:
        around = [path[:length] for length in range(len(path), -1, -1)]
        line = next((document.lines[each] for each in around if each in document.lines), 1)
        yield PlanFault(str(file), line, key_of(path), says)
