"""The file door on a real Kafka: files taken, refused, mended by their report; a watched folder killed and started."""

import csv
import io
import os
import re
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path

import msgspec
import openpyxl
import pytest

from producers.outgoing import Receipt
from tests.support.pipeline import Pipeline

pytestmark = pytest.mark.broker
Make = Callable[..., Pipeline]

HEADINGS = ("报表", "版本", "填报单位", "报告期", "指标", "数值", "计量单位")
TOPIC = "returns.energy-annual.files"
VALUES = "SELECT unit_id, period, CAST(value AS DECIMAL(12, 2)) FROM fct_observation_latest ORDER BY ALL"
PATIENCE_S = 60.0


def table(*figures: tuple[str, str, str], coding: str = "gb18030") -> bytes:
    """A csv of the change of energy intensity, by unit, year and value."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(HEADINGS)
    for unit, period, value in figures:
        writer.writerow(["年度节能表", 1, unit, period, "万元地区生产总值能耗升降", value, "%"])
    return out.getvalue().encode(coding)


def wait_for(happened: Callable[[], bool], what: str) -> None:
    """Wait until something has happened, which a process is about to do."""
    end = time.monotonic() + PATIENCE_S
    while not happened():
        assert time.monotonic() < end, f"still waiting: {what}"
        time.sleep(0.05)


def receipts_in(folder: Path) -> list[Receipt]:
    return [
        msgspec.json.decode(line, type=Receipt)
        for file in sorted(folder.rglob("*.receipts.jsonl"))
        for line in file.read_bytes().splitlines()
    ]


@pytest.fixture
def drop(tmp_path: Path) -> Path:
    folder = tmp_path / "报送 文件夹"
    folder.mkdir()
    return folder


@contextmanager
def watching(made: Pipeline, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    process = made.start("feed", "watch", str(folder), "--sender", "files")
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()


def test_a_file_is_taken_with_a_receipt_and_lands(pipeline: Make, drop: Path) -> None:
    made = pipeline()
    made.run("feed", "plan")
    file = drop / "节能 年报.csv"
    file.write_bytes(table(("河南省统计局", "2017年", "-7.9"), ("nbs", "2017", "-3.7")))
    told = made.run("feed", "file", str(file), "--sender", "files")
    (archived,) = (drop / "archive").glob("*/节能 年报.csv")
    receipts = receipts_in(drop)
    assert not file.exists()
    assert archived.read_bytes() == table(("河南省统计局", "2017年", "-7.9"), ("nbs", "2017", "-3.7"))
    assert [receipt.topic for receipt in receipts] == [TOPIC, TOPIC]
    assert all(receipt.return_id in told for receipt in receipts)
    made.run("writer", "run", "--until-idle")
    assert made.ask(VALUES) == [("henan-stats", "2017", Decimal("-7.90")), ("nbs", "2017", Decimal("-3.70"))]
    assert set(made.ask("SELECT return_id FROM stg_return")) == {(receipt.return_id,) for receipt in receipts}


def test_a_refused_file_is_mended_by_its_report_and_lands(pipeline: Make, drop: Path) -> None:
    made = pipeline()
    made.run("feed", "plan")
    form = drop / "表.xlsx"
    made.run("form", "template", "energy-annual", "--unit", "henan-stats", "--period", "2017", "--out", str(form))

    book = openpyxl.load_workbook(form, rich_text=True)
    book["填报"]["D5"], book["填报"]["D6"], book["填报"]["D7"] = "-7,9", "=1+1", 20
    book.save(form)
    told = made.run("feed", "file", str(form), "--sender", "files", expect=1)
    assert "填报!D5" in told
    report = drop / "表.xlsx.faults.xlsx"
    assert form.exists()
    assert receipts_in(drop) == []

    book = openpyxl.load_workbook(report, rich_text=True)
    marked = [cell for row in book["填报"].iter_rows() for cell in row if cell.comment and "晴雨" in cell.comment.author
              and cell.fill.fgColor.rgb == "00FFC7CE"]  # fmt: skip
    assert [cell.coordinate for cell in marked] == ["D5", "D6"]
    for cell, value in zip(marked, (-7.9, -201.5), strict=True):
        cell.value = value
    book.save(form)
    made.run("feed", "file", str(form), "--sender", "files")
    assert not report.exists()
    made.run("writer", "run", "--until-idle")
    assert made.ask(VALUES) == [
        ("henan-stats", "2017", Decimal("-201.50")),
        ("henan-stats", "2017", Decimal("-7.90")),
        ("henan-stats", "2017", Decimal("20.00")),
    ]


def test_units_that_the_sender_may_not_speak_for_are_refused(pipeline: Make, drop: Path) -> None:
    made = pipeline()
    file = drop / "a.csv"
    file.write_bytes(table(("henan-stats", "2017", "-7.9")))
    told = made.run("feed", "file", str(file), "--sender", "environment-system", expect=1)
    assert "not_authorised" in told
    assert "没有发送方" in made.run("feed", "file", str(file), "--sender", "nobody", expect=1)
    assert file.exists()
    assert receipts_in(drop) == []


def test_a_watcher_killed_at_any_moment_loses_and_doubles_nothing(pipeline: Make, drop: Path) -> None:
    made = pipeline()
    made.run("feed", "plan")
    figures = [(unit, str(year), str(year - 2020)) for unit in ("henan-stats", "nbs") for year in range(2016, 2021)]
    for number, figure in enumerate(figures):
        (drop / f"报表 {number}.csv").write_bytes(table(figure))

    def archived() -> int:
        return len(list((drop / "archive").glob("*/*.csv")))

    for count in (1, 3, 6):  # killed while the next file is under way
        with watching(made, drop) as process:
            wait_for(lambda count=count: archived() >= count, f"{count} files archived")
            os.kill(process.pid, signal.SIGKILL)
    # As if it had been killed once more after Kafka had the return and before the file moved.
    (first,) = (drop / "archive").glob("*/报表 0.csv")
    first.rename(drop / "报表 0.csv")
    with watching(made, drop) as process:
        wait_for(lambda: archived() == len(figures), "all files archived")
        process.send_signal(signal.SIGINT)
        assert process.wait(PATIENCE_S) == 0

    made.run("writer", "run", "--until-idle")
    expected = [(unit, year, Decimal(value)) for unit, year, value in sorted(figures)]
    assert made.ask(VALUES) == expected
    assert made.ask("SELECT count(*), count(DISTINCT return_id) FROM stg_return") == [(10, 10)]
    sent = receipts_in(drop)
    assert len({receipt.return_id for receipt in sent}) == len(figures)
    (consumed, landed, dead, duplicates) = made.ask(
        f"SELECT consumed, landed, dead_lettered, duplicate FROM kafka_source WHERE topic LIKE '%{TOPIC}'"
    )[0]
    assert (landed, dead) == (10, 0)
    assert duplicates == consumed - 10
    assert duplicates >= 1


def test_a_watcher_without_kafka_keeps_the_file_and_says_so_once(
    pipeline: Make, drop: Path, free_ports: Callable[[int], list[int]]
) -> None:
    made = pipeline()
    (port,) = free_ports(1)
    lost = Pipeline({**made.environ, "QINGYU_KAFKA_BOOTSTRAP": f"127.0.0.1:{port}", "QINGYU_KAFKA_WAIT": "1"})
    made.run("feed", "plan")
    file = drop / "a.csv"
    file.write_bytes(table(("henan-stats", "2017", "-7.9")))
    log = Path(made.environ["QINGYU_VAR"]) / "feed.log"
    with watching(lost, drop):
        wait_for(lambda: log.exists() and "自动再试" in log.read_text(encoding="utf-8"), "told that Kafka is away")
        (drop / "b.csv").write_bytes(b"nothing\r\n")
        wait_for((drop / "b.csv.faults.txt").exists, "the folder is still looked at")
    assert len(re.findall("自动再试", log.read_text(encoding="utf-8"))) == 1
    assert file.exists()
    with watching(made, drop):
        wait_for(lambda: not file.exists(), "the file is handed in")
    made.run("writer", "run", "--until-idle")
    assert made.ask(VALUES) == [("henan-stats", "2017", Decimal("-7.90"))]
