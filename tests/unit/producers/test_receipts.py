"""Receipts on disk."""

import datetime as dt
import json
from pathlib import Path

from producers.outgoing import Receipt
from producers.receipts import keep_receipts, receipts_file


def test_the_file_is_named_after_the_feed_and_the_time(tmp_path: Path) -> None:
    began_at = dt.datetime(2026, 11, 22, 8, 5, 9, tzinfo=dt.timezone(dt.timedelta(hours=8)))
    file = receipts_file({"QINGYU_VAR": str(tmp_path)}, "published", began_at)
    assert file == tmp_path / "receipts" / "published-20261122T000509Z.jsonl"


def test_without_a_setting_receipts_lie_in_var() -> None:
    file = receipts_file({"QINGYU_VAR": ""}, "published", dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    assert file == Path("var").absolute() / "receipts" / "published-20260101T000000Z.jsonl"


def test_receipts_are_appended_one_to_a_line(tmp_path: Path) -> None:
    file = tmp_path / "receipts" / "run.jsonl"
    keep_receipts(file, [Receipt("returns.energy.published", 1, 0, "a")])
    keep_receipts(file, [])
    keep_receipts(
        file, [Receipt("returns.energy.published", 1, 1, "b"), Receipt("returns.output.published", 0, 0, "c")]
    )
    assert [json.loads(line) for line in file.read_text().splitlines()] == [
        {"topic": "returns.energy.published", "partition": 1, "offset": 0, "return_id": "a"},
        {"topic": "returns.energy.published", "partition": 1, "offset": 1, "return_id": "b"},
        {"topic": "returns.output.published", "partition": 0, "offset": 0, "return_id": "c"},
    ]
