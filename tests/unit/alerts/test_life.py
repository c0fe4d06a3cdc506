"""The life of an alert: every combination in a reviewed table, and the laws that hold for all histories."""

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.life import HoldPolicy, Life, LifeState, PeriodStatus, compare, fold, in_order, live, remember
from plan.codes import Status
from plan.messages import AlertState, Change

_SCENARIOS = Path(__file__).with_name("life_scenarios.csv")

with _SCENARIOS.open(encoding="utf-8", newline="") as _file:
    _ROWS = list(csv.DictReader(_file))


def _history(text: str) -> list[PeriodStatus]:
    return [PeriodStatus(*_split(each)) for each in text.split()]


def _split(each: str) -> tuple[str, Status]:
    period, status = each.split(":")
    return period, Status(status)


@pytest.mark.parametrize("row", _ROWS, ids=lambda row: row["scenario"])
def test_scenario(row: dict[str, str]) -> None:
    policy = HoldPolicy(int(row["hold"]), int(row["keep"]))
    before, after = live(_history(row["before"]), policy), live(_history(row["after"]), policy)
    now = after.now
    assert [now.state, now.status, now.period, now.since_period] == [
        row[key] for key in ("state", "status", "period", "since")
    ]
    step = compare(before, after)
    if not row["change"]:
        assert step is None
        return
    assert step is not None
    assert [step.change, step.from_status, step.to_status, step.period] == [
        row[key] for key in ("change", "from_status", "to_status", "step_period")
    ]
    assert (step.from_state, step.to_state) == (before.now.state, now.state)


def test_the_table_holds_every_change() -> None:
    assert {row["change"] for row in _ROWS} == {"", *Change}


_statuses = st.sampled_from(Status)
_histories = st.lists(_statuses, max_size=12).map(
    lambda statuses: [PeriodStatus(str(2010 + at), status) for at, status in enumerate(statuses)]
)
_policies = st.builds(HoldPolicy, st.integers(1, 4), st.integers(1, 4))

_ALLOWED = {
    AlertState.INACTIVE: {AlertState.INACTIVE, AlertState.PENDING, AlertState.FIRING},
    AlertState.PENDING: {AlertState.PENDING, AlertState.INACTIVE, AlertState.FIRING},
    AlertState.FIRING: {AlertState.FIRING, AlertState.RESOLVED},
    AlertState.RESOLVED: {AlertState.RESOLVED, AlertState.PENDING, AlertState.FIRING},
}


@given(_histories, _policies)
def test_missing_data_never_change_the_state(history: list[PeriodStatus], policy: HoldPolicy) -> None:
    judged = [each for each in history if each.status is not Status.NOT_ASSESSED]
    assert fold(history, policy) == fold(judged, policy)


@given(_histories, _policies)
def test_one_period_takes_only_allowed_steps(history: list[PeriodStatus], policy: HoldPolicy) -> None:
    state = LifeState()
    for each in history:
        after = fold([each], policy, state)
        assert after.state in _ALLOWED[state.state]
        state = after


@given(_histories, _policies, st.integers(0, 12))
def test_fold_does_not_depend_on_chunks(history: list[PeriodStatus], policy: HoldPolicy, cut: int) -> None:
    assert fold(history[cut:], policy, fold(history[:cut], policy)) == fold(history, policy)


@given(_histories, _policies)
def test_firing_needs_the_hold_and_resolving_the_keep(history: list[PeriodStatus], policy: HoldPolicy) -> None:
    judged = [each for each in history if each.status is not Status.NOT_ASSESSED]
    off = [each.status in (Status.MILD, Status.MIDDLE, Status.SEVERE) for each in judged]
    state = fold(history, policy).state
    if all(off) and len(off) >= policy.hold_periods:
        assert state is AlertState.FIRING
    if not any(off):
        assert state is AlertState.INACTIVE
    if off[-policy.hold_periods :] == [True] * policy.hold_periods:
        assert state is AlertState.FIRING
    if len(off) >= policy.keep_firing_periods and not any(off[-policy.keep_firing_periods :]):
        assert state in (AlertState.RESOLVED, AlertState.INACTIVE)


@given(_histories, _policies)
def test_nothing_new_is_no_step(history: list[PeriodStatus], policy: HoldPolicy) -> None:
    life = live(history, policy)
    assert compare(life, life) is None


@given(_histories, st.randoms())
def test_memory_does_not_depend_on_order(history: list[PeriodStatus], chance) -> None:
    judged = tuple(each for each in history if each.status is not Status.NOT_ASSESSED)
    shuffled = list(history)
    chance.shuffle(shuffled)
    made: tuple[PeriodStatus, ...] = ()
    for each in shuffled:
        made = remember(made, each)
    assert made == in_order(judged)


def test_a_withdrawn_figure_leaves_its_judgement() -> None:
    judged = (PeriodStatus("2020", Status.SEVERE),)
    assert remember(judged, PeriodStatus("2020", Status.NOT_ASSESSED)) == judged


def test_a_later_judgement_replaces() -> None:
    judged = (PeriodStatus("2020", Status.SEVERE),)
    assert remember(judged, PeriodStatus("2020", Status.MILD)) == (PeriodStatus("2020", Status.MILD),)


def test_two_forward_steps_at_once_are_a_correction() -> None:
    after = live(_history("2016:severe 2017:on_track"), HoldPolicy())
    step = compare(Life(), after)
    assert step is not None
    assert (step.change, step.to_state) == (Change.CORRECTED, AlertState.RESOLVED)


@pytest.mark.parametrize(("hold", "keep"), [(0, 1), (1, 0)])
def test_periods_are_counted_from_one(hold: int, keep: int) -> None:
    with pytest.raises(ValueError, match="counted from 1"):
        HoldPolicy(hold, keep)
