"""Salesforce: access tokens, cases with comments, and as much of its query language as is asked here."""

import re
from collections.abc import Mapping
from typing import Any, ClassVar

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.crm import AGENT, Refusal, asked, texts
from sandbox.granting import Granting

CLIENT, SECRET = "sandbox-salesforce-client", "sandbox-salesforce-secret"
USERS = {AGENT: "0055g00000AAAA1AAC"}
STATUSES = ("New", "Working", "Escalated", "Closed")
LARGEST = 4000  # bytes of a comment
VERSION = "v62.0"
COMMENTS = re.compile(r"SELECT Id, CommentBody FROM CaseComment WHERE ParentId = '(\w+)' ORDER BY")
PEOPLE = re.compile(r"SELECT Id FROM User WHERE Email = '((?:[^'\\]|\\.)*)' AND")


def _error(code: str, *fields: str) -> list[dict[str, Any]]:
    return [{"errorCode": code, "message": code, **({"fields": list(fields)} if fields else {})}]


INVALID = (400, _error("JSON_PARSER_ERROR"))


class Salesforce(Granting):
    """One org."""

    name = "salesforce"
    PREFIX = "/salesforce/services"
    GRANT = f"{PREFIX}/oauth2/token"
    CLIENT = (CLIENT, SECRET)
    ID = re.compile(r"500[0-9A-Za-z]{12}([0-9A-Za-z]{3})?")
    FIRST = "New"
    DENIED = (401, _error("INVALID_SESSION_ID"))
    MISSING = (404, _error("NOT_FOUND"))
    FAULTS: ClassVar[Mapping[str, Any]] = {
        "expired": (401, {}, _error("INVALID_SESSION_ID")),
        "limit": (403, {}, _error("REQUEST_LIMIT_EXCEEDED")),
        "disabled": (403, {}, _error("API_DISABLED_FOR_ORG")),
        "row-locked": (400, {}, _error("UNABLE_TO_LOCK_ROW")),
        "unavailable": (503, {}, _error("SERVER_UNAVAILABLE")),
        "gone": (404, {}, _error("NOT_FOUND")),
        "deleted": (404, {}, _error("ENTITY_IS_DELETED")),
        "approval": (400, {}, _error("ENTITY_IS_LOCKED")),
        "forbidden": (403, {}, _error("INSUFFICIENT_ACCESS_OR_READONLY")),
        "storage": (403, {}, _error("STORAGE_LIMIT_EXCEEDED")),
        "no-comments": (404, {}, _error("INVALID_TYPE")),
        "precondition": (412, {}, _error("PRECONDITION_FAILED")),
    }

    def routes(self) -> list[Route]:
        data = f"/data/{VERSION}"
        return [
            self.granting(),
            self.route(f"{data}/sobjects/Case/{{id}}", "PATCH", self._update),
            self.route(f"{data}/sobjects/CaseComment", "POST", self._comment),
            self.route(f"{data}/query", "GET", self._query),
        ]

    async def _update(self, request: Request) -> Response:
        record, found = self.record(request.path_params["id"]), await asked(request, INVALID, "Status", "OwnerId")
        given = texts(found, INVALID, "Status", "OwnerId")
        if given.get("Status", "New") not in STATUSES:
            raise Refusal(400, _error("INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", "Status"))
        if given.get("OwnerId", USERS[AGENT]) not in USERS.values() or not given:
            raise Refusal(400, _error("MALFORMED_ID", "OwnerId"))
        self.change(record, status=given.get("Status", ""), owner=given.get("OwnerId", ""))
        return Response(status_code=204)

    async def _comment(self, request: Request) -> Response:
        found = await asked(request, INVALID, "ParentId", "CommentBody", "IsPublished")
        given = texts(found, INVALID, "ParentId", "CommentBody")
        record, text = self.record(given.get("ParentId", "")), given.get("CommentBody", "")
        if len(text.encode()) > LARGEST:
            raise Refusal(400, _error("STRING_TOO_LONG", "CommentBody"))
        if not text:
            raise Refusal(400, _error("REQUIRED_FIELD_MISSING", "CommentBody"))
        note = self.write(record, text, text, internal=found.get("IsPublished") is False)
        return JSONResponse({"id": note.id, "success": True, "errors": []}, 201)

    async def _query(self, request: Request) -> Response:
        soql = request.query_params.get("q", "")
        if found := COMMENTS.match(soql):
            notes = reversed(self.record(found[1]).notes)
            rows = [{"Id": n.id, "CommentBody": n.text} for n in notes]
        elif found := PEOPLE.match(soql):
            id_ = self.person(re.sub(r"\\(.)", r"\1", found[1]), USERS)
            rows = [{"Id": id_}] if id_ else []
        else:
            raise Refusal(400, _error("MALFORMED_QUERY"))
        return JSONResponse({"totalSize": len(rows), "done": True, "records": rows})
