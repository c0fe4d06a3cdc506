"""Options that several commands of the feeds have, said once."""

from pathlib import Path
from typing import Annotated

import typer

PlanFolders = Annotated[
    list[Path] | None,
    typer.Option(
        "--plan",
        metavar="DIR",
        exists=True,
        file_okay=False,
        help="Folder of a plan; may be repeated. Default: all under plan/.",
    ),
]
