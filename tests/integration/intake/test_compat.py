"""The clients of PagerDuty and Opsgenie, unchanged, against an intake that really listens; and Alertmanager's ways to both."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import opsgenie_sdk
import pytest
from opsgenie_sdk.exceptions import AuthenticationException, ConfigurationException
from pagerduty.errors import HttpError

from shared.contracts import events as e
from tests.integration.intake.clients import Server, became, certify, listening, opsgenie, pagerduty
from tests.integration.intake.desk import API_KEY, ROUTING_KEY, TEXT, Desk

UNKNOWN = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
async def secure(desk: Desk, tmp_path: Path) -> AsyncIterator[Server]:
    async with listening(desk.app, *certify(tmp_path)) as server:
        yield server


@pytest.fixture
async def plain(desk: Desk) -> AsyncIterator[Server]:
    async with listening(desk.app) as server:
        yield server


async def told(desk: Desk) -> list[str]:
    """The verdicts of the deliveries, in order."""
    async with desk.db.reading() as tx:
        return [row["verdict"] for row in await tx.fetch("SELECT verdict FROM deliveries ORDER BY at, delivery_id")]


async def case(desk: Desk) -> dict[str, Any]:
    """The only case that there is."""
    (one,) = (await desk.get("/v1/cases")).json()["data"]
    shown: dict[str, Any] = (await desk.get(f"/v1/cases/{one['id']}")).json()
    return shown


async def test_pagerdutys_client_opens_takes_and_ends_a_case(desk: Desk, secure: Server) -> None:
    details = {"region": "東京", "impact": "all"}
    for _ in range(2):  # the second changes nothing and is answered the same
        key = await pagerduty(
            secure, lambda c: c.trigger(TEXT, "pay-1", dedup_key="pay/p99", severity="critical", custom_details=details)
        )
        assert key == "pay/p99"
    shown = await case(desk)
    assert (shown["report"]["title"], shown["report"]["urgency"], shown["report"]["impact"]) == (
        TEXT,
        "critical",
        "all",
    )
    desk.clock.at += timedelta(minutes=1)
    assert await pagerduty(secure, lambda c: c.acknowledge("pay/p99")) == "pay/p99"
    assert (await case(desk))["owner"]["name"] == "PagerDuty"
    desk.clock.at += timedelta(minutes=1)
    for _ in range(2):
        assert await pagerduty(secure, lambda c: c.resolve("pay/p99")) == "pay/p99"
    assert (await case(desk))["status"] == "done"
    assert await desk.said() == ["case.submitted.v1", "case.acknowledged.v1", "case.resolved.v1"]


async def test_pagerdutys_client_gets_a_key_and_its_changes_wake_nobody(desk: Desk, secure: Server) -> None:
    key = await pagerduty(secure, lambda c: c.trigger("a", "b"))
    assert key
    await pagerduty(secure, lambda c: c.submit("新しい版", source="deploy", timestamp="2026-11-24T00:00:00Z"))
    assert await desk.said() == ["case.submitted.v1"]
    desk.clock.at += timedelta(minutes=1)
    await pagerduty(secure, lambda c: c.resolve(key))
    assert (await case(desk))["status"] == "done"


async def test_pagerdutys_client_is_refused_with_another_key_or_half_an_event(desk: Desk, secure: Server) -> None:
    for ask, key in (
        (lambda c: c.trigger("a", "b"), "another"),
        (lambda c: c.trigger("a", "b", severity="page"), ROUTING_KEY),
        (lambda c: c.submit("a", timestamp="x"), "another"),
    ):
        with pytest.raises(HttpError) as refused:
            await pagerduty(secure, ask, key)
        answer = refused.value.response
        assert answer is not None
        assert (answer.status_code, answer.json()["status"]) == (400, "invalid event")
    assert await desk.count("cases") == 0
    (kept,) = (await desk.get("/v1/quarantine")).json()["data"]
    assert "payload.severity" in kept["reason"]
    assert ROUTING_KEY not in kept["body"]


async def test_opsgenies_client_opens_takes_notes_and_ends_a_case(desk: Desk, plain: Server) -> None:
    alert = opsgenie_sdk.CreateAlertPayload(message=TEXT, alias="srv-9/disk", priority="P1", details={"impact": "some"})
    for _ in range(2):  # the second changes nothing
        created = await opsgenie(plain, lambda api: api.create_alert(alert))
        assert created.result == "Request will be processed"
        desk.clock.at += timedelta(seconds=1)
    status = await became(plain, created.request_id)
    assert (status.data.is_success, status.data.status, status.data.alias) == (True, "Created alert", "srv-9/disk")
    shown = await case(desk)
    assert shown["external"] == {"system": "opsgenie", "id": status.data.alert_id, "url": ""}
    assert (shown["report"]["title"], shown["report"]["urgency"]) == (TEXT, "critical")

    desk.clock.at += timedelta(minutes=1)
    note = opsgenie_sdk.AddNoteToAlertPayload(note="調査中 🔥")
    await opsgenie(
        plain, lambda api: api.add_note("srv-9/disk", identifier_type="alias", add_note_to_alert_payload=note)
    )
    taken = opsgenie_sdk.AcknowledgeAlertPayload(user="sato@example.co.jp")
    await opsgenie(plain, lambda api: api.acknowledge_alert(status.data.alert_id, acknowledge_alert_payload=taken))
    shown = await case(desk)
    assert shown["owner"]["id"] == "sato@example.co.jp"
    desk.clock.at += timedelta(minutes=1)
    closed = await opsgenie(plain, lambda api: api.close_alert("srv-9/disk", identifier_type="alias"))
    assert (await case(desk))["status"] == "done"
    status = await became(plain, closed.request_id)
    assert (status.data.is_success, status.data.action, status.data.status) == (True, "Close", "Alert closed")
    await desk.log.drain()
    assert [noted.text for noted in desk.log.of(e.CaseNoted)] == ["調査中 🔥"]
    assert await told(desk) == ["opened", "repeated", "noted", "taken", "resolved"]


async def test_opsgenies_client_is_told_what_does_not_exist(desk: Desk, plain: Server) -> None:
    note = opsgenie_sdk.AddNoteToAlertPayload(note="a")
    for ask in (
        lambda api: api.close_alert("nothing", identifier_type="alias"),
        lambda api: api.acknowledge_alert(UNKNOWN),
        lambda api: api.add_note("nothing", identifier_type="alias", add_note_to_alert_payload=note),
    ):
        done = await opsgenie(plain, ask)
        status = await became(plain, done.request_id)
        assert (status.data.is_success, status.data.status) == (False, "Alert does not exist")
    assert await desk.count("cases") == 0
    with pytest.raises(opsgenie_sdk.ApiException) as refused:
        await became(plain, UNKNOWN)
    assert refused.value.status == 404


async def test_opsgenies_client_is_refused_with_another_key_or_half_an_alert(desk: Desk, plain: Server) -> None:
    alert = opsgenie_sdk.CreateAlertPayload(message="a")
    with pytest.raises(AuthenticationException) as stranger:
        await opsgenie(plain, lambda api: api.create_alert(alert), "another")
    assert json.loads(stranger.value.body)["message"] == "Could not authenticate"
    with pytest.raises(ConfigurationException) as half:
        await opsgenie(plain, lambda api: api.create_alert(opsgenie_sdk.CreateAlertPayload(message=" ")))
    said = json.loads(half.value.body)
    assert (half.value.status, said["errors"]) == (422, {"message": "Message can not be empty."})
    assert said["message"] == "Request body is not processable. Please check the errors."
    assert await desk.count("cases") == 0
    assert await told(desk) == ["quarantined"]


def by_pagerduty(action: str) -> dict[str, Any]:
    """What Alertmanager sends for a group; it tells no time, and says the same when it happens again."""
    return {
        "routing_key": ROUTING_KEY,
        "dedup_key": "5f4c6b1f0e",
        "event_action": action,
        "payload": {
            "summary": "[FIRING:1] 決済エラー率 (payments)",
            "source": "Alertmanager",
            "severity": "error",
            "custom_details": {"firing": "Labels:\n - alertname = 決済エラー率", "num_firing": "1"},
        },
        "client": "Alertmanager",
        "client_url": "http://alertmanager:9093/#/alerts?receiver=tasuki",
        "images": [],
        "links": [],
    }


async def test_alertmanager_through_pagerduty_opens_ends_and_opens_again(desk: Desk) -> None:
    async def send(action: str) -> httpx.Response:
        desk.clock.at += timedelta(seconds=30)
        return await desk.client.post("/v2/enqueue", json=by_pagerduty(action))

    for action in ("trigger", "trigger", "resolve", "trigger", "resolve"):
        answer = await send(action)
        assert answer.status_code == 202
        assert answer.text == '{"status":"success","message":"Event processed","dedup_key":"5f4c6b1f0e"}'
    assert await desk.said() == ["case.submitted.v1", "case.resolved.v1", "case.submitted.v1", "case.resolved.v1"]


async def test_alertmanager_through_opsgenie_opens_tells_more_and_ends(desk: Desk) -> None:
    headers, alias = {"authorization": f"GenieKey {API_KEY}"}, "5f4c6b1f0e"

    async def send(method: str, path: str, body: dict[str, Any]) -> None:
        desk.clock.at += timedelta(seconds=30)
        answer = await desk.client.request(method, f"/v2/alerts{path}", json=body, headers=headers)
        assert (answer.status_code, answer.json()["result"]) == (202, "Request will be processed"), answer.text

    alert = {"alias": alias, "message": "決済エラー率", "description": "12%", "details": {}, "source": "http://am"}
    await send("POST", "", alert)
    await send("POST", "", alert)
    await send("PUT", f"/{alias}/message?identifierType=alias", {"message": "決済エラー率 15%"})
    await send("PUT", f"/{alias}/description?identifierType=alias", {"description": "15%"})
    await send("POST", f"/{alias}/close?identifierType=alias", {"source": "http://am"})
    await send("PUT", f"/{alias}/message?identifierType=alias", {"message": "遅れて届いた"})
    assert await told(desk) == ["opened", "repeated", "noted", "noted", "resolved", "ignored"]


async def test_a_timed_event_that_comes_late_opens_and_closes_nothing(desk: Desk) -> None:
    async def send(action: str, minute: int) -> None:
        body = by_pagerduty(action)
        body["payload"]["timestamp"] = (start + timedelta(minutes=minute)).isoformat()
        assert (await desk.client.post("/v2/enqueue", json=body)).status_code == 202
        desk.clock.at += timedelta(seconds=1)

    start = desk.clock.at
    desk.clock.at += timedelta(hours=1)
    for action, minute in (("trigger", 1), ("resolve", 2), ("trigger", 1), ("trigger", 4), ("resolve", 3)):
        await send(action, minute)
    assert await told(desk) == ["opened", "resolved", "opened", "ignored"]  # the third is the first again
    assert [c["status"] for c in (await desk.get("/v1/cases")).json()["data"]] == ["received", "done"]


async def test_an_end_without_a_time_ends_what_is_known_and_keeps_no_later_trigger_away(desk: Desk) -> None:
    async def send(action: str, began: int | None, arrives: int) -> None:
        body = by_pagerduty(action)
        if action == "resolve":
            del body["payload"]
        else:
            body["payload"]["timestamp"] = (start + timedelta(seconds=began or 0)).isoformat()
        desk.clock.at = start + timedelta(seconds=arrives)
        assert (await desk.client.post("/v2/enqueue", json=body)).status_code == 202

    start = desk.clock.at
    await send("trigger", 0, 10)
    await send("resolve", None, 310)
    await send("trigger", 305, 420)  # it began before the end came, for finding it took two minutes
    assert await told(desk) == ["opened", "resolved", "opened"]
    assert [c["status"] for c in (await desk.get("/v1/cases")).json()["data"]] == ["received", "done"]


@pytest.mark.parametrize(
    ("path", "raw", "status", "said"),
    [
        ("/v2/enqueue", b"\xff", 400, {"status": "Unrecognized object", "message": "Event object format is unrecognized", "errors": ["JSON parse error"]}),
        ("/v2/change/enqueue", b"[]", 400, {"status": "Unrecognized object", "message": "Event object format is unrecognized", "errors": ["JSON parse error"]}),
        ("/v2/enqueue", b"{}", 400, {"status": "invalid event", "message": "Event object is invalid", "errors": ["'routing_key' is missing or blank"]}),
        ("/v2/change/enqueue", b'{"routing_key":"x"}', 400, {"status": "invalid event", "message": "Event object is invalid", "errors": ["Invalid routing key"]}),
        ("/v2/change/enqueue", json.dumps({"routing_key": ROUTING_KEY}).encode(), 400, {"status": "invalid event", "message": "Event object is invalid", "errors": ["'payload.summary' is missing or blank"]}),
    ],
)  # fmt: skip
async def test_what_cannot_be_taken_is_refused_in_pagerdutys_words(
    desk: Desk, path: str, raw: bytes, status: int, said: dict[str, Any]
) -> None:
    answer = await desk.client.post(path, content=raw)
    assert (answer.status_code, answer.json()) == (status, said)
    assert await desk.count("deliveries") == 0


async def test_what_cannot_be_taken_is_refused_in_opsgenies_words(desk: Desk) -> None:
    headers = {"authorization": f"GenieKey {API_KEY}"}
    for raw in (b"\xff", b"[]", b"[" * 9999):
        answer = await desk.client.post("/v2/alerts", content=raw, headers=headers)
        assert answer.status_code == 400
        assert set(answer.json()) == {"message", "took", "requestId"}
    for path in ("/v2/alerts", "/v2/alerts/a/close", "/v2/alerts/a%2Fb/acknowledge"):
        assert (await desk.client.post(path, content=b"{}")).status_code == 401
    assert (await desk.client.get("/v2/alerts/requests/x")).status_code == 401
    assert (await desk.client.get("/v2/alerts/requests/%00", headers=headers)).status_code == 404
    assert await desk.count("deliveries") == 0


async def test_a_large_event_fits_and_a_larger_one_does_not(desk: Desk) -> None:
    body = by_pagerduty("trigger")
    for size, status in ((400_000, 202), (600_000, 413)):
        body["payload"]["custom_details"] = {"dump": "x" * size}
        assert (await desk.client.post("/v2/enqueue", json=body)).status_code == status


async def test_a_key_that_is_new_is_good_and_without_keys_nobody_is_let_in(desk: Desk) -> None:
    body = by_pagerduty("trigger")
    assert (await desk.client.post("/v2/enqueue", json={**body, "routing_key": "a new one"})).status_code == 202
    for key in ("", "a new one, a routing key in tests", None):
        assert (await desk.client.post("/v2/enqueue", json={**body, "routing_key": key})).status_code == 400
