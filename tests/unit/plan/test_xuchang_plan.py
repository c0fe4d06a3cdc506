"""The plan of Xuchang says what its document says: read from the text by hand, never from the plan."""

import re
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from plan.book import PlanView
from plan.figures import load_figures
from plan.loader import load_plan
from plan.model import Award

ROOT = Path(__file__).parents[3]
FOLDER = ROOT / "plan" / "xuchang-2017-2020"
CHECK_LIST = ROOT / "docs" / "clauses-xuchang-2017-2020.md"
COUNTIES = ("yuzhou", "changge", "yanling", "xiangcheng", "weidu", "jianan")
LEADERS = "市先进制造业强市建设领导小组"
MEMBERS = "市先进制造业强市建设领导小组成员单位 各县（市、区）政府（管委会）"


@pytest.fixture(scope="module")
def xuchang() -> PlanView:
    return PlanView(load_plan(FOLDER))


def _mapped() -> list[tuple[str, str]]:
    """Each id that the check list names, with the clause of its row."""
    rows = [line.split("|") for line in CHECK_LIST.read_text(encoding="utf-8").splitlines() if line.startswith("|")]
    return [
        (found, row[1].strip()) for row in rows for found in re.findall(r"`([a-z0-9-]+)`", row[3]) if found != "ranking"
    ]


def test_check_list_names_every_target_and_award_once_under_its_clause(xuchang: PlanView) -> None:
    parts = (*xuchang.targets.values(), *xuchang.plan.awards)

    assert sorted(_mapped()) == sorted((part.id, part.clause) for part in parts)


def test_check_list_has_every_paragraph_of_the_document() -> None:
    rows = [line.split("|") for line in CHECK_LIST.read_text(encoding="utf-8").splitlines() if line.startswith("|")]
    sections = {
        "2.1": range(1, 5),
        "2.2": range(5, 10),
        "2.3": range(10, 14),
        "2.4": range(14, 19),
        "2.5": range(19, 22),
    }
    tasks = [f"{section}.{number}" for section, numbers in sections.items() for number in numbers]
    clauses = [row[1].strip() for row in rows if row[1].strip() not in ("clause", "---")]

    assert list(dict.fromkeys(clauses)) == ["head", "1.1", "1.2", *tasks, "3.1", "3.2", "3.3", "3.4"]
    assert all(row[2].strip() and row[3].strip() for row in rows)


def test_counts_by_kind_deadline_strength_and_scope(xuchang: PlanView) -> None:
    targets = xuchang.plan.targets

    assert Counter(target.kind.value for target in targets) == {
        "qualitative": 41,
        "stock": 21,
        "yearly_flow": 16,
        "share_floor": 8,
        "coverage": 6,
        "paired_floor": 4,
        "capacity_retired": 2,
        "reduction": 1,
        "yearly_floor": 1,
    }
    assert Counter(target.deadline for target in targets) == {"2020": 78, "2017": 21, "2018": 1}
    assert Counter(target.strength.value for target in targets) == {"firm": 71, "strive": 16, "hedged": 13}
    assert Counter(target.scope.value for target in targets) == {"city": 84, "each_county": 10, "each_enterprise": 6}


def test_counts_by_clause(xuchang: PlanView) -> None:
    counted = Counter(target.clause for target in xuchang.plan.targets)

    assert counted == {
        "1.2": 13,
        **{"2.1.1": 5, "2.1.2": 3, "2.1.3": 6, "2.1.4": 5},
        **{"2.2.5": 7, "2.2.6": 1, "2.2.7": 2, "2.2.8": 3, "2.2.9": 4},
        **{"2.3.10": 9, "2.3.11": 1, "2.3.12": 2, "2.3.13": 1},
        **{"2.4.14": 8, "2.4.15": 1, "2.4.16": 4, "2.4.17": 1, "2.4.18": 1},
        **{"2.5.20": 4, "2.5.21": 2},
        **{"3.1": 7, "3.2": 2, "3.3": 4, "3.4": 4},
    }


TASK_1 = "市科技局 市发改委 市工信委 市财政局"
TASK_2 = "市发改委 市工信委 市统计局 市财政局"
TASK_3 = "市工信委 市发改委 市财政局"
TASK_4 = "市工信委 市科技局 市发改委 市财政局 市工商局 市质监局"
TASK_5 = "市工信委 市发改委 市环保局 市财政局 市商务局 市城管局"
TASK_8 = "市发改委 市工信委 市环保局 市安监局"
TASK_9 = "市发改委 市工信委 市安监局 市财政局"
TASK_14 = "市发改委 市工信委 市商务局 市财政局"
TASK_16 = "市发改委 市工信委 市商务局 市农业局 市财政局"
TASK_20 = "市工信委 市发改委 市统计局"
CLAUSE_34 = "市政府办公室 市发改委 市统计局 市工信委 市财政局"

READ_FROM_THE_TEXT = {
    "industrial-investment-share-2020": (">= 40 pct", "firm", "2020", "city", LEADERS),
    "sei-revenue-share-2020": (">= 60 pct", "firm", "2020", "city", LEADERS),
    "industrial-energy-intensity-2020": (">= 18 pct", "firm", "2020", "city", LEADERS),
    "internet-penetration-2020": (">= 89 pct", "firm", "2020", "city", LEADERS),
    "cnc-rate-2020": (">= 45 pct", "firm", "2020", "city", LEADERS),
    "innovation-centres-2017": (">= 1 facility", "strive", "2017", "city", TASK_1),
    "innovation-centres-2020": (">= 2 facility", "firm", "2020", "city", TASK_1),
    "high-tech-enterprises-2020": ("> 160 enterprise", "firm", "2020", "city", TASK_1),
    "high-tech-output-share-2020": (">= 50 pct", "hedged", "2020", "city", TASK_1),
    "incubators-2020": (">= 16 facility", "firm", "2020", "city", TASK_1),
    "sei-industry-share-2017": ("> 40 pct", "strive", "2017", "city", TASK_2),
    "sei-clusters-2020": (">= 5 cluster", "firm", "2020", "city", TASK_2),
    "county-upgrade-share": (">= 30 pct", "firm", "2020", "each_county", TASK_3),
    "provincial-industry-bases-2017": (">= 1 facility", "strive", "2017", "city", TASK_3),
    "national-industry-bases-2020": (">= 1 facility", "strive", "2020", "city", TASK_3),
    "provincial-industry-bases-2020": (">= 3 facility", "strive", "2020", "city", TASK_3),
    "national-design-centres-2017": (">= 1 facility", "strive", "2017", "city", TASK_4),
    "provincial-design-centres-2017": (">= 3 facility", "strive", "2017", "city", TASK_4),
    "rd-institutions-2020": (">= 100 pct", "hedged", "2020", "each_enterprise", TASK_4),
    "new-products-2020": (">= 200 product", "firm", "2020", "city", TASK_4),
    "national-brands-2020": (">= 20 brand", "firm", "2020", "city", TASK_4),
    "national-green-list-2017": (">= 1 enterprise", "strive", "2017", "city", TASK_5),
    "national-energy-catalogues-2017": (">= 2 enterprise", "strive", "2017", "city", TASK_5),
    "green-factories-2020": (">= 8 enterprise", "firm", "2020", "city", TASK_5),
    "national-energy-lists-2020": (">= 10 enterprise", "firm", "2020", "city", TASK_5),
    "solar-capacity-2020": (">= 1000 mw", "firm", "2020", "city", "市发改委 市工信委"),
    "wind-capacity-2020": (">= 48 mw", "firm", "2020", "city", "市发改委 市工信委"),
    "cleaner-production-2018": (">= 100 pct", "hedged", "2018", "each_enterprise", TASK_8),
    "permit-coverage-2020": (">= 100 pct", "hedged", "2020", "each_enterprise", TASK_8),
    "coal-mines-2017": (">= 14 mine", "firm", "2017", "city", TASK_9),
    "coal-capacity-2017": (">= 306 wan_t", "firm", "2017", "city", TASK_9),
    "small-trades-2020": (">= 100 pct", "firm", "2020", "each_enterprise", TASK_9),
    "county-smart-renovation": (">= 3 enterprise", "firm", "2020", "each_county", TASK_3),
    "smart-factories-2017": (">= 2 factory", "strive", "2017", "city", TASK_3),
    "integration-pilots-2017": (">= 4 enterprise", "strive", "2017", "city", TASK_3),
    "integration-certified-2017": (">= 2 enterprise", "strive", "2017", "city", TASK_3),
    "smart-enterprises-2020": (">= 100 enterprise", "firm", "2020", "city", TASK_3),
    "county-smart-models-2020": (">= 10 enterprise", "firm", "2020", "each_county", TASK_3),
    "smart-factories-2020": (">= 20 factory", "firm", "2020", "city", TASK_3),
    "integration-certified-2020": (">= 5 enterprise", "firm", "2020", "city", TASK_3),
    "cio-2020": (">= 100 pct", "firm", "2020", "each_enterprise", TASK_3),
    "robot-models-2020": (">= 100 enterprise", "firm", "2020", "city", "市工信委 市财政局"),
    "county-robot-users-2020": (">= 10 enterprise", "firm", "2020", "each_county", "市工信委 市财政局"),
    "national-fusion-applications-2017": (">= 1 project", "strive", "2017", "city", TASK_14),
    "innovation-platforms-2017": (">= 1 facility", "strive", "2017", "city", TASK_14),
    "cloud-platforms-2017": (">= 2 facility", "firm", "2017", "city", TASK_14),
    "national-service-manufacturing-2017": (">= 1 enterprise", "firm", "2017", "city", TASK_16),
    "provincial-service-manufacturing-2017": (">= 4 enterprise", "firm", "2017", "city", TASK_16),
    "provincial-service-manufacturing-2020": (">= 8 enterprise", "firm", "2020", "city", TASK_16),
    "e-commerce-2020": ("> 1000 yi_yuan", "firm", "2020", "city", TASK_16),
    "key-projects-2017": (">= 396 yi_yuan", "firm", "2017", "city", TASK_20),
    "manufacturing-investment-growth": (">= 20 pct", "firm", "2020", "city", TASK_20),
    "german-projects-2017": (">= 16 project", "firm", "2017", "city", "市商务局 市发改委 市工信委"),
    "exemplary-enterprises": (">= 10 enterprise", "firm", "2020", "city", CLAUSE_34),
}


@pytest.mark.parametrize("target_id", READ_FROM_THE_TEXT)
def test_target_asks_what_the_text_asks(target_id: str, xuchang: PlanView) -> None:
    target = xuchang.targets[target_id]

    assert target.comparator is not None
    assert (
        f"{target.comparator.value} {target.value} {target.unit}",
        target.strength.value,
        target.deadline,
        target.scope.value,
        " ".join(xuchang.owners[owner].names.zh for owner in target.owners),
    ) == READ_FROM_THE_TEXT[target_id]


@pytest.mark.parametrize(
    ("target_id", "owners"),
    [
        ("environmental-industry-base-2020", "市发改委 市工信委 市环保局 市科技局"),
        ("smart-equipment-2020", "市工信委 市发改委 市科技局"),
        ("smart-support-system-2020", "市工信委 市发改委 市科技局 市商务局"),
        (
            "finance-cooperation-2020",
            "市发改委 市财政局 市工信委 市金融办 人行许昌市中心支行 许昌银监分局 市商务局",
        ),
        ("civil-military-2020", "市发改委 市工信委 许昌军分区"),
        ("large-small-pattern-2020", "市工信委 市发改委"),
        ("county-ledger", MEMBERS),
        ("industry-fund", MEMBERS),
        ("statistics-complete", "市统计局 市发改委 市工信委 市环保局"),
        ("county-ranking-yearly", CLAUSE_34),
    ],
)
def test_who_answers_for_what_people_judge(target_id: str, owners: str, xuchang: PlanView) -> None:
    assert " ".join(xuchang.owners[owner].names.zh for owner in xuchang.targets[target_id].owners) == owners


def test_what_is_asked_anew_each_year(xuchang: PlanView) -> None:
    over_the_years = {each.id for each in xuchang.plan.targets if each.every is not None and each.deadline == "2020"}

    assert over_the_years == {
        "upgrade-support-yearly",
        "county-upgrade-share",
        "county-smart-renovation",
        "project-plan-yearly",
        "manufacturing-investment-growth",
        "county-projects-yearly",
        "county-training-yearly",
        "county-study-visits-yearly",
        "county-ranking-yearly",
        "exemplary-enterprises",
    }


def test_what_the_text_says_twice_is_answered_for_by_both(xuchang: PlanView) -> None:
    twice = {each.id: each.restates for each in xuchang.plan.targets if each.restates}

    assert twice == {
        "sei-revenue-share-2020-again": "sei-revenue-share-2020",
        "industrial-investment-share-2020-again": "industrial-investment-share-2020",
    }
    assert xuchang.owners_of("sei-revenue-share-2020") == ("leading-group", "drc", "iit", "statistics", "finance")
    assert xuchang.owners_of("industrial-investment-share-2020") == ("leading-group", "iit", "drc", "statistics")


def test_one_name_two_indicators(xuchang: PlanView) -> None:
    """Two shares of emerging industries; new in 2017 against totals; 改造 against 示范; models of robot use, users."""
    for one, other in (
        ("sei-industry-share-2017", "sei-revenue-share-2020"),
        ("smart-factories-2017", "smart-factories-2020"),
        ("integration-certified-2017", "integration-certified-2020"),
        ("national-energy-catalogues-2017", "national-energy-lists-2020"),
        ("smart-enterprises-2020", "county-smart-models-2020"),
        ("robot-models-2020", "county-robot-users-2020"),
    ):
        assert xuchang.targets[one].indicator != xuchang.targets[other].indicator


def test_paired_floors_stand_beside_each_other(xuchang: PlanView) -> None:
    pairs = {each.id: each.paired_with for each in xuchang.plan.targets if each.paired_with}

    assert pairs == {
        "smart-enterprises-2020": "county-smart-models-2020",
        "county-smart-models-2020": "smart-enterprises-2020",
        "robot-models-2020": "county-robot-users-2020",
        "county-robot-users-2020": "robot-models-2020",
    }


def test_each_county_means_the_six_counties_and_not_the_zones(xuchang: PlanView) -> None:
    assert xuchang.areas_of(xuchang.targets["county-smart-renovation"]) == COUNTIES
    assert [area.names.zh for area in xuchang.plan.areas if area.kind == "zone"] == [
        "城乡一体化示范区",
        "经济技术开发区",
        "东城区",
    ]


def test_every_quantity_is_fed_for_all_its_areas(xuchang: PlanView) -> None:
    unfed = [
        (target.id, area)
        for target in xuchang.plan.targets
        if target.indicator
        for area in xuchang.areas_of(target)
        if area not in xuchang.slice_areas(xuchang.forms[xuchang.indicators[target.indicator].form])
    ]

    assert unfed == []


def test_steps_of_the_text_are_milestones(xuchang: PlanView) -> None:
    found = {
        each.id: dict(each.schedule.milestones)
        for each in xuchang.plan.targets
        if each.schedule is not None and each.schedule.milestones
    }

    assert found == {
        "innovation-centres-2020": {"2017": 1, "2020": 2},
        "national-industry-bases-2020": {"2020": 1},
        "provincial-industry-bases-2020": {"2017": 1, "2020": 3},
        "provincial-service-manufacturing-2020": {"2017": 4, "2020": 8},
    }


@pytest.mark.parametrize(
    ("total", "of_2017", "asked_in_2017"),
    [
        ("smart-factories-2020", "smart-factories-2017", 2),
        ("national-energy-lists-2020", "national-energy-catalogues-2017", 2),
    ],
)
def test_our_paths_ask_no_more_of_2017_than_the_text(
    total: str, of_2017: str, asked_in_2017: int, xuchang: PlanView
) -> None:
    schedule = xuchang.targets[total].schedule
    value = xuchang.targets[total].value

    assert schedule is not None
    assert value is not None
    assert xuchang.targets[of_2017].value == asked_in_2017
    assert schedule.done_pct["2017"] * value / 100 == asked_in_2017


AMOUNTS_READ_FROM_THE_TEXT = {
    "innovation-centres": ("2.1.1", [100, 50], True),
    "emerging-industry-sales": ("2.1.2", [10, 20, 50], True),
    "industry-bases": ("2.1.3", [50, 20], True),
    "industrial-base-projects": ("2.1.4", [None], False),
    "single-champions": ("2.1.4", [50, 20, 10], True),
    "green-upgrade-projects": ("2.2.5", [None], False),
    "national-green-lists": ("2.2.5", [50], True),
    "provincial-green-catalogue": ("2.2.5", [20], True),
    "national-smart-projects": ("2.3.10", [50], True),
    "provincial-smart-factories": ("2.3.10", [20], True),
    "integration-management": ("2.3.10", [50], True),
    "internet-integration-pilots": ("2.4.14", [50, 20], True),
    "innovation-bases-platforms": ("2.4.14", [20, 20], True),
    "industrial-cloud": ("2.4.14", [20], True),
    "service-manufacturing": ("2.4.16", [50, 20], False),
}


def _amounts(award: Award) -> tuple[str, list[Decimal | None], bool]:
    return award.clause, [tier.amount_wan_yuan for tier in award.tiers], award.is_once


def test_awards_pay_what_the_text_promises(xuchang: PlanView) -> None:
    awards = {award.id: award for award in xuchang.plan.awards}

    assert {name: _amounts(award) for name, award in awards.items()} == AMOUNTS_READ_FROM_THE_TEXT
    assert [tier.from_yi_yuan for tier in awards["emerging-industry-sales"].tiers] == [10, 20, 50]
    assert [tier.match_pct for tier in awards["industrial-base-projects"].tiers] == [50]


def test_yearly_ranking_praises_three_and_criticises_one(xuchang: PlanView) -> None:
    ranking = xuchang.plan.ranking

    assert ranking is not None
    assert (ranking.clause, ranking.every, ranking.praised, ranking.criticised) == ("3.4", "year", 3, 1)


def test_the_one_published_figure_on_the_basis_of_a_form_is_fed() -> None:
    """15 provincial smart factories for 2018; all other figures differ in basis, area or period, and say so."""
    fed = [figure for figure in load_figures(FOLDER).figures if figure.form]

    assert [(each.form, each.item, each.period, each.value) for each in fed] == [
        ("xuchang-smart-factories-annual", "smart-factories", "2018", 15)
    ]
