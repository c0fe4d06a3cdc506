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
    UNKNOWN_SOURCE = "unknown_source"
    NO_CELLS = "no_cells"
    TOO_MANY_CELLS = "too_many_cells"
    TEXT_TOO_LONG = "text_too_long"
    SAME_ID_OTHER_CONTENT = "same_id_other_content"


class Fault(msgspec.Struct, frozen=True):
    """One fault: its code, the place in the message, and what to do about it, in both languages."""

    code: FaultCode
    place: str
    says_zh: str
    says_en: str


class Refused(Exception):
    """A message is refused; ``faults`` names every fault found."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__("; ".join(f"{fault.place}: {fault.says_en}" for fault in faults))
        self.faults = faults
