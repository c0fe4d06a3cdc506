"""The JSON Schemas of the forms: those under docs/forms, valid for every golden return, strict in what they see."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from plan.book import PlanBook
from plan.form_pages import form_pages
from plan.form_schema import form_schema
from plan.loader import load_plans

ROOT = Path(__file__).parents[2]
GOLDEN = sorted((Path(__file__).parent / "golden").glob("*.json"))
BAD = Path(__file__).parent / "bad"
PAGES = ROOT / "docs" / "forms"

# Bad returns in which a schema can see what is wrong; who may report, what has landed and sums of rows it cannot.
SEEN = (
    "malformed", "malformed-empty-id", "malformed-no-value", "malformed-empty-code", "wrong_version", "unknown_unit",
    "bad_period", "bad_period-no-such-month", "period_not_due", "no_cells", "unknown_item", "wrong_unit",
    "out_of_limits-below", "out_of_limits-above", "text_too_long-note", "text_too_long-basis",
    "wrong_type-text-for-a-number", "wrong_type-number-for-a-code", "wrong_type-half-a-permit", "unknown_code",
    "bad_date-day-of-an-event", "bad_row-none", "bad_row-in-the-header", "bad_row-twenty-four-hours", "too_deep",
)  # fmt: skip


@pytest.fixture(scope="module")
def book() -> PlanBook:
    return PlanBook(load_plans(ROOT / "plan"))


def _validator(book: PlanBook, form: str) -> Draft202012Validator:
    view = book.view_of_form(form)
    assert view is not None
    made = form_schema(view.forms[form], view)
    Draft202012Validator.check_schema(made)
    return Draft202012Validator(made)


def test_the_pages_are_those_of_the_plans(book: PlanBook) -> None:
    """After a change of a plan: make forms."""
    wanted = dict(form_pages(book.views.values()))
    found = {str(file.relative_to(PAGES)): file.read_text(encoding="utf-8") for file in PAGES.rglob("*.*")}
    assert found.keys() == wanted.keys()
    assert found == wanted


@pytest.mark.parametrize("file", GOLDEN, ids=lambda file: file.stem)
def test_a_golden_return_is_valid(file: Path, book: PlanBook) -> None:
    sent = json.loads(file.read_bytes())
    _validator(book, sent["form"]).validate(sent)


@pytest.mark.parametrize("defect", SEEN)
def test_a_schema_refuses_what_it_can_see(defect: str, contract_book: PlanBook) -> None:
    sent = json.loads((BAD / f"{defect}.json").read_bytes())
    assert not _validator(contract_book, sent.get("form", "energy")).is_valid(sent)


def test_every_form_says_its_names_in_both_languages(book: PlanBook) -> None:
    for view in book.views.values():
        for form in view.plan.forms:
            made = form_schema(form, view)
            assert made["title"] == form.names.zh
            assert made["description"].startswith(form.names.en)
            cells = {name: part for name, part in made["$defs"].items() if name.startswith("cell-")}
            assert {part["title"] for part in cells.values()} == {item.names.zh for item in form.items}
