"""One observation by its mapping: what each component says, or why it cannot be taken. Pure."""

import re
from collections.abc import Mapping

import msgspec

from plan.faults import FaultCode
from plan.messages import TEXT_MAX
from producers.collected import Collected
from producers.files.model import Place
from producers.sdmx.mapping_model import Component, DataflowMapping, Others, Role
from producers.sdmx.model import Observation

_MULTIPLIER = re.compile(r"-?\d{1,2}", re.ASCII)
_SHOWN = 60


class Said(msgspec.Struct, frozen=True):
    """What the components of an observation say for each role, in the plan's words; ``codes`` as in the file."""

    roles: Mapping[Role, str]
    codes: Mapping[Role, str]


def ignored_because(seen: Observation, flow: DataflowMapping) -> str:
    """The component and code for which the mapping passes an observation over; empty where it does not."""
    for component in flow.components:
        code = seen.components.get(component.id, "")
        if component.others is Others.IGNORE and code and code not in component.codes:
            return f"{component.id}={code[:_SHOWN]}"
    return ""


def said(seen: Observation, flow: DataflowMapping, columns: Mapping[str, int], faults: Collected) -> Said | None:
    """Read every component; None, with all faults noted, where one cannot be read."""
    is_whole = True
    declared = {component.id for component in flow.components}
    for name in seen.components:
        if name not in declared:
            says = (
                f"映射未声明 {name[:_SHOWN]!r};请在 sdmx.yaml 中声明(不用的写 unread)",
                f"{name[:_SHOWN]!r} is not declared; declare it in sdmx.yaml, as unread where it is not needed",
            )
            faults.add(FaultCode.BAD_COLUMN, _at(seen, name, columns), *says)
            is_whole = False
    roles: dict[Role, str] = {}
    codes: dict[Role, str] = {}
    for component in flow.components:
        if component.role is Role.UNREAD:
            continue
        code = seen.components.get(component.id) or component.absent
        meaning = _meaning(component, code)
        if isinstance(meaning, str):
            roles[component.role], codes[component.role] = meaning, code
        else:
            faults.add(meaning[0], _at(seen, component.id, columns), *meaning[1:])
            is_whole = False
    return Said(roles, codes) if is_whole else None


def _at(seen: Observation, component: str, columns: Mapping[str, int]) -> Place:
    return seen.place.at_column(columns[component]) if component in columns else seen.place


def _meaning(component: Component, code: str) -> str | tuple[FaultCode, str, str]:
    """What a component's code stands for, or the fault."""
    name, shown = component.id, code[:_SHOWN]
    if not code:
        return (FaultCode.MALFORMED, f"缺少 {name};请补充", f"{name} is missing; give it")
    if component.codes:
        if code in component.codes:
            return component.codes[code]
        known = ", ".join(component.codes)[:TEXT_MAX]
        return (
            FaultCode.UNKNOWN_CODE,
            f"{name} 的代码 {shown!r} 没有映射;可用:{known}",
            f"{name}: the code {shown!r} is not mapped; known: {known}",
        )
    if component.role is Role.FIXED and code != component.value:
        return (
            FaultCode.UNKNOWN_CODE,
            f"{name} 只收 {component.value!r},收到 {shown!r};请只报该口径",
            f"{name}: only {component.value!r} is taken, found {shown!r}; send that alone",
        )
    if component.role is Role.MULTIPLIER and not _MULTIPLIER.fullmatch(code):
        return (
            FaultCode.MALFORMED,
            f"{name} 应为 10 的幂次,收到 {shown!r};请写整数,如 4",
            f"{name} is a power of ten, found {shown!r}; write a whole number, as 4",
        )
    return code
