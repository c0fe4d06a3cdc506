"""Planted faults: every kind is there, and the contract sees just those that the truth says it sees."""

import datetime as dt
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from plan.book import PlanBook
from plan.contract import check_return, decode_return
from plan.due import deadline_at
from plan.faults import FaultCode, Refused
from plan.periods import parse_period
from producers.simulator.population import draw
from producers.simulator.sending import Sending
from producers.simulator.setup import Setup, load_scenarios
from producers.simulator.simulation import Simulation, simulate
from producers.simulator.spoilers import Planted, read
from producers.simulator.world import all_returns

NOW = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
KINDS = {
    "late", "missing", "duplicate", "revised", "wrong_unit", "wrong_unit_small", "frozen", "copied", "cumulative_falls",
    "sum_off", "spoofed", "invalid_json", "unknown_item", "wrong_type", "unknown_code", "text_too_long",
    "future_period", "row_count",
}  # fmt: skip


def _codes(sending: Sending, book: PlanBook) -> set[FaultCode]:
    try:
        check_return(decode_return(sending.payload), book, sending.sender_id, sending.form, NOW)
    except Refused as refused:
        return {fault.code for fault in refused.faults}
    return set()


def _sent(simulation: Simulation, planted: Planted) -> list[Sending]:
    return [
        each
        for each in simulation.sendings
        if (each.return_id, each.sender_id, each.unit) == (planted.return_id, planted.sender, planted.unit)
        and each.is_good is not planted.expected.startswith("refused:")
    ]


def test_every_kind_is_planted(simulation: Simulation) -> None:
    assert {each.kind for each in simulation.truth} == KINDS


def test_the_contract_refuses_each_with_the_code_of_the_truth(simulation: Simulation) -> None:
    book = PlanBook((simulation.plan,))
    refused = [each for each in simulation.truth if each.expected.startswith("refused:")]
    assert len(refused) >= 9
    for planted in refused:
        (sending,) = _sent(simulation, planted)
        assert FaultCode(planted.expected.removeprefix("refused:")) in _codes(sending, book), planted


def test_the_others_pass_the_contract_and_wait_for_the_audit(simulation: Simulation) -> None:
    book = PlanBook((simulation.plan,))
    for planted in simulation.truth:
        if planted.expected.startswith("landed:"):
            (sending,) = _sent(simulation, planted)
            assert _codes(sending, book) == set(), planted


def test_nothing_else_is_refused(simulation: Simulation) -> None:
    book = PlanBook((simulation.plan,))
    refused = Counter(each.return_id for each in simulation.sendings if _codes(each, book))
    told = Counter(each.return_id for each in simulation.truth if each.expected.startswith("refused:"))
    assert refused == told


def test_duplicates_go_out_twice_and_missing_ones_not_at_all(simulation: Simulation) -> None:
    for planted in simulation.truth:
        sent = _sent(simulation, planted)
        match planted.kind:
            case "duplicate":
                assert len(sent) == 2
                assert sent[0].payload == sent[1].payload
            case "missing":
                assert sent == []


def test_a_late_return_comes_after_its_deadline(simulation: Simulation) -> None:
    forms = {form.id: form for form in simulation.plan.forms}
    for planted in (each for each in simulation.truth if each.kind == "late"):
        (sending,) = _sent(simulation, planted)
        published = read(sending).published_at
        assert published is not None
        assert published > deadline_at(forms[planted.form], parse_period(planted.period))


def test_each_fault_is_what_its_name_says(simulation: Simulation) -> None:
    by_key = {(each.form, each.unit, each.period): each for each in simulation.sendings if each.is_good}
    for planted in simulation.truth:
        if planted.kind not in {"frozen", "copied", "cumulative_falls", "sum_off"}:
            continue
        (sending,) = _sent(simulation, planted)
        values = {cell.item: cell.value for cell in read(sending).cells if cell.value is not None}
        periods = next(form for form in simulation.plan.forms if form.id == planted.form).calendar.periods
        before = by_key.get((planted.form, planted.unit, periods[periods.index(planted.period) - 1]))
        earlier = (
            {} if before is None else {cell.item: cell.value for cell in read(before).cells if cell.value is not None}
        )
        match planted.kind:
            case "frozen":
                assert all(values[item] == earlier[item] for item in values.keys() & earlier.keys())
            case "cumulative_falls":
                assert values["revenue"] < earlier["revenue"]
            case "sum_off":
                form = next(form for form in simulation.plan.forms if form.id == planted.form)
                factors = {item.id: float(item.tce_factor) for item in form.items if item.tce_factor is not None}
                total = sum(values[item] * factor for item, factor in factors.items() if item in values)
                assert values["energy-total"] > 1.2 * total
            case "copied":
                others = [
                    {cell.item: cell.value for cell in read(each).cells if cell.value is not None}
                    for key, each in by_key.items()
                    if key[0] == planted.form and key[2] == planted.period and key[1] != planted.unit
                ]
                assert any(
                    all(values[item] == other[item] for item in values.keys() & other.keys()) for other in others
                )


@pytest.mark.parametrize("scenario", list(load_scenarios()))
def test_no_scenario_makes_a_return_that_it_does_not_mean(
    scenario: str, make_setup: Callable[..., Setup], tmp_path: Path
) -> None:
    made = simulate(make_setup(scenario, scale=0.01), tmp_path)
    book = PlanBook((made.plan,))
    assert [each for each in made.sendings if each.is_good and _codes(each, book)] == []
    assert [each for each in made.sendings if not each.is_good and not _codes(each, book)] == []


@pytest.mark.parametrize(("kind", "times"), [("wrong_unit", 10_000), ("wrong_unit_small", 0.0001)])
def test_a_wrong_unit_is_off_by_ten_thousand(
    kind: str, times: float, simulation: Simulation, make_setup: Callable[..., Setup]
) -> None:
    setup = make_setup()
    right = {(each.form, each.unit, each.period): each for each in all_returns(setup, simulation.plan, draw(setup))}
    planted = [each for each in simulation.truth if each.kind == kind]
    assert {each.form for each in planted} == {"enterprise-monthly", "energy-monthly"}
    for each in planted:
        (sending,) = _sent(simulation, each)
        told, meant = (
            next(cell.value for cell in read(found).cells if cell.item == each.item)
            for found in (sending, right[each.form, each.unit, each.period])
        )
        assert told == pytest.approx(meant * times, rel=1e-3)


def test_the_audit_gets_wrong_units_to_find_too(simulation: Simulation) -> None:
    """Ten thousand times too much is mostly beyond the limits of the form; too little never is."""
    expected = {each.expected for each in simulation.truth if each.kind == "wrong_unit_small"}
    assert expected == {"landed:for_audit"}
