"""The chat's door: answers as slack.com/api does, in HTTP 200 with ok true or false."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox import signatures
from sandbox.body import form, json_object
from sandbox.chat import BOT, BOT_ID, TEAM, Chat
from sandbox.faults import Faults
from sandbox.line import hinder, hold_back
from sandbox.settings import Settings
from sandbox.slack_forms import Forms
from sandbox.sockets import APP_TOKEN

Fields = dict[str, Any]
Answer = Callable[[Fields], Fields]
TEXT_LIMIT, BLOCK_LIMIT = 40_000, 50


class SlackApi:
    """The methods of the Web API that Tasuki calls."""

    def __init__(self, settings: Settings, faults: Faults, chat: Chat, forms: Forms) -> None:
        self._settings, self._faults, self._chat, self._forms = settings, faults, chat, forms

    def routes(self) -> list[Route]:
        methods: list[tuple[str, Answer, bool]] = [
            ("chat.postMessage", self._post, True),
            ("chat.update", self._update, True),
            ("conversations.history", self._history, False),
            ("conversations.open", self._open, False),
            ("auth.test", self._test, False),
            *self._forms.methods(),
        ]
        return [
            *(Route(f"/api/{n}", self._method(a, sending), methods=["POST", "GET"]) for n, a, sending in methods),
            Route("/api/apps.connections.open", self._connect, methods=["POST"]),
            Route("/actions/{team}/{ts}", self._respond, methods=["POST"]),
        ]

    async def _connect(self, request: Request) -> Response:
        if await hinder(request, self._faults, "chat", "", sending=False):
            return JSONResponse({"ok": False, "error": "internal_error"}, status_code=500)
        if not signatures.same(request.headers.get("authorization", ""), f"Bearer {APP_TOKEN}"):
            return JSONResponse({"ok": False, "error": "invalid_auth"})
        return JSONResponse({"ok": True, "url": await self._chat.sockets.address()})

    async def _respond(self, request: Request) -> Response:
        message, body = self._chat.find(request.path_params["ts"]), await json_object(request)
        if message is None or body.get("response_type") != "ephemeral" or not isinstance(body.get("text"), str):
            return Response("invalid_payload", 400)
        self._chat.whisper(message, body["text"])
        return Response("ok")

    def _method(self, answer: Answer, sending: bool) -> Callable[[Request], Awaitable[Response]]:
        async def handle(request: Request) -> Response:
            is_json = request.headers.get("content-type", "").lower().startswith("application/json")
            fields = await json_object(request) if is_json else await form(request)
            fields = {**dict(request.query_params), **fields}
            fault = await hinder(request, self._faults, "chat", str(fields.get("channel", "")), sending=sending)
            if fault and fault.kind == "429":
                headers = {"Retry-After": f"{fault.seconds:g}"}
                return JSONResponse({"ok": False, "error": "ratelimited"}, status_code=429, headers=headers)
            if fault and fault.kind == "500":
                return JSONResponse({"ok": False, "error": "internal_error"}, status_code=500)
            scheme, _, token = request.headers.get("authorization", "").partition(" ")
            if not token:
                return JSONResponse({"ok": False, "error": "not_authed"})
            if scheme.lower() != "bearer" or not signatures.same(token, self._settings.slack_token):
                return JSONResponse({"ok": False, "error": "invalid_auth"})
            found = answer(fields)
            if fault:
                await hold_back(request, fault)
            return JSONResponse(found)

        return handle

    def _post(self, fields: Fields) -> Fields:
        read = _content(fields)
        if isinstance(read, str):
            return {"ok": False, "error": read}
        text, blocks, metadata = read
        if not fields.get("channel"):
            return {"ok": False, "error": "channel_not_found"}
        thread = str(fields["thread_ts"]) if fields.get("thread_ts") else None
        message = self._chat.post(str(fields["channel"]), text, blocks or [], metadata or {}, thread)
        shown = message.as_slack(metadata=True)
        return {"ok": True, "channel": message.channel, "ts": message.ts, "message": shown}

    def _update(self, fields: Fields) -> Fields:
        read = _content(fields)
        if isinstance(read, str):
            return {"ok": False, "error": read}
        message = self._chat.find(str(fields.get("ts", "")))
        if message is None or message.channel != fields.get("channel"):
            return {"ok": False, "error": "message_not_found"}
        self._chat.change(message, *read)
        return {"ok": True, "channel": message.channel, "ts": message.ts, "text": message.text}

    def _history(self, fields: Fields) -> Fields:
        channel = str(fields.get("channel", ""))
        if not channel:
            return {"ok": False, "error": "channel_not_found"}
        try:
            limit = max(1, min(int(fields.get("limit") or 100), 999))
            oldest, latest = float(fields.get("oldest") or 0), float(fields.get("latest") or "inf")
        except (TypeError, ValueError):
            return {"ok": False, "error": "invalid_arguments"}
        closed = str(fields.get("inclusive", "")).lower() in ("true", "1")
        metadata = str(fields.get("include_all_metadata", "")).lower() in ("true", "1")
        found = [
            m.as_slack(metadata=metadata)
            for m in reversed(self._chat.messages)
            if m.channel == channel and (oldest < float(m.ts) < latest or (closed and float(m.ts) in (oldest, latest)))
        ]
        return {"ok": True, "messages": found[:limit], "has_more": len(found) > limit, "pin_count": 0}

    def _open(self, fields: Fields) -> Fields:
        person = str(fields.get("users") or fields.get("channel") or "")
        if not person:
            return {"ok": False, "error": "users_list_not_supplied"}
        if "," in person:
            return {"ok": False, "error": "method_not_supported_for_channel_type"}
        return {"ok": True, "channel": {"id": self._chat.conversation(person)}}

    def _test(self, fields: Fields) -> Fields:
        who = {"team": "Sandbox", "user": "tasuki", "team_id": TEAM, "user_id": BOT, "bot_id": BOT_ID}
        return {"ok": True, "url": "https://sandbox.slack.com/", **who, "is_enterprise_install": False}


def _content(fields: Fields) -> tuple[str, list[Any] | None, dict[str, Any] | None] | str:
    """Text, blocks and metadata of a message, or the name of Slack's error."""
    text = fields.get("text") or ""
    blocks, metadata = _decoded(fields.get("blocks")), _decoded(fields.get("metadata"))
    if not isinstance(text, str):
        return "invalid_arguments"
    if blocks is not None and (
        not isinstance(blocks, list)
        or len(blocks) > BLOCK_LIMIT
        or not all(isinstance(b, dict) and isinstance(b.get("type"), str) for b in blocks)
    ):
        return "invalid_blocks"
    if metadata is not None and (
        not isinstance(metadata, dict)
        or not isinstance(metadata.get("event_type"), str)
        or not isinstance(metadata.get("event_payload"), dict)
    ):
        return "invalid_metadata_format"
    if not text and not blocks:
        return "no_text"
    if len(text) > TEXT_LIMIT:
        return "msg_too_long"
    return text, blocks, metadata


def _decoded(value: Any) -> Any:
    """In a form, structured fields arrive as JSON text."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value) if value else None
    except ValueError:
        return value
