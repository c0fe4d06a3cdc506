"""Turn plain data into typed records and list every fault on the way, not only the first.

msgspec stops at the first fault; a reporter or a plan author wants all of them. This walk is the slow,
complete path: it is taken for plan files, and for a message only after the fast path refused it.
"""

import datetime as dt
import types
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from difflib import get_close_matches
from enum import StrEnum
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

import msgspec

T = TypeVar("T")
Entry = TypeVar("Entry")
Path = tuple[str | int, ...]


class StructureFault(msgspec.Struct, frozen=True):
    """One place where the data do not have the shape asked for."""

    path: Path
    says: str


class _Missing:
    """Stands for a value that could not be built; its faults are listed already."""


_MISSING = _Missing()


class _Faults:
    """The faults found on the walk; it ends when they are more than anybody asked for."""

    def __init__(self, most: int | None) -> None:
        self.found: list[StructureFault] = []
        self._most = most

    @property
    def is_full(self) -> bool:
        return self._most is not None and len(self.found) > self._most

    def add(self, path: Path, says: str) -> _Missing:
        self.found.append(StructureFault(path, says))
        return _MISSING


_SHOWN = 40
"""Characters of a refused text that are shown again."""

_MENDS: dict[object, str] = {
    Decimal: "write digits and a point, without % and thousands separators",
    dt.date: "write a date like 2021-01-31",
    dt.datetime: "write date, time and zone like 2021-01-31T09:30:00+08:00",
    int: "write a whole number without quotes",
    bool: "write true or false, without quotes",
    str: "write a text, in quotation marks",
}
"""How each kind of scalar is written."""


def build(data: object, wanted: type[T], most: int | None = None) -> tuple[T | None, tuple[StructureFault, ...]]:
    """Build ``wanted`` from mappings, lists and scalars; returns (record or None, all faults).

    With ``most`` the walk ends soon after more than so many faults were found: enough to see that there are more.
    """
    faults = _Faults(most)
    made = _build(data, wanted, (), faults)
    return (None, tuple(faults.found)) if faults.found else (made, ())


def _build(data: object, wanted: Any, path: Path, faults: _Faults) -> Any:
    if isinstance(wanted, type) and issubclass(wanted, msgspec.Struct):
        return _build_record(data, wanted, path, faults)
    origin = get_origin(wanted)
    if origin in (Union, types.UnionType):
        if data is None:
            return None
        (inner,) = (arg for arg in get_args(wanted) if arg is not type(None))
        return _build(data, inner, path, faults)
    if origin is tuple:
        if not isinstance(data, Sequence) or isinstance(data, str):
            return faults.add(path, f"a list is needed here, found {_kind(data)}")
        inner = get_args(wanted)[0]
        return tuple(_build(each, inner, (*path, at), faults) for at, each in _until_full(enumerate(data), faults))
    if origin is dict:
        if not isinstance(data, Mapping):
            return faults.add(path, f"a mapping is needed here, found {_kind(data)}")
        inner = get_args(wanted)[1]
        entries = _until_full(data.items(), faults)
        return {str(key): _build(each, inner, (*path, str(key)), faults) for key, each in entries}
    return _build_scalar(data, wanted, path, faults)


def _until_full(entries: Iterable[Entry], faults: _Faults) -> Iterator[Entry]:
    for entry in entries:
        if faults.is_full:
            return
        yield entry


def _build_record(data: object, wanted: type[msgspec.Struct], path: Path, faults: _Faults) -> Any:
    if not isinstance(data, Mapping):
        needed = [field.encode_name for field in msgspec.structs.fields(wanted) if field.required]
        shape = ", ".join(f"{key}: ..." for key in needed)
        return faults.add(path, f"a mapping is needed here, found {_kind(data)}; write {{{shape}}}")
    fields, hints = _shape(wanted)
    for key in data:
        if key not in fields and not faults.is_full:
            known = ", ".join(sorted(fields))
            faults.add((*path, str(key)), f"unknown key; known here: {known}")
    made: dict[str, Any] = {}
    for key, field in fields.items():
        if key in data:
            made[field.name] = _build(data[key], hints[field.name], (*path, key), faults)
        elif field.required:
            faults.add((*path, key), "this key is missing; add it")
    return _MISSING if faults.found else wanted(**made)


@cache
def _shape(wanted: type[msgspec.Struct]) -> tuple[dict[str, msgspec.structs.FieldInfo], dict[str, Any]]:
    """The fields of a record by the names they are written by, and the types of their values."""
    return {field.encode_name: field for field in msgspec.structs.fields(wanted)}, get_type_hints(wanted)


def _build_scalar(data: object, wanted: Any, path: Path, faults: _Faults) -> Any:
    # People write periods and codes without quotes; YAML then reads 2017 as a number.
    plain = str(data) if wanted is str and isinstance(data, int) and not isinstance(data, bool) else data
    if wanted is str and isinstance(data, Decimal):
        return faults.add(path, f"{data} is read as a number; put it in quotes")
    try:
        return msgspec.convert(plain, wanted)
    except msgspec.ValidationError as refused:
        return faults.add(path, _mend(data, wanted) or str(refused))


def _mend(data: object, wanted: Any) -> str:
    """What to write instead of a refused scalar; empty where only the library can say what is wrong."""
    match data:
        case str():
            found = repr(data[:_SHOWN])
        case bool():
            found = str(data).lower()
        case Decimal():
            found = str(data)
        case _:
            found = _kind(data)
    if isinstance(wanted, type) and issubclass(wanted, StrEnum):
        codes = [code.value for code in wanted]
        near = ", ".join(get_close_matches(data, codes)) if isinstance(data, str) else ""
        hint = f"did you mean {near}? " if near else ""
        return f"{found} is not one of the codes; {hint}known: {', '.join(codes)}"
    return f"found {found}; {_MENDS[wanted]}" if wanted in _MENDS else ""


def _kind(data: object) -> str:
    match data:
        case None:
            return "nothing"
        case Mapping():
            return "a mapping"
        case str():
            return "a text"
        case Sequence():
            return "a list"
        case _:
            return repr(data)[:_SHOWN]
