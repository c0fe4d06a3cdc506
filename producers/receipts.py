"""Receipts on disk: one JSON line for each return that Kafka holds, written as they come."""

import datetime as dt
from collections.abc import Iterable, Mapping
from pathlib import Path

import msgspec

from producers.outgoing import Receipt


def receipts_file(environ: Mapping[str, str], feed: str, began_at: dt.datetime) -> Path:
    """Where a run keeps its receipts: `receipts/<feed>-<time>.jsonl` in `var`, or in `$QINGYU_VAR`."""
    folder = Path(environ.get("QINGYU_VAR") or "var").absolute() / "receipts"
    return folder / f"{feed}-{began_at.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}.jsonl"


def keep_receipts(file: Path, receipts: Iterable[Receipt]) -> None:
    """Append the receipts, so that a run that is broken off leaves those it had; makes the folder."""
    lines = b"".join(msgspec.json.encode(receipt) + b"\n" for receipt in receipts)
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("ab") as kept:
        kept.write(lines)
