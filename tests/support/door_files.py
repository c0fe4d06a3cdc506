"""Files as people make them, built in memory: tables, workbooks, and workbooks tampered with."""

import io
import zipfile
from collections.abc import Callable, Mapping, Sequence

import openpyxl

HEADINGS = ("报表", "版本", "填报单位", "报告期", "指标", "行", "数值", "文字", "计量单位", "备注")


def csv_of(*lines: Sequence[str], headings: Sequence[str] = HEADINGS, coding: str = "utf-8") -> bytes:
    """A csv with these headings and lines; cells are taken as they are, without quotation."""
    return "".join(",".join(line) + "\r\n" for line in (headings, *lines)).encode(coding)


def line_of(item: str = "coal", value: str = "1", text: str = "", **more: str) -> tuple[str, ...]:
    """A line of the energy form of mill A; keyword arguments replace other columns."""
    cells = {
        "form": "energy",
        "version": "2",
        "unit": "mill-a",
        "period": "2018-01",
        "item": item,
        "row": "",
        "value": value,
        "text": text,
        "measure": "",
        "note": "",
    }
    return tuple((cells | more).values())


def workbook_of(sheets: Mapping[str, Sequence[Sequence[object]]]) -> bytes:
    """A workbook with these rows on its sheets."""
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
    return saved(made)


def saved(workbook: openpyxl.Workbook) -> bytes:
    """The workbook as bytes."""
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


def changed_parts(
    data: bytes, change: Callable[[dict[str, bytes]], None], packing: int = zipfile.ZIP_DEFLATED
) -> bytes:
    """The zip with its members changed by ``change``."""
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    change(parts)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    return out.getvalue()
