"""What the HTTP providers of the sandbox have in common: credentials, troubles, and the writing down of what came."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from sandbox.faults import AFTER, Fault, Faults
from sandbox.journal import Journal, now_iso
from sandbox.line import cut, hinder, hold_back
from sandbox.marks import Ids
from sandbox.outgoing import Outgoing
from sandbox.settings import Settings

Handler = Callable[[Request], Awaitable[Response]]
Troubles = Mapping[str, tuple[int, Mapping[str, str], Any]]
HUGE = 1 << 20  # bytes of an answer that is larger than anybody reads


@dataclass
class Sent:
    """One message that a vendor has taken; `buttons` are what can be pressed: label → what is posted back.

    `changes` counts how often it was changed after it had been sent.
    """

    vendor: str
    id: str
    to: str
    text: str
    content: dict[str, Any]
    case_id: str | None = None
    notification_id: str | None = None
    buttons: dict[str, str] = field(default_factory=dict)
    changes: int = 0
    at: str = field(default_factory=now_iso)


class Vendor:
    """One provider. A subclass says its `name` (of our table of providers), its `channel`, and its routes.

    `FAULTS` are the troubles beyond those of every HTTP provider: kind → (status, headers, body), where the header
    `retry-after` is filled with the seconds of the fault when its value is empty.
    """

    name: ClassVar[str]
    channel: ClassVar[str]
    FAULTS: ClassVar[Troubles] = {}

    def __init__(self, settings: Settings, journal: Journal, faults: Faults, outgoing: Outgoing) -> None:
        self.settings = settings
        self.journal = journal
        self.faults = faults
        self.outgoing = outgoing
        self.sent: dict[str, Sent] = {}

    def routes(self) -> list[Route]:
        """The doors of this provider."""
        raise NotImplementedError

    def clear(self) -> None:
        """Forget what was sent."""
        self.sent.clear()

    def keep(self, sent: Sent, kind: str = "message") -> None:
        """Write a message down, or what has become of it."""
        if sent.id in self.sent:
            sent.changes += 1
        self.sent[sent.id] = sent
        while len(self.sent) > self.settings.keep:
            self.sent.pop(next(iter(self.sent)))
        ids: Ids = (sent.case_id, sent.notification_id)
        content = {"vendor": self.name, **sent.content}
        self.journal.add(self.channel, kind, sent.to, sent.id, sent.text, content, ids)

    def guarded(self, handler: Handler, to: Callable[[Request], str], *, sending: bool = True) -> Handler:
        """Let faults act before and after a handler; `to` names the recipient that a fault may be meant for."""

        async def checked(request: Request) -> Response:
            await request.body()
            fault = await hinder(request, self.faults, self.name, to(request), sending=sending)
            if fault and fault.kind not in AFTER:
                return await self._trouble(request, fault)
            answer = await handler(request)
            if fault:
                await hold_back(request, fault)
            return answer

        return checked

    async def _trouble(self, request: Request, fault: Fault) -> Response:
        match fault.kind:
            case "timeout-before-accept":
                await asyncio.sleep(fault.seconds)
                cut(request)
            case "html":
                return HTMLResponse("<!doctype html><title>Sign in</title><p>Please sign in", 200)
            case "huge":
                return StreamingResponse(_endless(), media_type="application/json")
        status, headers, body = self.FAULTS.get(fault.kind) or PLAIN[fault.kind]
        filled = {n: v or f"{fault.seconds:g}" if n == "retry-after" else v for n, v in headers.items()}
        return JSONResponse(body, status, filled) if not isinstance(body, str) else Response(body, status, filled)


PLAIN: dict[str, tuple[int, Mapping[str, str], Any]] = {
    "429": (429, {"retry-after": ""}, {"message": "Too Many Requests"}),
    "500": (500, {}, {"message": "Internal Server Error"}),
}


async def _endless() -> Any:
    for _ in range(HUGE // 4096):
        yield b" " * 4096


def bearer(request: Request) -> str:
    """The bearer token of a request, or nothing."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token if scheme.lower() == "bearer" else ""
