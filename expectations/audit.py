"""Audit a round of derivations: one call of the auditor for each form, verdicts for each derivation."""

from collections import defaultdict

import duckdb
import pandas as pd

from expectations.auditor import Auditor
from expectations.frame import ROW_KEY, frame_of, row_key
from expectations.rules import RECEIVED_COLUMN, rules_of
from expectations.verdicts import by_number, finding, verdict_of
from warehouse.due_slices import DueSlice
from warehouse.values import Judged


def audit(lake: duckdb.DuckDBPyConnection, due: tuple[DueSlice, ...], auditor: Auditor) -> dict[int, Judged]:
    """Verdict and findings of every derivation; the inputs must be loaded (``warehouse.inputs``)."""
    forms: dict[tuple[str, str], list[DueSlice]] = defaultdict(list)
    for each in due:
        forms[(each.slice.form, each.view.hash)].append(each)
    judged: dict[int, Judged] = {}
    for slices in forms.values():
        judged |= _audit_form(lake, tuple(slices), auditor)
    return judged


def _audit_form(lake: duckdb.DuckDBPyConnection, due: tuple[DueSlice, ...], auditor: Auditor) -> dict[int, Judged]:
    view = due[0].view
    form = view.forms[due[0].slice.form]
    rules = {rule.check_id: rule for rule in rules_of(form)}
    frame = frame_of(lake, form, due)
    failures = by_number(auditor.judge(form.id, tuple(rules.values()), frame))
    seen = frame.set_index(ROW_KEY)
    judged: dict[int, Judged] = {}
    for each in due:
        findings = tuple(
            finding(
                rules[check_id],
                unit,
                view.units[unit].names.zh,
                _observed(seen, row_key(each.number, unit), rules[check_id].column),
            )
            for check_id, unit in failures.get(each.number, ())
        )
        judged[each.number] = Judged(verdict_of(findings), findings)
    return judged


def _observed(seen: pd.DataFrame, key: str, column: str) -> str:
    value = seen.at[key, column]
    if column == RECEIVED_COLUMN or pd.isna(value):
        return ""
    return f"{float(value):.12g}"
