"""A reader in a process of its own: polls the lake until a file appears and says what it saw, as JSON.

Usage: ``python -m tests.support.poll_lake STOP_FILE`` with the warehouse's environment. The first line printed means
that it has begun.
"""

import json
import os
import sys
from pathlib import Path

from warehouse.lake import open_reader
from warehouse.settings import WarehouseSettings

# From different tables: half a commit would tear them apart. The writer lands as many cells as messages.
_QUERY = """
SELECT
    (SELECT count(*) FROM raw_return) + (SELECT count(*) FROM dead_letter),
    (SELECT coalesce(sum(next_offset), 0) FROM kafka_source),
    (SELECT coalesce(sum(landed + dead_lettered), 0) FROM kafka_source),
    (SELECT count(*) FROM fct_observation)
"""


def main() -> None:
    """Poll; each look is one snapshot, alternately of one statement and of a transaction of two."""
    stop = Path(sys.argv[1])
    lake = open_reader(WarehouseSettings.from_environ(os.environ))
    seen: set[int] = set()
    torn: list[list[int]] = []
    looks = 0
    sys.stdout.write("begun\n")
    sys.stdout.flush()
    is_last = False
    while not is_last:
        is_last = stop.exists()
        looks += 1
        lake.execute("BEGIN TRANSACTION")
        found = [tuple(int(value) for value in lake.execute(_QUERY).fetchall()[0]) for _ in range(2)]
        lake.execute("COMMIT")
        rows, offsets, accounted, cells = found[0]
        seen.add(rows)
        if not (rows == offsets == accounted == cells and found[0] == found[1]):
            torn.append([*found[0], *found[1]])
    lake.close()
    sys.stdout.write(json.dumps({"looks": looks, "seen": sorted(seen), "torn": torn}) + "\n")


main()
