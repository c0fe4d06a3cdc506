"""Why a message is refused: a closed list of codes, each fault with its place and the mend."""

from enum import StrEnum

import msgspec


class FaultCode(StrEnum):
    """Kinds of refusal."""

    TOO_LARGE = "too_large"
    NOT_JSON = "not_json"
    MALFORMED = "malformed"
    UNKNOWN_FORM = "unknown_form"
    WRONG_VERSION = "wrong_version"
    WRONG_TOPIC = "wrong_topic"
    UNKNOWN_UNIT = "unknown_unit"
    NOT_ON_ROSTER = "not_on_roster"
    NOT_AUTHORISED = "not_authorised"
    BAD_PERIOD = "bad_period"
    PERIOD_NOT_DUE = "period_not_due"
    FUTURE_PERIOD = "future_period"
    BAD_DATE = "bad_date"
    MAY_NOT_BACKDATE = "may_not_backdate"
    UNKNOWN_ITEM = "unknown_item"
    REPEATED_ITEM = "repeated_item"
    WRONG_UNIT = "wrong_unit"
    UNKNOWN_AREA = "unknown_area"
    OUT_OF_LIMITS = "out_of_limits"
    WRONG_TYPE = "wrong_type"
    UNKNOWN_CODE = "unknown_code"
    BAD_ROW = "bad_row"
    INCOMPLETE_ROW = "incomplete_row"
    TOO_MANY_ROWS = "too_many_rows"
    ROW_COUNT = "row_count"
    BAD_TEXT = "bad_text"
    TOO_DEEP = "too_deep"
    NOT_CONCRETE = "not_concrete"
    MORE_FAULTS = "more_faults"
    UNKNOWN_SOURCE = "unknown_source"
    NO_CELLS = "no_cells"
    TOO_MANY_CELLS = "too_many_cells"
    TEXT_TOO_LONG = "text_too_long"
    SAME_ID_OTHER_CONTENT = "same_id_other_content"
    NO_DEAD_LETTER = "no_dead_letter"
    ALREADY_REPAIRED = "already_repaired"
    CHANGED_FIGURE = "changed_figure"
    CHANGED_REPLAY = "changed_replay"
    NOT_READABLE = "not_readable"
    UNSAFE_FILE = "unsafe_file"
    HAS_FORMULA = "has_formula"
    AMBIGUOUS = "ambiguous"
    BAD_COLUMN = "bad_column"
    ALTERED_TEMPLATE = "altered_template"


class Fault(msgspec.Struct, frozen=True):
    """One fault: its code, the place in the message, and what to do about it, in both languages."""

    code: FaultCode
    place: str
    says_zh: str
    says_en: str


FAULTS_MAX = 1_000
"""So many faults are listed one by one; of more only the number is told, for a refusal must be bounded too."""
FAULT_TEXT_MAX = 400_000
"""Characters of all faults of a refusal together: as UTF-8 they fit into one message, with room to spare."""


class Refused(Exception):
    """A message is refused; ``faults`` names every fault found."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        fitting = _fitting(faults)
        if fitting < len(faults):
            more = len(faults) - fitting
            says_zh, says_en = f"另有 {more} 处错误未列出;请先更正以上各处", f"{more} more faults; mend these first"
            faults = (*faults[:fitting], Fault(FaultCode.MORE_FAULTS, "message", says_zh, says_en))
        super().__init__("; ".join(f"{fault.place}: {fault.says_en}" for fault in faults))
        self.faults = faults


def _fitting(faults: tuple[Fault, ...]) -> int:
    """How many of the faults, from the first, are within the bounds of a refusal."""
    room = FAULT_TEXT_MAX
    for at, fault in enumerate(faults[:FAULTS_MAX]):
        room -= len(fault.place) + len(fault.says_zh) + len(fault.says_en)
        if room < 0:
            return at
    return min(len(faults), FAULTS_MAX)
