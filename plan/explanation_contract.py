"""The contract of explanations: who says what of which figure, in words that say something.

A reporter who only writes that the figure was checked has explained nothing (联网直报 practice: "checked, no mistake"
is not an explanation); such a text is refused here, whatever the audit makes of better ones.
"""

import datetime as dt
import re

import msgspec

from plan.book import PlanBook, PlanView
from plan.cell_text import text_fault
from plan.contract import check_period, check_sender
from plan.decoding import decode
from plan.faults import Fault, FaultCode, Refused
from plan.messages import TEXT_MAX, Explanation

CONCRETE_MIN = 10
"""Characters, without spaces and punctuation: shorter than that nothing concrete can be said, in either language."""

_EMPTY_PHRASES = re.compile(
    r"(经|已|再次)*(核实|核对|核查|检查|审核|确认)+(过|后)*|数据|情况|指标|(准确|真实|属实|正确|正常|无误|没有?错误?|没有?问题)+|"
    r"checked|verified|confirmed|correct|accurate|true|right|ok|okay|no mistakes?|no errors?|no problems?|"
    r"(the )?(figures?|data|values?)|(it |they )?(is|are|was|were)|and|we|i|have|has|been|all|again",
    re.IGNORECASE,
)
_decoder = msgspec.json.Decoder(Explanation)


def decode_explanation(payload: bytes) -> Explanation:
    """Decode one explanation; raises :class:`plan.faults.Refused` with every fault of size, JSON or shape."""
    return decode(payload, Explanation, _decoder.decode)


def check_explanation(sent: Explanation, book: PlanBook, sender_id: str, appended_at: dt.datetime) -> PlanView:
    """Check a decoded explanation; raises :class:`plan.faults.Refused` with every fault found.

    ``sender_id`` comes from the topic it arrived on, ``appended_at`` is the broker's time.
    """
    view = book.view_of_form(sent.form)
    if view is None:
        raise Refused((_unknown(FaultCode.UNKNOWN_FORM, "报表", sent.form, book.form_ids),))
    form = view.forms[sent.form]
    faults = [
        fault
        for place in ("explanation_id", "unit", "check_id", "item", "row", "return_id")
        if (fault := text_fault(getattr(sent, place), place, TEXT_MAX, is_one_line=True))
    ]
    if not sent.explanation_id:
        faults.append(Fault(FaultCode.MALFORMED, "explanation_id", "编号为空;请填写", "empty; give it an id"))
    check_period(sent.period, view, form, appended_at, faults)
    check_sender(sent.unit, sent.form, view, sender_id, faults)
    if sent.item and sent.item not in view.items[form.id]:
        known = tuple(view.items[form.id])
        faults.append(_unknown(FaultCode.UNKNOWN_ITEM, "指标", sent.item, known))
    if fault := text_fault(sent.text, "text", TEXT_MAX) or _concrete_fault(sent.text):
        faults.append(fault)
    if faults:
        raise Refused(tuple(faults))
    return view


def _concrete_fault(text: str) -> Fault | None:
    left = _EMPTY_PHRASES.sub("", re.sub(r"\s+", " ", text))
    if sum(char.isalnum() for char in left) >= CONCRETE_MIN:
        return None
    return Fault(
        FaultCode.NOT_CONCRETE,
        "text",
        "说明不具体;请写明原因(何事、何时、影响多少),“经核实无误”不是说明",
        'not concrete; say what happened, when and by how much: "checked, no mistake" explains nothing',
    )


def _unknown(code: FaultCode, what_zh: str, named: str, known: tuple[str, ...]) -> Fault:
    place = what_en = "form" if code is FaultCode.UNKNOWN_FORM else "item"
    listed = "、".join(known)
    return Fault(
        code,
        place,
        f"没有{what_zh} {named[:TEXT_MAX]!r};已有:{listed}",
        f"no {what_en} {named[:TEXT_MAX]!r}; known: {listed}",
    )
