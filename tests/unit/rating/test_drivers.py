"""LMDI: a published table, hand calculations, the limits at zero, and exactness as a law."""

import math
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plan.model import Names
from rating.drivers import (
    FAULTS,
    Decomposition,
    Effect,
    Fault,
    Part,
    Refused,
    energy_drivers,
    intensity_drivers,
    largest,
)
from rating.lmdi import effects, log_mean

# The examples of the R package LMDIR (M. Heun, tests/testthat/test_lmdi.R): three factors of two sub-categories in four
# years, and for each step and sub-category what each factor contributed.
LMDIR_FACTORS = [
    [(1, 10, 2), (4, 5, 3)],
    [(4, 5, 3), (5, 6, 4)],
    [(8, 2, 4), (5, 7, 5)],
    [(10, 1, 5), (6, 8, 6)],
]
LMDIR_EFFECTS = [
    [(50.47438029, -25.23719014, 14.76280986), (19.31568569, 15.78206435, 24.90224996)],
    [(42.96021467, -56.79031473, 17.83010006), (0, 22.47128816, 32.52871184)],
    [(12.6549815, -39.30996299, 12.6549815), (41.35566084, 30.28867832, 41.35566084)],
]


def part(part_id: str, energy: tuple[float, float], activity: tuple[float, float], group: str = "") -> Part:
    return Part(part_id, Names(zh=f"{part_id}业", en=part_id), *energy, *activity, group)


def split(parts: list[Part], is_intensity: bool = False) -> Decomposition:
    made = intensity_drivers(parts) if is_intensity else energy_drivers(parts)
    assert isinstance(made, Decomposition)
    return made


@pytest.mark.parametrize("step", range(3))
@pytest.mark.parametrize("sub", range(2))
def test_the_published_contributions(step: int, sub: int) -> None:
    old, new = LMDIR_FACTORS[step][sub], LMDIR_FACTORS[step + 1][sub]

    found = effects(math.prod(old), math.prod(new), list(zip(old, new, strict=True)))

    assert found == pytest.approx(LMDIR_EFFECTS[step][sub], abs=5e-9)


@pytest.mark.parametrize(
    ("before", "after", "factors", "found"),
    [
        # The cases of Ang, Zhang and Choi (1998), table 2, as tested by LMDIR.
        (0, 42, [(0, 7), (6, 6)], (42, 0)),
        (42, 0, [(7, 0), (6, 6)], (-42, 0)),
        (0, 0, [(7, 0), (0, 6)], (0, 0)),
        (0, 0, [(0, 0), (1, 6)], (0, 0)),
        # The first factor that is zero takes it all; what lies within nothing is undefined.
        (0, 42, [(3, 3), (0, 7), (None, 2)], (0, 42, 0)),
    ],
)
def test_the_limits_at_zero(before: float, after: float, factors: list[tuple], found: tuple[float, ...]) -> None:
    assert effects(before, after, factors) == found


def test_the_logarithmic_mean() -> None:
    assert log_mean(5, 5) == 5
    assert log_mean(0, 5) == log_mean(5, 0) == log_mean(0, 0) == 0
    assert log_mean(0.5913, 0.5650) == pytest.approx(0.578, abs=5e-4)  # PNNL, Energy Intensity Indicators
    assert log_mean(math.e, 1) == pytest.approx(math.e - 1)
    # Near one another the mean is their midpoint, to second order; the difference of logs has no digits left there.
    assert log_mean(1 + 1e-12, 1) == pytest.approx(1 + 5e-13, abs=1e-15)
    assert log_mean(1e300, 1e-300) == pytest.approx(1e300 / math.log(1e300) / 2)


STEEL = part("steel", energy=(30, 80), activity=(10, 40))
FOOD = part("food", energy=(20, 16), activity=(40, 40))


def test_energy_by_hand() -> None:
    found = split([FOOD, STEEL])

    # L(80, 30) = 50 / ln(8/3) = 50.9772; L(16, 20) = 4 / ln(1.25) = 17.9257. Activity 50 -> 80: both x ln 1.6.
    # Shares 0.2 -> 0.5 and 0.8 -> 0.5; intensities 3 -> 2 and 0.5 -> 0.4.
    steel, food = 50 / math.log(8 / 3), 4 / math.log(1.25)
    assert (found.before, found.after, found.change) == (50, 96, 46)
    assert found.effects == pytest.approx(
        {
            Effect.ACTIVITY: (steel + food) * math.log(1.6),
            Effect.STRUCTURE: steel * math.log(2.5) + food * math.log(0.625),
            Effect.INTENSITY: steel * math.log(2 / 3) + food * math.log(0.8),
        }
    )
    assert list(found.effects.values()) == pytest.approx([32.385, 38.285, -24.670], abs=6e-4)
    assert [(each.part, each.change) for each in found.contributions] == [("steel", 50), ("food", -4)]
    assert [each.share_of_change for each in found.contributions] == pytest.approx([50 / 46, -4 / 46])
    assert found.contributions[0].names.zh == "steel业"


def test_intensity_by_hand() -> None:
    found = split([STEEL, FOOD], is_intensity=True)

    # 50 / 50 = 1 -> 96 / 80 = 1.2. Parts 0.6 -> 1.0 and 0.4 -> 0.2.
    steel, food = 0.4 / math.log(1 / 0.6), 0.2 / math.log(2)
    assert (found.before, found.after, found.change) == pytest.approx((1, 1.2, 0.2))
    assert found.effects == pytest.approx(
        {
            Effect.STRUCTURE: steel * math.log(2.5) + food * math.log(0.625),
            Effect.INTENSITY: steel * math.log(2 / 3) + food * math.log(0.8),
        }
    )


def test_twice_the_output_at_half_the_intensity_changes_nothing() -> None:
    found = split([part("all", (Decimal("0.3"), Decimal("0.3")), (1, 2))])

    assert found.change == 0
    assert found.effects == pytest.approx(
        {Effect.ACTIVITY: 0.3 * math.log(2), Effect.STRUCTURE: 0, Effect.INTENSITY: -0.3 * math.log(2)}
    )
    assert found.contributions[0].share_of_change is None


def test_decimals_that_cancel_leave_no_rounding_error_behind() -> None:
    tenths = [part("a", (Decimal("0.1"), Decimal("0.3")), (1, 1)), part("b", (Decimal("0.2"), Decimal(0)), (1, 1))]

    assert split(tenths).change == 0


def test_parts_that_appear_or_vanish_are_structure_and_energy_that_starts_is_intensity() -> None:
    base = part("base", (50, 50), (100, 100))
    appears, vanishes = part("appears", (0, 6), (0, 10)), part("vanishes", (4, 0), (10, 0))
    starts, never = part("starts", (0, 3), (5, 5)), part("never", (0, 0), (5, 9))

    found = {each.part: each.effects for each in split([base, appears, vanishes, starts, never]).contributions}

    assert found["appears"] == {Effect.ACTIVITY: 0, Effect.STRUCTURE: 6, Effect.INTENSITY: 0}
    assert found["vanishes"] == {Effect.ACTIVITY: 0, Effect.STRUCTURE: -4, Effect.INTENSITY: 0}
    assert found["starts"] == {Effect.ACTIVITY: 0, Effect.STRUCTURE: 0, Effect.INTENSITY: 3}
    assert set(found["never"].values()) == {0}


def test_counties_and_industries() -> None:
    parts = [
        part("steel", (30, 60), (10, 20), "north"),
        part("food", (20, 20), (40, 40), "north"),
        part("food", (10, 30), (50, 150), "south"),
        part("glass", (0, 5), (0, 10), "south"),
        part("glass", (0, 7), (0, 10), "west"),
    ]

    found = split(parts)

    by_key = {(each.group, each.part): each.effects for each in found.contributions}
    # Steel: L = 30 / ln 2; all 100 -> 230, north 50 -> 60 of it, steel 10 -> 20 of that, intensity 3 as before.
    weight = 30 / math.log(2)
    assert by_key["north", "steel"] == pytest.approx(
        {
            Effect.ACTIVITY: weight * math.log(2.3),
            Effect.STRUCTURE: weight * math.log(60 / 230 / 0.5),
            Effect.STRUCTURE_WITHIN: weight * math.log((20 / 60) / 0.2),
            Effect.INTENSITY: 0,
        },
        abs=1e-12,
    )
    # A new industry in an old county, and in a new one.
    assert by_key["south", "glass"][Effect.STRUCTURE_WITHIN] == 5
    assert by_key["west", "glass"][Effect.STRUCTURE] == 7
    assert math.fsum(found.effects.values()) == pytest.approx(found.change)


def test_the_largest_contributors() -> None:
    found = split([FOOD, STEEL, part("tea", (1, 5), (10, 10))])

    assert [each.part for each in largest(found, 2)] == ["steel", "food"]  # 50, then -4 and +4 by id
    assert [each.part for each in largest(found, 1, Effect.INTENSITY)] == ["steel"]


@pytest.mark.parametrize(
    ("parts", "refused"),
    [
        ([], Refused(Fault.NO_PARTS, ())),
        ([STEEL, FOOD, STEEL], Refused(Fault.TWICE, ("steel", "steel"))),
        ([FOOD, part("x", (1, math.nan), (1, 1))], Refused(Fault.NOT_FINITE, ("x",))),
        ([part("x", (Decimal("NaN"), 1), (1, 1))], Refused(Fault.NOT_FINITE, ("x",))),
        ([FOOD, part("x", (1, -1), (1, 1)), part("y", (1, 1), (-1, 1))], Refused(Fault.NEGATIVE, ("x", "y"))),
        ([FOOD, part("x", (1, 1), (1, 0))], Refused(Fault.ENERGY_WITHOUT_ACTIVITY, ("x",))),
        ([part("x", (0, 1), (0, 1))], Refused(Fault.NO_ACTIVITY, ())),
    ],
)
def test_what_cannot_be_decomposed_is_refused_by_name(parts: list[Part], refused: Refused) -> None:
    assert energy_drivers(parts) == intensity_drivers(parts) == refused
    assert set(FAULTS) == set(Fault)


def test_groups_are_for_all_or_none() -> None:
    with pytest.raises(ValueError, match="group"):
        energy_drivers([STEEL, part("x", (1, 1), (1, 1), "north")])


amounts = st.one_of(st.just(0.0), st.floats(1e-3, 1e6))
ends = st.tuples(amounts, amounts).map(lambda pair: (pair[0], pair[1] if pair[0] else 0.0))  # activity, energy


@st.composite
def plants(draw: st.DrawFn) -> list[Part]:
    """Parts in up to three groups, with zeros; energy only where there is activity, and some activity at both ends."""
    made = [part("base", (draw(amounts), draw(amounts)), (draw(st.floats(1, 9)), draw(st.floats(1, 9))), "g0")]
    for at in range(draw(st.integers(0, 5))):
        before, after = draw(ends), draw(ends)
        group = draw(st.sampled_from(["g0", "g1", "g2"]))
        made.append(part(f"p{at}", (before[1], after[1]), (before[0], after[0]), group))
    return made


def ungrouped(parts: list[Part]) -> list[Part]:
    return [part(e.id, (e.energy_before, e.energy_after), (e.activity_before, e.activity_after)) for e in parts]


def reversed_in_time(parts: list[Part]) -> list[Part]:
    return [
        part(e.id, (e.energy_after, e.energy_before), (e.activity_after, e.activity_before), e.group) for e in parts
    ]


@given(plants(), st.booleans(), st.booleans())
def test_effects_and_contributions_add_up(parts: list[Part], is_intensity: bool, is_flat: bool) -> None:
    found = split(ungrouped(parts) if is_flat else parts, is_intensity)
    near = {"rel": 1e-9, "abs": 1e-9 * max(found.before, found.after)}

    assert math.fsum(found.effects.values()) == pytest.approx(found.change, **near)
    assert math.fsum(each.change for each in found.contributions) == pytest.approx(found.change, **near)
    for each in found.contributions:
        assert math.fsum(each.effects.values()) == pytest.approx(each.change, **near)


@given(plants(), st.randoms(), st.booleans())
def test_the_order_of_parts_does_not_matter(parts: list[Part], chance: object, is_intensity: bool) -> None:
    shuffled = list(parts)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]

    assert split(shuffled, is_intensity) == split(parts, is_intensity)


@given(plants(), st.booleans())
def test_time_reversal_turns_every_effect_round(parts: list[Part], is_intensity: bool) -> None:
    forth, back = split(parts, is_intensity), split(reversed_in_time(parts), is_intensity)

    near = 1e-9 * max(forth.before, forth.after)
    assert back.effects == pytest.approx({each: -size for each, size in forth.effects.items()}, abs=near)


@given(plants())
def test_groups_only_divide_the_structure_effect(parts: list[Part]) -> None:
    flat, nested = split(ungrouped(parts)).effects, split(parts).effects

    near = 1e-9 * max(sum(e.energy_before for e in parts), sum(e.energy_after for e in parts))
    both = nested[Effect.STRUCTURE] + nested[Effect.STRUCTURE_WITHIN]
    assert both == pytest.approx(flat[Effect.STRUCTURE], abs=near)
    assert nested[Effect.ACTIVITY] == pytest.approx(flat[Effect.ACTIVITY], abs=near)
    assert nested[Effect.INTENSITY] == pytest.approx(flat[Effect.INTENSITY], abs=near)
