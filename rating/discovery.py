"""Many tests at once: which of them to believe, when one in twenty would speak up by chance alone.

With 400 series tested each month at 5 %, twenty alarms a month are false. Benjamini and Hochberg (1995) bound the
expected share of false ones among all that are reported instead.
"""

from collections.abc import Sequence

import msgspec
from scipy.stats import false_discovery_control  # type: ignore[import-untyped]


class Discoveries(msgspec.Struct, frozen=True):
    """Verdicts in the order of the tests; ``adjusted``: the lowest false-discovery rate at which a test is reported.

    Where no test could be made, ``adjusted`` is None and nothing is reported.
    """

    adjusted: tuple[float | None, ...]
    is_reported: tuple[bool, ...]


def discoveries(p_values: Sequence[float | None], rate: float) -> Discoveries:
    """Report tests so that at most a share ``rate`` of the reported ones is expected to be false.

    ``p_values`` of tests that are independent or positively dependent; None where no test could be made: it counts as
    no test. Raises ValueError for a p-value outside 0 to 1, or a rate that is not between them.
    """
    if not 0 < rate < 1:
        raise ValueError(f"rate {rate} of false discoveries must lie between 0 and 1")
    made = [p for p in p_values if p is not None]
    found = iter(false_discovery_control(made, method="bh").tolist() if made else ())
    adjusted = tuple(None if p is None else next(found) for p in p_values)
    return Discoveries(adjusted, tuple(each is not None and each <= rate for each in adjusted))
