"""The HTTP of the notifier: contacts, the direct road, the delivery log, and call-backs that must be genuine."""

import base64
import hashlib
import hmac
import json
import time
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest

from sandbox import twiml
from services.notifier.domain import buttons
from services.notifier.domain.notification import State
from shared.contracts import events as e
from shared.contracts.ids import notification_id
from shared.contracts.vocabulary import Channel, Track
from tests.integration.notifier.conftest import (
    CONTACTS,
    NAME,
    PHONE,
    SATO,
    SLACK,
    TANAKA,
    YAMADA,
    World,
    assigned,
    paged_in,
    person,
)


async def test_contacts_are_normalised_and_come_back(world: World) -> None:
    people = [dict(p, phone="０９０－００００－０１０１") if p["id"] == SATO else p for p in CONTACTS["people"]]
    answer = await world.http.put("/v1/contacts", json={**CONTACTS, "people": people})
    assert answer.status_code == 200
    back = (await world.http.get("/v1/contacts")).json()
    assert next(p["phone"] for p in back["people"] if p["id"] == SATO) == "+819000000101"
    assert {t["id"] for t in back["teams"]} == {"payments", "support", "product"}
    assert back["catch_all"] == "kobayashi.jun"


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"phone": "110番"}, "/people/0/phone"),
        ({"email": "nobody"}, "/people/0/email"),
        ({"slack": "hanako"}, "/people/0/slack"),
        ({"name": "\x00"}, "/people/0/name"),
        ({"fax": "1"}, "/people/0/fax"),
        ({"id": "tanaka.minoru"}, ""),
    ],
)
async def test_a_bad_directory_is_refused_whole(world: World, change: dict[str, str], pointer: str) -> None:
    before = (await world.http.get("/v1/contacts")).json()
    people = [CONTACTS["people"][0] | change, *CONTACTS["people"][1:]]
    answer = await world.http.put("/v1/contacts", json={**CONTACTS, "people": people})
    assert answer.status_code == 422
    assert pointer in [x["pointer"] for x in answer.json()["errors"]]
    assert not any(value in answer.text for value in change.values() if len(value) > 1 and value in ("110番", "hanako"))
    assert (await world.http.get("/v1/contacts")).json() == before


@pytest.mark.security
async def test_nobody_without_the_service_token_gets_in(world: World) -> None:
    for method, path in (("GET", "/v1/contacts"), ("PUT", "/v1/contacts"), ("GET", "/v1/cases/c_1/notifications")):
        body = CONTACTS if method == "PUT" else None
        answer = await world.http.request(method, path, json=body, headers={"authorization": "Bearer wrong"})
        assert answer.status_code == 401


async def test_the_direct_road_and_the_event_are_one_page(world: World) -> None:
    """Kafka is away: intake pages by HTTP; later the events come, and nobody is called again."""
    case = await world.submitted()
    submitted, planned = world.said
    await world.process.db.pool.execute("DELETE FROM folds WHERE key = $1", case)
    await world.process.db.pool.execute("DELETE FROM inbox")
    later = datetime.now(UTC) + timedelta(hours=9)
    event = assigned(case, SATO, channels=(Channel.PHONE, Channel.CHAT))
    decides = assigned(case, YAMADA, round=2, track=Track.AUTHORITY, channels=(Channel.CHAT,), not_before=later)
    page = {
        "submitted": json.loads(submitted[0].model_dump_json()),
        "assigned": [json.loads(x.model_dump_json()) for x in (event, paged_in(decides, 1, TANAKA))],
    }
    for _ in range(2):
        answer = await world.http.post("/v1/pages", json=page)
        assert answer.status_code == 202
    wanted = {str(notification_id(case, 1, SATO, c)) for c in ("phone", "chat")}
    wanted.add(str(notification_id(case, 2, YAMADA, "chat")))
    assert set(answer.json()["notifications"]) == wanted
    await world.sandbox.phone.wait_for_call(PHONE[SATO], case_id=case)
    await world.say(*submitted)
    await world.say(*planned)
    await world.say(event)
    await world.say(paged_in(decides, 1, TANAKA))

    async def told() -> bool:
        return {(n["recipient"], n["state"]) for n in await world.log(case) if n["channel"] == "chat"} == {
            (SATO, State.ACCEPTED), ("team:payments", State.ACCEPTED), (YAMADA, State.PENDING), ("team:payments", State.PENDING)
        }  # fmt: skip

    await world.until(told)
    assert len([c for c in world.sandbox.phone.calls if c.case_id == case]) == 1
    assert len(world.sandbox.received("chat", to=SLACK[SATO], case_id=case)) == 1
    assert world.sandbox.received("chat", to=SLACK[YAMADA], case_id=case) == []


async def test_the_direct_road_refuses_what_does_not_belong_together(world: World) -> None:
    case = await world.submitted()
    submitted = json.loads(world.said[0][0].model_dump_json())
    other = json.loads(assigned("c_other", SATO).model_dump_json())
    answer = await world.http.post("/v1/pages", json={"submitted": submitted, "assigned": [other]})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    empty = await world.http.post("/v1/pages", json={"submitted": submitted, "assigned": []})
    assert (empty.status_code, empty.json()) == (202, {"notifications": []})
    assert await world.log(case) == []


async def _called(world: World) -> tuple[str, Any, dict[str, Any]]:
    case = await world.submitted(external=False)
    await world.say(assigned(case, SATO, channels=(Channel.PHONE,), priority="P3"))
    call = await world.sandbox.phone.wait_for_call(PHONE[SATO], case_id=case)
    await call.until("ringing")
    (page,) = await world.settled(case, phone=State.DELIVERED)
    return case, call, page


def _signed(world: World, path: str, fields: dict[str, str], token: str | None = None) -> dict[str, str]:
    token = world.sandbox.settings.twilio_auth_token if token is None else token
    text = world.url + path + "".join(k + fields[k] for k in sorted(fields))
    mac = base64.b64encode(hmac.new(token.encode(), text.encode(), hashlib.sha1).digest()).decode()
    return {"x-twilio-signature": mac, "content-type": "application/x-www-form-urlencoded"}


async def _told(world: World, path: str, **fields: str) -> httpx.Response:
    answer = await world.http.post(path, content=urlencode(fields), headers=_signed(world, path, fields))
    return answer.raise_for_status()


async def _stands(world: World, case: str, page: dict[str, Any]) -> tuple[str, str]:
    return next((n["state"], n["code"]) for n in await world.log(case) if n["id"] == page["id"])


async def test_2_passes_the_case_on_though_the_company_has_heard_a_machine(world: World) -> None:
    case, call, page = await _called(world)
    await _told(world, f"/callbacks/twilio/status/{page['id']}?attempt=1", AnsweredBy="machine_start", CallSid=call.sid)
    assert await _stands(world, case, page) == ("pending", "voicemail")
    for _ in range(2):  # Twilio asks again where our answer was lost
        answer = await _told(world, f"/callbacks/twilio/voice/{page['id']}", Digits="2", CallSid=call.sid)
        assert "ほかの人にお願いします" in answer.text
    await _told(world, f"/callbacks/twilio/status/{page['id']}?attempt=1", CallStatus="completed", CallSid=call.sid)
    assert await _stands(world, case, page) == ("failed", "declined")
    events = await world.process.db.pool.fetch("SELECT headers FROM outbox WHERE key = $1", case)
    assert len([row for row in events if "notification.unreachable.v1" in row["headers"]]) == 1
    assert len([c for c in world.sandbox.phone.calls if c.case_id == case]) == 1


async def test_2_after_somebody_has_taken_it_is_told_so(world: World) -> None:
    case, call, page = await _called(world)
    await world.say(e.CaseAcknowledged(case_id=case, by=person(TANAKA), via="web"))
    await _told(world, f"/callbacks/twilio/status/{page['id']}?attempt=1", CallStatus="no-answer", CallSid=call.sid)
    answer = await _told(world, f"/callbacks/twilio/voice/{page['id']}", Digits="2", CallSid=call.sid)
    assert f"{NAME[TANAKA]}さんが対応しています" in answer.text


async def test_1_that_is_pressed_into_the_goodbye_still_counts(world: World) -> None:
    case, call, page = await _called(world)
    path = f"/callbacks/twilio/voice/{page['id']}?times=3"
    heard = twiml.parse((await _told(world, path, Digits="", CallSid=call.sid)).text)
    gather, end = heard
    assert isinstance(gather, twiml.Gather)
    assert "お返事を確認できなかった" in twiml.spoken(heard)
    assert (gather.on_empty, end) == (False, twiml.Hangup())
    pressed = gather.action.removeprefix(world.url)
    await _told(world, pressed, Digits="1", CallSid=call.sid)
    assert [t["via"] for t in world.intake.taken if t["case_id"] == case] == ["phone"]


@pytest.mark.security
async def test_a_forged_call_back_changes_nothing(world: World) -> None:
    case, _, page = await _called(world)
    path, fields = f"/callbacks/twilio/voice/{page['id']}", {"Digits": "1", "CallSid": "CA1"}
    for headers in ({}, _signed(world, path, fields, token="other"), _signed(world, path + "x", fields)):
        answer = await world.http.post(path, content=urlencode(fields), headers=headers)
        assert (answer.status_code, answer.headers["content-type"]) == (403, "application/problem+json")
        assert answer.json()["code"] == "bad-signature"
    assert world.intake.taken == []
    assert (await world.log(case))[0]["state"] == State.DELIVERED


@pytest.mark.security
async def test_late_and_repeated_progress_never_goes_back(world: World) -> None:
    case, _, page = await _called(world)
    path = f"/callbacks/twilio/status/{page['id']}?attempt=1"
    for status in ("in-progress", "ringing", "initiated", "in-progress", "nonsense"):
        fields = {"CallStatus": status, "CallSid": "CA1"}
        answer = await world.http.post(path, content=urlencode(fields), headers=_signed(world, path, fields))
        assert answer.status_code == 204
    assert (await world.log(case))[0]["state"] == State.ANSWERED
    old = f"/callbacks/twilio/status/{page['id']}?attempt=9"
    fields = {"CallStatus": "busy", "CallSid": "CA1"}
    await world.http.post(old, content=urlencode(fields), headers=_signed(world, old, fields))
    assert (await world.log(case))[0]["state"] == State.ANSWERED


async def test_an_unknown_notification_is_not_found(world: World) -> None:
    for id_ in ("00000000-0000-0000-0000-000000000000", "x"):
        path, fields = f"/callbacks/twilio/voice/{id_}", {"Digits": "1"}
        answer = await world.http.post(path, content=urlencode(fields), headers=_signed(world, path, fields))
        assert answer.status_code == 404


@pytest.mark.parametrize("trouble", ["stale", "future", "forged", "missing", "not ours"])
async def test_a_button_that_is_not_genuine_acknowledges_nothing(world: World, trouble: str) -> None:
    case = await world.submitted()
    value = buttons.value("other-key" if trouble == "not ours" else "link-key", notification_id(case, 1, SATO, "chat"))
    payload = {"type": "block_actions", "user": {"id": "U1"}, "actions": [{"action_id": "ack", "value": value}]}
    body = urlencode({"payload": json.dumps(payload)}).encode()
    stamp = str(int(time.time()) + {"stale": -400, "future": 400}.get(trouble, 0))
    secret = world.sandbox.settings.slack_signing_secret if trouble != "forged" else "forged"
    mac = "v0=" + hmac.new(secret.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256).hexdigest()
    headers = {"content-type": "application/x-www-form-urlencoded", "x-slack-request-timestamp": stamp}
    if trouble != "missing":
        headers["x-slack-signature"] = mac
    answer = await world.http.post("/callbacks/slack", content=body, headers=headers)
    assert answer.status_code == (200 if trouble == "not ours" else 403)
    assert world.intake.taken == []
