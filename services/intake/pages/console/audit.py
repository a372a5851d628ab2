"""The audit trail in the console, for who audits every team: look for something, take it along, and check that it is whole."""

import unicodedata
from collections.abc import Callable
from datetime import datetime
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response

from services.intake import trail
from services.intake.domain import courses, roles
from services.intake.domain import trail as domain
from services.intake.domain.ids import LARGEST_ID
from services.intake.domain.trail import KINDS, Wanted
from services.intake.door import door
from services.intake.entrance import Visitor
from services.intake.pages.console.board import directory_of
from services.intake.pages.console.shell import chosen, opened, sent, shown, zone_of
from services.intake.pages.render import ALL, HEADERS, text
from shared.runtime.web import Problem

routes = APIRouter(include_in_schema=False)
Before = Annotated[int | None, Query(ge=0, le=LARGEST_ID)]
PAGE, MOST_EXPORTED, DAYS = 50, 10_000, 30
AT = "/admin/audit"


@routes.api_route("/admin/audit", methods=["GET", "HEAD"])
async def show(request: Request, before: Before = None) -> Response:
    """Show who saw, changed, published and sent what, the newest first; the last thirty days unless a time is named."""
    return await _page(request, await _auditor(request), before)


@routes.api_route("/admin/audit.csv", methods=["GET", "HEAD"])
async def export(request: Request) -> Response:
    """The same for a spreadsheet, ten thousand lines at most."""
    someone, wanted = await _auditor(request), _wanted(request)
    lines = await trail.search(door(request), someone.who, wanted, None, MOST_EXPORTED, domain.EXPORTED)
    name = f"tasuki-audit-{wanted.about.since}-{wanted.about.until}.csv"
    headers = {**HEADERS, "content-disposition": f'attachment; filename="{name}"'}
    return Response(domain.table(lines), headers=headers, media_type="text/csv; charset=utf-8")


@routes.post("/admin/audit/verify")
async def verify(request: Request) -> Response:
    """Make every hash anew, and say what came of it."""
    someone = await _auditor(request)
    await sent(request, someone)
    try:
        verdict = await trail.verify(door(request), someone.who, request.app.state.checking)
    except Problem as problem:
        said = problem.en if chosen(request) == "en" else problem.ja
        return await _page(request, someone, None, problem.status, wrong=said)
    return await _page(request, someone, None, verdict=verdict)


async def _auditor(request: Request) -> Visitor:
    return await opened(request, "audit", "every")


def _wanted(request: Request) -> Wanted:
    """What the address asks for; what cannot be is left out."""
    given, here = request.query_params, door(request)

    def plain(name: str) -> str:
        typed = unicodedata.normalize("NFKC", given.get(name, "")).strip()
        return "".join(c for c in typed if c.isprintable())[:300]

    span = courses.day(given.get("since", "")), courses.day(given.get("until", ""))
    about = courses.period(*span, DAYS, here.clock.now(), zone_of(request))
    kind = given.get("kind", "")
    return Wanted(about, plain("person"), plain("object"), kind if kind in KINDS else "")


async def _page(
    request: Request,
    someone: Visitor,
    before: int | None,
    status: int = 200,
    *,
    wrong: str = "",
    verdict: trail.Verdict | None = None,
) -> Response:
    here, wanted, lines = door(request), _wanted(request), []
    try:
        lines = await trail.search(here, someone.who, wanted, before, PAGE + 1, domain.SEEN)
    except Problem as problem:
        wrong, status = problem.en if chosen(request) == "en" else problem.ja, problem.status
    grants = someone.who.grants or ()
    return shown(
        request, "audit.html", someone, status, area="audit", at=AT, lines=lines[:PAGE], wanted=wanted, kinds=tuple(KINDS),
        older=lines[PAGE - 1].id if len(lines) > PAGE else None, asked=_query(wanted), wrong=wrong, verdict=verdict,
        standing=await trail.standing(here), people=await directory_of(request).names(here), most=here.limits.checked,
        action=_worded(request), moment=_moment(request), sees=bool(roles.teams(grants, "see")), administers=bool(roles.teams(grants, "administer")),
    )  # fmt: skip


def _worded(request: Request) -> Callable[[str], str]:
    """What an action is called; one that has no words is shown as it is."""

    def worded(action: str) -> str:
        name = f"action.{action.removesuffix('.v1')}"
        return text(name, chosen(request)) if name in ALL else action

    return worded


def _moment(request: Request) -> Callable[[str], str]:
    """When something was, to the second and in the reader's zone; what is no time is shown as it is."""

    def moment(at: str) -> str:
        try:
            return datetime.fromisoformat(at).astimezone(zone_of(request)).strftime("%Y-%m-%d %H:%M:%S")
        except ValueError:
            return at

    return moment


def _query(wanted: Wanted) -> str:
    asked = {"person": wanted.person, "object": wanted.object, "kind": wanted.kind}
    span = {"since": wanted.about.since, "until": wanted.about.until}
    return urlencode({**{name: value for name, value in asked.items() if value}, **span})
