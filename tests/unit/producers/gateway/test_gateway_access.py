"""Who may come in and report what: keys, scopes, and attempts to be somebody else. Over ASGI, with Kafka away."""

import datetime as dt

import pytest

from tests.support.gateway_door import BODY, codes, explanation

pytestmark = pytest.mark.anyio


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
