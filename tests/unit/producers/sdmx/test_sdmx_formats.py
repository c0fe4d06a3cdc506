"""The same figures in four files give the same returns, to the digit; each cell has its place in its file."""

import json
from collections.abc import Callable

import pytest

from plan.messages import Cell, ObservationStatus, Return
from producers.sdmx.cells import Account, SdmxRead
from producers.sdmx.detect import SdmxFormat, sdmx_format

Read = Callable[[str | bytes], SdmxRead]
Case = Callable[[str], str]

FILES = ("energy.csv", "generic.xml", "specific.xml", "energy.json")
# 2.2944 x 10^8 t is 2.2944 yi_tce; 4 490 000 000 t is 44.9 yi_tce; -201.5 x 10^4 t is -201.5 wan_tce.
EXPECTED = {
    ("henan-stats", "2017"): (
        Cell(item="energy-intensity-change", value=-7.9),
        Cell(item="energy-consumption-change", value=-201.5),
        Cell(item="energy-consumption-total", value=2.2944, status=ObservationStatus.PROVISIONAL),
    ),
    ("henan-stats", "2018"): (Cell(item="energy-intensity-change", value=-5.01),),
    ("nbs", "2017"): (
        Cell(item="energy-intensity-change", value=-3.7),
        Cell(item="energy-consumption-total", value=44.9),
    ),
}
OF_FIRST_CELL = {
    "energy.csv": "第2行第9列 line 2, column 9",
    "generic.xml": "第21行第7列 line 21, column 7",
    "specific.xml": "第19行第7列 line 19, column 7",
    "energy.json": "dataSets/0/series/0:0/observations/0",
}


@pytest.mark.parametrize("file", FILES)
def test_every_format_gives_the_same_returns(read: Read, sdmx_case: Case, file: str) -> None:
    found = read(sdmx_case(file))
    assert found.file.faults == ()
    assert [each.sent for each in found.file.returns] == [
        Return(return_id="", form="energy-annual", form_version=1, unit=unit, period=period, cells=cells)
        for (unit, period), cells in EXPECTED.items()
    ]
    assert str(found.file.returns[0].cells[0]) == OF_FIRST_CELL[file]


@pytest.mark.parametrize("file", FILES)
def test_every_observation_is_accounted_for(read: Read, sdmx_case: Case, file: str) -> None:
    """Eight are read: six become cells, the two of another province are passed over, as the mapping says."""
    account = read(sdmx_case(file)).account
    assert account == Account(read=8, cells=6, refused=0, ignored={"REF_AREA=CN-JS": 2})


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("energy.csv", SdmxFormat.CSV),
        ("generic.xml", SdmxFormat.ML),
        ("specific.xml", SdmxFormat.ML),
        ("energy.json", SdmxFormat.JSON),
    ],
)
def test_a_format_is_known_by_how_the_file_begins(sdmx_case: Case, file: str, name: SdmxFormat) -> None:
    assert sdmx_format(sdmx_case(file).encode("utf-8-sig")) is name


@pytest.mark.parametrize("content", [b"form,unit,period\n", b"PK\x03\x04", b"", b"STRUCTURE,ACTION\n"])
def test_other_files_are_no_sdmx(content: bytes) -> None:
    assert sdmx_format(content) is None


def test_labels_beside_codes_are_no_part_of_them(read: Read, sdmx_case: Case) -> None:
    """SDMX-CSV with labels=both writes `ID: name` in the header and `CODE: label` in the cells."""
    header, first, *_ = sdmx_case("energy.csv").splitlines()
    header = header.replace("REF_AREA", "REF_AREA: 地区").replace("STRUCTURE_ID", "STRUCTURE_ID")
    first = first.replace("CN-HA", "CN-HA: 河南省").replace("(1.0)", "(1.0): 年度节能")
    found = read(f"{header}\n{first}\n")
    assert (found.file.faults, found.account.cells) == ((), 1)


def test_name_columns_beside_code_columns_are_passed_over(read: Read) -> None:
    """SDMX-CSV with labels=name has a column of names after each column of codes."""
    header = (
        "STRUCTURE;STRUCTURE_ID;STRUCTURE_NAME;FREQ;Frequency;REF_AREA;Area;INDICATOR;Indicator;PRICES;Prices;"
        "TIME_PERIOD;Period;OBS_VALUE;Value;UNIT_MEASURE;Unit"
    )
    line = (
        "dataflow;QY:DF_ENERGY_ANNUAL(1.0);年度节能;A;年;CN-HA;河南;EN_CONS_GROWTH;增速;L;不变价;2019;2019;-1.5;;PT;%"
    )
    (only,) = read(f"{header}\n{line}\n").file.returns
    assert only.sent.cells == (Cell(item="energy-consumption-growth", value=-1.5),)
    assert str(only.cells[0]) == "第2行第14列 line 2, column 14"


def test_a_text_over_two_lines_moves_the_lines_after_it(read: Read, sdmx_case: Case) -> None:
    text = sdmx_case("energy.csv").replace('"first figure, to be revised"', '"first figure,\nto be revised"')
    places = [str(place) for each in read(text).file.returns for place in each.cells]
    assert places[2:4] == ["第4行第9列 line 4, column 9", "第6行第9列 line 6, column 9"]


def test_the_multiplier_of_a_whole_json_data_set_counts(read: Read, sdmx_case: Case) -> None:
    """sdmx1 reads no attribute of a data set or of a series; a multiplier lost is a figure off by ten thousand."""
    message = json.loads(sdmx_case("energy.json"))
    attributes = message["data"]["structure"]["attributes"]
    attributes["dataSet"] = [attributes["series"].pop()]
    data_set = message["data"]["dataSets"][0]
    data_set["attributes"] = [1]
    data_set["series"] = {"0:1": {"attributes": [1], "observations": {"0": [-201.5]}}}
    (only,) = read(json.dumps(message)).file.returns
    assert only.sent.cells == (Cell(item="energy-consumption-change", value=-201.5),)


def test_the_old_envelope_of_sdmx_json_is_read_too(read: Read, sdmx_case: Case) -> None:
    message = json.loads(sdmx_case("energy.json"))
    old = {"header": message["meta"], **message["data"]}
    assert read(json.dumps(old)).account == read(sdmx_case("energy.json")).account


def test_a_message_may_name_its_structure_only(read: Read, sdmx_case: Case) -> None:
    """One mapped dataflow has it, so it is that one."""
    text = sdmx_case("generic.xml").replace("StructureUsage", "Structure").replace("DF_ENERGY", "DSD_ENERGY")
    assert read(text).account.cells == 6


def test_observations_may_stand_without_series(read: Read, sdmx_case: Case) -> None:
    head, _, rest = sdmx_case("specific.xml").partition("<Group")
    _, _, tail = rest.rpartition("</Series>")
    flat = (
        head.replace('"TIME_PERIOD" namespace', '"AllDimensions" namespace')
        + '<Obs FREQ="A" REF_AREA="CN" INDICATOR="EN_CONS_TOTAL" PRICES="L" TIME_PERIOD="2016" OBS_VALUE="43.6"'
        + ' UNIT_MEASURE="TCE" UNIT_MULT="8"/>'
        + tail
    )
    (only,) = read(flat).file.returns
    assert (only.sent.period, only.sent.cells) == ("2016", (Cell(item="energy-consumption-total", value=43.6),))


def test_a_message_in_utf_16_is_read(read: Read, sdmx_case: Case) -> None:
    text = sdmx_case("generic.xml").replace('encoding="UTF-8"', 'encoding="UTF-16"')
    assert read(text.encode("utf-16")).account.cells == 6


def test_months_that_count_from_january(read: Read) -> None:
    text = (
        "STRUCTURE,STRUCTURE_ID,FREQ,REF_AREA,INDICATOR,TIME_PERIOD,OBS_VALUE,UNIT_MEASURE,UNIT_MULT\n"
        "dataflow,QY:DF_CAPACITY_MONTHLY(1.0),M,CN,COAL_RETIRED_YTD,2016-06,7227,T,4\n"
    )
    (only,) = read(text).file.returns
    assert (only.sent.unit, only.sent.period) == ("ndrc", "2016-01..06")
    assert only.sent.cells == (Cell(item="coal-capacity-retired-ytd", value=7227.0),)
