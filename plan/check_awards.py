"""Checks of the awards: amounts, thresholds, and that the tiers fit the kind."""

from decimal import Decimal

from plan.check_base import Faults
from plan.codes import AwardKind
from plan.model import Award, AwardTier, Plan
from plan.yaml_lines import KeyPath

_NEEDED = {
    AwardKind.FIXED: ("amount_wan_yuan",),
    AwardKind.THRESHOLD: ("from_yi_yuan", "amount_wan_yuan"),
    # A grant may be matched by its own rule, without a share in the text.
    AwardKind.MATCHING: (),
}
_ALLOWED = {**_NEEDED, AwardKind.MATCHING: ("match_pct",)}


def check_awards(plan: Plan, faults: Faults) -> None:
    """Add every fault of the plan's awards."""
    for at, award in enumerate(plan.awards):
        path: KeyPath = ("awards", at, "tiers")
        if not award.tiers:
            faults.add(path, "the award has no tiers; name at least one")
        for number, tier in enumerate(award.tiers):
            _check_tier(award, tier, (*path, number), faults)
        if award.kind is AwardKind.THRESHOLD:
            _check_rising(award, path, faults)


def _check_tier(award: Award, tier: AwardTier, path: KeyPath, faults: Faults) -> None:
    for key in ("amount_wan_yuan", "from_yi_yuan", "match_pct"):
        value: Decimal | None = getattr(tier, key)
        if value is None:
            if key in _NEEDED[award.kind]:
                faults.add((*path, key), f"a {award.kind} award needs it in every tier; add it")
        elif key not in _ALLOWED[award.kind]:
            faults.add((*path, key), f"a {award.kind} award has no such amount; leave it out, or correct the kind")
        elif value <= 0:
            faults.add((*path, key), f"{value}: more than 0")


def _check_rising(award: Award, path: KeyPath, faults: Faults) -> None:
    for key in ("from_yi_yuan", "amount_wan_yuan"):
        last: Decimal | None = None
        for at, tier in enumerate(award.tiers):
            value: Decimal | None = getattr(tier, key)
            if value is not None and last is not None and value <= last:
                says = f"{value} is not more than {last} before it; order the tiers, each with a higher amount"
                faults.add((*path, at, key), says)
            last = value if value is not None else last
