"""YAML is read as plain data with lines; what YAML would quietly twist is refused."""

from decimal import Decimal
from pathlib import Path

import pytest

from plan.yaml_lines import key_of, read_yaml, read_yaml_file


def test_values_keep_their_kind_and_fractions_their_digits() -> None:
    document = read_yaml("a: 16\nb: 3.40\nc: -0.1\nd: true\ne: ~\nf: 2017-06-16\ng: 2017-01..06\nh: [x, '7']\n")

    assert document.faults == ()
    assert document.data == {
        "a": 16,
        "b": Decimal("3.40"),
        "c": Decimal("-0.1"),
        "d": True,
        "e": None,
        "f": "2017-06-16",
        "g": "2017-01..06",
        "h": ["x", "7"],
    }
    assert isinstance(document.data, dict)
    assert str(document.data["b"]) == "3.40"


def test_keys_that_look_like_numbers_stay_text() -> None:
    assert read_yaml("{2017: 3.4, 2016-01..06: 25}").data == {"2017": Decimal("3.4"), "2016-01..06": 25}


def test_every_path_has_its_line() -> None:
    document = read_yaml("targets:\n  - id: a\n    value: 1\n  - id: b\n")

    assert document.lines == {
        (): 1,
        ("targets",): 1,
        ("targets", 0): 2,
        ("targets", 0, "id"): 2,
        ("targets", 0, "value"): 3,
        ("targets", 1): 4,
        ("targets", 1, "id"): 4,
    }


REFUSED = {
    "duplicate-key": ("a: 1\nb: 2\na: 3\n", 3, "a", "first in line 1"),
    "key-that-is-a-list": ("[a, b]: 1\n", 1, "file", "a key must be one word"),
    "alias": ("a: &x [1]\nb: *x\n", 2, "b", "write the value out"),
    "alias-in-a-list": ("a: &x [1]\nb:\n  - *x\n", 2, "b/0", "write the value out"),
    "yes-as-truth": ("a: yes\n", 1, "a", "'yes': write true or false"),
    "octal": ("a: 010\n", 1, "a", "'010': write the number plainly"),
    "underscored-number": ("a: 1_000\n", 1, "a", "write the number plainly"),
    "sexagesimal": ("a: 1:30\n", 1, "a", "write the number plainly"),
    "infinity": ("a: .inf\n", 1, "a", "write the number plainly"),
    "not-a-number": ("a: .nan\n", 1, "a", "write the number plainly"),
    "exponent": ("a: 1.0e+3\n", 1, "a", "write the number plainly"),
    "fraction-without-zero": ("a: .5\n", 1, "a", "write the number plainly"),
    "tag": ("a: !!binary aGk=\n", 1, "a", "write a plain value"),
    "unfinished-list": ("a:\n  - [1\n", 3, "file", "not YAML"),
    "tab": ("a:\n\t- 1\n", 2, "file", "not YAML"),
    "control-character": ("a: \x00\n", 1, "file", "not YAML"),
    "two-documents": ("a: 1\n---\nb: 2\n", 2, "file", "not YAML"),
    "empty": ("# nothing\n", 1, "file", "the file is empty"),
}


@pytest.mark.parametrize("defect", REFUSED)
def test_text_is_refused_at_its_line(defect: str) -> None:
    text, line, key, says = REFUSED[defect]

    (fault,) = read_yaml(text).faults

    assert (fault.line, fault.key) == (line, key)
    assert says in fault.says


HALF = "half-width (半角)"
QUOTED = "put the text in quotation marks"
MENDS = {
    "wide colon after a key, told at the next line": ("id：x\nnames: {zh: a, en: b}\n", 1, HALF, QUOTED),
    "wide colon after a key of a list": ("a:\n  - id：b\n    v: 1\n", 2, HALF, QUOTED),
    "wide comma": ("a: {zh: 名， en: x}\n", 1, HALF, ""),
    "wide braces": ("a: ｛zh: a, en: b｝\n", 1, HALF, ""),
    "wide brace at the end": ("a: {zh: a, en: b｝\nc: {zh: a, en: b}\n", 1, HALF, QUOTED),
    "wide quotation marks": ("a:\n  - zh: “a: b”\n", 2, HALF, ""),
    "wide comma in the line before": ("a: [x，\nb: 1\n", 1, HALF, QUOTED),
    "colon in a text": ("zh: Foo: bar\n", 1, QUOTED, HALF),
    "colon in a text of a mapping": ("a: {zh: Foo: bar}\n", 1, QUOTED, HALF),
    "colon in a text after a good line with a wide comma": ("zh: 一，二\nen: Foo: bar\n", 2, QUOTED, HALF),
    "neither": ("a:\n\t- 1\n", 2, "mend the text here", HALF),
}


@pytest.mark.parametrize("case", MENDS)
def test_what_yaml_cannot_read_has_a_mend_at_the_line_to_look_at(case: str) -> None:
    text, line, says, unsaid = MENDS[case]

    (fault,) = read_yaml(text).faults

    assert fault.line == line
    assert says in fault.says
    assert not unsaid or unsaid not in fault.says


def test_a_recursive_alias_ends() -> None:
    (fault,) = read_yaml("a: &x\n  b: *x\n").faults

    assert fault.key == "a/b"


def test_missing_file(tmp_path: Path) -> None:
    (fault,) = read_yaml_file(tmp_path / "none.yaml").faults

    assert (fault.line, fault.says) == (1, "the file is missing; add it")


def test_file_in_another_encoding(tmp_path: Path) -> None:
    file = tmp_path / "gbk.yaml"
    file.write_bytes("a: 1\nb: 许昌\n".encode("gbk"))

    (fault,) = read_yaml_file(file).faults

    assert (fault.line, fault.key) == (2, "file")
    assert "save the file as UTF-8" in fault.says


def test_path_as_people_read_it() -> None:
    assert key_of(("targets", 3, "value")) == "targets/3/value"
    assert key_of(()) == "file"
