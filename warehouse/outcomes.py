"""What became of each return and explanation, as messages to its sender.

At landing: landed, duplicate or dead-lettered, by the Kafka address. After an audit: the verdict on the slice and the
findings about the unit, for each return that the slice rests on and whose words changed since the slice was last
audited; so a slice of many units does not tell all of them again whenever one of them corrects a figure.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

import duckdb
import msgspec
import pyarrow as pa

from plan.canonical import digest
from plan.due import Slice
from plan.messages import TEXT_MAX, Finding, OutcomeKind, ReturnOutcome, Verdict, encode
from plan.topics import outcome_topic, sender_of
from warehouse.batch import Address, ReadDeadLetter, ReadExplanation, ReadReturn
from warehouse.due_slices import DueSlice
from warehouse.lake import utc
from warehouse.migrations import sql
from warehouse.outbox import Announcement
from warehouse.values import Judged


class _Envelope(msgspec.Struct, frozen=True):
    """What can be read of a refused message, so that its sender knows which it was."""

    return_id: str = ""
    explanation_id: str = ""
    form: str = ""
    unit: str = ""
    period: str = ""


_envelope_decoder = msgspec.json.Decoder(_Envelope)
_NOTHING = _Envelope()


def landing_outcomes(
    landed: Iterable[ReadReturn | ReadExplanation],
    repeated: Iterable[ReadReturn | ReadExplanation],
    dead: Iterable[ReadDeadLetter],
) -> list[Announcement]:
    """Outcomes of one landing for the senders that are told, in order of the Kafka addresses."""
    made = [_of_read(read, OutcomeKind.LANDED) for read in landed if read.is_told]
    made += [_of_read(read, OutcomeKind.DUPLICATE) for read in repeated if read.is_told]
    made += [_of_letter(letter) for letter in dead if letter.is_told]
    made.sort(key=lambda outcome: (outcome.topic, outcome.partition, outcome.offset))
    return [_announcement(outcome) for outcome in made]


def audit_outcomes(
    lake: duckdb.DuckDBPyConnection, due: Sequence[DueSlice], judged: Mapping[int, Judged]
) -> list[Announcement]:
    """Outcomes of one round of derivations. The inputs must be loaded, the round itself not yet stored."""
    told = _told_returns(lake, due)
    if not told:
        return []
    history = _History(lake, due)
    made: list[ReturnOutcome] = []
    for each in sorted(due, key=lambda found: found.order):
        now = judged[each.number]
        for address, outcome, known_at in told.get(each.number, ()):
            own = tuple(finding for finding in now.findings if finding.unit == outcome.unit)
            last = history.before(each, outcome.unit)
            words = (now.verdict, frozenset(_words(finding) for finding in own))
            if last is not None and known_at <= last[0] and words == last[1]:
                continue
            made.append(
                msgspec.structs.replace(
                    outcome,
                    outcome_id=_outcome_id(address, OutcomeKind.AUDITED, each.cutoff_at.isoformat(), each.view.hash),
                    at=each.cutoff_at,
                    verdict=now.verdict,
                    findings=own,
                )
            )
        history.add(each, now)
    return [_announcement(outcome) for outcome in made]


_Words = tuple[Verdict, frozenset[tuple[str, str, str]]]


def _of_read(read: ReadReturn | ReadExplanation, kind: OutcomeKind) -> ReturnOutcome:
    (form, period), read_id = read.scope, read.own_id
    return ReturnOutcome(
        outcome_id=_outcome_id(read.address, kind),
        kind=kind,
        topic=read.address.topic,
        partition=read.address.partition,
        offset=read.address.offset,
        return_id=read_id,
        form=form,
        unit=read.unit,
        period=period,
        at=read.received_at,
    )


def _of_letter(letter: ReadDeadLetter) -> ReturnOutcome:
    envelope = _envelope(letter.payload)
    return ReturnOutcome(
        outcome_id=_outcome_id(letter.address, OutcomeKind.DEAD_LETTERED),
        kind=OutcomeKind.DEAD_LETTERED,
        topic=letter.address.topic,
        partition=letter.address.partition,
        offset=letter.address.offset,
        # An explanation names the return it is about too; its own id is what its sender knows it by. Nobody has looked
        # at the length of any of these: whole, a long one would make an outcome that the broker never takes.
        return_id=(envelope.explanation_id or envelope.return_id)[:TEXT_MAX],
        form=envelope.form[:TEXT_MAX],
        unit=envelope.unit[:TEXT_MAX],
        period=envelope.period[:TEXT_MAX],
        at=letter.received_at,
        faults=letter.faults,
    )


def _envelope(payload: bytes | None) -> _Envelope:
    try:
        return _NOTHING if payload is None else _envelope_decoder.decode(payload)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return _NOTHING  # told by its address alone


def _outcome_id(address: Address, kind: OutcomeKind, *more: str) -> str:
    return digest(address.topic, str(address.partition), str(address.offset), kind.value, *more)


def _announcement(outcome: ReturnOutcome) -> Announcement:
    topic = outcome_topic(sender_of(outcome.topic))
    return Announcement(outcome.outcome_id, topic, outcome.unit, encode(outcome).decode())


def _told_returns(
    lake: duckdb.DuckDBPyConnection, due: Sequence[DueSlice]
) -> dict[int, list[tuple[Address, ReturnOutcome, dt.datetime]]]:
    """For each derivation the returns in force whose senders are told, with their addresses and known-at."""
    plans = {each.view.plan.id: each.view.plan for each in due}
    told = [(plan.id, sender.id) for plan in plans.values() for sender in plan.senders if sender.gets_outcomes]
    if not told:
        return {}
    plan_ids, sender_ids = zip(*told, strict=True)
    lake.register("told_senders", pa.table({"plan_id": plan_ids, "sender_id": sender_ids}))
    rows = lake.execute(sql("outcomes/told_return")).fetchall()
    lake.unregister("told_senders")
    found: dict[int, list[tuple[Address, ReturnOutcome, dt.datetime]]] = {}
    for number, topic, partition, offset, return_id, form, unit, period, known_at in rows:
        address = Address(topic, partition, offset)
        outcome = ReturnOutcome(
            outcome_id="",
            kind=OutcomeKind.AUDITED,
            topic=topic,
            partition=partition,
            offset=offset,
            return_id=return_id,
            form=form,
            unit=unit,
            period=period,
            at=utc(known_at),
        )
        found.setdefault(number, []).append((address, outcome, utc(known_at)))
    return found


class _History:
    """What was said of each slice and unit, by cut-off: as stored, and of this round as it goes on."""

    def __init__(self, lake: duckdb.DuckDBPyConnection, due: Sequence[DueSlice]) -> None:
        self._verdicts: dict[tuple[Slice, str], dict[dt.datetime, Verdict]] = {}
        self._findings: dict[tuple[Slice, str, dt.datetime, str], set[tuple[str, str, str]]] = {}
        keys = {(each.slice, each.view.hash) for each in due}
        columns = zip(*((each.form, each.period, each.area, made) for each, made in sorted(keys)), strict=True)
        names = ("form_id", "period", "area_id", "plan_hash")
        lake.register("looked_up", pa.table(dict(zip(names, columns, strict=True))))
        for form, period, area, plan_hash, cutoff_at, verdict in lake.execute(sql("outcomes/verdict")).fetchall():
            self._verdicts.setdefault((Slice(form, period, area), plan_hash), {})[utc(cutoff_at)] = Verdict(verdict)
        rows = lake.execute(sql("outcomes/finding")).fetchall()
        for form, period, area, plan_hash, cutoff_at, unit, *words in rows:
            key = (Slice(form, period, area), plan_hash, utc(cutoff_at), unit)
            self._findings.setdefault(key, set()).add((words[0], words[1], words[2]))
        lake.unregister("looked_up")

    def before(self, each: DueSlice, unit: str) -> tuple[dt.datetime, _Words] | None:
        """The newest words about a unit before a derivation, and their cut-off; None when there were none."""
        key = (each.slice, each.view.hash)
        earlier = [moment for moment in self._verdicts.get(key, {}) if moment < each.cutoff_at]
        if not earlier:
            return None
        last = max(earlier)
        said = frozenset(self._findings.get((*key, last, unit), ()))
        return last, (self._verdicts[key][last], said)

    def add(self, each: DueSlice, judged: Judged) -> None:
        """Note what is said now."""
        key = (each.slice, each.view.hash)
        self._verdicts.setdefault(key, {})[each.cutoff_at] = judged.verdict
        for finding in judged.findings:
            self._findings.setdefault((*key, each.cutoff_at, finding.unit), set()).add(_words(finding))


def _words(finding: Finding) -> tuple[str, str, str]:
    return (finding.check_id, finding.item, finding.observed)
