"""Taking articles out as one file: a spreadsheet, a folder of Markdown, or JSON to be read again."""

from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel

from services.intake import auditing
from services.intake.domain import exporting
from services.intake.domain.exporting import Packing, Wanted
from services.intake.door import door
from services.intake.entrance import Visitor, role_needed
from services.intake.pages.console import shelf
from services.intake.pages.console.shell import opened, shown, text_of
from services.intake.pages.render import HEADERS
from shared.runtime.web import Problem

routes = APIRouter(include_in_schema=False)
SECONDS = 30.0  # a page of long articles is read and put into words


class File(BaseModel):
    """A file, or the next piece of the only one."""

    name: str
    text: str


class Page(BaseModel):
    """What goes out next."""

    data: list[File]
    next_cursor: str | None = None


@routes.api_route("/knowledge/export", methods=["GET", "HEAD"])
async def show(request: Request) -> Response:
    """Show what can be taken out, to who leads every team."""
    someone = await _leader(request)
    values: dict[str, Any] = {
        "formats": list(exporting.FORMATS),
        "audiences": exporting.AUDIENCES,
        "languages": exporting.LANGUAGES,
    }
    values |= {"area": "knowledge", "part": "export", "parts": shelf.parts(someone)}
    return shown(request, "exporting.html", someone, **values)


@routes.api_route("/knowledge/export/articles", methods=["GET", "HEAD"])
async def take(request: Request) -> Response:
    """The articles that readers see, as one file; who took them out is recorded. One that breaks off is no whole file anywhere."""
    someone, here = await _leader(request), door(request)
    asked = exporting.wanted(request.query_params)
    if asked is None:
        raise Problem(422, "invalid", *text_of("export.which"))
    first = await _page(request, someone, asked)
    now = here.clock.now()
    name = asked.name(now.astimezone(here.zone).date())
    async with here.db.reading() as tx:
        said = {"format": asked.form, **asked.filters}
        await auditing.now(tx, auditing.of("articles.exported", someone.who, "/knowledge/export", now, **said))
    headers = {**HEADERS, "content-disposition": f'attachment; filename="{name}"'}
    pieces = _pieces(request, someone, asked, first)
    return StreamingResponse(pieces, headers=headers, media_type=asked.media_type)


async def _pieces(request: Request, someone: Visitor, asked: Wanted, page: Page) -> AsyncIterator[bytes]:
    packing = Packing(asked.form)
    while True:
        for file in page.data:
            packing.add(file.name, file.text)
        yield packing.ready()
        if not page.next_cursor:
            break
        page = await _page(request, someone, asked, page.next_cursor)
    yield packing.end()


async def _page(request: Request, someone: Visitor, asked: Wanted, cursor: str = "") -> Page:
    question = urlencode({**asked.filters, "cursor": cursor})  # `language` as a parameter would be the reader's own
    told = await shelf.asked(request, someone, f"/v1/exports/{asked.form}?{question}", None, SECONDS)
    page = shelf.read(Page, told)
    if page is None:
        raise shelf.away()
    return page


async def _leader(request: Request) -> Visitor:
    someone = await opened(request)
    if not shelf.reckons(someone):
        raise role_needed()
    return someone
