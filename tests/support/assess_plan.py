"""A plan folder for `qingyu assess`: paired floors of a city and its counties, a reduction, a form with due dates,

a target said twice and one that only a person can judge. The presets are those that ship.
"""

import shutil
from pathlib import Path

from broker.places import ROOT

_PLAN = """
id: town
version: 1
names: {zh: 某市方案, en: Plan of a town}
document: 某政〔2017〕1号
first_day: 2017-01-01
last_day: 2020-12-31
areas:
  - {id: city, names: {zh: 某市, en: City}, kind: city}
  - {id: east, names: {zh: 东县, en: East}, kind: county, parent: city, is_ranked: true}
  - {id: west, names: {zh: 西县, en: West}, kind: county, parent: city, is_ranked: true}
owners:
  - {id: iit, names: {zh: 市工信委, en: Industry}}
  - {id: drc, names: {zh: 市发改委, en: Reform}}
units:
  - {id: drc-desk, names: {zh: 发改委, en: Reform}, area: city}
senders:
  - {id: gateway, names: {zh: 网关, en: Gateway}, units: [drc-desk], forms: [mines]}
measures:
  - {id: pct, names: {zh: "%", en: per cent}}
  - {id: enterprise, names: {zh: 家, en: enterprises}}
  - {id: mine, names: {zh: 处, en: mines}}
  - {id: tce, names: {zh: 吨标准煤, en: tce}}
  - {id: wan_tce, names: {zh: 万吨标准煤, en: 10 000 tce}, of: tce, factor: 10000}
"""
_FORMS = """
forms:
  - id: mines
    version: 1
    names: {zh: 关矿表, en: Mines}
    calendar: {kind: year_to_date, periods: [2017-01..06, 2017-01..12], due_days: 30}
    roster: [drc-desk]
    items:
      - {id: closed, names: {zh: 关闭数, en: closed}, unit: mine, required: true}
"""
_INDICATORS = """
indicators:
  - id: smart
    names: {zh: 智能化改造企业数, en: Smart enterprises}
    definition: {zh: 完成改造的企业, en: enterprises renovated}
    unit: enterprise
    direction: more
    measure: level
    places: 0
    basis: {zh: 年末数, en: at the end of the year}
    minimum: 0
  - id: model
    names: {zh: 智能示范企业数, en: Model enterprises}
    definition: {zh: 认定的示范企业, en: enterprises recognised}
    unit: enterprise
    direction: more
    measure: level
    places: 0
    basis: {zh: 年末数, en: at the end of the year}
    minimum: 0
  - id: energy
    names: {zh: 综合能耗, en: Energy}
    definition: {zh: 工业能耗, en: energy of industry}
    unit: wan_tce
    direction: less
    measure: level
    places: 2
    basis: {zh: 全年, en: of the year}
  - id: closed
    names: {zh: 年内关闭煤矿, en: "Mines closed, year to date"}
    definition: {zh: 当年累计, en: since January}
    unit: mine
    direction: more
    measure: year_to_date
    places: 0
    basis: {zh: 当年累计, en: since January}
    form: mines
    formula: as-published
    inputs: {value: closed}
"""
_TARGETS = """
targets:
  - id: smart-2020
    clause: "2.1"
    names: {zh: 改造100家, en: 100 renovated}
    area: city
    kind: paired_floor
    strength: firm
    deadline: "2020"
    owners: [iit]
    indicator: smart
    value: 100
    unit: enterprise
    comparator: ">="
    baseline: {period: "2016", value: 0}
    schedule: {kind: linear, note: {zh: 均分, en: evenly}}
    yardsticks:
      - {yardstick: plan_progress, alert_preset: ndrc-2020}
    paired_with: model-2020
  - id: energy-2020
    clause: "1.1"
    names: {zh: 能耗降低16%, en: Energy down 16 %}
    area: city
    kind: reduction
    strength: firm
    deadline: "2020"
    owners: [drc]
    indicator: energy
    value: 16
    unit: pct
    comparator: ">="
    baseline: {period: "2016"}
    schedule: {kind: compound, note: {zh: 同率, en: the same rate}}
    yardsticks:
      - {yardstick: annual_task, alert_preset: ndrc-2021, beside: [ndrc-2020]}
  - id: model-2020
    clause: "2.1"
    names: {zh: 每县示范20家, en: 20 models in each county}
    area: city
    scope: each_county
    kind: paired_floor
    strength: strive
    deadline: "2020"
    owners: [iit]
    indicator: model
    value: 20
    unit: enterprise
    comparator: ">="
    baseline: {period: "2016", value: 0}
    schedule: {kind: linear, note: {zh: 均分, en: evenly}}
    yardsticks:
      - {yardstick: plan_progress, alert_preset: ndrc-2020}
    paired_with: smart-2020
  - id: mines-2017
    clause: "3.1"
    names: {zh: 关闭14处, en: 14 mines closed}
    area: city
    kind: capacity_retired
    strength: firm
    deadline: "2017"
    owners: [drc]
    indicator: closed
    value: 14
    unit: mine
    comparator: ">="
    baseline: {period: "2016", value: 0}
    schedule: {kind: linear, note: {zh: 均分, en: evenly}}
    yardsticks:
      - {yardstick: plan_progress, alert_preset: ndrc-2020}
  - id: smart-again
    clause: "5.2"
    names: {zh: 改造100家（重述）, en: "100 renovated, said again"}
    area: city
    kind: paired_floor
    strength: firm
    deadline: "2020"
    owners: [drc]
    indicator: smart
    value: 100
    unit: enterprise
    comparator: ">="
    baseline: {period: "2016", value: 0}
    schedule: {kind: linear, note: {zh: 均分, en: evenly}}
    restates: smart-2020
  - id: formed
    clause: "4.1"
    names: {zh: 体系基本形成, en: System basically formed}
    area: city
    kind: qualitative
    strength: hedged
    deadline: "2020"
    owners: [iit]
"""

HEAD = "indicator,area,period,value,unit,published_at"
FIGURES = f"""{HEAD}
smart,city,2017,30,enterprise,2018-02-01
smart,city,2018,40,enterprise,2019-02-01
model,east,2018,9,enterprise,2019-02-01
energy,city,2016,1000,wan_tce,2017-06-01
energy,city,2017,9500000,tce,2018-06-01
energy,city,2018,960,wan_tce,2019-06-01
closed,city,2017-01..06,7,mine,2017-07-15
"""
"""As of 2019-12-31: 40 of 50 asked; 9 of 10 asked in the east, nothing from the west; energy up 1.05 % after -5 %."""


def write_town(folder: Path) -> Path:
    """Write the plan into a folder and give the plan's own folder."""
    town = folder / "town"
    town.mkdir()
    for name, text in {"plan": _PLAN, "forms": _FORMS, "indicators": _INDICATORS, "targets": _TARGETS}.items():
        (town / f"{name}.yaml").write_text(text, encoding="utf-8")
    shutil.copy(ROOT / "plan" / "presets.yaml", folder / "presets.yaml")
    return town
