"""The commands as people run them, on a lake that was made without a broker."""

import csv
import datetime as dt
import io
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from typer.testing import CliRunner

import qingyu
from alerts.assess import assess, targets_in_areas
from plan.messages import IndicatorValue, encode
from plan.topics import ASSESSMENTS

Run = Callable[..., tuple[int, str, str]]
Rows = Callable[..., list[dict[str, str]]]


def _at(month: int, day: int) -> dt.datetime:
    return dt.datetime(2018, month, day, 8, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def var(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The folder of a lake: a rate that came late, was rated, and was revised while the alerter was away."""
    from tests.support.lakes import lake_settings, work_off
    from tests.support.memory_log import MemoryLog
    from tests.support.small_plan import small_book, small_plan
    from warehouse.lake import open_writer
    from warehouse.migrations import migrate
    from warehouse.outbox import unsent

    settings = lake_settings(tmp_path_factory.mktemp("lake"))
    book, log = small_book(), MemoryLog()
    view = book.views["small"]
    with open_writer(settings) as lake:
        migrate(lake)
        log.plan(small_plan())
        log.report("output", "mill-a", {"energy": 1, "value-added": 10}, _at(1, 8))
        log.report("mines", "bureau", {"closed": 5, "accepted": 3}, _at(1, 8), period="2017-01..12")
        log.report("output", "mill-b", {"energy": 3, "value-added": 10}, _at(1, 9))
        log.report("mines", "bureau", {"accepted": 4}, _at(1, 19), period="2017-01..12")
        log.tick(dt.date(2018, 1, 31))
        log.report("growth", "bureau", {"rate": 2.5}, _at(2, 5))
        work_off(lake, log, book)
        (held_for,) = targets_in_areas(view)
        for *_, payload in unsent(lake, 1000):
            value = msgspec.json.decode(payload, type=IndicatorValue)
            if value.indicator == "rate":
                for made in assess(view, held_for, (value,), value.period, value):
                    log.send(ASSESSMENTS, encode(made), value.cutoff_at)
        log.report("growth", "bureau", {"rate": 1.5}, _at(2, 9))
        log.report("output", "mill-b", {"energy": 5, "value-added": 10}, _at(2, 9))
        log.tick(dt.date(2018, 2, 10))
        work_off(lake, log, book)
    return str(Path(settings.data_path).parents[1])


@pytest.fixture
def run(var: str, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command on that lake; gives exit code, output and errors."""
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("QINGYU_VAR", var)

    def runner(line: str) -> tuple[int, str, str]:
        done = CliRunner().invoke(qingyu.app, line.split())
        return done.exit_code, done.stdout, done.stderr

    return runner


@pytest.fixture
def rows(run: Run) -> Rows:
    """Run a command with its answer as csv; gives the rows."""

    def runner(line: str) -> list[dict[str, str]]:
        code, out, err = run(f"{line} --csv -")
        found = list(csv.DictReader(io.StringIO(out)))
        assert (code, err) == (0, f"{len(found)} 行 rows\n")
        return found

    return runner


def _told(row: dict[str, str], *names: str) -> tuple[str, ...]:
    return tuple(row[name] for name in names)


def test_status_as_of_each_day_beside_what_was_recorded(rows: Rows) -> None:
    asked = ("period", "value", "required", "status", "reason", "recorded_status", "recorded_reason")
    found = {day: _told(rows(f"as-of {day} status")[0], *asked) for day in ("2018-01-29", "2018-01-30", "2018-02-05")}

    # Nothing before the deadline; overdue at it; 2.5 of the 2.5 asked by the end of 2017 when it came.
    assert found == {
        "2018-01-29": ("", "", "", "not_assessed", "no_data", "", ""),
        "2018-01-30": ("2017", "", "", "not_assessed", "overdue", "not_assessed", "overdue"),
        "2018-02-05": ("2017", "2.5", "2.5", "on_track", "", "on_track", ""),
    }


def test_status_says_where_it_differs_from_the_record(run: Run) -> None:
    _, same, _ = run("as-of 2018-02-05 status")
    code, out, err = run("as-of 2018-02-09 status")

    assert (code, err) == (0, "")
    assert "differ from the record: 0" in same
    assert "≠" not in same
    assert "differ from the record: 1" in out
    assert "≠ 正常 on track" in out
    assert "严重滞后 severe" in out


def test_value_as_of_a_moment(rows: Rows) -> None:
    asked = ("value", "received", "due", "is_overdue")

    assert rows("as-of 2018-01-30T15:59:59.999998Z value rate") == []
    assert [_told(row, *asked) for row in rows("as-of 2018-01-30 value rate --area city")] == [("", "0", "1", "true")]
    assert [_told(row, *asked) for row in rows("as-of 2018-02-28 value rate")] == [("1.5", "1", "1", "false")]


def test_observations_name_who_had_sent_nothing(rows: Rows) -> None:
    asked = ("state", "unit_id", "item_id", "value", "unit_of_measure", "return_id")

    found = [_told(row, *asked) for row in rows("as-of 2018-01-08 observations output 2017")]

    assert found == [
        ("no_return", "mill-b", "", "", "", ""),
        ("reported", "mill-a", "energy", "1", "tce", "made-1"),
        ("reported", "mill-a", "value-added", "10", "yuan", "made-1"),
    ]
    withdrawn = rows("as-of 2018-01-19 observations mines 2017-01..12 --unit bureau")
    assert [_told(row, "item_id", "value", "topic", "kafka_offset") for row in withdrawn] == [
        ("accepted", "4", "returns.mines.gateway", "1")
    ]


def test_revisions_of_each_indicator(rows: Rows) -> None:
    asked = ("indicator_id", "periods", "revised_periods", "mean", "mean_absolute", "relative_mean_absolute", "t")

    # Intensity: (1+3)/20 = 0.2, then (1+5)/20 = 0.3. Closed was withdrawn, and a figure withdrawn is no revision.
    assert [_told(row, *asked)[:5] for row in rows("revisions")] == [
        ("closed", "1", "0", "", ""),
        ("intensity", "1", "1", "0.1", "0.1"),
        ("rate", "1", "1", "-1", "1"),
    ]
    (rate,) = rows("revisions rate")
    # 1 of 1.5
    assert float(rate["relative_mean_absolute"]) == pytest.approx(2 / 3)
    assert rate["t"] == ""


def test_changes_between_two_days_and_by_whom(rows: Rows) -> None:
    asked = ("change", "unit_id", "item_id", "indicator_id", "old_value", "new_value", "return_id", "through")

    found = [_told(row, *asked) for row in rows("changes 2018-01-10 2018-02-10")]

    assert found == [
        ("added", "bureau", "rate", "", "", "1.5", "made-6", ""),
        ("revised", "bureau", "accepted", "", "3", "4", "made-4", ""),
        ("withdrawn", "bureau", "closed", "", "5", "", "made-4", ""),
        ("revised", "mill-b", "energy", "", "3", "5", "made-7", ""),
        ("revised", "", "", "closed", "5", "", "", "made-4"),
        ("revised", "", "", "intensity", "0.2", "0.3", "", "made-7"),
        ("added", "", "", "rate", "", "1.5", "", "made-6"),
    ]
    narrowed = rows("changes 2018-01-10 2018-02-10 --indicator closed")
    assert [_told(row, "change", "item_id", "indicator_id") for row in narrowed] == [
        ("withdrawn", "closed", ""),
        ("revised", "", "closed"),
    ]


def test_changes_in_the_terminal_are_bounded(run: Run) -> None:
    code, out, err = run("changes 2018-01-10 2018-02-10 --limit 2")

    assert (code, err) == (0, "")
    # Four cells and three values.
    assert "2 more, see" in out
    assert "1 more, see" in out
    assert "returns.growth.gateway[0]@1" in out


def test_csv_is_written_to_a_file(run: Run, tmp_path: Path) -> None:
    code, out, err = run(f"revisions --csv {tmp_path}/r.csv")

    assert (code, out) == (0, "")
    assert err.startswith("3 行 rows → ")
    assert len((tmp_path / "r.csv").read_text(encoding="utf-8-sig").splitlines()) == 4


@pytest.mark.parametrize(
    ("line", "mend"),
    [
        ("as-of 2018 status", "write it like 2018-01-30"),
        ("as-of 2018-01-30T00:00 value rate", "no time zone"),
        ("as-of 2018-01-30 status --plan smal", "choose one of: small"),
        ("as-of 2018-01-30 value rates", "choose one of: rate"),
        ("as-of 2018-01-30 value rate --area town", "choose one of: city"),
        ("as-of 2018-01-30 observations outputs 2017", "choose one of: output"),
        ("as-of 2018-01-30 observations output 2016", "choose one of: 2018, 2017"),
        ("as-of 2018-01-30 observations output 2017 --unit bureau", "choose one of: mill-a, mill-b"),
        ("revisions rates", "choose one of: rate"),
        ("changes 2018-02-10 2018-01-10", "turn them round"),
        ("changes 2018-01-10 soon", "write it like 2018-01-30"),
        ("changes 2018-01-10 2018-02-10 --form grow", "choose one of: growth"),
        ("revisions --csv /nowhere/r.csv", "name a file that can be written"),
    ],
)
def test_a_bad_question_is_refused_with_the_mend(run: Run, line: str, mend: str) -> None:
    code, out, err = run(line)

    assert (code, out) == (1, "")
    assert mend in err
    assert len(err.splitlines()) == 1


def test_without_a_lake_the_reader_is_told_how_one_comes_to_be(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QINGYU_VAR", str(tmp_path))

    assert run("as-of 2018-01-30 status")[0] == 1
