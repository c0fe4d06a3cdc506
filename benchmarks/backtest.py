"""How good is the probability of missing? Walk forward through published series and compare with what came.

At each year with three values or more, and for one to three years ahead, hypothetical targets ask for a multiple of
the usual pace until then: nothing in a target or forecast uses a later value. Writes the measured tables into
docs/backtest.md. Takes a minute or two, most of it for the damped trend.
"""

import csv
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import msgspec
from rich.console import Console

from plan.codes import Direction
from rating.miss import Silence, block_bootstrap, t_of_steps
from rating.outlook_course import Course, Scale, recent
from rating.projection import LONG, projections
from rating.skill import Forecast, base_rate, brier, calibration, calibration_error, skill

ROOT = Path(__file__).resolve().parent.parent
DOC = ROOT / "docs" / "backtest.md"
MULTIPLES = [Fraction(each, 4) for each in (0, 2, 3, 4, 5, 6, 8)]
AHEAD = (1, 2, 3)
FEWEST = 3
YEAR, FIVE_YEARS, TEN_YEARS, ALL_YEARS = 12, 60, 120, 1200
SEED = 20171129
CHOSEN = "t, log steps, five years (used)"
CHOSEN_RATE = "t, single years, five years (used)"

Forecaster = Callable[[Course], float | Silence]


class History(msgspec.Struct, frozen=True):
    """Yearly values from ``first_year`` on, and which way is better."""

    name: str
    group: str
    first_year: int
    values: tuple[Fraction, ...]
    wants: Direction


class Trial(msgspec.Struct, frozen=True):
    """A course cut off at its origin, the value that came, and the multiple of the usual pace that was asked."""

    history: History
    course: Course
    came: Fraction
    multiple: Fraction

    @property
    def is_missed(self) -> bool:
        """Whether the hypothetical target was missed in the end."""
        return not self.course.meets(self.came)


def chinese() -> Iterator[History]:
    """Energy intensity of provinces and of China, 2015 = 100, from the published yearly changes in per cent."""
    changes: dict[str, dict[int, Fraction]] = defaultdict(dict)
    with (ROOT / "tests/cases/barometer/yearly_changes.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["indicator"] == "energy_intensity_change_pct":
                changes[row["province"]][int(row["year"])] = Fraction(row["value_pct"])
    with (ROOT / "plan/henan-2016-2020/figures.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["item"] == "energy-intensity-change" and row["period"].isdigit():
                changes[row["area_zh"].removesuffix("省")][int(row["period"])] = Fraction(row["value"])
    for area, by_year in changes.items():
        levels, year = [Fraction(100)], 2016
        while year in by_year:
            levels.append(levels[-1] * (1 + by_year[year] / 100))
            year += 1
        yield History(area, "China 2015-2020", 2015, tuple(levels), Direction.LESS)


def british() -> Iterator[History]:
    """The four long series; renewables shall rise, intensities fall."""
    found: dict[tuple[str, str], dict[int, Fraction]] = defaultdict(dict)
    with (ROOT / "tests/cases/uk/series.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found[row["indicator"], row["series"]][int(row["year"])] = Fraction(row["value"])
    for (indicator, series), by_year in found.items():
        wants = Direction.MORE if indicator == "7-2-1" else Direction.LESS
        values = tuple(by_year[year] for year in range(min(by_year), max(by_year) + 1))
        yield History(f"{indicator} {series}", "UK 1990-2021", min(by_year), values, wants)


def as_rates(history: History) -> History:
    """The yearly changes in per cent, as a series of its own."""
    pairs = pairwise(history.values)
    rates = tuple(100 * (later / earlier - 1) for earlier, later in pairs)
    return History(history.name, history.group, history.first_year + 1, rates, history.wants)


def trials(history: History, scale: Scale) -> Iterator[Trial]:
    """Every origin, horizon and multiple; a target that asks for no change whatever the multiple is left out."""
    better = 1 if history.wants is Direction.MORE else -1
    for count in range(FEWEST, len(history.values)):
        past = history.values[:count]
        if scale is Scale.DRAWS:
            usual = abs(sum(past, Fraction(0)) / count)
        else:
            usual = abs(sum((b / a - 1 for a, b in pairwise(past)), Fraction(0)) / (count - 1))
        for ahead in AHEAD:
            if count - 1 + ahead >= len(history.values) or not usual:
                continue
            for multiple in MULTIPLES:
                asked = better * multiple * usual
                yield Trial(
                    history,
                    Course(
                        months=tuple(YEAR * (history.first_year + at) + YEAR for at in range(count)),
                        values=past,
                        due_month=YEAR * (history.first_year + count - 1 + ahead) + YEAR,
                        bar=asked if scale is Scale.DRAWS else past[-1] * (1 + ahead * asked),
                        wants=history.wants,
                        is_strict=False,
                        scale=scale,
                    ),
                    history.values[count - 1 + ahead],
                    multiple,
                )


def by_t(months: int, scale: Scale) -> Forecaster:
    """Student's t on the values of the last ``months``, on a scale of choice."""
    return lambda course: t_of_steps(msgspec.structs.replace(recent(course, months), scale=scale))


def by_straight_line(months: int) -> Forecaster:
    """The naive run-rate: missed or not, by straight extension."""

    def forecast(course: Course) -> float:
        way = recent(course, months)
        speed = (way.values[-1] - way.values[0]) / (way.months[-1] - way.months[0])
        return float(not course.meets(way.values[-1] + speed * course.months_left))

    return forecast


def by_mean(months: int) -> Forecaster:
    """The naive forecast of a rate: missed or not, by the mean of the last years."""

    def forecast(course: Course) -> float:
        values = recent(course, months).values
        return float(not course.meets(sum(values, Fraction(0)) / len(values)))

    return forecast


FORECASTERS: dict[str, Forecaster] = {
    CHOSEN: by_t(FIVE_YEARS, Scale.LOG),
    "t, log steps, ten years": by_t(TEN_YEARS, Scale.LOG),
    "t, log steps, all years": by_t(ALL_YEARS, Scale.LOG),
    "t, plain steps, five years": by_t(FIVE_YEARS, Scale.PLAIN),
    "block bootstrap, log steps, all years": lambda course: block_bootstrap(course, SEED),
    "naive run-rate, five years": by_straight_line(FIVE_YEARS),
    "naive run-rate, all years": by_straight_line(ALL_YEARS),
}
RATE_FORECASTERS: dict[str, Forecaster] = {
    CHOSEN_RATE: by_t(FIVE_YEARS, Scale.DRAWS),
    "t, single years, all years": by_t(ALL_YEARS, Scale.DRAWS),
    "t, steps of the rate, five years": by_t(FIVE_YEARS, Scale.PLAIN),
    "naive: the last value again": by_mean(0),
    "naive: the mean of five years": by_mean(FIVE_YEARS),
}

Scored = dict[str, list[Forecast]]


def judged(found: list[Trial], forecasters: dict[str, Forecaster]) -> tuple[list[Trial], Scored, int]:
    """Trials for which every method states a probability, those forecasts by method, and how many were refused."""
    kept: list[Trial] = []
    scored: Scored = {name: [] for name in forecasters}
    for trial in found:
        stated = {name: forecaster(trial.course) for name, forecaster in forecasters.items()}
        if any(isinstance(each, Silence) for each in stated.values()):
            continue
        kept.append(trial)
        for name, each in stated.items():
            scored[name].append(Forecast(float(each), trial.is_missed))
    references = next(iter(scored.values()))
    overall = base_rate(references)
    missed, asked = Counter(each.multiple for each in kept if each.is_missed), Counter(each.multiple for each in kept)
    scored["base rate (known only afterwards)"] = [Forecast(overall, each.is_missed) for each in kept]
    scored["base rate of each multiple (known only afterwards)"] = [
        Forecast(missed[each.multiple] / asked[each.multiple], each.is_missed) for each in kept
    ]
    return kept, scored, len(found) - len(kept)


def score_table(kept: list[Trial], scored: Scored, naive: str) -> list[str]:
    """Brier scores in all and by group, the skill against the naive forecast, and the calibration error."""
    groups = sorted({each.history.group for each in kept})
    lines = [
        f"| method | Brier, all | {' | '.join(f'Brier, {group}' for group in groups)} | skill | calibration error |",
        f"|---|---|{'---|' * len(groups)}---|---|",
    ]
    reference = brier(scored[naive])
    for name, forecasts in scored.items():
        parts = [
            brier([one for one, trial in zip(forecasts, kept, strict=True) if trial.history.group == group])
            for group in groups
        ]
        cells = " | ".join(f"{each:.4f}" for each in (brier(forecasts), *parts))
        lines.append(
            f"| {name} | {cells} | {skill(brier(forecasts), reference):+.3f} | {calibration_error(forecasts):.3f} |"
        )
    return lines


def about(kept: list[Trial], refused: int) -> str:
    """How much evidence there is: the multiples of one outcome are no independent evidence."""
    outcomes = {(each.history.name, each.course.months[-1], each.course.due_month) for each in kept}
    share = sum(each.is_missed for each in kept) / len(kept)
    return (
        f"{len(kept)} forecasts of {len(outcomes)} outcomes (series, origin, horizon) in "
        f"{len({each.history.name for each in kept})} series; {100 * share:.1f} % were missed; {refused} more were not "
        "scored, because a method states no probability there."
    )


def calibration_table(forecasts: list[Forecast]) -> list[str]:
    """Reliability by bins, with a bar of the frequency."""
    lines = ["| stated | forecasts | mean stated | came true | |", "|---|---|---|---|---|"]
    for each in calibration(forecasts):
        bar = "█" * round(20 * each.frequency)
        lines.append(
            f"| {each.low:.1f}-{each.high:.1f} | {each.count} | {each.mean_probability:.3f} | {each.frequency:.3f} "
            f"| {bar} |"
        )
    return lines


def better_in(kept: list[Trial], scored: Scored, ours: str, other: str) -> str:
    """In how many series our method's Brier score is lower than the other's."""
    names = sorted({each.history.name for each in kept})
    won = 0
    for name in names:
        ours_part, other_part = (
            brier([one for one, trial in zip(scored[each], kept, strict=True) if trial.history.name == name])
            for each in (ours, other)
        )
        won += ours_part < other_part
    return f"Better than “{other}” in {won} of {len(names)} series."


def slices(kept: list[Trial], scored: Scored, naive: str) -> list[str]:
    """Brier scores by horizon and by how many values were known."""
    lines = [f"| part | forecasts | {CHOSEN} | {naive} | base rate of the part |", "|---|---|---|---|---|"]
    parts: dict[str, Callable[[Trial], bool]] = {
        f"{ahead} year{'s' if ahead > 1 else ''} ahead": lambda each, ahead=ahead: (
            each.course.months_left == YEAR * ahead
        )
        for ahead in AHEAD
    } | {
        f"{low} to {high} values known": lambda each, low=low, high=high: low <= len(each.course.values) <= high
        for low, high in ((3, 5), (6, 10), (11, 20), (21, 31))
    }
    for name, belongs in parts.items():
        at = [index for index, each in enumerate(kept) if belongs(each)]
        ours, other = ([scored[method][index] for index in at] for method in (CHOSEN, naive))
        constant = [Forecast(base_rate(ours), each.has_happened) for each in ours]
        lines.append(f"| {name} | {len(at)} | {brier(ours):.4f} | {brier(other):.4f} | {brier(constant):.4f} |")
    return lines


def range_table(found: list[Trial]) -> list[str]:
    """Of each projection: mean absolute error in per cent of the value that came, and how often its range held it."""
    errors: dict[tuple[str, str], list[float]] = defaultdict(list)
    held: Counter[tuple[str, str]] = Counter()
    for trial in found:
        if trial.multiple != 1:
            continue
        came = float(trial.came)
        known = "10 and more" if len(trial.course.values) >= LONG else "3 to 9"
        for each in projections(trial.course):
            errors[known, each.method].append(100 * abs(each.value - came) / came)
            held[known, each.method] += each.low <= came <= each.high
    lines = ["| values known | projection | forecasts | mean absolute error, % | in the range (80 % meant) |"]
    lines.append("|---|---|---|---|---|")
    for (known, method), all_errors in sorted(errors.items(), reverse=True):
        count = len(all_errors)
        share = 100 * held[known, method] / count
        lines.append(f"| {known} | {method} | {count} | {sum(all_errors) / count:.2f} | {share:.1f} % |")
    return lines


def measured() -> str:
    """All tables, as Markdown."""
    histories = [each for each in (*chinese(), *british()) if len(each.values) > FEWEST]
    found = [trial for history in histories for trial in trials(history, Scale.LOG)]
    kept, scored, refused = judged(found, FORECASTERS)
    naive = "naive run-rate, five years"
    rates = [trial for each in map(as_rates, histories) for trial in trials(each, Scale.DRAWS)]
    kept_rates, scored_rates, refused_rates = judged(rates, RATE_FORECASTERS)
    naive_rate = "naive: the mean of five years"
    blocks = [
        ["## Levels by a deadline", "", about(kept, refused), ""],
        [*score_table(kept, scored, naive), ""],
        [
            better_in(kept, scored, CHOSEN, naive),
            better_in(kept, scored, CHOSEN, "base rate (known only afterwards)"),
            "",
        ],
        [*slices(kept, scored, naive), ""],
        ["Calibration of the method used:", "", *calibration_table(scored[CHOSEN]), ""],
        ["## Rates that are asked anew each year", "", about(kept_rates, refused_rates), ""],
        [*score_table(kept_rates, scored_rates, naive_rate), ""],
        ["Calibration of the method used:", "", *calibration_table(scored_rates[CHOSEN_RATE]), ""],
        ["## Projections and their ranges", "", *range_table(found)],
    ]
    return "\n".join(line for block in blocks for line in block)


def main() -> None:
    """Measure, and put the tables between the marks of the document."""
    start, end = "<!-- measured: begin -->\n", "\n<!-- measured: end -->"
    text = DOC.read_text(encoding="utf-8")
    before, after = text.split(start)[0], text.split(end)[1]
    tables = measured()
    DOC.write_text(f"{before}{start}\n{tables}\n{end}{after}", encoding="utf-8")
    Console().print(tables, markup=False, soft_wrap=True)


if __name__ == "__main__":
    main()
