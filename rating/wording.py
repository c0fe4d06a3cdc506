"""What a rating says about itself, in Chinese and English: formulas with their numbers, bands, doubts, reasons."""

from collections.abc import Mapping
from decimal import Decimal

import msgspec

from plan import words
from plan.codes import Comparator
from plan.messages import Bound, ObservationStatus, Observed, Reason
from plan.model import Band, Indicator
from rating.growth import GrowthRatio
from rating.numbers import plain, step
from rating.weather import Weather


class Text(msgspec.Struct, frozen=True):
    """The same said in both languages."""

    zh: str
    en: str


STATUS = {status: Text(names.zh, names.en) for status, names in words.STATUS.items()}
REASON = {reason: Text(names.zh, names.en) for reason, names in words.REASON.items()}

NOTHING = Text("", "")
_BOUND = {
    Bound.EXACT: NOTHING,
    Bound.AT_LEAST: Text("(公布为下限,真实值可能更高)", " (published as at least: the true value may be higher)"),
    Bound.AT_MOST: Text("(公布为上限,真实值可能更低)", " (published as at most: the true value may be lower)"),
}
_PRELIMINARY = Text("(初步数)", " (preliminary)")


def doubt(point: Observed) -> Text:
    """What a reader must know of a figure that is used all the same: a bound, a preliminary figure."""
    bound = _BOUND[point.bound]
    early = _PRELIMINARY if point.status is ObservationStatus.PROVISIONAL else NOTHING
    return Text(f"{bound.zh}{early.zh}", f"{bound.en}{early.en}")


def withheld(reason: Reason, because: Text | None = None) -> Text:
    """Why there is no rating; ``because`` says more than the reason alone."""
    said = because or REASON[reason]
    return Text(f"未评估:{said.zh}", f"Not assessed: {said.en}")


def beyond_limits(indicator: Indicator) -> Text:
    """The figure lies where no value of its indicator can."""
    low, high = ("" if limit is None else plain(limit) for limit in (indicator.minimum, indicator.maximum))
    return Text(
        f"数值超出指标界限 {low}..{high},请填报单位核实",
        f"the figure lies beyond the indicator's limits {low}..{high}: the reporter must verify it",
    )


def joined(*parts: Text) -> Text:
    """Several statements in a row."""
    return Text(";".join(part.zh for part in parts), "; ".join(part.en for part in parts))


def year_reduction(year: int, reduction: Decimal, factor: str) -> Text:
    """A year's reduction from the year's factor, which is given as it came about."""
    made = f"100 × (1 − {factor}) = {step(reduction)} %"
    return Text(f"{year} 年降低率 = {made}", f"Reduction in {year} = {made}")


def set_task(task: Decimal) -> Text:
    """The officially set task of a year."""
    return Text(f"下达的当年任务 = {plain(task)} %", f"officially set task = {plain(task)} %")


def even_task(target_pct: Decimal, years: int, task: Decimal) -> Text:
    """The even compound share of a reduction."""
    made = f"100 × (1 − (1 − {plain(target_pct)} %)^(1/{years})) = {step(task)} %"
    return Text(f"当年任务(逐年均摊)= {made}", f"task of the year (even compound share) = {made}")


def log_progress(factors: str, target_pct: Decimal, progress: Decimal, share: str, required: Decimal) -> Text:
    """Progress along a compound way and the share of the way asked."""
    made = f"ln({factors}) ÷ ln(1 − {plain(target_pct)} %) = {step(progress)} %"
    due = share if share == f"{step(required)} %" else f"{share} = {step(required)} %"
    return Text(f"完成进度 = {made};时序要求 = {due}", f"Progress = {made}; share of the way asked = {due}")


def path_amount(start: str, end: str, share: str, required: Decimal) -> Text:
    """The amount asked on the way from the start to the target."""
    made = f"{start} + {share} × ({end} − {start}) = {step(required)}"
    return Text(f"本期要求 = {made}", f"Asked by now = {made}")


def milestone(period: str, required: Decimal) -> Text:
    """The amount asked since the last milestone."""
    return Text(f"里程碑({period}起)= {step(required)}", f"Milestone (from {period} on) = {step(required)}")


def share_of_cap(cap: str, share: str, required: Decimal) -> Text:
    """The share of a multi-year cap on yearly increments that may be used by now."""
    made = f"{share} × {cap} = {step(required)}"
    return Text(f"截至本期可用额度 = {made}", f"Allowed by now = {made}")


def eased_to_target(path: Text, target: Decimal) -> Text:
    """The baseline lies beyond the target: no more than the target is asked."""
    return Text(f"{path.zh},不高于目标值 {plain(target)}", f"{path.en}, but never more than the target {plain(target)}")


def plain_task(required: Decimal, is_official: bool) -> Text:
    """A required amount that needs no calculation."""
    if is_official:
        return Text(f"下达的本期任务 = {step(required)}", f"Officially set task = {step(required)}")
    return Text(f"目标值 = {step(required)}", f"Target = {step(required)}")


def actual(value: str, comparator: Comparator) -> Text:
    """The value that is held against the requirement, and by which comparison."""
    must = {
        Comparator.AT_LEAST: Text("应不低于要求", "must be at least that"),
        Comparator.MORE_THAN: Text("应高于要求", "must be more than that"),
        Comparator.AT_MOST: Text("应不高于要求", "must be at most that"),
    }[comparator]
    return Text(f"实际 = {value}({must.zh})", f"actual = {value} ({must.en})")


def growth_ratio(found: GrowthRatio) -> Text:
    """Compound growth a year, achieved and required, their ratio in the wanted direction, and the score."""
    achieved, required = f"{step(found.actual_pct)} %", f"{step(found.required_pct)} %"
    ratio, score = "—" if found.ratio is None else step(found.ratio), step(found.score)
    return Text(
        f"基年以来年均增速 = {achieved};到目标年所需年均增速 = {required};增长比 = {ratio};得分 = {score}",
        f"Growth a year since the base = {achieved}; required up to the target year = {required}; "
        f"growth ratio = {ratio}; score = {score}",
    )


def weather(outlook: Weather, end: int) -> Text:
    """The mean yearly change of the recent years, where it leads by the year ``end``, and what of the way it leaves."""
    first, last = outlook.first_year, outlook.year
    change, there, left = step(outlook.mean_change), step(outlook.projected), step(outlook.gap_left_pct)
    return Text(
        f"{first}—{last} 年年均变化 = {change};按此到 {end} 年为 {there};余下路程将差 {left} %",
        f"Mean yearly change {first} to {last} = {change}; this leads to {there} in {end}; "
        f"{left} % of the remaining way would be missed",
    )


def borderline(usual_revision: Decimal) -> Text:
    """A usual revision would turn the outcome; the figure is in the indicator's unit."""
    by = plain(usual_revision)
    return Text(
        f"临界:数值只要有通常幅度({by})的修订,是否达到要求就会改变",
        f"borderline: a usual revision of the figure ({by}) would change whether the requirement is met",
    )


def missing_years(held: Mapping[int, Reason]) -> Text:
    """Which years are missing and why."""
    return Text(
        "缺少 " + "、".join(f"{year} 年({REASON[why].zh})" for year, why in held.items()),
        "missing " + ", ".join(f"{year} ({REASON[why].en})" for year, why in held.items()),
    )


def limits(band: Band, unit: Text) -> Text:
    """The limits of a band and whether they belong to it; ``unit`` follows each number."""
    given = (
        (band.at_least, Text("不低于", "at least")),
        (band.more_than, Text("高于", "more than")),
        (band.at_most, Text("不高于", "at most")),
        (band.less_than, Text("低于", "less than")),
    )
    parts = [(plain(limit), words) for limit, words in given if limit is not None]
    if not parts:
        return Text("其余情形", "all else")
    return Text(
        "且".join(f"{words.zh} {limit}{unit.zh}" for limit, words in parts),
        " and ".join(f"{words.en} {limit}{unit.en}" for limit, words in parts),
    )
