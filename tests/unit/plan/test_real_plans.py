"""The plans that ship load without a fault, and say what their documents and sources say."""

import datetime as dt
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from plan.book import PlanBook, PlanView
from plan.check_figures import check_figures
from plan.codes import Kind, Status
from plan.due import expected_slices
from plan.figures import Figure, Figures, load_figures
from plan.loader import load_plans
from plan.messages import Bound, DateKind, ObservationStatus
from plan.model import Target

PLANS = Path(__file__).parents[3] / "plan"
HENAN, XUCHANG = "henan-2016-2020", "xuchang-2017-2020"


@pytest.fixture(scope="module")
def book() -> PlanBook:
    return PlanBook(load_plans(PLANS))


@pytest.fixture(scope="module")
def henan(book: PlanBook) -> PlanView:
    return book.views[HENAN]


@pytest.fixture(scope="module")
def figures() -> Figures:
    return load_figures(PLANS / HENAN)


def test_both_plans_load(book: PlanBook) -> None:
    assert list(book.views) == [HENAN, XUCHANG]


def _asks(target: Target) -> tuple[Decimal | None, str, str, str]:
    assert target.baseline is not None
    return (target.value, target.unit, target.baseline.period, target.deadline)


def test_values_and_deadlines_of_henan_and_china(henan: PlanView) -> None:
    assert {name: _asks(target) for name, target in henan.targets.items()} == {
        "henan-energy-intensity-2020": (Decimal(16), "pct", "2015", "2020"),
        "china-energy-intensity-2020": (Decimal(15), "pct", "2015", "2020"),
        "henan-energy-increment-2020": (Decimal(3540), "wan_tce", "2015", "2020"),
        "china-energy-total-2020": (Decimal(50), "yi_tce", "2015", "2020"),
        "china-coal-capacity-2016": (Decimal(25000), "wan_t", "2015", "2016"),
        "china-steel-capacity-2016": (Decimal(4500), "wan_t", "2015", "2016"),
        "china-steel-capacity-2016-outcome": (Decimal(4500), "wan_t", "2015", "2016"),
        "henan-coal-capacity-2016": (Decimal(2215), "wan_t", "2015", "2016"),
        "henan-coal-mines-2016": (Decimal(89), "mine", "2015", "2016"),
        "henan-coal-capacity-2020": (Decimal(255), "wan_t", "2019", "2020"),
        "henan-coal-mines-2020": (Decimal(6), "mine", "2019", "2020"),
        "henan-coal-capacity-2016-2020": (Decimal(6254), "wan_t", "2015", "2020"),
    }


def test_official_task_of_china_2017(henan: PlanView) -> None:
    annual, progress = henan.targets["china-energy-intensity-2020"].yardsticks

    assert (annual.official_tasks, progress.official_tasks) == ({"2017": Decimal("3.4")}, {})


def test_coal_of_2016_is_back_loaded_and_says_whose_steps_these_are(henan: PlanView) -> None:
    schedule = henan.targets["china-coal-capacity-2016"].schedule

    assert schedule is not None
    assert schedule.done_pct == {"2016-01..06": 25, "2016-01..07": 35, "2016-01..08": 55, "2016-01..12": 100}
    assert "本系统" in schedule.note.zh
    assert "ours" in schedule.note.en


def test_the_preset_that_asks_whether_it_fell_alerts_for_reductions_only(henan: PlanView) -> None:
    named = {
        (target.kind is Kind.REDUCTION, rule.alert_preset, rule.beside)
        for target in henan.targets.values()
        for rule in target.yardsticks
    }

    assert named == {(True, "ndrc-2021", ("ndrc-2020",)), (False, "ndrc-2020", ())}


def test_presets_are_published_ones(henan: PlanView) -> None:
    older, newer = henan.plan.presets

    assert older.source == "发改办环资〔2020〕901号"
    assert [(band.status, band.at_most) for band in older.bands] == [(Status.MILD, 10), (Status.SEVERE, None)]
    assert older.level_labels == {"achieved": "三级", "on_track": "三级", "mild": "二级", "severe": "一级"}
    assert newer.source == "发改办环资〔2021〕629号"
    assert [(band.status, band.at_least) for band in newer.bands] == [(Status.MIDDLE, 0), (Status.SEVERE, None)]
    assert newer.level_labels == {"achieved": "三级", "on_track": "三级", "middle": "二级", "severe": "一级"}


def test_expected_slices_are_those_that_somebody_was_asked_for(henan: PlanView) -> None:
    expected = Counter((each.form, each.area) for each, _ in expected_slices(henan))

    assert expected == {
        ("energy-annual", "china"): 5,
        ("energy-annual", "henan"): 5,
        ("economy-annual", "china"): 5,
        ("economy-annual", "henan"): 5,
        ("capacity-monthly", "china"): 7,
        ("capacity-annual", "henan"): 5,
        ("steel-capacity-annual", "china"): 1,
    }


def test_people_read_chinese_everywhere(book: PlanBook) -> None:
    names = [
        part.names.zh
        for plan in book.plans
        for parts in (
            plan.areas,
            plan.owners,
            plan.units,
            plan.senders,
            plan.forms,
            plan.indicators,
            plan.targets,
            plan.awards,
        )
        for part in parts
    ]

    assert [name for name in names if not any("\u4e00" <= sign <= "\u9fff" for sign in name)] == []


@pytest.mark.parametrize(("plan_id", "count", "fed", "sources"), [(HENAN, 131, 40, 39), (XUCHANG, 105, 1, 22)])
def test_published_figures_are_all_carried_and_fit(
    plan_id: str, count: int, fed: int, sources: int, book: PlanBook
) -> None:
    """133 and 105 rows were collected; 3 of the first stood twice, and one figure is derived from its share."""
    figures = load_figures(PLANS / plan_id)

    assert len(figures.figures) == count
    assert sum(1 for figure in figures.figures if figure.form) == fed
    assert len(figures.sources) == sources
    assert {source for figure in figures.figures for source in figure.sources} == set(figures.sources)
    assert check_figures(book.views[plan_id].plan, figures) == ()


def _fed(figures: Figures, item: str, unit: str) -> dict[str, Figure]:
    return {each.period: each for each in figures.figures if (each.item, each.unit) == (item, unit)}


def test_yearly_changes_of_energy_intensity(figures: Figures) -> None:
    henan = _fed(figures, "energy-intensity-change", "henan-stats")
    china = _fed(figures, "energy-intensity-change", "nbs")

    assert {period: str(each.value) for period, each in henan.items()} == {
        "2016": "-7.64",
        "2017": "-7.9",
        "2018": "-5.01",
        "2019": "-7.98",
        "2020": "0.76",
    }
    assert {period: str(each.value) for period, each in china.items()} == {
        "2016": "-5.0",
        "2017": "-3.7",
        "2018": "-3.1",
        "2020": "-0.1",
    }
    assert {period: (each.published_at, each.published_kind) for period, each in henan.items()} == {
        "2016": (dt.date(2017, 12, 25), DateKind.EXACT),
        "2017": (dt.date(2018, 7, 25), DateKind.EXACT),
        "2018": (dt.date(2019, 6, 30), DateKind.ASSUMED),
        "2019": (dt.date(2020, 6, 30), DateKind.ASSUMED),
        "2020": (dt.date(2021, 8, 23), DateKind.EXACT),
    }
    assert china["2020"].status is ObservationStatus.PROVISIONAL


def test_figure_of_two_sources_is_one_row_with_the_exact_date(figures: Figures) -> None:
    twice = [figure for figure in figures.figures if len(figure.sources) > 1]

    assert {(each.area_zh, each.period, str(each.value), each.published_kind) for each in twice} == {
        ("河南省", "2016", "-7.64", DateKind.EXACT),
        ("河南省", "2017", "-7.9", DateKind.EXACT),
        ("全国", "2017", "-3.7", DateKind.EXACT),
    }


def test_national_capacity_through_2016(figures: Figures) -> None:
    coal = _fed(figures, "coal-capacity-retired-ytd", "ndrc")
    steel = _fed(figures, "steel-capacity-retired-ytd", "ndrc")

    assert {period: (int(each.value), each.bound, each.status.value) for period, each in coal.items()} == {
        "2016-01..06": (7227, Bound.EXACT, "A"),
        "2016-01..07": (9500, Bound.AT_LEAST, "A"),
        "2016-01..08": (15000, Bound.AT_LEAST, "E"),
    }
    assert (coal["2016-01..08"].published_at, coal["2016-01..08"].published_kind) == (
        dt.date(2016, 9, 30),
        DateKind.ASSUMED,
    )
    assert "60 %" in coal["2016-01..08"].basis
    assert {period: int(each.value) for period, each in steel.items()} == {"2016-01..07": 2126}


def test_coal_of_henan_by_year(figures: Figures) -> None:
    def row(item: str) -> dict[str, tuple[int, str]]:
        return {
            period: (int(each.value), each.status.value) for period, each in _fed(figures, item, "henan-drc").items()
        }

    assert row("coal-capacity-retired") == {"2016": (2388, "E"), "2017": (2012, "A"), "2018": (825, "A")}
    assert row("coal-mines-closed") == {"2016": (100, "E"), "2017": (101, "A"), "2018": (24, "A")}
    assert row("coal-capacity-retired-cumulative") == {"2017": (4400, "A"), "2018": (5225, "A"), "2019": (6272, "B")}
    assert row("coal-mines-closed-cumulative") == {"2017": (201, "A"), "2018": (225, "A"), "2019": (230, "B")}


def test_what_was_derived_from_two_figures_was_not_known_before_both(figures: Figures) -> None:
    derived = _fed(figures, "coal-capacity-retired", "henan-drc")
    cumulative = _fed(figures, "coal-capacity-retired-cumulative", "henan-drc")

    assert derived["2016"].published_at == cumulative["2017"].published_at == dt.date(2018, 6, 30)


def test_counts_of_figures_kept_for_reference(figures: Figures) -> None:
    reasons = Counter(each.reference_only_because for each in figures.figures)

    assert reasons["target, not an observation"] == 17
    assert reasons["other basis: includes planned closures"] == 2
    assert [str(each.value) for each in figures.figures if "planned" in each.reference_only_because] == [
        "25114",
        "1688",
    ]


def test_targets_are_not_given_an_assumed_date() -> None:
    for plan_id in (HENAN, XUCHANG):
        for figure in load_figures(PLANS / plan_id).figures:
            if figure.reference_only_because == "target, not an observation":
                assert figure.published_kind is not DateKind.ASSUMED
