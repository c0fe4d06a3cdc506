"""The auditor process: nothing passes unaudited when it is gone, and it does not outlive its writer."""

import multiprocessing
import os
import signal
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from expectations.auditor import Auditor, AuditorGone
from expectations.rules import rules_of
from tests.support.small_plan import small_plan

REPOSITORY = Path(__file__).parents[2]
OUTPUT = small_plan().forms[0]
FRAME = pd.DataFrame(
    {"row_key": ["0|a"], "is_received": [True], "item:energy": [1.0], "item:value-added": [2.0]},
)
_OWNER = """
import os, sys
from expectations.auditor import Auditor
from tests.expectations.test_auditor import FRAME, OUTPUT, rules_of
auditor = Auditor()
assert auditor.judge(OUTPUT.id, rules_of(OUTPUT), FRAME) == {}
print("judging", flush=True)
sys.stdin.read()
"""


def test_an_expectation_that_cannot_be_judged_is_no_pass(auditor: Auditor) -> None:
    short = FRAME.drop(columns=["item:energy"])

    with pytest.raises(AuditorGone, match=r"audit of output could not be made: .*required:energy"):
        auditor.judge(OUTPUT.id, rules_of(OUTPUT), short)

    # The process itself goes on.
    assert auditor.judge(OUTPUT.id, rules_of(OUTPUT), FRAME) == {}


def test_a_dead_auditor_is_noticed_with_the_mend() -> None:
    others = {child.pid for child in multiprocessing.active_children()}
    with Auditor() as auditor:
        (child,) = [each for each in multiprocessing.active_children() if each.pid not in others]
        assert child.pid is not None
        os.kill(child.pid, signal.SIGKILL)
        for _ in range(2):
            with pytest.raises(AuditorGone, match="restart the writer"):
                auditor.judge(OUTPUT.id, rules_of(OUTPUT), FRAME)


def test_closing_ends_the_process() -> None:
    others = {child.pid for child in multiprocessing.active_children()}
    with Auditor():
        assert {child.pid for child in multiprocessing.active_children()} != others
    assert {child.pid for child in multiprocessing.active_children()} <= others


def test_the_auditor_ends_by_itself_when_its_owner_is_killed() -> None:
    owner = subprocess.Popen(
        [sys.executable, "-c", _OWNER], cwd=REPOSITORY, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert owner.stdout is not None
        assert owner.stdout.readline() == "judging\n"
    finally:
        owner.kill()
    # The end of the stream comes when the last process that holds it is gone: the auditor, too.
    rest, _ = owner.communicate(timeout=60)
    assert rest == ""
