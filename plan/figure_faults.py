"""What can be wrong with a figures file, and what is told about a good one: closed lists, both languages."""

from enum import StrEnum

import msgspec


class Defect(StrEnum):
    """Why a figures file is refused."""

    TOO_LARGE = "too_large"
    NOT_UTF8 = "not_utf8"
    NOT_CSV = "not_csv"
    WRONG_DELIMITER = "wrong_delimiter"
    EMPTY = "empty"
    TOO_MANY_ROWS = "too_many_rows"
    MISSING_COLUMN = "missing_column"
    UNKNOWN_COLUMN = "unknown_column"
    UNNAMED_COLUMN = "unnamed_column"
    REPEATED_COLUMN = "repeated_column"
    WRONG_WIDTH = "wrong_width"
    TEXT_TOO_LONG = "text_too_long"
    UNKNOWN_INDICATOR = "unknown_indicator"
    UNKNOWN_AREA = "unknown_area"
    BAD_PERIOD = "bad_period"
    PERIOD_OUTSIDE_PLAN = "period_outside_plan"
    NOT_FROM_JANUARY = "not_from_january"
    NOT_A_NUMBER = "not_a_number"
    UNKNOWN_UNIT = "unknown_unit"
    NOT_CONVERTIBLE = "not_convertible"
    RATE_FOR_LEVEL = "rate_for_level"
    LEVEL_FOR_RATE = "level_for_rate"
    OUT_OF_LIMITS = "out_of_limits"
    BAD_DATE = "bad_date"
    BAD_REVISION = "bad_revision"
    UNKNOWN_STATUS = "unknown_status"
    UNKNOWN_BOUND = "unknown_bound"
    CONTRADICTION = "contradiction"
    UNDATED_REVISION = "undated_revision"
    REVISION_ORDER = "revision_order"


class Tale(StrEnum):
    """What is told about a file that was taken."""

    CONVERTED = "converted"
    REPEATED = "repeated"
    UNDATED = "undated"


class FileFault(msgspec.Struct, frozen=True, order=True):
    """One fault: line and column of the file, what is wrong and the mend."""

    line: int
    column: str
    defect: Defect
    says_zh: str
    says_en: str


class FileNote(msgspec.Struct, frozen=True, order=True):
    """Something done or assumed with the figure of one line."""

    line: int
    tale: Tale
    indicator: str
    says_zh: str
    says_en: str


class FiguresFileRefused(Exception):
    """The file cannot be used; ``faults`` names every fault, in order of lines."""

    def __init__(self, faults: tuple[FileFault, ...]) -> None:
        super().__init__("\n".join(f"line {each.line}, {each.column}: {each.says_en}" for each in faults))
        self.faults = faults
