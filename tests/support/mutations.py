"""Spoil messages as a careless or hostile sender would: bytes, JSON, shapes, figures, names, texts, topics.

Everything is drawn from one seeded source of chance, so that a message that did harm can be made again.
"""

import json
import random
from collections.abc import Callable, Sequence
from copy import deepcopy
from typing import Any

import msgspec

from plan.canonical import plan_hash
from plan.messages import RETURN_BYTES_MAX
from plan.model import Plan
from plan.topics import PLANS
from tests.support.rows_plan import HIDDEN

LONG_ONE_IN = 2_000
"""So seldom is a message longer than any may be: it costs a thousand others."""


class Base(msgspec.Struct, frozen=True):
    """A good message, to be spoiled, and the topic it belongs on."""

    topic: str
    payload: bytes


class Raw(str):
    """JSON as it shall stand in the message, right or wrong."""

    __slots__ = ()


class Pairs(list[tuple[str, Any]]):
    """An object whose keys may stand twice."""


_NUMBERS = (
    "NaN", "Infinity", "-Infinity", "1e400", "-1e400", "1e-400", "-0", "-0.0", "0", "1e308", "5e-324", "1e15",
    "999999999999999.9", "9" * 400, "9007199254740993", "9223372036854775808", "-9223372036854775809", "2147483648",
    "0.1000000000000000055511151231257827", "01", "+1", ".5", "1.", "0x10", "1_000", "١٢", "１２",
)  # fmt: skip
_TEXTS = (
    "", " ", "\x00", "0", "null", "2017-13", "2017-02-30", "2017-W01", "0000-00-00", "9999-12-31", "2017-06-30",
    "2017-01..12", "12:60", "24:00", "'; DROP TABLE raw_return; --", "{{7*7}}", "=cmd|' /C calc'!A0", "../../etc",
    "nan", "一" * 501, "x" * 501, "x" * 20_000, "é", "e\u0301", "ﬁ", "İ", "ß", "🏭", *HIDDEN.values(),
)  # fmt: skip
_RAW_TEXTS = (r'"\ud800"', r'"\udc00\ud800"', r'"\u0000"', r'"\x41"', '"\t"', "'one'", '"open', "True", "undefined")
_LOOK_ALIKES = str.maketrans({"e": "е", "a": "а", "o": "о", "c": "с", "i": "і", "p": "р"})
_PLAIN: tuple[Any, ...] = (None, True, False, 0, -1, 1.5, 2**31, [], {}, [[]], [None], {"": ""}, [{}])
_DEPTHS = (3, 15, 16, 17, 200, 5_000)


class Fuzzer:
    """Makes spoiled messages of good ones, one after the other."""

    def __init__(self, bases: Sequence[Base], seed: int) -> None:
        self._bases = tuple(bases)
        self._topics = tuple(dict.fromkeys(base.topic for base in bases))
        self._chance = random.Random(seed)
        self._made = 0
        self._of_bytes: tuple[Callable[[bytes], bytes | None], ...] = (
            self._flip, self._cut, self._insert, self._double, self._encode_otherwise, self._nothing, self._garbage,
        )  # fmt: skip
        self._of_shape: tuple[Callable[[Any], Any], ...] = (
            self._set_number, self._set_text, self._set_raw_text, self._set_plain, self._set_deep, self._drop,
            self._add_key, self._look_alike, self._twice_the_key, self._repeat, self._swap, self._quote, self._rename,
            *(self._of_its_kind,) * 8,
        )  # fmt: skip
        self._words: dict[str, list[Any]] = {}
        for base in bases:
            self._gather(json.loads(base.payload))

    def spoiled(self) -> tuple[str, bytes | None]:
        """The topic and the bytes of the next spoiled message; now and then it is none the worse for it."""
        chance = self._chance
        base = chance.choice(self._bases)
        self._made += 1
        if chance.randrange(LONG_ONE_IN) == 0:
            return base.topic, self._longer_than_any(base.payload)
        topic = chance.choice(self._topics) if chance.random() < 0.06 else base.topic
        if chance.random() < 0.35:
            return topic, chance.choice(self._of_bytes)(base.payload)
        data = json.loads(base.payload)
        if chance.random() < 0.7:
            self._give_id(data)
        for _ in range(chance.choice((0, 1, 1, 1, 2, 3, 6))):
            data = chance.choice(self._of_shape)(data)
        if base.topic == PLANS and chance.random() < 0.5:
            self._stamp(data)
        return topic, dump(data).encode("utf-8", "surrogatepass")

    def _give_id(self, data: dict[str, Any]) -> None:
        """An id of its own, so that it is no mere repeat of its base."""
        for key in ("return_id", "explanation_id", "assessment_id", "transition_id"):
            if key in data:
                data[key] = f"spoiled-{self._made}"

    def _stamp(self, data: Any) -> None:
        """The right hash of a spoiled plan, so that it is read on."""
        try:
            data["plan_hash"] = plan_hash(msgspec.json.decode(dump(data["plan"]), type=Plan))
        except (msgspec.MsgspecError, TypeError, KeyError, UnicodeEncodeError, RecursionError):
            return  # the shape is spoiled already

    # --- bytes -------------------------------------------------------------------------------------------------

    def _flip(self, payload: bytes) -> bytes:
        spoiled = bytearray(payload)
        for _ in range(self._chance.choice((1, 1, 2, 8))):
            spoiled[self._chance.randrange(len(spoiled))] ^= 1 << self._chance.randrange(8)
        return bytes(spoiled)

    def _cut(self, payload: bytes) -> bytes:
        first, last = sorted(self._chance.randrange(len(payload) + 1) for _ in range(2))
        return self._chance.choice((payload[:first], payload[last:], payload[:first] + payload[last:]))

    def _insert(self, payload: bytes) -> bytes:
        at = self._chance.randrange(len(payload) + 1)
        found = self._chance.choice(
            (b"\x00", b"\xff", b"\xed\xa0\x80", b"\xc0\xaf", b"\xef\xbb\xbf", b"\n", b"}", b'"')
        )
        return payload[:at] + found + payload[at:]

    def _double(self, payload: bytes) -> bytes:
        return payload + self._chance.choice((payload, b"\n" + payload, b" ", b"\x00", b",", b"]"))

    def _encode_otherwise(self, payload: bytes) -> bytes:
        text = payload.decode()
        return self._chance.choice(
            (text.encode("utf-16"), text.encode("gb18030"), b"\xef\xbb\xbf" + payload, text.encode("utf-7"))
        )

    def _nothing(self, _payload: bytes) -> bytes | None:
        return self._chance.choice((None, b"", b" ", b"null", b"{}", b"[]", b'""', b"0"))

    def _garbage(self, _payload: bytes) -> bytes:
        return self._chance.randbytes(self._chance.choice((1, 16, 300)))

    def _longer_than_any(self, payload: bytes) -> bytes:
        return payload[:-1] + b" " * RETURN_BYTES_MAX + payload[-1:]

    # --- shapes ------------------------------------------------------------------------------------------------

    def _set_number(self, data: Any) -> Any:
        return self._set(data, Raw(self._chance.choice(_NUMBERS)))

    def _set_text(self, data: Any) -> Any:
        return self._set(data, self._chance.choice(_TEXTS))

    def _set_raw_text(self, data: Any) -> Any:
        return self._set(data, Raw(self._chance.choice(_RAW_TEXTS)))

    def _set_plain(self, data: Any) -> Any:
        return self._set(data, deepcopy(self._chance.choice(_PLAIN)))

    def _set_deep(self, data: Any) -> Any:
        depth = self._chance.choice(_DEPTHS)
        opens, closes = self._chance.choice((("[", "]"), ('{"cells":', "}")))
        return self._set(data, Raw(opens * depth + "1" + closes * depth))

    def _drop(self, data: Any) -> Any:
        holder, key = self._place(data)
        if holder is not None:
            del holder[key]
        return data

    def _add_key(self, data: Any) -> Any:
        key = self._chance.choice(
            ("surplus", "value", "unit", "area", "row", "text", "sources", "note", *HIDDEN.values())
        )
        self._object(data)[key] = self._chance.choice((1, "x", [], None))
        return data

    def _look_alike(self, data: Any) -> Any:
        found = self._object(data)
        if found:
            key = self._chance.choice(sorted(found))
            other = self._chance.choice((key.translate(_LOOK_ALIKES), key + " ", key.upper(), key + "\u200b"))
            found[other] = found.pop(key)
        return data

    def _twice_the_key(self, data: Any) -> Any:
        holder, key = self._place(data)
        if holder is not None and isinstance(holder[key], dict) and holder[key]:
            pairs = list(holder[key].items())
            again = self._chance.choice(pairs)[0]
            holder[key] = Pairs([*pairs, (again, self._chance.choice((1, "x", None)))])
        return data

    def _repeat(self, data: Any) -> Any:
        holder, key = self._place(data)
        if isinstance(holder, list):
            times = self._chance.choice((1, 1, 2, 100))
            holder.extend(deepcopy(holder[key]) for _ in range(times))
        return data

    def _swap(self, data: Any) -> Any:
        (one, here), (other, there) = self._place(data), self._place(data)
        if one is not None and other is not None:
            one[here], other[there] = deepcopy(other[there]), deepcopy(one[here])
        return data

    def _quote(self, data: Any) -> Any:
        holder, key = self._place(data)
        if holder is not None:
            found = holder[key]
            if isinstance(found, int | float):
                holder[key] = str(found)
            elif isinstance(found, str):
                holder[key] = Raw(found or "0")
        return data

    def _rename(self, data: Any) -> Any:
        """A word that is right elsewhere: of another message."""
        other = json.loads(self._chance.choice(self._bases).payload)
        holder, key = self._place(other)
        return data if holder is None else self._set(data, holder[key])

    def _of_its_kind(self, data: Any) -> Any:
        """Another value that could stand here by its type: the shape stays right, what it says does not."""
        holder, key = self._place(data)
        if not isinstance(holder, dict):
            return data
        match holder[key]:
            case Raw() | bool() | None:
                return data
            case int():
                holder[key] = self._chance.choice((0, 1, -1, 2, 96, 10**6, 2**31 - 1))
            case float():
                holder[key] = self._chance.choice(
                    (0.0, -1.5, 0.1, 1e-9, 1e14, 1e16, float(self._chance.randrange(100)))
                )
            case str():
                known = self._words.get(key, ["x"])
                holder[key] = self._chance.choice(_TEXTS if self._chance.random() < 0.3 else known)
        return data

    def _gather(self, data: Any) -> None:
        for key, value in data.items() if isinstance(data, dict) else ():
            if isinstance(value, str):
                self._words.setdefault(key, []).append(value)
        for inner in data.values() if isinstance(data, dict) else data if isinstance(data, list) else ():
            self._gather(inner)

    def _set(self, data: Any, value: Any) -> Any:
        holder, key = self._place(data)
        if holder is None:
            return value
        holder[key] = value
        return data

    def _place(self, data: Any) -> tuple[Any, Any]:
        """A place somewhere inside: who holds it, and under which key; (None, None) when there is none."""
        holder, key = None, None
        while isinstance(data, dict | list) and not isinstance(data, Pairs) and data:
            holder, key = data, self._chance.choice(sorted(data) if isinstance(data, dict) else range(len(data)))
            data = data[key]
            if self._chance.random() < 0.3:
                break
        return holder, key

    def _object(self, data: Any) -> dict[str, Any]:
        """An object somewhere inside; an empty one of nobody when there is none."""
        for _ in range(5):
            holder, key = self._place(data)
            if holder is not None and isinstance(holder[key], dict):
                return holder[key]
        return data if isinstance(data, dict) else {}


def dump(data: Any) -> str:
    """JSON of data in which raw JSON and objects with repeated keys may stand."""
    match data:
        case Raw():
            return str(data)
        case Pairs():
            return "{" + ",".join(f"{json.dumps(key)}:{dump(value)}" for key, value in data) + "}"
        case dict():
            return "{" + ",".join(f"{json.dumps(key)}:{dump(value)}" for key, value in data.items()) + "}"
        case list():
            return "[" + ",".join(map(dump, data)) + "]"
        case _:
            return json.dumps(data, ensure_ascii=False)
