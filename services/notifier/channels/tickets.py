"""What writing to the sender's own ticket has in common: first status and owner, then one internal comment.

The comment comes last and carries the id of the notification: where it stands, the rest is done, and doing the rest
again changes nothing. A status or an owner that the system refuses does not keep the comment from being written.
"""

import asyncio
import html
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, TypeAlias

import httpx

from services.notifier.channels.channel import NOT_SET_UP, Surroundings
from services.notifier.channels.http import call, refused, retry_after
from services.notifier.domain.fitting import fit
from services.notifier.domain.message import Message
from services.notifier.domain.notification import Notification
from services.notifier.domain.result import Absent, Accepted, Ambiguous, Lookup, Permanent, Result, Retryable

REMEMBERED = 300.0  # seconds that it is known who has an e-mail address in the system
MOST_USERS = 1000
Failure: TypeAlias = Retryable | Permanent | Ambiguous
Meaning = Literal["again", "target", "channel", "account"]
CONFLICT: Mapping[int, Meaning] = {409: "again", 412: "again", 423: "again"}  # somebody else is writing to the ticket


@dataclass(frozen=True)
class Answer:
    """What a system said to a call that went well; `body` is None where it said nothing."""

    body: Any = None

    def get(self, *names: str) -> Any:
        """A field of a field … of the answer, None where there is none."""
        return within(self.body, *names)

    def rows(self, name: str = "") -> list[dict[str, Any]]:
        """The objects of a list: of the field of that name, or the answer itself."""
        found = self.get(name) if name else self.body
        return [row for row in found if isinstance(row, dict)] if isinstance(found, list) else []


@dataclass(frozen=True)
class Change:
    """What becomes of a ticket: `status` in Zendesk's words, `owner` as the system's own user; empty is left alone."""

    status: str
    owner: str
    message: Message


class Tickets:
    """Tickets of one account in one system. A subclass says its endpoints and what its errors mean.

    `ID` is how its tickets are named, `ROOM` how much a comment may hold as `weight` counts it, `CODES` what an error
    code of the system means, `STATUSES` what an HTTP status means where the code says nothing.
    """

    NAME: ClassVar[str]
    ID: ClassVar[re.Pattern[str]]
    ROOM: ClassVar[int] = 20_000
    CODES: ClassVar[Mapping[str, Meaning]] = {}
    STATUSES: ClassVar[Mapping[int, Meaning]] = {}

    def __init__(self, around: Surroundings, url: str, *needed: str, **access: Any) -> None:
        self._http = around.http
        self._url = url.rstrip("/")
        self._access = access
        self._users: dict[str, tuple[str, float]] = {}
        self.set_up = all((url, *needed))

    async def send(self, message: Message, to: str) -> Result:
        """Write the comment, with the status and the owner that the message asks for."""
        status = message.notification.content.ticket_status
        if not self.set_up:
            return NOT_SET_UP
        if not self.ID.fullmatch(to):
            return Permanent("no-such-ticket", "target")
        owner = await self._owner(message.assignee)
        return await self._write(to, Change(status, owner, message)) if isinstance(owner, str) else owner

    async def find(self, n: Notification, to: str, others: frozenset[str]) -> Lookup:
        """Look for our marker among the newest comments."""
        found = await self._written(to, marker(n))
        match found:
            case str():
                return Accepted(f"{to}/{found}")
            case Retryable():
                return found
            case Ambiguous() | Permanent(scope="channel" | "account"):
                return Retryable(found.code)
            case _:
                return Absent()

    async def withdraw(self, message: Message, to: str) -> Result:
        """A comment stays."""
        return Accepted(message.notification.provider_id, "nothing-to-do")

    async def close(self) -> None:
        """Nothing of its own."""

    # --- what a system says of itself

    weight: Callable[[str], int] = staticmethod(len)

    async def _write(self, id_: str, change: Change) -> Result:
        """Change the ticket, then comment on it; a system that takes both at once says so here."""
        done = await self._change(id_, change) if change.status or change.owner else Answer()
        if not isinstance(done, Answer) and not (isinstance(done, Permanent) and done.scope == "target"):
            return done
        written = await self._comment(id_, self._text(change.message), change.message.notification)
        code = "" if isinstance(done, Answer) else f"comment-only: {done.code}"
        return Accepted(f"{id_}/{written}", code) if isinstance(written, str) else written

    async def _change(self, id_: str, change: Change) -> Answer | Failure:
        """Set status and owner; doing it twice is doing it once."""
        raise NotImplementedError

    async def _comment(self, id_: str, text: str, n: Notification) -> str | Failure:
        """Write a comment that the customer does not get; its id."""
        raise NotImplementedError

    async def _written(self, id_: str, mark: str) -> str | Failure | None:
        """The id of the comment that holds a mark, None when there is none."""
        raise NotImplementedError

    async def _user(self, email: str) -> str | Failure:
        """The system's own id of whoever has this address, nothing when nobody has."""
        raise NotImplementedError

    def _error(self, response: httpx.Response) -> str:
        """The system's own code in an answer that is not a success."""
        return ""

    def _wait(self, response: httpx.Response) -> float | None:
        """The seconds to wait before it may be tried again."""
        return retry_after(response)

    # --- what is the same everywhere

    async def _owner(self, email: str) -> str | Failure:
        """The user to make the owner; nobody when nobody has that address, or when we may not look."""
        now = asyncio.get_running_loop().time()
        known, until = self._users.get(email, ("", 0.0))
        if not email or now < until:
            return known
        found = await self._user(email)
        if isinstance(found, Retryable | Ambiguous):
            return Retryable(found.code, found.after if isinstance(found, Retryable) else None)
        if isinstance(found, Permanent):
            return ""
        while len(self._users) >= MOST_USERS:
            self._users.pop(next(iter(self._users)))
        self._users[email] = (found, now + REMEMBERED)
        return found

    def _text(self, message: Message) -> str:
        """Subject, text and marker in the room that there is."""
        end = f"\n\n{marker(message.notification)}"
        whole, room = f"{message.subject}\n\n{message.text}", self.ROOM - self.weight(end)
        letters, text = room, fit(whole, room, message.link)
        while (weight := self.weight(text)) > room:
            letters = min(letters - 1, len(text) * room // weight)
            text = fit(whole, letters, message.link)
        return text + end

    async def _call(self, method: str, path: str, **request: Any) -> Answer | Failure:
        response = await self._response(method, path, **request)
        if not isinstance(response, httpx.Response):
            return response
        if not response.is_success:
            return self._refused(response)
        try:
            return Answer(response.json() if response.content else None)
        except (ValueError, RecursionError):
            return Ambiguous("answer-unreadable")

    async def _response(self, method: str, path: str, **request: Any) -> httpx.Response | Failure:
        return await call(self._http, method, f"{self._url}{path}", **(self._access | request))

    def _refused(self, response: httpx.Response) -> Retryable | Permanent:
        error = re.sub(r"[^\w.-]+", "-", self._error(response), flags=re.ASCII)[:60]
        code = f"{self.NAME}-{error}" if error else f"http-{response.status_code}"
        meaning = self.CODES.get(error) or {**CONFLICT, **self.STATUSES}.get(response.status_code)
        if meaning is None:
            usual = refused(response, code)
            return Retryable(code, self._wait(response)) if isinstance(usual, Retryable) else usual
        return Retryable(code, self._wait(response)) if meaning == "again" else Permanent(code, meaning)


def within(value: Any, *names: str) -> Any:
    """A field of a field … of what a system told, None where there is none."""
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def marker(n: Notification) -> str:
    """What a comment of ours ends with, so that it is found again and no webhook takes it for somebody's words."""
    return f"[tasuki:{n.id}]"


def as_html(text: str) -> str:
    """A text for a system that shows HTML."""
    return html.escape(text, quote=False).replace("\n", "<br>")


def table(text: str, default: Mapping[str, str]) -> dict[str, str]:
    """A setting like `open=3,solved=4` over its default; an empty value leaves that status alone."""
    pairs = (part.partition("=") for part in text.split(",") if "=" in part)
    return dict(default) | {name.strip(): value.strip() for name, _, value in pairs}


def first(rows: list[dict[str, Any]], mark: str, body: str) -> str | None:
    """The id of the first comment whose `body` holds a mark."""
    return next((str(row.get("id") or "") for row in rows if mark in str(row.get(body) or "")), None)
