"""A golden return of every version of every form: what was valid once stays readable, and says what it said."""

import datetime as dt
import json
from pathlib import Path

import msgspec
import pytest

from plan.book import PlanBook
from plan.contract import check_return, decode_return
from plan.loader import load_plans
from plan.messages import Bound, Cell, DateKind, ObservationStatus, Return, encode
from plan.model import Names, Plan, ReportingUnit
from plan.periods import LOCAL_ZONE

GOLDEN = Path(__file__).parent / "golden"
FILES = sorted(GOLDEN.glob("*.json"))
ARRIVED_AT = dt.datetime(2022, 1, 1, tzinfo=dt.UTC)


@pytest.fixture(scope="session")
def plan_book() -> PlanBook:
    """The plans in force, with one mill in every group, for the plans ship without a register of enterprises."""
    plans = load_plans(Path(__file__).parents[2] / "plan")
    return PlanBook(_with_mill(plan) for plan in plans)


def _with_mill(plan: Plan) -> Plan:
    mill = ReportingUnit(
        id="golden-mill",
        names=Names(zh="某超硬材料厂", en="A mill"),
        area=plan.areas[-1].id,
        groups=tuple(group.id for group in plan.groups),
    )
    return msgspec.structs.replace(plan, units=(*plan.units, mill))


def test_every_form_in_force_has_a_golden_return(plan_book: PlanBook) -> None:
    forms = {f"{form.id}-v{form.version}" for plan in plan_book.plans for form in plan.forms}
    assert forms <= {file.stem for file in FILES}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_golden_return_is_decoded_without_loss(file: Path) -> None:
    sent = decode_return(file.read_bytes())
    assert json.loads(encode(sent)) == json.loads(file.read_bytes())
    assert decode_return(encode(sent)) == sent


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_golden_return_of_the_version_in_force_is_accepted(file: Path, plan_book: PlanBook) -> None:
    sent = decode_return(file.read_bytes())
    view = plan_book.view_of_form(sent.form)
    assert view is not None
    if sent.form_version == view.forms[sent.form].version:
        senders = view.plan.senders
        may_send = [s for s in senders if view.may_send(s.id, sent.form) and view.speaks_for(s.id, sent.unit)]
        # A date of publication is set only by those who may.
        sender = next(each.id for each in may_send if each.may_backdate or sent.published_at is None)
        check_return(sent, plan_book, sender, sent.form, ARRIVED_AT)


def test_what_a_golden_return_says() -> None:
    sent = decode_return((GOLDEN / "capacity-annual-v1.json").read_bytes())
    assert sent == Return(
        return_id="golden-capacity-annual",
        form="capacity-annual",
        form_version=1,
        unit="henan-drc",
        period="2017",
        cells=(
            Cell(item="coal-capacity-retired", value=2012.0, unit="wan_t"),
            Cell(item="coal-mines-closed", value=101.0, unit="mine"),
            Cell(
                item="coal-capacity-retired-cumulative",
                value=4400.0,
                unit="wan_t",
                status=ObservationStatus.BREAK,
                basis="series changed",
            ),
            Cell(item="coal-mines-closed-cumulative", value=201.0, unit="mine"),
        ),
        published_at=dt.datetime(2018, 6, 30, tzinfo=LOCAL_ZONE),
        published_kind=DateKind.ASSUMED,
        note="年度公报",
    )


def test_what_is_left_out_means_the_usual() -> None:
    sent = decode_return((GOLDEN / "xuchang-permits-annual-v1.json").read_bytes())
    assert (sent.published_at, sent.published_kind, sent.sources, sent.note) == (None, DateKind.EXACT, (), "")
    cell = sent.cells[0]
    assert (cell.area, cell.unit, cell.basis, cell.sources) == ("", "", "", ())
    assert (cell.status, cell.bound) == (ObservationStatus.NORMAL, Bound.EXACT)
