"""Published figures: read whole, or every fault by file and line; and do they fit the plan?"""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from plan.check_figures import check_figures
from plan.figures import FigureFault, FiguresRefused, load_figures
from plan.messages import Bound, DateKind, ObservationStatus, Source
from plan.model import Plan

COLUMNS = (
    "form,item,unit,area_zh,indicator_zh,indicator_en,period,value,unit_of_measure,status,bound,basis,"
    "published_at,published_kind,sources,reference_only_because"
)
FED = "mines,closed,stats,某市,关闭,closed,2017-01..06,9.50,t,A,at_least,多,2017-07-27,exact,s1;s2,"
KEPT = ",,,某市,天数,days,2017,256,天,A,exact,level,,,s1,no form of the plan asks for it"
SOURCES = "id,title,address,grade\ns1,公报,http://example.org/1,mirror\ns2,报道,address not held,news\n"


@pytest.fixture
def write_figures(tmp_path: Path) -> Callable[..., Path]:
    """Write a folder of figures from rows."""

    def write(*rows: str, sources: str = SOURCES) -> Path:
        (tmp_path / "figures.csv").write_text("\n".join((COLUMNS, *rows)) + "\n", encoding="utf-8")
        (tmp_path / "sources.csv").write_text(sources, encoding="utf-8")
        return tmp_path

    return write


def test_figures_are_read_with_exact_digits_dates_and_sources(write_figures: Callable[..., Path]) -> None:
    figures = load_figures(write_figures(FED, KEPT))

    fed, kept = figures.figures
    assert (fed.value, str(fed.value)) == (Decimal("9.5"), "9.50")
    assert (fed.status, fed.bound) == (ObservationStatus.NORMAL, Bound.AT_LEAST)
    assert (fed.published_at, fed.published_kind) == (dt.date(2017, 7, 27), DateKind.EXACT)
    assert fed.sources == ("s1", "s2")
    assert (kept.form, kept.published_at, kept.published_kind) == ("", None, None)
    assert figures.sources["s2"] == Source(title="报道", address="address not held", grade="news")


def test_byte_order_mark_of_a_spreadsheet_is_no_fault(write_figures: Callable[..., Path]) -> None:
    folder = write_figures(FED, sources="\ufeff" + SOURCES)

    assert len(load_figures(folder).sources) == 2


DEFECTS = {
    "value-not-a-number": (FED.replace("9.50", "many"), "value", "write digits and a point"),
    "value-nan": (FED.replace("9.50", "NaN"), "value", "not a number"),
    "unknown-status": (FED.replace(",A,", ",Z,"), "status", "not one of the codes; known: A, B, D, E, P"),
    "no-source": (FED.replace("s1;s2", ""), "sources", "at least one source"),
    "unknown-source": (FED.replace("s1;s2", "s1;s9"), "sources", "no source 's9'"),
    "neither-fed-nor-kept": (KEPT.replace("no form of the plan asks for it", ""), "form", "why it is not fed"),
    "fed-and-kept": (FED + "other basis", "form", "why it is not fed"),
    "fed-without-date": (FED.replace("2017-07-27,exact", ","), "published_at", "needs its date"),
    "too-many-cells": (FED + ",x", "None", "unknown key"),
    "impossible-date": (FED.replace("2017-07-27", "2017-02-30"), "published_at", "date"),
}


@pytest.mark.parametrize("defect", DEFECTS)
def test_bad_row_is_refused_at_its_line(defect: str, write_figures: Callable[..., Path]) -> None:
    row, key, says = DEFECTS[defect]

    with pytest.raises(FiguresRefused) as caught:
        load_figures(write_figures(KEPT, row))

    (fault,) = caught.value.faults
    assert (fault.file, fault.line, fault.key) == ("figures.csv", 3, key)
    assert says in fault.says


def test_row_with_too_few_cells_names_each_that_is_missing(write_figures: Callable[..., Path]) -> None:
    with pytest.raises(FiguresRefused) as caught:
        load_figures(write_figures("mines,closed,stats,某市,关闭,closed,2017-01..06,9,t,A,exact"))

    assert {fault.key for fault in caught.value.faults} == {"basis", "reference_only_because"}


@pytest.mark.parametrize("row", ["s1,twice,address not held,news", ",nameless,address not held,news"])
def test_source_without_an_id_of_its_own(row: str, write_figures: Callable[..., Path]) -> None:
    with pytest.raises(FiguresRefused, match=r"sources\.csv:4: id: empty or used twice"):
        load_figures(write_figures(FED, sources=f"{SOURCES}{row}\n"))


def test_source_without_address(write_figures: Callable[..., Path]) -> None:
    with pytest.raises(FiguresRefused, match=r"sources\.csv:2: address: this key is missing"):
        load_figures(write_figures(sources="id,title,grade\ns1,公报,mirror\n"))


def test_missing_files_are_faults(tmp_path: Path) -> None:
    with pytest.raises(FiguresRefused) as caught:
        load_figures(tmp_path)

    assert [(fault.file, fault.says) for fault in caught.value.faults] == [
        ("sources.csv", "the file is missing; add it"),
        ("figures.csv", "the file is missing; add it"),
    ]


def test_file_in_another_encoding(write_figures: Callable[..., Path]) -> None:
    folder = write_figures(FED)
    (folder / "sources.csv").write_bytes(SOURCES.encode("gb18030"))

    with pytest.raises(FiguresRefused, match="save the file as UTF-8"):
        load_figures(folder)


def _misfit(plan: Plan, folder: Path) -> list[tuple[int, str]]:
    return [(fault.line, fault.key) for fault in check_figures(plan, load_figures(folder))]


def test_good_figures_fit_and_kept_ones_are_not_asked(
    make_plan: Callable[..., Plan], write_figures: Callable[..., Path]
) -> None:
    assert _misfit(make_plan(), write_figures(FED, KEPT)) == []


MISFITS = {
    "unknown-form": (FED.replace("mines,", "ghost,"), "form"),
    "unknown-item": (FED.replace(",closed,stats", ",ghost,stats"), "item"),
    "unit-not-on-roster": (FED.replace(",stats,", ",office,"), "unit"),
    "period-not-of-the-form": (FED.replace("2017-01..06", "2017"), "period"),
    "other-unit-of-measure": (FED.replace(",t,", ",tce,"), "unit_of_measure"),
    "known-before-its-period": (FED.replace("2017-07-27", "2016-07-27"), "published_at"),
}


@pytest.mark.parametrize("defect", MISFITS)
def test_misfit_is_told(defect: str, make_plan: Callable[..., Plan], write_figures: Callable[..., Path]) -> None:
    row, key = MISFITS[defect]

    assert _misfit(make_plan(), write_figures(KEPT, row)) == [(3, key)]


@pytest.mark.parametrize(
    ("value", "found"), [("-50", []), ("50", []), ("-50.01", [(2, "value")]), ("50.01", [(2, "value")])]
)
def test_limits_of_the_item_are_inclusive(
    value: str, found: list[tuple[int, str]], make_plan: Callable[..., Plan], write_figures: Callable[..., Path]
) -> None:
    row = f"energy,growth,stats,某市,增速,growth,2017,{value},pct,A,exact,yoy,2018-07-25,exact,s1,"

    assert _misfit(make_plan(), write_figures(row)) == found


def test_same_figure_twice_is_told_with_the_first_line(
    make_plan: Callable[..., Plan], write_figures: Callable[..., Path]
) -> None:
    (fault,) = check_figures(make_plan(), load_figures(write_figures(FED, KEPT, FED)))

    assert fault == FigureFault(
        "figures.csv", 4, "value", "the same figure stands in line 2; keep one and join the sources with ;"
    )


def test_revised_figure_is_no_repetition(make_plan: Callable[..., Plan], write_figures: Callable[..., Path]) -> None:
    later = FED.replace("9.50", "9.60").replace("2017-07-27", "2017-09-27")

    assert _misfit(make_plan(), write_figures(FED, later)) == []
