"""HubSpot: ticket objects with notes, the stages of a pipeline, and owners."""

import re
from collections.abc import Mapping
from typing import Any, ClassVar

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox import signatures
from sandbox.crm import AGENT, Desk, Refusal, asked, plain
from sandbox.vendor import bearer

TOKEN = "sandbox-hubspot-token"  # noqa: S105 - opens only this sandbox
OWNERS = {AGENT: "51001"}
STAGES = ("1", "2", "3", "4")
LARGEST = 65_536  # letters of a note
NOTE_TO_TICKET = 228


def _error(category: str, **more: Any) -> dict[str, Any]:
    return {"status": "error", "message": category, "correlationId": "c0", "category": category, **more}


INVALID = (400, _error("VALIDATION_ERROR"))


class HubSpot(Desk):
    """One account."""

    name = "hubspot"
    PREFIX = "/hubspot/crm"
    ID = re.compile(r"[1-9]\d*")
    FIRST = "1"
    DENIED = (401, _error("INVALID_AUTHENTICATION"))
    MISSING = (404, _error("OBJECT_NOT_FOUND"))
    FAULTS: ClassVar[Mapping[str, Any]] = {
        "burst": (429, {}, _error("RATE_LIMITS", errorType="RATE_LIMIT", policyName="TEN_SECONDLY_ROLLING")),
        "daily": (429, {}, _error("RATE_LIMITS", errorType="RATE_LIMIT", policyName="DAILY")),
        "gone": (404, {}, _error("OBJECT_NOT_FOUND")),
        "invalid": (400, {}, _error("VALIDATION_ERROR")),
        "scopes": (403, {}, _error("MISSING_SCOPES")),
        "expired": (401, {}, _error("EXPIRED_AUTHENTICATION")),
        "conflict": (409, {}, _error("CONFLICT")),
        "locked": (423, {}, _error("LOCKED")),
        "moving": (477, {"retry-after": ""}, _error("MIGRATION_IN_PROGRESS")),
    }

    def routes(self) -> list[Route]:
        return [
            self.route("/v3/objects/tickets/{id}", "PATCH", self._update),
            self.route("/v3/objects/notes", "POST", self._note),
            self.route("/v3/objects/notes/batch/read", "POST", self._read, sending=False),
            self.route("/v4/objects/tickets/{id}/associations/notes", "GET", self._associations),
            self.route("/v3/owners", "GET", self._owners),
        ]

    def known(self, request: Request) -> bool:
        """The token of the private app."""
        return signatures.same(bearer(request), TOKEN)

    async def _update(self, request: Request) -> Response:
        found = (await asked(request, INVALID, "properties")).get("properties")
        record = self.record(request.path_params["id"])
        if not isinstance(found, dict) or not found or set(found) - {"hs_pipeline_stage", "hubspot_owner_id"}:
            raise Refusal(*INVALID)
        stage, owner = found.get("hs_pipeline_stage", ""), found.get("hubspot_owner_id", "")
        if stage not in (*STAGES, "") or owner not in (*OWNERS.values(), ""):
            raise Refusal(*INVALID)
        self.change(record, status=stage, owner=owner)
        return JSONResponse({"id": record.id, "properties": found})

    async def _note(self, request: Request) -> Response:
        found = await asked(request, INVALID, "properties", "associations")
        try:
            (link,) = found["associations"]
            (kind,) = link["types"]
            text, at = found["properties"]["hs_note_body"], found["properties"]["hs_timestamp"]
            record = self.record(str(link["to"]["id"]))
            fits = kind == {"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": NOTE_TO_TICKET}
        except (KeyError, TypeError, ValueError):
            raise Refusal(*INVALID) from None
        if not fits or not re.fullmatch(r"\d{13}", str(at)) or not text or len(text) > LARGEST:
            raise Refusal(*INVALID)
        note = self.write(record, text, plain(text), internal=True)
        return JSONResponse({"id": note.id, "properties": found["properties"]}, 201)

    async def _associations(self, request: Request) -> Response:
        record = self.record(request.path_params["id"])
        rows = [{"toObjectId": int(n.id), "associationTypes": [{"typeId": NOTE_TO_TICKET - 1}]} for n in record.notes]
        return JSONResponse({"results": rows})

    async def _read(self, request: Request) -> Response:
        found = await asked(request, INVALID, "properties", "inputs")
        wanted = {str(i["id"]) for i in found.get("inputs", [])}
        if not wanted or len(wanted) > 100:
            raise Refusal(*INVALID)
        notes = [n for record in self.records.values() for n in record.notes if n.id in wanted]
        return JSONResponse({"results": [{"id": n.id, "properties": {"hs_note_body": n.text}} for n in notes]})

    async def _owners(self, request: Request) -> Response:
        email = request.query_params.get("email", "")
        id_ = self.person(email, OWNERS)
        return JSONResponse({"results": [{"id": id_, "email": email}] if id_ else []})
