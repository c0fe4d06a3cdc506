"""The grid decides as the exact rules do, at every boundary and beside it."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plan.codes import Comparator, Kind, PresetRule, Status, Yardstick
from plan.messages import Reason
from plan.model import Band, Names, Preset
from rating.case import Judged
from rating.grid import Ask, Grid, YearTask, rate_amounts, rate_year_reductions
from rating.grid_progress import Way, rate_plan_progress
from rating.preset import decide
from rating.staircase import REASONS, STATUSES, Floats, meant
from rating.standing import Amount, EvenShare, Progress, Standing, meets
from rating.wording import Text

_law = settings(deadline=None, max_examples=150)
_AMOUNT_RULES = (PresetRule.SHARE_MISSED, PresetRule.SHARE_DONE, PresetRule.POINTS_SHORT)

Pair = tuple[Status, Reason]


def preset_of(rule: PresetRule, *bands: Band) -> Preset:
    names = Names(zh="规则", en="rule")
    return Preset(
        id="p",
        version=1,
        names=names,
        rule=rule,
        kinds=tuple(Kind),
        yardsticks=tuple(Yardstick),
        source="",
        bands=bands,
    )


def told(preset: Preset, standing: Standing, is_achieved: bool = False) -> Pair:
    """What the exact rule says."""
    made = decide(preset, Judged(standing, is_achieved, "", Text("", ""), ()))
    return made.status, made.reason


def answers(grid: Grid) -> list[list[Pair]]:
    codes = zip(grid.status.tolist(), grid.reason.tolist(), strict=True)
    return [[(STATUSES[a], REASONS[b]) for a, b in zip(row, whys, strict=True)] for row, whys in codes]


def column(values: Sequence[Decimal]) -> Floats:
    return np.array([[float(each)] for each in values])


def row(values: Sequence[float]) -> Floats:
    return np.array([values], dtype=np.float64)


limits = st.integers(-60, 160).map(Decimal) | st.decimals(-2, 120, places=1)
bounds = st.fixed_dictionaries(
    {},
    optional={"at_least": limits, "more_than": limits, "at_most": limits, "less_than": limits},
)
bands = st.builds(
    lambda status, given_: Band(status=status, **given_),
    st.sampled_from([Status.ON_TRACK, Status.MILD, Status.MIDDLE, Status.SEVERE]),
    bounds,
)
made_presets = st.builds(
    lambda rule, each: preset_of(rule, *each), st.sampled_from(_AMOUNT_RULES), st.lists(bands, min_size=1, max_size=4)
)
amounts = st.decimals(-300, 300, places=2)
bars = st.one_of(st.sampled_from([Fraction(0), Fraction(160, 3)]), amounts.map(Fraction))


@_law
@given(
    preset=made_presets,
    bar=bars,
    final=st.none() | bars,
    task=st.none() | bars,
    comparator=st.sampled_from(list(Comparator)),
    values=st.lists(amounts),
)
def test_every_amount_is_rated_as_by_the_exact_rule(
    *,
    preset: Preset,
    bar: Fraction,
    final: Fraction | None,
    task: Fraction | None,
    comparator: Comparator,
    values: list[Decimal],
) -> None:
    ask = Ask(bar, comparator, final, task)
    # Besides any values, those that lie on a limit of the bands or beside it by the last digit.
    shares = [Decimal(limit) for band in preset.bands for limit in (band.at_least, band.at_most) if limit is not None]
    size = Decimal(round(bar))
    for share in shares:
        for edge in (size * share / 100, size - abs(size) * share / 100, size + abs(size) * share / 100, size - share):
            values += [edge, edge + Decimal("1e-9"), edge - Decimal("1e-9")]

    found = answers(rate_amounts(column(values), [ask], preset)) if values else []

    for value, (said,) in zip(values, found, strict=True):
        amount = Fraction(value)
        is_achieved = final is not None and meets(amount, final, comparator)
        assert said == told(preset, Amount(amount, bar, comparator, task), is_achieved), value


@_law
@given(
    preset=made_presets,
    rest=st.sampled_from(["0.84", "0.81", "0.5", "0.17"]),
    years=st.sampled_from([1, 2, 5]),
    comparator=st.sampled_from([Comparator.AT_LEAST, Comparator.MORE_THAN]),
    official=st.none() | st.decimals(-5, 30, places=2).map(Fraction),
    values=st.lists(
        st.decimals(-99, 50, places=2) | st.sampled_from([Decimal(-19), Decimal(-10), Decimal(-50)]), min_size=1
    ),
)
def test_every_year_of_a_reduction_is_rated_as_by_the_exact_rule(
    *,
    preset: Preset,
    rest: str,
    years: int,
    comparator: Comparator,
    official: Fraction | None,
    values: list[Decimal],
) -> None:
    task = YearTask(Fraction(rest), years, comparator, official)

    found = answers(rate_year_reductions(column(values), [task], preset))

    for value, (said,) in zip(values, found, strict=True):
        standing: Standing = EvenShare(-Fraction(value) / 100, task.rest, years, comparator is Comparator.MORE_THAN)
        if official is not None:
            standing = Amount(-Fraction(value), official, comparator)
        assert said == told(preset, standing), value


@_law
@given(
    made_presets,
    st.sampled_from(["0.84", "0.81", "0.9", "0.729"]),
    st.booleans(),
    st.lists(
        st.sampled_from([Decimal(-10), Decimal(-19), Decimal("-27.1"), Decimal(0)]) | st.decimals(-99, 90, places=2),
        min_size=4,
        max_size=4,
    ),
    st.sampled_from([Fraction(1, 4), Fraction(1, 2), Fraction(1, 3), Fraction(0)]),
)
def test_every_product_of_years_is_rated_as_by_the_exact_rule(
    preset: Preset, rest: str, is_strict: bool, changes: list[Decimal], share: Fraction
) -> None:
    shares = [share, Fraction(1, 2), None, Fraction(1)]

    (found,) = answers(
        rate_plan_progress(row([float(each) for each in changes]), _way(rest, is_strict), shares, preset)
    )

    reached = Fraction(1)
    for change, asked, said in zip(changes, shares, found, strict=True):
        reached *= 1 + Fraction(change) / 100
        standing = Progress(reached, Fraction(rest), Fraction(1) if asked is None else asked, is_strict)
        is_achieved = standing.covers(Fraction(1))
        silent = (Status.NOT_ASSESSED, Reason.NOT_YET_DUE)
        assert said == (silent if asked is None and not is_achieved else told(preset, standing, is_achieved))


def _way(rest: str, is_strict: bool = False) -> Way:
    return Way(Fraction(rest), is_strict)


def test_a_boundary_that_floats_miss_holds(presets: dict[str, Preset]) -> None:
    # 0.063 of 0.07 is missed by exactly one tenth: mild. In floats nine tenths of 0.07 lie above 0.063: severe.
    assert 0.07 * 0.9 > 0.063
    asked = [Ask(Fraction("0.07"), Comparator.AT_LEAST), Ask(Fraction("0.1") + Fraction("0.2"), Comparator.AT_LEAST)]

    found = rate_amounts(np.array([[0.063, 0.3], [0.0629999, 0.2999999]]), asked, presets["ndrc-2020"])

    mild, met, severe = Status.MILD, Status.ON_TRACK, Status.SEVERE
    assert [[status for status, _ in each] for each in answers(found)] == [[mild, met], [severe, mild]]


def test_two_years_that_reach_the_target_exactly_achieve_it(presets: dict[str, Preset]) -> None:
    # 0.9 x 0.9 = 0.81 to the last digit; it achieves what must be reached, not what must be exceeded. On the way,
    # half of it is what half way asks, either way.
    changes, shares = row([-10, -10]), [Fraction(1, 2), Fraction(1)]

    met = answers(rate_plan_progress(changes, _way("0.81"), shares, presets["ndrc-2021"]))
    strict = answers(rate_plan_progress(changes, _way("0.81", is_strict=True), shares, presets["ndrc-2021"]))

    assert [status for status, _ in met[0]] == [Status.ON_TRACK, Status.ACHIEVED]
    assert [status for status, _ in strict[0]] == [Status.ON_TRACK, Status.MIDDLE]


def test_a_product_that_floats_overshoot_is_decided_exactly(presets: dict[str, Preset]) -> None:
    # Three years of -10 % leave exactly 0.729; in floats a little more: not quite the target.
    assert 0.9 * 0.9 * 0.9 > 0.729
    shares = [Fraction(1, 3), Fraction(2, 3), Fraction(1)]

    found = answers(rate_plan_progress(row([-10, -10, -10]), _way("0.729"), shares, presets["ndrc-2020"]))

    assert [status for status, _ in found[0]] == [Status.ON_TRACK, Status.ON_TRACK, Status.ACHIEVED]


def test_what_is_missing_or_held_is_not_assessed(presets: dict[str, Preset]) -> None:
    gap, failed = np.nan, REASONS.index(Reason.FAILED_AUDIT)
    held = np.array([[0, 0, 0], [0, failed, 0], [failed, 0, 0]], dtype=np.uint8)
    values = np.array([[gap, 1, 9], [9, 9, 9], [gap, gap, -101]])
    preset = presets["ndrc-2020"]
    none, held_back = (Status.NOT_ASSESSED, Reason.NO_DATA), (Status.NOT_ASSESSED, Reason.FAILED_AUDIT)
    open_, severe = (Status.ON_TRACK, Reason.NONE), (Status.SEVERE, Reason.NONE)

    simple = answers(rate_amounts(values, [Ask(Fraction(9), Comparator.AT_LEAST)] * 3, preset, held))
    chained = answers(rate_plan_progress(values, _way("0.9"), [Fraction(1, 2)] * 3, preset, held))

    assert simple == [[none, severe, open_], [open_, held_back, open_], [held_back, none, severe]]
    incomplete = (Status.NOT_ASSESSED, Reason.INCOMPLETE)
    assert chained == [[none, incomplete, incomplete], [severe, held_back, incomplete], [held_back, none, incomplete]]


def test_an_impossible_change_is_to_be_verified(presets: dict[str, Preset]) -> None:
    doubt = (Status.NOT_ASSESSED, Reason.TO_VERIFY)
    task = YearTask(Fraction("0.84"), 5, Comparator.AT_LEAST)

    yearly = answers(rate_year_reductions(row([-100, -99.99]), [task, task], presets["ndrc-2020"]))
    chained = answers(rate_plan_progress(row([-5, -100, -5]), _way("0.5"), [Fraction(1, 3)] * 3, presets["ndrc-2020"]))

    assert yearly == [[doubt, (Status.ON_TRACK, Reason.NONE)]]
    assert chained[0][1:] == [doubt, doubt]


def test_products_without_a_useful_bound_are_decided_exactly(presets: dict[str, Preset]) -> None:
    # So near to -100 % a hundredth has lost all its digits; so large a product overflows.
    lost, huge = -99.99999999999999, 1e300

    found = answers(rate_plan_progress(row([lost, huge, huge]), _way("0.5"), [Fraction(1)] * 3, presets["ndrc-2020"]))

    assert [status for status, _ in found[0]] == [Status.ACHIEVED, Status.SEVERE, Status.SEVERE]


def test_a_float_stands_for_the_decimal_it_prints() -> None:
    assert meant(0.1) == Fraction(1, 10)
    assert meant(-0.0) == 0
    assert meant(1e22) == 10**22


def test_what_does_not_fit_is_refused(presets: dict[str, Preset]) -> None:
    ask = Ask(Fraction(1), Comparator.AT_LEAST)
    with pytest.raises(ValueError, match="1 periods"):
        rate_amounts(np.ones((3, 2)), [ask], presets["ndrc-2020"])
    with pytest.raises(ValueError, match="infinite"):
        rate_amounts(np.array([[np.inf]]), [ask], presets["ndrc-2020"])
    with pytest.raises(ValueError, match="reasons of shape"):
        rate_amounts(np.ones((3, 1)), [ask], presets["ndrc-2020"], np.zeros((1, 1), np.uint8))
    with pytest.raises(ValueError, match="name a preset"):
        rate_amounts(np.zeros((3, 1)), [ask], presets["growth-ratio"])


def test_where_the_schedule_is_silent_only_the_target_itself_counts(presets: dict[str, Preset]) -> None:
    asked = [Ask(None, Comparator.AT_LEAST, final=Fraction(160)), Ask(None, Comparator.AT_LEAST)]

    found = answers(rate_amounts(np.array([[160.0, 160.0], [159.9, 0.0]]), asked, presets["ndrc-2020"]))

    silent = (Status.NOT_ASSESSED, Reason.NOT_YET_DUE)
    assert found == [[(Status.ACHIEVED, Reason.NONE), silent], [silent, silent]]
