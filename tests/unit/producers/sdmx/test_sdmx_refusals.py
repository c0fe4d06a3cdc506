"""One bad file per defect: its fault, its place, and that nothing is lost on the way."""

from collections.abc import Callable

import pytest

from plan.faults import FaultCode
from producers.sdmx.cells import SdmxRead

Read = Callable[[str | bytes], SdmxRead]
Case = Callable[[str], str]

GOOD = "dataflow,QY:DF_ENERGY_ANNUAL(1.0),I,A,CN-HA,EN_CONS_TOTAL,L,2017,2.2944,TCE,8,A,"
# What of a good line is changed to what; the code, the column it is told at, and words of the mend.
DEFECTS = {
    "unmapped-item": ("EN_CONS_TOTAL", "EN_NONE", FaultCode.UNKNOWN_CODE, 6, "EN_NONE"),
    "unmapped-status": ("8,A,", "8,F,", FaultCode.UNKNOWN_CODE, 12, "'F' is not mapped; known: A, B, D, E, P"),
    "unmapped-measure": ("TCE", "TJ", FaultCode.UNKNOWN_CODE, 10, "UNIT_MEASURE: the code 'TJ'"),
    "missing-dimension": ("CN-HA", "", FaultCode.MALFORMED, 5, "REF_AREA is missing"),
    "missing-measure": ("TCE", "", FaultCode.MALFORMED, 10, "UNIT_MEASURE is missing"),
    "other-prices": (",L,", ",V,", FaultCode.UNKNOWN_CODE, 7, "only 'L' is taken, found 'V'"),
    "unknown-dataflow": ("DF_ENERGY_ANNUAL", "DF_OTHER", FaultCode.UNKNOWN_FORM, 9, "QY:DF_OTHER(1.0) is not mapped"),
    "unknown-version": ("(1.0)", "(2.0)", FaultCode.UNKNOWN_FORM, 9, "this version is not mapped; taken: 1.0, 1.0.0"),
    "no-version": ("(1.0)", "", FaultCode.MALFORMED, 2, "write dataflow and AGENCY:ID(1.0)"),
    "no-dataflow": ("dataflow,", "table,", FaultCode.MALFORMED, 2, "'table'"),
    "provision": ("dataflow,", "dataprovision,", FaultCode.UNKNOWN_FORM, 9, "is not mapped"),
    "quarter-under-yearly": ("2017", "2017-Q1", FaultCode.BAD_PERIOD, 9, "frequency 'A' (year) does not fit"),
    "half-under-yearly": ("2017", "2017-S1", FaultCode.BAD_PERIOD, 9, "does not fit the period '2017-S1'"),
    "month-under-yearly": ("2017", "2017-01", FaultCode.BAD_PERIOD, 9, "does not fit the period '2017-01'"),
    "week": ("2017", "2017-W05", FaultCode.BAD_PERIOD, 9, "'2017-W05' is not a period that is taken here"),
    "not-a-number": ("2.2944", "NaN", FaultCode.MALFORMED, 9, "leave the observation out"),
    "no-value": ("2.2944", "", FaultCode.MALFORMED, 9, "leave the observation out"),
    "decimal-comma": ("2.2944", '"2,2944"', FaultCode.MALFORMED, 9, "write a decimal point"),
    "infinite": ("2.2944", "INF", FaultCode.MALFORMED, 9, "is no number"),
    "multiplier-in-words": (",8,", ",hundred millions,", FaultCode.MALFORMED, 11, "power of ten"),
    "measure-of-another-item": ("TCE,8", "PT,0", FaultCode.WRONG_UNIT, 9, "is reported in yi_tce, found pct (PT)"),
    "delete": (",I,", ",D,", FaultCode.MALFORMED, 9, "a deletion is not taken"),
    "merge": (",I,", ",M,", FaultCode.MALFORMED, 3, "no action 'M'"),
    "too-few-fields": (",8,A,", ",8", FaultCode.BAD_COLUMN, None, "11 fields, the header has 13"),
    "open-quotation": ("8,A,", '8,A,"open', FaultCode.NOT_READABLE, None, "quotation marks or separators"),
}


@pytest.mark.parametrize("defect", DEFECTS)
def test_a_defect_of_a_line_is_told_at_its_place(read: Read, sdmx_case: Case, defect: str) -> None:
    old, new, code, column, says = DEFECTS[defect]
    header = sdmx_case("energy.csv").splitlines()[0]
    bad = GOOD.replace(old, new, 1)
    assert bad != GOOD
    found = read(f"{header}\n{GOOD.replace('CN-HA', 'CN')}\n{bad}\n")
    (fault,) = found.file.faults
    assert (fault.fault.code, fault.place.line, fault.place.column) == (code, 3, column or 0)
    assert says in fault.fault.says_en
    account = found.account
    # An open quotation swallows the line and its end: there is no second observation to count.
    assert (account.read, account.cells, account.refused) == ((1, 1, 0) if defect == "open-quotation" else (2, 1, 1))


def test_a_figure_given_twice_keeps_the_first(read: Read, sdmx_case: Case) -> None:
    header = sdmx_case("energy.csv").splitlines()[0]
    found = read(f"{header}\n{GOOD}\n{GOOD.replace('2.2944', '2.3')}\n")
    (fault,) = found.file.faults
    assert (fault.fault.code, fault.place.line) == (FaultCode.REPEATED_ITEM, 3)
    assert "first at 第2行第9列" in fault.fault.says_en
    assert (found.account.cells, found.account.refused) == (1, 1)


def test_the_same_fault_in_many_lines_is_told_once_with_their_number(read: Read, sdmx_case: Case) -> None:
    header, *lines = sdmx_case("energy.csv").splitlines()
    found = read("\n".join([header, *(line.replace("DF_ENERGY", "DF_OTHER") for line in lines)]))
    (fault,) = found.file.faults
    assert (fault.place.line, found.account.refused) == (2, 8)
    assert "(8 places)" in fault.fault.says_en


def test_an_undeclared_column_refuses_what_has_it(read: Read, sdmx_case: Case) -> None:
    """A custom column may change what a figure means; only a mapping can say that it does not."""
    header = sdmx_case("energy.csv").splitlines()[0]
    found = read(f"{header},CONF_STATUS\n{GOOD},C\n{GOOD.replace('2017', '2018')},\n")
    (fault,) = found.file.faults
    assert (fault.fault.code, fault.place.line, fault.place.column) == (FaultCode.BAD_COLUMN, 2, 14)
    assert (found.account.cells, found.account.refused) == (1, 1)


HEADERS = {
    "no-structure-id": ("STRUCTURE_ID,", "", "no SDMX file"),
    "no-value": ("OBS_VALUE", "VALUE", "the column OBS_VALUE is missing"),
    "twice": ("PRICES", "FREQ", "column 'FREQ' is no component or stands twice"),
}


@pytest.mark.parametrize("defect", HEADERS)
def test_a_defect_of_the_header_refuses_the_file(read: Read, sdmx_case: Case, defect: str) -> None:
    old, new, says = HEADERS[defect]
    found = read(sdmx_case("energy.csv").replace(old, new, 1))
    assert any(says in each.fault.says_en for each in found.file.faults)
    assert found.file.returns == ()


def test_a_file_that_is_not_utf_8_names_the_line(read: Read, sdmx_case: Case) -> None:
    found = read(sdmx_case("energy.csv").replace("first figure", "初步").encode("gb18030"))
    (fault,) = found.file.faults
    assert (fault.fault.code, fault.place.line) == (FaultCode.NOT_READABLE, 4)


def test_a_delete_in_the_action_of_an_xml_data_set_is_refused(read: Read, sdmx_case: Case) -> None:
    """sdmx1 does not read the action of a data set."""
    for file, old in (("generic.xml", "Replace"), ("specific.xml", "Append")):
        found = read(sdmx_case(file).replace(f'action="{old}"', 'action="Delete"'))
        (fault,) = found.file.faults
        assert "a deletion is not taken" in fault.fault.says_en
        assert (found.account.cells, found.account.refused) == (0, 6)


def test_an_undeclared_attribute_of_structure_specific_xml_is_told(read: Read, sdmx_case: Case) -> None:
    found = read(sdmx_case("specific.xml").replace('OBS_VALUE="2.2944"', 'OBS_VALUE="2.2944" CONF_STATUS="C"'))
    (fault,) = found.file.faults
    assert (fault.fault.code, fault.place.line) == (FaultCode.BAD_COLUMN, 26)
    assert (found.account.cells, found.account.refused) == (5, 1)


def test_an_unmapped_xml_dataflow_is_told_with_its_observations(read: Read, sdmx_case: Case) -> None:
    for file in ("generic.xml", "specific.xml"):
        found = read(sdmx_case(file).replace("DF_ENERGY_ANNUAL", "DF_OTHER"))
        assert [each.fault.code for each in found.file.faults] == [FaultCode.UNKNOWN_FORM]
        assert (found.account.read, found.account.refused) == (8, 8)
