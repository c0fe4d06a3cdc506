"""The dead letters of a lake: found by filters or by address, with every fault and what operators did about them."""

import datetime as dt
import re
from collections.abc import Sequence

import duckdb
import msgspec
import pyarrow as pa

from plan.faults import Fault
from warehouse.batch import Address
from warehouse.lake import utc
from warehouse.migrations import sql

_ADDRESS = re.compile(r"(?P<topic>[A-Za-z0-9.-]+)\[(?P<partition>\d{1,9})\]@(?P<offset>\d{1,18})")
_ALL = 2**62
_faults = msgspec.json.Decoder(tuple[Fault, ...])


class NoSuchLetter(Exception):
    """No dead letter lies at an address, or the text is no address; the message says how to find one."""


class Filters(msgspec.Struct, frozen=True):
    """Which dead letters are meant; what is empty lets all through. ``is_open``: only those that can be answered."""

    topic: str = ""
    phase: str = ""
    fault: str = ""
    is_open: bool = False


class Letter(msgspec.Struct, frozen=True):
    """A refused message as a list shows it."""

    address: Address
    phase: str
    faults: tuple[Fault, ...]
    received_at: dt.datetime
    is_repaired: bool


class WholeLetter(msgspec.Struct, frozen=True):
    """A refused message with all that is kept of it."""

    letter: Letter
    key: bytes | None
    payload: bytes | None


class Attempt(msgspec.Struct, frozen=True):
    """One repair of a dead letter and what became of it. ``is_compared``: figures were held against the original's."""

    address: Address
    kind: str
    by: str
    because: str
    outcome: str
    is_compared: bool
    received_at: dt.datetime
    faults: tuple[Fault, ...]


def parse_address(text: str) -> Address:
    """Read an address as it is shown, ``topic[partition]@offset``; raises :class:`NoSuchLetter`."""
    found = _ADDRESS.fullmatch(text.strip())
    if found is None:
        raise NoSuchLetter(
            f"{text!r} is no address; write it as `qingyu dead-letters list` does, in quotes: 'topic[partition]@offset'"
        )
    return Address(found["topic"], int(found["partition"]), int(found["offset"]))


def show_address(address: Address) -> str:
    """An address as people read and write it."""
    return f"{address.topic}[{address.partition}]@{address.offset}"


def list_letters(lake: duckdb.DuckDBPyConnection, filters: Filters, limit: int) -> list[Letter]:
    """The newest letters that the filters let through."""
    rows = lake.execute(sql("dead_letters/list"), {**msgspec.structs.asdict(filters), "limit": limit}).fetchall()
    return [_letter(row) for row in rows]


def find_addresses(lake: duckdb.DuckDBPyConnection, filters: Filters) -> list[Address]:
    """Where all the letters lie that the filters let through, in the order in which they came."""
    found = list_letters(lake, filters, _ALL)
    return [each.address for each in sorted(found, key=lambda letter: (letter.received_at, letter.address))]


def count_by_fault(lake: duckdb.DuckDBPyConnection, filters: Filters) -> dict[str, int]:
    """How many letters have each fault, most frequent first; a letter counts for each of its faults."""
    return dict(lake.execute(sql("dead_letters/by_fault"), msgspec.structs.asdict(filters)).fetchall())


def whole_letters(lake: duckdb.DuckDBPyConnection, addresses: Sequence[Address]) -> list[WholeLetter]:
    """The letters at these addresses, whole, in this order; raises :class:`NoSuchLetter` when none lies at one."""
    wanted = {
        "topic": pa.array([each.topic for each in addresses], pa.string()),
        "kafka_partition": pa.array([each.partition for each in addresses], pa.int32()),
        "kafka_offset": pa.array([each.offset for each in addresses], pa.int64()),
    }
    lake.register("wanted_letters", pa.table(wanted))
    rows = lake.execute(sql("dead_letters/whole")).fetchall()
    lake.unregister("wanted_letters")
    found = {Address(*row[:3]): WholeLetter(_letter(row), row[7], row[8]) for row in rows}
    if missing := set(addresses) - found.keys():
        raise NoSuchLetter(
            f"no dead letter lies at {', '.join(map(show_address, sorted(missing)))}; "
            "look for it with: qingyu dead-letters list"
        )
    return [found[each] for each in addresses]


def history(lake: duckdb.DuckDBPyConnection, address: Address) -> list[Attempt]:
    """What operators did about a dead letter, oldest first."""
    rows = lake.execute(sql("dead_letters/history"), msgspec.structs.asdict(address)).fetchall()
    return [
        Attempt(Address(*row[:3]), *row[3:8], received_at=utc(row[8]), faults=_faults.decode(row[9])) for row in rows
    ]


def _letter(row: tuple[object, ...]) -> Letter:
    topic, partition, offset, phase, faults, received_at, is_repaired, *_ = row
    return Letter(Address(topic, partition, offset), phase, _faults.decode(faults), utc(received_at), is_repaired)
