"""Usual revision: the published case of China's energy intensity, and vintages that do not match."""

from decimal import Decimal

import pytest

from rating.revisions import revisions, usual_revision

FIRST = {"2006": Decimal("-1.79"), "2007": Decimal("-3.66"), "2008": Decimal("-4.59")}
AFTER_CENSUS = {
    "2006": Decimal("-2.74"),
    "2007": Decimal("-5.04"),
    "2008": Decimal("-5.20"),
    "2009": Decimal("-3.61"),
}


def test_national_energy_intensity_after_the_census() -> None:
    """Revisions -0.95, -1.38, -0.61. Their variance is 0.1489, so t = -0.98 / sqrt(0.1489 / 3) = -4.3988;
    with two degrees of freedom p = 1 - |t| / sqrt(2 + t²) = 0.0480. Sizes: 2.94 of 12.98.
    """
    found = revisions([FIRST, AFTER_CENSUS])

    assert found is not None
    assert (found.periods, found.mean, found.mean_absolute) == (3, Decimal("-0.98"), Decimal("0.98"))
    assert found.relative_mean_absolute is not None
    assert round(found.relative_mean_absolute, 6) == Decimal("0.226502")
    assert found.t == pytest.approx(-4.3988, abs=1e-4)
    assert found.p == pytest.approx(0.0480, abs=1e-4)
    assert usual_revision([FIRST, AFTER_CENSUS]) == Decimal("0.98")


def test_each_period_counts_from_its_own_first_to_its_own_last_vintage() -> None:
    vintages = [{"2016": Decimal(10)}, {"2016": Decimal(14), "2017": Decimal(20)}, {"2017": Decimal(18)}]

    found = revisions(vintages)

    assert found is not None
    assert (found.periods, found.mean, found.mean_absolute) == (2, 1, 3)


def test_nothing_was_ever_revised() -> None:
    assert revisions([]) is None
    assert usual_revision([FIRST]) is None
    assert usual_revision([{"2016": Decimal(1)}, {"2017": Decimal(1)}]) is None


def test_equal_revisions_and_zeros_have_no_test_and_no_share() -> None:
    found = revisions([{"2016": Decimal(1), "2017": Decimal(1)}, {"2016": Decimal(0), "2017": Decimal(0)}])

    assert found is not None
    assert (found.mean_absolute, found.relative_mean_absolute, found.t, found.p) == (1, None, None, None)
