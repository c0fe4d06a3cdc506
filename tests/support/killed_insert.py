"""Begins to write a table of the lake and is killed in the middle: ``python -m tests.support.killed_insert``.

So many rows at once go to a file at once; the commit that would have told the catalogue of it never comes.
"""

import os
import signal

from warehouse.lake import open_writer
from warehouse.settings import WarehouseSettings

ROWS = 5_000

if __name__ == "__main__":
    with open_writer(WarehouseSettings.from_environ(os.environ)) as lake:
        lake.execute("BEGIN TRANSACTION")
        lake.execute("INSERT INTO raw_tick SELECT 1, range, DATE '2018-01-01' FROM range(?)", [ROWS])
        os.kill(os.getpid(), signal.SIGKILL)
