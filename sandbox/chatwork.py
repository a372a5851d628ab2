"""Chatwork: rooms whose messages can be written, listed and changed, and the call-back of a message that names us."""

import base64
import json
import time
from collections.abc import Mapping
from typing import Any, ClassVar

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox import signatures
from sandbox.body import form
from sandbox.faults import Fault
from sandbox.outgoing import Delivery
from sandbox.vendor import Sent, Vendor

TOKEN = "sandbox-chatwork-token"  # noqa: S105 - opens only this sandbox
WEBHOOK_TOKEN = base64.b64encode(b"sandbox-chatwork-webhook-token--").decode()
ACCOUNT = 1484814  # ours
LARGEST = 65_535  # bytes
LISTED = 100
NOWHERE, FORBIDDEN = "404404", "403403"  # a room that does not exist, and one that we are not in


class Chatwork(Vendor):
    """Every room exists and we are in it, but for two."""

    name, channel = "chatwork", "chat"
    FAULTS: ClassVar[Mapping[str, Any]] = {
        "401": (401, {}, {"errors": ["Invalid API token"]}),
        "403": (403, {}, {"errors": ["You don't have permission to send messages in this room"]}),
        "404": (404, {}, {"errors": ["Room not found"]}),
        "400": (400, {}, {"errors": ["Parameter 'body' is required"]}),
    }

    def routes(self) -> list[Route]:
        def to(request: Request) -> str:
            return str(request.path_params["room"])

        path = "/v2/rooms/{room}/messages"
        return [
            Route(path, self.guarded(self._post, to), methods=["POST"]),
            Route(path, self.guarded(self._list, to, sending=False), methods=["GET"]),
            Route(f"{path}/{{id}}", self.guarded(self._change, to), methods=["PUT"]),
        ]

    async def write(self, room: str, account: int, text: str, age: int = 0) -> Delivery:
        """Somebody writes to us in a room; `age` in seconds, of what is sent once more."""
        event = {
            "from_account_id": account,
            "to_account_id": ACCOUNT,
            "room_id": int(room),
            "message_id": str(time.time_ns()),
            "body": f"[To:{ACCOUNT}]エスカレ Bot\n{text}",
            "send_time": int(time.time()) - age,
            "update_time": 0,
        }
        about = {"webhook_setting_id": "12345", "webhook_event_type": "mention_to_me"}
        said = {**about, "webhook_event_time": event["send_time"], "webhook_event": event}
        return await self.post(json.dumps(said, ensure_ascii=False).encode())

    async def post(self, body: bytes, token: str = WEBHOOK_TOKEN) -> Delivery:
        """Post an event, signed."""
        headers = {
            "content-type": "application/json",
            "user-agent": "ChatWork-Webhook/1.0",
            "x-chatworkwebhooksignature": signatures.raw(base64.b64decode(token), body),
        }
        return await self.outgoing.send(
            "Chatwork call-back", f"{self.settings.public_url.rstrip('/')}/callbacks/chatwork", body, headers
        )

    async def _trouble(self, request: Request, fault: Fault) -> Response:
        if fault.kind != "429":
            return await super()._trouble(request, fault)
        headers = {"x-ratelimit-limit": "300", "x-ratelimit-remaining": "0"}
        headers["x-ratelimit-reset"] = str(int(time.time() + fault.seconds) + 1)
        return JSONResponse({"errors": ["Rate limit exceeded"]}, 429, headers)

    async def _post(self, request: Request) -> Response:
        room = str(request.path_params["room"])
        asked = await form(request)
        if (refused := _refused(request, room, asked)) is not None:
            return refused
        id_ = str(time.time_ns())
        self.keep(Sent(self.name, id_, room, asked["body"], {"body": asked["body"], "send_time": int(time.time())}))
        return JSONResponse({"message_id": id_})

    async def _list(self, request: Request) -> Response:
        room = str(request.path_params["room"])
        if (refused := _refused(request, room, None)) is not None:
            return refused
        if request.query_params.get("force") != "1":
            return Response(status_code=204)
        found = [s for s in self.sent.values() if s.to == room][-LISTED:]
        told: list[dict[str, Any]] = [
            {
                "message_id": s.id,
                "account": {"account_id": ACCOUNT, "name": "エスカレ Bot"},
                "body": s.text,
                "send_time": s.content["send_time"],
                "update_time": 0,
            }
            for s in found
        ]
        return JSONResponse(told) if told else Response(status_code=204)

    async def _change(self, request: Request) -> Response:
        room, sent = str(request.path_params["room"]), self.sent.get(str(request.path_params["id"]))
        asked = await form(request)
        if (refused := _refused(request, room, asked)) is not None:
            return refused
        if sent is None or sent.to != room:
            return JSONResponse({"errors": ["Message not found"]}, 404)
        sent.text = asked["body"]
        sent.content = {**sent.content, "body": asked["body"]}
        self.keep(sent, "update")
        return JSONResponse({"message_id": sent.id})


def _refused(request: Request, room: str, asked: dict[str, str] | None) -> Response | None:
    """What the real one refuses: a wrong token, a room that is not ours, a body that is missing or too large."""
    if not signatures.same(request.headers.get("x-chatworktoken", ""), TOKEN):
        return JSONResponse({"errors": ["Invalid API token"]}, 401)
    if room == NOWHERE or not room.isdigit():
        return JSONResponse({"errors": ["Room not found"]}, 404)
    if room == FORBIDDEN:
        return JSONResponse({"errors": ["You don't have permission to send messages in this room"]}, 403)
    if asked is None:
        return None
    if set(asked) - {"body", "self_unread"} or not asked.get("body"):
        return JSONResponse({"errors": ["Parameter 'body' is required"]}, 400)
    if len(asked["body"].encode()) > LARGEST:
        return JSONResponse({"errors": ["body is too long"]}, 400)
    return None
