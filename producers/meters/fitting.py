"""Can a format be reported on a form? Pure."""

from collections.abc import Iterator

from plan.codes import ItemType, RowsBy
from plan.model import Form
from plan.periods import PeriodKind
from producers.meters.model import Declared, MeterFormat


def misfits(kind: MeterFormat, form: Form) -> tuple[str, ...]:
    """Everything that keeps a format from a form: its days, its rows, items and their units of measure."""
    return tuple(_misfits(kind, form))


def declared(text: str, form: Form) -> Declared:
    """Read ``ITEM=VALUE``; raises ValueError, with the mend, for what is no item of the rows or no value of it."""
    name, is_given, told = text.partition("=")
    item = next((each for each in form.items if each.id == name and each.in_rows), None)
    if item is None or not is_given or not told:
        rows = ", ".join(each.id for each in form.items if each.in_rows)
        raise ValueError(f"{text!r}: write ITEM=VALUE with an item of the rows of {form.id}: {rows}")
    if not item.type.is_numeric:
        return Declared(name, text=told)
    try:
        return Declared(name, value=float(told))
    except ValueError as fault:
        raise ValueError(f"{text!r}: {name} is a number; write it with a decimal point") from fault


def _misfits(kind: MeterFormat, form: Form) -> Iterator[str]:
    if form.calendar.kind is not PeriodKind.DAY:
        yield f"{form.id} is reported by {form.calendar.kind}, a meter by day; name another form"
    if form.rows is None or form.rows.by is not RowsBy.TIME or form.rows.every_minutes != kind.every_minutes:
        yield f"{form.id} has no rows every {kind.every_minutes} minutes; name another form"
    items = {item.id: item for item in form.items}
    for column, fed in kind.fed.items():
        item = items.get(fed.item)
        if item is None:
            yield f"{form.id} has no item {fed.item} for the column {column}; name another form"
        elif item.unit != fed.unit or not item.in_rows:
            yield f"{fed.item} is not reported in {fed.unit} in each row of {form.id}; the format cannot feed it"
    for code in kind.codes:
        if code not in items or items[code].type is not ItemType.CODE:
            yield f"{form.id} has no item {code} with codes; name another form"
