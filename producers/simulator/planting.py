"""Faults planted in good returns, and the truth about them: what detection is scored by.

Only forms that no rated target rests on are spoilt, so that the expected statuses stay those of the scenario; and only
one return of a unit, form and year, for two faults that explain each other would make a doubtful truth.
"""

from collections import Counter
from collections.abc import Mapping, Sequence

from plan.model import Form
from producers.simulator.chance import stream
from producers.simulator.sending import Sending
from producers.simulator.spoilers import SPOILERS, Change, Field, Planted

_RATE = 0.002
"""Share of a form's returns that each kind of fault spoils; one at least."""

_WAYS = (
    *((kind, "enterprise-monthly") for kind in (
        "late", "missing", "duplicate", "revised", "wrong_unit", "wrong_unit_small", "frozen", "copied",
        "cumulative_falls", "spoofed", "invalid_json", "unknown_item", "wrong_type", "unknown_code", "text_too_long",
        "future_period",
    )),
    *((kind, "energy-monthly") for kind in (
        "late", "wrong_unit", "wrong_unit_small", "frozen", "copied", "sum_off", "spoofed",
    )),
    ("row_count", "capacity-events-monthly"),
)  # fmt: skip
"""Each kind of fault and the form it is planted in."""


def plant(
    good: Sequence[Sending], forms: Mapping[str, Form], seed: int
) -> tuple[tuple[Sending, ...], tuple[Planted, ...]]:
    """Spoil a few returns in every way; returns what is sent then, and the truth."""
    field = Field(good, forms)
    places = {form_id: [at for at, each in enumerate(good) if each.form == form_id] for _, form_id in _WAYS}
    taken: dict[int, Change] = {}
    spoilt: set[tuple[str, ...]] = set()
    # First one of each kind, so that a small simulation has them all; then up to the rate.
    for turn in ("first", "rest"):
        for kind, form_id in _WAYS:
            whole = max(1, round(len(places[form_id]) * _RATE)) if places[form_id] else 0
            wanted = min(whole, 1) if turn == "first" else whole - 1
            for at in map(int, stream(seed, "planting", turn, kind, form_id).permutation(places[form_id])):
                if wanted == 0:
                    break
                key = _neighbourhood(good[at], good[at].unit)
                change = None if key in spoilt else SPOILERS[kind](good[at], field)
                beside = key if change is None or not change.beside else _neighbourhood(good[at], change.beside)
                if change is not None and beside not in spoilt:
                    taken[at] = change
                    spoilt |= {key, beside}
                    wanted -= 1
    sent = [out for at, each in enumerate(good) for out in (taken[at].sendings if at in taken else (each,))]
    truth = [taken[at].truth for at in sorted(taken)]
    return tuple(sorted(sent, key=lambda each: each.order)), tuple(truth)


def _neighbourhood(sending: Sending, unit: str) -> tuple[str, ...]:
    """Within which only one return is spoilt: form, unit and year."""
    return (sending.form, unit, sending.period[:4])


def expected_counts(truth: Sequence[Planted]) -> dict[str, int]:
    """How many lines of the truth expect what."""
    return dict(sorted(Counter(each.expected for each in truth).items()))
