"""Faults collected from many observations: the same fault in many places is told once, with their number. Pure."""

from plan.faults import FAULTS_MAX, FaultCode
from producers.files.model import WHOLE, Place, PlacedFault, placed


class Collected:
    """Faults in the order they were met."""

    def __init__(self) -> None:
        self._found: dict[tuple[FaultCode, str, str], tuple[Place, int]] = {}

    def add(self, code: FaultCode, place: Place, says_zh: str, says_en: str) -> None:
        """Note a fault; where it was met before, only that it was met again."""
        first, times = self._found.get((code, says_zh, says_en), (place, 0))
        self._found[code, says_zh, says_en] = (first, times + 1)

    def told(self) -> tuple[PlacedFault, ...]:
        """The faults, each at its first place; of very many the number only."""
        made = []
        for (code, says_zh, says_en), (place, times) in self._found.items():
            again = (f"(共 {times} 处)", f" ({times} places)") if times > 1 else ("", "")
            made.append(placed(code, place, says_zh + again[0], says_en + again[1]))
        more = len(made) - FAULTS_MAX
        if more <= 0:
            return tuple(made)
        says = (f"另有 {more} 处错误未列出;请先更正以上各处", f"{more} more faults; mend these first")
        return (*made[:FAULTS_MAX], placed(FaultCode.MORE_FAULTS, WHOLE, *says))
