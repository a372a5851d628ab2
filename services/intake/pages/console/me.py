"""One's own page: how one is reached, in which order, when not, in which language, and one's shifts as a calendar.

The person is always who is logged in: no form names one, so nobody changes how somebody else is reached.
"""

import asyncio
from typing import Any, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response

from services.intake import behind, relayed
from services.intake.domain import duty, mine
from services.intake.domain.mine import Mine
from services.intake.domain.roles import teams
from services.intake.domain.telephone import as_written
from services.intake.door import door
from services.intake.entrance import Visitor
from services.intake.pages.console import shelf
from services.intake.pages.console.duty import Id, next_morning
from services.intake.pages.console.shell import chosen, elsewhere, opened, sent, shown
from services.intake.pages.form import shown_again
from services.intake.pages.render import HEADERS, text
from shared.contracts.links import make_calendar, read_calendar
from shared.contracts.vocabulary import Priority
from shared.runtime.web import Problem

routes = APIRouter(include_in_schema=False)
DONE = ("presence", "rules", "language", "quiet", "added", "tested", "code", "verified", "removed")
VERBS = {"test": "tested", "code": "code", "verify": "verified"}


@routes.api_route("/me", methods=["GET", "HEAD"])
async def show(request: Request) -> Response:
    """Show it, with what was just done."""
    done = request.query_params.get("done", "")
    return await _page(request, await opened(request), notice=f"me.done.{done}" if done in DONE else "")


@routes.post("/me/rules/{priority}")
async def change_rules(request: Request, priority: Priority) -> Response:
    """Change the ways of one priority; none at all leaves it to the policy."""
    someone, given = await _working(request)
    own, where = await _own(request, someone), f"rules-{priority}"
    try:
        steps = mine.steps_of(given)
    except mine.Wrong as wrong:
        return await _page(request, someone, 422, where, text(str(wrong), chosen(request)), given)
    body = {"rules": own.kept() | {priority: steps}, "language": own.own_language}
    return await _do(request, someone, "PUT", "/rules", body, "rules", where, given)


@routes.post("/me/language")
async def change_language(request: Request) -> Response:
    """Choose the language in which messages come."""
    someone, given = await _working(request)
    own = await _own(request, someone)
    body = {"rules": own.kept(), "language": given["language"] if given.get("language") in ("ja", "en") else None}
    return await _do(request, someone, "PUT", "/rules", body, "language", "language", given)


@routes.post("/me/quiet")
async def change_hours(request: Request) -> Response:
    """Change the hours in which nothing but a P1 is loud."""
    someone, given = await _working(request)
    try:
        body = {"zone": given.get("zone", "").strip(), "windows": mine.windows_of(given)}
    except mine.Wrong as wrong:
        return await _page(request, someone, 422, "quiet", text(str(wrong), chosen(request)), given)
    return await _do(request, someone, "PUT", "/do-not-disturb", body, "quiet", "quiet", given)


@routes.post("/me/addresses")
async def add(request: Request) -> Response:
    """Add an address, which is to be proven."""
    someone, given = await _working(request)
    body = {name: given.get(name, "").strip() for name in ("kind", "value", "label")}
    return await _do(request, someone, "POST", "/addresses", body, "added", "add", given)


@routes.post("/me/addresses/{address}/remove")
async def remove(request: Request, address: Id) -> Response:
    """Remove an address, and say which rules named it."""
    someone, given = await _working(request)
    named = ",".join((await _own(request, someone)).naming(address))
    path = f"/addresses/{address}"
    return await _do(request, someone, "DELETE", path, None, "removed", "addresses", given, {"rules": named})


@routes.post("/me/addresses/{address}/{verb}")
async def prove(request: Request, address: Id, verb: Literal["test", "code", "verify"]) -> Response:
    """Send a test or a code to an address, or give the code back."""
    someone, given = await _working(request)
    over = {"channel": given["channel"]} if given.get("channel") else {}
    body = {"code": given.get("code", "").strip()} if verb == "verify" else over
    return await _do(request, someone, "POST", f"/addresses/{address}/{verb}", body, VERBS[verb], "addresses", given)


@routes.get("/calendars/{token}.ics")
async def calendar(request: Request, token: str) -> Response:
    """The shifts of who was given this link, for programs that keep calendars."""
    here = door(request)
    person = read_calendar(here.settings.link_key, token)
    try:
        told = await behind.answer(here, "router", "GET", f"/v1/people/{person}/shifts.ics") if person else None
    except Problem as away:
        raise _later(away) from None
    if told is None or told.status_code == 404:  # programs may forget a calendar that answers so
        raise Problem(404, "not-found", "見つかりません。", "There is nothing here.")
    if not told.is_success:
        raise _later(behind.away("router", told.url.path, ValueError(told.status_code)))
    headers = {"cache-control": "private, no-store", "x-robots-tag": HEADERS["x-robots-tag"]}
    return Response(told.content, headers=headers, media_type="text/calendar; charset=utf-8")


def _later(away: Problem) -> Problem:
    away.status, away.headers = 503, {"retry-after": "60"}
    return away


async def _working(request: Request) -> tuple[Visitor, dict[str, str]]:
    someone = await opened(request)
    return someone, shown_again(await sent(request, someone))


async def _own(request: Request, someone: Visitor) -> Mine:
    """How somebody is reached now. Raises 502."""
    known = shelf.read(Mine, await behind.ask(door(request), "notifier", _contact(someone)))
    if known is None:
        raise Problem(502, "upstream-away", *(text("me.away", lang) for lang in ("ja", "en")))
    return known


async def _do(
    request: Request,
    someone: Visitor,
    method: str,
    path: str,
    body: Any,
    done: str,
    where: str,
    given: dict[str, str],
    more: dict[str, str] | None = None,
) -> Response:
    """Have it done to one's own entry and recorded, or say why not, with all that was typed."""
    here, whole = door(request), _contact(someone) + path
    try:
        async with relayed.recorded(here, someone.who, whole, f"{method} contacts"):
            told = await behind.tell(here, "notifier", method, whole, body, language=chosen(request))
    except Problem as problem:
        said = problem.en if chosen(request) == "en" else problem.ja
        return await _page(request, someone, problem.status, where, said, given)
    test = {"test": str(told["id"])} if done in ("tested", "code") and isinstance(told, dict) and "id" in told else {}
    also = {name: value for name, value in (more or {}).items() if value}
    return elsewhere(f"/me?{urlencode({'done': done, **test, **also})}")


async def _page(
    request: Request,
    someone: Visitor,
    status: int = 200,
    where: str = "",
    wrong: str = "",
    typed: dict[str, str] | None = None,
    notice: str = "",
) -> Response:
    here, lang, me = door(request), chosen(request), someone.who.actor
    test = request.query_params.get("test", "")
    tried = f"{_contact(someone)}/tests/{test}" if shelf.is_search(test) else ""
    known, presence, swaps, trial = await asyncio.gather(
        behind.ask(here, "notifier", _contact(someone), language=lang),
        behind.ask(here, "router", f"/v1/presence/{me.id}"),
        behind.ask(here, "router", "/v1/swaps", person=me.id, limit="500"),
        behind.ask(here, "notifier", tried, language=lang) if tried else asyncio.sleep(0),
    )
    offers = shelf.read(duty.Page[duty.Swap], swaps) or duty.Page[duty.Swap]()
    token = make_calendar(here.settings.link_key, me.id)
    return shown(
        request,
        "me.html",
        someone,
        status,
        area="me",
        at="/me",
        mine=shelf.read(Mine, known),
        presence=shelf.read(duty.Said, presence),
        trial=shelf.read(mine.Trial, trial),
        asking=[swap.asker for swap in offers.data if "accept" in duty.answers_to(swap, me.id)],
        states=duty.STATES,
        next_morning=next_morning(request),
        priorities=mine.PRIORITIES,
        kinds=mine.KINDS,
        usual_days=mine.USUAL_DAYS,
        rows=mine.ROWS,
        channels_of=mine.channels_of,
        working=bool(teams(someone.who.grants or (), "attend")),
        calendar=f"{here.settings.public_url.rstrip('/')}/calendars/{token}.ics",
        number=as_written,
        where=where,
        wrong=wrong,
        typed=typed or {},
        notice=notice,
        unruled=[p for p in mine.PRIORITIES if p in request.query_params.get("rules", "").split(",")],
    )


def _contact(someone: Visitor) -> str:
    return f"/v1/contacts/{someone.who.actor.id}"
