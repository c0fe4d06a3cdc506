"""Great Expectations: one suite per form, built from the rules, run on a frame. Imported only by the auditor.

Boolean results are asked first; the failing rows only when something failed, for complete results are slow.
"""

import great_expectations as gx
import great_expectations.expectations as gxe
import pandas as pd
from great_expectations.core import ExpectationSuite
from great_expectations.expectations.row_conditions import Column

from expectations.frame import ROW_KEY
from expectations.rules import RECEIVED_COLUMN, Rule, RuleKind


class AuditBroken(Exception):
    """An expectation could not be judged at all; no verdict may rest on such a run."""


def build_suite(form_id: str, rules: tuple[Rule, ...]) -> ExpectationSuite:
    """The suite of a form: one expectation a rule, the rule's id in its meta."""
    return gx.ExpectationSuite(name=form_id, expectations=[_expectation(rule) for rule in rules])


def judge(form_id: str, rules: tuple[Rule, ...], frame: pd.DataFrame) -> dict[str, tuple[str, ...]]:
    """Judge a frame; returns, for each failed rule, the keys of the failing rows. Raises :class:`AuditBroken`."""
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False, "metric_calculations": False}
    asset = context.data_sources.add_pandas("frames").add_dataframe_asset(form_id)
    batch = asset.add_batch_definition_whole_dataframe("all").get_batch({"dataframe": frame})
    suite = build_suite(form_id, rules)
    quick = batch.validate(suite, result_format="BOOLEAN_ONLY")
    _check_judged(quick)
    if quick.success:
        return {}
    whole = batch.validate(
        suite, result_format={"result_format": "COMPLETE", "unexpected_index_column_names": [ROW_KEY]}
    )
    _check_judged(whole)
    return {
        result.expectation_config.meta["check_id"]: tuple(
            str(row[ROW_KEY]) for row in result.result["unexpected_index_list"]
        )
        for result in whole.results
        if not result.success
    }


def _expectation(rule: Rule) -> gxe.Expectation:
    meta = {"check_id": rule.check_id}
    match rule.kind:
        case RuleKind.RECEIVED:
            return gxe.ExpectColumnValuesToBeInSet(column=rule.column, value_set=[True], meta=meta)
        case RuleKind.PRESENT:
            only_received = Column(RECEIVED_COLUMN) == True  # noqa: E712 (builds a condition, compares nothing)
            return gxe.ExpectColumnValuesToNotBeNull(column=rule.column, row_condition=only_received, meta=meta)
        case RuleKind.BETWEEN:
            low = None if rule.low is None else float(rule.low)
            high = None if rule.high is None else float(rule.high)
            return gxe.ExpectColumnValuesToBeBetween(column=rule.column, min_value=low, max_value=high, meta=meta)


def _check_judged(result: gx.core.ExpectationSuiteValidationResult) -> None:
    raised = [
        f"{each.expectation_config.meta['check_id']}: {each.exception_info}"
        for each in result.results
        if each.exception_info and each.exception_info.get("raised_exception", True)
    ]
    if raised:
        raise AuditBroken("; ".join(raised))
