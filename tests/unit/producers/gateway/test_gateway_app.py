"""The application over ASGI, with Kafka away: what is asked, what is refused, what a receipt says."""

import asyncio
import datetime as dt

import httpx
import msgspec
import pytest

from plan.faults import Fault, FaultCode
from plan.messages import Finding, OutcomeKind, ReturnOutcome, Verdict

pytestmark = pytest.mark.anyio

BODY = {
    "return_id": "r-1",
    "form": "energy",
    "form_version": 3,
    "unit": "bureau",
    "period": "2018",
    "cells": [{"item": "coal", "value": 10.0}],
}


async def test_a_return_gets_a_receipt_that_stays_the_same(visit) -> None:
    async with visit() as door:
        key = door.add_key("bureau")
        first = await door.post(BODY, key)
        again = await door.post(BODY, key)
    assert first.status_code == 202
    receipt = first.json()
    assert receipt.pop("receipt_id").startswith("20190301-")
    assert receipt == {
        "return_id": "r-1",
        "form": "energy",
        "unit": "bureau",
        "period": "2018",
        "held_by": "spool",
        "topic": None,
        "partition": None,
        "offset": None,
        "received_at": "2019-03-01T08:00:00Z",
        "replaces": None,
    }
    assert (again.status_code, again.content) == (200, first.content)


async def test_one_idempotency_key_is_one_content(visit) -> None:
    async with visit() as door:
        key = door.add_key("bureau")
        first = await door.post(BODY, key, headers={"Idempotency-Key": "k"})
        same = await door.post(BODY, key, headers={"Idempotency-Key": "k"})
        other = await door.post({**BODY, "return_id": "r-2"}, key, headers={"Idempotency-Key": "k"})
        other_content = await door.post({**BODY, "note": "更正"}, key)
    assert same.content == first.content
    assert (other.status_code, codes(other)) == (409, [("same_key_other_content", "Idempotency-Key")])
    assert (other_content.status_code, codes(other_content)) == (409, [("same_id_other_content", "return_id")])


async def test_many_at_once_of_one_content_share_one_receipt(visit) -> None:
    async with visit() as door:
        key = door.add_key("bureau")
        answers = await asyncio.gather(*(door.post(BODY, key) for _ in range(20)))
    assert len({answer.content for answer in answers}) == 1
    assert sorted(answer.status_code for answer in answers) == [200] * 19 + [202]


async def test_a_correction_says_what_it_replaces(visit) -> None:
    async with visit() as door:
        key = door.add_key("bureau")
        first = (await door.post(BODY, key)).json()
        second = (await door.post({**BODY, "return_id": "r-2"}, key)).json()
        state = (await door.get("/v1/returns/r-1", key)).json()
    assert second["replaces"] == first["receipt_id"]
    assert state["replaced_by"] == second["receipt_id"]


async def test_every_fault_of_the_contract_is_told_in_both_languages(visit) -> None:
    cells = [{"item": "coal", "value": -1, "unit": "kg"}, {"item": "wood", "value": 1}]
    async with visit() as door:
        key = door.add_key("bureau")
        refused = await door.post({**BODY, "cells": cells}, key, headers={"Accept-Language": "en"})
        told_in_chinese = await door.post({**BODY, "cells": cells}, key)
        nothing_kept = await door.get("/v1/returns", key)
    assert refused.status_code == 422
    assert refused.headers["content-type"] == "application/problem+json"
    assert codes(refused) == [
        ("wrong_unit", "cells/0/unit"),
        ("out_of_limits", "cells/0/value"),
        ("unknown_item", "cells/1/item"),
    ]
    assert all(fault["says_zh"] and fault["says_en"] for fault in refused.json()["faults"])
    assert refused.json()["title"] == "Refused: breaks the contract"
    assert told_in_chinese.json()["title"] == "未接收:不合报表要求"
    assert nothing_kept.json()["returns"] == []


@pytest.mark.parametrize("header", [None, "", "Bearer nonsense", "Basic eDp5"])
async def test_without_a_key_nothing_is_answered(visit, header: str | None) -> None:
    headers = {} if header is None else {"Authorization": header}
    async with visit() as door:
        for answer in (
            await door.client.post("/v1/returns", json=BODY, headers=headers),
            await door.client.get("/v1/due", headers=headers),
        ):
            assert (answer.status_code, codes(answer)) == (401, [("no_key", "Authorization")])
            assert answer.headers["www-authenticate"] == "Bearer"


async def test_a_key_of_one_unit_cannot_report_as_another(visit) -> None:
    async with visit() as door:
        key = door.add_key("bureau")
        spoofed = await door.post({**BODY, "unit": "office"}, key)
        nobody = await door.post({**BODY, "unit": "no-such-unit"}, key)
        explained = await door.post(explanation(unit="office"), key, path="/v1/explanations")
        office = await door.get("/v1/returns", door.add_key("office"))
    for answer in (spoofed, nobody, explained):
        assert (answer.status_code, codes(answer)) == (403, [("not_authorised", "unit")])
    assert office.json()["returns"] == []


async def test_a_key_reports_the_forms_of_its_scope_only(visit) -> None:
    async with visit() as door:
        key = door.add_key("bureau", forms=("other-form",))
        answer = await door.post(BODY, key)
        seen = await door.get("/v1/forms", key)
        asked = await door.get("/v1/forms/energy", key)
    assert (answer.status_code, codes(answer)) == (403, [("not_authorised", "form")])
    assert seen.json() == {"forms": []}
    assert asked.status_code == 404


async def test_old_and_revoked_keys_are_told_apart_and_refused(visit) -> None:
    async with visit() as door:
        key = door.add_key("bureau", days=1)
        door.now += dt.timedelta(hours=23)
        assert (await door.get("/v1/returns", key)).status_code == 200
        door.now += dt.timedelta(hours=1)
        expired = await door.get("/v1/returns", key)
        revoked = await door.get("/v1/returns", door.add_key("bureau", revoked=True))
        wrong = await door.get("/v1/returns", key[:-1] + ("A" if key[-1] != "A" else "B"))
    assert [(answer.status_code, codes(answer)[0][0]) for answer in (expired, revoked, wrong)] == [
        (401, "key_expired"),
        (401, "key_revoked"),
        (401, "wrong_key"),
    ]
    assert "2019-03-02 16:00" in expired.json()["faults"][0]["says_zh"]


async def test_one_unit_does_not_see_another_s_returns(visit) -> None:
    async with visit() as door:
        bureau, office = door.add_key("bureau"), door.add_key("office")
        await door.post(BODY, bureau)
        assert (await door.get("/v1/returns/r-1", bureau)).status_code == 200
        assert (await door.get("/v1/returns/r-1", office)).status_code == 404


async def test_an_id_taken_by_another_unit_is_refused_before_it_could_become_a_dead_letter(visit) -> None:
    async with visit() as door:
        await door.post(BODY, door.add_key("bureau"))
        answer = await door.post({**BODY, "unit": "office"}, door.add_key("office"))
    assert (answer.status_code, codes(answer)) == (409, [("same_id_other_content", "return_id")])


async def test_bodies_that_are_no_return_are_refused_in_words(visit) -> None:
    async with visit() as door:
        key = door.add_key("bureau")
        text = await door.client.post("/v1/returns", content=b"a=1", headers=bearer(key) | {"Content-Type": "text/csv"})
        packed = await door.client.post(
            "/v1/returns", content=b"x", headers=bearer(key) | JSON | {"Content-Encoding": "gzip"}
        )
        broken, nested, binary = [
            await door.client.post("/v1/returns", content=content, headers=bearer(key) | JSON)
            for content in (b'{"return_id": ', b"[" * 100_000, b'{"note": "\xff\xfe"}')
        ]
    assert (text.status_code, codes(text)) == (415, [("wrong_media_type", "Content-Type")])
    assert packed.status_code == 415
    assert (broken.status_code, codes(broken)) == (422, [("not_json", "message")])
    assert (nested.status_code, codes(nested)) == (422, [("too_deep", "message")])
    assert (binary.status_code, codes(binary)) == (422, [("not_json", "message")])


async def test_a_body_over_the_limit_is_not_read(visit) -> None:
    async def endless():
        for _ in range(400):
            yield b" " * 10_000

    async with visit() as door:
        key = door.add_key("bureau")
        announced = await door.client.post("/v1/returns", content=b" " * 1_000_001, headers=bearer(key) | JSON)
        streamed = await door.client.post("/v1/returns", content=endless(), headers=bearer(key) | JSON)
    for answer in (announced, streamed):
        assert (answer.status_code, codes(answer)) == (413, [("too_large", "body")])
        assert answer.headers["connection"] == "close"


async def test_a_key_s_rate_is_its_own(visit) -> None:
    async with visit(rate_per_s=0.01, burst=3) as door:
        busy, calm = door.add_key("bureau"), door.add_key("office")
        statuses = [(await door.get("/v1/returns", busy)).status_code for _ in range(4)]
        refused = await door.get("/v1/returns", busy)
        assert statuses == [200, 200, 200, 429]
        assert codes(refused) == [("too_often", "gateway")]
        assert 0 < int(refused.headers["retry-after"]) <= 100
        assert (await door.get("/v1/returns", calm)).status_code == 200


async def test_too_many_at_once_are_sent_away_but_health_is_answered(visit) -> None:
    async with visit(concurrency=2) as door:
        key = door.add_key("bureau")
        go_on = asyncio.Event()

        async def slow():
            yield b"{"
            await go_on.wait()

        held = [
            asyncio.create_task(door.client.post("/v1/returns", content=slow(), headers=bearer(key) | JSON))
            for _ in range(2)
        ]
        while door.gateway.metrics.under_way._value.get() < 2:
            await asyncio.sleep(0)
        busy = await door.get("/v1/returns", key)
        health = await door.client.get("/healthz")
        go_on.set()
        await asyncio.gather(*held)
    assert (busy.status_code, codes(busy), busy.headers["retry-after"]) == (503, [("busy", "gateway")], "1")
    assert health.status_code == 200


async def test_a_body_that_comes_too_slowly_is_cut_off(visit) -> None:
    async def slow():
        yield b'{"return_id":'
        await asyncio.Event().wait()

    async with visit(body_s=0.05) as door:
        answer = await door.client.post("/v1/returns", content=slow(), headers=bearer(door.add_key("bureau")) | JSON)
    assert (answer.status_code, codes(answer)) == (408, [("too_slow", "body")])
    assert answer.headers["connection"] == "close"


async def test_a_full_spool_refuses_and_earlier_receipts_stay_true(visit) -> None:
    async with visit(spool_rows=1) as door:
        key = door.add_key("bureau")
        first = await door.post(BODY, key)
        full = await door.post({**BODY, "return_id": "r-2"}, key)
        again = await door.post(BODY, key)
        ready = await door.client.get("/readyz")
    assert (full.status_code, codes(full)) == (503, [("spool_full", "gateway")])
    assert full.headers["retry-after"] == "5"
    assert again.content == first.content
    assert ready.status_code == 503
    assert ready.json()["spool_used_pct"] == 100.0


async def test_a_full_disk_refuses_and_earlier_receipts_stay_true(visit) -> None:
    """The bound on pages stands in for the disk: SQLite answers SQLITE_FULL to both."""
    async with visit() as door:
        key = door.add_key("bureau")
        first = await door.post(BODY, key)
        (pages,) = door.gateway.store.read(lambda db: db.execute("PRAGMA page_count").fetchone()).result()
        door.gateway.store.read(lambda db: db.execute(f"PRAGMA max_page_count = {pages}").fetchone()).result()
        sources = [{"title": "长" * 400, "address": "address not held", "grade": "copy"}] * 20
        large = {**BODY, "return_id": "r-2", "sources": sources}
        full = await door.post(large, key)
        again = await door.post(BODY, key)
        state = await door.get("/v1/returns/r-1", key)
        door.gateway.store.read(lambda db: db.execute("PRAGMA max_page_count = 1000000").fetchone()).result()
        later = await door.post(large, key)
    assert (full.status_code, codes(full)) == (507, [("disk_full", "gateway")])
    assert "磁盘已满" in full.json()["faults"][0]["says_zh"]
    assert again.content == first.content
    assert state.json()["state"] == "waiting"
    assert later.status_code == 202


async def test_what_became_of_a_return_is_told_with_what_to_do(visit) -> None:
    async with visit() as door:
        key = door.add_key("bureau")
        for return_id, period in (("r-1", "2018"), ("r-4", "2019"), ("r-2", "2019"), ("r-3", "2018")):
            await door.post({**BODY, "return_id": return_id, "period": period}, key)
        doubt = Finding("coal-step", "verify", "bureau", "coal", "10", "煤炭骤增", "coal jumps")
        door.learn(
            outcome("r-1", OutcomeKind.LANDED, 0),
            outcome("r-2", OutcomeKind.DEAD_LETTERED, 1, period="2019", faults=(NO_CELLS,)),
            outcome("r-3", OutcomeKind.LANDED, 2),
            outcome("r-3", OutcomeKind.DUPLICATE, 3),
            outcome("r-3", OutcomeKind.AUDITED, 2, verdict=Verdict.TO_VERIFY, findings=(doubt,)),
        )
        states = [(await door.get(f"/v1/returns/r-{at}", key)).json() for at in (1, 2, 3, 4)]
        listed = (await door.get("/v1/returns?limit=3", key)).json()
        rest = (await door.get(f"/v1/returns?limit=3&before={listed['before']}", key)).json()
    assert [state["state"] for state in states] == ["landed", "dead_lettered", "audited", "waiting"]
    landed, dead, audited, _ = states
    assert landed["replaced_by"] == audited["receipt"]["receipt_id"]
    assert [fault["code"] for fault in dead["faults"]] == ["no_cells"]
    assert dead["advice"]["correct_at"] == "/v1/returns"
    assert (audited["verdict"], audited["findings"][0]["check_id"]) == ("to_verify", "coal-step")
    assert audited["advice"]["explain_at"] == "/v1/explanations"
    assert [each["receipt"]["return_id"] for each in listed["returns"]] == ["r-3", "r-2", "r-4"]
    assert [each["receipt"]["return_id"] for each in rest["returns"]] == ["r-1"]
    assert rest["before"] is None


async def test_an_explanation_is_taken_by_its_contract(visit) -> None:
    async with visit() as door:
        key = door.add_key("bureau")
        empty = await door.post(explanation(text="经核实无误"), key, path="/v1/explanations")
        taken = await door.post(explanation(), key, path="/v1/explanations")
        state = await door.get("/v1/explanations/e-1", key)
    assert (empty.status_code, codes(empty)) == (422, [("not_concrete", "text")])
    assert taken.status_code == 202
    assert taken.json()["explanation_id"] == "e-1"
    assert state.json()["state"] == "waiting"


async def test_what_is_due_and_what_is_handed_in(visit) -> None:
    async with visit() as door:  # 1 March 2019; the form is due 60 days after the year
        key = door.add_key("bureau", days=730)
        before = (await door.get("/v1/due", key)).json()
        door.learn(outcome("elsewhere", OutcomeKind.LANDED, 0, topic="returns.energy.files"))
        by_another_door = (await door.get("/v1/due?due_state=submitted", key)).json()
        receipt = (await door.post(BODY, key)).json()
        after = (await door.get("/v1/due?due_state=submitted", key)).json()
        door.now += dt.timedelta(days=366)
        later = (await door.get("/v1/due?due_state=overdue", key)).json()
    assert before["today"] == "2019-03-01"
    # 2018 ends on 31 December; 60 days later is 1 March 2019, the last day, which is today.
    assert [(due["period"], due["due_date"], due["state"]) for due in before["dues"]] == [
        ("2018", "2019-03-01", "open"),
        ("2019", "2020-02-29", "open"),
    ]
    assert by_another_door["dues"][0]["submitted"] == {
        "sender": "files",
        "at": "2019-03-01T08:00:00Z",
        "receipt_id": None,
    }
    assert after["dues"][0]["submitted"]["receipt_id"] == receipt["receipt_id"]
    assert [(due["period"], due["state"]) for due in later["dues"]] == [("2019", "overdue")]


async def test_the_forms_of_a_key(visit) -> None:
    async with visit() as door:
        key = door.add_key("bureau")
        forms = (await door.get("/v1/forms", key)).json()["forms"]
        unknown = await door.get("/v1/forms/none", key)
    # The gateway of this plan may send one form of the two.
    assert [(form["form"], form["version"], form["template_at"]) for form in forms] == [
        ("energy", 3, "/v1/forms/energy/template.xlsx")
    ]
    assert (unknown.status_code, codes(unknown)) == (404, [("not_found", "form")])


async def test_unknown_addresses_methods_and_parameters_are_told(visit) -> None:
    async with visit() as door:
        key = door.add_key("bureau")
        nowhere = await door.get("/v1/nothing", key)
        method = await door.client.delete("/v1/returns", headers=bearer(key))
        parameter = await door.get("/v1/returns?limit=0", key)
        state = await door.get("/v1/due?due_state=lost", key)
    assert (nowhere.status_code, codes(nowhere)) == (404, [("not_found", "path")])
    assert (method.status_code, codes(method)) == (405, [("wrong_method", "method")])
    assert set(method.headers["allow"].split(", ")) == {"GET", "POST", "OPTIONS"}
    assert (parameter.status_code, codes(parameter)) == (400, [("bad_parameter", "limit")])
    assert (state.status_code, codes(state)) == (400, [("bad_parameter", "due_state")])


async def test_operators_need_no_key(visit) -> None:
    async with visit() as door:
        key = door.add_key("bureau")
        await door.post(BODY, key)
        await door.gateway.look_after()
        health, ready, metrics, described = [
            await door.client.get(path) for path in ("/healthz", "/readyz", "/metrics", "/openapi.json")
        ]
    assert health.json() == {"status": "ok"}
    assert (ready.status_code, ready.json()["spool_entries"], ready.json()["kafka"]) == (200, 1, "not connected yet")
    assert "qingyu_gateway_spool_entries 1.0" in metrics.text
    assert 'qingyu_gateway_receipts_total{held_by="spool",kind="return"} 1.0' in metrics.text
    assert key not in metrics.text
    assert "Return" in described.json()["components"]["schemas"]


async def test_a_trace_can_be_followed(visit) -> None:
    trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    async with visit() as door:
        key = door.add_key("bureau")
        given = await door.post(BODY, key, headers={"traceparent": f"00-{trace}-00f067aa0ba902b7-01"})
        made = await door.get("/v1/nothing", key)
        kept = door.gateway.store.read(lambda db: db.execute("SELECT trace_id FROM entry").fetchall()).result()
    assert given.headers["x-trace-id"] == trace
    assert kept == [(trace,)]
    assert made.json()["trace_id"] == made.headers["x-trace-id"] != trace


async def test_a_fault_of_ours_is_told_by_its_trace_and_logged_in_full(visit, monkeypatch, caplog) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("inner words")

    async with visit() as door:
        key = door.add_key("bureau")
        monkeypatch.setattr(door.gateway, "new_receipt_id", broken)
        answer = await door.post(BODY, key)
    assert (answer.status_code, codes(answer)) == (500, [("our_fault", "gateway")])
    assert "inner words" not in answer.text
    assert "inner words" in caplog.text
    assert answer.json()["trace_id"] in caplog.text
    assert key not in caplog.text


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
