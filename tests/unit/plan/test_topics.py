"""The topic list as one sender sees it."""

from plan.topics import topics_of_sender
from tests.support.three_senders import GATEWAY, SYSTEM, plan_of

PLANS = [plan_of(GATEWAY, SYSTEM)]


def _names(sender_id: str) -> list[str]:
    return sorted(spec.name for spec in topics_of_sender(PLANS, sender_id))


def test_a_sender_works_with_its_own_topics_only() -> None:
    assert _names("environment-system") == ["returns.output.environment-system"]
    assert _names("nobody") == []


def test_a_sender_that_gets_outcomes_explains_and_listens() -> None:
    assert _names("gateway") == [
        "explanations.gateway",
        "return-outcomes.gateway",
        "returns.growth.gateway",
        "returns.mines.gateway",
        "returns.output.gateway",
    ]
