"""Small plans and figures made by hand."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from plan.figures import Figure, Figures
from plan.messages import Bound, Cell, DateKind, ObservationStatus, Return, Source
from plan.model import Plan
from plan.periods import LOCAL_ZONE
from producers.outgoing import Outgoing

_PLAN: dict[str, Any] = {
    "id": "small",
    "version": 1,
    "names": {"zh": "小方案", "en": "Small plan"},
    "document": "made by hand",
    "first_day": "2018-01-01",
    "last_day": "2019-12-31",
    "areas": [{"id": "city", "kind": "city", "names": {"zh": "市", "en": "City"}}],
    "owners": [],
    "units": [
        {"id": "bureau", "names": {"zh": "统计局", "en": "Bureau"}, "area": "city"},
        {"id": "office", "names": {"zh": "能源办", "en": "Office"}, "area": "city"},
    ],
    "senders": [
        {
            "id": "published",
            "names": {"zh": "已公布数据", "en": "Published"},
            "units": ["bureau", "office"],
            "forms": ["energy", "output"],
            "may_backdate": True,
        },
        {
            "id": "gateway",
            "names": {"zh": "网关", "en": "Gateway"},
            "units": ["bureau", "office"],
            "forms": ["energy"],
        },
    ],
    "measures": [{"id": "t", "names": {"zh": "吨", "en": "tonnes"}}],
    "forms": [
        {
            "id": form,
            "version": version,
            "names": {"zh": form, "en": form},
            "calendar": {"kind": "year", "periods": ["2018", "2019"], "due_days": 60},
            "roster": ["bureau", "office"],
            "items": [
                {"id": item, "names": {"zh": item, "en": item}, "unit": "t", "minimum": "0"}
                for item in ("coal", "gas", "oil")
            ],
        }
        for form, version in (("energy", 3), ("output", 1))
    ],
    "indicators": [],
    "targets": [],
    "presets": [],
}


@pytest.fixture
def make_plan() -> Callable[..., Plan]:
    """Factory: the small plan; keyword arguments replace its top-level lists and values."""

    def make(**changes: object) -> Plan:
        return msgspec.convert({**_PLAN, **changes}, Plan)

    return make


@pytest.fixture
def make_figure() -> Callable[..., Figure]:
    """Factory: a fed figure, by default 10 t of coal of the bureau for 2018, published on 1 March 2019."""

    def make(value: str = "10", day: str | None = "2019-03-01", **changes: object) -> Figure:
        base = Figure(
            form="energy",
            item="coal",
            unit="bureau",
            area_zh="市",
            indicator_zh="煤",
            indicator_en="coal",
            period="2018",
            value=Decimal(value),
            unit_of_measure="t",
            status=ObservationStatus.NORMAL,
            bound=Bound.EXACT,
            basis="",
            published_at=dt.date.fromisoformat(day) if day else None,
            published_kind=DateKind.EXACT if day else None,
            sources=("a",),
            reference_only_because="",
        )
        return msgspec.structs.replace(base, **changes)

    return make


@pytest.fixture
def make_figures() -> Callable[..., Figures]:
    """Factory: figures with the sources a, b and c."""

    def make(*figures: Figure) -> Figures:
        sources = {name: Source(title=f"公报 {name}", address="address not held", grade="copy") for name in "abc"}
        return Figures(figures, sources)

    return make


@pytest.fixture
def make_outgoing() -> Callable[..., Outgoing]:
    """Factory: a valid return of 10 t of coal, published at midnight in China of the day named."""

    def make(day: str | None = "2019-03-01", return_id: str = "r-1", **changes: object) -> Outgoing:
        at = dt.datetime.combine(dt.date.fromisoformat(day), dt.time(), LOCAL_ZONE) if day else None
        sent = Return(
            return_id=return_id,
            form="energy",
            form_version=3,
            unit="bureau",
            period="2018",
            cells=(Cell(item="coal", value=10.0, unit="t"),),
            published_at=at,
        )
        return Outgoing("published", msgspec.structs.replace(sent, **changes))

    return make
