"""How good stated probabilities were: Brier score and calibration against what came true."""

from collections.abc import Sequence

import msgspec


class Forecast(msgspec.Struct, frozen=True):
    """A stated probability (0 to 1) of an event, and whether it happened."""

    probability: float
    has_happened: bool

    def __post_init__(self) -> None:
        if not 0 <= self.probability <= 1:
            raise ValueError(f"{self.probability} is no probability; it must lie between 0 and 1")


class Bin(msgspec.Struct, frozen=True):
    """Forecasts of similar probability: how many, what they said on average, how often the event happened."""

    low: float
    high: float
    count: int
    mean_probability: float
    frequency: float


def brier(forecasts: Sequence[Forecast]) -> float:
    """Mean squared distance between probability and outcome: 0 is perfect, always saying one half gives 0.25.

    Without a forecast there is no score: ValueError.
    """
    if not forecasts:
        raise ValueError("no forecasts, no score; hand over at least one")
    return sum((each.probability - each.has_happened) ** 2 for each in forecasts) / len(forecasts)


def base_rate(forecasts: Sequence[Forecast]) -> float:
    """How often the event happened. Without a forecast: ValueError."""
    if not forecasts:
        raise ValueError("no forecasts, no rate; hand over at least one")
    return sum(each.has_happened for each in forecasts) / len(forecasts)


def skill(score: float, reference: float) -> float:
    """Share of the reference's Brier score (above zero) that is saved: 1 is perfect, below 0 is worse than it."""
    return 1 - score / reference


def calibration(forecasts: Sequence[Forecast], bins: int = 10) -> tuple[Bin, ...]:
    """The forecasts in bins of equal width; empty ones are left out, and 1 belongs to the last."""
    held: dict[int, list[Forecast]] = {}
    for each in forecasts:
        held.setdefault(min(int(each.probability * bins), bins - 1), []).append(each)
    return tuple(
        Bin(
            low=at / bins,
            high=(at + 1) / bins,
            count=len(members),
            mean_probability=sum(each.probability for each in members) / len(members),
            frequency=base_rate(members),
        )
        for at, members in sorted(held.items())
    )


def calibration_error(forecasts: Sequence[Forecast], bins: int = 10) -> float:
    """Mean distance between what a bin says and what came true, weighted by the bins' sizes."""
    found = calibration(forecasts, bins)
    return sum(each.count * abs(each.mean_probability - each.frequency) for each in found) / len(forecasts)
