"""The simulated city: it repeats, adds up to the published totals, and says everywhere that it is made up."""

import csv
import datetime as dt
import hashlib
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import pytest

from plan.book import PlanBook
from plan.loader import load_plan
from plan.messages import Return
from plan.periods import parse_period
from producers.simulator.events import CAPACITIES_WAN_T, MINES, PROJECT_YI_YUAN, PROJECTS
from producers.simulator.population import draw, register
from producers.simulator.sending import Sending
from producers.simulator.setup import Setup, load_departments, load_facts
from producers.simulator.simulation import Simulation, simulate, wrongly_made
from producers.simulator.totals import totals_of
from producers.simulator.world import all_returns

FACTS = Path(__file__).parents[4] / "producers" / "simulator" / "facts.csv"
DAILY = {"energy-meter-daily", "emission-hourly-daily"}
NOW = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


def _value(sent: Return, item: str) -> float:
    (cell,) = [cell for cell in sent.cells if cell.item == item and not cell.row]
    assert cell.value is not None
    return cell.value


def _fingerprint(sendings: tuple[Sending, ...]) -> str:
    made = hashlib.sha256()
    for each in sendings:
        made.update(each.topic.encode() + each.unit.encode() + str(each.day).encode() + each.payload)
    return made.hexdigest()


def test_equal_arguments_make_equal_bytes(
    simulation: Simulation, make_setup: Callable[..., Setup], tmp_path: Path
) -> None:
    again = simulate(make_setup(), tmp_path)
    assert _fingerprint(again.sendings) == _fingerprint(simulation.sendings)
    assert again.truth == simulation.truth
    assert again.plan == simulation.plan


def test_another_seed_makes_another_city(
    simulation: Simulation, make_setup: Callable[..., Setup], tmp_path: Path
) -> None:
    assert _fingerprint(simulate(make_setup(seed=8), tmp_path).sendings) != _fingerprint(simulation.sendings)


@pytest.mark.parametrize("form", ["energy-monthly", "xuchang-cio-annual", "recognitions-monthly"])
def test_leaving_a_form_out_changes_no_other(
    form: str, simulation: Simulation, make_setup: Callable[..., Setup]
) -> None:
    """No form's chance hangs on another's, so a short trial shows the same figures as the whole."""
    alone = all_returns(make_setup(forms=frozenset({form})), simulation.plan, draw(make_setup()))
    whole = all_returns(make_setup(), simulation.plan, draw(make_setup()))
    assert _fingerprint(alone) == _fingerprint(tuple(each for each in whole if each.form == form))


def test_leaving_years_out_changes_no_other(
    simulation: Simulation, make_setup: Callable[..., Setup], tmp_path: Path
) -> None:
    short = simulate(make_setup(first=parse_period("2018-01"), last=parse_period("2018-12")), tmp_path)
    part, setup = make_setup(first=parse_period("2018-01"), last=parse_period("2018-12")), make_setup()
    of_2018 = [
        [each for each in all_returns(asked, plan, draw(asked)) if each.period[:4] == "2018" and each.form not in DAILY]
        for asked, plan in ((part, short.plan), (setup, simulation.plan))
    ]
    assert of_2018[0]
    assert _fingerprint(tuple(of_2018[0])) == _fingerprint(tuple(of_2018[1]))


def test_forms_by_day_are_due_on_the_simulated_days_only(simulation: Simulation) -> None:
    """Else every meter would be overdue for every day of five years."""
    for form in simulation.plan.forms:
        if form.id in DAILY:
            assert form.calendar.periods == ("2020-12-30", "2020-12-31")
    daily = [each for each in simulation.sendings if each.form in DAILY]
    assert {each.period for each in daily} == {"2020-12-30", "2020-12-31"}
    assert len(daily) == 2 * (6 + 4)  # six users and four sources, at the least


@pytest.mark.parametrize(("year", "published_yi_yuan"), [(2016, 6196.9)])
def test_revenue_of_all_enterprises_is_the_published_one(
    year: int, published_yi_yuan: float, good: tuple[Return, ...]
) -> None:
    of_year = [each for each in good if each.form == "enterprise-monthly" and each.period == f"{year}-01..12"]
    total_wan_yuan = sum(_value(each, "revenue") for each in of_year)
    # Each enterprise rounds to a tenth of 10 000 yuan.
    assert abs(total_wan_yuan - published_yi_yuan * 10_000) <= 0.05 * len(of_year)


def test_value_added_of_all_enterprises_is_what_the_bureau_reports(good: tuple[Return, ...]) -> None:
    for year in range(2016, 2021):
        of_year = [each for each in good if each.form == "enterprise-monthly" and each.period == f"{year}-01..12"]
        (bureau,) = [each for each in good if each.form == "xuchang-energy-annual" and each.period == str(year)]
        total = sum(_value(each, "value-added-comparable") for each in of_year)
        assert abs(total - _value(bureau, "industrial-value-added") * 10_000) <= 0.05 * len(of_year)


def test_totals_follow_growth_and_intensity_by_hand(make_setup: Callable[..., Setup]) -> None:
    totals = totals_of(make_setup())
    # 1378.9 x 1.09 = 1503.001; 0.65 x 0.945 x 1503.001 = 923.218
    assert str(totals.value_added[1]) == "1503.00"
    assert str(totals.energy[1]) == "923.22"
    # 0.65 x 1378.9 = 896.285, half up
    assert str(totals.energy[0]) == "896.29"


def test_made_up_counts_hold_to_the_facts() -> None:
    facts = load_facts()
    assert (MINES, sum(CAPACITIES_WAN_T)) == (facts[2017, "mines-closed"], facts[2017, "mine-capacity-retired"])
    assert (facts[2017, "key-projects"], facts[2017, "key-project-investment"]) == (PROJECTS, PROJECT_YI_YUAN)
    smart_factories = load_departments()["xuchang-smart-factories-annual"]["smart-factories"]
    assert smart_factories[2018 - 2016] == facts[2018, "smart-factories"]


def test_every_published_fact_has_its_source() -> None:
    with FACTS.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            is_published = row["kind"] == "published"
            assert is_published or row["kind"] == "ours", row
            assert bool(row["source_title"]) == bool(row["source_address"]) == is_published, row


def test_a_year_to_date_never_falls(good: tuple[Return, ...]) -> None:
    series: dict[tuple[str, int], list[tuple[int, float]]] = defaultdict(list)
    for each in good:
        if each.form == "enterprise-monthly":
            period = parse_period(each.period)
            series[each.unit, period.year].append((period.last_month, _value(each, "revenue")))
    for found in series.values():
        values = [value for _, value in sorted(found)]
        assert values == sorted(values)


def test_fourteen_mines_close_with_their_capacity(good: tuple[Return, ...]) -> None:
    assert sum(CAPACITIES_WAN_T) == 306
    steps: dict[str, set[str]] = defaultdict(set)
    for each in good:
        if each.form == "capacity-events-monthly":
            for cell in each.cells:
                if cell.item == "state":
                    steps[cell.row].add(cell.text)
    assert len(steps) == 14
    assert all("sealed" in done for done in steps.values())
    (last,) = [each for each in good if each.form == "xuchang-coal-exit-monthly" and each.period == "2017-01..12"]
    assert (_value(last, "mines-closed-ytd"), _value(last, "mine-capacity-retired-ytd")) == (14, 306)


def test_a_month_without_events_reports_zero(good: tuple[Return, ...]) -> None:
    months = [each for each in good if each.form == "capacity-events-monthly"]
    assert len(months) == 60
    # On track all mines are closed by the end of June 2017: the first step in March, the last in August.
    quiet = [each.period for each in months if _value(each, "events") == 0]
    assert quiet == [each.period for each in months if not "2017-03" <= each.period <= "2017-08"]


def test_every_form_of_the_plan_is_reported(simulation: Simulation, good: tuple[Return, ...]) -> None:
    assert {each.form for each in good} == {form.id for form in simulation.plan.forms}


def test_what_should_keep_the_contract_keeps_it(simulation: Simulation) -> None:
    assert wrongly_made(simulation, NOW) == ()


def test_nothing_is_handed_in_before_its_period_is_over(good: tuple[Return, ...]) -> None:
    for each in good:
        assert each.published_at is not None
        assert each.published_at.date() > parse_period(each.period).end_date


def test_the_plan_says_that_it_is_simulated(simulation: Simulation) -> None:
    plan = simulation.plan
    assert plan.names.zh.startswith("【模拟】")
    assert "模拟数据" in plan.document
    view = PlanBook((plan,)).views[plan.id]
    assert view.senders["simulator"].may_backdate
    assert view.speaks_for("simulator", "sim-e0001")
    assert not view.speaks_for("intruder", "sim-e0001")
    made = [unit for unit in plan.units if unit.id.startswith("sim-")]
    assert len(made) == 36
    assert all(unit.names.zh.startswith("模拟企业") for unit in made)


def test_the_real_plan_has_no_simulator() -> None:
    real = load_plan(Path(__file__).parents[4] / "plan" / "xuchang-2017-2020")
    assert {"simulator", "intruder"}.isdisjoint(sender.id for sender in real.senders)


def test_at_full_scale_the_register_is_that_of_the_city(make_setup: Callable[..., Setup]) -> None:
    people = draw(make_setup(scale=1.0))
    units = register(people)
    in_group = {
        group: sum(group in unit.groups for unit in units) for group in ("above-scale", "key-energy", "emission-source")
    }
    assert in_group == {"above-scale": 1800, "key-energy": 300, "emission-source": 150}
    assert len({unit.area for unit in units}) == 9
    # Sizes are skewed, as those of enterprises are: the largest tenth makes more than a third.
    ordered = sorted(people.sizes, reverse=True)
    assert sum(ordered[:180]) > sum(ordered) / 3
