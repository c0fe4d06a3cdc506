"""What a rating says about itself, in Chinese and English: formulas with their numbers, outcomes, reasons."""

from collections.abc import Mapping
from decimal import Decimal

import msgspec

from plan import words
from plan.codes import Comparator
from plan.messages import Bound, Reason
from rating.numbers import plain, step


class Text(msgspec.Struct, frozen=True):
    """The same said in both languages."""

    zh: str
    en: str


STATUS = {status: Text(names.zh, names.en) for status, names in words.STATUS.items()}
REASON = {reason: Text(names.zh, names.en) for reason, names in words.REASON.items()}

BOUND = {
    Bound.EXACT: Text("", ""),
    Bound.AT_LEAST: Text("(公布为下限,真实值可能更高)", " (published as at least: the true value may be higher)"),
    Bound.AT_MOST: Text("(公布为上限,真实值可能更低)", " (published as at most: the true value may be lower)"),
}


def withheld(reason: Reason, because: Text | None = None) -> Text:
    """Why there is no rating; ``because`` says more than the reason alone."""
    said = because or REASON[reason]
    return Text(f"未评估:{said.zh}", f"Not assessed: {said.en}")


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
    """The amount asked on the way from the baseline to the target."""
    made = f"{start} + {share} × ({end} − {start}) = {step(required)}"
    return Text(f"本期要求 = {made}", f"Asked by now = {made}")


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


def missing_years(held: Mapping[int, Reason]) -> Text:
    """Which years are missing and why."""
    return Text(
        "缺少 " + "、".join(f"{year} 年({REASON[why].zh})" for year, why in held.items()),
        "missing " + ", ".join(f"{year} ({REASON[why].en})" for year, why in held.items()),
    )
