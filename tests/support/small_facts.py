"""The facts that a message about the small plan's target carries."""

from plan.codes import Yardstick
from plan.messages import Facts
from plan.model import Plan


def facts_of(plan: Plan, period: str) -> Facts:
    """Facts without any point, about the first target of a plan."""
    target = plan.targets[0]
    (indicator,) = (each for each in plan.indicators if each.id == target.indicator)
    return Facts(
        target=target,
        area=target.area,
        indicator=indicator,
        preset=plan.presets[0],
        yardstick=Yardstick.PLAN_PROGRESS,
        period=period,
        points=(),
        usual_revision=None,
    )
