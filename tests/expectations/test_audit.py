"""From landed figures to findings and verdicts: real SQL, the real auditor, words that say what to do."""

import datetime as dt
from collections.abc import Iterator

import pytest

from expectations.audit import audit
from expectations.auditor import Auditor
from plan.due import Slice
from plan.messages import Verdict
from tests.support.input_tables import InputTables
from tests.support.small_plan import DEADLINE_2017, small_book
from warehouse.due_slices import DueSlice

VIEW = small_book().views["small"]
GOOD = {"energy": "1", "value-added": "2"}


@pytest.fixture
def inputs() -> Iterator[InputTables]:
    made = InputTables()
    yield made
    made.db.close()


def _due(number: int, form: str, period: str = "2017") -> DueSlice:
    return DueSlice(
        number, Slice(form, period, "city"), VIEW, DEADLINE_2017, "digest", dt.date(2018, 1, 30), DEADLINE_2017, ""
    )


def test_each_derivation_has_its_own_verdict(inputs: InputTables, auditor: Auditor) -> None:
    for unit in ("mill-a", "mill-b"):
        inputs.add(0, unit, GOOD, form="output")
    inputs.add(1, "mill-a", GOOD, form="output")
    inputs.add(2, "bureau", {"closed": "10"}, form="mines", role="previous")
    inputs.add(2, "bureau", {"closed": "8"}, form="mines")
    due = (_due(0, "output"), _due(1, "output", "2018"), _due(2, "mines", "2017-01..12"))

    judged = audit(inputs.db, due, auditor)

    assert {number: found.verdict for number, found in judged.items()} == {
        0: Verdict.PASSED,
        1: Verdict.FAILED,
        2: Verdict.TO_VERIFY,
    }
    assert judged[0].findings == ()
    (missing,) = judged[1].findings
    assert (missing.check_id, missing.unit, missing.observed) == ("coverage", "mill-b", "")
    assert missing.says_zh == "[错误] mill-b名:应报未报"
    (fell,) = judged[2].findings
    assert (fell.check_id, fell.unit, fell.observed) == ("never-falls", "bureau", "-2")
    assert fell.says_zh == "[核实] bureau名:never falls名(应为 0),实为 -2"


def test_an_empty_required_cell_fails_and_is_said_without_a_value(inputs: InputTables, auditor: Auditor) -> None:
    inputs.add(0, "mill-a", {"energy": "1"}, form="output")
    inputs.add(0, "mill-b", GOOD, form="output")

    judged = audit(inputs.db, (_due(0, "output"),), auditor)

    (finding,) = judged[0].findings
    assert judged[0].verdict is Verdict.FAILED
    assert (finding.check_id, finding.unit, finding.item) == ("required:value-added", "mill-a", "value-added")
    assert finding.says_zh == "[错误] mill-a名:必填项缺失:value-added名"


def test_two_vintages_of_a_slice_are_judged_apart(inputs: InputTables, auditor: Auditor) -> None:
    inputs.add(0, "mill-a", GOOD, form="output")
    for unit in ("mill-a", "mill-b"):
        inputs.add(1, unit, GOOD, form="output")

    judged = audit(inputs.db, (_due(0, "output"), _due(1, "output")), auditor)

    assert [judged[number].verdict for number in (0, 1)] == [Verdict.FAILED, Verdict.PASSED]


def test_nothing_due_asks_nothing(inputs: InputTables, auditor: Auditor) -> None:
    assert audit(inputs.db, (), auditor) == {}
