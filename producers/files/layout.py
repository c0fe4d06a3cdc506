"""Where everything stands in the spreadsheet of a form: one layout, by which it is written and read back. Pure."""

from collections.abc import Iterator, Mapping

import msgspec

from plan.codes import ItemType, RowsBy
from plan.model import Form, Item, Names, ReportingUnit, UnitOfMeasure
from plan.periods import parse_period
from producers.files.model import column_letters
from producers.files.period_words import period_zh

LAYOUT_VERSION = 1
SHEET = "填报"
GUIDE_SHEET = "填报说明"
MACHINE_SHEET = "_qingyu"
LINES = 200
"""Empty lines for rows that the reporter names; a form with more of them is handed in as a table."""
_FROZEN_MAX = 12
_SPACER = 1
"""Lines between the single items and the table."""

TITLE_LINE, ABOUT_LINE, HINT_LINE, HEADING_LINE = 1, 2, 3, 4
NUMBER, LABEL, MEASURE, CONTENT, HELP = 1, 2, 3, 4, 5
"""The columns of the block of single items."""
ROW_NAME = 2
FIRST_ITEM = 3
"""The columns of the block of rows."""

HEADINGS = (
    Names(zh="序号", en="No."),
    Names(zh="指标", en="Item"),
    Names(zh="计量单位", en="Unit"),
    Names(zh="填报内容", en="Your entry"),
    Names(zh="说明", en="Notes"),
)
NOTE = Names(zh="备注", en="Note")
TYPES = {
    ItemType.NUMBER: Names(zh="数字", en="number"),
    ItemType.INTEGER: Names(zh="整数", en="whole number"),
    ItemType.CODE: Names(zh="从下拉列表选", en="pick from the list"),
    ItemType.TEXT: Names(zh="文字", en="text"),
    ItemType.DATE: Names(zh="日期", en="day"),
}

Spot = tuple[int, int]
"""Line and column, from 1."""


class Input(msgspec.Struct, frozen=True):
    """A cell to fill in: of an item in the header (``row`` empty), or in the row on its line.

    Where the reporter names the rows, ``row`` is empty too, and the name stands in a cell of ``Layout.row_names``.
    """

    item: Item
    spot: Spot
    row: str = ""


class Layout(msgspec.Struct, frozen=True):
    """The spreadsheet of one form for one unit and period.

    ``labels``: what stands in the cells that say what is what; ``inputs``: the cells of items; ``row_names``: by line,
    the cell in which the reporter names the row; ``frozen``: how many lines stay in sight.
    """

    form: Form
    unit: ReportingUnit
    period: str
    labels: Mapping[Spot, Names]
    inputs: tuple[Input, ...]
    row_names: Mapping[int, Spot]
    note: Spot
    frozen: int
    columns: int
    last_line: int

    @property
    def header_inputs(self) -> tuple[Input, ...]:
        """The cells of the header, in the form's order."""
        return tuple(each for each in self.inputs if not each.item.in_rows)

    @property
    def row_lines(self) -> range:
        """The lines of the rows; empty for a form without."""
        lines = [each.spot[0] for each in self.inputs if each.item.in_rows]
        return range(min(lines), max(lines) + 1) if lines else range(0)

    @property
    def is_by_key(self) -> bool:
        """Tell whether the reporter names the rows."""
        return self.form.rows is not None and self.form.rows.by is RowsBy.KEY


def lay_out(form: Form, unit: ReportingUnit, period: str, measures: Mapping[str, UnitOfMeasure]) -> Layout:
    """Lay a form out; the same form, unit and period give the same layout."""
    labels: dict[Spot, Names] = _about(form, unit, period)
    inputs: list[Input] = []
    line = HEADING_LINE
    single = [item for item in form.items if not item.in_rows]
    if single:
        labels |= {(line, at): names for at, names in enumerate(HEADINGS, start=1)}
        line += 1
    for item in single:
        labels[line, LABEL] = item.names
        if item.unit:
            labels[line, MEASURE] = measures[item.unit].names
        inputs.append(Input(item, (line, CONTENT)))
        line += 1
    labels[line, LABEL] = NOTE
    note = (line, LABEL + 1)
    frozen, row_names = HEADING_LINE, {}
    columns = HELP if single else CONTENT
    if form.rows is not None:
        heading = line + _SPACER + 1
        in_rows = [item for item in form.items if item.in_rows]
        labels |= _table_labels(form, in_rows, heading, measures)
        first = heading + 2
        frozen = heading + 1
        columns = max(columns, FIRST_ITEM + len(in_rows) - 1)
        names = list(_row_names(form))
        for at, name in enumerate(names):
            if name:
                labels[first + at, ROW_NAME] = Names(zh=name, en="")
            else:
                row_names[first + at] = (first + at, ROW_NAME)
            inputs += [Input(item, (first + at, FIRST_ITEM + no), name) for no, item in enumerate(in_rows)]
        line = first + len(names) - 1
    return Layout(
        form=form,
        unit=unit,
        period=period,
        labels=labels,
        inputs=tuple(inputs),
        row_names=row_names,
        note=note,
        frozen=frozen if frozen <= _FROZEN_MAX else HINT_LINE,
        columns=columns,
        last_line=line,
    )


def machine_rows(layout: Layout) -> Iterator[tuple[str, ...]]:
    """What the hidden sheet says: the form, version, unit and period, then the cell of each item and row name."""
    yield ("qingyu-form-template", str(LAYOUT_VERSION))
    yield ("form", layout.form.id)
    yield ("form_version", str(layout.form.version))
    yield ("unit", layout.unit.id)
    yield ("period", layout.period)
    yield ("note", cell_name(layout.note))
    for spot in layout.row_names.values():
        yield ("row", cell_name(spot))
    for each in layout.inputs:
        yield ("cell", cell_name(each.spot), each.item.id, each.row)


def shown(names: Names) -> str:
    """A label as it stands in its cell: Chinese, and the English beneath."""
    return f"{names.zh}\n{names.en}" if names.en and names.en != names.zh else names.zh


def cell_name(spot: Spot) -> str:
    """The name of a cell, as ``C7``."""
    return f"{column_letters(spot[1])}{spot[0]}"


def _about(form: Form, unit: ReportingUnit, period: str) -> dict[Spot, Names]:
    told = parse_period(period)
    return {
        (TITLE_LINE, 1): form.names,
        (ABOUT_LINE, 1): Names(zh=f"填报单位 {unit.names.zh} ({unit.id})", en=unit.names.en),
        (ABOUT_LINE, CONTENT): Names(zh=f"报告期 {period_zh(told)} ({period})", en=f"{form.id} v{form.version}"),
    }


def _table_labels(
    form: Form, in_rows: list[Item], heading: int, measures: Mapping[str, UnitOfMeasure]
) -> dict[Spot, Names]:
    if form.rows is None:
        return {}
    labels: dict[Spot, Names] = {(heading, NUMBER): HEADINGS[0], (heading, ROW_NAME): form.rows.names}
    for at, item in enumerate(in_rows, start=FIRST_ITEM):
        labels[heading, at] = item.names
        labels[heading + 1, at] = measures[item.unit].names if item.unit else TYPES[item.type]
    return labels


def _row_names(form: Form) -> Iterator[str]:
    """The name of each line of the table; empty where the reporter gives it."""
    if form.rows is None:
        return
    if form.rows.by is RowsBy.KEY:
        yield from [""] * min(form.rows.most, LINES)
        return
    for minute in range(0, 24 * 60, form.rows.every_minutes):
        yield f"{minute // 60:02d}:{minute % 60:02d}"
