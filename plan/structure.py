"""Turn plain data into typed records and list every fault on the way, not only the first.

msgspec stops at the first fault; a reporter or a plan author wants all of them. This walk is the slow,
complete path: it is taken for plan files, and for a message only after the fast path refused it.
"""

import datetime as dt
import types
from collections.abc import Mapping, Sequence
from decimal import Decimal
from difflib import get_close_matches
from enum import StrEnum
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

import msgspec

T = TypeVar("T")
Path = tuple[str | int, ...]


class StructureFault(msgspec.Struct, frozen=True):
    """One place where the data do not have the shape asked for."""

    path: Path
    says: str


class _Missing:
    """Stands for a value that could not be built; its faults are listed already."""


_MISSING = _Missing()
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


def build(data: object, wanted: type[T]) -> tuple[T | None, tuple[StructureFault, ...]]:
    """Build ``wanted`` from mappings, lists and scalars; returns (record or None, all faults)."""
    faults: list[StructureFault] = []
    made = _build(data, wanted, (), faults)
    return (None, tuple(faults)) if faults else (made, ())


def _build(data: object, wanted: Any, path: Path, faults: list[StructureFault]) -> Any:
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
            return _fault(faults, path, f"a list is needed here, found {_kind(data)}")
        inner = get_args(wanted)[0]
        return tuple(_build(each, inner, (*path, at), faults) for at, each in enumerate(data))
    if origin is dict:
        if not isinstance(data, Mapping):
            return _fault(faults, path, f"a mapping is needed here, found {_kind(data)}")
        inner = get_args(wanted)[1]
        return {str(key): _build(each, inner, (*path, str(key)), faults) for key, each in data.items()}
    return _build_scalar(data, wanted, path, faults)


def _build_record(data: object, wanted: type[msgspec.Struct], path: Path, faults: list[StructureFault]) -> Any:
    if not isinstance(data, Mapping):
        needed = [field.encode_name for field in msgspec.structs.fields(wanted) if field.required]
        shape = ", ".join(f"{key}: ..." for key in needed)
        return _fault(faults, path, f"a mapping is needed here, found {_kind(data)}; write {{{shape}}}")
    fields = {field.encode_name: field for field in msgspec.structs.fields(wanted)}
    hints = get_type_hints(wanted)
    for key in data:
        if key not in fields:
            known = ", ".join(sorted(fields))
            _fault(faults, (*path, str(key)), f"unknown key; known here: {known}")
    made: dict[str, Any] = {}
    for key, field in fields.items():
        if key in data:
            made[field.name] = _build(data[key], hints[field.name], (*path, key), faults)
        elif field.required:
            _fault(faults, (*path, key), "this key is missing; add it")
    if any(value is _MISSING for value in made.values()) or len(faults) > 0:
        return _MISSING
    return wanted(**made)


def _build_scalar(data: object, wanted: Any, path: Path, faults: list[StructureFault]) -> Any:
    # People write periods and codes without quotes; YAML then reads 2017 as a number.
    plain = str(data) if wanted is str and isinstance(data, int) and not isinstance(data, bool) else data
    if wanted is str and isinstance(data, Decimal):
        return _fault(faults, path, f"{data} is read as a number; put it in quotes")
    try:
        return msgspec.convert(plain, wanted)
    except msgspec.ValidationError as refused:
        return _fault(faults, path, _mend(data, wanted) or str(refused))


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


def _fault(faults: list[StructureFault], path: Path, says: str) -> _Missing:
    faults.append(StructureFault(path, says))
    return _MISSING


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
            return f"{data!r}"
