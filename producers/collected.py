"""Faults collected from many lines or observations, bounded: the same fault again is only counted. Pure."""

from plan.faults import FAULTS_MAX, FaultCode
from producers.files.model import WHOLE, Place, PlacedFault, placed


class Collected:
    """Faults in the order they were met: what is too many to read is not kept, but counted."""

    def __init__(self) -> None:
        self._found: dict[tuple[FaultCode, str, str], tuple[Place, int]] = {}
        self._more = 0

    def add(self, code: FaultCode, place: Place, says_zh: str, says_en: str) -> None:
        """Note a fault; where it was met before, only that it was met again."""
        key = (code, says_zh, says_en)
        if key in self._found:
            first, times = self._found[key]
            self._found[key] = (first, times + 1)
        elif len(self._found) < FAULTS_MAX:
            self._found[key] = (place, 1)
        else:
            self._more += 1

    def told(self) -> tuple[PlacedFault, ...]:
        """The faults, each at its first place with the number of its places, and how many more there are."""
        made = []
        for (code, says_zh, says_en), (place, times) in self._found.items():
            again = (f"(共 {times} 处)", f" ({times} places)") if times > 1 else ("", "")
            made.append(placed(code, place, says_zh + again[0], says_en + again[1]))
        if self._more:
            says = (f"另有 {self._more} 处错误未列出;请先更正以上各处", f"{self._more} more faults; mend these first")
            made.append(placed(FaultCode.MORE_FAULTS, WHOLE, *says))
        return tuple(made)
