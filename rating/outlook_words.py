"""The words people see for the codes of the forward look, in Chinese and English."""

from plan.model import Names
from rating.miss import ChanceMethod, Silence
from rating.outlook_pace import Need
from rating.projection import ProjectionMethod
from rating.runout import RunOutcome

NEED: dict[Need, Names] = {
    Need.FASTER: Names(zh="需加快", en="must go faster"),
    Need.SLOWER: Names(zh="需放缓", en="must slow down"),
    Need.KEEP_ON: Names(zh="保持近期速度即可", en="the recent pace is enough"),
    Need.MET: Names(zh="已达到", en="met already"),
    Need.UNKNOWN: Names(zh="近期速度不明", en="recent pace unknown"),
    Need.NO_TIME_LEFT: Names(zh="期限已到", en="no time left"),
}

PROJECTION: dict[ProjectionMethod, Names] = {
    ProjectionMethod.RUN_RATE: Names(zh="按近期速度直线外推", en="straight line at the recent pace"),
    ProjectionMethod.MEAN_STEP: Names(zh="按近五年平均变化外推", en="mean step of the last five years"),
    ProjectionMethod.MEDIAN_SLOPE: Names(zh="按近五年中位斜率外推", en="median slope of the last five years"),
    ProjectionMethod.DAMPED_TREND: Names(zh="阻尼趋势指数平滑", en="damped-trend exponential smoothing"),
    ProjectionMethod.MEAN_VALUE: Names(zh="近五年平均值", en="mean of the last five years"),
    ProjectionMethod.LAST_VALUE: Names(zh="维持最近值", en="the newest value again"),
}

CHANCE: dict[ChanceMethod, Names] = {
    ChanceMethod.T_OF_STEPS: Names(zh="近五年变化的 t 分布", en="Student's t on the steps of the last five years"),
    ChanceMethod.BLOCK_BOOTSTRAP: Names(zh="分块自助法", en="bootstrap of blocks of steps"),
}

SILENCE: dict[Silence, Names] = {
    Silence.TOO_FEW_POINTS: Names(zh="数据点太少", en="too few points"),
    Silence.NO_SPREAD: Names(zh="各期变化相同,无从估计概率", en="all steps are equal: no scatter to judge by"),
    Silence.DATE_HAS_COME: Names(zh="期限已到", en="the date has come"),
}

RUN_OUT: dict[RunOutcome, Names] = {
    RunOutcome.ON_DATE: Names(zh="将在该日用完", en="reached on that day"),
    RunOutcome.NOT_IN_TIME: Names(zh="期限内不会用完", en="not reached in time"),
    RunOutcome.NEVER: Names(zh="按近期速度不会用完", en="never at the recent pace"),
    RunOutcome.ALREADY_REACHED: Names(zh="已用完", en="reached already"),
    RunOutcome.UNKNOWN: Names(zh="近期速度不明", en="recent pace unknown"),
}
