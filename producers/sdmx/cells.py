"""Observations as the cells of returns, each accounted for: a cell, refused, or passed over as the mapping says. Pure.

An observation is one cell; those of one reporting unit and period make one return, which replaces the whole earlier
one.
"""

from collections import Counter
from collections.abc import Mapping, Sequence

import msgspec

from plan.book import PlanBook, PlanView
from plan.faults import FaultCode
from plan.messages import Return
from producers.collected import Collected
from producers.files.model import FileRead, ReadReturn
from producers.sdmx.codes import ignored_because
from producers.sdmx.figure import Figure, Reading, figure_of
from producers.sdmx.flows import mapping_for
from producers.sdmx.mapping_model import DataflowMapping, Role
from producers.sdmx.model import SdmxData


class Account(msgspec.Struct, frozen=True):
    """What became of the observations of a file: read = cells + refused + all ignored, which are counted by code."""

    read: int
    cells: int
    refused: int
    ignored: Mapping[str, int]


class SdmxRead(msgspec.Struct, frozen=True):
    """What a file holds for the plan, and the account of its observations."""

    file: FileRead
    account: Account


class _Key(msgspec.Struct, frozen=True, order=True):
    """What one return is about."""

    form: str
    unit: str
    period: str


def read_cells(data: SdmxData, flows: Sequence[DataflowMapping], book: PlanBook) -> SdmxRead:
    """Make returns of all observations of a file, or name every fault."""
    faults = Collected()
    ignored: Counter[str] = Counter()
    found: dict[_Key, dict[tuple[str, str], Figure]] = {}
    columns: dict[str, Mapping[str, int]] = {}
    cells = 0
    for seen in data.observations:
        flow = mapping_for(seen.flow, flows)
        if not isinstance(flow, DataflowMapping):
            faults.add(FaultCode.UNKNOWN_FORM, seen.place, *flow)
            continue
        because = ignored_because(seen, flow)
        if because:
            ignored[because] += 1
            continue
        figure = figure_of(seen, Reading(flow, _view(book, flow.form), data.columns), faults)
        if figure is None:
            continue
        key = _Key(flow.form, figure.unit, figure.period)
        columns[key.form] = _columns(flow, data.columns)
        first = found.setdefault(key, {}).setdefault((figure.cell.row, figure.cell.item), figure)
        if first is figure:
            cells += 1
        else:
            says = (
                f"{key.unit} {key.period} 的 {figure.cell.item} 重复,首次在 {first.place};只留一个",
                f"{figure.cell.item} of {key.unit} in {key.period} is given twice, first at {first.place}; keep one",
            )
            faults.add(FaultCode.REPEATED_ITEM, figure.place, *says)
    read = len(data.observations) + data.unread
    account = Account(read, cells, read - cells - ignored.total(), dict(sorted(ignored.items())))
    returns = tuple(_return(key, found[key], book, columns[key.form]) for key in sorted(found))
    return SdmxRead(FileRead(returns, (*data.faults, *faults.told())), account)


def _columns(flow: DataflowMapping, columns: Mapping[str, int]) -> Mapping[str, int]:
    """In which column of a csv file each field of a return stands."""
    fields = {"item": Role.ITEM, "row": Role.ROW, "unit": Role.MEASURE, "period": Role.PERIOD, "reporter": Role.UNIT}
    named = {field: flow.of_role(role) for field, role in fields.items()}
    return {field: columns[each.id] for field, each in named.items() if each is not None and each.id in columns}


def _return(
    key: _Key, cells: Mapping[tuple[str, str], Figure], book: PlanBook, columns: Mapping[str, int]
) -> ReadReturn:
    form = _view(book, key.form).forms[key.form]
    order = {item.id: at for at, item in enumerate(form.items)}
    placed = sorted(cells.values(), key=lambda each: (each.cell.row, order[each.cell.item]))
    first = placed[0].place
    envelope = {
        field: first.at_column(columns[column])
        for field, column in (("unit", "reporter"), ("period", "period"))
        if column in columns
    }
    return ReadReturn(
        sent=Return(
            return_id="",
            form=form.id,
            form_version=form.version,
            unit=key.unit,
            period=key.period,
            cells=tuple(each.cell for each in placed),
        ),
        cells=tuple(each.place for each in placed),
        whole=first,
        envelope=envelope,
        columns={field: column for field, column in columns.items() if field in ("item", "row", "unit")},
    )


def _view(book: PlanBook, form_id: str) -> PlanView:
    view = book.view_of_form(form_id)
    if view is None:
        raise LookupError(f"no plan of the book has the form {form_id!r}, which a mapping names")
    return view
