"""The return contract: is it a valid return at all? Pure; used by who sends and by who lands.

Sources of the rules: the forms, rosters and senders of the plan. Every fault is listed.
"""

import datetime as dt
from collections.abc import Callable

import msgspec

from plan.book import PlanBook, PlanView
from plan.cell_contract import check_cells
from plan.cell_text import text_fault
from plan.decoding import decode
from plan.faults import Fault, FaultCode, Refused
from plan.messages import TEXT_MAX, Return
from plan.model import Form, Sender
from plan.periods import LOCAL_ZONE, PeriodFault, parse_period
from plan.shown import SHOWN_MAX, listed, shown

EARLIEST = dt.datetime(1949, 1, 1, tzinfo=LOCAL_ZONE)
SOURCES_MAX = 100
CLOCK_SKEW = dt.timedelta(minutes=5)
"""How far a sender's clock may run ahead of the broker's."""
_return_decoder = msgspec.json.Decoder(Return)


def decode_return(payload: bytes) -> Return:
    """Decode one return; raises :class:`Refused` with every fault of size, JSON or shape."""
    return decode(payload, Return, _return_decoder.decode)


def check_return(sent: Return, book: PlanBook, sender_id: str, topic_form: str, appended_at: dt.datetime) -> PlanView:
    """Check a decoded return against the plan it belongs to; raises :class:`Refused` with every fault found.

    ``sender_id`` and ``topic_form`` come from the topic the return arrived on, ``appended_at`` is the broker's time.
    """
    view = book.view_of_form(sent.form)
    if view is None:
        known = listed(book.form_ids)
        raise Refused(
            (
                Fault(
                    FaultCode.UNKNOWN_FORM,
                    "form",
                    f"没有报表 {shown(sent.form)};可报:{known}",
                    f"no form {shown(sent.form)}; known: {known}",
                ),
            )
        )
    form = view.forms[sent.form]
    faults: list[Fault] = []
    _check_envelope(sent, form, topic_form, faults)
    check_period(sent.period, view, form, appended_at, faults)
    _check_published(sent, appended_at, faults)
    check_sender(sent.unit, sent.form, view, sender_id, faults)
    _check_dating(sent, view, sender_id, faults)
    check_cells(sent, view, form, faults)
    if faults:
        raise Refused(tuple(faults))
    return view


def known_at(sent: Return, sender: Sender, appended_at: dt.datetime) -> dt.datetime:
    """When the return became known: its publication for senders that may back-date, else the broker's time."""
    if sender.may_backdate and sent.published_at is not None:
        # A clock that runs ahead does not make anything known before it arrived.
        return min(sent.published_at, appended_at).astimezone(dt.UTC)
    return appended_at.astimezone(dt.UTC)


def _check_envelope(sent: Return, form: Form, topic_form: str, faults: list[Fault]) -> None:
    add = _adding(faults)
    if topic_form != sent.form:
        add(
            FaultCode.WRONG_TOPIC,
            "form",
            f"本主题只收 {topic_form},收到 {sent.form};请改投",
            f"this topic takes {topic_form}, found {sent.form}; send it to its own topic",
        )
    if sent.form_version != form.version:
        version = str(sent.form_version)[:SHOWN_MAX]
        add(
            FaultCode.WRONG_VERSION,
            "form_version",
            f"报表版本应为 {form.version},收到 {version};请用新版报表",
            f"the form is at version {form.version}, found {version}; use the current form",
        )
    for place, text in (("return_id", sent.return_id), ("unit", sent.unit), ("note", sent.note)):
        if fault := text_fault(text, place, TEXT_MAX, is_one_line=place != "note"):
            faults.append(fault)
    if len(sent.sources) > SOURCES_MAX:
        add(
            FaultCode.TEXT_TOO_LONG,
            "sources",
            f"来源 {len(sent.sources)} 个,超过 {SOURCES_MAX};请精简",
            f"{len(sent.sources)} sources, at most {SOURCES_MAX}; name fewer",
        )
    for at, source in enumerate(sent.sources[:SOURCES_MAX]):
        texts = (source.title, source.address, source.grade)
        faults.extend(fault for text in texts if (fault := text_fault(text, f"sources/{at}", TEXT_MAX)))
    if not sent.return_id.strip():
        add(FaultCode.MALFORMED, "return_id", "报表编号为空;请填写", "empty; give the return an id")


def _check_published(sent: Return, appended_at: dt.datetime, faults: list[Fault]) -> None:
    add = _adding(faults)
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
        elif sent.published_at > appended_at + CLOCK_SKEW:
            add(
                FaultCode.BAD_DATE,
                "published_at",
                "发布时间晚于接收时间;请更正",
                "lies after the time of receipt; correct it",
            )


def _adding(faults: list[Fault]) -> Callable[[FaultCode, str, str, str], None]:
    def add(code: FaultCode, place: str, says_zh: str, says_en: str) -> None:
        faults.append(Fault(code, place, says_zh, says_en))

    return add


def check_period(text: str, view: PlanView, form: Form, appended_at: dt.datetime, faults: list[Fault]) -> None:
    """Add what is wrong with a reference period: how it is written, that the form has it, that it has begun."""
    add = _adding(faults)
    try:
        period = parse_period(text)
    except PeriodFault as refused:
        says_zh = f"报告期 {shown(text)} 写法有误;请写成 2017、2017-H1、2017-Q2、2017-06、2017-06-30 或 2017-01..06"
        add(FaultCode.BAD_PERIOD, "period", says_zh, str(refused))
        return
    if not view.is_reported_for(form, str(period)):
        known = listed(form.calendar.periods)
        add(
            FaultCode.PERIOD_NOT_DUE,
            "period",
            f"本表不收 {text};报告期为:{known}",
            f"{text} is not a period of this form; its periods: {known}",
        )
    if period.start_date > appended_at.astimezone(LOCAL_ZONE).date():
        add(
            FaultCode.FUTURE_PERIOD,
            "period",
            f"{text} 尚未开始;请核对",
            f"{text} has not begun yet; check the period",
        )


def check_sender(unit_id: str, form_id: str, view: PlanView, sender_id: str, faults: list[Fault]) -> None:
    """Add what is wrong with who reports and through whom: unknown unit, not on the roster, not authorised."""
    add = _adding(faults)
    form = view.forms[form_id]
    unit = view.units.get(unit_id)
    if unit is None:
        known = listed(sorted(view.roster_units(form))) or "—"
        add(
            FaultCode.UNKNOWN_UNIT,
            "unit",
            f"没有填报单位 {shown(unit_id)};本表填报单位:{known}",
            f"no reporting unit {shown(unit_id)}; on this form's roster: {known}",
        )
    elif unit_id not in view.roster_units(form):
        add(
            FaultCode.NOT_ON_ROSTER,
            "unit",
            f"{unit.names.zh} 不在本表名录内;请与统计部门核对名录",
            f"{unit.names.en} is not on the roster of this form; ask the bureau to correct the roster",
        )
    if not view.speaks_for(sender_id, unit_id) or not view.may_send(sender_id, form_id):
        add(
            FaultCode.NOT_AUTHORISED,
            "unit",
            f"发送方 {sender_id!r} 无权代 {shown(unit_id)} 报送 {form_id};请用本单位的通道",
            f"sender {sender_id!r} may not speak for {shown(unit_id)} on {form_id}; use the unit's own sender",
        )


def _check_dating(sent: Return, view: PlanView, sender_id: str, faults: list[Fault]) -> None:
    sender = view.senders.get(sender_id)
    if sender is not None and sent.published_at is not None and not sender.may_backdate:
        _adding(faults)(
            FaultCode.MAY_NOT_BACKDATE,
            "published_at",
            "本发送方不得自填发布时间;请删去",
            "this sender may not date its returns itself; leave the date out",
        )
