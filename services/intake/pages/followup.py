"""The reporter's own page about a case: how it stands, what was said, and a way to add something."""

import asyncio
import re
from collections.abc import Sequence
from datetime import datetime
from secrets import token_hex
from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from services.intake import acting, attaching, behind, store
from services.intake.attaching import MEDIA, served
from services.intake.domain import timeline, view
from services.intake.domain.commands import Note
from services.intake.domain.faq import pointed
from services.intake.domain.together import is_led
from services.intake.domain.wording import reason
from services.intake.door import Door, door
from services.intake.entrance import visitor
from services.intake.pages import render, uploads
from services.intake.pages.foresight import offered
from services.intake.pages.form import Broken
from services.intake.pages.render import HEADERS, message, page, reader
from shared.contracts import events as e
from shared.contracts.case import RESPONSE, Case
from shared.contracts.events import CaseFeedback
from shared.contracts.links import read_followup
from shared.contracts.vocabulary import Status
from shared.runtime import folds
from shared.runtime.web import Problem

routes = APIRouter(include_in_schema=False)
_KEY = re.compile(r"[0-9a-f]{32}")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
LONGEST = 5000
FIRST_LOOK_SECONDS = 1.5


@routes.api_route("/r/{token}", methods=["GET", "HEAD"])
async def show(request: Request, token: str) -> Response:
    """Show the case to whoever holds its link; right after the report, wait a moment for who is asked."""
    here = door(request)
    case_id = read_followup(here.settings.link_key, token)
    if case_id is None:
        return message(request, "gone", 404)
    if "new" in request.query_params:
        await _planned(here, case_id)
    return await page_of(request, case_id, token)


@routes.post("/r/{token}")
async def add_message(request: Request, token: str) -> Response:
    """Add the reporter's message to the case, once."""
    here = door(request)
    case_id = read_followup(here.settings.link_key, token)
    if case_id is None:
        return message(request, "gone", 404)
    try:
        async with uploads.posted(request, here, known=True) as given:
            return await _added(request, case_id, token, given)
    except Broken:
        return message(request, "wrong", 400)


async def _added(request: Request, case_id: str, token: str, given: uploads.Sent) -> Response:
    here, lang = door(request), reader(request)
    text, key = given.fields.get("text", "").strip(), given.fields.get("key", "")
    wrong = _wrong(text, key, bool(given.files))
    if wrong:
        return await page_of(
            request, case_id, token, _CONTROL.sub("", text), wrong, again=bool(given.files), status=422
        )
    async with here.db.reading() as tx:
        case = (await folds.load(tx, case_id, lock=False)).case
    if case is None:
        return message(request, "gone", 404)
    left = await uploads.attach(here, attaching.LINK, _reporter(case), case_id, given.files, key)
    attached = len(given.files) - len(left)
    said = text or (render.text("files.sent", lang, number=attached) if attached else "")
    if said:
        async with here.db.transaction() as tx:
            note = Note(said, internal=False)
            cause = (case_id, "followup", key, await acting.words(tx, note))
            await acting.act(tx, case_id, note, _reporter(case), here.clock.now(), cause)
    if left:
        return await page_of(request, case_id, token, left=left, banner="sent" if said else "", status=422)
    return RedirectResponse(f"/r/{token}?sent=1&lang={lang}#history", 303, HEADERS)


@routes.get("/r/{token}/files/{file}")
async def give(request: Request, token: str, file: UUID) -> Response:
    """Give the reporter a file that is not internal; that it was opened by the link is recorded."""
    here = door(request)
    case_id = read_followup(here.settings.link_key, token)
    async with here.db.reading() as tx:
        case = (await folds.load(tx, case_id, lock=False)).case if case_id else None
        if case is None:
            return message(request, "gone", 404)
        try:
            found, raw = await attaching.opened(tx, attaching.LINK, case, file, here.clock.now())
        except Problem:
            return message(request, "gone", 404)
    return served(found.name, raw, found.kind if found.is_picture else MEDIA)


@routes.post("/r/{token}/files/{file}/remove")
async def remove(request: Request, token: str, file: UUID) -> Response:
    """Take away a file that the reporter has attached."""
    here, lang = door(request), reader(request)
    case_id = read_followup(here.settings.link_key, token)
    async with here.db.transaction() as tx:
        case = (await folds.load(tx, case_id)).case if case_id else None
        if case is None:
            return message(request, "gone", 404)
        await attaching.detach(tx, attaching.LINK, _reporter(case), case.id, file, here.clock.now())
    return RedirectResponse(f"/r/{token}?lang={lang}", 303, HEADERS)


async def page_of(
    request: Request,
    case_id: str,
    token: str,
    text: str = "",
    wrong: str = "",
    left: Sequence[uploads.Left] = (),
    banner: str = "",
    again: bool = False,
    status: int = 200,
) -> Response:
    """The page of a case for whoever holds its link, with what could not be done just now."""
    here, lang = door(request), reader(request)
    now = here.clock.now()
    async with here.db.reading() as tx:
        fold = await folds.load(tx, case_id, lock=False)
        case = fold.case
        if case is None:
            return message(request, "gone", 404)
        story = timeline.merged(await store.entries(tx, fold))
        lead = await store.lead(tx, case)
        kept = await attaching.listed(tx, attaching.LINK, case)
    lead = lead if lead and is_led(case, lead) else None
    banner = banner or next((name for name in ("new", "sent") if name in request.query_params), "")
    handled = lead or case
    due, update = view.next_deadline(handled), view.next_update(handled)
    recorded = handled.plan.suppressed if handled.plan else None
    faq, someone = pointed(handled.plan.faq if handled.plan else ""), await visitor(request)
    return page(
        request,
        "followup.html",
        lang,
        status,
        case=case,
        handled=handled,
        lead=lead,
        recorded=recorded and reason(recorded, lang),
        faq=faq,
        found=await offered(request, someone, faq.words),
        someone=someone,
        reported=True,
        asked=_asked(handled, now),
        statuses=list(Status),
        due=due,
        update=update,
        now=now,
        late=due is not None and due.due < now,
        lines=[line for line in timeline.lines(story, lang, here.zone) if line.public],
        thanks=[(entry.event.by, entry.event.text) for entry in story if isinstance(entry.event, CaseFeedback)],
        reporter=case.submitted.by,
        link=f"{here.settings.public_url.rstrip('/')}/r/{token}",
        banner=banner,
        hears=await _hears(here, case) if banner == "new" else "",
        path=f"/r/{token}",
        files=kept,
        left=left,
        again=again,
        key=token_hex(16),
        text=text,
        wrong=wrong,
        longest=LONGEST,
    )


async def _hears(here: Door, case: Case) -> str:
    """What a reporter has to know of how they hear, whom no directory knows: by mail, or not at all; "" while nobody can say."""
    told = case.submitted
    if told.by.kind == "person" and await behind.is_listed(here, told.by.id) is not False:
        return ""
    return "thanks.mailed" if told.reachable else "thanks.unlisted" if told.by.kind == "person" else ""


def _asked(case: Case, now: datetime) -> list[tuple[datetime, list[str]]]:
    """The names of who is asked, by when they are called: now, or at the hour that they wait for.

    While nobody has it and nobody's answer is waited for, those who were asked last.
    """
    called: dict[str, datetime] = {}
    for track, name in RESPONSE.items():
        clock = case.deadlines.get(name)
        since = clock.since if clock and clock.since and clock.since > now else now
        asking = case.asking(track)
        for asked in asking.pending() if case.pending else asking.responders:
            called[asked.person.id] = min(since, called.get(asked.person.id, since))
    order = sorted(set(called.values()))
    return [(at, [r.person.name for r in case.responders if called.get(r.person.id) == at]) for at in order]


async def _planned(here: Door, case_id: str) -> None:
    """Wait until somebody is asked, a second and a half at most: a thank-you that names a person is worth it."""
    for _ in range(int(FIRST_LOOK_SECONDS / 0.15)):
        async with here.db.reading() as tx:
            case = (await folds.load(tx, case_id, lock=False)).case
        if case is None or case.round or (case.plan is not None and not case.plan.levels):
            return
        await asyncio.sleep(0.15)


def _reporter(case: Case) -> e.Actor:
    return case.submitted.by


def _wrong(text: str, key: str, files: bool) -> str:
    if not (text or files):
        return "error.missing"
    if _CONTROL.search(text):
        return "error.characters"
    if len(text) > LONGEST:
        return "error.long"
    return "" if _KEY.fullmatch(key) else "error.key"
