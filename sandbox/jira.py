"""Jira Cloud: issues with comments in Atlassian's document format, a workflow, and users."""

import json
import re
from collections.abc import Mapping
from typing import Any, ClassVar

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox import signatures
from sandbox.crm import AGENT, Desk, Refusal, asked

USER, TOKEN = "tasuki@example.com", "sandbox-jira-token"
ACCOUNTS = {AGENT: "712020:5b10a2844c20165700ede21g"}
STATUSES = {"To Do": "new", "In Progress": "indeterminate", "Done": "done"}
# status → what may be done there: id of the transition → (its name, where it leads)
WORKFLOW: dict[str, dict[str, tuple[str, str]]] = {
    "To Do": {"11": ("対応を始める", "In Progress")},
    "In Progress": {"21": ("解決する", "Done")},
    "Done": {"31": ("再開する", "In Progress")},
}
LARGEST = 32_767  # letters of a comment
INVALID = (400, {"errorMessages": ["INVALID_INPUT"], "errors": {}})


def _error(*messages: str) -> dict[str, Any]:
    return {"errorMessages": list(messages), "errors": {}}


class Jira(Desk):
    """One site with a service project."""

    name = "jira"
    PREFIX = "/jira/rest/api/3"
    ID = re.compile(r"[A-Z]+-[1-9]\d*")
    FIRST = "To Do"
    DENIED = (401, _error("Client must be authenticated to access this resource."))
    MISSING = (404, _error("Issue does not exist or you do not have permission to see it."))
    FAULTS: ClassVar[Mapping[str, Any]] = {
        "gone": (404, {}, MISSING[1]),
        "forbidden": (403, {}, _error("You do not have the permission to comment on this issue.")),
        "denied": (403, {"x-seraph-loginreason": "AUTHENTICATION_DENIED"}, ""),
        "conflict": (409, {}, _error("The issue is being changed")),
        "too-large": (413, {}, _error("CONTENT_LIMIT_EXCEEDED")),
        "invalid": (400, {}, {"errorMessages": [], "errors": {"comment": "Comment body is not valid!"}}),
        "overloaded": (503, {"retry-after": ""}, _error("Service Unavailable")),
    }

    def routes(self) -> list[Route]:
        one = "/issue/{id}"
        return [
            self.route(one, "GET", self._show),
            self.route(f"{one}/transitions", "POST", self._transition),
            self.route(f"{one}/assignee", "PUT", self._assign),
            self.route(f"{one}/comment", "POST", self._comment),
            self.route(f"{one}/comment", "GET", self._comments),
            self.route("/user/search", "GET", self._search),
        ]

    def known(self, request: Request) -> bool:
        """Address and API token."""
        user, token = signatures.basic(request.headers.get("authorization")) or ("", "")
        return signatures.same(user, USER) & signatures.same(token, TOKEN)

    async def _show(self, request: Request) -> Response:
        record = self.record(request.path_params["id"])
        ways = [{"id": id_, "name": name, "to": _status(goal)} for id_, (name, goal) in WORKFLOW[record.status].items()]
        return JSONResponse({"key": record.id, "fields": {"status": _status(record.status)}, "transitions": ways})

    async def _transition(self, request: Request) -> Response:
        record, found = self.record(request.path_params["id"]), await asked(request, INVALID, "transition")
        way = WORKFLOW[record.status].get(str((found.get("transition") or {}).get("id")))
        if way is None:
            raise Refusal(*INVALID)
        self.change(record, status=way[1])
        return Response(status_code=204)

    async def _assign(self, request: Request) -> Response:
        record, found = self.record(request.path_params["id"]), await asked(request, INVALID, "accountId")
        if found.get("accountId") not in ACCOUNTS.values():
            raise Refusal(400, {"errorMessages": [], "errors": {"assignee": "User cannot be assigned issues."}})
        self.change(record, owner=str(found["accountId"]))
        return Response(status_code=204)

    async def _comment(self, request: Request) -> Response:
        found = await asked(request, INVALID, "body", "properties", "visibility")
        record, document = self.record(request.path_params["id"]), found.get("body")
        if not isinstance(document, dict) or (document.get("type"), document.get("version")) != ("doc", 1):
            raise Refusal(*INVALID)
        text = _text(document)
        if not text.strip():
            raise Refusal(*INVALID)
        if len(text) > LARGEST:
            raise Refusal(413, _error("CONTENT_LIMIT_EXCEEDED"))
        internal = {"key": "sd.public.comment", "value": {"internal": True}} in (found.get("properties") or [])
        raw = json.dumps(document, ensure_ascii=False)
        return JSONResponse({"id": self.write(record, raw, text, internal=internal).id, "body": document}, 201)

    async def _comments(self, request: Request) -> Response:
        notes = list(self.record(request.path_params["id"]).notes)
        if request.query_params.get("orderBy") == "-created":
            notes.reverse()
        most = min(int(request.query_params.get("maxResults", 50)), 100)
        return JSONResponse({"comments": [{"id": n.id, "body": json.loads(n.text)} for n in notes[:most]]})

    async def _search(self, request: Request) -> Response:
        email = request.query_params.get("query", "")
        id_ = self.person(email, ACCOUNTS)
        person = {"accountId": id_, "accountType": "atlassian", "active": True, "emailAddress": email}
        return JSONResponse([person] if id_ else [])


def _status(name: str) -> dict[str, Any]:
    return {"name": name, "statusCategory": {"key": STATUSES[name]}}


def _text(node: Any) -> str:
    """The text of a document; raises Refusal where it is none."""
    match node:
        case {"type": "text", "text": str(text)} if text:
            return text
        case {"type": "hardBreak"}:
            return "\n"
        case {"type": "doc" | "paragraph", "content": list(inner)}:
            return "".join(map(_text, inner))
    raise Refusal(*INVALID)
