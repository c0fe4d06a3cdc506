"""A small good plan and the tools to spoil it: each test of a defect changes one thing and reads the faults."""

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
import yaml

from plan.loader import PlanFault, PlanRefused, load_plan
from plan.model import Plan

Data = dict[str, Any]
FILES = {
    "forms": "small/forms.yaml",
    "indicators": "small/indicators.yaml",
    "targets": "small/targets.yaml",
    "presets": "presets.yaml",
    "awards": "small/awards.yaml",
}


class _Plain(yaml.SafeDumper):
    """Writes a value out each time it stands in the data: plans know no aliases."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _names(text: str) -> Data:
    return {"zh": f"{text}名", "en": text}


def _item(item: str, unit: str, **limits: Any) -> Data:
    return {"id": item, "names": _names(item), "unit": unit, **limits}


def _form(form: str, kind: str, periods: list[str], roster: list[str], items: list[Data]) -> Data:
    calendar = {"kind": kind, "periods": periods, "due_days": 30, "note": _names("ours")}
    head: Data = {"id": form, "version": 1, "names": _names(form), "calendar": calendar}
    return {**head, "roster": roster, "items": items}


def _indicator(indicator: str, unit: str, measure: str, form: str, item: str) -> Data:
    head: Data = {"id": indicator, "names": _names(indicator), "unit": unit, "measure": measure, "form": form}
    head |= {"definition": _names("definition"), "direction": "more"}
    return {**head, "formula": "as-published", "inputs": {"value": item}, "places": 2, "basis": _names("basis")}


def _target(target: str, indicator: str, kind: str, value: float, unit: str) -> Data:
    head: Data = {"id": target, "clause": "1.1", "names": _names(target), "indicator": indicator, "area": "city"}
    way: Data = {"kind": "linear", "note": _names("ours")}
    rule: Data = {"yardstick": "plan_progress", "alert_preset": "shares"}
    aim: Data = {"kind": kind, "value": value, "unit": unit, "comparator": ">=", "strength": "firm"}
    span: Data = {"baseline": {"period": "2016", "value": 0}, "deadline": "2018", "owners": ["bureau"]}
    return {**head, **aim, **span, "schedule": way, "yardsticks": [rule]}


def _good() -> Data:
    energy = _form(
        "energy",
        "year",
        ["2017", "2018"],
        ["stats", "office"],
        [
            _item("total", "tce"),
            _item("coal", "tce"),
            _item("other", "tce"),
            _item("growth", "pct", minimum=-50, plausible_minimum=-15, plausible_maximum=10, maximum=50),
            _item("intensity", "pct", required=True),
        ],
    )
    energy["audited_with"] = ["economy"]
    energy["checks"] = [
        {
            "id": "parts",
            "names": _names("parts"),
            "rule": "sum_equals",
            "severity": "hard",
            "items": ["coal", "other"],
            "total": "total",
        },
        {
            "id": "identity",
            "names": _names("identity"),
            "rule": "growth_identity",
            "severity": "verify",
            "items": ["growth", "intensity"],
            "other_form": "economy",
            "other_item": "gdp",
            "tolerance": 0.1,
        },
    ]
    economy = _form("economy", "year", ["2017", "2018"], ["stats"], [_item("gdp", "pct")])
    mines = _form(
        "mines",
        "year_to_date",
        ["2017-01..06", "2017-01..12"],
        ["stats"],
        [_item("closed", "t"), _item("share", "pct")],
    )
    reduction = _target("less-energy", "intensity-change", "reduction", 16, "pct")
    reduction["schedule"]["kind"] = "compound"
    reduction["yardsticks"] = [
        {
            "yardstick": "annual_task",
            "alert_preset": "direction",
            "beside": ["shares"],
            "official_tasks": {"2017": 3.4},
        },
        {"yardstick": "plan_progress", "alert_preset": "direction"},
    ]
    capacity = _target("fewer-mines", "closed-ytd", "capacity_retired", 14, "t")
    capacity["deadline"] = "2017"
    capacity["schedule"] = {
        "kind": "table",
        "note": _names("ours"),
        "done_pct": {"2017-01..06": 40, "2017-01..12": 100},
    }
    coverage = _target("coverage", "closed-share", "coverage", 100, "pct")
    qualitative = {
        "id": "better",
        "clause": "1.2",
        "names": _names("better"),
        "area": "city",
        "kind": "qualitative",
        "strength": "hedged",
        "deadline": "2018",
        "owners": ["bureau"],
    }
    return {
        "id": "small",
        "version": 1,
        "names": _names("small"),
        "document": "文件",
        "first_day": "2017-01-01",
        "last_day": "2018-12-31",
        "areas": [
            {"id": "city", "names": _names("city"), "kind": "city"},
            {"id": "county", "names": _names("county"), "kind": "county", "parent": "city", "is_ranked": True},
        ],
        "owners": [{"id": "bureau", "names": _names("bureau")}],
        "units": [
            {"id": "stats", "names": _names("stats"), "area": "city"},
            {"id": "office", "names": _names("office"), "area": "county"},
        ],
        "senders": [
            {
                "id": "feed",
                "names": _names("feed"),
                "units": ["stats", "office"],
                "forms": ["energy", "economy", "mines"],
                "may_backdate": True,
            }
        ],
        "measures": [{"id": unit, "names": _names(unit)} for unit in ("pct", "t", "tce", "tce_per_wan_yuan")],
        "forms": [energy, economy, mines],
        "indicators": [
            _indicator("intensity-change", "pct", "yearly_change_pct", "energy", "intensity") | {"direction": "less"},
            _indicator("closed-ytd", "t", "year_to_date", "mines", "closed"),
            _indicator("closed-share", "pct", "level", "mines", "share"),
        ],
        "targets": [reduction, capacity, coverage, qualitative],
        "presets": [
            {
                "id": "shares",
                "version": 1,
                "names": _names("shares"),
                "rule": "share_missed",
                "kinds": ["reduction", "capacity_retired", "coverage"],
                "yardsticks": ["annual_task", "plan_progress"],
                "source": "文号一",
                "bands": [{"status": "mild", "at_most": 10}, {"status": "severe"}],
                "level_labels": {"achieved": "三级", "on_track": "三级", "mild": "二级", "severe": "一级"},
            },
            _direction("direction", "文号二"),
            _direction("unused", "文号三"),
        ],
    }


def _direction(preset: str, source: str) -> Data:
    bands = [{"status": "middle", "at_least": 0}, {"status": "severe"}]
    serves: Data = {"kinds": ["reduction"], "yardsticks": ["annual_task", "plan_progress"], "bands": bands}
    return {"id": preset, "version": 1, "names": _names(preset), "rule": "share_done", "source": source, **serves}


def _apply(data: Data, changes: Mapping[str, object]) -> None:
    """Write values at paths like ``targets/0/value``; ``forms/0/roster/+`` appends."""
    for path, value in changes.items():
        holder: Any = data
        *way, last = path.split("/")
        for step in way:
            holder = holder[int(step)] if isinstance(holder, list) else holder[step]
        if last == "+":
            holder.append(value)
        else:
            holder[int(last) if isinstance(holder, list) else last] = value


@pytest.fixture
def good_data() -> Data:
    """The data of the small plan, fresh for every test."""
    return _good()


@pytest.fixture
def write_plan(tmp_path: Path) -> Callable[..., Path]:
    """Write the data of a plan as its files; the folder is named ``small`` unless told."""

    def write(data: Data, folder: str = "small") -> Path:
        place = tmp_path / folder
        place.mkdir(exist_ok=True)
        rest = dict(data)
        for key, file in FILES.items():
            if key not in rest:
                continue
            text = yaml.dump({key: rest.pop(key)}, Dumper=_Plain, allow_unicode=True, sort_keys=False)
            (tmp_path / file.replace("small", folder)).write_text(text, encoding="utf-8")
        text = yaml.dump(rest, Dumper=_Plain, allow_unicode=True, sort_keys=False)
        (place / "plan.yaml").write_text(text, encoding="utf-8")
        return place

    return write


@pytest.fixture
def make_plan(write_plan: Callable[..., Path]) -> Callable[..., Plan]:
    """Load the small plan after changes to its data, by path."""

    def make(changes: Mapping[str, object] = MappingProxyType({}), folder: str = "small") -> Plan:
        data = _good()
        _apply(data, changes)
        return load_plan(write_plan(data, folder))

    return make


@pytest.fixture
def faults_after(write_plan: Callable[..., Path]) -> Callable[..., tuple[PlanFault, ...]]:
    """The faults of the small plan after changes, by path; an accepted plan fails the test."""

    def faults(changes: Mapping[str, object]) -> tuple[PlanFault, ...]:
        data = _good()
        _apply(data, changes)
        with pytest.raises(PlanRefused) as caught:
            load_plan(write_plan(data))
        return caught.value.faults

    return faults
