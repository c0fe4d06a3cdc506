"""Real lakes in a temporary folder, and one round of the writer without Kafka and without an audit."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from plan.book import PlanBook
from plan.messages import Verdict
from tests.support.memory_log import MemoryLog
from warehouse.derivation import store
from warehouse.due_slices import find_work
from warehouse.inputs import load_inputs
from warehouse.lake import open_writer
from warehouse.landing import land
from warehouse.migrations import migrate
from warehouse.settings import WarehouseSettings
from warehouse.values import Judged, compute_values


def lake_settings(folder: Path) -> WarehouseSettings:
    """A lake in a folder with a Chinese name, a space and a quote: the paths people really have."""
    return WarehouseSettings.from_environ({"QINGYU_VAR": str(folder / "晴雨 lake's")})


class LakeYard:
    """One place on disk where an empty, migrated lake can be had again and again.

    Migrating takes seconds, copying does not. A lake knows its data path to the letter, so each is put into the
    same place, in place of the one before.
    """

    def __init__(self, folder: Path) -> None:
        self.settings = lake_settings(folder)
        self._place = Path(self.settings.data_path).parent
        self._mould = folder / "mould"
        with open_writer(self.settings) as lake:
            migrate(lake)
        shutil.copytree(self._place, self._mould)

    def keep(self) -> None:
        """From now on ``fresh`` gives the lake as it is now. Nobody may have it open."""
        shutil.rmtree(self._mould)
        shutil.copytree(self._place, self._mould)

    @contextmanager
    def fresh(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """The writing connection of an empty, migrated lake."""
        shutil.rmtree(self._place)
        shutil.copytree(self._mould, self._place)
        with open_writer(self.settings) as lake:
            yield lake


def derive_unaudited(lake: duckdb.DuckDBPyConnection, book: PlanBook) -> int:
    """Derive what is due, every slice passed; returns the number of derivations."""
    work = find_work(lake, book)
    load_inputs(lake, work.due)
    judged = {each.number: Judged(Verdict.PASSED, ()) for each in work.due}
    store(lake, book, work, judged, compute_values(lake, work.due, judged))
    return len(work.due)


def work_off(
    lake: duckdb.DuckDBPyConnection,
    log: MemoryLog,
    book: PlanBook,
    at_most: int = 1_000_000,
    backwards: bool = False,
) -> None:
    """Land and derive batch after batch until the log is read."""
    while (batch := log.batch(book, at_most, backwards)).spans:
        land(lake, batch)
        derive_unaudited(lake, book)
