"""Make the writer's parts from the environment and run it."""

import logging
from collections.abc import Callable, Mapping
from contextlib import ExitStack, closing

from broker.clients import cluster_id, make_admin, make_consumer, make_producer
from broker.settings import KafkaSettings
from broker.topics import ensure_topics
from consumers.announce import Muted
from consumers.budget import BudgetPolicy
from consumers.reader_process import ReaderProcess
from consumers.reading import Reader
from consumers.writer import Parts, Writer
from expectations.auditor import Auditor
from plan.topics import topics_of
from warehouse.lake import open_writer
from warehouse.migrations import migrate
from warehouse.settings import WarehouseSettings

log = logging.getLogger("qingyu.writer")


def run_writer(
    environ: Mapping[str, str],
    should_stop: Callable[[], bool],
    *,
    until_idle: bool,
    batch_records: int,
    is_muted: bool = False,
) -> None:
    """Open the lake and Kafka and run the loop; everything is closed at the end, whatever happens.

    Muted, it announces nothing: for a lake that is rebuilt.
    """
    kafka = KafkaSettings.from_environ(environ)
    policy = BudgetPolicy.from_environ(environ)
    with ExitStack() as stack:
        lake = stack.enter_context(open_writer(WarehouseSettings.from_environ(environ)))
        for number in migrate(lake):
            log.info("migration %04d applied", number)
        auditor = stack.enter_context(Auditor())
        admin = stack.enter_context(make_admin(kafka, log.info))
        ensure_topics(admin, kafka, topics_of(()), log.info)
        plan_reader, repair_reader = (
            Reader(stack.enter_context(closing(make_consumer(kafka, name, log.info))), kafka, batch_records)
            for name in ("qingyu-plans", "qingyu-repairs")
        )
        reader = stack.enter_context(ReaderProcess(kafka, "qingyu-writer", batch_records))
        producer = (
            Muted() if is_muted else stack.enter_context(closing(make_producer(kafka, "qingyu-writer", log.info)))
        )
        parts = Parts(
            lake, kafka, admin, plan_reader, repair_reader, reader, producer, auditor, cluster_id(admin), policy
        )
        log.info("writing from %s", kafka.bootstrap)
        Writer(parts).run(should_stop, until_idle)
    log.info("stopped")
