"""What a mapping says (`sdmx.yaml` of a plan folder): which dataflow feeds which form, and what each component means.

Nothing is guessed from names or code lists: a component, a code or a multiplier that the mapping does not declare
refuses the observation that has it.
"""

from enum import StrEnum

import msgspec

from plan.model import Names, Record


class Role(StrEnum):
    """What a component of a dataflow tells: of the cell, of its return, or of the number."""

    ITEM = "item"
    ROW = "row"
    UNIT = "unit"
    PERIOD = "period"
    FREQUENCY = "frequency"
    MEASURE = "measure"
    MULTIPLIER = "multiplier"
    STATUS = "status"
    FIXED = "fixed"
    UNREAD = "unread"


class Others(StrEnum):
    """What becomes of an observation whose code the mapping does not list."""

    REFUSE = "refuse"
    IGNORE = "ignore"


class Component(Record, frozen=True):
    """One dimension or attribute. ``codes``: each SDMX code and what it is with us.

    ``multipliers``, for the unit of measure: the power of ten (UNIT_MULT) at which the code is our unit, 0 where not
    given. ``value``, for role ``fixed``: the only one taken. ``absent``, for an attribute: what is meant where it is
    left out; without it a missing one is a fault. ``is_year_to_date``, for the period: a month stands for January up
    to it.
    """

    id: str
    role: Role
    codes: dict[str, str] = msgspec.field(default_factory=dict)
    others: Others = Others.REFUSE
    multipliers: dict[str, int] = msgspec.field(default_factory=dict)
    value: str = ""
    absent: str = ""
    is_year_to_date: bool = False


class DataflowMapping(Record, frozen=True):
    """One dataflow in the versions named, the form it feeds, and its components in the order of the key.

    ``id`` and ``structure`` (its data structure definition) are written ``AGENCY:ID``.
    """

    id: str
    names: Names
    versions: tuple[str, ...]
    form: str
    dimensions: tuple[Component, ...]
    attributes: tuple[Component, ...] = ()
    structure: str = ""

    @property
    def components(self) -> tuple[Component, ...]:
        """Dimensions, then attributes."""
        return (*self.dimensions, *self.attributes)

    def of_role(self, role: Role) -> Component | None:
        """The component of a role that only one may have; None where the mapping has none."""
        return next((each for each in self.components if each.role is role), None)


class Mapping(Record, frozen=True):
    """All dataflows that a plan takes."""

    dataflows: tuple[DataflowMapping, ...]
