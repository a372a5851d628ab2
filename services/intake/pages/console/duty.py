"""Who is on duty now and next, where nobody is, and what people say of themselves: absences, swaps, whether they are there."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from secrets import token_hex
from typing import Annotated, Any, Literal, TypeVar

from fastapi import APIRouter, Path, Request, Response
from pydantic import TypeAdapter, ValidationError

from services.intake import behind, drills, on_duty, relayed
from services.intake.domain import duty
from services.intake.domain.drills import hears
from services.intake.domain.duty import Rota
from services.intake.domain.roles import EVERY_TEAM, teams
from services.intake.domain.telephone import as_written
from services.intake.door import Door, door
from services.intake.entrance import Visitor, permit, role_needed
from services.intake.pages.console.board import directory_of
from services.intake.pages.console.deeds import person as person_of
from services.intake.pages.console.doing import KEY, me
from services.intake.pages.console.shell import chosen, elsewhere, opened, sent, shown, text_of, zone_of
from shared.runtime.web import Problem

routes = APIRouter(include_in_schema=False)
T = TypeVar("T")
Id = Annotated[str, Path(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.:@-]{0,99}$")]
PARTS = TypeAdapter(list[duty.Part])
GAPS = TypeAdapter(list[duty.Gap])
SCHEDULES = TypeAdapter(list[duty.Schedule])
ABSENCES, SWAPS = TypeAdapter(duty.Page[duty.Absence]), TypeAdapter(duty.Page[duty.Swap])
CONTACT, SAID = TypeAdapter(duty.Contact), TypeAdapter(duty.Said)
DONE = ("presence", "absence", "cancelled", "swap", "answered")
MOST_GAPS = 20
MOST_PAGES, A_PAGE = 40, "500"  # of a list; the router lets no more than 20,000 entries hold at once


@routes.api_route("/duty", methods=["GET", "HEAD"])
async def show(request: Request) -> Response:
    """Show who is on duty."""
    done = request.query_params.get("done", "")
    return await _page(request, await opened(request), notice=f"duty.done.{done}" if done in DONE else "")


@routes.api_route("/duty/people/{person}", methods=["GET", "HEAD"])
async def contact(request: Request, person: Id) -> Response:
    """Show how somebody is reached, to who administers every team and to themselves."""
    someone = await opened(request)
    if not _sees_contacts(someone) and person != someone.who.actor.id:
        raise role_needed()
    known = read(CONTACT, await behind.ask(door(request), "notifier", f"/v1/contacts/{person}"))
    return shown(request, "contact.html", someone, area="duty", number=as_written, contact=known, at="/duty")


@routes.post("/duty/presence")
async def be(request: Request) -> Response:
    """Say of oneself whether one is there."""
    someone, given = await attending(request)
    if given.get("state", "") not in duty.STATES:
        return await _page(request, someone, 422, text_of("error.choose"))
    body = {"state": given["state"], "note": given.get("note", "")[:200], "by": me(someone).model_dump()}
    if typed := given.get("ends", ""):
        ends = moment(request, typed)
        if ends is None or ends <= door(request).clock.now():
            return await _page(request, someone, 422, text_of("duty.wrong-time"), given)
        body["until"] = ends.isoformat()
    return await _do(request, someone, "PUT", f"/v1/presence/{someone.who.actor.id}", body, "presence", given)


@routes.post("/duty/absences")
async def be_away(request: Request) -> Response:
    """Say that somebody will be away: oneself, or whoever is asked by a team that one leads."""
    someone, given = await attending(request)
    people = [me(someone), *await directory_of(request).all(door(request))]
    typed, instead = given.get("person", ""), given.get("substitute", "").strip()
    who = person_of(typed, people) if typed and leads(someone) else me(someone)
    substitute = person_of(instead, people) if instead else None
    since, until = moment(request, given.get("since", "")), moment(request, given.get("until", ""))
    if who is None or (instead and substitute is None):
        return await _page(request, someone, 422, text_of("error.person"), given)
    if since is None or until is None or until <= since:
        return await _page(request, someone, 422, text_of("duty.wrong-time"), given)
    body = {
        "person": who.id, "substitute": substitute and substitute.id, "reason": given.get("reason", "")[:200],
        "since": since.isoformat(), "until": until.isoformat(), "by": me(someone).model_dump(), **_once(given),
    }  # fmt: skip
    try:
        await on_duty.let_speak_for(door(request), someone.who, someone.who.actor.id, who.id)
    except Problem as problem:
        return await _page(request, someone, problem.status, (problem.ja, problem.en), given)
    return await _do(request, someone, "POST", "/v1/absences", body, "absence", given)


@routes.post("/duty/absences/{id}/cancel")
async def be_back(request: Request, id: Id) -> Response:
    """Take an absence back: one's own, or that of somebody who is asked by a team that one leads."""
    someone, _ = await attending(request)
    by = me(someone)
    try:
        await on_duty.let_take_back(door(request), someone.who, by.id, "absences", id)
    except Problem as problem:
        return await _page(request, someone, problem.status, (problem.ja, problem.en))
    return await _do(request, someone, "DELETE", f"/v1/absences/{id}", None, "cancelled", by=by.id, by_name=by.name)


@routes.post("/duty/swaps")
async def ask_to_swap(request: Request) -> Response:
    """Ask somebody to take one's shifts."""
    someone, given = await attending(request)
    other = person_of(given.get("other", ""), await directory_of(request).all(door(request)))
    since, until = moment(request, given.get("since", "")), moment(request, given.get("until", ""))
    if other is None:
        return await _page(request, someone, 422, text_of("error.person"), given)
    if since is None or until is None or until <= since:
        return await _page(request, someone, 422, text_of("duty.wrong-time"), given)
    body = {
        "schedule": given.get("schedule", ""), "other": other.id, "since": since.isoformat(), "until": until.isoformat(),
        "by": me(someone).model_dump(), **_once(given),
    }  # fmt: skip
    return await _do(request, someone, "POST", "/v1/swaps", body, "swap", given)


@routes.post("/duty/swaps/{id}/{answer}")
async def answer_swap(request: Request, id: Id, answer: Literal["accept", "decline", "cancel"]) -> Response:
    """Answer a swap; the router knows whose answer counts."""
    someone, _ = await attending(request)
    body = {"by": me(someone).model_dump()}
    return await _do(request, someone, "POST", f"/v1/swaps/{id}/{answer}", body, "answered")


def leads(someone: Visitor) -> bool:
    """Whether somebody may say for others when they are away, in any team at all."""
    grants = someone.who.grants or frozenset()
    return bool(teams(grants, "see-restricted") | teams(grants, "administer"))


async def attending(request: Request) -> tuple[Visitor, dict[str, str]]:
    """Who works here, and what they sent. Raises 403."""
    someone = await opened(request)
    permit(someone.who, "attend")
    return someone, await sent(request, someone)


async def have(request: Request, someone: Visitor, method: str, path: str, body: Any, **parameters: str) -> list[str]:
    """Have the router do something in the name of somebody, and recorded; what it warns of. Raises what is refused."""
    here = door(request)
    async with relayed.recorded(here, someone.who, path, f"{method} {path.split('/')[2]}"):
        answer = await behind.tell(here, "router", method, path, body, language=chosen(request), **parameters)
    return (behind.told(duty.Done, answer) or duty.Done()).warnings


async def _do(
    request: Request,
    someone: Visitor,
    method: str,
    path: str,
    body: Any,
    done: str,
    given: dict[str, str] | None = None,
    **parameters: str,
) -> Response:
    """Have it done and recorded, and say what the router warns of; or say why not with all that was typed."""
    try:
        warnings = await have(request, someone, method, path, body, **parameters)
    except Problem as problem:
        return await _page(request, someone, problem.status, (problem.ja, problem.en), given)
    if warnings:
        return await _page(request, someone, notice=f"duty.done.{done}", warnings=warnings)
    back = "/me" if given and given.get("back") == "me" else "/duty"
    return elsewhere(f"{back}?done={done}")


async def _page(
    request: Request,
    someone: Visitor,
    status: int = 200,
    wrong: tuple[str, str] = ("", ""),
    typed: dict[str, str] | None = None,
    notice: str = "",
    warnings: Sequence[str] = (),
) -> Response:
    here, mine = door(request), someone.who.actor.id
    asked = ("/v1/on-duty", "/v1/schedules/gaps", "/v1/schedules", f"/v1/presence/{mine}")
    *told, absences, swaps = await asyncio.gather(
        *(behind.ask(here, "router", path) for path in asked),
        _every(here, "/v1/absences", ABSENCES),
        _every(here, "/v1/swaps", SWAPS),
    )
    async with here.db.reading() as tx:
        exercises = await drills.announced(tx, hears(someone.who.grants))
    parts, gaps, schedules = read(PARTS, told[0]), read(GAPS, told[1]), read(SCHEDULES, told[2]) or []
    rota, grants = Rota(schedules, parts or []), someone.who.grants
    return shown(
        request,
        "duty.html",
        someone,
        status,
        area="duty",
        at="/duty",
        parts=_by_team(parts),
        gaps=gaps and gaps[:MOST_GAPS],
        absences=absences,
        takes_back={one.id for one in absences or () if duty.may_speak_for(grants, mine, one.person.id, rota)},
        swaps=None if swaps is None else [(swap, duty.answers_to(swap, mine)) for swap in swaps],
        schedules=schedules,
        presence=read(SAID, told[3]),
        people=await directory_of(request).all(here),
        drills=exercises,
        states=duty.STATES,
        next_morning=next_morning(request),
        working=bool(teams(someone.who.grants or (), "attend")),
        leads=leads(someone),
        contacts=_sees_contacts(someone),
        me=mine,
        key=token_hex(16),
        typed=typed or {},
        wrong=wrong[chosen(request) == "en"],
        notice=notice,
        warnings=warnings,
    )


async def _every(here: Door, path: str, shape: TypeAdapter[duty.Page[T]]) -> list[T] | None:
    """The whole of a list, page by page; None while a part of it cannot be had."""
    found, cursor = list[T](), "0"
    for _ in range(MOST_PAGES):
        page = read(shape, await behind.ask(here, "router", path, limit=A_PAGE, cursor=cursor))
        if page is None:
            return None
        found += page.data
        if not page.next_cursor:
            break
        cursor = page.next_cursor
    return found


def _once(given: dict[str, str]) -> dict[str, str]:
    """The id that makes sending a page twice the same as once."""
    return {"id": given["key"]} if KEY.fullmatch(given.get("key", "")) else {}


def _sees_contacts(someone: Visitor) -> bool:
    return EVERY_TEAM in teams(someone.who.grants or (), "administer")


def _by_team(parts: list[duty.Part] | None) -> list[tuple[str, list[duty.Part]]] | None:
    if parts is None:
        return None
    named = {part.team: part.team_name for part in parts}
    return [(named[team], [part for part in parts if part.team == team]) for team in named]


def read(shape: TypeAdapter[T], told: Any) -> T | None:
    """What was told, in its shape; None for nothing and for what has another one."""
    try:
        return shape.validate_python(told)
    except ValidationError:
        return None


def next_morning(request: Request) -> str:
    """Nine in the morning after today, as a form gives a time: until when somebody is what they say, if they leave it so."""
    tomorrow = door(request).clock.now().astimezone(zone_of(request)) + timedelta(days=1)
    return f"{tomorrow:%Y-%m-%d}T09:00"


def moment(request: Request, typed: str) -> datetime | None:
    """A time as a form gives it, which is the reader's own."""
    try:
        at = datetime.fromisoformat(typed)
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=zone_of(request))
