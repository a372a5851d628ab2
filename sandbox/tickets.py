"""The CRM: the part of Zendesk's Tickets API that Tasuki uses."""

from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass, field
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox import marks, signatures
from sandbox.body import json_object
from sandbox.faults import Faults
from sandbox.journal import Journal, now_iso
from sandbox.line import hinder, hold_back
from sandbox.settings import Settings

STATUSES = ("new", "open", "pending", "hold", "solved", "closed")
PRIORITIES = ("low", "normal", "high", "urgent")
NAMES = ("subject", "status", "priority", "external_id", "assignee_email")


@dataclass
class Comment:
    """One comment; `public` is what the customer sees, the rest are internal notes."""

    id: int
    body: str
    public: bool
    author: str
    at: str = field(default_factory=now_iso)


@dataclass
class Ticket:
    """One ticket and all its comments, oldest first."""

    id: str
    subject: str = ""
    status: str = "new"
    priority: str = "normal"
    external_id: str = ""
    assignee_email: str = ""
    requester: str = ""
    organization: str = ""
    tags: list[str] = field(default_factory=list)
    custom_fields: dict[str, Any] = field(default_factory=dict)
    comments: list[Comment] = field(default_factory=list)
    created: str = field(default_factory=now_iso)
    updated: str = field(default_factory=now_iso)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    def as_zendesk(self) -> dict[str, Any]:
        """The ticket as Zendesk tells it."""
        custom = [{"id": int(k) if k.isdecimal() else k, "value": v} for k, v in self.custom_fields.items()]
        return {
            "id": int(self.id) if self.id.isdecimal() else self.id,
            "url": f"/api/v2/tickets/{self.id}.json",
            "subject": self.subject,
            "raw_subject": self.subject,
            "description": self.comments[0].body if self.comments else "",
            "status": self.status,
            "priority": self.priority,
            "external_id": self.external_id or None,
            "tags": self.tags,
            "custom_fields": custom,
            "fields": custom,
            "created_at": self.created,
            "updated_at": self.updated,
        }


class Crm:
    """All tickets by id."""

    def __init__(self, settings: Settings, journal: Journal, faults: Faults) -> None:
        self._settings, self._journal, self._faults = settings, journal, faults
        self._by_id: dict[str, Ticket] = {}
        self._comment = 9_000_000_000
        self.needed_to_solve = ""  # the id of a field without which no ticket is solved

    @property
    def tickets(self) -> list[Ticket]:
        """Every remembered ticket, in the order of their first appearance."""
        return list(self._by_id.values())

    def ticket(self, id: str | int) -> Ticket:
        """The ticket of that id; it springs into being when there is none."""
        id = str(id)
        if id not in self._by_id:
            self._by_id[id] = Ticket(id)
            while len(self._by_id) > self._settings.keep:
                self._by_id.pop(next(iter(self._by_id)))
        return self._by_id[id]

    def find(self, id: str) -> Ticket | None:
        return self._by_id.get(id)

    async def wait_for_comment(
        self, ticket: str | int | None = None, *, since: int = 0, case_id: str | None = None, timeout: float = 5
    ) -> Comment:
        """The first comment written through the API after the cursor; raises TimeoutError with what came instead."""
        to = None if ticket is None else str(ticket)
        item = await self._journal.wait(timeout, since, channel="ticket", kind="comment", to=to, case_id=case_id)
        return next(c for c in self.ticket(item.to).comments if str(c.id) == item.vendor_id)

    def comment(self, ticket: Ticket, body: str, *, public: bool, author: str) -> Comment:
        """Add a comment; at most a thousand are kept per ticket."""
        self._comment += 1
        comment = Comment(self._comment, body, public, author)
        ticket.comments.append(comment)
        del ticket.comments[:-1000]
        ticket.updated = comment.at
        return comment

    def changed(self, ticket: Ticket) -> None:
        self._journal.publish("ticket", ticket.as_json)

    def clear(self) -> None:
        self._by_id.clear()
        self.needed_to_solve = ""

    # --- the protocol

    def routes(self) -> list[Route]:
        one = "/api/v2/tickets/{id}"
        return [
            Route(f"{one}.json", self._guarded(self._show, sending=False), methods=["GET"]),
            Route(f"{one}.json", self._guarded(self._update, sending=True), methods=["PUT"]),
            Route(f"{one}/comments.json", self._guarded(self._comments, sending=False), methods=["GET"]),
            Route(one, self._guarded(self._show, sending=False), methods=["GET"]),
            Route(one, self._guarded(self._update, sending=True), methods=["PUT"]),
            Route(f"{one}/comments", self._guarded(self._comments, sending=False), methods=["GET"]),
        ]

    def _guarded(
        self, handler: Callable[[Request], Awaitable[Response]], *, sending: bool
    ) -> Callable[[Request], Awaitable[Response]]:
        async def checked(request: Request) -> Response:
            fault = await hinder(request, self._faults, "ticket", request.path_params["id"], sending=sending)
            if fault and fault.kind == "429":
                headers = {"Retry-After": f"{fault.seconds:g}"}
                body = {"error": "TooManyRequests", "description": "Number of allowed API requests per minute exceeded"}
                return JSONResponse(body, status_code=429, headers=headers)
            if fault and fault.kind == "500":
                return JSONResponse({"error": "InternalError", "description": "Internal error"}, status_code=500)
            user, password = signatures.basic(request.headers.get("authorization")) or ("", "")
            ours = self._settings
            known = signatures.same(user, f"{ours.zendesk_user}/token")
            if not known & signatures.same(password, ours.zendesk_token):
                return JSONResponse({"error": "Couldn't authenticate you"}, status_code=401)
            answer = await handler(request)
            if fault:
                await hold_back(request, fault)
            return answer

        return checked

    def _lacks(self, ticket: Ticket, change: dict[str, Any]) -> bool:
        """Whether the field that is needed to solve a ticket is empty after a change."""
        custom = {**ticket.custom_fields, **{str(f["id"]): f.get("value") for f in change.get("custom_fields", [])}}
        return bool(self.needed_to_solve) and not custom.get(self.needed_to_solve)

    async def _show(self, request: Request) -> Response:
        ticket = self.find(request.path_params["id"])
        return JSONResponse({"ticket": ticket.as_zendesk()}) if ticket else _missing()

    async def _comments(self, request: Request) -> Response:
        ticket = self.find(request.path_params["id"])
        if ticket is None:
            return _missing()
        query = request.query_params
        cursor = "page[size]" in query  # the newer way of paging knows neither `sort_order` nor `next_page`
        newest_first = not cursor and query.get("sort_order") == "desc"
        size, page = int(query.get("page[size]" if cursor else "per_page") or 100), int(query.get("page") or 1)
        comments = [
            {"id": c.id, "type": "Comment", "body": c.body, "public": c.public, "created_at": c.at}
            for c in sorted(ticket.comments, key=lambda c: c.id, reverse=newest_first)
        ]
        shown, more = comments[(page - 1) * size : page * size], page * size < len(comments)
        if cursor:
            return JSONResponse({"comments": shown, "meta": {"has_more": more}, "links": {}})
        following = str(request.url.include_query_params(page=page + 1)) if more else None
        return JSONResponse({"comments": shown, "count": len(comments), "next_page": following, "previous_page": None})

    async def _update(self, request: Request) -> Response:
        change = (await json_object(request)).get("ticket")
        if not isinstance(change, dict):
            return _invalid("ticket", "is missing")
        if wrong := _check(change):
            return _invalid(*wrong)
        if not request.path_params["id"].isdecimal():
            return _missing()
        ticket = self.ticket(request.path_params["id"])
        if ticket.status == "closed":
            return _invalid("status", "closed prevents ticket update")
        if change.get("status") == "solved" and self._lacks(ticket, change):
            return _invalid("base", f"field {self.needed_to_solve} is required to solve a ticket")
        events = _apply(ticket, change)
        kind, vendor, said = "change", ticket.id, change.get("comment")
        if said:
            public, author = said.get("public", True), self._settings.zendesk_user
            comment = self.comment(ticket, said["body"], public=public, author=author)
            kind, vendor = "comment", str(comment.id)
            events.append({"type": "Comment", "id": comment.id, "body": comment.body, "public": comment.public})
        ticket.updated = now_iso()
        content = {
            "comment": said["body"] if said else None,
            "public": said.get("public", True) if said else None,
            **{name: change[name] for name in (*NAMES, "tags", "additional_tags", "custom_fields") if name in change},
        }
        custom = {str(f.get("id")): f.get("value") for f in change.get("custom_fields", [])}
        metadata = change.get("metadata") if isinstance(change.get("metadata"), dict) else {}
        text = said["body"] if said else ""
        ids = marks.find(metadata or {}, custom, request.headers, {"case_id": change.get("external_id")}, text=text)
        self._journal.add("ticket", kind, ticket.id, vendor, text, content, ids)
        self.changed(ticket)
        return JSONResponse({"ticket": ticket.as_zendesk(), "audit": {"ticket_id": ticket.id, "events": events}})


def _check(change: dict[str, Any]) -> tuple[str, str] | None:
    """The first field that Zendesk would refuse, and why."""
    comment = change.get("comment")
    if comment is not None and not (isinstance(comment, dict) and isinstance(comment.get("body"), str)):
        return "comment", "needs a body"
    if comment is not None and not comment["body"].strip():
        return "comment", "body: cannot be blank"
    if comment is not None and not isinstance(comment.get("public", True), bool):
        return "comment", "public: must be true or false"
    if change.get("status", "open") not in STATUSES:
        return "status", f"{change['status']!r} is not a valid status"
    if change.get("priority", "low") not in (*PRIORITIES, None):
        return "priority", f"{change['priority']!r} is not a valid priority"
    for name in ("tags", "additional_tags"):
        if not isinstance(change.get(name, []), list) or not all(isinstance(t, str) for t in change.get(name, [])):
            return name, "must be a list of texts"
    fields = change.get("custom_fields", [])
    if not isinstance(fields, list) or not all(isinstance(f, dict) and "id" in f for f in fields):
        return "custom_fields", "must be a list of {id, value}"
    return None


def _apply(ticket: Ticket, change: dict[str, Any]) -> list[dict[str, Any]]:
    """Take the change over; the audit events that say so."""
    events: list[dict[str, Any]] = []
    for name in NAMES:
        if change.get(name) is not None and change[name] != getattr(ticket, name):
            events.append({"type": "Change", "field_name": name, "value": change[name]})
            setattr(ticket, name, str(change[name]))
    if "tags" in change:
        ticket.tags = sorted(set(change["tags"]))
    ticket.tags = sorted({*ticket.tags, *change.get("additional_tags", [])} - set(change.get("remove_tags", [])))
    ticket.custom_fields.update({str(f["id"]): f.get("value") for f in change.get("custom_fields", [])})
    return events


def _missing() -> Response:
    return JSONResponse({"error": "RecordNotFound", "description": "Not found"}, status_code=404)


def _invalid(name: str, why: str) -> Response:
    details = {name: [{"description": f"{name.capitalize()} {why}", "error": "InvalidValue"}]}
    body = {"error": "RecordInvalid", "description": "Record validation errors", "details": details}
    return JSONResponse(body, status_code=422)
