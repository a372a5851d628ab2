"""One door: what other services answer is asked for here, with the caller checked first."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import unquote

import httpx
from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from opentelemetry.trace import SpanKind

from services.intake import relayed
from services.intake.domain import access, readers
from services.intake.domain.tokens import Principal, Scope
from services.intake.door import Door, door
from services.intake.entrance import admit, permit, role_needed
from services.intake.routes import spoken, upstream
from services.intake.seeing import among, looked_at, reading, seen
from shared.contracts.case import Case
from shared.contracts.keys import first
from shared.runtime import telemetry, transport
from shared.runtime.clock import monotonic
from shared.runtime.web import Problem

routes = APIRouter(tags=["relay"])
log = telemetry.logger(__name__)
SECONDS = 10
PATIENCE = 5  # seconds for a service that is being restarted: whoever presses 1 just then waits a little and is heard
PAUSE = 0.1
LARGER_BODIES = dict.fromkeys(("/v1/policy", "/v1/simulate"), 2 * 1024 * 1024)  # a whole policy may stand in them
LARGER_BODIES |= dict.fromkeys(("/v1/contacts", "/v1/contacts.csv"), 2 * 1024 * 1024)  # everybody there is
LARGER_BODIES["/v1/absences/import"] = 1024 * 1024  # a calendar of a year
HANDED_ON = re.compile(
    r"accept|accept-language|content-type|if-match|if-none-match|user-agent|i-twilio-.*|webhook-.*|x-.*"
)
NOT_HANDED_ON = re.compile(r"x-forwarded-.*|x-real-ip|x-csrf-token")
INNER = re.compile(r"^https?://[^/?#]*")  # where a service is, which is nobody's to know: its paths stand here as well
HANDED_BACK = {
    "content-type", "content-language", "etag", "location", "retry-after", "cache-control", "link",
    "content-disposition", "content-security-policy", "referrer-policy", "x-content-type-options",  # they protect pages
}  # fmt: skip


Holds = Literal["nothing", "one", "many", "own", "all"]


@dataclass(frozen=True)
class Road:
    """A path of another service: who may read and who may write there; None lets the service itself check.

    `holds` says what of cases the answers tell: nothing; the one case that the path names last; many, each with its
    `case_id`, of which the caller gets those that they may see; what the service itself leaves out for them, told who they
    are (`own`); or all together, for who may see all.
    """

    path: str
    to: Literal["router", "notifier", "knowledge"]
    read: Scope | None
    write: Scope | None
    holds: Holds = "nothing"


ROADS = (
    Road("/callbacks/{rest:path}", "notifier", None, None),
    Road("/v1/contacts", "notifier", "admin", "admin"),
    Road("/v1/contacts.csv", "notifier", "admin", "admin"),
    Road("/v1/contacts.html", "notifier", "admin", "admin"),
    Road("/v1/contacts/{rest:path}", "notifier", "admin", "admin"),
    Road("/v1/texts", "notifier", "read", "admin"),
    Road("/v1/texts/{rest:path}", "notifier", "read", "admin"),
    Road("/digests/{token}", "notifier", None, None),
    Road("/v1/cases/{case_id}/notifications", "notifier", "read", "read", "one"),
    Road("/v1/recipients/{recipient}/notifications", "notifier", "read", "read", "many"),
    Road("/v1/channels", "notifier", "read", "read"),
    Road("/v1/maintenance", "notifier", "read", "act"),
    Road("/v1/maintenance/{id}", "notifier", "read", "act"),
    Road("/v1/bundling", "notifier", "read", "admin"),
    Road("/v1/search", "knowledge", "read", "read", "many"),
    Road("/v1/cases/{case_id}/similar", "knowledge", "read", "read", "many"),
    Road("/v1/cases/{case_id}/deadlines", "router", "read", "read", "one"),
    Road("/v1/suggest", "knowledge", "read", "read"),
    Road("/v1/searches/{id}/clicks", "knowledge", "read", "read"),
    Road("/v1/deflections", "knowledge", "read", "read"),
    Road("/v1/articles", "knowledge", "read", "act", "own"),
    Road("/v1/articles/{id}/feedback", "knowledge", "read", "read", "own"),
    Road("/v1/articles/{rest:path}", "knowledge", "read", "act", "own"),
    Road("/v1/learning", "knowledge", "act", "act", "own"),
    Road("/v1/learning/{rest:path}", "knowledge", "act", "act", "own"),
    Road("/v1/figures", "knowledge", "read", "read", "all"),
    Road("/v1/figures.csv", "knowledge", "read", "read", "all"),
    Road("/v1/figures/articles", "knowledge", "read", "read", "all"),
    Road("/v1/figures/articles.csv", "knowledge", "read", "read", "all"),
    Road("/v1/training", "knowledge", "read", "read", "own"),
    Road("/v1/imports", "knowledge", "admin", "admin"),
    Road("/v1/imports/{rest:path}", "knowledge", "admin", "admin"),
    Road("/v1/exports/{format}", "knowledge", "admin", "admin"),
    Road("/v1/archive", "knowledge", "read", "admin", "all"),
    Road("/v1/archive/{case_id:path}", "knowledge", "read", "admin", "one"),
    Road("/v1/policy", "router", "read", "admin"),
    Road("/v1/policy/replay", "router", "read", "read", "all"),
    Road("/v1/policy/review", "router", "read", "read", "all"),
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
        reading = request.method in ("GET", "HEAD")
        scope, here = road.read if reading else road.write, door(request)
        if scope is None:
            return await _ask(request, here, road, None)
        who = await admit(request, scope)
        return await _limited(request, here, road, who)

    relay.__name__ = "relay_to_" + road.to
    relay.__doc__ = f"Handed on to the {road.to}."
    routes.add_api_route(road.path, relay, methods=["GET", "POST", "PUT", "PATCH", "DELETE"], include_in_schema=False)


for _road in ROADS:
    _add(_road)


async def _limited(request: Request, here: Door, road: Road, who: Principal) -> Response:
    """What is behind a road, as far as the caller may see it; who is shown a restricted case is recorded."""
    told, changes = None, request.method not in ("GET", "HEAD") and road.write in ("act", "admin")
    if changes and road.write == "act":
        permit(who, "attend")
        if road.path.startswith(spoken.ROADS):
            told = await spoken.told(request, here, who)
    if road.holds == "all":
        permit(who, "see-restricted", of="every")
    case_id = request.path_params.get("case_id", "")
    if case_id:
        await _one(here, road, who, case_id)
    if changes:
        return await _changed(request, here, road, who, told)
    answer = await _ask(request, here, road, who)
    if road.holds != "many" or answer.status_code >= 300:
        return answer
    page = json.loads(bytes(answer.body))
    lists = [name for name in ("data", "instead") if name in page]
    async with reading(here, who) as tx:
        found = await among(tx, who, {_case_of(entry) for name in lists for entry in page[name]})
        mine = {id_: case for id_, case in found.items() if _may_read(request, who, case)}
        await looked_at(tx, who, mine.values(), here.clock.now())
    if who.grants is None:
        return answer
    rest = {name: page[name] for name in ("next_cursor", "search_id") if name in page}
    listed = {name: [entry for entry in page[name] if _is_article(entry) or _case_of(entry) in mine] for name in lists}
    return JSONResponse({**listed, **rest})


async def _changed(request: Request, here: Door, road: Road, who: Principal, told: spoken.Told | None) -> Response:
    """Have the other service change something, and record it."""
    path, route = request.url.path, f"{request.method} {road.path}"
    await relayed.asked(here, who, path, route)
    answer = await _ask(request, here, road, who, told)
    if answer.status_code < 300:
        await relayed.agreed(here, who, path, route)
    return answer


async def _one(here: Door, road: Road, who: Principal, case_id: str) -> None:
    """Let somebody by who may see the case that a path names. Raises 404 and 403."""
    now = here.clock.now()
    async with reading(here, who) as tx:
        if who.grants is None:
            await looked_at(tx, who, (await among(tx, who, {case_id})).values(), now)
            return
        _, case = await seen(tx, who, case_id, now)
    if road.holds == "one" and access.only_reports(who, case):
        raise role_needed()  # whom else it was told to is not the reporter's to know


def _may_read(request: Request, who: Principal, case: Case) -> bool:
    """Whether somebody who sees a case may read what a list says of it: of what others were told its reporter hears nothing."""
    other = request.path_params.get("recipient")
    own = who.actor.kind == "person" and who.actor.id == other
    return other is None or own or not access.only_reports(who, case)


def _is_article(entry: dict[str, Any]) -> bool:
    """Whether an entry is of an article, which the knowledge service shows to whom it is for."""
    return "article" in entry and "record" not in entry


def _case_of(entry: dict[str, Any]) -> str:
    """Which case an entry of a list tells of; "" for one that names none, which is nobody's to see."""
    return str(entry.get("record", entry).get("case_id", ""))


async def _ask(
    request: Request, here: Door, road: Road, who: Principal | None, told: spoken.Told | None = None
) -> Response:
    """What the other service answers to a request as it came, or as `told` has it."""
    url = _address(request, here, road, told.query if told else request.scope["query_string"].decode("latin-1"))
    headers = [
        (name, value)
        for name, value in request.headers.items()
        if HANDED_ON.fullmatch(name) and not NOT_HANDED_ON.fullmatch(name)
    ]
    headers += transport.AS_IT_IS.items()
    if road.read is not None:
        headers.append(("authorization", f"Bearer {first(here.settings.service_token)}"))
    if who is not None and road.to == "knowledge":
        headers.append((readers.HEADER, readers.reader(who)))
    body = told.body if told else await request.body()
    route = f"{request.method} {road.path}"
    with telemetry.span(route, SpanKind.CLIENT, server__address=road.to) as opened:
        try:
            async with _reached(here, request.method, url, headers, body, road) as answer:
                content = await transport.whole(answer, upstream.LARGEST_ANSWER)
        except (httpx.HTTPError, transport.TooLarge) as problem:
            telemetry.failed(opened, repr(problem))
            log.warning("relay failed", to=road.to, route=route, problem=type(problem).__name__)
            raise upstream.problem(request.method, problem) from None
    back = {name: value for name, value in answer.headers.items() if name in HANDED_BACK}
    if "location" in back:
        back["location"] = INNER.sub("", back["location"])
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


def _address(request: Request, here: Door, road: Road, query: str) -> httpx.URL:
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
    return httpx.URL(base.rstrip("/") + path + (f"?{query}" if query else ""))


def climbs(path: str) -> bool:
    """Tell whether a raw path holds dots or backslashes that some reader might take for the way up."""
    parts = re.split(r"/|%2[fF]", path)
    return any(unquote(unquote(part)) in (".", "..") or "\\" in unquote(unquote(part)) for part in parts)
