"""Doing something to one case or several from a page: once for each page, and only what the role allows."""

import re
from collections.abc import Mapping

from fastapi import APIRouter, Request, Response

from services.intake import acting, linking, seeing
from services.intake.domain import access, answered
from services.intake.domain import board as domain
from services.intake.domain.commands import Command
from services.intake.domain.ids import is_case_id
from services.intake.domain.refusals import Refusal
from services.intake.door import Door, door, unknown_case
from services.intake.entrance import Visitor, role_needed
from services.intake.pages.console import deeds
from services.intake.pages.console.board import address, directory_of
from services.intake.pages.console.shell import chosen, elsewhere, opened, sent, shown, text_of
from services.intake.pages.render import text
from shared.contracts.case import Case
from shared.contracts.plan import Person
from shared.runtime.web import Problem

routes = APIRouter(include_in_schema=False)
KEY = re.compile(r"[0-9a-f]{32}")
VERSION = re.compile(r"[0-9]{1,9}")
TOGETHER = ("acknowledge", "followers", "offer", "reassign", "link")


async def do(
    here: Door, someone: Visitor, case_id: str, verb: str, command: Command, key: str, version: str = ""
) -> acting.After | Refusal:
    """Do it in the name of who is logged in; the same page does it once. Raises 404 and 403."""
    now, who = here.clock.now(), someone.who
    async with here.db.transaction() as tx:
        cause = (case_id, who.name, verb, key, await acting.words(tx, command))
        command = await linking.prepared(tx, who, case_id, command)
        _, known = await seeing.seen(tx, who, case_id, now, verb)
        if not access.may_open(who, known, command):
            raise role_needed()
        done = await acting.act(tx, case_id, command, who.actor, now, cause, anew=key, version=version)
    if done is None:
        raise unknown_case()
    return done


@routes.post("/cases/together")
async def together(request: Request) -> Response:
    """Take the one case whose button was pressed, or do the same to all that are ticked."""
    someone, here = await opened(request), door(request)
    given = await sent(request, someone)
    back, key = domain.wanted(given), given.get("key", "")
    if not KEY.fullmatch(key):
        raise Problem(400, "malformed", *text_of("error.key"))
    if case_id := given.get("take", ""):
        done = await _one(here, someone, case_id, "acknowledge", {}, key, request)
        if isinstance(done, acting.After):
            return elsewhere(address(back, done=f"{_came_of(done.case, someone)}-{done.case.submitted.number}"))
        return _outcome(request, someone, [done], address(back))
    verb = given.get("verb", "")
    picked = [name.removeprefix("case-") for name in given if name.startswith("case-")]
    if verb not in TOGETHER or not picked:
        return _outcome(request, someone, [text("together.nothing", chosen(request))], address(back))
    typed = dict(given)
    lead = 0
    if verb == "followers" and not typed.get("to", "").strip():
        typed["to"] = someone.who.actor.id
    if verb == "link":
        lead_id, lead = await _lead(here, someone, typed.get("lead", ""))
        picked = [case_id for case_id in picked if case_id != lead_id]  # it may be ticked with those that follow it
        if not lead or not picked:
            name = "together.no-lead" if not lead else "together.lead-alone"
            return _outcome(request, someone, [text(name, chosen(request))], address(back))
    said = [await _one(here, someone, case_id, verb, typed, key, request) for case_id in picked]
    lines = [
        text(
            f"board.done.{_came_of(one.case, someone) if verb == 'acknowledge' else verb}",
            chosen(request),
            number=one.case.submitted.number,
            lead=lead,
        )
        if isinstance(one, acting.After)
        else one
        for one in said
    ]
    return _outcome(request, someone, lines, address(back))


@routes.get("/cases/together")
@routes.get("/cases/views")
async def again() -> Response:
    """Lead back to the board whoever loads anew what came of its forms; these are no cases."""
    return elsewhere("/cases")


def _came_of(case: Case, someone: Visitor) -> str:
    """What somebody who has just answered is to the case; of who only knows of it, also whether anybody has it."""
    came = answered.part(case, someone.who.actor.id)
    return "known.owned" if came == "known" and case.owner else came


async def _one(
    here: Door, someone: Visitor, case_id: str, verb: str, typed: Mapping[str, str], key: str, request: Request
) -> acting.After | str:
    """What became of it: the case after it, or why not, in words."""
    lang = chosen(request)
    people = [me(someone), *await directory_of(request).all(here)]
    command, errors = deeds.read(deeds.DEEDS[verb], typed, people)
    if command is None or not is_case_id(case_id):
        wrong = next(iter(errors.values()), None)
        return text(wrong.text, lang, limit=wrong.limit) if wrong else text("together.nothing", lang)
    try:
        done = await do(here, someone, case_id, verb, command, key)
        if isinstance(done, acting.After):
            return done
        said = done.en if lang == "en" else done.ja
    except Problem as problem:
        said = problem.en if lang == "en" else problem.ja
    number = await _number(here, someone, case_id)
    return text("together.refused", lang, number=number, why=said) if number else said


def me(someone: Visitor) -> Person:
    """Who is logged in, as events name people."""
    by = someone.who.actor
    return Person(id=by.id, name=by.name or by.id)


async def _lead(here: Door, someone: Visitor, typed: str) -> tuple[str, int]:
    """The case as which others are to be handled: its id and number, as far as somebody may see it."""
    async with seeing.reading(here, someone.who) as tx:
        lead_id = await linking.meant(tx, typed)
    return lead_id, await _number(here, someone, lead_id) if lead_id else 0


async def _number(here: Door, someone: Visitor, case_id: str) -> int:
    async with seeing.reading(here, someone.who) as tx:
        known = await seeing.among(tx, someone.who, {case_id})
    return known[case_id].submitted.number if case_id in known else 0


def _outcome(request: Request, someone: Visitor, lines: list[str], back: str) -> Response:
    return shown(request, "together.html", someone, area="cases", lines=lines, back=back, at="/cases")
