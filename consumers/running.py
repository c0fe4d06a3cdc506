"""Make the writer's parts from the environment and run it."""

import logging
from collections.abc import Callable, Mapping
from contextlib import ExitStack, closing

import duckdb

from broker.clients import cluster_id, make_admin, make_consumer, make_producer
from broker.settings import KafkaSettings
from broker.topics import ensure_topics
from consumers.announce import Muted
from consumers.budget import BudgetPolicy
from consumers.log_ends import LogEnds
from consumers.message import Place
from consumers.metrics import WriterMetrics, serving
from consumers.reader_process import ReaderProcess
from consumers.reading import Reader
from consumers.together import SharedWriter
from consumers.writer import Parts, Writer
from expectations.auditor import Auditor
from plan.topics import topics_of
from warehouse.held_open import held_open
from warehouse.lake import open_writer
from warehouse.locks import LockSession, open_session
from warehouse.migrations import migrate
from warehouse.settings import WarehouseSettings

log = logging.getLogger("qingyu.writer")


def run_writer(
    environ: Mapping[str, str],
    should_stop: Callable[[], bool],
    *,
    until_idle: bool,
    batch_records: int,
    muted_up_to: Mapping[Place, int] | None = None,
) -> None:
    """Open the lake and Kafka and run the loop; everything is closed at the end, whatever happens.

    Muted, it announces nothing, and therefore reads up to the offsets given and no further: for a lake that is rebuilt.
    """
    kafka = KafkaSettings.from_environ(environ)
    policy = BudgetPolicy.from_environ(environ)
    with ExitStack() as stack:
        lake, session = _open_lake(WarehouseSettings.from_environ(environ), stack)
        auditor = stack.enter_context(Auditor())
        admin = stack.enter_context(make_admin(kafka, log.info))
        ensure_topics(admin, kafka, topics_of(()), log.info)
        plan_reader, repair_reader = (
            Reader(stack.enter_context(closing(make_consumer(kafka, name, log.info))), kafka, batch_records)
            for name in ("qingyu-plans", "qingyu-repairs")
        )
        reader = stack.enter_context(ReaderProcess(kafka, "qingyu-writer", batch_records))
        producer = (
            stack.enter_context(closing(make_producer(kafka, "qingyu-writer", log.info)))
            if muted_up_to is None
            else Muted()
        )
        ends_consumer = stack.enter_context(closing(make_consumer(kafka, "qingyu-ends", log.info)))
        readers = (plan_reader, repair_reader, reader, LogEnds(ends_consumer, kafka))
        metrics = WriterMetrics()
        stack.enter_context(serving(metrics, environ.get("QINGYU_WRITER_METRICS", "")))
        parts = Parts(lake, kafka, admin, *readers, producer, auditor, cluster_id(admin), policy, metrics, muted_up_to)
        log.info("writing from %s", kafka.bootstrap)
        if session is None:
            Writer(parts).run(should_stop, until_idle)
        else:
            SharedWriter(parts, session).run(should_stop, until_idle)
    log.info("stopped")


def _open_lake(settings: WarehouseSettings, stack: ExitStack) -> tuple[duckdb.DuckDBPyConnection, LockSession | None]:
    """Open the lake in its newest shape; where its catalogue can serve several writers, with the session they share."""
    session = None
    with ExitStack() as setup:
        if settings.postgres_address is not None:
            session = stack.enter_context(open_session(settings.postgres_address, log.info))
            setup.enter_context(session.setup())
        lake = stack.enter_context(open_writer(settings))
        if settings.catalogue_file is not None:
            stack.enter_context(held_open(settings.catalogue_file))
        for number in migrate(lake):
            log.info("migration %04d applied", number)
    return lake, session
