"""Intercom: conversations with notes, open or closed, and the teammates they are assigned to; tickets, which are numbered from 8."""

import re
from collections.abc import Mapping
from typing import Any, ClassVar

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox import signatures
from sandbox.crm import AGENT, Desk, Record, Refusal, asked, plain
from sandbox.vendor import bearer

TOKEN = "sandbox-intercom-token"  # noqa: S105 - opens only this sandbox
ADMINS = {AGENT: "6401"}
ADMIN = "6400"  # in whose name notes are written
STATES = {"open": "open", "close": "closed"}
LARGEST = 65_536  # letters of a note
TICKET = "8"  # begins the ids of tickets


def _error(code: str) -> dict[str, Any]:
    return {"type": "error.list", "request_id": "sandbox", "errors": [{"code": code, "message": code}]}


INVALID = (400, _error("parameter_invalid"))


class Intercom(Desk):
    """One workspace."""

    name = "intercom"
    PREFIX = "/intercom"
    ID = re.compile(r"[1-9]\d*")
    FIRST = "open"
    DENIED = (401, _error("unauthorized"))
    MISSING = (404, _error("not_found"))
    FAULTS: ClassVar[Mapping[str, Any]] = {
        "gone": (404, {}, _error("not_found")),
        "forbidden": (403, {}, _error("action_forbidden")),
        "plan": (403, {}, _error("api_plan_restricted")),
        "conflict": (409, {}, _error("conflict")),
        "invalid": (422, {}, _error("unprocessable_entity")),
        "type": (406, {}, _error("not_acceptable")),
    }

    def routes(self) -> list[Route]:
        return [
            self.route("/conversations/{id}/parts", "POST", self._manage),
            self.route("/conversations/{id}/reply", "POST", self._reply),
            self.route("/conversations/{id}", "GET", self._show),
            self.route("/tickets/{id}/reply", "POST", self._reply),
            self.route("/tickets/{id}", "GET", self._show),
            self.route("/admins", "GET", self._admins),
        ]

    def known(self, request: Request) -> bool:
        """The access token of the app."""
        return signatures.same(bearer(request), TOKEN)

    def _one(self, request: Request) -> Record:
        """The conversation or ticket that is asked for; raises Refusal."""
        id_ = str(request.path_params["id"])
        if id_.startswith(TICKET) is not request.url.path.startswith(f"{self.PREFIX}/tickets/"):
            raise Refusal(*self.MISSING)
        return self.record(id_)

    async def _asked(self, request: Request, *more: str) -> dict[str, Any]:
        found = await asked(request, INVALID, "type", "admin_id", "message_type", *more)
        if found.get("type") != "admin" or found.get("admin_id") != ADMIN:
            raise Refusal(*INVALID)
        return found

    async def _manage(self, request: Request) -> Response:
        found, record = await self._asked(request, "assignee_id"), self._one(request)
        what, owner = str(found.get("message_type")), found.get("assignee_id", "")
        if what == "assignment" and owner in ADMINS.values():
            self.change(record, owner=owner)
        elif what in STATES and not owner:
            self.change(record, status=STATES[what])
        else:
            raise Refusal(*INVALID)
        return JSONResponse(_shown(record))

    async def _reply(self, request: Request) -> Response:
        found, record = await self._asked(request, "body"), self._one(request)
        text, kind = found.get("body"), found.get("message_type")
        if kind not in ("note", "comment") or not isinstance(text, str) or not 0 < len(text) <= LARGEST:
            raise Refusal(*INVALID)
        self.write(record, text, plain(text), internal=kind == "note")
        return JSONResponse(_shown(record))

    async def _show(self, request: Request) -> Response:
        return JSONResponse(_shown(self._one(request)))

    async def _admins(self, request: Request) -> Response:
        self.person("*", {})
        admins = [{"type": "admin", "id": id_, "email": email} for email, id_ in ADMINS.items()]
        return JSONResponse({"type": "admin.list", "admins": admins})


def _shown(record: Record) -> dict[str, Any]:
    """A conversation or ticket with its parts, the oldest first."""
    kind = "ticket" if record.id.startswith(TICKET) else "conversation"
    parts = [{"type": f"{kind}_part", "id": n.id, "body": f"<p>{n.text}</p>"} for n in record.notes]
    return {
        "type": kind,
        "id": record.id,
        "state": record.status,
        f"{kind}_parts": {f"{kind}_parts": parts, "total_count": len(parts)},
    }
