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
from plan.shown import listed, shown

CONCRETE_MIN = 10
"""Letters beside the phrases that say nothing; a Chinese character counts as two, being a syllable with a meaning."""
_DIFFERENT_MIN = 5
"""So many of the letters differ: a row of one letter is no word."""

_EMPTY_ZH = (
    r"(经|已|均|再次|认真|反复|仔细|逐项)*(核实|核对|核查|复核|检查|审核|确认|查证)+(过|后)*",
    r"(并)?(准确|真实|属实|正确|正常|无误|没错|一致|相符|(没有?|无)(任何)?(错误?|问题|异常|差错|出入))+",
    r"(与|符合)?实际(情况|数据)?",
    r"[我本贵](单位|公司|企业|司|们|局|厂)(的|已|对)*",
    r"(统计|财务|工作|填报|有关|相关)?人员",
    r"数据|数字|情况|指标|报表|内容|结果|上报|填报|填写|所报|报送|该|此|上述|以上",
    r"特此(说明|证明)|说明如下|请(贵局|予以?|给予)*(审核)*(通过|放行|审核)?|谢谢",
)
_EMPTY_EN = (
    r"(double-?|re-?)?check(ed)?|verif(y|ied)|confirm(ed)?|review(ed)?|reported|found",
    r"correct|accurate|true|right|ok|okay|fine|normal|consistent|valid|nothing|wrong|incorrect|no|not|any",
    r"mistakes?|errors?|problems?|issues?|figures?|data|values?|numbers?|report|return|explanation|statement",
    r"the|this|that|these|those|it|they|them|is|are|was|were|be|been|has|have|and|as|by|with|to|of|in",
    r"we|us|our|i|my|all|again|once|more|already|please|accept|pass|thanks?|thank|you|staff|company|department",
)
_EMPTY_PHRASES = re.compile(rf"{'|'.join(_EMPTY_ZH)}|(?<![a-z])({'|'.join(_EMPTY_EN)})(?![a-z])", re.IGNORECASE)
_HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U000323af]")
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
    if not sent.explanation_id.strip():
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
    letters = [char for char in _EMPTY_PHRASES.sub(" ", text).casefold() if char.isalpha()]
    weight = sum(2 if _HAN.match(char) else 1 for char in letters)
    if weight >= CONCRETE_MIN and len(set(letters)) >= _DIFFERENT_MIN:
        return None
    return Fault(
        FaultCode.NOT_CONCRETE,
        "text",
        "说明不具体;请写明原因(何事、何时、影响多少),“经核实无误”不是说明",
        'not concrete; say what happened, when and by how much: "checked, no mistake" explains nothing',
    )


def _unknown(code: FaultCode, what_zh: str, named: str, known: tuple[str, ...]) -> Fault:
    place = what_en = "form" if code is FaultCode.UNKNOWN_FORM else "item"
    names = listed(known)
    return Fault(
        code,
        place,
        f"没有{what_zh} {shown(named)};已有:{names}",
        f"no {what_en} {shown(named)}; known: {names}",
    )
