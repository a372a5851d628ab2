"""The reporter's own page about a case: how it stands, what was said, and a way to add something."""

import asyncio
import re
from secrets import token_hex

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from services.intake import acting, store
from services.intake.domain import timeline, view
from services.intake.domain.commands import Note
from services.intake.door import Door, door
from services.intake.pages.form import Broken, fields_of
from services.intake.pages.render import HEADERS, message, page, reader
from shared.contracts import events as e
from shared.contracts.case import Case
from shared.contracts.events import CaseFeedback
from shared.contracts.links import read_followup
from shared.contracts.vocabulary import Status
from shared.runtime import folds

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
    return await _page(request, case_id, token)


@routes.post("/r/{token}")
async def add_message(request: Request, token: str) -> Response:
    """Add the reporter's message to the case, once."""
    here, lang = door(request), reader(request)
    case_id = read_followup(here.settings.link_key, token)
    if case_id is None:
        return message(request, "gone", 404)
    try:
        given = fields_of(await request.body())
    except Broken:
        return message(request, "wrong", 400)
    text, key = given.get("text", "").strip(), given.get("key", "")
    wrong = _wrong(text, key)
    if wrong:
        return await _page(request, case_id, token, _CONTROL.sub("", text), wrong, 422)
    async with here.db.transaction() as tx:
        case = (await folds.load(tx, case_id)).case
        if case is None:
            return message(request, "gone", 404)
        cause = (case_id, "followup", key)
        await acting.act(tx, case_id, Note(text, internal=False), _reporter(case), here.clock.now(), cause)
    return RedirectResponse(f"/r/{token}?sent=1&lang={lang}#history", 303, HEADERS)


async def _page(
    request: Request, case_id: str, token: str, text: str = "", wrong: str = "", status: int = 200
) -> Response:
    here, lang = door(request), reader(request)
    now = here.clock.now()
    async with here.db.reading() as tx:
        fold = await folds.load(tx, case_id, lock=False)
        case = fold.case
        if case is None:
            return message(request, "gone", 404)
        story = timeline.merged(await store.entries(tx, fold))
        lead = await store.lead(tx, case)
    lead = lead if case.status is not Status.DONE else None
    handled = lead or case
    due, update = view.next_deadline(handled), view.next_update(handled)
    return page(
        request,
        "followup.html",
        lang,
        status,
        case=case,
        handled=handled,
        lead=lead,
        statuses=list(Status),
        due=due,
        update=update,
        now=now,
        late=due is not None and due.due < now,
        lines=[line for line in timeline.lines(story, lang, here.zone) if line.public],
        thanks=[(entry.event.by, entry.event.text) for entry in story if isinstance(entry.event, CaseFeedback)],
        reporter=case.submitted.by,
        link=f"{here.settings.public_url.rstrip('/')}/r/{token}",
        banner=next((name for name in ("new", "again", "sent") if name in request.query_params), ""),
        key=token_hex(16),
        text=text,
        wrong=wrong,
        longest=LONGEST,
    )


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


def _wrong(text: str, key: str) -> str:
    if not text:
        return "error.missing"
    if _CONTROL.search(text):
        return "error.characters"
    if len(text) > LONGEST:
        return "error.long"
    return "" if _KEY.fullmatch(key) else "error.key"
