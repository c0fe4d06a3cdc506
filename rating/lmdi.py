"""Logarithmic mean Divisia index, additive (LMDI-I): how much each factor of a product changed it.

For ``v = x1 * x2 * ...`` the effect of a factor is ``L(v_after, v_before) * ln(x_after / x_before)``, L being the
logarithmic mean; the effects add up to the change of v (Ang 2005, Energy Policy 33, 867-871). Where a factor is zero
the limits of that expression are taken (Ang, Zhang and Choi 1998; Wood and Lenzen 2006), never a small number for it.
"""

import math
from collections.abc import Sequence

_NEAR = 0.5
"""Below this relative distance ln(a / b) is taken from the difference, where the difference of logs loses digits."""


def log_mean(left: float, right: float) -> float:
    """Logarithmic mean of two numbers that are not negative: L(a, a) = a, L(a, 0) = 0."""
    if left == right:
        return left
    if left == 0 or right == 0:
        return 0.0
    return (left - right) / _log_ratio(left, right)


def effects(before: float, after: float, factors: Sequence[tuple[float | None, float | None]]) -> tuple[float, ...]:
    """What each factor, given as (before, after), contributed to the change of their product from before to after.

    Where the product begins or ends at zero, the whole change belongs to the first factor that is zero there; later
    factors of that side may be undefined (None: the share within nothing). The caller vouches that a product is zero
    exactly when one of its factors is, and that nothing is negative.
    """
    if before == 0 and after == 0:
        return (0.0,) * len(factors)
    if before == 0 or after == 0:
        side = 0 if before == 0 else 1
        at = next(at for at, factor in enumerate(factors) if factor[side] == 0)
        return tuple(after - before if other == at else 0.0 for other in range(len(factors)))
    weight = log_mean(after, before)
    return tuple(weight * _log_ratio(new, old) for old, new in factors if old is not None and new is not None)


def _log_ratio(left: float, right: float) -> float:
    """``ln(left / right)`` to full precision, near one and far from it, without overflow."""
    if abs(left - right) < _NEAR * right:
        return math.log1p((left - right) / right)
    return math.log(left) - math.log(right)
