"""Which mapping a file's own reference means. Pure."""

from collections.abc import Sequence

from producers.sdmx.mapping_model import DataflowMapping
from producers.sdmx.model import FlowKind, FlowRef


def mapping_for(flow: FlowRef, flows: Sequence[DataflowMapping]) -> DataflowMapping | tuple[str, str]:
    """The mapping of a dataflow, or why there is none, in both languages.

    A reference to the data structure alone will do where only one mapped dataflow has it.
    """
    if flow.kind is FlowKind.DATAFLOW:
        named = [each for each in flows if each.id == flow.name]
        found = [each for each in named if flow.version in each.versions]
    elif flow.kind is FlowKind.STRUCTURE:
        named = found = [each for each in flows if each.structure == flow.name]
    else:
        named = found = []
    if len(found) == 1:
        return found[0]
    if found:
        ids = ", ".join(each.id for each in found)
        return (
            f"{flow} 对应多个数据流({ids});请写明数据流",
            f"{flow} is shared by several dataflows ({ids}); name the dataflow",
        )
    if named:
        versions = ", ".join(version for each in named for version in each.versions)
        return (
            f"{flow} 的版本不在映射内;可收:{versions}",
            f"{flow}: this version is not mapped; taken: {versions}",
        )
    known = ", ".join(each.id for each in flows) or "none"
    return (
        f"{flow} 没有映射;可收:{known}。请改用其中之一,或在方案的 sdmx.yaml 中增加",
        f"{flow} is not mapped; taken: {known}. Use one of them, or add it to the plan's sdmx.yaml",
    )
