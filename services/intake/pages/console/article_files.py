"""On the page of an article: its files, to be attached, opened, marked for customers, and taken away."""

from collections.abc import Awaitable
from dataclasses import replace
from typing import IO
from uuid import UUID

from fastapi import APIRouter, Request, Response

from services.intake import article_files
from services.intake.article_files import Keeping, Kept
from services.intake.attaching import MEDIA, served
from services.intake.domain import files
from services.intake.domain.refusals import Refusal
from services.intake.door import door
from services.intake.entrance import Visitor, comes_from_elsewhere, forged, is_forged, role_needed
from services.intake.pages import uploads
from services.intake.pages.console import shelf
from services.intake.pages.console.article import article_of, page_of
from services.intake.pages.console.doing import KEY, VERSION
from services.intake.pages.console.shelf import ArticleId
from services.intake.pages.console.shell import chosen, elsewhere, opened, text_of
from services.intake.pages.form import Broken
from services.intake.pages.render import text
from shared.runtime.web import Problem

routes = APIRouter(include_in_schema=False)


@routes.post("/knowledge/articles/{id}/files")
async def add(request: Request, id: ArticleId) -> Response:
    """Attach files, each in a new version; what cannot be attached is told, and the rest is."""
    someone, here = await opened(request), door(request)
    if comes_from_elsewhere(request):
        raise forged()
    if not shelf.writes(someone):
        raise role_needed()
    try:
        async with uploads.posted(request, here, known=True) as given:
            if is_forged(request, someone, given.fields.get("csrf", "")):
                raise forged()
            key, public, publish = given.fields.get("key", ""), "public" in given.fields, "publish" in given.fields
            version = given.fields.get("version", "")
            # With a file nothing is published that who attaches it did not see.
            tag = f'"{version}"' if publish and VERSION.fullmatch(version) else ""
            how = Keeping(chosen(request), public, publish, key, tag)
            wrong = "" if KEY.fullmatch(key) else "error.key"
            if wrong or not given.files:
                said = text(wrong or "files.none", chosen(request))
                article = await article_of(request, someone, id)
                return await page_of(request, someone, article, 422, "files", said)

            async def take(name: str, held: IO[bytes]) -> object:
                nonlocal how
                done = await kept(article_files.take(here, someone.who, id, name, held, how))
                if tag and isinstance(done, Kept):
                    how = replace(how, version=f'"{done.version}"')
                return done

            left = await uploads.one_by_one(given.files, take)
    except Broken:
        raise Problem(400, "malformed", *text_of("wrong.lead")) from None
    if left:
        return await page_of(request, someone, await article_of(request, someone, id), 422, "files", left=left)
    return elsewhere(f"/knowledge/articles/{id}?done={'publish' if publish else 'attach'}#files")


@routes.get("/knowledge/articles/{id}/files/{file}")
async def give(request: Request, id: ArticleId, file: UUID) -> Response:
    """Give a file to be kept; a page shows it if it is a picture."""
    someone, here = await opened(request), door(request)
    name, kind, raw = await article_files.opened(here, someone.who, id, file, chosen(request))
    return served(name, raw, kind if kind in files.PICTURES else MEDIA)


@routes.post("/knowledge/articles/{id}/files/{file}/mark")
async def mark(request: Request, id: ArticleId, file: UUID) -> Response:
    """Say whether a file is for customers too."""
    someone, given = await shelf.working(request)
    body = {"public": given.get("public") == "1"}
    return await _change(request, someone, id, "mark", "PUT", f"/v1/articles/{id}/files/{file}", body)


@routes.post("/knowledge/articles/{id}/files/{file}/remove")
async def remove(request: Request, id: ArticleId, file: UUID) -> Response:
    """Take a file away: from the newest version, or for good from all of them."""
    someone, given = await shelf.working(request)
    done, query = ("forget", "?for_good=true") if "for_good" in given else ("detach", "")
    return await _change(request, someone, id, done, "DELETE", f"/v1/articles/{id}/files/{file}{query}", None)


async def _change(
    request: Request, someone: Visitor, id_: str, done: str, method: str, path: str, body: object
) -> Response:
    try:
        await shelf.have(request, someone, method, path, body)
    except Problem as problem:
        said = problem.en if chosen(request) == "en" else problem.ja
        article = await article_of(request, someone, id_)
        return await page_of(request, someone, article, problem.status, "files", said)
    return elsewhere(f"/knowledge/articles/{id_}?done={done}#files")


async def kept(doing: Awaitable[Kept | Refusal]) -> Kept | Refusal:
    """What comes of keeping one file of several: whatever is wrong is told beside its name."""
    try:
        return await doing
    except Problem as problem:
        return Refusal(problem.code, problem.ja, problem.en)
