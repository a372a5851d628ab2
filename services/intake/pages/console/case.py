"""One case on a page: what it is, who has it until when, what happened, what happens next, and what one may do to it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from secrets import token_hex
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import PlainTextResponse

from services.intake import attaching, behind, board, relating, seeing, steps, store
from services.intake.domain import access, answered, postmortem, timeline, versions, view
from services.intake.domain import board as domain
from services.intake.domain.found import Found
from services.intake.domain.ids import LARGEST_ID, is_case_id
from services.intake.domain.outlook import Reader
from services.intake.domain.passages import Passage, passages
from services.intake.domain.refusals import CHANGED, Refusal
from services.intake.door import door, unknown_case
from services.intake.entrance import Visitor, comes_from_elsewhere, forged, is_forged, visitor
from services.intake.pages import answering
from services.intake.pages.console import deeds, shelf
from services.intake.pages.console.board import directory_of
from services.intake.pages.console.doing import KEY, do, me
from services.intake.pages.console.shell import ANSWERING, chosen, elsewhere, fields, opened, shown, zone_of
from services.intake.pages.form import Error, shown_again
from services.intake.pages.render import HEADERS, text
from services.intake.pages.reported import reported
from services.intake.pages.uploads import Left
from shared.contracts.case import Case
from shared.contracts.drill import is_real
from shared.contracts.vocabulary import Status
from shared.runtime.db import Transaction
from shared.runtime.web import Problem

routes = APIRouter(include_in_schema=False)
_NUMBER = re.compile(r"[1-9][0-9]{0,17}")


@dataclass(frozen=True)
class Look:
    """A case as one person may see it, with its story."""

    someone: Visitor
    reader: Reader
    case: Case
    shown: view.CaseView
    lead: Case | None
    lines: list[timeline.Line]
    passages: list[Passage]
    version: str
    reports_only: bool
    place: int


@routes.api_route("/cases/{ref}", methods=["GET", "HEAD"])
async def show(request: Request, ref: str) -> Response:
    """Show a case by its number or id."""
    look = await look_at(request, await opened(request), ref)
    return await page_of(request, look, notice=_notice(look, request.query_params.get("done", "")))


@routes.api_route("/cases/{ref}/report", methods=["GET", "HEAD"])
async def printed(request: Request, ref: str) -> Response:
    """The whole case as a page to be printed."""
    look = await look_at(request, await opened(request), ref)
    return await page_of(request, look, "print.html")


@routes.api_route("/cases/{ref}/postmortem.md", methods=["GET", "HEAD"])
async def draft(request: Request, ref: str) -> Response:
    """A draft of the review afterwards, in Markdown."""
    look = await look_at(request, await opened(request), ref)
    listed: list[steps.Step] = []
    if not look.reports_only:
        async with seeing.reading(door(request), look.someone.who) as tx:
            listed = await steps.steps_of(tx, look.someone.who, look.case.id)
    told = postmortem.draft(look.shown, look.lines, look.reader, listed)
    name = f"case-{look.shown.number}.md"
    headers = {**HEADERS, "content-disposition": f'attachment; filename="{name}"'}
    return PlainTextResponse(told, headers=headers, media_type="text/markdown; charset=utf-8")


@routes.post("/cases/{ref}/{verb}")
async def act(request: Request, ref: str, verb: str) -> Response:
    """Do something to a case; whatever keeps it from being done, what was written stands in the answer."""
    if comes_from_elsewhere(request):
        raise forged()
    given, someone = await fields(request), await visitor(request)
    deed = deeds.DEEDS.get(verb)
    if deed is None:
        raise unknown_case()
    typed = shown_again({field.name: given.get(field.name, "") for field in deed.fields})
    if someone is None or is_forged(request, someone, given.get("csrf", "")):
        return kept(request, someone, ref, verb, typed, given)
    here = door(request)
    look = await look_at(request, someone, ref)
    key = given.get("key", "")
    people = [me(someone), *await directory_of(request).all(here)]
    command, errors = deeds.read(deed, given, people)
    if command is None or not KEY.fullmatch(key):
        notice = "error.key" if command is not None else ""
        return await page_of(request, look, status=422, verb=verb, typed=typed, errors=errors, wrong=notice)
    tag = f'"{given.get("version", "")}"' if deed.minds and given.get("version") else ""
    try:
        done = await do(here, someone, look.case.id, verb, command, key, tag)
    except Problem as problem:
        said = problem.en if look.reader.language == "en" else problem.ja
        return await page_of(request, look, status=problem.status, verb=verb, typed=typed, said=said)
    if isinstance(done, Refusal):
        look = await look_at(request, someone, ref)
        status = 412 if done is CHANGED else 422 if done.field else 409
        said = done.en if look.reader.language == "en" else done.ja
        seen = given.get("seen", "") if done is CHANGED else ""
        return await page_of(request, look, status=status, verb=verb, typed=typed, said=said, seen=seen)
    if verb == "reassess" and not access.sees(someone.who, done.case):
        return elsewhere(f"/cases?done=reassess-{look.shown.number}")
    return elsewhere(f"/cases/{look.shown.number}?done={verb}")


def kept(
    request: Request, someone: Visitor | None, ref: str, verb: str, typed: dict[str, str], given: dict[str, str]
) -> Response:
    """The session has ended while somebody was writing: what they wrote, to be sent once more after a login. Raises 404."""
    if not (_NUMBER.fullmatch(ref) or is_case_id(ref)):
        raise unknown_case()
    values: dict[str, Any] = {"ref": ref, "verb": verb, "deed": deeds.DEEDS.get(verb), "typed": typed}
    values |= {"at": f"/cases/{ref}", "sent_on": given, "movable": ()}
    return shown(request, "kept.html", someone, 401 if someone is None else 409, area="cases", **values)


def _notice(look: Look, done: str) -> str:
    """What was just done; of an answer, what has come of it."""
    if done == "acknowledge":
        return answering.said(look.case, look.someone.who.actor.id, look.reader.language)
    known = (*deeds.DEEDS, "relate", "unrelate", "steps", "files")
    return text(f"done.{done}", look.reader.language) if done in known else ""


async def look_at(request: Request, someone: Visitor, ref: str) -> Look:
    """Read a case for somebody. Raises the same 404 for what there is not and what they may not see."""
    here, who = door(request), someone.who
    reader = Reader(chosen(request), zone_of(request), here.clock.now())
    place = await here.fan.last()  # before all else: what changes meanwhile is told of once more
    async with seeing.reading(here, who) as tx:
        case_id = await id_of(tx, ref)
        fold, known = await seeing.seen(tx, who, case_id, reader.now)
        updated = await store.updated_at(tx, case_id) or known.submitted_at
        case, lead = await seeing.around(tx, who, known)
        seen = {joined.case_id for joined in case.joined} | ({lead.id} if lead else set())
        story = await seeing.story(tx, who, fold, seen)
    reports = access.only_reports(who, known)
    teams = await directory_of(request).teams_told(here)
    lines = timeline.lines(story, reader.language, reader.zone, teams)
    told = [(x.event, line) for x, line in zip(story, lines, strict=True) if line.public or not reports]
    folded = passages(told, known.awaiting, reader.language)
    shown_as = view.view(case, updated, reader, lead)
    version = versions.version(known)
    return Look(someone, reader, known, shown_as, lead, [line for _, line in told], folded, version, reports, place)


async def id_of(tx: Transaction, ref: str) -> str:
    """The id of the case that an address names by its number or id, as far as whoever reads may see it."""
    number = int(ref) if _NUMBER.fullmatch(ref) and int(ref) <= LARGEST_ID else 0
    return await board.numbered(tx, number) if number else ref


async def page_of(
    request: Request,
    look: Look,
    template: str = "case.html",
    status: int = 200,
    verb: str = "",
    typed: dict[str, str] | None = None,
    errors: dict[str, Error] | None = None,
    wrong: str = "",
    said: str = "",
    notice: str = "",
    seen: str = "",
    left: Sequence[Left] = (),
) -> Response:
    here, case, who = door(request), look.case, look.someone.who
    lead = look.lead.submitted.number if look.lead else 0
    related: list[relating.Related] = []
    listed: list[steps.Step] = []
    async with seeing.reading(here, who) as tx:
        kept = await attaching.listed(tx, attaching.Seer(who), case)
        if not look.reports_only:
            related = await relating.related(tx, who, case.id, look.reader.now)
            listed = await steps.steps_of(tx, who, case.id)
    answer = shown(
        request,
        template,
        look.someone,
        status,
        area="cases",
        at=f"/cases/{look.shown.number}",
        look=look,
        case=case,
        one=look.shown,
        decides=answered.only_decides(case, who.actor.id),
        lines=look.lines,
        seen=int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 6 else len(look.lines),
        report=reported(case.submitted.report),
        deeds=deeds.fitting(case, who, lead, look.reader.now),
        verb=verb,
        typed=typed or {},
        errors=errors or {},
        wrong=text(wrong, look.reader.language) if wrong else said,
        notice=notice,
        undo=any(answer.by == who.actor.id for answer in case.revocable),
        movable=deeds.movable(case),
        people=await directory_of(request).all(here),
        sent_out=await _notifications(request, look),
        similar=await _similar(request, look),
        related=related,
        files=kept,
        left=left,
        attaches=access.acts(who, case, "attach"),
        steps=listed,
        steps_kept=access.acts(who, case, "steps"),
        relates=access.acts(who, case, "relate") and is_real(case.submitted.source),
        drafts=shelf.writes(look.someone) and not look.reports_only and not case.linked,
        statuses=list(Status),
        key=token_hex(16),
        now=look.reader.now,
        late=domain.item(case).is_late(look.reader.now),
        concerned=_concerned(case),
        trace="" if look.reports_only else here.settings.trace_link.to(case.submitted.trace_id),
    )
    answer.headers["content-security-policy"] += ANSWERING
    return answer


def _concerned(case: Case) -> list[tuple[str, str]]:
    """Everybody who has to do with it, each once: what they are to it, and their name."""
    people: dict[str, tuple[str, str]] = {}
    if case.owner:
        people[case.owner.id] = ("owner", case.owner.name)
    if case.offered:
        people.setdefault(case.offered.id, ("offered", case.offered.name))
    for asked in case.responders:
        people.setdefault(asked.person.id, ("asked" if asked in case.pending else "told", asked.person.name))
    for follower in case.followers:
        people.setdefault(follower.id, ("follower", follower.name))
    return list(people.values())


async def _notifications(request: Request, look: Look) -> list[dict[str, Any]] | None:
    """What was sent to whom; None while that cannot be said. Not for reporters."""
    if look.reports_only:
        return []
    path = f"/v1/cases/{look.case.id}/notifications"
    told = await behind.ask(door(request), "notifier", path, language=look.reader.language)
    listed = told.get("data") if isinstance(told, dict) else None
    return listed if isinstance(listed, list) else None


async def _similar(request: Request, look: Look) -> list[Found] | None:
    """Articles and finished cases like this one, as far as the reader may see them; None while that cannot be said.

    A page that brings itself up to date (`live`) does not search again.
    """
    if look.reports_only or "live" in request.query_params:
        return []
    return await shelf.similar(request, look.someone, look.case.id)
