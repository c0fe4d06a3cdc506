"""The forms of enterprises, sources and registers in the plan of Xuchang: who, when, what, in whose codes."""

from decimal import Decimal
from pathlib import Path

import pytest

from plan.book import PlanView
from plan.codes import RowsBy
from plan.loader import load_plan
from plan.model import Item

FOLDER = Path(__file__).parents[3] / "plan" / "xuchang-2017-2020"
COUNTIES = ("yuzhou", "changge", "yanling", "xiangcheng", "weidu", "jianan")
GOVERNMENTS = tuple(f"{county}-government" for county in COUNTIES)
BUREAUS = ("stats", "environment", "drc", "iit", "science", "commerce", "quality", "office")

# Form: kind of period, first, last, days to report, who, and what counts its rows ("-": rows without a count).
FORMS: dict[str, tuple[str, str, str, int, tuple[str, ...], str]] = {
    "enterprise-monthly": ("year_to_date", "2016-01..02", "2020-01..12", 15, ("above-scale",), ""),
    "energy-monthly": ("month", "2016-01", "2020-12", 10, ("key-energy",), ""),
    "energy-meter-daily": ("day", "2016-01-01", "2020-12-31", 1, ("key-energy",), "-"),
    "emission-hourly-daily": ("day", "2016-01-01", "2020-12-31", 1, ("emission-source",), "-"),
    "permit-execution-quarterly": ("quarter", "2017-Q3", "2020-Q4", 15, ("emission-source",), ""),
    "permit-events-monthly": ("month", "2016-01", "2020-12", 15, ("xuchang-environment",), "events"),
    "capacity-events-monthly": ("month", "2016-01", "2020-12", 15, ("xuchang-drc",), "events"),
    "small-trades-events-monthly": ("month", "2016-01", "2020-12", 15, GOVERNMENTS, "events"),
    "projects-monthly": ("year_to_date", "2017-01..06", "2020-01..12", 10, ("xuchang-iit",), "projects"),
    "recognitions-monthly": (
        "month", "2016-01", "2020-12", 15, ("xuchang-iit", "xuchang-science", "xuchang-quality"), "events",
    ),
    "enterprise-events-monthly": ("month", "2016-01", "2020-12", 15, ("xuchang-stats",), "events"),
    "renewable-plants-monthly": ("month", "2016-01", "2020-12", 15, ("xuchang-drc",), "plants"),
    "ledger-monthly": ("month", "2017-06", "2020-12", 15, tuple(f"xuchang-{each}" for each in BUREAUS), "items"),
}  # fmt: skip

# Reference coefficients of GB/T 2589-2020: kgce per kg; electricity kgce/kWh, gas kgce/m3, heat kgce/MJ.
PER_UNIT_KGCE = {
    "raw-coal": "0.7143", "washed-coal": "0.9", "coke": "0.9714", "natural-gas": "1.33", "diesel": "1.4571",
    "gasoline": "1.4714", "fuel-oil": "1.4286", "lpg": "1.7143", "electricity": "0.1229", "heat": "0.03412",
    "other-energy": "1",
}  # fmt: skip
# Of the unit of the coefficient (kg, kWh, m3, MJ; kgce for other energy) in one unit of the form.
IN_ONE = {"t": 1_000, "wan_kwh": 10_000, "wan_m3": 10_000, "gj": 1_000, "tce": 1_000}


@pytest.fixture(scope="module")
def xuchang() -> PlanView:
    return PlanView(load_plan(FOLDER))


def _codes(item: Item) -> list[str]:
    return [code.id for code in item.codes]


@pytest.mark.parametrize("form_id", FORMS)
def test_who_reports_when_and_how_rows_are_counted(xuchang: PlanView, form_id: str) -> None:
    kind, first, last, due_days, who, counted = FORMS[form_id]
    form = xuchang.forms[form_id]
    calendar = form.calendar

    assert (calendar.kind.value, calendar.periods[0], calendar.periods[-1]) == (kind, first, last)
    assert calendar.due_days == due_days
    assert calendar.note is not None
    assert (*form.roster, *form.roster_groups) == who
    assert form.audited_with == ()
    if not counted:
        assert form.rows is None
    elif counted == "-":
        assert form.rows is not None
        assert (form.rows.by, form.rows.count_item) == (RowsBy.TIME, "")
        # As many rows as the day has intervals.
        assert form.rows.most * form.rows.every_minutes == 24 * 60
    else:
        assert form.rows is not None
        assert (form.rows.by, form.rows.count_item) == (RowsBy.KEY, counted)
        # So many rows as may come can be counted.
        assert xuchang.items[form_id][counted].maximum == form.rows.most


def test_january_is_reported_with_february(xuchang: PlanView) -> None:
    periods = xuchang.forms["enterprise-monthly"].calendar.periods
    assert len(periods) == 5 * 11
    assert not any(period.endswith("..01") for period in periods)


@pytest.mark.parametrize("product", PER_UNIT_KGCE)
def test_coal_equivalents_are_in_the_unit_of_the_form(xuchang: PlanView, product: str) -> None:
    item = xuchang.items["energy-monthly"][product]
    in_tonnes = Decimal(PER_UNIT_KGCE[product]) * IN_ONE[item.unit] / 1_000
    assert item.tce_factor == in_tonnes


def test_only_products_have_coal_equivalents(xuchang: PlanView) -> None:
    has = {item.id for form in xuchang.plan.forms for item in form.items if item.tce_factor is not None}
    assert has == set(PER_UNIT_KGCE)


def test_the_eight_small_trades_are_those_of_clause_2_2_9(xuchang: PlanView) -> None:
    trade = xuchang.items["small-trades-events-monthly"]["trade"]
    wanted = ["小铸造", "小化工", "小镀锌", "小冶炼", "小陶瓷", "小档发", "小豆制品", "小红薯加工"]
    assert [code.names.zh for code in trade.codes] == wanted


def test_steps_of_capacity_follow_each_other(xuchang: PlanView) -> None:
    state = xuchang.items["capacity-events-monthly"]["state"]
    steps = ["planned", "started", "power-cut", "sealed", "self-checked", "accepted", "publicised", "spot-checked"]
    assert _codes(state) == steps


@pytest.mark.parametrize(("form", "item"), [("projects-monthly", "county"), ("enterprise-events-monthly", "area")])
def test_codes_of_areas_are_the_areas_in_the_city(xuchang: PlanView, form: str, item: str) -> None:
    """The nine areas a project or enterprise can lie in; a new area of the plan must come here too."""
    inner = [area.id for area in xuchang.plan.areas if area.parent == "xuchang"]
    assert len(inner) == 9
    assert _codes(xuchang.items[form][item]) == inner


@pytest.mark.parametrize("door", ["gateway", "files"])
def test_the_doors_are_open_for_all_units_and_forms(xuchang: PlanView, door: str) -> None:
    sender = xuchang.senders[door]
    assert set(sender.units) == {unit.id for unit in xuchang.plan.units}
    assert set(sender.unit_groups) == {group.id for group in xuchang.plan.groups}
    assert set(sender.forms) == set(xuchang.forms)
    assert (sender.gets_outcomes, sender.may_backdate) == (True, False)


def test_the_bureau_s_own_system_speaks_for_itself_and_its_sources(xuchang: PlanView) -> None:
    system = xuchang.senders["environment-system"]
    assert (system.units, system.unit_groups) == (("xuchang-environment",), ("emission-source",))
    assert {form for form in FORMS if form in system.forms} == {
        "permit-events-monthly",
        "permit-execution-quarterly",
        "emission-hourly-daily",
    }
    assert set(xuchang.senders) == {"published", "gateway", "files", "environment-system"}
