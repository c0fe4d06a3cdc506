"""Rating many series at once: seconds for 10 000 series x 60 months, and what they cost against less than that.

Beside each grid stand a bare numpy comparison of the same array (value against requirement and against nine tenths of
it: no bands, no exact boundaries) and the engine, value by value with its evidence, on a sample. Prints medians of
several rounds; ratios within one run count, not seconds.
"""

import statistics
import time
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from pathlib import Path

import msgspec
import numpy as np
from rich.console import Console
from rich.table import Table

from plan.codes import Comparator, Direction, Kind, Measure, Yardstick
from plan.loader import load_plan
from plan.messages import Bound, Observed, Verdict
from plan.model import Baseline, Indicator, Plan, Target, YardstickRule
from rating.engine import rate
from rating.grid_target import rate_target
from rating.staircase import Floats

SERIES, PERIODS, SAMPLE, ROUNDS = 10_000, 60, 200, 5
MONTHS = tuple(f"{2017 + at // 12}-{at % 12 + 1:02d}" for at in range(PERIODS))
YEARS = tuple(str(2016 + at) for at in range(PERIODS))

Question = tuple[str, Target, Indicator, YardstickRule, tuple[str, ...], Floats]


def questions(plan: Plan) -> list[Question]:
    """A stock along a straight way of 60 months, and a reduction by both yardsticks over 60 years."""
    chance = np.random.default_rng(20170929)
    targets = {each.id: each for each in plan.targets}
    indicators = {each.id: each for each in plan.indicators}
    cap, cut = targets["china-energy-total-2020"], targets["henan-energy-intensity-2020"]
    progress = YardstickRule(yardstick=Yardstick.PLAN_PROGRESS, alert_preset="ndrc-2020")
    stock = msgspec.structs.replace(
        cap,
        kind=Kind.STOCK,
        comparator=Comparator.AT_LEAST,
        value=Decimal(160),
        baseline=Baseline(period="2016", value=Decimal(0)),
        deadline="2021",
        yardsticks=(progress,),
    )
    count = msgspec.structs.replace(indicators[cap.indicator], measure=Measure.LEVEL, direction=Direction.MORE)
    long_cut = msgspec.structs.replace(cut, deadline=YEARS[-1], value=Decimal(80))
    levels = np.linspace(0, 160, PERIODS) * chance.normal(1, 0.1, (SERIES, PERIODS))
    changes = chance.normal(-2.6, 2, (SERIES, PERIODS))
    asked: list[Question] = [("amounts, months", stock, count, progress, MONTHS, np.round(levels, 2))]
    for rule in long_cut.yardsticks:
        what = f"reduction, {rule.yardstick}"
        asked.append((what, long_cut, indicators[cut.indicator], rule, YEARS, np.round(changes, 2)))
    return asked


def seconds(work: Callable[[], object]) -> float:
    """The median of several rounds."""
    took = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        work()
        took.append(time.perf_counter() - began)
    return statistics.median(took)


def bare(values: Floats) -> object:
    """What anyone would write first: three colours by two comparisons."""
    asked = np.linspace(0, 160, PERIODS)
    return np.where(values >= asked, 0, np.where(values >= 0.9 * asked, 1, 2)).astype(np.uint8)


def engine_seconds(question: Question, plan: Plan) -> float:
    """Seconds of the engine for the newest period of a few series, scaled to all values of the grid."""
    _, target, indicator, rule, periods, values = question
    presets = {each.id: each for each in plan.presets}
    one = msgspec.structs.replace(target, yardsticks=(msgspec.structs.replace(rule, beside=()),))
    points = [
        [
            Observed(period, Decimal(repr(float(value))), Bound.EXACT, Verdict.PASSED, is_overdue=False)
            for period, value in zip(periods, series, strict=True)
        ]
        for series in values[:SAMPLE]
    ]
    began = time.perf_counter()
    for at, series in enumerate(points):
        end = at % PERIODS
        rate(one, indicator, series[: end + 1], periods[end], presets, area=target.area)
    return (time.perf_counter() - began) / SAMPLE * SERIES * PERIODS


def main() -> None:
    """Time each question and print the table."""
    plan = load_plan(Path("plan/henan-2016-2020"))
    presets = {each.id: each for each in plan.presets}
    table = Table(
        title=f"{SERIES:,} series x {PERIODS} periods, medians of {ROUNDS} rounds; engine: {SAMPLE} values, scaled"
    )
    for heading in ("what", "grid s", "numpy s", "grid/numpy", "engine s", "engine/grid"):
        table.add_column(heading, justify="left" if heading == "what" else "right")
    for question in questions(plan):
        what, target, indicator, rule, periods, values = question
        grid = partial(
            rate_target,
            target,
            indicator,
            presets,
            rule=rule,
            preset_id=rule.alert_preset,
            periods=periods,
            values=values,
        )
        ours, plain, singly = seconds(grid), seconds(partial(bare, values)), engine_seconds(question, plan)
        table.add_row(
            what, f"{ours:.3f}", f"{plain:.4f}", f"{ours / plain:.0f}", f"{singly:,.0f}", f"{singly / ours:,.0f}"
        )
    Console().print(table)


if __name__ == "__main__":
    main()
