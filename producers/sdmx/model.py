"""What the three SDMX readers make of a file: observations in one shape, each with its place. Pure."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

import msgspec

from producers.files.model import Place, PlacedFault

BYTES_MAX = 20_000_000
"""A file of all observations that are taken at once stays well under it."""
OBSERVATIONS_MAX = 100_000
DEPTH_MAX = 16
"""The deepest that SDMX-ML and SDMX-JSON data go is 8."""


class FlowKind(StrEnum):
    """What a file names as the structure of its data."""

    DATAFLOW = "dataflow"
    STRUCTURE = "datastructure"
    PROVISION = "dataprovision"


class FlowRef(msgspec.Struct, frozen=True):
    """The dataflow (or its data structure definition) that observations belong to, as the file names it."""

    kind: FlowKind
    agency: str
    id: str
    version: str

    @property
    def name(self) -> str:
        """``AGENCY:ID``, as a mapping writes it."""
        return f"{self.agency}:{self.id}"

    def __str__(self) -> str:
        return f"{self.kind} {self.name}({self.version})"


class Action(StrEnum):
    """What a file asks to be done with its observations."""

    INFORMATION = "I"
    APPEND = "A"
    REPLACE = "R"
    DELETE = "D"


class Observation(msgspec.Struct, frozen=True):
    """One observation: every dimension and attribute that holds for it, at whatever level the file gives it.

    ``value`` as written; None where there is none.
    """

    place: Place
    flow: FlowRef
    action: Action
    components: Mapping[str, str]
    value: str | None


class SdmxData(msgspec.Struct, frozen=True):
    """All observations of a file, and every fault of reading it.

    ``unread``: how many more observations it has that could not be read. ``columns``: in a csv file the column (from
    1) of each component, so that a fault can point at it.
    """

    observations: tuple[Observation, ...] = ()
    faults: tuple[PlacedFault, ...] = ()
    unread: int = 0
    columns: Mapping[str, int] = MappingProxyType({})
