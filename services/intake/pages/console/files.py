"""On the page of a case: its files, to be attached, opened and taken away."""

from uuid import UUID

from fastapi import APIRouter, Request, Response

from services.intake import attaching, seeing
from services.intake.attaching import MEDIA, Seer, served
from services.intake.door import door
from services.intake.entrance import comes_from_elsewhere, forged, is_forged
from services.intake.pages import uploads
from services.intake.pages.console.case import look_at, page_of
from services.intake.pages.console.doing import KEY
from services.intake.pages.console.shell import elsewhere, opened, sent, text_of
from services.intake.pages.form import Broken
from services.intake.pages.render import text
from shared.runtime.web import Problem

routes = APIRouter(include_in_schema=False)


@routes.post("/cases/{ref}/files")
async def add(request: Request, ref: str) -> Response:
    """Attach files; what cannot be attached is told, and the rest is."""
    someone, here = await opened(request), door(request)
    if comes_from_elsewhere(request):
        raise forged()
    try:
        async with uploads.posted(request, here, known=True) as given:
            if is_forged(request, someone, given.fields.get("csrf", "")):
                raise forged()
            look = await look_at(request, someone, ref)
            key, seer = given.fields.get("key", ""), Seer(someone.who)
            wrong = "" if KEY.fullmatch(key) else "error.key"
            if wrong or not given.files:
                said = text(wrong or "files.none", look.reader.language)
                return await page_of(request, look, status=422, verb="files", said=said)
            inside = "internal" in given.fields
            left = await uploads.attach(here, seer, someone.who.actor, look.case.id, given.files, key, inside)
    except Broken:
        raise Problem(400, "malformed", *text_of("wrong.lead")) from None
    if left:
        return await page_of(request, await look_at(request, someone, ref), status=422, verb="files", left=left)
    return elsewhere(f"/cases/{look.shown.number}?done=files#files")


@routes.get("/cases/{ref}/files/{file}")
async def give(request: Request, ref: str, file: UUID) -> Response:
    """Give a file to be kept; a page shows it if it is a picture. That it was opened is recorded."""
    someone, here = await opened(request), door(request)
    look = await look_at(request, someone, ref)
    async with seeing.reading(here, someone.who) as tx:
        found, raw = await attaching.opened(tx, Seer(someone.who), look.case, file, look.reader.now)
    return served(found.name, raw, found.kind if found.is_picture else MEDIA)


@routes.post("/cases/{ref}/files/{file}/remove")
async def remove(request: Request, ref: str, file: UUID) -> Response:
    """Take a file away for good."""
    someone, here = await opened(request), door(request)
    await sent(request, someone)
    look = await look_at(request, someone, ref)
    async with here.db.transaction() as tx:
        await attaching.detach(tx, Seer(someone.who), someone.who.actor, look.case.id, file, look.reader.now)
    return elsewhere(f"/cases/{look.shown.number}#files")
