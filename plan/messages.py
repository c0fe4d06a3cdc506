"""What travels on Kafka: returns, ticks, plans, indicator values, assessments, alert transitions.

All are JSON. A return's numbers are floats as sent; everything derived carries decimals as text, so that a
threshold compared in decimals meets the very digits that were announced.
"""

import datetime as dt
from decimal import Decimal
from enum import StrEnum

import msgspec

from plan.codes import Status, Yardstick
from plan.faults import Fault
from plan.model import Indicator, Plan, Preset, Target

RETURN_BYTES_MAX = 1_000_000
REPAIR_BYTES_MAX = 3 * RETURN_BYTES_MAX
"""A return as text within JSON: each quotation mark of it takes one byte more."""
PLAN_BYTES_MAX = 8_000_000
"""A plan with its register of some thousand enterprises is one message."""
CELLS_MAX = 20_000
"""As many rows of a register as fit into the bytes of a return."""
TEXT_MAX = 500
ROW_MAX = 64
VALUE_MAX = Decimal(10) ** 15
"""No figure of a city comes near it, and sums of many stay inside the warehouse's DECIMAL(28, 8)."""
JSON_DEPTH_MAX = 16


class ObservationStatus(StrEnum):
    """State of one observation, in the codes of SDMX (CL_OBS_STATUS)."""

    NORMAL = "A"
    BREAK = "B"
    DEFINITION_DIFFERS = "D"
    DERIVED = "E"
    PROVISIONAL = "P"


class Bound(StrEnum):
    """Whether a figure is exact or was published as a bound (多, 余: at least; 以下: at most)."""

    EXACT = "exact"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"


class DateKind(StrEnum):
    """Whether a publication date stands in the source or is our assumption."""

    EXACT = "exact"
    ASSUMED = "assumed"


class Verdict(StrEnum):
    """Outcome of the audit for a slice."""

    PASSED = "passed"
    TO_VERIFY = "to_verify"
    FAILED = "failed"
    PENDING = "pending"
    WAIVED = "waived"


VERDICT_ORDER = (Verdict.PASSED, Verdict.WAIVED, Verdict.TO_VERIFY, Verdict.PENDING, Verdict.FAILED)
"""From best to worst; a value that rests on several slices carries the worst."""


class Reason(StrEnum):
    """Why a value is not assessed; empty for every other status."""

    NONE = ""
    NO_DATA = "no_data"
    OVERDUE = "overdue"
    INCOMPLETE = "incomplete"
    FAILED_AUDIT = "failed_audit"
    TO_VERIFY = "to_verify"
    NOT_YET_DUE = "not_yet_due"
    BASE_MISSING = "base_missing"
    QUALITATIVE = "qualitative"
    TOO_FEW_POINTS = "too_few_points"
    ZERO_BASE = "zero_base"
    ZERO_TARGET = "zero_target"
    MIXED_SIGNS = "mixed_signs"
    DEFINITION_MISMATCH = "definition_mismatch"
    PRESET_SILENT = "preset_silent"


class Margin(StrEnum):
    """Whether a value lies nearer to what is asked than its indicator is usually revised."""

    CLEAR = "clear"
    BORDERLINE = "borderline"
    UNKNOWN = "unknown"


class AlertState(StrEnum):
    """Life of one condition on one (target, area, yardstick)."""

    INACTIVE = "inactive"
    PENDING = "pending"
    FIRING = "firing"
    RESOLVED = "resolved"


class Change(StrEnum):
    """What a transition tells its reader."""

    HELD = "held"
    OPENED = "opened"
    WORSENED = "worsened"
    EASED = "eased"
    CORRECTED = "corrected"
    RESOLVED = "resolved"
    DROPPED = "dropped"


class Wire(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Base of all messages: immutable, and an unknown key is a fault."""


class Source(Wire, frozen=True):
    """Where a published figure stands: title, address (or ``address not held``), how good the copy is."""

    title: str
    address: str
    grade: str


class Cell(Wire, frozen=True, omit_defaults=True, gc=False):
    """One cell of a return: a number in ``value``, or a code, a text or a day in ``text``, as the item's type says.

    ``row``: in a form with rows, the row it stands in; empty in the header. ``area`` and ``unit`` only where the form
    does not fix them.
    """

    item: str
    value: float | None = None
    text: str = ""
    row: str = ""
    area: str = ""
    unit: str = ""
    status: ObservationStatus = ObservationStatus.NORMAL
    bound: Bound = Bound.EXACT
    basis: str = ""
    sources: tuple[int, ...] = ()


class Return(Wire, frozen=True, omit_defaults=True):
    """One submission of one form by one reporting unit for one reference period."""

    return_id: str
    form: str
    form_version: int
    unit: str
    period: str
    cells: tuple[Cell, ...]
    published_at: dt.datetime | None = None
    published_kind: DateKind = DateKind.EXACT
    sources: tuple[Source, ...] = ()
    note: str = ""


class Explanation(Wire, frozen=True, omit_defaults=True):
    """What a reporting unit says of a figure that the audit doubts; empty fields narrow nothing down."""

    explanation_id: str
    form: str
    unit: str
    period: str
    text: str
    check_id: str = ""
    item: str = ""
    row: str = ""
    return_id: str = ""


class RepairKind(StrEnum):
    """How an operator answers a dead letter: with a mended message, or with the same once more."""

    REPAIRED = "repaired"
    REPLAYED = "replayed"


class Repair(Wire, frozen=True):
    """An operator's answer to a dead letter: where that lies, who answers and why, the message as it shall count."""

    topic: str
    partition: int
    offset: int
    kind: RepairKind
    by: str
    because: str
    payload: str


class Tick(Wire, frozen=True):
    """A calendar day has begun (00:00 in the plan's time zone, UTC+8)."""

    tick_date: dt.date


class PlanMessage(Wire, frozen=True):
    """The canonical plan with its hash."""

    plan_hash: str
    plan: Plan


class Origin(Wire, frozen=True):
    """The return behind a value, by its Kafka address."""

    topic: str
    partition: int
    offset: int
    return_id: str


class Finding(Wire, frozen=True):
    """One failed check of the audit: rule, severity, place and what was seen, in both languages."""

    check_id: str
    severity: str
    unit: str
    item: str
    observed: str
    says_zh: str
    says_en: str


class OutcomeKind(StrEnum):
    """What became of a message of a sender."""

    LANDED = "landed"
    DUPLICATE = "duplicate"
    DEAD_LETTERED = "dead_lettered"
    AUDITED = "audited"


class ReturnOutcome(Wire, frozen=True):
    """What became of one return (or explanation), told to its sender.

    Named by its Kafka address and, where it could be read, by its own words. ``audited``: the verdict on the slice that
    it lies in, with the findings about its unit; a slice is audited again when something in it changes.
    """

    outcome_id: str
    kind: OutcomeKind
    topic: str
    partition: int
    offset: int
    return_id: str
    form: str
    unit: str
    period: str
    at: dt.datetime
    faults: tuple[Fault, ...] = ()
    verdict: Verdict | None = None
    findings: tuple[Finding, ...] = ()


class IndicatorValue(Wire, frozen=True):
    """One expected (indicator, area, period) as of a cut-off; an empty value speaks too."""

    message_id: str
    plan_id: str
    plan_hash: str
    indicator: str
    area: str
    period: str
    value: str | None
    unit: str
    bound: Bound
    basis: str
    verdict: Verdict
    findings: tuple[Finding, ...]
    received: int
    due: int
    cover_pct: str
    due_date: dt.date
    is_overdue: bool
    known_at: dt.datetime | None
    cutoff_at: dt.datetime
    origins: tuple[Origin, ...]
    sources: tuple[Source, ...]


class Evidence(Wire, frozen=True):
    """One input of an assessment: a value of the series, a parameter of the target, a computed step."""

    name_zh: str
    name_en: str
    period: str
    value: str
    unit: str


class Observed(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One point of the series of one indicator and area, as of one cut-off. An empty value speaks too."""

    period: str
    value: Decimal | None
    bound: Bound
    verdict: Verdict
    is_overdue: bool
    status: ObservationStatus = ObservationStatus.NORMAL
    known_at: dt.datetime | None = None


class Facts(Wire, frozen=True):
    """Everything a rating was made from: with it alone the rating can be made again."""

    target: Target
    area: str
    indicator: Indicator
    preset: Preset
    yardstick: Yardstick
    period: str
    points: tuple[Observed, ...]
    usual_revision: Decimal | None


class Assessment(Wire, frozen=True):
    """A rating of one value against one target by one yardstick and preset, with its evidence."""

    assessment_id: str
    plan_id: str
    plan_hash: str
    target: str
    indicator: str
    area: str
    yardstick: Yardstick
    preset: str
    preset_version: int
    is_alerting: bool
    period: str
    status: Status
    reason: Reason
    level_label: str
    value: str | None
    required: str | None
    gap: str | None
    missed_pct: str | None
    unit: str
    indicator_value: str | None
    formula_zh: str
    formula_en: str
    evidence: tuple[Evidence, ...]
    margin: Margin
    score: str | None
    facts: Facts
    bound: Bound
    verdict: Verdict
    known_at: dt.datetime | None
    cutoff_at: dt.datetime
    value_message_id: str
    origins: tuple[Origin, ...]
    sources: tuple[Source, ...]


class Transition(Wire, frozen=True):
    """A recorded change of an alert, effective at the cut-off of the value that caused it."""

    transition_id: str
    alert_id: str
    plan_id: str
    plan_hash: str
    target: str
    area: str
    yardstick: Yardstick
    preset: str
    change: Change
    from_state: AlertState
    to_state: AlertState
    from_status: Status
    to_status: Status
    period: str
    effective_at: dt.datetime
    headline_zh: str
    headline_en: str
    assessment_id: str
    beside: tuple[str, ...]


encode = msgspec.json.Encoder(order="sorted").encode
