"""The drop folder: what is picked up, what stays, and that nothing is lost whenever it is interrupted."""

import datetime as dt
import os
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path

import msgspec
import pytest

from broker.faults import BrokerAway
from plan.book import PlanBook
from producers.files.folder import DropFolder, FolderBusy, Told, only_watcher
from producers.files.intake import Intake, RefusedFile, TakenFile
from producers.files.keeping import archive, archive_folder
from producers.files.model import FileRead
from producers.files.opened import NotAFile, Stamp, open_file
from producers.files.settling import Settling, is_candidate
from producers.outgoing import Outgoing, Receipt
from tests.support.door_files import csv_of, line_of
from tests.support.door_plan import NOW

QUIET_S = 2.0
DAY = "2018-03-01"


class LogPublisher:
    """Gives receipts and remembers what it was given; away when told so."""

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.is_away = False
        self.after: Callable[[], None] = lambda: None

    def send_returns(self, returns: Sequence[Outgoing]) -> tuple[Receipt, ...]:
        if self.is_away:
            raise BrokerAway("Kafka is away.", "Start it.")
        self.sent += [each.sent.return_id for each in returns]
        self.after()
        return tuple(Receipt(each.topic, 0, len(self.sent), each.sent.return_id) for each in returns)


class Door:
    """A drop folder with everything around it in memory."""

    def __init__(self, folder: Path, book: PlanBook) -> None:
        self.folder = folder
        self.book = book
        self.publisher = LogPublisher()
        self.openings = 0
        self.taken: list[str] = []
        self.refused: list[str] = []
        self.trouble: list[str] = []
        self.now = 0.0
        self.start()

    def start(self) -> None:
        """Begin anew, as after a restart."""
        intake = Intake(self.book, no_sdmx, "files", lambda: NOW)
        told = Told(self._taken, self._refused, self.trouble.append)
        self.drop = DropFolder(self.folder, intake, self._open, told, QUIET_S)

    def settle(self, looks: int = 2) -> None:
        """Look so often, with the quiet time between."""
        for _ in range(looks):
            self.drop.look(self.now)
            self.now += QUIET_S

    def put(self, name: str, *lines: tuple[str, ...]) -> Path:
        file = self.folder / name
        file.write_bytes(csv_of(*(lines or [line_of()])))
        return file

    def archived(self) -> list[str]:
        return sorted(file.name for file in (self.folder / "archive").rglob("*") if file.is_file())

    def _open(self, _stack: ExitStack) -> LogPublisher:
        self.openings += 1
        return self.publisher

    def _taken(self, taken: TakenFile) -> None:
        self.taken.append(taken.path.name)

    def _refused(self, refused: RefusedFile) -> None:
        self.refused.append(refused.path.name)


def no_sdmx(_data: bytes, _book: PlanBook) -> FileRead:
    raise AssertionError("no SDMX here")


@pytest.fixture
def door(tmp_path: Path, book: PlanBook) -> Door:
    folder = tmp_path / "投放 文件夹"
    folder.mkdir()
    return Door(folder, book)


def test_a_whole_file_is_handed_in_and_archived_with_its_receipts(door: Door) -> None:
    door.put("能源 一月.csv")
    door.settle()
    assert door.taken == ["能源 一月.csv"]
    assert door.archived() == ["能源 一月.csv", "能源 一月.csv.receipts.jsonl"]
    assert not (door.folder / "能源 一月.csv").exists()
    receipts = door.folder / "archive" / DAY / "能源 一月.csv.receipts.jsonl"
    (receipt,) = [msgspec.json.decode(line, type=Receipt) for line in receipts.read_bytes().splitlines()]
    assert receipt.topic == "returns.energy.files"
    assert receipt.return_id == door.publisher.sent[0]


def test_a_growing_file_waits(door: Door) -> None:
    file = door.put("a.csv")
    for _ in range(3):
        with file.open("ab") as grown:
            grown.write(b"\r\n")
        door.settle(1)
    assert door.taken == []
    door.settle(1)
    assert door.taken == ["a.csv"]


def test_files_are_taken_oldest_first(door: Door) -> None:
    for name, at in (("a.csv", 3), ("b.csv", 1), ("c.csv", 2)):
        os.utime(door.put(name, line_of(value=str(at))), (at, at))
    door.settle()
    assert door.taken == ["b.csv", "c.csv", "a.csv"]
    assert door.openings == 1


def test_what_is_never_picked_up(door: Door, tmp_path: Path) -> None:
    outside = tmp_path / "outside.csv"
    outside.write_bytes(csv_of(line_of()))
    (door.folder / "link.csv").symlink_to(outside)
    os.mkfifo(door.folder / "pipe.csv")
    (door.folder / "folder.csv").mkdir()
    for name in (".hidden.csv", "~$a.xlsx", "a.csv.part", "a.csv.tmp", "a.xlsx.faults.xlsx", "a.csv.faults.txt"):
        door.put(name)
    door.settle(3)
    assert (door.taken, door.refused, door.trouble, door.publisher.sent) == ([], [], [], [])


def test_a_refused_file_stays_and_is_told_once(door: Door) -> None:
    door.put("a.csv", line_of("gold"))
    door.settle(4)
    assert door.refused == ["a.csv"]
    assert (door.folder / "a.csv").exists()
    assert "gold" in (door.folder / "a.csv.faults.txt").read_text(encoding="utf-8-sig")
    assert door.publisher.sent == []


def test_a_mended_file_is_taken_and_its_report_goes(door: Door) -> None:
    door.put("a.csv", line_of("gold"))
    door.settle()
    door.put("a.csv", line_of("coal"), line_of("power"))
    door.settle(3)
    assert door.taken == ["a.csv"]
    assert sorted(file.name for file in door.folder.iterdir() if file.is_file()) == []
    assert list((door.folder / ".qingyu" / "refused").iterdir()) == []


def test_a_report_that_is_being_mended_is_not_written_again(door: Door) -> None:
    door.put("a.csv", line_of("gold"))
    door.settle()
    report = door.folder / "a.csv.faults.txt"
    report.write_text("a person's notes", encoding="utf-8")
    door.start()
    door.settle()
    assert door.refused == ["a.csv", "a.csv"]
    assert report.read_text(encoding="utf-8") == "a person's notes"
    door.put("a.csv", line_of("silver"))
    door.settle()
    assert "silver" in report.read_text(encoding="utf-8-sig")


def test_a_file_with_any_fault_sends_nothing(door: Door) -> None:
    door.put("a.csv", line_of(), line_of(period="2018-02"), line_of("gold", period="2018-02"))
    door.settle()
    assert door.publisher.sent == []


def test_kafka_away_leaves_the_file_and_says_it_once(door: Door) -> None:
    door.put("a.csv")
    door.put("b.csv", line_of(value="2"))
    door.publisher.is_away = True
    door.settle(5)
    assert len(door.trouble) == 1
    assert (door.folder / "a.csv").exists()
    door.publisher.is_away = False
    door.settle(1)
    assert sorted(door.taken) == ["a.csv", "b.csv"]
    assert len(door.trouble) == 1
    door.publisher.is_away = True
    door.put("c.csv", line_of(value="3"))
    door.settle(3)
    assert len(door.trouble) == 2


def test_kafka_away_does_not_keep_faults_from_being_told(door: Door) -> None:
    door.put("a.csv")
    door.put("b.csv", line_of("gold"))
    door.publisher.is_away = True
    door.settle(4)
    assert door.refused == ["b.csv"]
    assert len(door.trouble) == 1


class Killed(BaseException):
    """The process ends here."""


def raise_killed(*_: object, **__: object) -> None:
    raise Killed


def test_killed_after_sending_the_same_return_is_sent_again(door: Door) -> None:
    door.put("a.csv")
    door.publisher.after = raise_killed
    with pytest.raises(Killed):
        door.settle()
    door.publisher.after = lambda: None
    door.start()
    door.settle()
    first, second = door.publisher.sent
    assert first == second
    assert door.archived() == ["a.csv", "a.csv.receipts.jsonl"]


def test_killed_between_receipts_and_move(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    door.put("a.csv")
    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", raise_killed)
        with pytest.raises(Killed):
            door.settle()
    assert (door.folder / "a.csv").exists()
    door.start()
    door.settle()
    assert len(set(door.publisher.sent)) == 1
    assert door.archived() == ["a.csv", "a.csv.receipts.jsonl"]
    receipts = door.folder / "archive" / DAY / "a.csv.receipts.jsonl"
    assert len(receipts.read_bytes().splitlines()) == 2


def test_a_file_changed_while_it_was_sent_stays_and_is_sent_as_it_is_now(door: Door) -> None:
    door.put("a.csv")
    door.publisher.after = lambda: door.put("a.csv", line_of(value="777")) and None
    door.settle()
    assert door.taken == []
    assert (door.folder / "a.csv").read_bytes() == csv_of(line_of(value="777"))
    door.publisher.after = lambda: None
    door.settle()
    assert door.taken == ["a.csv"]
    assert len(set(door.publisher.sent)) == 2


def test_a_name_that_was_archived_already_gets_a_number(door: Door) -> None:
    for value in ("1", "2", "3"):
        door.put("a.csv", line_of(value=value))
        door.settle()
    assert [name for name in door.archived() if name.endswith(".csv")] == ["a (2).csv", "a (3).csv", "a.csv"]


def test_a_disk_that_takes_nothing_is_found_before_anything_is_sent(door: Door) -> None:
    (door.folder / "archive").write_text("in the way", encoding="utf-8")
    door.put("a.csv")
    door.settle(4)
    assert door.publisher.sent == []
    assert len(door.trouble) == 1
    assert (door.folder / "a.csv").exists()


def test_a_file_that_may_not_be_read_is_told_once(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    door.put("a.csv")

    def refuse(*_: object, **__: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("producers.files.opened.os.open", refuse)
    door.settle(4)
    assert len(door.trouble) == 1
    assert "Permission denied" in door.trouble[0]


def test_one_watcher_to_a_folder(tmp_path: Path) -> None:
    with only_watcher(tmp_path), pytest.raises(FolderBusy), only_watcher(tmp_path):
        pass
    with only_watcher(tmp_path):
        pass


def test_links_devices_and_folders_are_not_opened(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "nothing")
    os.mkfifo(tmp_path / "pipe")
    for name in ("link", "pipe"):
        with pytest.raises(NotAFile):
            open_file(tmp_path / name)
    with pytest.raises(OSError, match="Is a directory"):
        open_file(tmp_path)
    with pytest.raises(FileNotFoundError):
        open_file(tmp_path / "nothing")


def test_no_more_is_read_than_is_taken(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    with file.open("wb") as sparse:
        sparse.truncate(30_000_000)
    assert len(open_file(file).data) == 20_000_001


def test_the_archive_has_a_folder_for_each_day_in_china(tmp_path: Path) -> None:
    late = dt.datetime(2018, 3, 1, 17, tzinfo=dt.UTC)
    assert archive_folder(tmp_path / "a.csv", late).name == "2018-03-02"


def test_archiving_is_all_there_is_of_a_file(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes(b"x")
    target = archive(open_file(file), [], archive_folder(file, NOW))
    assert target.read_bytes() == b"x"
    assert not file.exists()


@pytest.mark.parametrize(
    ("name", "is_taken"),
    [("a.csv", True), ("表 一.xlsx", True), ("README", True), (".a.csv", False), ("~$a.xlsx", False),
     ("a.csv.crdownload", False), ("a.csv~", False), ("a.xlsx.faults.xlsx", False)],
)  # fmt: skip
def test_candidates_by_name(name: str, is_taken: bool) -> None:
    assert is_candidate(name) is is_taken


def test_settling_starts_anew_at_every_change() -> None:
    settling = Settling(2.0)
    one, other = Stamp(1, 10, 5), Stamp(1, 11, 5)
    assert settling.whole({"a": one}, 0.0) == []
    assert settling.whole({"a": other}, 2.0) == []
    assert settling.whole({"a": other}, 3.9) == []
    assert settling.whole({"a": other}, 4.0) == ["a"]
    assert settling.whole({}, 5.0) == []
    assert settling.whole({"a": other}, 6.0) == []
