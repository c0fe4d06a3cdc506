"""Send a simulation day by day, after making sure that it cannot mix with anything real."""

import datetime as dt
from collections.abc import Callable, Iterator

import msgspec
from kafka import KafkaConsumer, TopicPartition

from broker.settings import KafkaSettings
from plan.decoding import decode
from plan.messages import PLAN_BYTES_MAX, PlanMessage
from plan.topics import PLANS, return_topics, split_return_topic
from producers.publisher import Publisher
from producers.simulator.sending import INTRUDER, SIMULATOR
from producers.simulator.simulation import Simulation

_DAY = dt.timedelta(days=1)
_POLL_MS = 2_000
_MEND = "Simulate into a log of its own: set QINGYU_TOPIC_PREFIX and QINGYU_VAR to other values than the real ones."
_plan_decoder = msgspec.json.Decoder(PlanMessage)


class WouldMix(Exception):
    """The log holds something that is not simulated; ``mend`` says what to do."""

    mend = _MEND


def check_log(simulation: Simulation, settings: KafkaSettings, consumer: KafkaConsumer) -> None:
    """Raises WouldMix when the log holds the real plan, another simulation, or returns of anybody but the simulator."""
    topics = return_topics((simulation.plan,))
    real = [topic for topic in topics if split_return_topic(topic)[1] not in (SIMULATOR, INTRUDER)]
    for topic in real:
        if _has_messages(consumer, settings.topic(topic)):
            raise WouldMix(f"the topic {settings.topic(topic)} holds returns that are not simulated")
    plans = [each.plan for each in _plans_in(consumer, settings.topic(PLANS)) if each.plan.id == simulation.plan.id]
    for plan in plans:
        if SIMULATOR not in {sender.id for sender in plan.senders}:
            raise WouldMix(f"the log holds the real plan {plan.id}, version {plan.version}")
    for plan in plans:
        if plan.document != simulation.plan.document:
            raise WouldMix(f"the log holds another simulation: {plan.document}")


def send(
    simulation: Simulation, publisher: Publisher, show_day: Callable[[dt.date], None]
) -> Iterator[tuple[dt.date, int]]:
    """Send the plan, then each day's tick before its returns; yields the days with returns and how many were sent."""
    publisher.send_plans((simulation.plan,))
    by_day = simulation.by_day
    quiet: list[dt.date] = []
    day = simulation.first_day
    while day <= simulation.last_tick:
        quiet.append(day)
        if day in by_day or day == simulation.last_tick:
            publisher.send_ticks(quiet)
            quiet = []
        if day in by_day:
            messages = ((each.topic, each.unit, each.payload) for each in by_day[day])
            yield day, publisher.send_past_the_contract(messages)
        show_day(day)
        day += _DAY


def _has_messages(consumer: KafkaConsumer, topic: str) -> bool:
    return any(end > 0 for end in consumer.end_offsets(_partitions(consumer, topic)).values())


def _partitions(consumer: KafkaConsumer, topic: str) -> list[TopicPartition]:
    return [TopicPartition(topic, at) for at in sorted(consumer.partitions_for_topic(topic) or ())]


def _plans_in(consumer: KafkaConsumer, topic: str) -> Iterator[PlanMessage]:
    partitions = _partitions(consumer, topic)
    ends = consumer.end_offsets(partitions)
    consumer.assign(partitions)
    for partition in partitions:
        consumer.seek(partition, 0)
    while any(consumer.position(partition) < end for partition, end in ends.items()):
        for records in consumer.poll(timeout_ms=_POLL_MS).values():
            for record in records:
                yield decode(record.value, PlanMessage, _plan_decoder.decode, PLAN_BYTES_MAX)
