"""A rating made again from its own record, without plan, warehouse or broker."""

from plan.messages import Facts
from plan.periods import parse_period
from rating.fit import demand_of
from rating.judging import answer
from rating.result import Rating, rating_of
from rating.series import Series


def recompute(facts: Facts) -> Rating:
    """The rating that these facts lead to; equal to the one they were recorded with.

    Raises :class:`rating.fit.UnfitTarget` for a target that demands nothing measurable, ValueError when the target has
    no such yardstick: then the record was altered.
    """
    target = facts.target
    rule = next((each for each in target.yardsticks if each.yardstick is facts.yardstick), None)
    if rule is None:
        raise ValueError(f"record of {target.id}: the target has no yardstick {facts.yardstick.value}")
    found = answer(
        demand_of(target),
        facts.indicator,
        rule,
        Series(facts.points),
        parse_period(facts.period),
        usual_revision=facts.usual_revision,
    )
    return rating_of(facts, facts.preset.id == rule.alert_preset, found)
