"""The contract of explanations: words that say something, about a figure of a form, by who may speak for its unit."""

import datetime as dt
import json
from typing import Any

import msgspec
import pytest

from plan.explanation_contract import check_explanation, decode_explanation
from plan.faults import FaultCode, Refused
from plan.messages import Explanation, encode
from tests.support.rows_plan import BOOK, HIDDEN, NOW, check_harmless, told

GOOD = Explanation(
    explanation_id="e1",
    form="answers",
    unit="bureau",
    period="2017-Q1",
    text="高炉大修,6月10日起停产15天,产量减少约8万吨",
    check_id="jump",
    item="share",
    row="P-1",
    return_id="r1",
)


def faults(sender: str = "door", **changes: Any) -> list[tuple[FaultCode, str]]:
    """Codes and places of the faults of a changed explanation; none when it is accepted."""
    try:
        check_explanation(msgspec.structs.replace(GOOD, **changes), BOOK, sender, NOW)
    except Refused as refused:
        check_harmless(refused.faults)
        return told(refused)
    return []


def test_a_good_explanation_names_its_plan() -> None:
    assert check_explanation(GOOD, BOOK, "door", NOW).plan.id == "rows"


def test_what_it_is_about_may_be_left_open() -> None:
    assert faults(check_id="", item="", row="", return_id="") == []


def test_an_encoded_explanation_is_read_back() -> None:
    assert decode_explanation(encode(GOOD)) == GOOD


DEFECTS: dict[str, tuple[dict[str, Any], list[tuple[FaultCode, str]]]] = {
    "unknown-form": ({"form": "ghost"}, [(FaultCode.UNKNOWN_FORM, "form")]),
    "unknown-unit": ({"unit": "ghost"}, [(FaultCode.UNKNOWN_UNIT, "unit"), (FaultCode.NOT_AUTHORISED, "unit")]),
    "unit-of-nobody": ({"unit": "stranger"}, [(FaultCode.NOT_ON_ROSTER, "unit"), (FaultCode.NOT_AUTHORISED, "unit")]),
    "unit-not-on-this-roster": (
        {"form": "meter", "period": "2017-06-01", "item": "energy"},
        [(FaultCode.NOT_ON_ROSTER, "unit")],
    ),
    "sender-of-other-forms": ({"sender": "old"}, [(FaultCode.NOT_AUTHORISED, "unit")]),
    "sender-of-other-units": (
        {"sender": "big-system", "form": "meter", "unit": "mill-a", "period": "2017-06-01", "item": ""},
        [(FaultCode.NOT_AUTHORISED, "unit")],
    ),
    "unknown-sender": ({"sender": "ghost"}, [(FaultCode.NOT_AUTHORISED, "unit")]),
    "unknown-item": ({"item": "ghost"}, [(FaultCode.UNKNOWN_ITEM, "item")]),
    "item-of-another-form": ({"item": "energy"}, [(FaultCode.UNKNOWN_ITEM, "item")]),
    "period-that-is-none": ({"period": "2017-Q5"}, [(FaultCode.BAD_PERIOD, "period")]),
    "period-of-another-form": ({"period": "2017-05"}, [(FaultCode.PERIOD_NOT_DUE, "period")]),
    "period-to-come": (
        {"form": "events", "period": "2017-10", "item": ""},
        [(FaultCode.FUTURE_PERIOD, "period")],
    ),
    "no-id": ({"explanation_id": ""}, [(FaultCode.MALFORMED, "explanation_id")]),
    "blank-id": ({"explanation_id": " "}, [(FaultCode.MALFORMED, "explanation_id")]),
    "long-id": ({"explanation_id": "e" * 501}, [(FaultCode.TEXT_TOO_LONG, "explanation_id")]),
    "long-text": ({"text": "因大修停产" * 101}, [(FaultCode.TEXT_TOO_LONG, "text")]),
    "empty-text": ({"text": ""}, [(FaultCode.NOT_CONCRETE, "text")]),
    "line-break-in-a-row": ({"row": "P\n1"}, [(FaultCode.BAD_TEXT, "row")]),
    "line-break-in-a-check": ({"check_id": "a\nb"}, [(FaultCode.BAD_TEXT, "check_id")]),
    "line-break-in-a-return": ({"return_id": "a\nb"}, [(FaultCode.BAD_TEXT, "return_id")]),
    "several": (
        {"item": "ghost", "period": "x", "text": "已核实", "explanation_id": ""},
        [
            (FaultCode.MALFORMED, "explanation_id"),
            (FaultCode.BAD_PERIOD, "period"),
            (FaultCode.UNKNOWN_ITEM, "item"),
            (FaultCode.NOT_CONCRETE, "text"),
        ],
    ),
}


@pytest.mark.parametrize("defect", DEFECTS)
def test_defect_is_refused_at_its_place(defect: str) -> None:
    changes, expected = DEFECTS[defect]

    assert faults(**changes) == expected


@pytest.mark.parametrize("char", HIDDEN.values(), ids=HIDDEN)
def test_characters_that_nobody_sees(char: str) -> None:
    assert faults(text=f"高炉大修{char}停产十五天") == [(FaultCode.BAD_TEXT, "text")]


def test_a_period_begins_at_midnight_in_china() -> None:
    october = dt.datetime(2017, 9, 30, 16, tzinfo=dt.UTC)
    events = msgspec.structs.replace(GOOD, form="events", period="2017-10", item="")

    check_explanation(events, BOOK, "door", october)
    with pytest.raises(Refused, match="has not begun yet"):
        check_explanation(events, BOOK, "door", october - dt.timedelta(seconds=1))


@pytest.mark.parametrize(
    "text",
    [
        "经核实无误",
        "已核实,数据准确无误。",
        "经我单位认真核实,上报数据真实准确,没有问题。",
        "情况属实",
        "数据与实际情况一致,特此说明。",
        "经统计人员反复核对,所报数据无误,请予通过。",
        "本企业填报数字正确,无任何错误,并已再次审核确认。",
        "核实" * 100,
        "无" * 100,
        "无错误" * 100,
        "……" * 100,
        "1234567890 2017 06 30 100.5",
        "Checked, no mistake.",
        "CHECKED. NO MISTAKE. OK!",
        "We have checked the figures again and they are correct.",
        "Data verified and confirmed, all OK.",
        "The reported values were double-checked by our staff and no errors were found.",
        "It is right, it is right, it is right, it is right.",
        "a" * 100,
        "ab" * 100,
        "x x x x x x x x x x x x",
        "已OK checked 核实 verified",
        "\n\n\n",
        "=1+1",
    ],
)
def test_words_that_explain_nothing(text: str) -> None:
    assert faults(text=text) == [(FaultCode.NOT_CONCRETE, "text")]


@pytest.mark.parametrize(
    "text",
    [
        "因停电停产三天",
        "6月停产检修",
        "经核实,新增一条生产线,5月投产",
        "春节放假,开工不足",
        "并入新厂区\n产量增加30%",
        "Kiln 2 was shut in June",
        "New line since May.",
        "Checked: 40 t more were sold to Henan.",
        "Unit error in last return: kWh, not MWh",
        "Чинили печь две недели",
        "=IF(A1,停产检修,复产)",
    ],
)
def test_words_that_explain_something(text: str) -> None:
    assert faults(text=text) == []


def test_the_mend_says_what_is_wanted() -> None:
    with pytest.raises(Refused) as caught:
        check_explanation(msgspec.structs.replace(GOOD, text="经核实无误"), BOOK, "door", NOW)

    (fault,) = caught.value.faults
    assert "何事、何时、影响多少" in fault.says_zh
    assert "what happened, when and by how much" in fault.says_en


@pytest.mark.parametrize(
    "text", ["经" * 500, "核" * 500, "请" * 500, "re" * 250, "没有" * 250, "我单位的" * 125, "no " * 166]
)
def test_texts_made_to_keep_the_search_busy_are_answered(text: str) -> None:
    """They begin like an empty phrase again and again; there is nothing to go back over."""
    assert faults(text=text) == [(FaultCode.NOT_CONCRETE, "text")]


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        (b"", [(FaultCode.NOT_JSON, "message")]),
        (b"\xff", [(FaultCode.NOT_JSON, "message")]),
        (b"[" * 100_000, [(FaultCode.TOO_DEEP, "message")]),
        (b" " * 1_000_001, [(FaultCode.TOO_LARGE, "message")]),
        (b"[]", [(FaultCode.MALFORMED, "message")]),
    ],
    ids=["empty", "no-utf-8", "deep", "large", "list"],
)
def test_what_is_no_explanation(payload: bytes, expected: list[tuple[FaultCode, str]]) -> None:
    with pytest.raises(Refused) as caught:
        decode_explanation(payload)
    assert told(caught.value) == expected


def test_shape_faults_are_all_told() -> None:
    payload = json.dumps({"explanation_id": "e", "form": "answers", "text": 7.5, "colour": "red"}).encode()

    with pytest.raises(Refused) as caught:
        decode_explanation(payload)

    assert set(told(caught.value)) == {
        (FaultCode.MALFORMED, "colour"),
        (FaultCode.MALFORMED, "unit"),
        (FaultCode.MALFORMED, "period"),
        (FaultCode.MALFORMED, "text"),
    }


def test_a_return_is_no_explanation() -> None:
    payload = b'{"return_id":"r","form":"answers","form_version":1,"unit":"bureau","period":"2017-Q1","cells":[]}'

    with pytest.raises(Refused):
        decode_explanation(payload)
