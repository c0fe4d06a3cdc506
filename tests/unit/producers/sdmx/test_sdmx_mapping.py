"""The mapping file: the plan's own is good; one bad file per defect, with line and mend."""

import shutil
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from plan.book import PlanBook, PlanView
from plan.loader import PlanRefused, load_plan
from plan.messages import Cell
from plan.model import Names, ReportingUnit
from producers.sdmx.flows import mapping_for
from producers.sdmx.mapping import load_mapping, load_mappings
from producers.sdmx.mapping_model import DataflowMapping, Role
from producers.sdmx.model import FlowKind, FlowRef
from producers.sdmx.reading import read_sdmx

SMALL = """\
dataflows:
  - id: QY:DF
    names: {zh: 年度, en: yearly}
    versions: ["1.0"]
    structure: QY:DSD
    form: economy-annual
    dimensions:
      - {id: FREQ, role: frequency, codes: {A: year}}
      - {id: REF_AREA, role: unit, codes: {CN: nbs}, others: ignore}
      - {id: INDICATOR, role: item, codes: {GDP: gdp-growth}}
      - {id: TIME_PERIOD, role: period}
    attributes:
      - {id: UNIT_MEASURE, role: measure, codes: {PT: pct}, multipliers: {PT: 0}}
      - {id: UNIT_MULT, role: multiplier, absent: "0"}
      - {id: OBS_STATUS, role: status, codes: {A: A}, absent: A}
"""


@pytest.fixture
def load(tmp_path: Path, book: PlanBook) -> Callable[[str], DataflowMapping]:
    """Factory: the only dataflow of a mapping file with this text."""

    def make(text: str) -> DataflowMapping:
        (tmp_path / "sdmx.yaml").write_text(text, encoding="utf-8")
        mapping = load_mapping(tmp_path, book.views["henan-2016-2020"])
        assert mapping is not None
        (flow,) = mapping.dataflows
        return flow

    return make


def test_the_plans_own_mapping_is_good(flows: tuple[DataflowMapping, ...]) -> None:
    assert [(each.id, each.form) for each in flows] == [
        ("QY:DF_ENERGY_ANNUAL", "energy-annual"),
        ("QY:DF_ECONOMY_ANNUAL", "economy-annual"),
        ("QY:DF_CAPACITY_MONTHLY", "capacity-monthly"),
    ]


def test_a_plan_without_a_mapping_takes_no_sdmx(tmp_path: Path, book: PlanBook) -> None:
    assert load_mapping(tmp_path, book.views["henan-2016-2020"]) is None
    assert load_mappings([(tmp_path, book.views["henan-2016-2020"])]) == ()


def test_a_plan_folder_may_hold_a_mapping(henan: Path, tmp_path: Path) -> None:
    folder = tmp_path / "henan-2016-2020"
    shutil.copytree(henan, folder)
    shutil.copy(henan.parent / "presets.yaml", tmp_path)
    assert load_plan(folder).id == "henan-2016-2020"


def test_a_small_mapping_reads(load: Callable[[str], DataflowMapping]) -> None:
    flow = load(SMALL)
    component = flow.of_role(Role.MULTIPLIER)
    assert component is not None
    assert (component.id, component.absent) == ("UNIT_MULT", "0")


DEFECTS = {
    "unknown-form": ("economy-annual", "economy", 6, "no form 'economy'; did you mean economy-annual?"),
    "bad-id": ("id: QY:DF\n", "id: DF\n", 2, "write it as AGENCY:ID"),
    "bad-structure": ("QY:DSD", "DSD", 5, "write it as AGENCY:ID"),
    "no-version": ('["1.0"]', "[]", 4, "no version is taken"),
    "version-twice": ('["1.0"]', '["1.0", "1.0"]', 4, "QY:DF(1.0) is mapped twice"),
    "unknown-item": ("GDP: gdp-growth", "GDP: gdp", 10, "no item 'gdp'"),
    "unit-not-on-roster": ("CN: nbs", "CN: ndrc", 9, "no unit on the roster 'ndrc'"),
    "unknown-measure": ("PT: pct}", "PT: percent}", 13, "no measure 'percent'"),
    "unknown-status": ("{A: A}", "{A: F}", 15, "no status 'F'"),
    "unknown-frequency": ("{A: year}", "{A: annual}", 8, "no kind of period 'annual'"),
    "unknown-role": ("role: period", "role: time", 11, "'time' is not one of the codes"),
    "no-item": ("role: item, codes: {GDP: gdp-growth}", "role: unread", 7, "0 components have the role item"),
    "two-units": ("{id: TIME", "{id: X, role: unit, codes: {CN: nbs}}\n      - {id: TIME", 7, "2 components have"),
    "two-statuses": (
        "{id: OBS",
        "{id: X, role: status, codes: {A: A}}\n      - {id: OBS",
        7,
        "2 components have the role status",
    ),
    "row-without-rows": ("{id: TIME", "{id: X, role: row}\n      - {id: TIME", 7, "economy-annual has no rows"),
    "component-twice": ("id: UNIT_MULT", "id: FREQ", 2, "component 'FREQ' stands twice"),
    "no-codes": ("role: status, codes: {A: A}", "role: status", 15, "a component of role status lists its codes"),
    "codes-for-nothing": ("role: period", "role: period, codes: {A: A}", 11, "a component of role period has no codes"),
    "others-of-status": ("absent: A}", "absent: A, others: ignore}", 15, "only other items and units can be ignored"),
    "fixed-without-value": ("role: multiplier", "role: fixed", 14, "name the value that is taken"),
    "value-of-item": ("role: item", "role: item, value: GDP", 10, "a component of role item has no fixed value"),
    "absent-dimension": ("role: period", 'role: period, absent: "2017"', 11, "a dimension is never left out"),
    "absent-unknown": ("absent: A", "absent: B", 15, "'B' is not one of the codes"),
    "year-to-date-of-item": ("role: item", "role: item, is_year_to_date: true", 10, "only the period can be"),
    "multiplier-of-no-code": ("{PT: 0}", "{TCE: 4}", 13, "'TCE' is not one of the codes"),
    "key-in-attributes": (
        "    attributes:\n",
        "    attributes:\n      - {id: X, role: row}\n",
        13,
        "an attribute is no part of the key",
    ),
    "unknown-key": ("role: period", "rôle: period", 11, "unknown key"),
    "empty-list": ("dataflows:\n", "dataflows: []\nother:\n", 2, "unknown key"),
}


@pytest.mark.parametrize("defect", DEFECTS)
def test_a_defect_is_told_with_line_and_mend(load: Callable[[str], DataflowMapping], defect: str) -> None:
    old, new, line, says = DEFECTS[defect]
    assert old in SMALL
    with pytest.raises(PlanRefused) as refused:
        load(SMALL.replace(old, new, 1))
    told = [(each.line, each.says) for each in refused.value.faults]
    assert any(each == line and says in words for each, words in told), told


def test_all_defects_of_a_file_are_told_at_once(load: Callable[[str], DataflowMapping]) -> None:
    bad = SMALL.replace("CN: nbs", "CN: ndrc").replace("GDP: gdp-growth", "GDP: gdp").replace("PT: pct", "PT: percent")
    with pytest.raises(PlanRefused) as refused:
        load(bad)
    assert [each.line for each in refused.value.faults] == [9, 10, 13]


def test_text_that_is_no_yaml_is_told(load: Callable[[str], DataflowMapping]) -> None:
    with pytest.raises(PlanRefused, match=r"sdmx\.yaml:2: .*full-width"):
        load(SMALL.replace("id: QY:DF\n", "id：QY:DF\n"))


def test_a_dataflow_mapped_in_two_plans_is_refused(henan: Path, book: PlanBook) -> None:
    view: PlanView = book.views["henan-2016-2020"]
    with pytest.raises(PlanRefused, match="mapped in another plan as well"):
        load_mappings([(henan, view), (henan, view)])


def test_a_structure_shared_by_two_dataflows_names_neither(flows: tuple[DataflowMapping, ...]) -> None:
    reference = FlowRef(FlowKind.STRUCTURE, "QY", "DSD_ENERGY_ANNUAL", "1.0")
    assert mapping_for(reference, flows) is flows[0]
    zh, en = mapping_for(reference, (flows[0], flows[0]))
    assert ("写明数据流" in zh, "name the dataflow" in en) == (True, True)


ROWS = """\
dataflows:
  - id: QY:METERS
    names: {zh: 电表, en: meters}
    versions: ["1.0"]
    form: energy-meter-daily
    dimensions:
      - {id: METER, role: unit, codes: {M1: steel-works}}
      - {id: QUANTITY, role: item, codes: {ACTIVE: active-energy}}
      - {id: INTERVAL, role: row}
      - {id: TIME_PERIOD, role: period}
    attributes:
      - {id: UNIT_MEASURE, role: measure, codes: {KWH: kwh}}
"""


@pytest.fixture(scope="module")
def xuchang() -> PlanView:
    """The Xuchang plan with an energy user in its register."""
    shipped = load_plan(Path(__file__).parents[4] / "plan" / "xuchang-2017-2020")
    works = ReportingUnit(
        id="steel-works", names=Names(zh="钢厂", en="Steel works"), area="changge", groups=("key-energy",)
    )
    return PlanView(msgspec.structs.replace(shipped, units=(*shipped.units, works)))


def test_a_form_with_rows_takes_the_row_from_a_dimension(tmp_path: Path, xuchang: PlanView) -> None:
    (tmp_path / "sdmx.yaml").write_text(ROWS, encoding="utf-8")
    flows = load_mappings([(tmp_path, xuchang)])
    text = "STRUCTURE,STRUCTURE_ID,METER,QUANTITY,INTERVAL,TIME_PERIOD,OBS_VALUE,UNIT_MEASURE\n"
    for interval, value in (("00:15", 2), ("00:00", 1)):
        text += f"dataflow,QY:METERS(1.0),M1,ACTIVE,{interval},2018-05-01,{value},KWH\n"
    (only,) = read_sdmx(text.encode(), flows, PlanBook([xuchang.plan])).file.returns
    assert (only.sent.unit, only.sent.period) == ("steel-works", "2018-05-01")
    assert only.sent.cells == (
        Cell(item="active-energy", value=1.0, row="00:00"),
        Cell(item="active-energy", value=2.0, row="00:15"),
    )


@pytest.mark.parametrize(
    ("form", "says"),
    [
        ("permit-events-monthly", "permit-events-monthly counts its rows"),
        ("emission-hourly-daily", "emission-hourly-daily requires validity, which is no number"),
    ],
)
def test_a_form_that_numbers_alone_cannot_fill_is_refused(
    tmp_path: Path, xuchang: PlanView, form: str, says: str
) -> None:
    (tmp_path / "sdmx.yaml").write_text(ROWS.replace("energy-meter-daily", form), encoding="utf-8")
    with pytest.raises(PlanRefused, match=says):
        load_mapping(tmp_path, xuchang)
