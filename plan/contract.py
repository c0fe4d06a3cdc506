"""The return contract: is it a valid return at all? Pure; used by who sends and by who lands.

Sources of the rules: the forms, rosters and senders of the plan. Every fault is listed.
"""

import datetime as dt
from collections.abc import Callable
from typing import TypeVar

import msgspec

from plan.book import PlanBook, PlanView
from plan.cell_contract import check_cells
from plan.faults import Fault, FaultCode, Refused
from plan.messages import RETURN_BYTES_MAX, TEXT_MAX, Return
from plan.model import Form, Sender
from plan.periods import LOCAL_ZONE, PeriodFault, parse_period
from plan.structure import build

T = TypeVar("T", bound=msgspec.Struct)

EARLIEST = dt.datetime(1949, 1, 1, tzinfo=LOCAL_ZONE)
SOURCES_MAX = 100
_return_decoder = msgspec.json.Decoder(Return)


def decode_return(payload: bytes) -> Return:
    """Decode one return; raises :class:`Refused` with every fault of size, JSON or shape."""
    return decode(payload, Return, _return_decoder.decode)


def decode(payload: bytes, wanted: type[T], fast: Callable[[bytes], T]) -> T:
    """Decode by the fast typed path; only when that refuses, walk the data and list all faults."""
    if len(payload) > RETURN_BYTES_MAX:
        says_en = f"{len(payload)} bytes are over the limit of {RETURN_BYTES_MAX}; split the return or drop the notes"
        says_zh = f"共 {len(payload)} 字节,超过上限 {RETURN_BYTES_MAX};请拆分报表或删减备注"
        raise Refused((Fault(FaultCode.TOO_LARGE, "message", says_zh, says_en),))
    try:
        try:
            return fast(payload)
        except msgspec.ValidationError as refused:
            # The fast path stops at the first fault, so what follows may not even be JSON.
            _, found = build(msgspec.json.decode(payload), wanted)
            shape = [("/".join(str(step) for step in each.path) or "message", each.says) for each in found]
            shape = shape or [("message", str(refused))]
            raise Refused(
                tuple(Fault(FaultCode.MALFORMED, place, f"格式不符:{says}", says) for place, says in shape)
            ) from refused
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as refused:
        fault = Fault(
            FaultCode.NOT_JSON,
            "message",
            f"不是合法的 UTF-8 JSON:{refused}",
            f"not JSON in UTF-8: {refused}; send it as JSON",
        )
        raise Refused((fault,)) from refused


def check_return(sent: Return, book: PlanBook, sender_id: str, topic_form: str, appended_at: dt.datetime) -> PlanView:
    """Check a decoded return against the plan it belongs to; raises :class:`Refused` with every fault found.

    ``sender_id`` and ``topic_form`` come from the topic the return arrived on, ``appended_at`` is the broker's time.
    """
    view = book.view_of_form(sent.form)
    if view is None:
        known = "、".join(book.form_ids)
        raise Refused(
            (
                Fault(
                    FaultCode.UNKNOWN_FORM,
                    "form",
                    f"没有报表 {sent.form!r};可报:{known}",
                    f"no form {sent.form!r}; known: {known}",
                ),
            )
        )
    form = view.forms[sent.form]
    faults: list[Fault] = []
    _check_envelope(sent, form, topic_form, appended_at, faults)
    _check_sender(sent, view, sender_id, faults)
    check_cells(sent, view, form, faults)
    if faults:
        raise Refused(tuple(faults))
    return view


def known_at(sent: Return, sender: Sender, appended_at: dt.datetime) -> dt.datetime:
    """When the return became known: its publication for senders that may back-date, else the broker's time."""
    if sender.may_backdate and sent.published_at is not None:
        return sent.published_at.astimezone(dt.UTC)
    return appended_at.astimezone(dt.UTC)


def _check_envelope(sent: Return, form: Form, topic_form: str, appended_at: dt.datetime, faults: list[Fault]) -> None:
    def add(code: FaultCode, place: str, says_zh: str, says_en: str) -> None:
        faults.append(Fault(code, place, says_zh, says_en))

    if topic_form != sent.form:
        add(
            FaultCode.WRONG_TOPIC,
            "form",
            f"本主题只收 {topic_form},收到 {sent.form};请改投",
            f"this topic takes {topic_form}, found {sent.form}; send it to its own topic",
        )
    if sent.form_version != form.version:
        add(
            FaultCode.WRONG_VERSION,
            "form_version",
            f"报表版本应为 {form.version},收到 {sent.form_version};请用新版报表",
            f"the form is at version {form.version}, found {sent.form_version}; use the current form",
        )
    for place, text in (("return_id", sent.return_id), ("unit", sent.unit), ("note", sent.note)):
        if len(text) > TEXT_MAX:
            add(
                FaultCode.TEXT_TOO_LONG,
                place,
                f"长度 {len(text)} 超过 {TEXT_MAX};请缩短",
                f"{len(text)} characters, at most {TEXT_MAX}; shorten it",
            )
    if len(sent.sources) > SOURCES_MAX:
        add(
            FaultCode.TEXT_TOO_LONG,
            "sources",
            f"来源 {len(sent.sources)} 个,超过 {SOURCES_MAX};请精简",
            f"{len(sent.sources)} sources, at most {SOURCES_MAX}; name fewer",
        )
    for at, source in enumerate(sent.sources[:SOURCES_MAX]):
        if max(len(source.title), len(source.address), len(source.grade)) > TEXT_MAX:
            add(
                FaultCode.TEXT_TOO_LONG,
                f"sources/{at}",
                f"来源的文字超过 {TEXT_MAX} 字;请缩短",
                f"a text of the source is over {TEXT_MAX} characters; shorten it",
            )
    if not sent.return_id:
        add(FaultCode.MALFORMED, "return_id", "报表编号为空;请填写", "empty; give the return an id")
    _check_period(sent, form, appended_at, add)
    if sent.published_at is not None:
        if sent.published_at.tzinfo is None:
            add(
                FaultCode.BAD_DATE,
                "published_at",
                "发布时间缺少时区;请写明,如 +08:00",
                "no time zone; write it, for example +08:00",
            )
        elif sent.published_at < EARLIEST:
            add(
                FaultCode.BAD_DATE,
                "published_at",
                "发布时间早于1949年;请更正",
                "lies before 1949; correct it",
            )
        elif sent.published_at > appended_at:
            add(
                FaultCode.BAD_DATE,
                "published_at",
                "发布时间晚于接收时间;请更正",
                "lies after the time of receipt; correct it",
            )


def _check_period(
    sent: Return, form: Form, appended_at: dt.datetime, add: Callable[[FaultCode, str, str, str], None]
) -> None:
    try:
        period = parse_period(sent.period)
    except PeriodFault as refused:
        add(FaultCode.BAD_PERIOD, "period", f"报告期写法有误:{refused}", str(refused))
        return
    if str(period) not in form.calendar.periods:
        listed = "、".join(form.calendar.periods)
        add(
            FaultCode.PERIOD_NOT_DUE,
            "period",
            f"本表不收 {sent.period};报告期为:{listed}",
            f"{sent.period} is not a period of this form; its periods: {listed}",
        )
    if period.start_date > appended_at.astimezone(LOCAL_ZONE).date():
        add(
            FaultCode.FUTURE_PERIOD,
            "period",
            f"{sent.period} 尚未开始;请核对",
            f"{sent.period} has not begun yet; check the period",
        )


def _check_sender(sent: Return, view: PlanView, sender_id: str, faults: list[Fault]) -> None:
    unit = view.units.get(sent.unit)
    if unit is None:
        known = "、".join(view.forms[sent.form].roster)
        faults.append(
            Fault(
                FaultCode.UNKNOWN_UNIT,
                "unit",
                f"没有填报单位 {sent.unit!r};本表填报单位:{known}",
                f"no reporting unit {sent.unit!r}; on this form's roster: {known}",
            )
        )
    elif sent.unit not in view.forms[sent.form].roster:
        faults.append(
            Fault(
                FaultCode.NOT_ON_ROSTER,
                "unit",
                f"{unit.names.zh} 不在本表名录内;请与统计部门核对名录",
                f"{unit.names.en} is not on the roster of this form; ask the bureau to correct the roster",
            )
        )
    sender = view.senders.get(sender_id)
    if sender is None or sent.unit not in sender.units or sent.form not in sender.forms:
        faults.append(
            Fault(
                FaultCode.NOT_AUTHORISED,
                "unit",
                f"发送方 {sender_id!r} 无权代 {sent.unit!r} 报送 {sent.form};请用本单位的通道",
                f"sender {sender_id!r} may not speak for {sent.unit!r} on {sent.form}; use the unit's own sender",
            )
        )
    elif sent.published_at is not None and not sender.may_backdate:
        faults.append(
            Fault(
                FaultCode.MAY_NOT_BACKDATE,
                "published_at",
                "本发送方不得自填发布时间;请删去",
                "this sender may not date its returns itself; leave the date out",
            )
        )
