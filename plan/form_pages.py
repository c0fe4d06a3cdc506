"""The forms as people and programs look them up: one JSON Schema each, and a page that lists them. Pure."""

from collections.abc import Iterable, Iterator

import msgspec

from plan.book import PlanView
from plan.form_schema import form_schema
from plan.model import Form, Names
from plan.periods import PeriodKind

PERIOD_WORDS = {
    PeriodKind.YEAR: "年 yearly",
    PeriodKind.HALF: "半年 half-yearly",
    PeriodKind.QUARTER: "季 quarterly",
    PeriodKind.MONTH: "月 monthly",
    PeriodKind.DAY: "日 daily",
    PeriodKind.YEAR_TO_DATE: "年内累计 year to date",
}
_HEAD = """# 报表目录 Forms

Made by `make forms` from the plans; a test holds it to them. Each form has a JSON Schema (draft 2020-12) for programs
that report; `qingyu form template FORM` writes the spreadsheet for people. 本页由方案生成,请勿手工修改。"""
_UNITS_SHOWN = 3


def form_pages(views: Iterable[PlanView]) -> Iterator[tuple[str, str]]:
    """Path under ``docs/forms`` and text of each page: the list, and the schema of every form of every plan."""
    listed = [_HEAD]
    for view in views:
        listed += ["", f"## {view.plan.names.zh} {view.plan.names.en}", "", *_table(view)]
        for form in view.plan.forms:
            yield f"{view.plan.id}/{form.id}.json", schema_text(form, view)
    yield "README.md", "\n".join(listed) + "\n"


def schema_text(form: Form, view: PlanView) -> str:
    """The schema of a form as a page of JSON."""
    made = msgspec.json.format(msgspec.json.encode(form_schema(form, view)), indent=1)
    return made.decode() + "\n"


def who_reports(form: Form, view: PlanView) -> Names:
    """Who reports a form: units by name, of many the first few and their number, groups as a whole."""
    groups = [group.names for group in view.plan.groups if group.id in form.roster_groups]
    units = [view.units[unit].names for unit in form.roster]
    more = len(units) > _UNITS_SHOWN
    named = [*units[:_UNITS_SHOWN], *groups]
    return Names(
        zh="、".join(names.zh for names in named) + (f" 等{len(units)}家" if more else ""),
        en="; ".join(names.en for names in named) + (f" and others, {len(units)} in all" if more else ""),
    )


def _table(view: PlanView) -> Iterator[str]:
    heads = ("报表 form", "名称 name", "版本 version", "报告期 period", "填报单位 who", "期后天数 due")
    yield f"| {' | '.join(heads)} | 指标项 items | 行 rows |"
    yield "|---|---|---|---|---|---|---|---|"
    for form in view.plan.forms:
        rows = "" if form.rows is None else f"{form.rows.names.zh} ≤ {form.rows.most}<br>{form.rows.names.en}"
        calendar, who = form.calendar, who_reports(form, view)
        yield (
            f"| [{form.id}]({view.plan.id}/{form.id}.json) | {form.names.zh}<br>{form.names.en} | {form.version} "
            f"| {PERIOD_WORDS[calendar.kind]}<br>{calendar.periods[0]} – {calendar.periods[-1]} "
            f"| {who.zh}<br>{who.en} | {calendar.due_days} | {len(form.items)} | {rows} |"
        )
