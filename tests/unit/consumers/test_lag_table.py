"""The account of every message can be read in whatever terminal an operator has."""

import io

import pytest
from rich.console import Console

from consumers.lag import Lag
from consumers.lag_table import account_table
from warehouse.batch import Account

LONGEST = "returns.emission-permit-execution-quarterly.environment-system-of-the-city"


@pytest.mark.parametrize("columns", [60, 80, 200])
def test_every_count_is_whole_however_long_the_topic(columns: int) -> None:
    out = io.StringIO()
    account = Account(1_234_567, 1_234_500, 60, 7)
    Console(file=out, width=columns).print(account_table([Lag(LONGEST, 0, account, 89)]))

    said = out.getvalue()
    assert all(f" {count} " in said for count in (1234567, 1234500, 60, 7, 89))
    # The name may go over several lines, whole.
    names = "".join(line.split("│")[1].strip() for line in said.splitlines() if line.startswith("│"))
    assert names == f"{LONGEST}[0]"
