"""Tickets take comments and status, and the CRM sends its webhook signed, forged, late or twice."""

import base64
import hashlib
import hmac
import json
from typing import Any

import httpx
import pytest

from sandbox import Sandbox

from .conftest import Service

pytestmark = pytest.mark.asyncio
HOOK = "/v1/webhooks/zendesk"


def login(sandbox: Sandbox) -> tuple[str, str]:
    return f"{sandbox.settings.zendesk_user}/token", sandbox.settings.zendesk_token


async def test_comment_springs_the_ticket_into_being(sandbox: Sandbox, http: httpx.AsyncClient) -> None:
    assert (await http.get("/api/v2/tickets/7.json", auth=login(sandbox))).status_code == 404
    change = {
        "comment": {"body": "対応中：髙﨑①㈱🔥 https://x.example/cases/case-1", "public": False},
        "status": "open",
        "additional_tags": ["tasuki"],
        "custom_fields": [{"id": 36, "value": "in_progress"}],
    }
    reply = await http.put("/api/v2/tickets/7.json", json={"ticket": change}, auth=login(sandbox))
    assert (reply.status_code, reply.json()["ticket"]["tags"]) == (200, ["tasuki"])
    comment = await sandbox.crm.wait_for_comment(7, case_id="case-1")
    assert (comment.body, comment.public) == (change["comment"]["body"], False)  # type: ignore[index]
    assert (sandbox.ticket(7).status, sandbox.ticket(7).custom_fields) == ("open", {"36": "in_progress"})
    listed = (await http.get("/api/v2/tickets/7/comments.json", auth=login(sandbox))).json()
    assert [c["body"] for c in listed["comments"]] == [comment.body]


@pytest.mark.parametrize(
    "change",
    [
        {"status": "done"},
        {"priority": "P1"},
        {"comment": {"body": " "}},
        {"comment": "x"},
        {"tags": "x"},
        {"custom_fields": [1]},
    ],
)
async def test_refused_changes(sandbox: Sandbox, http: httpx.AsyncClient, change: dict[str, Any]) -> None:
    reply = await http.put("/api/v2/tickets/7.json", json={"ticket": change}, auth=login(sandbox))
    assert (reply.status_code, reply.json()["error"]) == (422, "RecordInvalid")
    assert sandbox.crm.tickets == []


async def test_wrong_token(sandbox: Sandbox, http: httpx.AsyncClient) -> None:
    reply = await http.put("/api/v2/tickets/7.json", json={"ticket": {}}, auth=("agent@example.com", "x"))
    assert reply.status_code == 401


async def test_accepted_without_an_answer(sandbox: Sandbox, http: httpx.AsyncClient) -> None:
    sandbox.fault("ticket", "timeout-after-accept", 1, seconds=0)
    with pytest.raises(httpx.TransportError):
        await http.put("/api/v2/tickets/7.json", json={"ticket": {"comment": {"body": "x"}}}, auth=login(sandbox))
    assert [c.body for c in sandbox.ticket(7).comments] == ["x"]


async def test_trigger_is_signed_over_the_very_bytes(sandbox: Sandbox, service: Service) -> None:
    delivery = await sandbox.zendesk.send_trigger({"ticket_id": "7", "title": "髙﨑①㈱🔥"})
    assert delivery.status == 204
    [post] = service.at(HOOK)
    stamp = post.headers["x-zendesk-webhook-signature-timestamp"]
    digest = hmac.digest(sandbox.settings.zendesk_webhook_secret.encode(), stamp.encode() + post.body, hashlib.sha256)
    assert post.headers["x-zendesk-webhook-signature"] == base64.b64encode(digest).decode()
    assert json.loads(post.body)["title"] == "髙﨑①㈱🔥"
    assert (sandbox.ticket(7).subject, sandbox.ticket(7).status) == ("髙﨑①㈱🔥", "open")


async def test_trigger_forged_late_and_replayed(sandbox: Sandbox, service: Service) -> None:
    right = await sandbox.zendesk.send_trigger(invocation_id="INV1")
    await sandbox.zendesk.replay("INV1")
    await sandbox.zendesk.send_trigger(signature="wrong")
    await sandbox.zendesk.send_trigger(signature="missing", age_seconds=600)
    first, second, wrong, missing = service.at(HOOK)
    assert (first.body, first.headers["x-zendesk-webhook-signature"]) == (
        second.body,
        second.headers["x-zendesk-webhook-signature"],
    )
    assert second.headers["x-zendesk-webhook-invocation-id"] == "INV1"
    assert right.sent_body == first.body
    assert "x-zendesk-webhook-signature" in wrong.headers
    assert "x-zendesk-webhook-signature" not in missing.headers
    stamp = "x-zendesk-webhook-signature-timestamp"
    assert missing.headers[stamp] < wrong.headers[stamp]


async def test_alert(sandbox: Sandbox, service: Service) -> None:
    await sandbox.alertmanager.send_alert(summary="髙﨑", fingerprint="f1", labels={"impact": "all"})
    [post] = service.at("/v1/webhooks/alertmanager")
    assert post.headers["authorization"] == f"Bearer {sandbox.settings.alertmanager_token}"
    body = json.loads(post.body)
    assert (body["version"], body["alerts"][0]["fingerprint"]) == ("4", "f1")
    assert body["alerts"][0]["labels"]["impact"] == "all"
