"""Files made to harm or to slip something through are refused before anything in them is expanded or believed."""

import itertools
import json
import random
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from plan.faults import FaultCode
from producers.sdmx.cells import SdmxRead

Read = Callable[[str | bytes], SdmxRead]
Case = Callable[[str], str]


def _only(found: SdmxRead) -> tuple[FaultCode, str]:
    (fault,) = found.file.faults
    assert found.file.returns == ()
    return fault.fault.code, fault.fault.says_en


def _with_dtd(text: str, dtd: str) -> str:
    return text.replace("<mes:GenericData", f"<!DOCTYPE mes:GenericData [{dtd}]><mes:GenericData", 1)


def test_a_message_with_entities_that_multiply_is_refused(read: Read, sdmx_case: Case) -> None:
    laughs = '<!ENTITY a "ha">' + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in itertools.pairwise("abcdefgh"))
    text = _with_dtd(sdmx_case("generic.xml"), laughs).replace("ENERGY-2018", "&h;")
    assert _only(read(text))[0] is FaultCode.UNSAFE_FILE


def test_a_message_that_asks_for_a_file_is_refused(read: Read, sdmx_case: Case, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("-7.90", encoding="utf-8")
    for declared in (f'<!ENTITY s SYSTEM "{secret.as_uri()}">', f'<!ENTITY % s SYSTEM "{secret.as_uri()}"> %s;'):
        text = _with_dtd(sdmx_case("generic.xml"), declared).replace("ENERGY-2018", "&s;")
        assert _only(read(text))[0] is FaultCode.UNSAFE_FILE


def test_a_doctype_alone_is_refused(read: Read, sdmx_case: Case) -> None:
    text = sdmx_case("specific.xml").replace("<mes:Str", '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd"><mes:Str', 1)
    assert _only(read(text))[0] is FaultCode.UNSAFE_FILE


def test_deep_messages_are_refused(read: Read, sdmx_case: Case) -> None:
    deep = sdmx_case("generic.xml").replace("<mes:ID>", "<mes:ID>" * 20 + "<mes:ID>")
    assert _only(read(deep))[0] is FaultCode.TOO_DEEP
    for levels in (20, 200_000):
        assert _only(read('{"a":' + "[" * levels + "]" * levels + "}"))[0] is FaultCode.TOO_DEEP


@pytest.mark.parametrize("file", ["energy.csv", "generic.xml", "energy.json"])
def test_too_many_observations_are_refused(
    read: Read, sdmx_case: Case, file: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for reader in ("csv_reader", "xml_scan", "json_reader"):
        monkeypatch.setattr(f"producers.sdmx.{reader}.OBSERVATIONS_MAX", 7)
    (fault,) = read(sdmx_case(file)).file.faults
    assert (fault.fault.code, "more than 7 observations" in fault.fault.says_en) == (FaultCode.TOO_LARGE, True)


def test_too_many_bytes_are_refused_unread(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("producers.sdmx.reading.BYTES_MAX", 10)
    assert _only(read(b"<" * 11))[0] is FaultCode.TOO_LARGE


def test_faults_are_bounded_too(read: Read, sdmx_case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file of nothing but faults: the first are listed, of the others the number; lines beyond the bound not read."""
    header, line, *_ = sdmx_case("energy.csv").splitlines()
    wrong = [line.replace("2017", f"2017-W{week}") for week in range(1_003)]
    told = read("\n".join([header, *wrong])).file.faults
    assert (len(told), told[-1].fault.code) == (1_001, FaultCode.MORE_FAULTS)
    assert told[-1].fault.says_en.startswith("3 more faults")
    monkeypatch.setattr("producers.sdmx.csv_reader.OBSERVATIONS_MAX", 5)
    short = read("\n".join([header, *["dataflow"] * 100]))
    assert ([each.fault.code for each in short.file.faults].count(FaultCode.BAD_COLUMN), short.account.read) == (5, 5)


@pytest.mark.parametrize("encoding", ["GB18030", "UTF-9"])
def test_an_encoding_that_xml_does_not_know_is_told(read: Read, sdmx_case: Case, encoding: str) -> None:
    text = sdmx_case("generic.xml").replace('encoding="UTF-8"', f'encoding="{encoding}"')
    code, says = _only(read(text))
    assert (code, "save it as UTF-8" in says) == (FaultCode.NOT_READABLE, True)


@pytest.mark.parametrize("file", ["energy.csv", "generic.xml", "specific.xml", "energy.json"])
def test_nothing_that_stands_in_a_file_raises_or_is_lost(read: Read, sdmx_case: Case, file: str) -> None:
    """Files with bytes changed, cut out, repeated and words put for each other: read or refused, and accounted for."""
    chance = random.Random(29)
    good = sdmx_case(file).encode()
    words = re.findall(rb"[A-Za-z_]+", good)
    for _ in range(120):
        at, length = chance.randrange(len(good)), chance.randint(1, 40)
        spoilt = chance.choice(
            [
                good[:at] + bytes([chance.randrange(256)]) + good[at + 1 :],
                good[:at] + good[at + length :],
                good[: at + length] + good[at:],
                good.replace(chance.choice(words), chance.choice(words)),
            ]
        )
        account = read(spoilt).account
        assert account.read == account.cells + account.refused + sum(account.ignored.values())


XML = {
    "not-xml": ("</mes:Header>", "", FaultCode.NOT_READABLE, "not XML"),
    "other-root": ("mes:GenericData", "mes:Structure", FaultCode.NOT_READABLE, "no SDMX-ML 2.1 data message"),
    "version-3": ("schemas/v2_1/message", "schemas/v3_0/message", FaultCode.NOT_READABLE, "no SDMX-ML 2.1"),
    "unknown-action": ('action="Replace"', 'action="Merge"', FaultCode.MALFORMED, "no action 'Merge'"),
    "no-structure": ('structureRef="E"', 'structureRef="X"', FaultCode.AMBIGUOUS, "names no structure of the header"),
    "value-twice": (
        '<gen:Value id="UNIT_MULT" value="4"/>',
        '<gen:Value id="UNIT_MULT" value="4"/><gen:Value id="UNIT_MULT" value="0"/>',
        FaultCode.AMBIGUOUS,
        "UNIT_MULT is given twice",
    ),
    "beside-series": (
        "</mes:DataSet>",
        '<gen:Obs><gen:ObsKey><gen:Value id="FREQ" value="A"/></gen:ObsKey></gen:Obs></mes:DataSet>',
        FaultCode.AMBIGUOUS,
        "observations in series and beside them",
    ),
    "no-data-set": ('<mes:DataSet structureRef="E" action="Replace">', "<mes:DataSet>", FaultCode.AMBIGUOUS, ""),
    "strange-element": ("<gen:Obs>", "<gen:Obs><gen:Extra/>", FaultCode.NOT_READABLE, "not built as SDMX-ML 2.1"),
}


@pytest.mark.parametrize("defect", XML)
def test_a_defect_of_xml_refuses_the_file(
    read: Read, sdmx_case: Case, defect: str, capsys: pytest.CaptureFixture[str]
) -> None:
    old, new, code, says = XML[defect]
    text = sdmx_case("generic.xml")
    assert old in text
    found = _only(read(text.replace(old, new)))
    assert (found[0], says in found[1]) == (code, True), found
    assert capsys.readouterr().out == ""  # the library prints what it was at


def test_a_message_about_two_dataflows_is_refused(read: Read, sdmx_case: Case) -> None:
    text = sdmx_case("generic.xml")
    header = text[text.index("<mes:Structure ") : text.index("</mes:Header>")]
    other = header.replace('"E"', '"F"').replace("DF_ENERGY_ANNUAL", "DF_ECONOMY_ANNUAL")
    data = text[text.index("<mes:DataSet") : text.index("</mes:GenericData>")]
    both = text.replace(header, header + other).replace(data, data + data.replace('"E"', '"F"'))
    assert _only(read(both))[0] is FaultCode.AMBIGUOUS


JSON = {
    "index-too-high": {"0:9": {"attributes": [0], "observations": {"0": [1]}}},
    "index-negative": {"0:-1": {"attributes": [0], "observations": {"0": [1]}}},
    "key-too-short": {"0": {"attributes": [0], "observations": {"0": [1]}}},
    "key-too-long": {"0:0:0": {"attributes": [0], "observations": {"0": [1]}}},
    "attribute-negative": {"0:0": {"attributes": [-1], "observations": {"0": [1]}}},
    "attribute-too-high": {"0:0": {"attributes": [2], "observations": {"0": [1]}}},
    "too-many-attributes": {"0:0": {"attributes": [0, 0, 0], "observations": {"0": [1]}}},
    "attribute-as-text": {"0:0": {"attributes": ["0"], "observations": {"0": [1]}}},
}


@pytest.mark.parametrize("defect", JSON)
def test_an_index_that_does_not_fit_is_refused(read: Read, sdmx_case: Case, defect: str) -> None:
    """Python counts -1 from the end and zip stops at the shorter list: both would give another figure in silence."""
    message = json.loads(sdmx_case("energy.json"))
    message["data"]["dataSets"][0]["series"] = JSON[defect]
    code, says = _only(read(json.dumps(message)))
    assert (code, "does not fit the lists" in says) == (FaultCode.MALFORMED, True)


def test_a_json_key_that_stands_twice_is_refused(read: Read, sdmx_case: Case) -> None:
    """JSON readers keep the last of two; here that would lose an observation."""
    text = sdmx_case("energy.json").replace('"0": [-7.9],', '"0": [-7.9], "0": [7.9],')
    code, says = _only(read(text))
    assert (code, "the key '0' stands twice" in says) == (FaultCode.NOT_READABLE, True)


SHAPES = {
    "no-object": ("[1]", "no SDMX file"),
    "no-links": ('{"structure": {}, "dataSets": []}', "no dataflow is named"),
    "sets-no-list": (
        '{"structure": {"links": [{"urn": "urn:sdmx:x.Dataflow=QY:DF(1.0)"}]}, "dataSets": {}}',
        "an array is needed here",
    ),
    "no-structure": ('{"meta": {}, "data": {"dataSets": []}}', "an object is needed here"),
    "version-2": ('{"meta": {}, "data": {"structures": [], "dataSets": []}}', "this is SDMX-JSON 2.0"),
    "not-json": ("{nonsense", "not JSON in UTF-8"),
    "not-utf-8": ('{"a": "晴"}'.encode("gb18030"), "not JSON in UTF-8"),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_json_of_another_shape_is_refused(read: Read, shape: str) -> None:
    content, says = SHAPES[shape]
    assert says in _only(read(content))[1]


def test_a_component_at_two_levels_is_refused(read: Read, sdmx_case: Case) -> None:
    message = json.loads(sdmx_case("energy.json"))
    attributes = message["data"]["structure"]["attributes"]
    attributes["dataSet"].append(attributes["observation"][0])
    assert "'OBS_STATUS' stands twice" in _only(read(json.dumps(message)))[1]


def test_a_dimension_of_the_whole_data_set_has_one_value(read: Read, sdmx_case: Case) -> None:
    message = json.loads(sdmx_case("energy.json"))
    message["data"]["structure"]["dimensions"]["dataSet"][1]["values"].append({"id": "V"})
    assert "one value" in _only(read(json.dumps(message)))[1]
