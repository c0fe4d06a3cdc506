"""From failures to findings and a verdict. Pure."""

from collections.abc import Iterable, Mapping

from expectations.rules import Rule
from plan.codes import Severity
from plan.messages import Finding, Verdict
from plan.words import SEVERITY


def verdict_of(findings: Iterable[Finding]) -> Verdict:
    """Hard findings fail the slice; verify findings wait for an explanation; hints pass."""
    severities = {finding.severity for finding in findings}
    if Severity.HARD.value in severities:
        return Verdict.FAILED
    if Severity.VERIFY.value in severities:
        return Verdict.TO_VERIFY
    return Verdict.PASSED


def finding(rule: Rule, unit: str, unit_zh: str, observed: str) -> Finding:
    """One finding in words: which rule, which unit, what was seen, what to do."""
    asked_zh, asked_en = _asked(rule)
    word = SEVERITY[rule.severity]
    seen_zh = f",实为 {observed}" if observed else ""
    seen_en = f", found {observed}" if observed else ""
    return Finding(
        check_id=rule.check_id,
        severity=rule.severity.value,
        unit=unit,
        item=rule.item,
        observed=observed,
        says_zh=f"[{word.zh}] {unit_zh}:{rule.names.zh}{asked_zh}{seen_zh}",
        says_en=f"[{word.en}] {unit}: {rule.names.en}{asked_en}{seen_en}",
    )


def by_number(failed: Mapping[str, tuple[str, ...]]) -> dict[int, list[tuple[str, str]]]:
    """Sort failing row keys by derivation: number -> [(check id, unit)], in a fixed order."""
    found: dict[int, list[tuple[str, str]]] = {}
    for check_id, keys in sorted(failed.items()):
        for key in sorted(keys):
            number, unit = key.split("|", 1)
            found.setdefault(int(number), []).append((check_id, unit))
    return found


def _asked(rule: Rule) -> tuple[str, str]:
    match rule.low, rule.high:
        case None, None:
            return "", ""
        case low, None:
            return f"(应不低于 {low})", f" (expected {low} or more)"
        case None, high:
            return f"(应不高于 {high})", f" (expected {high} or less)"
        case low, high if low == high:
            return f"(应为 {low})", f" (expected {low})"
        case low, high:
            return f"(应在 {low} 至 {high} 之间)", f" (expected {low} to {high})"
