"""One bad preset per defect: what it can rate, the limits of its bands, their order, the names of its levels."""

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from plan.check_base import Faults
from plan.check_presets import check_presets
from plan.codes import Kind, PresetRule, Status, Yardstick
from plan.model import Band, Names, Plan, Preset
from plan.structure import build
from plan.yaml_lines import read_yaml_file

PLANS = Path(__file__).parents[3] / "plan"
BANDS = "presets/0/bands"
WORSENING = (Status.ON_TRACK, Status.MILD, Status.MIDDLE, Status.SEVERE)


def bands(*made: dict[str, object]) -> dict[str, object]:
    """Other bands for the first preset (share missed), which then has no labels."""
    return {BANDS: list(made), "presets/0/level_labels": {}}


DEFECTS = {
    "version-zero": ({"presets/0/version": 0}, "presets/0/version", "count from 1"),
    "no-kind": ({"presets/2/kinds": []}, "presets/2/kinds", "name the kinds"),
    "qualitative": ({"presets/2/kinds": ["qualitative"]}, "presets/2/kinds", "never rated"),
    "kind-twice": ({"presets/2/kinds": ["stock", "stock"]}, "presets/2/kinds/1", "stands twice"),
    "no-yardstick": ({"presets/2/yardsticks": []}, "presets/2/yardsticks", "annual_task, plan_progress"),
    "yardstick-of-another-rule": (
        {"presets/2/yardsticks": ["weather"]},
        "presets/2/yardsticks/0",
        "does not yield the number of share_done",
    ),
    "growth-ratio-for-tasks": (
        {"presets/2/rule": "growth_ratio"},
        "presets/2/yardsticks/0",
        "it fits growth_ratio",
    ),
    "blank-source": ({"presets/0/source": ""}, "presets/0/source", "write it"),
    # bands
    "no-band": (bands(), BANDS, "name at least one"),
    "two-lower-limits": (
        bands({"status": "mild", "at_least": 1, "more_than": 1}, {"status": "severe"}),
        f"{BANDS}/0",
        "at_least and more_than",
    ),
    "two-upper-limits": (
        bands({"status": "mild", "at_most": 1, "less_than": 1}, {"status": "severe"}),
        f"{BANDS}/0",
        "at_most and less_than",
    ),
    "limits-crossed": (
        bands({"status": "mild", "at_least": 2, "at_most": 1}, {"status": "severe"}),
        f"{BANDS}/0",
        "no number lies between 2 and 1",
    ),
    "limits-that-leave-nothing": (
        bands({"status": "mild", "at_least": 2, "less_than": 2}, {"status": "severe"}),
        f"{BANDS}/0",
        "no number lies between 2 and 2",
    ),
    "achieved-by-a-band": (bands({"status": "achieved"}), f"{BANDS}/0", "not achieved"),
    "not-assessed-by-a-band": (bands({"status": "not_assessed"}), f"{BANDS}/0", "not not_assessed"),
    "mild-after-severe": (
        bands({"status": "severe", "at_least": 10}, {"status": "mild"}),
        f"{BANDS}/1/status",
        "from the mildest to the worst",
    ),
    "band-after-one-without-limits": (
        bands({"status": "mild"}, {"status": "severe", "more_than": 10}),
        f"{BANDS}/1",
        "no number reaches this severe",
    ),
    "band-hidden-by-two": (
        bands(
            {"status": "mild", "at_most": 5},
            {"status": "middle", "more_than": 5},
            {"status": "severe", "at_least": 3},
        ),
        f"{BANDS}/2",
        "no number reaches this severe",
    ),
    "band-below-what-can-be-missed": (
        bands({"status": "mild", "less_than": 0}, {"status": "severe"}),
        f"{BANDS}/0",
        "no number reaches this mild",
    ),
    "worse-share-gets-better-status": (
        bands({"status": "mild", "more_than": 10}, {"status": "severe", "at_most": 10}),
        f"{BANDS}/0",
        "a worse number gets mild than one that gets severe",
    ),
    "share-done-read-the-wrong-way": (
        {"presets/1/bands": [{"status": "mild", "at_most": 50}, {"status": "severe"}]},
        "presets/1/bands/0",
        "a worse number gets mild",
    ),
    # labels
    "label-of-no-status": ({"presets/0/level_labels/red": "一级"}, "presets/0/level_labels/red", "no status"),
    "label-of-a-status-it-never-gives": (
        {"presets/0/level_labels/middle": "二级"},
        "presets/0/level_labels/middle",
        "no status that this preset gives",
    ),
    "label-missing": (
        {"presets/0/level_labels": {"achieved": "三级", "on_track": "三级", "mild": "二级"}},
        "presets/0/level_labels",
        "severe has no label",
    ),
}


@pytest.mark.parametrize("defect", DEFECTS)
def test_defect_is_named_at_its_place(defect: str, faults_after: Callable[..., Any]) -> None:
    changes, key, says = DEFECTS[defect]

    found = {fault.key: fault for fault in faults_after(changes)}

    assert key in found
    assert says in found[key].says
    assert Path(found[key].file).name == "presets.yaml"


@pytest.mark.parametrize(
    "made",
    [
        bands({"status": "mild", "at_least": 0, "at_most": 2}, {"status": "mild", "more_than": 2}),
        # A gap is silent: nothing is rated in it.
        bands({"status": "middle", "at_least": 10, "at_most": 30}, {"status": "severe", "more_than": 30}),
        # A demand that is strict can be missed by nothing at all.
        bands({"status": "mild", "at_most": 0}, {"status": "severe"}),
    ],
)
def test_bands_that_make_sense(made: dict[str, object], make_plan: Callable[..., Plan]) -> None:
    assert len(make_plan(made).presets[0].bands) == 2


def test_shipped_presets_hold_the_boundaries_of_the_published_texts() -> None:
    """Numbers of the official texts: the status just below, at, and just above every limit."""
    by_id = {preset.id: preset for preset in _shipped()}
    cases: dict[str, list[tuple[str, Status | None]]] = {
        "ndrc-2020": [("9.99", Status.MILD), ("10", Status.MILD), ("10.01", Status.SEVERE)],
        "ndrc-2021": [("0.01", Status.MIDDLE), ("0", Status.MIDDLE), ("-0.01", Status.SEVERE)],
        "ningbo-2010": [
            ("99.99", Status.MILD), ("90", Status.MILD), ("89.99", Status.MIDDLE),
            ("50.01", Status.MIDDLE), ("50", Status.SEVERE), ("49.99", Status.SEVERE),
        ],
        "nanjian-2010": [
            ("60", Status.MILD), ("59.99", Status.MIDDLE), ("0", Status.MIDDLE), ("-0.01", Status.SEVERE),
        ],
        "hangzhou-h1": [
            ("0.29", Status.ON_TRACK), ("0.3", Status.MILD), ("0.99", Status.MILD), ("1", Status.MIDDLE),
            ("2", Status.MIDDLE), ("2.01", Status.SEVERE),
        ],
        "hangzhou-q3": [
            ("0.49", Status.MILD), ("0.5", Status.MIDDLE), ("1", Status.MIDDLE), ("1.01", Status.SEVERE),
        ],
        "yinchuan-projects": [
            ("9.99", None), ("10", Status.MIDDLE), ("30", Status.MIDDLE), ("30.01", Status.SEVERE),
        ],
        "growth-ratio": [
            ("0.95", Status.ON_TRACK), ("0.94", Status.MILD), ("0.60", Status.MILD), ("0.59", Status.MIDDLE),
            ("0", Status.MIDDLE), ("-0.01", Status.SEVERE),
        ],
        "weather": [
            ("4.99", Status.ON_TRACK), ("5", Status.MILD), ("20", Status.MILD), ("20.01", Status.MIDDLE),
        ],
    }  # fmt: skip

    assert set(by_id) == set(cases)
    for preset_id, numbers in cases.items():
        assert [(text, _status(by_id[preset_id].bands, Decimal(text))) for text, _ in numbers] == numbers


def _shipped() -> tuple[Preset, ...]:
    data = read_yaml_file(PLANS / "presets.yaml").data
    made, faults = build(data["presets"], tuple[Preset, ...])
    assert faults == ()
    return made


def _fits(band: Band, number: Decimal | Fraction) -> bool:
    return (
        (band.at_least is None or number >= band.at_least)
        and (band.more_than is None or number > band.more_than)
        and (band.at_most is None or number <= band.at_most)
        and (band.less_than is None or number < band.less_than)
    )


def _status(given: tuple[Band, ...], number: Decimal | Fraction) -> Status | None:
    return next((band.status for band in given if _fits(band, number)), None)


_limit = st.integers(0, 6).map(Decimal)
_band = st.builds(
    lambda status, low, high, is_low_in, is_high_in: Band(
        status=status,
        at_least=low if is_low_in else None,
        more_than=None if is_low_in else low,
        at_most=high if is_high_in else None,
        less_than=None if is_high_in else high,
    ),
    st.sampled_from(WORSENING),
    st.none() | _limit,
    st.none() | _limit,
    st.booleans(),
    st.booleans(),
)


@given(st.lists(_band, min_size=1, max_size=4), st.sampled_from(list(PresetRule)))
def test_accepted_bands_are_all_reached_and_never_ease_as_the_number_worsens(
    listed: list[Band], rule: PresetRule
) -> None:
    """Tried on a grid of numbers finer than the limits, from the best number to the worst."""
    assume(not _faults_of(listed, rule))
    grid = [Fraction(step, 4) for step in range(41)]
    if rule in (PresetRule.SHARE_DONE, PresetRule.GROWTH_RATIO):
        grid = [*reversed(grid), *(-each for each in grid[1:])]

    first = [next((at for at, band in enumerate(listed) if _fits(band, number)), None) for number in grid]
    met = [at for at in first if at is not None]

    assert set(met) == set(range(len(listed)))
    ranks = [WORSENING.index(listed[at].status) for at in met]
    assert ranks == sorted(ranks)


def _faults_of(listed: list[Band], rule: PresetRule) -> tuple[str, ...]:
    serves = {PresetRule.GROWTH_RATIO: Yardstick.GROWTH_RATIO, PresetRule.GAP_LEFT: Yardstick.WEATHER}
    preset = Preset(
        id="tried",
        version=1,
        names=Names(zh="名", en="name"),
        rule=rule,
        kinds=(Kind.STOCK,),
        yardsticks=(serves.get(rule, Yardstick.ANNUAL_TASK),),
        source="made up",
        bands=tuple(listed),
    )
    faults = Faults()
    check_presets((preset,), faults)
    return tuple(each.says for each in faults.found)
