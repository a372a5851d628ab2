"""Mattermost's REST API as far as a bot needs it: posts, direct channels, and buttons that post back unsigned."""

import json
import time
from typing import Any, ClassVar
from uuid import uuid4

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox import signatures
from sandbox.body import json_object, raw
from sandbox.outgoing import Delivery
from sandbox.vendor import Sent, Troubles, Vendor, bearer

TOKEN = "sandbox-mattermost-token"  # noqa: S105 - opens only this sandbox
BOT = "bot" + "0" * 23
LONGEST = 16_383
ONCE_SECONDS = 30
FIELDS = {"channel_id", "message", "root_id", "file_ids", "props", "metadata", "pending_post_id"}


def _error(id_: str, status: int, message: str = "") -> dict[str, Any]:
    return {"id": id_, "message": message or id_, "status_code": status}


class Mattermost(Vendor):
    """One server where every name is a user and every id a channel, but those that begin with `nobody`."""

    name = "mattermost"
    channel = "chat"
    FAULTS: ClassVar[Troubles] = {
        "429": (429, {"retry-after": "", "x-ratelimit-reset": "1"}, "limit exceeded"),
        "revoked": (401, {}, _error("api.context.session_expired.app_error", 401)),
        "not-in-channel": (403, {}, _error("api.context.permissions.app_error", 403)),
        "no-channel": (404, {}, _error("app.channel.get.existing.app_error", 404)),
        "bad-channel-id": (400, {}, _error("api.context.invalid_body_param.app_error", 400, "Invalid channel_id.")),
        "bad-post": (400, {}, _error("model.post.is_valid.message_length.app_error", 400)),
    }

    def routes(self) -> list[Route]:
        def route(path: str, handler: Any, method: str, *, sending: bool = False) -> Route:
            return Route(
                f"/api/v4{path}", self.guarded(handler, lambda r: r.url.path, sending=sending), methods=[method]
            )

        return [
            route("/users/me", self._me, "GET"),
            route("/users/username/{name}", self._user, "GET"),
            route("/channels/direct", self._direct, "POST"),
            route("/channels/{id}/posts", self._posts, "GET"),
            route("/posts", self._create, "POST", sending=True),
            route("/posts/{id}/patch", self._patch, "PUT"),
        ]

    async def press(self, sent_id: str, user: str = "sato.hanako", label: str = "") -> Delivery:
        """Press a button of a post; the server itself posts it to the integration. Raises KeyError without one."""
        sent = self.sent[sent_id]
        wanted = json.loads(sent.buttons[label or next(iter(sent.buttons))])
        body = {
            "user_id": f"id-of-{user}",
            "user_name": user,
            "channel_id": sent.to,
            "post_id": sent_id,
            "trigger_id": uuid4().hex,
            "type": "button",
            "data_source": "",
            "context": wanted["context"],
        }
        headers = {"Content-Type": "application/json", "User-Agent": "mattermost-10.5"}
        done = await self.outgoing.send("button", wanted["url"], json.dumps(body).encode(), headers)
        answer = json.loads(done.body) if done.ok else {}
        if isinstance(answer.get("update"), dict):
            self._write(sent_id, sent.to, answer["update"], "update")
        return done

    async def _me(self, request: Request) -> Response:
        return self._denied(request) or JSONResponse({"id": BOT, "username": "tasuki", "is_bot": True})

    async def _user(self, request: Request) -> Response:
        name = request.path_params["name"]
        if denied := self._denied(request):
            return denied
        if name.startswith("nobody"):
            return JSONResponse(_error("app.user.missing_account.const", 404), 404)
        return JSONResponse({"id": f"id-of-{name}", "username": name})

    async def _direct(self, request: Request) -> Response:
        if denied := self._denied(request):
            return denied
        ids = json.loads(await raw(request))
        if not isinstance(ids, list) or len(ids) != 2 or BOT not in ids:
            return JSONResponse(_error("api.context.invalid_body_param.app_error", 400), 400)
        return JSONResponse({"id": f"direct-{ids[1]}", "type": "D"}, 201)

    async def _posts(self, request: Request) -> Response:
        if denied := self._denied(request):
            return denied
        since = float(request.query_params.get("since", 0))
        found = {
            s.id: s.content["post"]
            for s in self.sent.values()
            if s.to == request.path_params["id"] and s.content["post"]["create_at"] >= since
        }
        return JSONResponse({"order": list(found), "posts": found})

    async def _create(self, request: Request) -> Response:
        if denied := self._denied(request):
            return denied
        body = await json_object(request)
        channel, pending = body.get("channel_id"), body.get("pending_post_id")
        if not isinstance(channel, str) or not channel:
            return JSONResponse(self.FAULTS["bad-channel-id"][2], 400)
        if channel.startswith("nobody"):
            return JSONResponse(self.FAULTS["not-in-channel"][2], 403)
        if wrong := _wrong(body):
            return JSONResponse(_error(wrong, 400), 400)
        for known in self.sent.values():
            post = known.content["post"]
            if pending and post["pending"] == pending and time.time() - post["create_at"] / 1000 < ONCE_SECONDS:
                return JSONResponse(post, 201)
        return JSONResponse(self._write(uuid4().hex[:26], channel, body, "message"), 201)

    async def _patch(self, request: Request) -> Response:
        if denied := self._denied(request):
            return denied
        body, sent = await json_object(request), self.sent.get(request.path_params["id"])
        if sent is None:
            return JSONResponse(_error("app.post.get.app_error", 404), 404)
        if wrong := _wrong(body):
            return JSONResponse(_error(wrong, 400), 400)
        return JSONResponse(self._write(sent.id, sent.to, body, "update"))

    def _write(self, id_: str, channel: str, body: dict[str, Any], kind: str) -> dict[str, Any]:
        """Keep a post, new or changed."""
        old = self.sent.get(id_)
        props = body.get("props") or {}
        actions = [a for part in props.get("attachments") or () for a in part.get("actions") or ()]
        post = {
            "id": id_,
            "channel_id": channel,
            "message": body.get("message", ""),
            "props": props,
            "pending": body.get("pending_post_id", ""),
            "create_at": old.content["post"]["create_at"] if old else int(time.time() * 1000),
        }
        made = {a["name"]: json.dumps(a["integration"]) for a in actions}
        ids = (props.get("tasuki_case_id"), props.get("tasuki"))
        sent = Sent(self.name, id_, channel, post["message"], {"post": post}, *ids, made, old.changes if old else 0)
        self.keep(sent, kind)
        return post

    def _denied(self, request: Request) -> Response | None:
        if signatures.same(bearer(request), TOKEN):
            return None
        return JSONResponse(_error("api.context.session_expired.app_error", 401), 401)


def _wrong(body: dict[str, Any]) -> str:
    """The id of the error in a post; empty when there is none."""
    if body.keys() - FIELDS or not isinstance(body.get("message", ""), str):
        return "api.context.invalid_body_param.app_error"
    if len(body.get("message", "")) > LONGEST:
        return "model.post.is_valid.message_length.app_error"
    for part in (body.get("props") or {}).get("attachments") or ():
        for action in part.get("actions") or ():
            if not str(action.get("id", "")).isalnum() or not action.get("integration", {}).get("url"):
                return "model.post.is_valid.props_invalid.app_error"
    return ""
