"""The meters' door on a real Kafka: days land row by row; who reports for another's meter does not get in."""

import datetime as dt
import json
import shutil
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from tests.support.pipeline import REPOSITORY, Pipeline

pytestmark = pytest.mark.broker
XUCHANG = REPOSITORY / "plan" / "xuchang-2017-2020"
HEADING = (
    "date,Usage_kWh,Lagging_Current_Reactive.Power_kVarh,Leading_Current_Reactive_Power_kVarh,CO2(tCO2),"
    "Lagging_Current_Power_Factor,Leading_Current_Power_Factor,NSM,WeekStatus,Day_of_week,Load_Type"
)
LANDED = (
    "SELECT unit_id, period, count(*), count(DISTINCT row_key), min(row_key), max(row_key), "
    "CAST(sum(value) AS DECIMAL(20, 2)) FROM fct_observation_latest "
    "WHERE item_id = 'active-energy' GROUP BY ALL ORDER BY ALL"
)


@pytest.fixture
def make_plan(tmp_path: Path) -> Callable[[str], Path]:
    """Factory: the folder of the Xuchang plan with one energy user in its register."""

    def make(unit: str) -> Path:
        root = tmp_path / f"plans of {unit}"
        shutil.copytree(XUCHANG, root / XUCHANG.name)
        shutil.copy(XUCHANG.parent / "presets.yaml", root)
        (root / XUCHANG.name / "register.csv").write_text(
            "id,name_zh,name_en,area,groups,industry,since,until\n"
            f"{unit},钢厂,Steel works,changge,key-energy,31,2016-01-01,\n",
            encoding="utf-8",
        )
        return root / XUCHANG.name

    return make


@pytest.fixture
def meter(tmp_path: Path) -> Path:
    """Two days of a meter that counts up by a hundredth of a kilowatt-hour a line."""
    lines = [HEADING]
    for number in range(192):
        day = dt.date(2018, 5, 1) + dt.timedelta(days=number // 96)
        minutes = (number % 96 + 1) * 15 % 1440
        label = f"{day:%d-%m-%Y} {minutes // 60:02d}:{minutes % 60:02d}"
        lines.append(f"{label},{number + 1}e-2,0.5,0,0,70,100,{minutes * 60},Weekday,{day:%A},Light_Load")
    file = tmp_path / "meter.csv"
    file.write_text("\n".join(lines), encoding="utf-8")
    return file


def test_days_land_and_a_spoofed_unit_does_not(
    pipeline: Callable[..., Pipeline], make_plan: Callable[[str], Path], meter: Path
) -> None:
    made = pipeline()
    ours, theirs = make_plan("steel-works"), make_plan("rival-works")
    made.run("feed", "plan", "--plan", str(ours))
    feed = ("feed", "meter", str(meter), "--format", "steel-15min", "--form", "energy-meter-daily")

    # The door itself: a unit that is in no register, and a sender without the right.
    for unit, sender, code in (
        ("rival-works", "files", "unknown_unit"),
        ("steel-works", "environment-system", "not_authorised"),
    ):
        refused = made.run(*feed, "--plan", str(ours), "--unit", unit, "--sender", sender, expect=1)
        assert code in refused
    # A door with a register of its own making sends; the writer follows the plan in the log.
    made.run(*feed, "--plan", str(theirs), "--unit", "rival-works", "--sender", "files")
    told = made.run(*feed, "--plan", str(ours), "--unit", "steel-works", "--sender", "files")
    assert "intervals missing between readings" in told
    made.run("writer", "run", "--until-idle")

    # 0.01 + ... + 0.96 = 46.56; 0.97 + ... + 1.92 = 138.72.
    assert made.ask(LANDED) == [
        ("steel-works", "2018-05-01", 96, 96, "00:00", "23:45", Decimal("46.56")),
        ("steel-works", "2018-05-02", 96, 96, "00:00", "23:45", Decimal("138.72")),
    ]
    letters = made.ask("SELECT message_key, faults FROM dead_letter")
    assert [key for key, _ in letters] == [b"rival-works", b"rival-works"]
    codes = {fault["code"] for _, faults in letters for fault in json.loads(faults)}
    assert codes == {"unknown_unit", "not_authorised"}
