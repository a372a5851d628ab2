"""Messages are posted, changed, found again by their metadata, and their buttons report signed."""

import hashlib
import hmac
import json
from typing import Any

import httpx
import pytest

from sandbox import Sandbox
from sandbox.chat import NoSuchButton

from .conftest import Service

pytestmark = pytest.mark.asyncio


def body(channel: str = "C1", **more: Any) -> dict[str, Any]:
    button = {
        "type": "button",
        "action_id": "ack",
        "value": "tok",
        "text": {"type": "plain_text", "text": "対応します"},
    }
    return {
        "channel": channel,
        "text": "決済が全店舗で失敗する 髙﨑①㈱🔥",
        "blocks": [{"type": "actions", "block_id": "b1", "elements": [button]}],
        "metadata": {"event_type": "tasuki", "event_payload": {"ntf_id": "ntf-1", "case_id": "case-1"}},
        **more,
    }


def bearer(sandbox: Sandbox) -> dict[str, str]:
    return {"Authorization": f"Bearer {sandbox.settings.slack_token}"}


async def test_posted_pressed_and_changed(sandbox: Sandbox, service: Service, http: httpx.AsyncClient) -> None:
    posted = (await http.post("/api/chat.postMessage", json=body(), headers=bearer(sandbox))).json()
    assert posted["ok"]
    message = await sandbox.chat.wait_for_message("C1", case_id="case-1")
    assert (message.ts, message.text) == (posted["ts"], body()["text"])

    delivery = await sandbox.chat.press(message, "ack")
    assert delivery.status == 204
    [post] = service.at("/callbacks/slack")
    stamp = post.headers["x-slack-request-timestamp"]
    secret = sandbox.settings.slack_signing_secret.encode()
    assert (
        post.headers["x-slack-signature"]
        == "v0=" + hmac.new(secret, f"v0:{stamp}:".encode() + post.body, hashlib.sha256).hexdigest()
    )
    payload = json.loads(post.form["payload"])
    assert payload["type"] == "block_actions"
    assert (payload["actions"][0]["action_id"], payload["actions"][0]["value"]) == ("ack", "tok")
    assert (payload["channel"]["id"], payload["container"]["message_ts"]) == ("C1", message.ts)

    change = {"channel": "C1", "ts": message.ts, "text": "佐藤が対応中", "blocks": []}
    assert (await http.post("/api/chat.update", json=change, headers=bearer(sandbox))).json()["ok"]
    assert (message.text, message.updates) == ("佐藤が対応中", 1)
    with pytest.raises(NoSuchButton):
        await sandbox.chat.press(message)
    assert [item.kind for item in sandbox.received("chat")] == ["message", "update"]


async def test_history_finds_by_metadata(sandbox: Sandbox, http: httpx.AsyncClient) -> None:
    sandbox.fault("chat", "timeout-after-accept", 1, seconds=0)
    with pytest.raises(httpx.TransportError):
        await http.post("/api/chat.postMessage", json=body(), headers=bearer(sandbox))
    await http.post("/api/chat.postMessage", json=body("C2"), headers=bearer(sandbox))
    query = {"channel": "C1", "include_all_metadata": True}
    page = (await http.post("/api/conversations.history", json=query, headers=bearer(sandbox))).json()
    assert [m["metadata"]["event_payload"]["ntf_id"] for m in page["messages"]] == ["ntf-1"]
    newer = query | {"oldest": page["messages"][0]["ts"]}
    assert (await http.post("/api/conversations.history", json=newer, headers=bearer(sandbox))).json()["messages"] == []


async def test_a_message_to_a_person_stands_in_their_conversation(sandbox: Sandbox, http: httpx.AsyncClient) -> None:
    posted = (await http.post("/api/chat.postMessage", json=body("U0HANAKO"), headers=bearer(sandbox))).json()
    opened = (await http.post("/api/conversations.open", data={"users": "U0HANAKO"}, headers=bearer(sandbox))).json()
    assert posted["channel"] == opened["channel"]["id"] != "U0HANAKO"
    again = (await http.post("/api/chat.postMessage", json=body(posted["channel"]), headers=bearer(sandbox))).json()
    assert [item.to for item in sandbox.received("chat", to="U0HANAKO")] == ["U0HANAKO", "U0HANAKO"]
    form = {"channel": posted["channel"], "include_all_metadata": "true"}
    page = (await http.post("/api/conversations.history", data=form, headers=bearer(sandbox))).json()
    assert [m["ts"] for m in page["messages"]] == [again["ts"], posted["ts"]]
    assert sandbox.received("chat")[0].text == body()["text"]


async def test_form_bodies_are_understood(sandbox: Sandbox, http: httpx.AsyncClient) -> None:
    form = {"channel": "C1", "text": "x", "blocks": json.dumps(body()["blocks"])}
    assert (await http.post("/api/chat.postMessage", data=form, headers=bearer(sandbox))).json()["ok"]
    assert sandbox.chat.messages[0].buttons[0]["action_id"] == "ack"


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"channel": ""}, "channel_not_found"),
        ({"text": "", "blocks": []}, "no_text"),
        ({"blocks": "x"}, "invalid_blocks"),
        ({"blocks": [1]}, "invalid_blocks"),
        ({"metadata": {"a": 1}}, "invalid_metadata_format"),
        ({"text": "あ" * 40_001}, "msg_too_long"),
    ],
)
async def test_refusals_are_http_200(
    sandbox: Sandbox, http: httpx.AsyncClient, change: dict[str, Any], error: str
) -> None:
    reply = await http.post("/api/chat.postMessage", json=body() | change, headers=bearer(sandbox))
    assert (reply.status_code, reply.json()) == (200, {"ok": False, "error": error})
    assert sandbox.chat.messages == []


async def test_tokens(sandbox: Sandbox, http: httpx.AsyncClient) -> None:
    assert (await http.post("/api/auth.test")).json()["error"] == "not_authed"
    assert (await http.post("/api/auth.test", headers={"Authorization": "Bearer x"})).json()["error"] == "invalid_auth"
    assert (await http.post("/api/auth.test", headers=bearer(sandbox))).json()["ok"]


async def test_rate_limit(sandbox: Sandbox, http: httpx.AsyncClient) -> None:
    sandbox.fault("chat", "429", 1, to="C1", seconds=2)
    other = await http.post("/api/chat.postMessage", json=body("C2"), headers=bearer(sandbox))
    limited = await http.post("/api/chat.postMessage", json=body("C1"), headers=bearer(sandbox))
    assert other.json()["ok"]
    assert (limited.status_code, limited.headers["retry-after"]) == (429, "2")
