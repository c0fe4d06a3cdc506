"""Reference periods in the words of people who fill in forms. Pure."""

from plan.periods import Period, PeriodKind


def period_zh(period: Period) -> str:
    """The Chinese words for a period: ``2017年1-6月``."""
    match period.kind:
        case PeriodKind.YEAR:
            return f"{period.year}年"
        case PeriodKind.HALF:
            return f"{period.year}年{'上' if period.last_month == 6 else '下'}半年"
        case PeriodKind.QUARTER:
            return f"{period.year}年第{period.last_month // 3}季度"
        case PeriodKind.MONTH:
            return f"{period.year}年{period.first_month}月"
        case PeriodKind.DAY:
            return f"{period.year}年{period.first_month}月{period.day}日"
        case PeriodKind.YEAR_TO_DATE:
            return f"{period.year}年1-{period.last_month}月"
