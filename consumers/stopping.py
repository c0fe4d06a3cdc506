"""Faults that stop a command: said in one sentence with the mend, exit code 1; 3 for a writer that must stay down."""

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb
import typer
from kafka.errors import KafkaError
from rich.console import Console
from rich.markup import escape

from broker.faults import BrokerFault
from consumers.budget import BudgetSpent
from consumers.reader_process import ReaderStopped
from expectations.auditor import AuditorGone
from warehouse.lake import LakeBroken, LakeMissing, WriterBusy
from warehouse.landing import OffsetGap
from warehouse.leading import TermOver
from warehouse.locks import LocksLost, PostgresAway
from warehouse.migrations import MigrationFault
from warehouse.settings import SettingsFault
from warehouse.sources import AccountingBroken, OtherCluster

_STOPPING = (
    BrokerFault, KafkaError, AuditorGone, LakeMissing, LakeBroken, WriterBusy, OffsetGap, MigrationFault, SettingsFault,
    AccountingBroken, OtherCluster, ReaderStopped, LocksLost, PostgresAway, TermOver,
)  # fmt: skip


STAY_DOWN = 3
"""The supervisor does not start a writer again that ended so (deploy/supervisord.conf)."""


@contextmanager
def stopping_faults() -> Iterator[None]:
    """Say a known fault in red on standard error and leave with its exit code."""
    try:
        yield
    except BudgetSpent as spent:
        Console(stderr=True, emoji=False, markup=False).print(str(spent), style="red", highlight=False)
        raise typer.Exit(STAY_DOWN) from spent
    except _STOPPING as fault:
        Console(stderr=True, emoji=False).print(f"[red]{type(fault).__name__}[/red] {fault}", highlight=False)
        raise typer.Exit(1) from fault
    except duckdb.OperationalError as fault:
        Console(stderr=True, emoji=False).print(
            f"[red]the lake cannot be written or read[/red] {escape(str(fault))}\n"
            "It is whole: what was not committed is read again. If the disk is full, make room; then start again",
            highlight=False,
        )
        raise typer.Exit(1) from fault
