"""Standings of the two yardsticks that look at a trend: growth ratio, and the weather rule."""

from decimal import Decimal
from fractions import Fraction

import msgspec

from rating.growth import GrowthRatio
from rating.numbers import difference
from rating.weather import Weather

_ONE, _WHOLE = Decimal(1), Decimal(100)


class GrowthStanding(msgspec.Struct, frozen=True):
    """The growth ratio R against 1: growth as fast as the target requires."""

    ratio: GrowthRatio

    @property
    def value(self) -> Decimal | None:
        """R; None where no growth is required, as the target is the base."""
        return self.ratio.ratio

    @property
    def required(self) -> Decimal:
        """One."""
        return _ONE

    @property
    def gap(self) -> Decimal | None:
        """R less one."""
        value = self.value
        return None if value is None else difference(value, _ONE)

    @property
    def is_met(self) -> bool:
        """Whether growth is at least as fast as required; faster, where the target must be exceeded."""
        return self.short_sign < (0 if self.ratio.is_strict else 1)

    @property
    def short_sign(self) -> int:
        """Sign of one less R."""
        return -self.ratio.ratio_against(Fraction(1))


class WeatherStanding(msgspec.Struct, frozen=True):
    """How much of the remaining way the recent change covers by the target year, in per cent, against all of it.

    ``is_strict``: the target must be exceeded, so a value that lies on it has to move on.
    """

    weather: Weather
    is_strict: bool = False

    @property
    def value(self) -> Decimal:
        """Per cent of the remaining way that is covered."""
        return difference(_WHOLE, self.weather.gap_left_pct)

    @property
    def required(self) -> Decimal:
        """All of it."""
        return _WHOLE

    @property
    def gap(self) -> Decimal:
        """Per cent of the remaining way that is left at the end, negative when something is left."""
        return difference(Decimal(0), self.weather.gap_left_pct)

    @property
    def is_met(self) -> bool:
        """Whether the recent change reaches the target in time."""
        must_move = self.is_strict and self.weather.value == self.weather.target
        return self.short_sign < 1 and (self.weather.is_right_direction or not must_move)

    @property
    def short_sign(self) -> int:
        """Sign of what is left at the end."""
        return self.weather.gap_left_against(Fraction(0))
