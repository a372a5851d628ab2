"""Dynamics 365: access tokens, cases with notes under ids of the writer's choice, and their end, which is an action."""

import re
from collections.abc import Mapping
from typing import Any, ClassVar

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.crm import AGENT, Refusal, asked, plain
from sandbox.granting import Granting

TENANT, CLIENT, SECRET = "sandbox-tenant", "sandbox-dynamics-client", "sandbox-dynamics-secret"
USERS = {AGENT: "75c2dd85-0000-e711-8122-000d3aa20001"}
OPEN, SOLVED = ("1", "2", "3", "4"), ("5", "1000")
LARGEST = 100_000  # letters of a note
_GUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_BOUND = re.compile(rf"/(incidents|systemusers)\(({_GUID})\)")
_PEOPLE = re.compile(r"internalemailaddress eq '((?:[^']|'')*)' and isdisabled eq false")


def _error(code: str) -> dict[str, Any]:
    return {"error": {"code": code, "message": code}}


INVALID = (400, _error("0x80048d19"))


class Dynamics365(Granting):
    """One environment, and the door of its tenant."""

    name = "dynamics365"
    PREFIX = "/dynamics365/api/data/v9.2"
    GRANT = f"/dynamics365/login/{TENANT}/oauth2/v2.0/token"
    CLIENT = (CLIENT, SECRET)
    ID = re.compile(_GUID)
    FIRST = "2"
    DENIED = (401, None)
    MISSING = (404, _error("0x80040217"))
    FAULTS: ClassVar[Mapping[str, Any]] = {
        "limit": (429, {"retry-after": "7"}, _error("0x80072322")),
        "gone": (404, {}, _error("0x80040217")),
        "privilege": (403, {}, _error("0x80040220")),
        "conflict": (412, {}, _error("0x80060882")),
        "invalid": (400, {}, _error("0x80048d19")),
        "method": (405, {}, _error("0x0")),
    }

    def routes(self) -> list[Route]:
        return [
            self.granting(),
            self.route("/incidents({id})", "PATCH", self._update),
            self.route("/CloseIncident", "POST", self._close),
            self.route("/annotations", "POST", self._note),
            self.route("/annotations({id})", "GET", self._show),
            self.route("/systemusers", "GET", self._people),
        ]

    async def _update(self, request: Request) -> Response:
        found = await asked(request, INVALID, "statecode", "statuscode", "ownerid@odata.bind")
        record, owner = self.record(request.path_params["id"]), ""
        if request.headers.get("if-match") != "*":
            raise Refusal(*INVALID)
        if "ownerid@odata.bind" in found:
            owner = _bound(found, "ownerid@odata.bind", "systemusers")
        status = str(found.get("statuscode", ""))
        known = owner in (*USERS.values(), "") and status in (*OPEN, "") and ("statecode" in found) is bool(status)
        if not known or not found:
            raise Refusal(*INVALID)
        self.change(record, status=status, owner=owner)
        return Response(status_code=204)

    async def _close(self, request: Request) -> Response:
        found = await asked(request, INVALID, "IncidentResolution", "Status")
        end, status = found.get("IncidentResolution"), str(found.get("Status"))
        if not isinstance(end, dict) or not end.get("subject") or status not in SOLVED:
            raise Refusal(*INVALID)
        record = self.record(_bound(end, "incidentid@odata.bind", "incidents"))
        if record.status in SOLVED:
            raise Refusal(400, _error("0x80040278"))
        self.change(record, status=status)
        return Response(status_code=204)

    async def _note(self, request: Request) -> Response:
        found = await asked(request, INVALID, "annotationid", "subject", "notetext", "objectid_incident@odata.bind")
        text, id_ = found.get("notetext"), str(found.get("annotationid"))
        record = self.record(_bound(found, "objectid_incident@odata.bind", "incidents"))
        if not isinstance(text, str) or not 0 < len(text) <= LARGEST or not re.fullmatch(_GUID, id_):
            raise Refusal(*INVALID)
        if self._holds(id_):
            raise Refusal(412, _error("0x80040237"))
        self.write(record, text, plain(text), internal=True).id = id_
        return Response(status_code=204)

    async def _show(self, request: Request) -> Response:
        id_ = request.path_params["id"]
        if not self._holds(id_):
            raise Refusal(*self.MISSING)
        return JSONResponse({"annotationid": id_})

    async def _people(self, request: Request) -> Response:
        wanted = _PEOPLE.fullmatch(request.query_params.get("$filter", ""))
        if wanted is None:
            raise Refusal(*INVALID)
        id_ = self.person(wanted[1].replace("''", "'"), USERS)
        return JSONResponse({"value": [{"systemuserid": id_}] if id_ else []})

    def _holds(self, id_: str) -> bool:
        return any(note.id == id_ for record in self.records.values() for note in record.notes)


def _bound(found: Mapping[str, Any], name: str, kind: str) -> str:
    """The id of the record that a field binds; raises Refusal."""
    bound = _BOUND.fullmatch(str(found.get(name)))
    if bound is None or bound[1] != kind:
        raise Refusal(*INVALID)
    return bound[2]
