"""Can this target be rated at all? The rules live in ``plan.rateable``; here a target that breaks them is refused."""

from collections.abc import Mapping

from plan.aim import aim_of
from plan.misfit import Misfit
from plan.model import Indicator, Preset, Target
from plan.rateable import misfits
from rating.demand import Demand


class UnfitTarget(ValueError):
    """A target cannot be rated as the plan states it; ``misfits`` says where and what to mend."""

    def __init__(self, target: Target, found: tuple[Misfit, ...]) -> None:
        said = "; ".join(f"{'.'.join(map(str, each.path))}: {each.says}" for each in found)
        super().__init__(f"目标 {target.names.zh} (target {target.id}) cannot be rated: {said}")
        self.misfits = found


def require_fit(target: Target, indicator: Indicator, presets: Mapping[str, Preset]) -> Demand:
    """What the target demands; raises :class:`UnfitTarget` with all that keeps it from being rated."""
    found = misfits(target, indicator, presets)
    if found:
        raise UnfitTarget(target, found)
    return demand_of(target)


def demand_of(target: Target) -> Demand:
    """What the target demands; raises :class:`UnfitTarget` for a qualitative one and for one without a way."""
    aim = aim_of(target)
    if aim is None:
        raise UnfitTarget(target, (Misfit(("kind",), "nothing measurable is demanded: people judge it"),))
    if aim.span is None:
        raise UnfitTarget(target, (Misfit(("deadline",), "must be a period that ends after the baseline's"),))
    return Demand(
        target=target,
        value=aim.value,
        comparator=aim.comparator,
        base=aim.span.base,
        base_value=aim.baseline.value,
        deadline=aim.span.deadline,
        schedule=aim.schedule,
    )
