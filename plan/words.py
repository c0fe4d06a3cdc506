"""The words people see for the closed lists of codes, in Chinese and English."""

from enum import StrEnum

from plan.codes import (  # fmt: skip
    AreaKind,
    AwardKind,
    Direction,
    Kind,
    ScheduleKind,
    Scope,
    Severity,
    Status,
    Strength,
    Yardstick,
)
from plan.messages import AlertState, Bound, Change, Margin, Reason, Verdict
from plan.model import Names


def _names(zh: str, en: str) -> Names:
    return Names(zh=zh, en=en)


STATUS: dict[Status, Names] = {
    Status.SEVERE: _names("严重滞后", "severe"),
    Status.MIDDLE: _names("滞后", "middle"),
    Status.MILD: _names("轻微滞后", "mild"),
    Status.NOT_ASSESSED: _names("未评估", "not assessed"),
    Status.ON_TRACK: _names("正常", "on track"),
    Status.ACHIEVED: _names("已达标", "achieved"),
}
"""Worst first; the place in this list is the rank in tables. Not assessed stands before everything good."""

REASON: dict[Reason, Names] = {
    Reason.NONE: _names("", ""),
    Reason.NO_DATA: _names("无数据", "no data"),
    Reason.OVERDUE: _names("逾期未报", "overdue"),
    Reason.INCOMPLETE: _names("数据不全", "incomplete"),
    Reason.FAILED_AUDIT: _names("审核未通过", "failed the audit"),
    Reason.TO_VERIFY: _names("待核实", "to be verified"),
    Reason.NOT_YET_DUE: _names("未到考核期", "not yet due"),
    Reason.BASE_MISSING: _names("缺基期数据", "base missing"),
    Reason.QUALITATIVE: _names("定性目标,由人评定", "qualitative: a person decides"),
    Reason.TOO_FEW_POINTS: _names("数据点不足", "too few points"),
    Reason.ZERO_BASE: _names("基期值为零", "base is zero"),
    Reason.ZERO_TARGET: _names("目标值为零", "target is zero"),
    Reason.MIXED_SIGNS: _names("数值有正有负", "mixed signs"),
    Reason.DEFINITION_MISMATCH: _names("口径不一致", "definitions differ"),
    Reason.PRESET_SILENT: _names("评级规则未作规定", "the preset is silent"),
}

VERDICT: dict[Verdict, Names] = {
    Verdict.PASSED: _names("通过", "passed"),
    Verdict.TO_VERIFY: _names("待核实", "to verify"),
    Verdict.FAILED: _names("未通过", "failed"),
    Verdict.PENDING: _names("待审核", "pending"),
    Verdict.WAIVED: _names("免审", "waived"),
}

ALERT_STATE: dict[AlertState, Names] = {
    AlertState.FIRING: _names("预警中", "firing"),
    AlertState.PENDING: _names("待确认", "pending"),
    AlertState.RESOLVED: _names("已解除", "resolved"),
    AlertState.INACTIVE: _names("无预警", "inactive"),
}

CHANGE: dict[Change, Names] = {
    Change.HELD: _names("待确认", "held"),
    Change.OPENED: _names("新预警", "opened"),
    Change.WORSENED: _names("加重", "worsened"),
    Change.EASED: _names("减轻", "eased"),
    Change.CORRECTED: _names("更正", "corrected"),
    Change.RESOLVED: _names("解除", "resolved"),
    Change.DROPPED: _names("撤销待确认", "dropped"),
}

YARDSTICK: dict[Yardstick, Names] = {
    Yardstick.ANNUAL_TASK: _names("年度任务", "annual task"),
    Yardstick.PLAN_PROGRESS: _names("规划进度", "plan progress"),
    Yardstick.GROWTH_RATIO: _names("增长比", "growth ratio"),
    Yardstick.WEATHER: _names("天气符号", "weather symbol"),
}

SEVERITY: dict[Severity, Names] = {
    Severity.HARD: _names("错误", "hard"),
    Severity.VERIFY: _names("核实", "verify"),
    Severity.HINT: _names("提示", "hint"),
}

KIND: dict[Kind, Names] = {
    Kind.REDUCTION: _names("降幅", "reduction"),
    Kind.SHARE_FLOOR: _names("占比下限", "share floor"),
    Kind.YEARLY_FLOOR: _names("每年下限", "yearly floor"),
    Kind.STOCK: _names("存量", "stock"),
    Kind.YEARLY_FLOW: _names("年度流量", "yearly flow"),
    Kind.CAPACITY_RETIRED: _names("去产能", "capacity retired"),
    Kind.COVERAGE: _names("覆盖率", "coverage"),
    Kind.PAIRED_FLOOR: _names("成对下限", "paired floor"),
    Kind.QUALITATIVE: _names("定性", "qualitative"),
    Kind.CEILING: _names("总量上限", "ceiling"),
}

STRENGTH: dict[Strength, Names] = {
    Strength.FIRM: _names("确定", "firm"),
    Strength.STRIVE: _names("力争", "strive"),
    Strength.HEDGED: _names("基本或左右", "hedged"),
}

DIRECTION: dict[Direction, Names] = {
    Direction.MORE: _names("越多越好", "more is better"),
    Direction.LESS: _names("越少越好", "less is better"),
}

SCOPE: dict[Scope, Names] = {
    Scope.CITY: _names("全域", "the area as a whole"),
    Scope.EACH_COUNTY: _names("各县(市、区)", "each county"),
    Scope.EACH_ENTERPRISE: _names("每家企业", "each enterprise"),
}

AREA_KIND: dict[AreaKind, Names] = {
    AreaKind.COUNTRY: _names("国家", "country"),
    AreaKind.PROVINCE: _names("省", "province"),
    AreaKind.CITY: _names("市", "city"),
    AreaKind.COUNTY: _names("县(市、区)", "county"),
    AreaKind.ZONE: _names("功能区", "zone"),
}

SCHEDULE: dict[ScheduleKind, Names] = {
    ScheduleKind.COMPOUND: _names("逐年同率", "the same rate each year"),
    ScheduleKind.LINEAR: _names("均匀推进", "evenly over time"),
    ScheduleKind.TABLE: _names("分期进度表", "a table of steps"),
    ScheduleKind.PROFILE: _names("往年进度均值", "the mean of past years"),
    ScheduleKind.CONSTANT: _names("每期同一要求", "the same in every period"),
    ScheduleKind.MILESTONES: _names("阶段目标", "milestones"),
}

AWARD: dict[AwardKind, Names] = {
    AwardKind.FIXED: _names("定额奖励", "fixed amount"),
    AwardKind.THRESHOLD: _names("达标分档奖励", "by threshold"),
    AwardKind.MATCHING: _names("配套补助", "matching grant"),
}

MARGIN: dict[Margin, Names] = {
    Margin.CLEAR: _names("明确", "clear"),
    Margin.BORDERLINE: _names("临界", "borderline"),
    Margin.UNKNOWN: _names("修订幅度不详", "usual revision unknown"),
}

BOUND: dict[Bound, Names] = {
    Bound.EXACT: _names("", ""),
    Bound.AT_LEAST: _names("不低于", "at least"),
    Bound.AT_MOST: _names("不高于", "at most"),
}

_KINDS: dict[str, tuple[tuple[StrEnum, Names], ...]] = {
    "status": (*STATUS.items(),),
    "reason": (*REASON.items(),),
    "verdict": (*VERDICT.items(),),
    "alert_state": (*ALERT_STATE.items(),),
    "change": (*CHANGE.items(),),
    "yardstick": (*YARDSTICK.items(),),
    "severity": (*SEVERITY.items(),),
    "bound": (*BOUND.items(),),
    "kind": (*KIND.items(),),
    "strength": (*STRENGTH.items(),),
    "direction": (*DIRECTION.items(),),
    "scope": (*SCOPE.items(),),
    "area_kind": (*AREA_KIND.items(),),
    "schedule": (*SCHEDULE.items(),),
    "award": (*AWARD.items(),),
    "margin": (*MARGIN.items(),),
}


def word_rows() -> tuple[tuple[str, str, str, str, int], ...]:
    """All words as rows: kind, code, Chinese, English, rank (0 = first in its list)."""
    return tuple(
        (kind, code.value, names.zh, names.en, rank)
        for kind, words in _KINDS.items()
        for rank, (code, names) in enumerate(words)
    )
