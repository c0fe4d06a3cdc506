"""A small plan in which every rule of the return contract can be broken."""

import datetime as dt
from typing import Any

import msgspec
import pytest

from plan.book import PlanBook
from plan.model import Plan

_PLAN: dict[str, Any] = {
    "id": "contract",
    "version": 1,
    "names": {"zh": "约定", "en": "Contract"},
    "document": "made by hand",
    "first_day": "2017-01-01",
    "last_day": "2020-12-31",
    "areas": [
        {"id": "city", "kind": "city", "names": {"zh": "市", "en": "City"}},
        {"id": "county", "kind": "county", "names": {"zh": "县", "en": "County"}, "parent": "city"},
    ],
    "owners": [],
    "units": [
        {"id": "bureau", "names": {"zh": "市统计局", "en": "City bureau"}, "area": "city"},
        {"id": "county-bureau", "names": {"zh": "县统计局", "en": "County bureau"}, "area": "county"},
        {"id": "works", "names": {"zh": "某厂", "en": "Works"}, "area": "county"},
    ],
    "senders": [
        {
            "id": "feed",
            "names": {"zh": "已公布数据", "en": "Feed"},
            "units": ["bureau", "works"],
            "forms": ["energy", "output"],
            "may_backdate": True,
        },
        {
            "id": "gateway",
            "names": {"zh": "网关", "en": "Gateway"},
            "units": ["bureau"],
            "forms": ["energy", "permits", "meter"],
        },
    ],
    "measures": [
        {"id": "t", "names": {"zh": "吨", "en": "tonnes"}},
        {"id": "pct", "names": {"zh": "%", "en": "per cent"}},
    ],
    "forms": [
        {
            "id": "energy",
            "version": 2,
            "names": {"zh": "能源表", "en": "Energy"},
            "calendar": {"kind": "year", "periods": ["2017", "2018", "2020"], "due_days": 60},
            "roster": ["bureau", "county-bureau"],
            "items": [
                {
                    "id": "coal-used",
                    "names": {"zh": "用煤量", "en": "Coal used"},
                    "unit": "t",
                    "minimum": "0",
                    "maximum": "1000",
                },
                {
                    "id": "coal-share",
                    "names": {"zh": "煤炭占比", "en": "Share"},
                    "unit": "pct",
                    "minimum": "0",
                    "maximum": "100",
                },
            ],
        },
        {
            "id": "output",
            "version": 1,
            "names": {"zh": "产值表", "en": "Output"},
            "calendar": {"kind": "year", "periods": ["2018"], "due_days": 60},
            "roster": ["bureau"],
            "items": [{"id": "output", "names": {"zh": "产值", "en": "Output"}, "unit": "t"}],
        },
        {
            "id": "permits",
            "version": 1,
            "names": {"zh": "许可变动表", "en": "Permits"},
            "calendar": {"kind": "month", "periods": ["2018-06"], "due_days": 15},
            "roster": ["bureau"],
            "rows": {"names": {"zh": "许可证编号", "en": "permit"}, "by": "key", "most": 2, "count_item": "events"},
            "items": [
                {"id": "events", "names": {"zh": "变动数", "en": "Events"}, "unit": "t", "type": "integer"},
                {
                    "id": "event",
                    "names": {"zh": "变动类型", "en": "Event"},
                    "type": "code",
                    "in_rows": True,
                    "required": True,
                    "codes": [
                        {"id": "issued", "names": {"zh": "核发", "en": "issued"}},
                        {"id": "revoked", "names": {"zh": "撤销", "en": "revoked"}},
                    ],
                },
                {"id": "day", "names": {"zh": "日期", "en": "Day"}, "type": "date", "in_rows": True},
                {"id": "remark", "names": {"zh": "说明", "en": "Remark"}, "type": "text", "in_rows": True},
            ],
        },
        {
            "id": "meter",
            "version": 1,
            "names": {"zh": "电表", "en": "Meter"},
            "calendar": {"kind": "day", "periods": ["2018-06-01"], "due_days": 1},
            "roster": ["bureau"],
            "rows": {"names": {"zh": "时刻", "en": "time"}, "by": "time", "every_minutes": 15, "most": 96},
            "items": [{"id": "energy", "names": {"zh": "电量", "en": "Energy"}, "unit": "t", "in_rows": True}],
        },
    ],
    "indicators": [],
    "targets": [],
    "presets": [],
}


@pytest.fixture(scope="session")
def contract_book() -> PlanBook:
    """A book with the small plan alone."""
    return PlanBook([msgspec.convert(_PLAN, Plan)])


@pytest.fixture(scope="session")
def receipt_time() -> dt.datetime:
    """When the returns arrive: noon of 1 March 2019 in China."""
    return dt.datetime(2019, 3, 1, 4, 0, tzinfo=dt.UTC)
