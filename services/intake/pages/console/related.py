"""On the page of a case: which others it has to do with, to be said and taken back."""

from fastapi import APIRouter, Request, Response

from services.intake import relating
from services.intake.door import door
from services.intake.pages.console.case import look_at, page_of
from services.intake.pages.console.shell import elsewhere, opened, sent
from services.intake.pages.form import shown_again
from shared.runtime.web import Problem

routes = APIRouter(include_in_schema=False)


@routes.post("/cases/{ref}/related")
async def relate(request: Request, ref: str) -> Response:
    """Say that the case has to do with another one."""
    return await _change(request, ref, relating.relate, "relate")


@routes.post("/cases/{ref}/related/remove")
async def unrelate(request: Request, ref: str) -> Response:
    """Take that back."""
    return await _change(request, ref, relating.unrelate, "unrelate")


async def _change(request: Request, ref: str, change: relating.Change, verb: str) -> Response:
    someone, here = await opened(request), door(request)
    given = await sent(request, someone)
    look = await look_at(request, someone, ref)
    typed = shown_again({"other": given.get("other", "")[:60]})
    try:
        async with here.db.transaction() as tx:
            why = await change(tx, someone.who, someone.who.actor, look.case.id, typed["other"], look.reader.now)
    except Problem as problem:
        said = problem.en if look.reader.language == "en" else problem.ja
        return await page_of(request, look, status=problem.status, verb=verb, typed=typed, said=said)
    if why is not None:
        said = why.en if look.reader.language == "en" else why.ja
        return await page_of(request, look, status=422 if why.field else 409, verb=verb, typed=typed, said=said)
    return elsewhere(f"/cases/{look.shown.number}?done={verb}")
