"""What tests post to the gateway of the small plan, and how they read its answers."""

import datetime as dt

import httpx
import msgspec

from plan.faults import Fault, FaultCode
from plan.messages import OutcomeKind, ReturnOutcome

BODY = {
    "return_id": "r-1",
    "form": "energy",
    "form_version": 3,
    "unit": "bureau",
    "period": "2018",
    "cells": [{"item": "coal", "value": 10.0}],
}

NO_CELLS = Fault(FaultCode.NO_CELLS, "cells", "空", "none")
JSON = {"Content-Type": "application/json"}


def bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


def codes(answer: httpx.Response) -> list[tuple[str, str]]:
    return [(fault["code"], fault["place"]) for fault in answer.json()["faults"]]


def explanation(**changes: str) -> dict[str, str]:
    usual = {
        "explanation_id": "e-1",
        "form": "energy",
        "unit": "bureau",
        "period": "2018",
        "item": "coal",
        "text": "二季度新增两台锅炉,用煤增加约一成",
    }
    return {**usual, **changes}


def outcome(return_id: str, kind: OutcomeKind, offset: int, **changes: object) -> ReturnOutcome:
    usual = ReturnOutcome(
        outcome_id=f"{kind}-{offset}",
        kind=kind,
        topic="returns.energy.gateway",
        partition=0,
        offset=offset,
        return_id=return_id,
        form="energy",
        unit="bureau",
        period="2018",
        at=dt.datetime(2019, 3, 1, 8, tzinfo=dt.UTC),
    )
    return msgspec.structs.replace(usual, **changes)
