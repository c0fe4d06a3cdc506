"""What the gateway answers: what became of returns, what is due, how it fares. Over ASGI, with Kafka away."""

import datetime as dt

import pytest

from plan.messages import Finding, OutcomeKind, Verdict
from tests.support.gateway_door import BODY, NO_CELLS, bearer, codes, outcome

pytestmark = pytest.mark.anyio


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


async def test_what_is_due_and_what_is_handed_in(visit) -> None:
    async with visit() as door:  # 1 March 2019; the form is due 60 days after the year
        key = door.add_key("bureau", days=730)
        before = (await door.get("/v1/due", key)).json()
        door.learn(outcome("before", OutcomeKind.LANDED, 0))
        by_an_earlier_store = (await door.get("/v1/due?due_state=submitted", key)).json()
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
    assert by_an_earlier_store["dues"][0]["submitted"] == {"at": "2019-03-01T08:00:00Z", "receipt_id": None}
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
