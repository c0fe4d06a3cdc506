"""The report of ``qingyu assess`` as rows of csv, one an assessment."""

import csv
import io
from collections.abc import Sequence

from plan.book import PlanView
from plan.codes import Status
from plan.messages import Reason
from plan.words import REASON, STATUS
from rating.engine import Rating
from rating.report import Findings

CSV_COLUMNS = (
    "target", "target_zh", "area", "area_zh", "clause", "period", "yardstick", "preset", "is_alerting", "status",
    "status_zh", "reason", "reason_zh", "level_label", "value", "required", "gap", "missed_pct", "unit", "margin",
)  # fmt: skip


def csv_rows(view: PlanView, findings: Sequence[Findings]) -> list[dict[str, str]]:
    """One row an assessment; a target and area that is not assessed for want of a due figure has a row as well."""
    rows: list[dict[str, str]] = []
    for each in findings:
        subject = each.subject
        common = {
            "target": subject.target.id,
            "target_zh": subject.target.names.zh,
            "area": subject.area,
            "area_zh": view.areas[subject.area].names.zh,
            "clause": subject.target.clause,
        }
        rows += [common | _csv_cells(rating) for rating in each.ratings]
        if not each.ratings:
            rows.append({**dict.fromkeys(CSV_COLUMNS, ""), **common, **_words(each.status, each.reason)})
    return rows


def csv_text(view: PlanView, findings: Sequence[Findings]) -> str:
    """The rows as csv with headings."""
    made = io.StringIO(newline="")
    writer = csv.DictWriter(made, CSV_COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(csv_rows(view, findings))
    return made.getvalue()


def _csv_cells(rating: Rating) -> dict[str, str]:
    numbers = {"value": rating.value, "required": rating.required, "gap": rating.gap, "missed_pct": rating.missed_pct}
    return {
        "period": rating.period,
        "yardstick": rating.yardstick.value,
        "preset": rating.preset,
        "is_alerting": "true" if rating.is_alerting else "false",
        **_words(rating.status, rating.reason),
        "level_label": rating.level_label,
        **{name: "" if number is None else f"{number:f}" for name, number in numbers.items()},
        "unit": rating.unit,
        "margin": rating.margin.value,
    }


def _words(status: Status, reason: Reason) -> dict[str, str]:
    return {
        "status": status.value,
        "status_zh": STATUS[status].zh,
        "reason": reason.value,
        "reason_zh": REASON[reason].zh,
    }
