"""What became of a return so far, and what its reporter can do about it. Pure."""

from enum import StrEnum

import msgspec

from plan.codes import Severity
from plan.faults import Fault
from plan.messages import Finding, OutcomeKind, Verdict
from producers.gateway.outcome_rows import Audited, Fate
from producers.gateway.receipts import ExplanationReceipt, ReturnReceipt, explanation_receipt, return_receipt
from producers.gateway.spool import Entry


class Progress(StrEnum):
    """How far a message has come."""

    WAITING = "waiting"
    RECEIVED = "received"
    LANDED = "landed"
    DUPLICATE = "duplicate"
    DEAD_LETTERED = "dead_lettered"
    AUDITED = "audited"


class Advice(msgspec.Struct, frozen=True):
    """What to do next, and where: empty where there is nothing to do that way."""

    says_zh: str
    says_en: str
    explain_at: str = ""
    correct_at: str = ""


class ReturnState(msgspec.Struct, frozen=True):
    """How far a return has come. `replaced_by`: the receipt of a later return of the same unit, form and period."""

    state: Progress
    receipt: ReturnReceipt
    faults: tuple[Fault, ...]
    verdict: Verdict | None
    findings: tuple[Finding, ...]
    replaced_by: str | None
    advice: Advice


class ExplanationState(msgspec.Struct, frozen=True):
    """How far an explanation has come."""

    state: Progress
    receipt: ExplanationReceipt
    faults: tuple[Fault, ...]


RETURNS_AT = "/v1/returns"
EXPLANATIONS_AT = "/v1/explanations"


def return_state(entry: Entry, fate: Fate | None, audit: Audited | None, replaced_by: str | None) -> ReturnState:
    """The state of a return from what is known of it."""
    state = _progress(entry, fate, audit)
    findings = audit.findings if audit is not None else ()
    return ReturnState(
        state=state,
        receipt=return_receipt(entry),
        faults=fate.faults if fate is not None else (),
        verdict=audit.verdict if audit is not None else None,
        findings=findings,
        replaced_by=replaced_by,
        advice=_advice(state, findings, replaced_by),
    )


def explanation_state(entry: Entry, fate: Fate | None) -> ExplanationState:
    """The state of an explanation from what is known of it."""
    faults = fate.faults if fate is not None else ()
    return ExplanationState(_progress(entry, fate, None), explanation_receipt(entry), faults)


_FATES = {
    OutcomeKind.LANDED: Progress.LANDED,
    OutcomeKind.DUPLICATE: Progress.DUPLICATE,
    OutcomeKind.DEAD_LETTERED: Progress.DEAD_LETTERED,
}


def _progress(entry: Entry, fate: Fate | None, audit: Audited | None) -> Progress:
    if fate is not None and fate.kind is OutcomeKind.DEAD_LETTERED:
        return Progress.DEAD_LETTERED
    if audit is not None:
        return Progress.AUDITED
    if fate is not None:
        return _FATES[fate.kind]
    return Progress.WAITING if entry.address is None else Progress.RECEIVED


def _advice(state: Progress, findings: tuple[Finding, ...], replaced_by: str | None) -> Advice:
    severities = {finding.severity for finding in findings}
    if replaced_by is not None:
        return Advice("已有更正的报表代替本份,无需处理", "a later return has replaced this one; nothing to do")
    if state is Progress.DEAD_LETTERED:
        return Advice(
            "未能入库:请按 faults 逐条改正,用新的 return_id 重报整表",
            "not landed: mend every fault and hand in the whole return again with a new return_id",
            correct_at=RETURNS_AT,
        )
    if Severity.HARD in severities:
        return Advice(
            "审核未通过:请核对 findings 所列数据,用新的 return_id 重报整表",
            "failed the audit: check the figures named in findings and hand in the whole return again, new return_id",
            correct_at=RETURNS_AT,
        )
    if Severity.VERIFY in severities:
        return Advice(
            "需核实:数据有误请重报整表;数据属实请提交说明,写明原因(何事、何时、影响多少),并注明 check_id",
            "to be verified: if a figure is wrong hand in the whole return again; if it is right explain it: what "
            "happened, when, by how much, naming the check_id",
            explain_at=EXPLANATIONS_AT,
            correct_at=RETURNS_AT,
        )
    if state is Progress.AUDITED:
        return Advice("已审核,本单位数据无需处理", "audited; nothing to do for this unit", correct_at=RETURNS_AT)
    return Advice("已接收,无需处理;结果请稍后再查", "taken; nothing to do, ask again later", correct_at=RETURNS_AT)
