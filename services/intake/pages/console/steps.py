"""On the page of a case: its steps, to be written, ticked and removed."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Path, Request, Response

from services.intake import steps
from services.intake.door import door
from services.intake.entrance import is_forged, visitor
from services.intake.pages.console.case import kept, look_at, page_of
from services.intake.pages.console.doing import KEY
from services.intake.pages.console.shell import elsewhere, fields, opened, sent, text_of
from services.intake.pages.form import shown_again
from shared.runtime.web import Problem

routes = APIRouter(include_in_schema=False)
LONGEST = 20_000  # characters of what is pasted at once


@routes.post("/cases/{ref}/steps")
async def add(request: Request, ref: str) -> Response:
    """Write steps down, one a line."""
    given, someone, here = await fields(request), await visitor(request), door(request)
    typed = shown_again({"texts": given.get("texts", "")[:LONGEST]})
    if someone is None or is_forged(request, someone, given.get("csrf", "")):
        return kept(request, someone, ref, "steps", typed, given)
    look = await look_at(request, await opened(request), ref)
    try:
        if not KEY.fullmatch(given.get("key", "")):
            raise Problem(422, "malformed", *text_of("error.key"))
        async with here.db.transaction() as tx:
            lines = typed["texts"].split("\n")
            why = await steps.add(
                tx, someone.who, someone.who.actor, look.case.id, lines, look.reader.now, given["key"]
            )
            if why is not None:
                raise Problem(422, why.code, why.ja, why.en)
    except Problem as problem:
        said = problem.en if look.reader.language == "en" else problem.ja
        return await page_of(request, look, status=problem.status, verb="steps", typed=typed, said=said)
    return elsewhere(f"/cases/{look.shown.number}?done=steps#steps")


@routes.post("/cases/{ref}/steps/{step}/{how}")
async def change(
    request: Request, ref: str, step: UUID, how: Annotated[Literal["tick", "untick", "remove"], Path()]
) -> Response:
    """Tick a step, take that back, or remove one that is not done."""
    someone, here = await opened(request), door(request)
    await sent(request, someone)
    look = await look_at(request, someone, ref)
    async with here.db.transaction() as tx:
        why = await steps.change(tx, someone.who, someone.who.actor, look.case.id, step, how, look.reader.now)
    if why is not None:
        said = why.en if look.reader.language == "en" else why.ja
        return await page_of(request, look, status=409, verb="step", said=said)
    return elsewhere(f"/cases/{look.shown.number}#steps")
