"""Holds a SQLite catalogue open as long as the writer runs, so that no reader and no commit waits a second for others.

DuckDB opens the catalogue anew for each transaction. When the last connection of all processes closes, SQLite copies
its log back and deletes it, and the next one makes it anew: both alone, and whoever comes meanwhile must wait. The
SQLite in DuckDB's extension is built without ``usleep`` and waits whole seconds then. With one connection that stays,
none is ever the last.

It is held by a process of its own: SQLite's locks are the process's, and a second copy of the library that closes the
file would let go of the locks of the first (https://www.sqlite.org/howtocorrupt.html, 2.2.1). This file is that
program, too, and imports nothing of ours, so that it starts at once. It ends when its input does: with the writer,
however that ends. It may only read, so that its own closing touches nothing: after a writer was killed another lake may
lie there already.
"""

import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

_HELD = "held"
_ENDS_WITHIN_S = 10


class NotHeld(Exception):
    """The catalogue could not be opened; what SQLite said stands above it in the writer's log."""


@contextmanager
def held_open(catalogue: Path) -> Iterator[None]:
    """Hold a catalogue that is there open; raises :class:`NotHeld`."""
    with subprocess.Popen(
        [sys.executable, "-I", __file__, str(catalogue)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdin is not None
        assert holder.stdout is not None
        try:
            if holder.stdout.readline().strip() != _HELD:
                raise NotHeld(f"{catalogue} could not be held open; look at the file, then start the writer again")
            yield
        finally:
            holder.stdin.close()
            try:
                holder.wait(_ENDS_WITHIN_S)
            except subprocess.TimeoutExpired:
                holder.kill()  # it only ever read: nothing is lost


def _hold(catalogue: str) -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)  # the writer decides when it ends
    with closing(sqlite3.connect(f"{Path(catalogue).absolute().as_uri()}?mode=ro", uri=True)) as held:
        held.execute("SELECT count(*) FROM sqlite_master").fetchone()  # opened only by the first look
        sys.stdout.write(f"{_HELD}\n")
        sys.stdout.flush()
        sys.stdin.read()


if __name__ == "__main__":
    _hold(sys.argv[1])
