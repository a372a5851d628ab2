"""LINE: pushes under a retry key, answers to those who pressed a button, and the call-backs with their redelivery."""

import json
import re
import secrets
import time
from collections.abc import Mapping
from typing import Any, ClassVar
from uuid import UUID

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox import signatures
from sandbox.body import json_object
from sandbox.outgoing import Delivery
from sandbox.vendor import Sent, Vendor, bearer

TOKEN = "sandbox-line-token"  # noqa: S105 - opens only this sandbox
CHANNEL_SECRET = "sandbox-line-channel-secret"  # noqa: S105 - opens only this sandbox
BOT = "U" + "0" * 31 + "1"
TEXT, CARD, ALTERNATIVE, LABEL, DATA, URI, MESSAGES, BUTTONS, QUICK = 5000, 160, 400, 20, 300, 1000, 5, 4, 13
_TO = re.compile(r"[UCR][0-9a-f]{32}")
FIELDS = {"text": {"type", "text"}, "template": {"type", "altText", "template"}}
ACTIONS = {
    "postback": {"type", "label", "data", "displayText"},
    "uri": {"type", "label", "uri"},
    "message": {"type", "label", "text"},
}


class Line(Vendor):
    """One official account, a friend of everybody."""

    name, channel = "line", "chat"
    FAULTS: ClassVar[Mapping[str, Any]] = {
        "429": (429, {}, {"message": "The API rate limit has been exceeded. Try again later."}),
        "monthly": (429, {}, {"message": "You have reached your monthly limit."}),
        "401": (401, {}, {"message": "Authentication failed. Confirm that the access token is valid."}),
        "403": (403, {}, {"message": "Access to this API is not available for your account"}),
        "not-sent": (400, {}, {"message": "Failed to send messages"}),
        "bad-body": (400, {}, {"message": "The request body has 1 error(s)", "details": [
            {"message": "May not be empty", "property": "messages[0].text"}]}),
    }  # fmt: skip

    def __init__(self, *parts: Any) -> None:
        super().__init__(*parts)
        self._keys: dict[str, str] = {}  # retry key → message id
        self._replies: dict[str, str] = {}  # reply token → to whom it leads

    def routes(self) -> list[Route]:
        def to(_: Request) -> str:
            return ""

        return [
            Route("/v2/bot/message/push", self.guarded(self._push, to), methods=["POST"]),
            Route("/v2/bot/message/reply", self._reply, methods=["POST"]),
        ]

    def clear(self) -> None:
        super().clear()
        self._keys.clear()
        self._replies.clear()

    async def press(self, id: str, label: str, user: str = "", *, group: str = "", event_id: str = "") -> Delivery:
        """Press a button; with the id of an earlier event it is that event, delivered once more."""
        sent = self.sent[id]
        token = secrets.token_hex(16)
        self._replies[token] = user or sent.to
        source = {"type": "user", "userId": user or sent.to}
        if group:
            source = {"type": "group", "groupId": group, "userId": user}
        event = {
            "type": "postback",
            "mode": "active",
            "timestamp": int(time.time() * 1000),
            "webhookEventId": event_id or secrets.token_hex(13).upper(),
            "deliveryContext": {"isRedelivery": bool(event_id)},
            "source": source,
            "replyToken": token,
            "postback": {"data": sent.buttons[label]},
        }
        return await self.post(json.dumps({"destination": BOT, "events": [event]}).encode())

    async def say(self, text: str, user: str, event_id: str = "") -> Delivery:
        """Write to the account; with the id of an earlier event it is that event, delivered once more."""
        token = secrets.token_hex(16)
        self._replies[token] = user
        event = {
            "type": "message",
            "mode": "active",
            "timestamp": int(time.time() * 1000),
            "webhookEventId": event_id or secrets.token_hex(13).upper(),
            "deliveryContext": {"isRedelivery": bool(event_id)},
            "source": {"type": "user", "userId": user},
            "replyToken": token,
            "message": {"type": "text", "id": "1", "text": text},
        }
        return await self.post(json.dumps({"destination": BOT, "events": [event]}, ensure_ascii=False).encode())

    async def post(self, body: bytes, secret: str = CHANNEL_SECRET) -> Delivery:
        """Post events, signed."""
        headers = {
            "content-type": "application/json; charset=utf-8",
            "user-agent": "LineBotWebhook/2.0",
            "x-line-signature": signatures.raw(secret.encode(), body),
        }
        return await self.outgoing.send(
            "LINE call-back", f"{self.settings.public_url.rstrip('/')}/callbacks/line", body, headers
        )

    async def _push(self, request: Request) -> Response:
        if (refused := _unknown(request)) is not None:
            return refused
        key = request.headers.get("x-line-retry-key", "")
        if key and not _is_uuid(key):
            return _bad("The retry key is invalid")
        if key in self._keys:
            told = {"message": "The retry key is already accepted", "sentMessages": [{"id": self._keys[key]}]}
            return JSONResponse(told, 409, {"x-line-accepted-request-id": "sandbox"})
        body = await json_object(request)
        if not isinstance(body.get("to"), str) or not _TO.fullmatch(body["to"]):
            return _bad("The property, 'to', in the request body is invalid (line: -, column: -)")
        unknown = ", ".join(sorted(set(body) - {"to", "messages", "notificationDisabled"}))
        if wrong := unknown or _wrong(body.get("messages")):
            return _bad("The request body has 1 error(s)", wrong)
        id_ = self._kept(body["to"], body["messages"], key)
        if key:
            self._keys[key] = id_
        return JSONResponse({"sentMessages": [{"id": id_, "quoteToken": "q"}]})

    async def _reply(self, request: Request) -> Response:
        if (refused := _unknown(request)) is not None:
            return refused
        body = await json_object(request)
        to = self._replies.pop(str(body.get("replyToken")), None)
        if to is None:
            return _bad("Invalid reply token")
        if wrong := _wrong(body.get("messages")):
            return _bad("The request body has 1 error(s)", wrong)
        return JSONResponse({"sentMessages": [{"id": self._kept(to, body["messages"], "", "reply")}]})

    def _kept(self, to: str, messages: list[dict[str, Any]], key: str, kind: str = "message") -> str:
        id_ = str(int(time.time() * 1000)) + f"{len(self.sent):05}"
        actions = [a for m in messages for a in m.get("template", {}).get("actions", [])]
        actions += [action for message in messages for action in _quick(message)]
        buttons = {a["label"]: a["data"] for a in actions if a["type"] == "postback"}
        text = "\n".join(m["text"] for m in messages if m["type"] == "text")
        self.keep(Sent(self.name, id_, to, text, {"messages": messages}, None, key or None, buttons), kind)
        return id_


def _unknown(request: Request) -> Response | None:
    if signatures.same(bearer(request), TOKEN):
        return None
    return JSONResponse({"message": "Authentication failed. Confirm that the access token is valid."}, 401)


def _bad(message: str, property_: str = "") -> Response:
    details = {"details": [{"message": "is not valid", "property": property_}]} if property_ else {}
    return JSONResponse({"message": message, **details}, 400)


def _wrong(messages: object) -> str:
    """What the real one would refuse, or nothing. Texts count in UTF-16 units, labels and cards in letters."""
    if not isinstance(messages, list) or not 1 <= len(messages) <= MESSAGES:
        return "messages"
    for message in messages:
        if not isinstance(message, dict) or set(message) - {"quickReply"} != FIELDS.get(str(message.get("type"))):
            return "messages[].type"
        if len(_quick(message)) > QUICK or any(not _good_action(action) for action in _quick(message)):
            return "messages[].quickReply"
        if message["type"] == "text":
            if not _text(message["text"], TEXT) or len(message["text"].encode("utf-16-le")) // 2 > TEXT:
                return "messages[].text"
            continue
        card = message["template"]
        if not _text(message["altText"], ALTERNATIVE) or not isinstance(card, dict) or card.get("type") != "buttons":
            return "messages[].template"
        actions = card.get("actions")
        if not _text(card.get("text"), CARD) or not isinstance(actions, list) or not 1 <= len(actions) <= BUTTONS:
            return "messages[].template.text"
        if any(not _good_action(action) for action in actions):
            return "messages[].template.actions"
    return ""


def _quick(message: dict[str, Any]) -> list[Any]:
    """The actions of the quick replies."""
    return [item.get("action") for item in message.get("quickReply", {}).get("items", [])]


def _good_action(action: object) -> bool:
    if not isinstance(action, dict) or set(action) - ACTIONS.get(str(action.get("type")), set()):
        return False
    name, most = {"postback": ("data", DATA), "uri": ("uri", URI)}.get(action["type"], ("text", DATA))
    return _text(action.get(name), most) and _text(action.get("label"), LABEL)


def _text(value: object, most: int) -> bool:
    return isinstance(value, str) and 0 < len(value) <= most


def _is_uuid(text: str) -> bool:
    try:
        return str(UUID(text)) == text.lower()
    except ValueError:
        return False
