"""Freshdesk: tickets with private notes, numbered statuses and agents."""

import re
from collections.abc import Mapping
from typing import Any, ClassVar

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox import signatures
from sandbox.crm import AGENT, Desk, Refusal, asked, plain

KEY = "sandbox-freshdesk-key"
AGENTS = {AGENT: 77001}
STATUSES = (2, 3, 4, 5)
INVALID = (400, {"description": "Validation failed", "errors": [{"field": "x", "code": "invalid_value"}]})
LARGEST = 65_536  # letters of a note
PER_PAGE = 100


class Freshdesk(Desk):
    """One account."""

    name = "freshdesk"
    PREFIX = "/freshdesk/api/v2"
    ID = re.compile(r"[1-9]\d*")
    FIRST = "2"
    DENIED = (401, {"code": "invalid_credentials", "message": "You have to be logged in to perform this action."})
    MISSING = (404, None)
    FAULTS: ClassVar[Mapping[str, Any]] = {
        "gone": (404, {}, ""),
        "forbidden": (403, {}, {"code": "access_denied", "message": "You are not authorized"}),
        "suspended": (403, {}, {"code": "account_suspended", "message": "Your account has been suspended."}),
        "conflict": (409, {}, {"code": "conflict", "message": "The record was changed by somebody else"}),
        "invalid": (*INVALID[:1], {}, INVALID[1]),
        "method": (405, {"allow": "GET"}, ""),
    }

    def routes(self) -> list[Route]:
        one = "/tickets/{id}"
        return [
            self.route(one, "PUT", self._update),
            self.route(f"{one}/notes", "POST", self._note),
            self.route(f"{one}/conversations", "GET", self._conversations),
            self.route("/agents", "GET", self._agents),
        ]

    def known(self, request: Request) -> bool:
        """The key is the user of Basic."""
        user, _ = signatures.basic(request.headers.get("authorization")) or ("", "")
        return signatures.same(user, KEY)

    async def _update(self, request: Request) -> Response:
        found = await asked(request, INVALID, "status", "responder_id")
        record = self.record(request.path_params["id"])
        status, owner = found.get("status"), found.get("responder_id")
        if status not in (*STATUSES, None) or owner not in (*AGENTS.values(), None) or not found:
            raise Refusal(*INVALID)
        self.change(record, status=str(status or ""), owner=str(owner or ""))
        return JSONResponse({"id": int(record.id), "status": int(record.status)})

    async def _note(self, request: Request) -> Response:
        found = await asked(request, INVALID, "body", "private", "notify_emails")
        record, text, private = self.record(request.path_params["id"]), found.get("body"), found.get("private", True)
        if not isinstance(text, str) or not text or len(text) > LARGEST or not isinstance(private, bool):
            raise Refusal(*INVALID)
        note = self.write(record, text, plain(text), internal=private)
        return JSONResponse({"id": int(note.id), "body": text, "private": private}, 201)

    async def _conversations(self, request: Request) -> Response:
        record = self.record(request.path_params["id"])
        start = (int(request.query_params.get("page", 1)) - 1) * PER_PAGE
        page = record.notes[start : start + PER_PAGE]
        return JSONResponse(
            [{"id": int(n.id), "body": n.text, "body_text": plain(n.text), "private": n.internal} for n in page]
        )

    async def _agents(self, request: Request) -> Response:
        email = request.query_params.get("email", "")
        id_ = self.person(email, AGENTS)
        return JSONResponse([{"id": id_, "contact": {"email": email, "active": True}}] if id_ else [])
