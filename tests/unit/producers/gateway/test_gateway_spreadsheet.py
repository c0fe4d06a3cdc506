"""A spreadsheet over HTTP: fetched, filled in, posted; what is wrong is told by the cell it stands in."""

import io

import httpx
import jsonschema
import openpyxl
import pytest

from producers.files.layout import SHEET
from tests.support.gateway_door import BODY, bearer, codes

pytestmark = pytest.mark.anyio

XLSX = {"Content-Type": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


def filled(template: bytes, **cells: object) -> bytes:
    """The template with these cells of its sheet filled in."""
    workbook = openpyxl.load_workbook(io.BytesIO(template))
    for name, content in cells.items():
        workbook[SHEET][name] = content
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


async def template_of(door, key: str) -> bytes:
    answer = await door.get("/v1/forms/energy/template.xlsx?period=2018", key)
    assert (answer.status_code, answer.headers["content-type"]) == (200, XLSX["Content-Type"])
    return answer.content


async def post(door, key: str, data: bytes) -> httpx.Response:
    return await door.client.post("/v1/returns", content=data, headers=bearer(key) | XLSX)


async def test_a_template_is_filled_in_and_taken(visit) -> None:
    async with visit() as door:
        key = door.add_key("bureau")
        template = await template_of(door, key)
        # The first item, coal, stands on the first line under the headings: D5.
        taken = await post(door, key, filled(template, D5=12.5))
        again = await post(door, key, filled(template, D5=12.5))
        corrected = await post(door, key, filled(template, D5=13))
        kept = door.gateway.store.read(lambda db: db.execute("SELECT payload FROM entry").fetchall()).result()
    assert taken.status_code == 202
    assert (again.status_code, again.content) == (200, taken.content)
    assert corrected.json()["replaces"] == taken.json()["receipt_id"]
    assert [b'"item":"coal"' in payload and b'"value":12.5' in payload for (payload,) in kept] == [True, False]


async def test_what_is_wrong_is_told_by_its_cell(visit) -> None:
    async with visit() as door:
        key = door.add_key("bureau")
        template = await template_of(door, key)
        refused = await post(door, key, filled(template, D5=-3, D6="很多"))
        formula = await post(door, key, filled(template, D5="=1+1"))
        mended = await post(door, key, filled(template, D5=3, D6=4))
    assert refused.status_code == formula.status_code == 422
    assert {place for _, place in codes(refused)} == {f"{SHEET}!D5", f"{SHEET}!D6"}
    assert codes(formula)[0][1] == f"{SHEET}!D5"
    assert mended.status_code == 202


async def test_a_template_of_one_unit_is_not_taken_with_another_s_key(visit) -> None:
    async with visit() as door:
        template = await template_of(door, door.add_key("bureau"))
        answer = await post(door, door.add_key("office"), filled(template, D5=1))
    assert (answer.status_code, codes(answer)) == (403, [("not_authorised", "unit")])


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 not a workbook", b"form;unit\n"])
async def test_what_is_no_workbook_is_refused(visit, data: bytes) -> None:
    async with visit() as door:
        answer = await post(door, door.add_key("bureau"), data)
    assert answer.status_code == 422
    assert all(fault["says_zh"] and fault["says_en"] for fault in answer.json()["faults"])


async def test_a_workbook_over_the_limit_is_not_read(visit) -> None:
    async with visit(xlsx_bytes=1000) as door:
        answer = await post(door, door.add_key("bureau"), b"PK\x03\x04" + b"x" * 1000)
    assert (answer.status_code, codes(answer)) == (413, [("too_large", "body")])


async def test_a_template_of_no_period_of_the_form_is_not_made(visit) -> None:
    async with visit() as door:
        key = door.add_key("bureau")
        other = await door.get("/v1/forms/energy/template.xlsx?period=2030", key)
        none = await door.get("/v1/forms/energy/template.xlsx", key)
    assert (other.status_code, codes(other)) == (404, [("not_found", "period")])
    assert none.status_code == 400


async def test_the_schema_of_a_form_fits_its_returns(visit) -> None:
    async with visit() as door:
        answer = await door.get("/v1/forms/energy", door.add_key("bureau"))
    assert answer.headers["content-type"] == "application/schema+json"
    jsonschema.validate(BODY, answer.json())
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**BODY, "cells": [{"item": "wood", "value": 1}]}, answer.json())
