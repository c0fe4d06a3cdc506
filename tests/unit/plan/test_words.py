"""Every code of a closed list has its words in both languages."""

from enum import StrEnum

import pytest

from plan.codes import (  # fmt: skip
    AreaKind,
    AwardKind,
    Direction,
    Kind,
    ScheduleKind,
    Scope,
    Severity,
    Status,
    Strength,
    Yardstick,
)
from plan.coverage import FEEDING, Feeding
from plan.messages import AlertState, Bound, Change, Margin, Reason, Verdict
from plan.model import Names
from plan.words import (
    ALERT_STATE,
    AREA_KIND,
    AWARD,
    BOUND,
    CHANGE,
    DIRECTION,
    KIND,
    MARGIN,
    REASON,
    SCHEDULE,
    SCOPE,
    SEVERITY,
    STATUS,
    STRENGTH,
    VERDICT,
    YARDSTICK,
    word_rows,
)

LISTS: list[tuple[type[StrEnum], dict[StrEnum, Names]]] = [
    (AlertState, {**ALERT_STATE}),
    (AreaKind, {**AREA_KIND}),
    (AwardKind, {**AWARD}),
    (Bound, {**BOUND}),
    (Change, {**CHANGE}),
    (Direction, {**DIRECTION}),
    (Feeding, {**FEEDING}),
    (Kind, {**KIND}),
    (Margin, {**MARGIN}),
    (Reason, {**REASON}),
    (ScheduleKind, {**SCHEDULE}),
    (Scope, {**SCOPE}),
    (Severity, {**SEVERITY}),
    (Status, {**STATUS}),
    (Strength, {**STRENGTH}),
    (Verdict, {**VERDICT}),
    (Yardstick, {**YARDSTICK}),
]


@pytest.mark.parametrize(("codes", "words"), LISTS)
def test_every_code_has_words(codes: type[StrEnum], words: dict[StrEnum, Names]) -> None:
    assert set(words) == set(codes)
    # Nothing is said for a value that is exact, or for a reason that is none.
    wordless = {code for code, names in words.items() if not (names.zh and names.en)}
    assert wordless <= {Reason.NONE, Bound.EXACT}


def test_rows_rank_the_worst_status_first() -> None:
    ranks = {code: rank for kind, code, _, _, rank in word_rows() if kind == "status"}

    assert ranks == {"severe": 0, "middle": 1, "mild": 2, "not_assessed": 3, "on_track": 4, "achieved": 5}


def test_rows_have_each_code_of_a_kind_once() -> None:
    rows = [(kind, code) for kind, code, *_ in word_rows()]

    assert len(set(rows)) == len(rows)
