"""What a form tells the person who fills it in: limits, answers, checks, in Chinese and English. Pure."""

from collections.abc import Mapping
from decimal import Decimal

from plan.codes import ItemType
from plan.due import due_date
from plan.messages import ROW_MAX, TEXT_MAX
from plan.model import Form, Item, Names, UnitOfMeasure
from plan.periods import parse_period
from producers.files.layout import TYPES, Layout
from producers.files.names import code_labels


def limits(item: Item) -> str:
    """The hard limits of a number: ``0 ~ 100``, ``≥ 0``; empty where there are none."""
    return _between(item.minimum, item.maximum)


def plausible(item: Item) -> str:
    """The limits beyond which a number has to be explained; empty where there are none."""
    return _between(item.plausible_minimum, item.plausible_maximum)


def help_of(item: Item) -> Names:
    """One line beside the cell: whether it is required, what it holds and within which limits."""
    parts_zh = ["必填" if item.required else "可空", TYPES[item.type].zh]
    parts_en = ["required" if item.required else "may be empty", TYPES[item.type].en]
    if item.type is ItemType.TEXT:
        parts_zh.append(f"最多 {TEXT_MAX} 字")
        parts_en.append(f"at most {TEXT_MAX} characters")
    if item.type is ItemType.DATE:
        parts_zh.append("如 2017-06-30")
        parts_en.append("as 2017-06-30")
    if limits(item):
        parts_zh.append(limits(item))
        parts_en.append(limits(item))
    if plausible(item):
        parts_zh.append(f"一般 {plausible(item)},超出须说明")
        parts_en.append(f"usually {plausible(item)}, else explain")
    return Names(zh=",".join(parts_zh), en=", ".join(parts_en))


def steps(layout: Layout) -> list[Names]:
    """How to fill the spreadsheet in, step by step."""
    form = layout.form
    due = due_date(form, parse_period(layout.period))
    told = [
        Names(
            zh="只填“填报”表中浅黄色的格子;其余格子已锁定,请勿增删行列。",
            en="Fill in the tinted cells of the sheet 填报 only; all others are locked. Do not add or delete lines.",
        ),
        Names(
            zh="数字按所列计量单位填写,不带单位和百分号,不用公式;没有的数留空,不要填 0。",
            en="Write numbers in the unit given, without unit or per cent sign, no formulas; leave the unknown empty.",
        ),
    ]
    if layout.is_by_key and form.rows is not None:
        rows = form.rows
        told.append(
            Names(
                zh=f"每行先填“{rows.names.zh}”(1 至 {ROW_MAX} 个字,不得重复),再填该行各列;"
                f"表内可填 {len(layout.row_names)} 行,更多请用长表 csv。",
                en=f"In each row write the {rows.names.en} first (1 to {ROW_MAX} characters, each once), then its "
                f"columns; there are {len(layout.row_names)} rows, more go into a csv.",
            )
        )
        if rows.count_item:
            count = next(item for item in form.items if item.id == rows.count_item)
            told.append(
                Names(
                    zh=f"“{count.names.zh}”填实有行数;本期没有内容时填 0(零报告)。",
                    en=f"“{count.names.en}” is the number of rows; write 0 when there is nothing to report.",
                )
            )
    elif form.rows is not None:
        told.append(
            Names(
                zh=f"每行是从该时刻起的 {form.rows.every_minutes} 分钟;缺测的行留空。",
                en=f"Each row is the {form.rows.every_minutes} minutes from its time on; leave missing readings empty.",
            )
        )
    told.append(Names(zh=f"请于 {due} 前报送。", en=f"Hand it in by {due}."))
    return told


def item_rows(form: Form, measures: Mapping[str, UnitOfMeasure]) -> list[tuple[str, ...]]:
    """The table of items: Chinese name, English name, what it holds, unit, limits, usual range, answers."""
    return [
        (
            item.names.zh,
            item.names.en,
            f"{TYPES[item.type].zh}{'(必填)' if item.required else ''}",
            measures[item.unit].names.zh if item.unit else "",
            limits(item),
            plausible(item),
            "、".join(code_labels(item).values()),
        )
        for item in form.items
    ]


def checks(form: Form) -> list[Names]:
    """The checks that the audit will make of the form."""
    return [check.names for check in form.checks]


def _between(low: Decimal | None, high: Decimal | None) -> str:
    if low is not None and high is not None:
        return f"{low:,} ~ {high:,}"
    if low is not None:
        return f"≥ {low:,}"
    return f"≤ {high:,}" if high is not None else ""
