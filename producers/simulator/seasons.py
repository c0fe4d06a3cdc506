"""How a total is divided: over the months of a year, over those who report, in whole pieces."""

import numpy as np

from producers.simulator.chance import stream
from producers.simulator.setup import YEARS

_MONTHS = np.array([0.066, 0.060, 0.083, 0.084, 0.086, 0.088, 0.081, 0.083, 0.089, 0.088, 0.093, 0.099])
"""Share of each month in a year, less in the hot months and around the Spring Festival: ours."""
_NOISE = 0.06


def monthly_shares(seed: int, count: int) -> np.ndarray:
    """Shares of the twelve months for each of so many enterprises and each year: shape (count, years, 12), sum 1."""
    noise = stream(seed, "seasons").lognormal(0.0, _NOISE, (count, len(YEARS), 12))
    shares = _MONTHS * noise
    return np.asarray(shares / shares.sum(axis=2, keepdims=True))


def yearly_parts(seed: int, name: str, weights: np.ndarray, totals: np.ndarray) -> np.ndarray:
    """Divide each year's total by weights that drift from year to year: shape (count, years), sums to the totals."""
    drift = stream(seed, "drift", name).lognormal(0.0, 0.08, (len(weights), len(totals)))
    parts = weights[:, None] * np.cumprod(drift, axis=1)
    return np.asarray(parts / parts.sum(axis=0) * totals)


def apportion(weights: np.ndarray, total: int) -> np.ndarray:
    """Divide a whole number into whole parts by weight: the largest remainders get one more, so the sum is exact."""
    exact = weights / weights.sum() * total
    parts = np.floor(exact).astype(int)
    parts[np.argsort(parts - exact, kind="stable")[: total - int(parts.sum())]] += 1
    return np.asarray(parts)
