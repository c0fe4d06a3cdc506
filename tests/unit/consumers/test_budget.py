"""The failure budget: which shares of refusals stop the writer, and what it then says."""

import datetime as dt

import pytest

from consumers.budget import Budget, BudgetPolicy, BudgetSpent, Judgement, Refusals, Standing, judge
from plan.faults import Fault, FaultCode
from warehouse.batch import Account, Address, ReadDeadLetter
from warehouse.settings import SettingsFault

AT = dt.datetime(2018, 1, 10, tzinfo=dt.UTC)
POLICY = BudgetPolicy(window=1_000, least=200, most_pct=50)
TOPIC = "returns.output.gateway"
OTHER = "returns.growth.gateway"


@pytest.mark.parametrize(
    ("landings", "standing"),
    [
        # (read, refused) of each landing, oldest first
        ([], Standing.WITHIN),
        ([(199, 199)], Standing.WITHIN),  # too few to tell
        ([(200, 200)], Standing.SPENT),
        ([(200, 100)], Standing.WITHIN),  # half is not more than half
        ([(200, 101)], Standing.SPENT),
        ([(1000, 500), (1, 1)], Standing.SPENT),
        ([(1000, 499), (1, 1)], Standing.WITHIN),
        ([(100, 0), (100, 100)], Standing.WITHIN),
        ([(100, 0), (101, 101)], Standing.SPENT),
        ([(0, 0), (250, 3)], Standing.WITHIN),
    ],
)
def test_more_than_half_of_enough_messages_spend_the_budget(
    landings: list[tuple[int, int]], standing: Standing
) -> None:
    found = judge([Refusals(read, refused, {}) for read, refused in landings], POLICY)
    assert found.standing is standing
    assert (found.read, found.refused) == (sum(read for read, _ in landings), sum(bad for _, bad in landings))


def test_the_most_frequent_fault_is_named_over_all_landings() -> None:
    recent = [Refusals(100, 90, {"not_json": 60, "malformed": 30}), Refusals(100, 50, {"malformed": 50})]
    assert judge(recent, POLICY) == Judgement(Standing.SPENT, 200, 140, "malformed")


def _letters(topic: str, count: int, *codes: FaultCode) -> list[ReadDeadLetter]:
    faults = tuple(Fault(code, "unit", "有误", f"{code} here") for code in codes)
    return [ReadDeadLetter(Address(topic, 0, at), None, b"", "contract", faults, AT) for at in range(count)]


def _account(read: int, dead: int) -> Account:
    return Account(consumed=read, landed=read - dead, dead_lettered=dead)


def test_a_good_past_is_forgotten_and_partitions_count_together() -> None:
    budget = Budget(POLICY)
    for _ in range(50):
        budget.count({(TOPIC, 0): _account(1_000, 0)}, [])
    budget.count({(TOPIC, 0): _account(400, 400), (TOPIC, 1): _account(100, 100)}, [])  # 500 of 1 500
    budget.count({(TOPIC, 1): _account(499, 499)}, [])  # 999 of 1 999: with the last thousand good ones still half
    with pytest.raises(BudgetSpent, match="1000 of the last 1000 messages"):
        budget.count({(TOPIC, 1): _account(1, 1)}, [])


def test_topics_do_not_pay_for_each_other() -> None:
    budget = Budget(POLICY)
    landed = {(TOPIC, 0): _account(100, 100), (OTHER, 0): _account(10_000, 0)}
    budget.count(landed, [])
    with pytest.raises(BudgetSpent, match=f"^{TOPIC}: 200 of the last 200"):
        budget.count(landed, [])


def test_the_sentence_names_topic_share_fault_and_mend() -> None:
    dead = [
        *_letters(TOPIC, 130, FaultCode.UNKNOWN_ITEM),
        *_letters(TOPIC, 20, FaultCode.MALFORMED, FaultCode.MALFORMED),
    ]
    with pytest.raises(BudgetSpent) as spent:
        Budget(POLICY).count({(TOPIC, 0): _account(200, 150)}, dead)
    said = str(spent.value)
    assert said.startswith(f"{TOPIC}: 150 of the last 200 messages (75 %) were refused, most often unknown_item")
    assert "unit: unknown_item here" in said
    assert f"qingyu dead-letters list --topic {TOPIC}" in said


def test_refusals_that_the_landing_found_count_too() -> None:
    with pytest.raises(BudgetSpent, match="most often same_id_other_content"):
        Budget(POLICY).count({(TOPIC, 0): _account(200, 150)}, _letters(TOPIC, 20, FaultCode.MALFORMED))


def test_the_numbers_come_from_the_environment() -> None:
    assert BudgetPolicy.from_environ({}) == POLICY
    named = {"QINGYU_REFUSALS_WINDOW": "50", "QINGYU_REFUSALS_LEAST": " 10 ", "QINGYU_REFUSALS_PCT": "100"}
    made = BudgetPolicy.from_environ(named)
    assert made == BudgetPolicy(50, 10, 100)
    assert judge([Refusals(100, 100, {})], made).standing is Standing.WITHIN


@pytest.mark.parametrize(
    ("name", "text"),
    [("WINDOW", "many"), ("WINDOW", "-5"), ("WINDOW", "100"), ("LEAST", "0"), ("LEAST", "2000"), ("PCT", "101")],
)
def test_unusable_numbers_are_refused_by_name(name: str, text: str) -> None:
    with pytest.raises(SettingsFault, match=f"QINGYU_REFUSALS_{name}"):
        BudgetPolicy.from_environ({f"QINGYU_REFUSALS_{name}": text})
