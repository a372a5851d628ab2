"""ServiceNow: the Table API of incidents, their journal, and users."""

import hashlib
import re
from collections.abc import Mapping
from typing import Any, ClassVar

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox import signatures
from sandbox.crm import AGENT, Desk, Refusal, asked, texts

USER, PASSWORD = "tasuki", "sandbox-servicenow-password"
USERS = {AGENT: hashlib.md5(AGENT.encode(), usedforsecurity=False).hexdigest()}
STATES = ("1", "2", "3", "6", "7")
RESOLVED = "6"


def _error(message: str, detail: str = "") -> dict[str, Any]:
    return {"error": {"message": message, "detail": detail}, "status": "failure"}


INVALID = (400, _error("Exception while reading request"))
ABORTED = (
    403,
    _error("Operation Failed", "Data Policy Exception: the following fields are mandatory: Resolution code"),
)


class ServiceNow(Desk):
    """One instance."""

    name = "servicenow"
    PREFIX = "/servicenow/api/now/table"
    ID = re.compile(r"[0-9a-f]{32}")
    FIRST = "1"
    DENIED = (401, _error("User Not Authenticated", "Required to provide Auth information"))
    MISSING = (404, _error("No Record found", "Record doesn't exist or ACL restricts the record retrieval"))
    FAULTS: ClassVar[Mapping[str, Any]] = {
        "gone": (404, {}, MISSING[1]),
        "forbidden": (403, {}, _error("Operation Failed", "ACL Exception Update Failed due to security constraints")),
        "rule": (403, {}, _error("Operation Failed", "Operation aborted by Business Rule")),
        "table": (400, {}, _error("Invalid table incidents")),
        "conflict": (409, {}, _error("Conflict", "Somebody else is writing to the record")),
        "maintenance": (503, {"retry-after": ""}, ""),
    }

    def routes(self) -> list[Route]:
        return [
            self.route("/incident/{id}", "PATCH", self._update),
            self.route("/sys_journal_field", "GET", self._journal),
            self.route("/sys_user", "GET", self._users),
        ]

    def known(self, request: Request) -> bool:
        """User and password."""
        user, password = signatures.basic(request.headers.get("authorization")) or ("", "")
        return signatures.same(user, USER) & signatures.same(password, PASSWORD)

    async def _update(self, request: Request) -> Response:
        names = ("work_notes", "state", "assigned_to", "close_code", "close_notes")
        record, found = self.record(request.path_params["id"]), await asked(request, INVALID, *names)
        given = texts(found, INVALID, *names)
        if given.get("state", "1") not in STATES or not given:
            raise Refusal(*INVALID)
        if given.get("state") == RESOLVED and not (given.get("close_code") and given.get("close_notes")):
            raise Refusal(*ABORTED)
        if "state" in given or "assigned_to" in given:
            self.change(record, status=given.get("state", ""), owner=given.get("assigned_to", ""))
        if "work_notes" in given:
            self.write(record, given["work_notes"], given["work_notes"], internal=True)
        return JSONResponse({"result": {"sys_id": record.id}})

    async def _journal(self, request: Request) -> Response:
        wanted = request.query_params.get("sysparm_query", "")
        found = re.fullmatch(r"element_id=([0-9a-f]{32})\^element=work_notes\^valueLIKE([^^]+)", wanted)
        if found is None:
            raise Refusal(*INVALID)
        record = self.records.get(found[1])
        notes = [n for n in record.notes if found[2] in n.text] if record else []
        return JSONResponse({"result": [{"sys_id": n.id.rjust(32, "0")} for n in notes[:1]]})

    async def _users(self, request: Request) -> Response:
        found = re.fullmatch(r"email=([^^]+)\^active=true", request.query_params.get("sysparm_query", ""))
        id_ = self.person(found[1], USERS) if found else None
        return JSONResponse({"result": [{"sys_id": id_}] if id_ else []})
