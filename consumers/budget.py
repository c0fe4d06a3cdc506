"""The failure budget: when refusals of a topic explode, the writer stops and asks for a person.

A few bad returns are daily business. When most of what a sender sends is refused, something else is wrong: a plan that
was not sent, a sender's new program, a form of another version. Going on would only fill the dead letters.
"""

from collections import Counter, deque
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum

import msgspec

from plan.faults import Fault, FaultCode
from warehouse.batch import Account, ReadDeadLetter
from warehouse.settings import SettingsFault

_VARIABLES = {"window": "QINGYU_REFUSALS_WINDOW", "least": "QINGYU_REFUSALS_LEAST", "most_pct": "QINGYU_REFUSALS_PCT"}


_AT_LANDING = FaultCode.SAME_ID_OTHER_CONTENT.value


class BudgetPolicy(msgspec.Struct, frozen=True):
    """Of the last ``window`` messages read on a topic, ``least`` of them at least, at most ``most_pct`` may be refused.

    A share of 100 is never exceeded: it switches the budget off.
    """

    window: int = 1_000
    least: int = 200
    most_pct: int = 50

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> "BudgetPolicy":
        """Read QINGYU_REFUSALS_WINDOW, _LEAST and _PCT; raises :class:`warehouse.settings.SettingsFault`."""
        usual = cls()
        named = {field: environ.get(variable, "").strip() for field, variable in _VARIABLES.items()}
        given = {field: _whole(field, text) for field, text in named.items() if text}
        made = msgspec.structs.replace(usual, **given)
        if made.most_pct > 100 or made.least < 1 or made.least > made.window:
            raise SettingsFault(
                f"{', '.join(_VARIABLES.values())} are {made.window}, {made.least} and {made.most_pct}: the least must "
                "be at least 1 and within the window, the share at most 100"
            )
        return made


class Refusals(msgspec.Struct, frozen=True):
    """What became of the messages of one landing on one topic: read, refused, and how often for which fault."""

    read: int
    refused: int
    codes: Mapping[str, int]


class Standing(StrEnum):
    """Whether a topic's budget still holds."""

    WITHIN = "within"
    SPENT = "spent"


class Judgement(msgspec.Struct, frozen=True):
    """The standing of a topic with what it rests on; ``code`` is the most frequent fault."""

    standing: Standing
    read: int
    refused: int
    code: str


def judge(recent: Sequence[Refusals], policy: BudgetPolicy) -> Judgement:
    """Judge the recent landings of a topic. Pure."""
    read = sum(each.read for each in recent)
    refused = sum(each.refused for each in recent)
    codes: Counter[str] = Counter()
    for each in recent:
        codes.update(each.codes)
    most = min(codes, key=lambda code: (-codes[code], code), default="")
    is_spent = read >= policy.least and refused * 100 > read * policy.most_pct
    return Judgement(Standing.SPENT if is_spent else Standing.WITHIN, read, refused, most)


class BudgetSpent(Exception):
    """The refusals of a topic have exploded; the message says which, how many, why, and the mend."""


class Budget:
    """The recent landings of each topic. They are in memory only: a writer started by hand begins anew and goes on."""

    def __init__(self, policy: BudgetPolicy) -> None:
        self._policy = policy
        self._recent: dict[str, deque[Refusals]] = {}

    def count(self, accounts: Mapping[tuple[str, int], Account], dead: Iterable[ReadDeadLetter]) -> None:
        """Count what has landed; raises :class:`BudgetSpent`. By then the refused messages are in the dead letters."""
        totals: dict[str, Account] = {}
        for (topic, _), account in accounts.items():
            totals[topic] = totals.get(topic, Account()).plus(account)
        codes: dict[str, Counter[str]] = {topic: Counter() for topic in totals}
        # What the batch does not know as refused, the landing has found out.
        unseen = {topic: account.dead_lettered for topic, account in totals.items()}
        examples: dict[tuple[str, str], Fault] = {}
        for letter in dead:
            topic = letter.address.topic
            unseen[topic] -= 1
            for fault in {fault.code.value: fault for fault in letter.faults}.values():
                codes[topic][fault.code.value] += 1
                examples.setdefault((topic, fault.code.value), fault)
        for topic, account in sorted(totals.items()):
            codes[topic][_AT_LANDING] += unseen[topic]
            found = self._judge(topic, Refusals(account.consumed, account.dead_lettered, codes[topic]))
            if found.standing is Standing.SPENT:
                raise BudgetSpent(_sentence(topic, found, examples.get((topic, found.code))))

    def _judge(self, topic: str, newest: Refusals) -> Judgement:
        recent = self._recent.setdefault(topic, deque())
        recent.append(newest)
        # The window is kept to whole landings: it holds as many messages as the policy says, or a landing more.
        read = sum(each.read for each in recent)
        while read - recent[0].read >= self._policy.window:
            read -= recent.popleft().read
        return judge(recent, self._policy)


def _sentence(topic: str, found: Judgement, example: Fault | None) -> str:
    such = f" ({example.place}: {example.says_en})" if example is not None else ""
    return (
        f"{topic}: {found.refused} of the last {found.read} messages ({found.refused * 100 // found.read} %) were "
        f"refused, most often {found.code}{such}. The writer stops; what was refused is in the lake. "
        f"Look at `qingyu dead-letters list --topic {topic}`, mend the cause (a plan not sent, a sender's program), "
        "then start the writer again: it goes on. See docs/runbooks/dead-letters.md"
    )


def _whole(field: str, text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise SettingsFault(f"{_VARIABLES[field]}: {text!r} is not a whole number; correct it or unset it")
    return int(text)
