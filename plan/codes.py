"""Closed lists of codes that plans are written in. The words people see for them stand in ``plan.words``."""

from enum import StrEnum


class Kind(StrEnum):
    """Kinds of target: nine found in municipal plans, and the ceiling that energy control adds."""

    REDUCTION = "reduction"
    SHARE_FLOOR = "share_floor"
    YEARLY_FLOOR = "yearly_floor"
    STOCK = "stock"
    YEARLY_FLOW = "yearly_flow"
    CAPACITY_RETIRED = "capacity_retired"
    COVERAGE = "coverage"
    PAIRED_FLOOR = "paired_floor"
    QUALITATIVE = "qualitative"
    CEILING = "ceiling"


class Comparator(StrEnum):
    """How a value must stand to the target's value; 突破 and 超过 are strict."""

    AT_LEAST = ">="
    MORE_THAN = ">"
    AT_MOST = "<="


class Strength(StrEnum):
    """How firmly the text asks: firm, 力争 (strive) or 基本/左右 (hedged)."""

    FIRM = "firm"
    STRIVE = "strive"
    HEDGED = "hedged"


class Direction(StrEnum):
    """Which way is better."""

    MORE = "more"
    LESS = "less"


class Scope(StrEnum):
    """For whom a demand holds: the target's area as a whole, each ranked area in it, or each enterprise of it.

    A demand on each enterprise is rated by the coverage of its area.
    """

    CITY = "city"
    EACH_COUNTY = "each_county"
    EACH_ENTERPRISE = "each_enterprise"


class AreaKind(StrEnum):
    """What kind of territory an area is."""

    COUNTRY = "country"
    PROVINCE = "province"
    CITY = "city"
    COUNTY = "county"
    ZONE = "zone"


class Status(StrEnum):
    """Rating of one value against one target by one yardstick."""

    ACHIEVED = "achieved"
    ON_TRACK = "on_track"
    MILD = "mild"
    MIDDLE = "middle"
    SEVERE = "severe"
    NOT_ASSESSED = "not_assessed"


class Measure(StrEnum):
    """What an indicator's value states for its period."""

    LEVEL = "level"
    YEARLY_CHANGE_PCT = "yearly_change_pct"
    YEARLY_CHANGE = "yearly_change"
    YEAR_TO_DATE = "year_to_date"
    CUMULATIVE = "cumulative"


class Yardstick(StrEnum):
    """What a value is held against."""

    ANNUAL_TASK = "annual_task"
    PLAN_PROGRESS = "plan_progress"
    GROWTH_RATIO = "growth_ratio"
    WEATHER = "weather"


class ScheduleKind(StrEnum):
    """How the way from the start to the target is divided over the periods."""

    COMPOUND = "compound"
    LINEAR = "linear"
    TABLE = "table"
    PROFILE = "profile"
    CONSTANT = "constant"
    MILESTONES = "milestones"


class Severity(StrEnum):
    """What a failed check of the audit means."""

    HARD = "hard"
    VERIFY = "verify"
    HINT = "hint"


class ItemType(StrEnum):
    """What a cell of an item holds: a number, a whole number, one of a list of codes, free text or a day."""

    NUMBER = "number"
    INTEGER = "integer"
    CODE = "code"
    TEXT = "text"
    DATE = "date"

    @property
    def is_numeric(self) -> bool:
        """Tell whether its cells carry a value; the others carry a text."""
        return self in (ItemType.NUMBER, ItemType.INTEGER)


class RowsBy(StrEnum):
    """What names the rows of a form: a code that the reporter gives, or the time of day at which each begins."""

    KEY = "key"
    TIME = "time"


class CheckRule(StrEnum):
    """Checks that a form can ask of the audit; each is one SQL column of the audited frame."""

    SUM_EQUALS = "sum_equals"
    CUMULATIVE_STEP = "cumulative_step"
    GROWTH_IDENTITY = "growth_identity"
    SERIES_BREAK = "series_break"
    NEVER_FALLS = "never_falls"


class PresetRule(StrEnum):
    """The number that the bands of a preset divide.

    ``share_missed`` and ``share_done``: per cent of what is asked; ``points_short``: how far the value is short of it,
    in the value's own unit (percentage points of shares and rates); ``growth_ratio``: actual over required growth;
    ``gap_left``: per cent of the remaining way that is missed when the recent change goes on (the weather rule).
    """

    SHARE_MISSED = "share_missed"
    SHARE_DONE = "share_done"
    POINTS_SHORT = "points_short"
    GROWTH_RATIO = "growth_ratio"
    GAP_LEFT = "gap_left"


class AwardKind(StrEnum):
    """How the amount of an award is found: fixed, by the threshold that was passed, or matching another grant."""

    FIXED = "fixed"
    THRESHOLD = "threshold"
    MATCHING = "matching"
