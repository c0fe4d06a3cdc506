"""How much an indicator is usually revised: the same periods in several vintages, the latest against the first."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

import msgspec
from scipy.stats import ttest_1samp  # type: ignore[import-untyped]

from rating.numbers import decimal


class Revisions(msgspec.Struct, frozen=True):
    """Revisions of ``periods`` periods, each the latest value minus the first, in the indicator's unit.

    ``mean``: their bias. ``mean_absolute``: their usual size. ``relative_mean_absolute``: their sizes over the sizes of
    the latest values (0.05 is 5 %); None when those are all zero. ``t`` and ``p``: two-sided test that the mean
    revision is zero; None for a single period, or when all revisions are equal.
    """

    periods: int
    mean: Decimal
    mean_absolute: Decimal
    relative_mean_absolute: Decimal | None
    t: float | None
    p: float | None


def revisions(vintages: Sequence[Mapping[str, Decimal]]) -> Revisions | None:
    """Compare vintages (values by period, oldest vintage first); None where no period stands in two of them.

    Periods that a later vintage brings, or no longer holds, count from their own first to their own last value.
    """
    first: dict[str, Fraction] = {}
    last: dict[str, Fraction] = {}
    for vintage in vintages:
        for period, value in vintage.items():
            if period in first:
                last[period] = Fraction(value)
            else:
                first[period] = Fraction(value)
    changes = [last[period] - first[period] for period in last]
    if not changes:
        return None
    size = sum((abs(each) for each in changes), Fraction(0))
    level = sum((abs(each) for each in last.values()), Fraction(0))
    test = ttest_1samp([float(each) for each in changes], 0) if len(set(changes)) > 1 else None
    return Revisions(
        periods=len(changes),
        mean=decimal(sum(changes, Fraction(0)) / len(changes)),
        mean_absolute=decimal(size / len(changes)),
        relative_mean_absolute=decimal(size / level) if level else None,
        t=None if test is None else float(test.statistic),
        p=None if test is None else float(test.pvalue),
    )


def usual_revision(vintages: Sequence[Mapping[str, Decimal]]) -> Decimal | None:
    """Mean absolute revision in the indicator's unit: a gap below it is borderline. None: never revised yet."""
    found = revisions(vintages)
    return None if found is None else found.mean_absolute
