"""What is due, and the forms: as JSON Schema for a program, as a spreadsheet for a person."""

import asyncio
import datetime as dt
from typing import Annotated, Any

import msgspec
from litestar import Response, Router, get
from litestar.params import FromQuery, QueryParameter

from plan.book import PlanView
from plan.form_schema import form_schema
from plan.model import Form
from plan.periods import LOCAL_ZONE, PeriodKind
from producers.gateway.coming_in import PathId, QueryId, TheGateway, TheKey, refusals
from producers.gateway.due import Due, DueState, Wish, dues, forms_of
from producers.gateway.gateway import Gateway
from producers.gateway.keys import Key
from producers.gateway.media import XLSX
from producers.gateway.problems import not_found
from producers.gateway.questions import submitted_by
from producers.gateway.settings import SENDER

_PAGE_MAX = 500
_SCHEMA_TYPE = "application/schema+json"


class DuePage(msgspec.Struct, frozen=True):
    """What is due as of a day, by due date: how much in all, and a part of it."""

    today: dt.date
    total: int
    dues: tuple[Due, ...]


class FormInfo(msgspec.Struct, frozen=True):
    """A form that the key may report."""

    form: str
    version: int
    name_zh: str
    name_en: str
    period_kind: PeriodKind
    due_days: int
    schema_at: str
    template_at: str


class FormList(msgspec.Struct, frozen=True):
    """The forms that the key may report."""

    forms: tuple[FormInfo, ...]


@get("/v1/due", operation_id="list_due", summary="应报清单 What is due", responses=refusals())
async def list_due(
    gateway: TheGateway,
    key: TheKey,
    *,
    form: QueryId = "",
    due_state: FromQuery[DueState | None] = None,
    due_from: FromQuery[dt.date] = dt.date.min,
    due_to: FromQuery[dt.date] = dt.date.max,
    limit: Annotated[int, QueryParameter(ge=1, le=_PAGE_MAX)] = 100,
    skip: Annotated[int, QueryParameter(ge=0, le=1_000_000)] = 0,
) -> DuePage:
    """List what the key's unit is to report: open, overdue, and what it has handed in here."""
    submitted = await gateway.ask(lambda database: submitted_by(database, key.unit))
    today = gateway.clock().astimezone(LOCAL_ZONE).date()
    forms = list(forms_of(gateway.book, key.unit, key.forms, SENDER))
    wish = Wish(form, due_state, due_from, due_to)
    found = await asyncio.to_thread(dues, forms, key.unit, submitted, today, wish)
    return DuePage(today, len(found), tuple(found[skip : skip + limit]))


@get("/v1/forms", operation_id="list_forms", summary="我的报表 My forms", responses=refusals())
async def list_forms(gateway: TheGateway, key: TheKey) -> FormList:
    """List the forms that the key's unit is on the roster of and the key's scope takes."""
    forms = forms_of(gateway.book, key.unit, key.forms, SENDER)
    return FormList(tuple(_info(form) for _, form in forms))


@get(
    "/v1/forms/{form:str}",
    operation_id="ask_form",
    summary="报表结构 JSON Schema of a return of a form",
    media_type=_SCHEMA_TYPE,
    responses=refusals(404),
)
async def ask_form(gateway: TheGateway, key: TheKey, form: PathId) -> dict[str, Any]:
    """Give the JSON Schema that a return of the form keeps to. What a schema cannot say the contract still checks."""
    view, found = _form(gateway, key, form)
    return form_schema(found, view)


@get(
    "/v1/forms/{form:str}/template.xlsx",
    operation_id="get_template",
    summary="填报模板 Spreadsheet to fill in",
    media_type=XLSX,
    responses=refusals(404),
)
async def get_template(gateway: TheGateway, key: TheKey, form: PathId, period: QueryId) -> Response[bytes]:
    """Give the spreadsheet of the form for the key's unit and a period, to be filled in and posted as it is."""
    view, found = _form(gateway, key, form)
    if not view.is_reported_for(found, period):
        raise not_found("period", f"period {period!r} of form {form!r}")
    return Response(await asyncio.to_thread(_template, view, found, key.unit, period), media_type=XLSX)


def _template(view: PlanView, form: Form, unit: str, period: str) -> bytes:
    from producers.files.layout import lay_out  # noqa: PLC0415 - loads large libraries
    from producers.files.template import write_template  # noqa: PLC0415

    return write_template(lay_out(form, view.units[unit], period, view.measures), view.measures)


def _form(gateway: Gateway, key: Key, form_id: str) -> tuple[PlanView, Form]:
    for view, form in forms_of(gateway.book, key.unit, key.forms, SENDER):
        if form.id == form_id:
            return view, form
    raise not_found("form", f"form {form_id!r}")


def _info(form: Form) -> FormInfo:
    at = f"/v1/forms/{form.id}"
    return FormInfo(
        form=form.id,
        version=form.version,
        name_zh=form.names.zh,
        name_en=form.names.en,
        period_kind=form.calendar.kind,
        due_days=form.calendar.due_days,
        schema_at=at,
        template_at=f"{at}/template.xlsx",
    )


forms_router = Router("/", route_handlers=[list_due, list_forms, ask_form, get_template])
