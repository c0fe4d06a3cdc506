"""A plan as typed, frozen data. Every structure mirrors one list in the YAML files of a plan folder."""

import datetime as dt
from decimal import Decimal
from enum import StrEnum

import msgspec

from plan.periods import PeriodKind


class Record(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Base of all plan structures: immutable, and an unknown key is a fault."""


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


class ScheduleKind(StrEnum):
    """How the way from the start to the target is divided over the periods."""

    COMPOUND = "compound"
    LINEAR = "linear"
    TABLE = "table"


class Severity(StrEnum):
    """What a failed check of the audit means."""

    HARD = "hard"
    VERIFY = "verify"
    HINT = "hint"


class CheckRule(StrEnum):
    """Checks that a form can ask of the audit; each is one SQL column of the audited frame."""

    SUM_EQUALS = "sum_equals"
    CUMULATIVE_STEP = "cumulative_step"
    GROWTH_IDENTITY = "growth_identity"
    SERIES_BREAK = "series_break"
    NEVER_FALLS = "never_falls"


class PresetRule(StrEnum):
    """The decision rule behind a preset."""

    SHARE_MISSED = "share_missed"
    DIRECTION = "direction"


class Names(Record, frozen=True):
    """Chinese and English name of anything people see."""

    zh: str
    en: str


class Area(Record, frozen=True):
    """A territory; ``parent`` is the area it lies in."""

    id: str
    names: Names
    parent: str = ""


class ResponsibleUnit(Record, frozen=True):
    """Who answers for a target (责任单位)."""

    id: str
    names: Names


class ReportingUnit(Record, frozen=True):
    """Who reports: a department, county or enterprise, and the area its figures describe."""

    id: str
    names: Names
    area: str


class Sender(Record, frozen=True):
    """Who holds the pen on Kafka, for which reporting units, and whether it may date its returns itself."""

    id: str
    names: Names
    units: tuple[str, ...]
    forms: tuple[str, ...]
    may_backdate: bool = False


class UnitOfMeasure(Record, frozen=True):
    """A unit of measure."""

    id: str
    names: Names


class Item(Record, frozen=True):
    """One cell of a form. Limits are hard; plausible limits ask for an explanation."""

    id: str
    names: Names
    unit: str
    required: bool = False
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    plausible_minimum: Decimal | None = None
    plausible_maximum: Decimal | None = None


class Check(Record, frozen=True):
    """One check of the audit beyond the limits of single items."""

    id: str
    names: Names
    rule: CheckRule
    severity: Severity
    items: tuple[str, ...]
    total: str = ""
    other_form: str = ""
    other_item: str = ""
    tolerance: Decimal = Decimal(0)


class Calendar(Record, frozen=True):
    """For which periods a form is due and when: ``due_days`` after the end of the period."""

    kind: PeriodKind
    periods: tuple[str, ...]
    due_days: int
    note: Names | None = None


class Form(Record, frozen=True):
    """A table that must be reported: by whom (roster), for which periods, with which cells and checks."""

    id: str
    version: int
    names: Names
    calendar: Calendar
    roster: tuple[str, ...]
    items: tuple[Item, ...]
    checks: tuple[Check, ...] = ()
    audited_with: tuple[str, ...] = ()


class Indicator(Record, frozen=True):
    """A defined measure. ``inputs`` names, for the SQL formula, the items it is computed from."""

    id: str
    names: Names
    unit: str
    measure: Measure
    form: str
    formula: str
    inputs: dict[str, str]
    places: int
    basis: Names


class Baseline(Record, frozen=True):
    """Where a path starts: the base period and, where it is known, the level then."""

    period: str
    value: Decimal | None = None


class Schedule(Record, frozen=True):
    """How the way is divided; ``done_pct`` gives, for a table, the share of the way asked at each period's end."""

    kind: ScheduleKind
    note: Names
    done_pct: dict[str, Decimal] = {}


class YardstickRule(Record, frozen=True):
    """One yardstick of a target: the preset that alerts, those shown beside it, and the hold in periods."""

    yardstick: Yardstick
    alert_preset: str
    beside: tuple[str, ...] = ()
    hold_periods: int = 1
    keep_firing_periods: int = 1
    official_tasks: dict[str, Decimal] = {}


class Target(Record, frozen=True):
    """A value to reach: comparator, deadline, scope, kind, and who answers for it.

    For kind ``reduction`` the value is the reduction in per cent, positive; units are the indicator's otherwise.
    """

    id: str
    clause: str
    names: Names
    indicator: str
    area: str
    kind: Kind
    value: Decimal
    unit: str
    comparator: Comparator
    strength: Strength
    baseline: Baseline
    deadline: str
    owners: tuple[str, ...]
    schedule: Schedule
    yardsticks: tuple[YardstickRule, ...]


class Preset(Record, frozen=True):
    """A published set of thresholds, versioned. ``mild_up_to_pct`` is inclusive."""

    id: str
    version: int
    names: Names
    rule: PresetRule
    kinds: tuple[Kind, ...]
    source: str
    mild_up_to_pct: Decimal | None = None
    level_labels: dict[str, str] = {}


class Plan(Record, frozen=True):
    """A whole plan: everything a return, a verdict or a rating is judged by."""

    id: str
    version: int
    names: Names
    document: str
    first_day: dt.date
    last_day: dt.date
    areas: tuple[Area, ...]
    owners: tuple[ResponsibleUnit, ...]
    units: tuple[ReportingUnit, ...]
    senders: tuple[Sender, ...]
    measures: tuple[UnitOfMeasure, ...]
    forms: tuple[Form, ...]
    indicators: tuple[Indicator, ...]
    targets: tuple[Target, ...]
    presets: tuple[Preset, ...]
