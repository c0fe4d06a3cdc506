"""Simulated data stay among themselves: neither a folder nor a log of real plans is written to."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import msgspec
import pytest
from kafka import TopicPartition

from broker.places import PLANS
from broker.settings import KafkaSettings
from plan.book import PlanView
from plan.loader import load_plan
from plan.messages import PlanMessage, encode
from plan.model import Plan
from plan.topics import PLANS as PLANS_TOPIC
from plan.topics import return_topic
from producers.simulator.feed import WouldMix, check_log
from producers.simulator.plan_folder import PLAN_ID, NotOurs, write_plan
from producers.simulator.sending import INTRUDER, SIMULATOR
from producers.simulator.setup import Setup
from producers.simulator.simulation import Simulation

SETTINGS = KafkaSettings(bootstrap="nowhere:1", is_local=False, topic_prefix="simulated.")
ABOUT = "on-track, seed 7, scale 0.02, 2016-01 to 2020-12, 2 days of meters"


class LogInMemory:
    """What check_log needs of a consumer: topics with one partition each, read to their ends."""

    def __init__(self, messages: dict[str, list[bytes]]) -> None:
        self._messages = {SETTINGS.topic(topic): values for topic, values in messages.items()}
        self._at: dict[TopicPartition, int] = {}

    def partitions_for_topic(self, topic: str) -> set[int] | None:
        return {0} if topic in self._messages else None

    def end_offsets(self, partitions: list[TopicPartition]) -> dict[TopicPartition, int]:
        return {each: len(self._messages[each.topic]) for each in partitions}

    def assign(self, partitions: list[TopicPartition]) -> None:
        self._at = dict.fromkeys(partitions, 0)

    def seek(self, partition: TopicPartition, offset: int) -> None:
        self._at[partition] = offset

    def position(self, partition: TopicPartition) -> int:
        return self._at[partition]

    def poll(self, timeout_ms: int) -> dict[TopicPartition, list[SimpleNamespace]]:
        assert timeout_ms > 0
        records = {each: self._messages[each.topic][at:] for each, at in self._at.items()}
        self._at = {each: len(self._messages[each.topic]) for each in self._at}
        return {each: [SimpleNamespace(value=value) for value in values] for each, values in records.items()}


def _announced(plan: Plan) -> bytes:
    return encode(PlanMessage(plan_hash=PlanView(plan).hash, plan=plan))


def _check(simulation: Simulation, messages: dict[str, list[bytes]]) -> None:
    check_log(simulation, SETTINGS, LogInMemory(messages))  # type: ignore[arg-type]


def test_an_empty_log_may_be_sent_to(simulation: Simulation) -> None:
    _check(simulation, {PLANS_TOPIC: []})


def test_the_same_simulation_may_be_sent_again(simulation: Simulation) -> None:
    own = {return_topic("enterprise-monthly", sender): [b"{}"] for sender in (SIMULATOR, INTRUDER)}
    _check(simulation, {PLANS_TOPIC: [_announced(simulation.plan)], **own})


@pytest.mark.parametrize("sender", ["published", "gateway", "files", "environment-system"])
def test_a_log_with_returns_of_anybody_else_is_left_alone(simulation: Simulation, sender: str) -> None:
    form = "permit-events-monthly" if sender == "environment-system" else "xuchang-energy-annual"
    with pytest.raises(WouldMix, match=rf"returns\.{form}\.{sender} holds returns that are not simulated") as fault:
        _check(simulation, {PLANS_TOPIC: [], return_topic(form, sender): [b"{}"]})
    assert "QINGYU_TOPIC_PREFIX" in fault.value.mend
    assert "QINGYU_VAR" in fault.value.mend


def test_a_log_with_the_real_plan_is_left_alone(simulation: Simulation) -> None:
    real = load_plan(PLANS / PLAN_ID)
    with pytest.raises(WouldMix, match=f"the log holds the real plan {PLAN_ID}"):
        _check(simulation, {PLANS_TOPIC: [_announced(simulation.plan), _announced(real)]})


def test_a_log_with_another_simulation_is_left_alone(simulation: Simulation) -> None:
    """Two of them would revise each other's returns, and neither truth would hold."""
    other = msgspec.structs.replace(simulation.plan, document="slow-drift, seed 8, scale 0.02")
    with pytest.raises(WouldMix, match="the log holds another simulation: slow-drift, seed 8"):
        _check(simulation, {PLANS_TOPIC: [_announced(other)]})


def test_the_real_plan_is_told_of_before_another_simulation(simulation: Simulation) -> None:
    other = msgspec.structs.replace(simulation.plan, document="slow-drift, seed 8, scale 0.02")
    with pytest.raises(WouldMix, match="the real plan"):
        _check(simulation, {PLANS_TOPIC: [_announced(other), _announced(load_plan(PLANS / PLAN_ID))]})


def test_the_plan_says_which_simulation_it_is_of(make_setup: Callable[..., Setup], simulation: Simulation) -> None:
    assert ABOUT in simulation.plan.document
    assert make_setup("slow-drift", seed=8).about == ABOUT.replace("on-track, seed 7", "slow-drift, seed 8")


def test_an_earlier_simulated_plan_is_replaced(make_setup: Callable[..., Setup], tmp_path: Path) -> None:
    write_plan(tmp_path, (), make_setup(seed=1))
    (tmp_path / PLAN_ID / "left-over.yaml").write_text("", encoding="utf-8")
    assert "seed 2" in write_plan(tmp_path, (), make_setup(seed=2)).document
    assert not (tmp_path / PLAN_ID / "left-over.yaml").exists()


def test_a_real_plan_is_never_written_over(make_setup: Callable[..., Setup], tmp_path: Path) -> None:
    """As with `--out plan`, which would have been the end of the real one."""
    header = tmp_path / PLAN_ID / "plan.yaml"
    header.parent.mkdir()
    header.write_bytes((PLANS / PLAN_ID / "plan.yaml").read_bytes())
    with pytest.raises(NotOurs, match="holds a plan that is not simulated"):
        write_plan(tmp_path, (), make_setup())
    assert [each.name for each in header.parent.iterdir()] == ["plan.yaml"]
    assert header.read_bytes() == (PLANS / PLAN_ID / "plan.yaml").read_bytes()


def test_a_folder_of_something_else_is_never_removed(make_setup: Callable[..., Setup], tmp_path: Path) -> None:
    kept = tmp_path / PLAN_ID / "notes.txt"
    kept.parent.mkdir()
    kept.write_text("mine", encoding="utf-8")
    with pytest.raises(NotOurs):
        write_plan(tmp_path, (), make_setup())
    assert kept.read_text(encoding="utf-8") == "mine"


def test_presets_of_real_plans_are_never_written_over(make_setup: Callable[..., Setup], tmp_path: Path) -> None:
    presets = tmp_path / "presets.yaml"
    presets.write_text("presets: []", encoding="utf-8")
    with pytest.raises(NotOurs, match="a folder of real plans"):
        write_plan(tmp_path, (), make_setup())
    assert [each.name for each in tmp_path.iterdir()] == ["presets.yaml"]
