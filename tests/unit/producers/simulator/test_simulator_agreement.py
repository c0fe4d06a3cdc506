"""Whoever counts the same thing reports the same: enterprises, counties and bureaus of the simulated city agree."""

from collections import Counter
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from plan.messages import Cell, Return
from producers.simulator.population import draw
from producers.simulator.registers import growth
from producers.simulator.seasons import apportion
from producers.simulator.setup import Setup, load_departments
from producers.simulator.upgrades import Equipment, Upgrades

COUNTIES = ("yuzhou", "changge", "yanling", "xiangcheng", "weidu", "jianan")
YEARS = range(2016, 2021)


def _of(good: tuple[Return, ...], form: str, period: str) -> list[Return]:
    return [each for each in good if each.form == form and each.period == period]


def _sum(returns: list[Return], item: str) -> float:
    return sum(cell.value for each in returns for cell in each.cells if cell.item == item and cell.value is not None)


def _rows(good: tuple[Return, ...], form: str) -> Iterator[tuple[Return, dict[str, Cell]]]:
    for each in good:
        if each.form == form:
            rows: dict[str, dict[str, Cell]] = {}
            for cell in each.cells:
                if cell.row:
                    rows.setdefault(cell.row, {})[cell.item] = cell
            for cells in rows.values():
                yield each, cells


@pytest.mark.parametrize("year", YEARS)
def test_strategic_revenue_of_enterprises_is_what_the_bureau_reports(year: int, good: tuple[Return, ...]) -> None:
    enterprises = _of(good, "enterprise-monthly", f"{year}-01..12")
    bureau = _sum(_of(good, "xuchang-industry-revenue-annual", str(year)), "sei-revenue")
    # Each enterprise rounds to a tenth of 10 000 yuan, the bureau to a hundredth of 100 million.
    assert abs(_sum(enterprises, "sei-revenue") - bureau * 10_000) <= 0.05 * len(enterprises) + 50


@pytest.mark.parametrize("year", YEARS)
def test_machines_of_enterprises_add_up_to_the_bureau_s(year: int, good: tuple[Return, ...]) -> None:
    enterprises = _of(good, "enterprise-monthly", f"{year}-01..12")
    bureau = _of(good, "xuchang-cnc-annual", str(year))
    assert _sum(enterprises, "machine-tools") == _sum(bureau, "production-equipment")
    assert _sum(enterprises, "cnc-machine-tools") == _sum(bureau, "controlled-equipment")


def test_no_part_is_more_than_its_whole(good: tuple[Return, ...]) -> None:
    for each in good:
        values = {cell.item: cell.value for cell in each.cells if cell.value is not None}
        if each.form == "enterprise-monthly":
            assert values["cnc-machine-tools"] <= values["machine-tools"]
            assert values.get("sei-revenue", 0) <= values["revenue"]


def test_every_enterprise_has_an_information_officer_in_the_end(good: tuple[Return, ...]) -> None:
    share = {}
    for period in ("2016-01..12", "2017-01..12", "2020-01..12"):
        told = [
            cell.text
            for each in _of(good, "enterprise-monthly", period)
            for cell in each.cells
            if cell.item == "has-cio"
        ]
        share[period[:4]] = told.count("yes") / len(told)
    # 480 of 1 800 at the end of 2017 is 26.7 %: of 36 enterprises 9.6, so ten.
    assert share == {"2016": 0, "2017": 10 / 36, "2020": 1}


def test_output_of_energy_users_is_that_of_the_enterprise(good: tuple[Return, ...]) -> None:
    users = {each.unit for each in good if each.form == "energy-monthly"}
    assert users
    for user in users:
        of_months = [e for e in good if (e.form, e.unit) == ("energy-monthly", user) and e.period.startswith("2018-")]
        of_year = [e for e in _of(good, "enterprise-monthly", "2018-01..12") if e.unit == user]
        assert _sum(of_months, "output-value") == pytest.approx(_sum(of_year, "output-value"), abs=1)


@pytest.mark.parametrize(
    ("kind", "form", "item"),
    [
        ("high-tech", "xuchang-high-tech-enterprises-annual", "high-tech-enterprises"),
        ("smart-factory", "xuchang-smart-factories-annual", "smart-factories"),
        ("green-factory", "xuchang-green-enterprises-annual", "green-factories"),
        ("brand", "xuchang-national-brands-annual", "national-brands"),
        ("rd-institution", "xuchang-rd-institutions-annual", "enterprises-with-rd"),
        ("incubator", "xuchang-incubators-annual", "incubators"),
    ],
)
def test_recognitions_are_what_the_yearly_count_grows_by(
    kind: str, form: str, item: str, good: tuple[Return, ...]
) -> None:
    granted = Counter(
        each.period[:4]
        for each, row in _rows(good, "recognitions-monthly")
        if row["kind"].text == kind and row["state"].text == "granted"
    )
    counts = {year: _sum(_of(good, form, str(year)), item) for year in YEARS}
    for year in YEARS[1:]:
        assert granted[str(year)] == counts[year] - counts[year - 1], year


def test_small_trades_moved_are_those_of_the_yearly_count(good: tuple[Return, ...]) -> None:
    states: Counter[tuple[str, str]] = Counter()
    for each, row in _rows(good, "small-trades-events-monthly"):
        states[each.period[:4], row["state"].text] += 1
    assert states["2017", "listed"] == 1180
    moved = 0
    for year in YEARS[1:]:
        moved += states[str(year), "relocated"]
        assert moved == _sum(_of(good, "xuchang-small-trades-annual", str(year)), "small-enterprises-moved")


@pytest.mark.parametrize("year", YEARS)
def test_plants_add_up_to_the_yearly_capacity(year: int, good: tuple[Return, ...]) -> None:
    capacity: Counter[str] = Counter()
    for each, row in _rows(good, "renewable-plants-monthly"):
        if each.period == f"{year}-12":
            capacity[row["kind"].text] += int(row["capacity"].value or 0)
    (bureau,) = _of(good, "xuchang-renewables-annual", str(year))
    assert capacity["solar"] == _sum([bureau], "solar-capacity")
    assert capacity["wind"] == _sum([bureau], "wind-capacity")


def test_projects_add_up_to_the_published_investment(good: tuple[Return, ...]) -> None:
    (last,) = _of(good, "projects-monthly", "2017-01..12")
    plans = [cell.value for cell in last.cells if cell.item == "year-plan"]
    assert len(plans) == 110
    # 39.6 billion yuan in all, and no two projects need be alike.
    assert sum(plan or 0 for plan in plans) == pytest.approx(396)
    assert len(set(plans)) > 50
    bureau = _of(good, "xuchang-key-projects-quarterly", "2017-01..12")
    assert _sum([last], "invested-ytd") == pytest.approx(_sum(bureau, "key-project-investment"), abs=0.005 * 110)


def test_mines_sealed_are_those_the_bureau_counts(good: tuple[Return, ...]) -> None:
    sealed: Counter[str] = Counter()
    for _, row in _rows(good, "capacity-events-monthly"):
        if row["state"].text == "sealed":
            sealed[row["event-date"].text[:7]] += 1
    assert sealed == {"2017-06": 14}  # on track: by the end of June


def test_the_ledger_holds_tasks_of_the_plan(good: tuple[Return, ...]) -> None:
    states = {row["state"].text for _, row in _rows(good, "ledger-monthly")}
    assert states == {"not-started", "in-progress", "done"}


def test_sources_report_no_more_than_they_are_permitted(good: tuple[Return, ...]) -> None:
    limits = {
        row["source-unit"].text: row["so2-limit"].value
        for _, row in _rows(good, "permit-events-monthly")
        if row["event"].text == "issued"
    }
    sources = {each.unit for each in good if each.form == "permit-execution-quarterly"}
    assert sources
    for source in sources:
        year = [
            e for e in good if (e.form, e.unit) == ("permit-execution-quarterly", source) and e.period[:4] == "2018"
        ]
        assert 0 < _sum(year, "so2-actual") <= (limits[source] or 0)


def test_at_full_scale_a_county_reports_what_its_enterprises_do(make_setup: Callable[..., Setup]) -> None:
    setup = make_setup("slow-drift", scale=1.0)
    people, yearly = draw(setup), load_departments()
    users = tuple(map(int, yearly["xuchang-county-robots-annual"]["robot-users"]))
    upgrades = Upgrades(setup, people, COUNTIES, Equipment((1,) * 5, (1,) * 5, (0,) * 5, users))
    areas = np.array(people.areas)
    for county in COUNTIES:
        here = areas == county
        assert upgrades.above_scale(county) == here.sum()
        # In 2016 two of each county; then 4, 3, 2, 1 as the scenario says.
        assert upgrades.is_smart[here].sum(axis=0).tolist() == [2, 4, 3, 2, 1]
        for year in range(5):
            assert upgrades.upgraded(county, year) == upgrades.is_upgraded[here, year].sum()
            assert upgrades.upgraded(county, year) >= 0.3 * here.sum()
            assert (upgrades.robots[here, year] > 0).sum() == upgrades.robot_users(county, year)
    assert upgrades.is_smart.sum(axis=1).max() == 1  # no enterprise twice


def test_counties_differ(good: tuple[Return, ...]) -> None:
    """Six equal counties would look copied."""
    for form, item in (
        ("xuchang-county-robots-annual", "robot-users"),
        ("xuchang-county-smart-annual", "smart-models"),
        ("xuchang-county-upgrade-annual", "above-scale-enterprises"),
    ):
        assert len({_sum([each], item) for each in _of(good, form, "2018")}) > 1


def test_apportion_gives_whole_parts_that_add_up() -> None:
    # 10 by 1 : 1 : 1 is 3.33 each; the first of equal remainders gets the one that is left.
    assert apportion(np.array([1.0, 1.0, 1.0]), 10).tolist() == [4, 3, 3]
    # 7 by 5 : 3 : 2 is 3.5, 2.1, 1.4.
    assert apportion(np.array([5.0, 3.0, 2.0]), 7).tolist() == [4, 2, 1]


def test_growth_starts_from_what_is_there() -> None:
    high_tech = load_departments()["xuchang-high-tech-enterprises-annual"]["high-tech-enterprises"]
    assert list(map(int, high_tech)) == [72, 98, 122, 146, 172]
    assert growth(high_tech) == [0, 26, 24, 24, 26]
