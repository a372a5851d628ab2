"""One door: what other services answer is asked for here, with the caller checked first."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Literal
from urllib.parse import unquote

import httpx
from fastapi import APIRouter, Request, Response
from opentelemetry.trace import SpanKind

from services.intake.domain.tokens import Scope
from services.intake.door import Door, admit, door
from shared.runtime import telemetry
from shared.runtime.clock import monotonic
from shared.runtime.web import Problem

routes = APIRouter(tags=["relay"])
log = telemetry.logger(__name__)
SECONDS = 10
PATIENCE = 5  # seconds for a service that is being restarted: whoever presses 1 just then waits a little and is heard
PAUSE = 0.1
LARGEST_ANSWER = 4 * 1024 * 1024
LARGER_BODIES = dict.fromkeys(("/v1/policy", "/v1/simulate"), 2 * 1024 * 1024)  # a whole policy may stand in them
LARGER_BODIES["/v1/contacts.csv"] = 2 * 1024 * 1024
LARGER_BODIES["/v1/absences/import"] = 1024 * 1024  # a calendar of a year
HANDED_ON = re.compile(
    r"accept|accept-language|content-type|if-match|if-none-match|user-agent|i-twilio-.*|webhook-.*|x-.*"
)
NOT_HANDED_ON = re.compile(r"x-forwarded-.*|x-real-ip")
HANDED_BACK = {"content-type", "content-language", "etag", "location", "retry-after", "cache-control", "link"}


@dataclass(frozen=True)
class Road:
    """A path of another service: who may read and who may write there; None lets the service itself check."""

    path: str
    to: Literal["router", "notifier", "knowledge"]
    read: Scope | None
    write: Scope | None


ROADS = (
    Road("/callbacks/{rest:path}", "notifier", None, None),
    Road("/v1/contacts", "notifier", "admin", "admin"),
    Road("/v1/contacts.csv", "notifier", "admin", "admin"),
    Road("/v1/contacts.html", "notifier", "admin", "admin"),
    Road("/v1/contacts/{rest:path}", "notifier", "admin", "admin"),
    Road("/v1/texts", "notifier", "read", "admin"),
    Road("/v1/texts/{rest:path}", "notifier", "read", "admin"),
    Road("/digests/{token}", "notifier", None, None),
    Road("/v1/cases/{case_id}/notifications", "notifier", "read", "read"),
    Road("/v1/recipients/{recipient}/notifications", "notifier", "read", "read"),
    Road("/v1/channels", "notifier", "read", "read"),
    Road("/v1/maintenance", "notifier", "read", "act"),
    Road("/v1/maintenance/{id}", "notifier", "read", "act"),
    Road("/v1/bundling", "notifier", "read", "admin"),
    Road("/v1/search", "knowledge", "read", "read"),
    Road("/v1/cases/{case_id}/similar", "knowledge", "read", "read"),
    Road("/v1/cases/{case_id}/deadlines", "router", "read", "read"),
    Road("/v1/archive", "knowledge", "read", "admin"),
    Road("/v1/archive/{rest:path}", "knowledge", "read", "admin"),
    Road("/v1/policy", "router", "read", "admin"),
    Road("/v1/policy/replay", "router", "read", "read"),
    Road("/v1/policy/{rest:path}", "router", "read", "admin"),
    Road("/v1/simulate", "router", "read", "read"),
    Road("/v1/simulate/week", "router", "read", "read"),
    Road("/v1/on-duty", "router", "read", "read"),
    Road("/v1/schedules", "router", "read", "admin"),
    Road("/v1/schedules/{rest:path}", "router", "read", "admin"),
    Road("/v1/people/{rest:path}", "router", "read", "admin"),
    Road("/v1/absences", "router", "read", "act"),
    Road("/v1/absences/{rest:path}", "router", "read", "act"),
    Road("/v1/overrides", "router", "read", "act"),
    Road("/v1/overrides/{rest:path}", "router", "read", "act"),
    Road("/v1/swaps", "router", "read", "act"),
    Road("/v1/swaps/{rest:path}", "router", "read", "act"),
    Road("/v1/presence/{person}", "router", "read", "act"),
)


def _add(road: Road) -> None:
    async def relay(request: Request) -> Response:
        scope = road.read if request.method in ("GET", "HEAD") else road.write
        if scope is not None:
            await admit(request, scope)
        return await _ask(request, door(request), road)

    relay.__name__ = "relay_to_" + road.to
    relay.__doc__ = f"Handed on to the {road.to}."
    routes.add_api_route(road.path, relay, methods=["GET", "POST", "PUT", "PATCH", "DELETE"], include_in_schema=False)


for _road in ROADS:
    _add(_road)


async def _ask(request: Request, here: Door, road: Road) -> Response:
    url = _address(request, here, road)
    headers = [
        (name, value)
        for name, value in request.headers.items()
        if HANDED_ON.fullmatch(name) and not NOT_HANDED_ON.fullmatch(name)
    ]
    if road.read is not None:
        headers.append(("authorization", f"Bearer {here.settings.service_token}"))
    body = await request.body()
    route = f"{request.method} {road.path}"
    with telemetry.span(route, SpanKind.CLIENT, server__address=road.to) as opened:
        try:
            async with _reached(here, request.method, url, headers, body, road) as answer:
                content = await _bounded(answer)
        except httpx.TimeoutException as problem:
            telemetry.failed(opened, repr(problem))
            log.warning("relay timed out", to=road.to, route=route)
            raise Problem(
                504, "upstream-slow", "内部サービスの応答が間に合いません。", "A service behind did not answer in time."
            ) from None
        except httpx.HTTPError as problem:
            telemetry.failed(opened, repr(problem))
            log.warning("relay failed", to=road.to, route=route, problem=type(problem).__name__)
            raise Problem(
                502, "upstream-away", "内部サービスに接続できません。", "A service behind cannot be reached."
            ) from None
    back = {name: value for name, value in answer.headers.items() if name in HANDED_BACK}
    return Response(content, answer.status_code, back)


@asynccontextmanager
async def _reached(
    here: Door, method: str, url: httpx.URL, headers: list[tuple[str, str]], body: bytes, road: Road
) -> AsyncIterator[httpx.Response]:
    """The answer, still to be read; a call-back is offered anew while nobody is there who could have heard it."""
    until = monotonic() + (PATIENCE if road.read is None else 0)
    while True:
        asked = here.http.build_request(method, url, headers=headers, content=body, timeout=SECONDS)
        try:
            answer = await here.http.send(asked, stream=True)
            break
        except httpx.ConnectError:
            if monotonic() + PAUSE > until:
                raise
            await asyncio.sleep(PAUSE)
    try:
        yield answer
    finally:
        await answer.aclose()


def _address(request: Request, here: Door, road: Road) -> httpx.URL:
    """The same path and query at the other service; dots could climb out of the road's path and are not there."""
    raw: bytes = request.scope.get("raw_path") or request.url.path.encode()
    path = raw.decode("ascii", "replace")
    if climbs(path):
        raise Problem(404, "not-found", "見つかりません。", "There is nothing here.")
    base = {
        "router": here.settings.router_url,
        "notifier": here.settings.notifier_url,
        "knowledge": here.settings.knowledge_url,
    }[road.to]
    query = request.scope["query_string"].decode("latin-1")
    return httpx.URL(base.rstrip("/") + path + (f"?{query}" if query else ""))


def climbs(path: str) -> bool:
    """Tell whether a raw path holds dots or backslashes that some reader might take for the way up."""
    parts = re.split(r"/|%2[fF]", path)
    return any(unquote(unquote(part)) in (".", "..") or "\\" in unquote(unquote(part)) for part in parts)


async def _bounded(answer: httpx.Response) -> bytes:
    content = bytearray()
    async for part in answer.aiter_bytes():
        content += part
        if len(content) > LARGEST_ANSWER:
            raise httpx.DecodingError("the answer is too large")
    return bytes(content)
