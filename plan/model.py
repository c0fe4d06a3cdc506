"""A plan as typed, frozen data. Every structure mirrors one list in the YAML files of a plan folder."""

import datetime as dt
from decimal import Decimal

import msgspec

from plan.codes import (
    AreaKind,
    AwardKind,
    CheckRule,
    Comparator,
    Direction,
    ItemType,
    Kind,
    Measure,
    PresetRule,
    RowsBy,
    ScheduleKind,
    Scope,
    Severity,
    Status,
    Strength,
    Yardstick,
)
from plan.periods import PeriodKind


class Record(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Base of all plan structures: immutable, and an unknown key is a fault."""


class Names(Record, frozen=True):
    """Chinese and English name of anything people see."""

    zh: str
    en: str


class Area(Record, frozen=True):
    """A territory; ``parent`` is the area it lies in.

    ``is_ranked``: it is ranked among its parent's areas, and demands on each county hold for it.
    """

    id: str
    names: Names
    kind: AreaKind
    parent: str = ""
    is_ranked: bool = False


class ResponsibleUnit(Record, frozen=True):
    """Who answers for a target (责任单位)."""

    id: str
    names: Names


class UnitGroup(Record, frozen=True):
    """A group of reporting units that rosters and senders name as a whole, such as the above-scale enterprises."""

    id: str
    names: Names


class ReportingUnit(Record, frozen=True):
    """Who reports: a department, county or enterprise, and the area its figures describe.

    ``since`` and ``until``: first and last day on which it is to report; open where not given. ``industry``: two
    digits of GB/T 4754, for enterprises.
    """

    id: str
    names: Names
    area: str
    groups: tuple[str, ...] = ()
    industry: str = ""
    since: dt.date | None = None
    until: dt.date | None = None


class Sender(Record, frozen=True):
    """Who holds the pen on Kafka, for which reporting units, and whether it may date its returns itself.

    It speaks for the units named and for those of the groups named. ``gets_outcomes``: what became of each of its
    returns is announced to it.
    """

    id: str
    names: Names
    forms: tuple[str, ...]
    units: tuple[str, ...] = ()
    unit_groups: tuple[str, ...] = ()
    may_backdate: bool = False
    gets_outcomes: bool = False


class UnitOfMeasure(Record, frozen=True):
    """A unit of measure. ``factor`` says how many of the unit ``of`` one of this is (1 wan_t is 10 000 t)."""

    id: str
    names: Names
    of: str = ""
    factor: Decimal | None = None


class Code(Record, frozen=True):
    """One of the answers that an item of type code may have."""

    id: str
    names: Names


class Item(Record, frozen=True):
    """One cell of a form. Limits are hard; plausible limits ask for an explanation.

    Numbers have a unit of measure, codes their list, and an item ``in_rows`` is given in each row of the form.
    ``tce_factor``: tonnes of coal equivalent in one unit of the item, for energy products.
    """

    id: str
    names: Names
    unit: str = ""
    type: ItemType = ItemType.NUMBER
    codes: tuple[Code, ...] = ()
    in_rows: bool = False
    tce_factor: Decimal | None = None
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


class Exemption(Record, frozen=True):
    """A reporting unit that need not report a form for the periods named, and why."""

    unit: str
    periods: tuple[str, ...]
    because: Names


class Calendar(Record, frozen=True):
    """For which periods a form is due and when: ``due_days`` after the end of the period.

    In a plan file ``first`` and ``last`` may stand for all periods from one to the other; the loader lists them.
    """

    kind: PeriodKind
    due_days: int
    periods: tuple[str, ...] = ()
    first: str = ""
    last: str = ""
    note: Names | None = None
    exemptions: tuple[Exemption, ...] = ()


class Rows(Record, frozen=True):
    """The rows of a form, beside its header: what names each of them, and how many there may be.

    By time: each row begins at a multiple of ``every_minutes`` of its day. ``count_item``: the item of the header that
    says how many rows there are, so that a return without any is a report too (零报告).
    """

    names: Names
    by: RowsBy
    most: int
    every_minutes: int = 0
    count_item: str = ""


class Form(Record, frozen=True):
    """A table that must be reported: by whom (roster), for which periods, with which cells and checks.

    The roster names units, groups of units, or both; a unit of a group reports from its first day to its last.
    """

    id: str
    version: int
    names: Names
    calendar: Calendar
    items: tuple[Item, ...]
    roster: tuple[str, ...] = ()
    roster_groups: tuple[str, ...] = ()
    rows: Rows | None = None
    checks: tuple[Check, ...] = ()
    audited_with: tuple[str, ...] = ()

    @property
    def looks_back(self) -> bool:
        """Tell whether it is audited with its returns of the period before."""
        return any(check.rule in (CheckRule.CUMULATIVE_STEP, CheckRule.NEVER_FALLS) for check in self.checks)


class Indicator(Record, frozen=True):
    """A defined measure. ``inputs`` names, for the SQL formula, the items it is computed from.

    An indicator without a form is not fed yet. ``minimum`` and ``maximum`` are limits of its values (100 for a share);
    ``adds_up``: the values of an area's parts add up to the area's.
    """

    id: str
    names: Names
    definition: Names
    unit: str
    direction: Direction
    measure: Measure
    places: int
    basis: Names
    form: str = ""
    formula: str = ""
    inputs: dict[str, str] = {}
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    adds_up: bool = False


class Baseline(Record, frozen=True):
    """Where a path starts: the base period and, where it is known, the level then."""

    period: str
    value: Decimal | None = None


class Schedule(Record, frozen=True):
    """How the way is divided.

    A table gives in ``done_pct`` the share of the way asked at each period's end. A profile gives in ``past_done_pct``,
    for each past year, the share of that year's total reached by the end of ``01..06`` and so on; their mean is asked.
    Milestones give the values asked from each period's end on, in the target's unit.
    """

    kind: ScheduleKind
    note: Names
    done_pct: dict[str, Decimal] = {}
    past_done_pct: dict[str, dict[str, Decimal]] = {}
    milestones: dict[str, Decimal] = {}


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
    A qualitative target has no indicator, value, baseline, schedule and yardsticks: people judge it. ``every``: asked
    anew in each such period up to the deadline. ``restates``: the target that this clause only says again; it is rated
    there. ``parent``: the city's target that this target of a county is a part of. ``paired_with``: the target it is
    shown beside.
    """

    id: str
    clause: str
    names: Names
    area: str
    kind: Kind
    strength: Strength
    deadline: str
    owners: tuple[str, ...]
    scope: Scope = Scope.CITY
    indicator: str = ""
    value: Decimal | None = None
    unit: str = ""
    comparator: Comparator | None = None
    baseline: Baseline | None = None
    schedule: Schedule | None = None
    yardsticks: tuple[YardstickRule, ...] = ()
    every: PeriodKind | None = None
    restates: str = ""
    parent: str = ""
    paired_with: str = ""


class Band(Record, frozen=True):
    """A stretch of a preset's number and the status in it. A band without a limit takes whatever is left."""

    status: Status
    at_least: Decimal | None = None
    more_than: Decimal | None = None
    at_most: Decimal | None = None
    less_than: Decimal | None = None


class Preset(Record, frozen=True):
    """A published set of thresholds, versioned.

    Who meets what is asked is on track under every preset; for the rest the first band that fits gives the status,
    and where none fits the text is silent. ``kinds`` and ``yardsticks``: what it can rate.
    """

    id: str
    version: int
    names: Names
    rule: PresetRule
    kinds: tuple[Kind, ...]
    yardsticks: tuple[Yardstick, ...]
    source: str
    bands: tuple[Band, ...]
    level_labels: dict[str, str] = {}
    note: Names | None = None


class AwardTier(Record, frozen=True):
    """One amount of an award in 10 000 yuan; ``from_yi_yuan``: the yearly sales first passed, in 100 million yuan."""

    names: Names
    amount_wan_yuan: Decimal | None = None
    from_yi_yuan: Decimal | None = None
    match_pct: Decimal | None = None


class Award(Record, frozen=True):
    """What the plan promises, for what, to whom, and whether once only."""

    id: str
    clause: str
    names: Names
    kind: AwardKind
    recipient: Names
    tiers: tuple[AwardTier, ...]
    is_once: bool
    purpose: Names | None = None


class Ranking(Record, frozen=True):
    """The yearly ranking of the ranked areas: how many are praised at the top and criticised at the end."""

    clause: str
    names: Names
    every: PeriodKind
    praised: int
    criticised: int


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
    awards: tuple[Award, ...] = ()
    ranking: Ranking | None = None
    groups: tuple[UnitGroup, ...] = ()
