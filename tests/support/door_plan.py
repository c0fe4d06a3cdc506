"""A plan with a form of each shape: single items of every type, rows by key, rows by time. Nothing in it is real."""

import datetime as dt
from typing import Any

import msgspec

from plan.book import PlanBook
from plan.model import Plan

NOW = dt.datetime(2018, 3, 1, 4, tzinfo=dt.UTC)


def _names(zh: str, en: str) -> dict[str, str]:
    return {"zh": zh, "en": en}


def _item(item: str, zh: str, en: str, **more: object) -> dict[str, object]:
    return {"id": item, "names": _names(zh, en), **more}


def _codes(**codes: str) -> list[dict[str, object]]:
    return [{"id": code, "names": _names(zh, code)} for code, zh in codes.items()]


_ENERGY = [
    _item("coal", "原煤", "raw coal", unit="t", required=True, minimum="0", plausible_maximum="50000"),
    _item("power", "电力", "electricity", unit="wan_kwh", minimum="0"),
    _item("share", "占比", "share", unit="pct", minimum="0", maximum="100"),
    _item("change", "增减", "change", unit="pct"),
    _item("staff", "从业人员", "employees", unit="person", type="integer", minimum="0"),
    _item("cio", "首席信息官", "CIO", type="code", codes=_codes(yes="有", no="无")),
    _item("since", "投产日期", "started on", type="date"),
    _item("remark", "情况说明", "remark", type="text"),
]
_EVENTS = [
    _item("events", "事项数", "events", unit="event", type="integer", required=True, minimum="0"),
    _item(
        "event", "事项", "event", type="code", in_rows=True, required=True, codes=_codes(issued="核发", expired="到期")
    ),
    _item("day", "日期", "day", type="date", in_rows=True, required=True),
    _item("limit", "许可量", "limit", unit="t", in_rows=True, minimum="0"),
    _item("trade", "行业", "trade", type="text", in_rows=True),
]
_METER = [
    _item("energy", "有功电量", "active energy", unit="kwh", in_rows=True, required=True, minimum="0"),
    _item("state", "表计状态", "state", type="code", in_rows=True, codes=_codes(normal="正常", manual="手抄")),
]

_PLAN: dict[str, Any] = {
    "id": "door",
    "version": 1,
    "names": _names("门", "Door"),
    "document": "made by hand",
    "first_day": "2017-01-01",
    "last_day": "2018-12-31",
    "areas": [{"id": "city", "kind": "city", "names": _names("市", "City")}],
    "owners": [],
    "units": [
        {"id": "mill-a", "names": _names("甲厂", "Mill A"), "area": "city"},
        {"id": "mill-b", "names": _names("乙厂", "Mill B"), "area": "city"},
        {"id": "bureau", "names": _names("环保局", "Bureau"), "area": "city"},
    ],
    "senders": [
        {
            "id": "files",
            "names": _names("文件通道", "Files"),
            "units": ["mill-a", "bureau"],
            "forms": ["energy", "events", "meter"],
            "gets_outcomes": True,
        },
        {"id": "other", "names": _names("另一通道", "Other"), "units": ["mill-b"], "forms": ["energy"]},
    ],
    "measures": [
        {"id": unit, "names": _names(zh, en)}
        for unit, zh, en in (
            ("t", "吨", "tonnes"),
            ("wan_kwh", "万千瓦时", "10 000 kWh"),
            ("kwh", "千瓦时", "kWh"),
            ("pct", "%", "per cent"),
            ("person", "人", "persons"),
            ("event", "件", "events"),
        )
    ],
    "forms": [
        {
            "id": "energy",
            "version": 2,
            "names": _names("能源月报", "Energy monthly"),
            "calendar": {"kind": "month", "periods": ["2018-01", "2018-02"], "due_days": 10},
            "roster": ["mill-a", "mill-b"],
            "items": _ENERGY,
        },
        {
            "id": "events",
            "version": 1,
            "names": _names("许可事项月报", "Permit events"),
            "calendar": {"kind": "month", "periods": ["2018-01", "2018-02"], "due_days": 10},
            "roster": ["bureau"],
            "rows": {"names": _names("许可证编号", "permit number"), "by": "key", "most": 2000, "count_item": "events"},
            "items": _EVENTS,
        },
        {
            "id": "meter",
            "version": 1,
            "names": _names("电表日报", "Meter daily"),
            "calendar": {"kind": "day", "periods": ["2018-01-31", "2018-02-01"], "due_days": 3},
            "roster": ["mill-a"],
            "rows": {"names": _names("时刻", "time"), "by": "time", "every_minutes": 15, "most": 96},
            "items": _METER,
        },
    ],
    "indicators": [],
    "targets": [],
    "presets": [],
}


def door_plan() -> Plan:
    """The plan."""
    return msgspec.convert(_PLAN, Plan)


def door_book() -> PlanBook:
    """The plan as it is looked up."""
    return PlanBook((door_plan(),))
