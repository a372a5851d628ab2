"""In front of everything else: in a storm, whoever cannot be taken is told so before any work is done for them."""

import asyncio
from typing import cast

from fastapi import Request
from prometheus_client import Counter
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.intake.door import Door
from services.intake.receiving import overloaded, too_slow
from services.intake.senders import SENDERS
from shared.runtime.web import Problem, language, problem_response

REFUSED = Counter("tasuki_intake_refused_total", "Deliveries that were sent away before they were looked at")
# Where senders knock, and what they are told when it is too much.
KNOCKED = {
    "/v1/webhooks/": 503,
    "/v2/enqueue": SENDERS["pagerduty"].busy,
    "/v2/alerts": SENDERS["opsgenie"].busy,
}


class Threshold:
    """Lets a delivery whose body is there go in, as many at once as are answered in time.

    One whose body comes in pieces is let by: it is counted when it is whole, or a slow one would keep others out.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if busy := _busy(scope):
            await self._knocked(busy, scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _knocked(self, busy: int, scope: Scope, receive: Receive, send: Send) -> None:
        here = cast(Door, scope["app"].state.door)
        if here.arrivals.is_full and Headers(scope=scope).get("content-length"):
            await _refuse(busy, scope, send)
            return
        try:
            async with asyncio.timeout(here.limits.body):
                first: Message | None = await receive()
        except TimeoutError:
            await _answer(too_slow(), scope, receive, send)
            return

        async def replayed() -> Message:
            nonlocal first
            message, first = first, None
            return message or await receive()

        if first and not _is_whole(first, scope):
            await self._app(scope, replayed, send)
        elif here.arrivals.is_full:
            await _refuse(busy, scope, send)
        else:
            with here.arrivals.entered():
                await self._app(scope, replayed, send)


def _busy(scope: Scope) -> int:
    """What the sender is told when it is too much; 0 for all that is no delivery."""
    if scope["type"] != "http" or scope["method"] != "POST":
        return 0
    return next((status for path, status in KNOCKED.items() if scope["path"].startswith(path)), 0)


def _is_whole(message: Message, scope: Scope) -> bool:
    """Whether nothing more is to come: the server says so, or as much is there as the sender has announced."""
    announced = Headers(scope=scope).get("content-length", "")
    return not message.get("more_body") or announced == str(len(message.get("body", b"")))


async def _refuse(busy: int, scope: Scope, send: Send) -> None:
    """Say that it is too much, in words that were made before: there are thousands of these in a second."""
    REFUSED.inc()
    start, body = _TOO_MUCH[busy, language(Request(scope))]
    await send(start)
    await send(body)


def _too_much(status: int, reader: str) -> tuple[Message, Message]:
    asked = Request({"type": "http", "path": "", "headers": [(b"accept-language", reader.encode())]})
    answer = problem_response(asked, overloaded(status))
    start = {"type": "http.response.start", "status": status, "headers": answer.raw_headers}
    return start, {"type": "http.response.body", "body": answer.body}


_TOO_MUCH = {(status, reader): _too_much(status, reader) for status in set(KNOCKED.values()) for reader in ("ja", "en")}


async def _answer(problem: Problem, scope: Scope, receive: Receive, send: Send) -> None:
    await problem_response(Request(scope), problem)(scope, receive, send)
