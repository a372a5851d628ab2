"""What the ticket systems of the sandbox have in common: records with a status, an owner and comments, and who may write."""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from html import unescape
from typing import Any, ClassVar

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox import body
from sandbox.journal import now_iso
from sandbox.vendor import Sent, Vendor

AGENT = "sato@example.co.jp"  # whom every system knows
MARK = re.compile(r"\[tasuki:([0-9a-f-]{36})\]")
Answering = Callable[[Request], Awaitable[Response]]


@dataclass
class Note:
    """One comment as it was written; `internal` ones are never shown or mailed to the customer."""

    id: str
    text: str
    internal: bool
    at: str = field(default_factory=now_iso)


@dataclass
class Record:
    """One ticket; `revision` counts its changes, `history` are the statuses that it has had, `fields` what else was given."""

    id: str
    status: str
    owner: str = ""
    notes: list[Note] = field(default_factory=list)
    revision: int = 1
    history: list[str] = field(default_factory=list)
    fields: dict[str, Any] = field(default_factory=dict)
    changed_at: str = field(default_factory=now_iso)


class Refusal(Exception):
    """What is answered instead: a status and a body."""

    def __init__(self, status: int, said: Any) -> None:
        super().__init__(status, said)
        self.status, self.said = status, said


class Desk(Vendor):
    """One ticket system. A subclass says how its records are named, where they begin, and how it refuses.

    Every well-formed record exists, but for those whose name ends in 404.
    """

    channel = "ticket"
    ID: ClassVar[re.Pattern[str]]
    FIRST: ClassVar[str]
    PREFIX: ClassVar[str]
    DENIED: ClassVar[tuple[int, Any]]
    MISSING: ClassVar[tuple[int, Any]]

    def __init__(self, *parts: Any) -> None:
        super().__init__(*parts)
        self.records: dict[str, Record] = {}
        self.asked_for: list[str] = []  # e-mail addresses of people that were looked up
        self._next = 9_000_000

    def record(self, id_: str) -> Record:
        """The record of that name; raises Refusal where there is none."""
        if not self.ID.fullmatch(id_) or id_.endswith("404"):
            raise Refusal(*self.MISSING)
        if id_ not in self.records:
            self.records[id_] = Record(id_, self.FIRST)
            while len(self.records) > self.settings.keep:
                self.records.pop(next(iter(self.records)))
        return self.records[id_]

    def clear(self) -> None:
        """Forget the records too."""
        super().clear()
        self.records.clear()
        self.asked_for.clear()

    def person(self, email: str, people: Mapping[str, Any]) -> Any:
        """Somebody by e-mail address, None when there is nobody."""
        self.asked_for = [*self.asked_for[-99:], email]
        return people.get(email)

    def known(self, request: Request) -> bool:
        """Whether the credentials are right."""
        raise NotImplementedError

    def route(self, path: str, method: str, handler: Answering, *, sending: bool | None = None) -> Route:
        """A door behind credentials; what only reads meets no fault of sending."""

        async def answer(request: Request) -> Response:
            if not self.known(request):
                return JSONResponse(self.DENIED[1], self.DENIED[0])
            try:
                return await handler(request)
            except Refusal as refusal:
                return JSONResponse(refusal.said, refusal.status)

        sends = method != "GET" if sending is None else sending
        return Route(self.PREFIX + path, self.guarded(answer, _named, sending=sends), methods=[method])

    def write(self, record: Record, text: str, shown: str, *, internal: bool) -> Note:
        """Add a comment; `shown` is its text as people read it."""
        self._next += 1
        note = Note(str(self._next), text, internal)
        record.notes.append(note)
        record.revision += 1
        mark = MARK.search(text)
        content = {"internal": internal, "status": record.status, "owner": record.owner, "body": text}
        sent = Sent(self.name, note.id, record.id, shown, content, notification_id=mark[1] if mark else None)
        self.keep(sent, "comment")
        return note

    def change(self, record: Record, *, status: str = "", owner: str = "") -> None:
        """Take over a status and an owner."""
        if status and status != record.status:
            record.history.append(record.status)
        record.status, record.owner = status or record.status, owner or record.owner
        record.revision += 1
        record.changed_at = now_iso()
        content = {"status": record.status, "owner": record.owner}
        self.keep(Sent(self.name, f"{record.id}#{record.revision}", record.id, "", content), "change")


def plain(text: str) -> str:
    """The text of a piece of HTML."""
    return unescape(re.sub(r"<[^>]+>", "", text.replace("<br>", "\n")))


async def asked(request: Request, refusal: tuple[int, Any], *allowed: str) -> dict[str, Any]:
    """The JSON object of a request, whose fields must all be allowed; raises Refusal."""
    try:
        found = await body.json_object(request)
    except HTTPException as problem:
        raise Refusal(*refusal) from problem
    if set(found) - set(allowed):
        raise Refusal(*refusal)
    return found


def texts(found: Mapping[str, Any], refusal: tuple[int, Any], *names: str) -> dict[str, str]:
    """These fields, which must be texts where they are given; raises Refusal."""
    given = {name: found[name] for name in names if name in found}
    if not all(isinstance(value, str) and value for value in given.values()):
        raise Refusal(*refusal)
    return given


def _named(request: Request) -> str:
    return str(request.path_params.get("id") or "")
