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

# Bad returns that a schema takes, with the reason; it refuses all others.
UNSEEN = {
    "bad_date-after-receipt",  # it has no clock
    "future_period",
    "incomplete_row",  # it looks at cells one by one
    "repeated_item-in-a-row",
    "row_count-too-few",
    "row_count-zero-report-with-rows",
    "unknown_source",
    "may_not_backdate",  # it does not know who sends, and where to
    "not_authorised",
    "wrong_topic",
}
# Neither JSON nor a return of a form.
NO_SCHEMA = ("not_json", "unknown_form")
SEEN_OR_NOT = sorted(file.stem for file in BAD.iterdir() if not file.stem.startswith(NO_SCHEMA))


@pytest.fixture(scope="module")
def book() -> PlanBook:
    return PlanBook(load_plans(ROOT / "plan"))


def _validator(book: PlanBook, form: str) -> Draft202012Validator:
    view = book.view_of_form(form)
    assert view is not None
    made = form_schema(view.forms[form], view)
    Draft202012Validator.check_schema(made)
    return Draft202012Validator(made, format_checker=Draft202012Validator.FORMAT_CHECKER)


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


@pytest.mark.parametrize("defect", SEEN_OR_NOT)
def test_a_schema_refuses_what_it_can_see(defect: str, contract_book: PlanBook) -> None:
    sent = json.loads((BAD / f"{defect}.json").read_bytes())
    form = sent.get("form", "energy") if isinstance(sent, dict) else "energy"
    assert _validator(contract_book, form).is_valid(sent) is (defect in UNSEEN)


def test_every_form_says_its_names_in_both_languages(book: PlanBook) -> None:
    for view in book.views.values():
        for form in view.plan.forms:
            made = form_schema(form, view)
            assert made["title"] == form.names.zh
            assert made["description"].startswith(form.names.en)
            cells = {name: part for name, part in made["$defs"].items() if name.startswith("cell-")}
            assert {part["title"] for part in cells.values()} == {item.names.zh for item in form.items}
