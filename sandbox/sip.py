"""The telephone gateway's HTTP: calls that ring nowhere, and the signed reports of what a test says has happened in them."""

import base64
import hashlib
import hmac
import json
import re
import time
from collections.abc import Mapping
from typing import Any, ClassVar
from urllib.parse import parse_qsl, urlsplit

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox import signatures
from sandbox.body import json_object
from sandbox.journal import now_iso
from sandbox.outgoing import Delivery
from sandbox.vendor import Sent, Vendor, bearer

TOKEN = "sandbox-gateway-token"  # noqa: S105 - opens only this sandbox
SECRET = "sandbox-gateway-signing-secret"  # noqa: S105 - opens only this sandbox
FIELDS = {"to", "language", "speech", "report", "ring_seconds", "longest_seconds", "repeats"}
DIALLED = re.compile(r"\+[1-9][0-9]{6,14}|sip:[!-~]+")
TALKING = "answered"


def _problem(status: int, code: str) -> JSONResponse:
    return JSONResponse({"code": code, "status": status}, status, media_type="application/problem+json")


class Sip(Vendor):
    """One gateway under /sip; a call keeps the state that was reported of it last."""

    name, channel = "sip", "phone"
    FAULTS: ClassVar[Mapping[str, Any]] = {
        "busy": (503, {"retry-after": ""}, {"code": "busy"}),
        "not-dialable": (422, {}, {"code": "not-dialable"}),
        "unauthorized": (401, {}, {"code": "unauthorized"}),
        "conflict": (409, {}, {"code": "conflict"}),
    }

    def __init__(self, *parts: Any) -> None:
        super().__init__(*parts)
        self.reported: dict[str, int] = {}
        self.known: dict[str, dict[str, str]] = {}

    def routes(self) -> list[Route]:
        def to(request: Request) -> str:
            return str(request.path_params["id"])

        place, show = self.guarded(self._place, to), self.guarded(self._show, to, sending=False)
        end = self.guarded(self._end, to, sending=False)
        path = "/sip/calls/{id}"
        return [
            Route(path, place, methods=["PUT"]),
            Route(path, show, methods=["GET"]),
            Route(path, end, methods=["DELETE"]),
        ]

    async def report(self, id: str, event: str, secret: str = SECRET, **more: Any) -> Delivery:
        """Tell what has happened in a call, signed; it is told once, whatever comes back."""
        call = self.sent[id]
        self.reported[id] = sequence = self.reported.get(id, 0) + 1
        call.content["state"] = {"key": TALKING}.get(event, event)
        told = {"call_id": id, "event": event, "at": now_iso(), "sequence": sequence, **more}
        body, stamp, named = json.dumps(told).encode(), str(int(time.time())), f"{id}.{sequence}"
        mac = hmac.new(secret.encode(), f"{named}.{stamp}.".encode() + body, hashlib.sha256).digest()
        headers = {
            "content-type": "application/json",
            "webhook-id": named,
            "webhook-timestamp": stamp,
            "webhook-signature": f"v1,{base64.b64encode(mac).decode()}",
        }
        return await self.outgoing.send("gateway report", call.content["report"], body, headers)

    def silently(self, id: str, state: str, **more: str) -> None:
        """Have a call come so far without telling; `code`, `outcome` and `untold_key` are shown to whoever asks."""
        self.sent[id].content["state"] = state
        self.known[id] = more

    def clear(self) -> None:
        super().clear()
        self.reported.clear()
        self.known.clear()

    def _view(self, call: Sent) -> dict[str, Any]:
        state, more = call.content["state"], self.known.get(call.id, {})
        return {"id": call.id, "state": state, "code": "", "outcome": "", "placed_at": call.at, **more}

    async def _place(self, request: Request) -> Response:
        if not signatures.same(bearer(request), TOKEN):
            return _problem(401, "unauthorized")
        id_, order = request.path_params["id"], await json_object(request)
        to, speech = order.get("to"), order.get("speech")
        if set(order) - FIELDS or not isinstance(to, str) or not DIALLED.fullmatch(to):
            return _problem(422, "invalid")
        if not isinstance(speech, str) or not 0 < len(speech) <= 1000:
            return _problem(422, "invalid")
        if known := self.sent.get(id_):
            same = {k: v for k, v in known.content.items() if k != "state"} == order
            return JSONResponse(self._view(known)) if same else _problem(409, "conflict")
        asked = dict(parse_qsl(urlsplit(str(order.get("report"))).query))
        ids = asked.get("case_id"), asked.get("notification_id")
        call = Sent(self.name, id_, to, speech, {**order, "state": "queued"}, *ids)
        self.keep(call, "call")
        return JSONResponse(self._view(call), 201)

    async def _show(self, request: Request) -> Response:
        if not signatures.same(bearer(request), TOKEN):
            return _problem(401, "unauthorized")
        call = self.sent.get(request.path_params["id"])
        return JSONResponse(self._view(call)) if call else _problem(404, "not-found")

    async def _end(self, request: Request) -> Response:
        shown = await self._show(request)
        if shown.status_code != 200:
            return shown
        call = self.sent[request.path_params["id"]]
        if call.content["state"] == TALKING and request.query_params.get("unanswered_only") == "true":
            return _problem(409, "answered")
        call.content["state"] = "ended"
        return JSONResponse(self._view(call))
