"""The account of every message as a table: readable in a narrow terminal, too."""

from collections.abc import Sequence

from rich.markup import escape
from rich.table import Table

from consumers.lag import Lag


def account_table(lags: Sequence[Lag]) -> Table:
    """A row a topic-partition. When there is little room its name goes over several lines; a count is never cut."""
    table = Table(title="写入账目 Account of every message")
    table.add_column("主题 topic", overflow="fold")
    for heading in ("已读\nread", "入库\nlanded", "死信\ndead", "重复\nrepeats", "积压\nlag"):
        table.add_column(heading, justify="right", no_wrap=True)
    for row in lags:
        account = row.account
        style = "red" if not account.is_balanced else "yellow" if row.lag else ""
        counts = (account.consumed, account.landed, account.dead_lettered, account.duplicate, row.lag)
        table.add_row(escape(f"{row.topic}[{row.partition}]"), *map(str, counts), style=style)
    return table
