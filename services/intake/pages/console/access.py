"""Who may do what, in the console: the roles of everybody, given and taken away one by one."""

import unicodedata
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from services.intake import admission, drilling, granting
from services.intake.domain.roles import EVERY_TEAM, ROLES, Grant
from services.intake.domain.sessions import PERSON
from services.intake.door import door
from services.intake.entrance import Visitor
from services.intake.pages.console.board import directory_of
from services.intake.pages.console.shell import chosen, elsewhere, entered, sent, shown, text_of
from services.intake.pages.form import shown_again
from shared.contracts.report import Id
from shared.runtime.web import Problem

routes = APIRouter(include_in_schema=False)
Somebody = Annotated[Id, Path()]
DONE = ("given", "taken")
LONGEST_REASON = 200


@routes.api_route("/admin/access", methods=["GET", "HEAD"])
async def show(request: Request) -> Response:
    """Show who has which role in which team."""
    return await _everybody(request, await entered(request))


@routes.post("/admin/access")
async def give_new(request: Request) -> Response:
    """Give somebody a role by their id, who need not be known yet."""
    someone = await entered(request)
    given = await sent(request, someone)
    person = unicodedata.normalize("NFKC", given.get("person", "")).strip()
    wanted = await wanted_grant(request, given)
    if not PERSON.fullmatch(person) or wanted is None:
        wrong = text_of("access.wrong-choice" if PERSON.fullmatch(person) else "access.wrong-person")
        return await _everybody(request, someone, 422, wrong, shown_again(given))
    await granting.change(door(request), someone.who, person, lambda had: had | {wanted}, _reason(given))
    return elsewhere(f"/admin/access/{person}?done=given")


@routes.api_route("/admin/access/{person}", methods=["GET", "HEAD"])
async def show_one(request: Request, person: Somebody) -> Response:
    """Show what somebody may do where, since when and by whose leave, and what they no longer may."""
    return await _person(request, await entered(request), person)


@routes.post("/admin/access/{person}/give")
async def give(request: Request, person: Somebody) -> Response:
    """Give one more role."""
    someone = await entered(request)
    given = await sent(request, someone)
    wanted = await wanted_grant(request, given)
    if wanted is None:
        return await _person(request, someone, person, 422, text_of("access.wrong-choice"), shown_again(given))
    await granting.change(door(request), someone.who, person, lambda had: had | {wanted}, _reason(given))
    return elsewhere(f"/admin/access/{person}?done=given")


@routes.post("/admin/access/{person}/take")
async def take(request: Request, person: Somebody) -> Response:
    """Take one role away, or say why it cannot be."""
    someone = await entered(request)
    given = await sent(request, someone)
    gone = {g for g in (_grant(given.get("role", ""), given.get("team", "")),) if g is not None}
    try:
        await granting.change(door(request), someone.who, person, lambda had: had - gone, _reason(given))
    except Problem as problem:
        return await _person(request, someone, person, problem.status, (problem.ja, problem.en))
    return elsewhere(f"/admin/access/{person}?done=taken")


async def wanted_grant(request: Request, given: dict[str, str]) -> Grant | None:
    """The role that was chosen in a form; None for one that there is not, or a team that the policy does not know.

    While the policy cannot be asked, any team is taken at its word.
    """
    wanted = _grant(given.get("role", ""), given.get("team", "").strip())
    teams = await drilling.team_names(door(request))
    return wanted if wanted and (not teams or wanted.team in (EVERY_TEAM, *teams)) else None


def _grant(role: str, team: str) -> Grant | None:
    found = next((known for known in ROLES if known == role), None)
    return Grant(found, team) if found and 0 < len(team) <= 100 and team.isprintable() else None


def _reason(given: dict[str, str]) -> str:
    plain = "".join(c for c in given.get("reason", "") if c.isprintable())
    return plain.strip()[:LONGEST_REASON]


async def _everybody(
    request: Request, someone: Visitor, status: int = 200, wrong: tuple[str, str] | None = None, typed: object = None
) -> Response:
    here = door(request)
    async with here.db.reading() as tx:
        known = await admission.grants(tx)
    values = {"rows": [(person, sorted(grants)) for person, grants in known.items()], "typed": typed or {}}
    return await _shown(request, "access.html", someone, status, wrong, at="/admin/access", **values)


async def _person(
    request: Request,
    someone: Visitor,
    person: str,
    status: int = 200,
    wrong: tuple[str, str] | None = None,
    typed: object = None,
) -> Response:
    async with door(request).db.reading() as tx:
        held = await admission.held(tx, person)
    done = request.query_params.get("done", "")
    values = {
        "person": person,
        "now": [one for one in held if one.ended_at is None],
        "past": [one for one in held if one.ended_at is not None],
        "notice": f"access.done.{done}" if done in DONE and wrong is None else "",
        "typed": typed or {},
    }
    return await _shown(request, "access_person.html", someone, status, wrong, at=f"/admin/access/{person}", **values)


async def _shown(
    request: Request, template: str, someone: Visitor, status: int, wrong: tuple[str, str] | None, **values: object
) -> Response:
    here = door(request)
    said = wrong[chosen(request) == "en"] if wrong else ""
    people, teams = await directory_of(request).names(here), await drilling.team_names(here)
    values |= {"people": people, "teams": teams, "roles": ROLES, "wrong": said}
    return shown(request, template, someone, status, area="access", **values)
