"""Bringing articles in from a file: first it is only tried, and what would come of it is told; then it is taken in."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Request, Response
from pydantic import BaseModel

from services.intake.domain import uploading
from services.intake.domain.uploading import Upload
from services.intake.entrance import Visitor, comes_from_elsewhere, forged, is_forged, role_needed
from services.intake.pages.console import shelf
from services.intake.pages.console.shell import chosen, details, elsewhere, opened, sent, shown, text_of
from shared.runtime.web import Problem

routes = APIRouter(include_in_schema=False)
MOST = 16 * 1024 * 1024  # bytes of a file; the command line takes larger ones
PIECE = 200 * 1024
FORMATS = ("csv", "json", "markdown", "html", "zendesk", "helpfeel")
BY_END = {
    "csv": "csv",
    "tsv": "csv",
    "json": "json",
    "md": "markdown",
    "zip": "markdown",
    "html": "html",
    "htm": "html",
}
AT = "/knowledge/import"


class BadRow(BaseModel):
    """A row that cannot be taken: its line, or its number among the files, and why."""

    line: int
    name: str
    ja: str
    en: str


class Progress(BaseModel):
    """How far a file has come in; of a trial, what would come of it."""

    id: UUID
    dry_run: bool
    publish: bool
    state: str
    seen: int
    total: int | None
    added: int
    changed: int
    same: int
    unpublished: int = 0
    bad_rows: int
    bad: list[BadRow]


@routes.api_route("/knowledge/import", methods=["GET", "HEAD"])
async def show(request: Request) -> Response:
    """Show the form for a file, to who leads every team."""
    return _form(request, await _leader(request))


@routes.post("/knowledge/import")
async def attempt(request: Request) -> Response:
    """Try a file: nothing comes in by it, and it is kept for a day to be taken in."""
    someone = await _leader(request)
    given = await _uploaded(request, someone)
    end = given.name.rpartition(".")[2].lower()
    form = given.fields.get("format") or BY_END.get(end, "")
    wrong = None
    if not given.file:
        wrong = text_of("import.no-file")
    elif len(given.file) > MOST:
        wrong = text_of("import.large")
    elif form not in FORMATS:
        wrong = text_of("import.which")
    if wrong is not None:
        return _form(request, someone, 422, wrong[chosen(request) == "en"], given.fields)
    by = {"id": someone.who.actor.id, "name": someone.who.actor.name}
    try:
        made = await shelf.have(request, someone, "POST", "/v1/imports", {"format": form, "dry_run": True, "by": by})
        path = f"/v1/imports/{made['id']}"
        for number, start in enumerate(range(0, len(given.file), PIECE)):
            await shelf.hand_on(request, someone, f"{path}/parts/{number}", given.file[start : start + PIECE])
        await shelf.have(request, someone, "POST", f"{path}/start", {})
    except Problem as problem:
        return _form(request, someone, problem.status, details(problem, chosen(request)), given.fields)
    return elsewhere(f"{AT}/{made['id']}")


@routes.api_route("/knowledge/import/{id}", methods=["GET", "HEAD"])
async def progress(request: Request, id: Annotated[UUID, Path()]) -> Response:
    """Show how far it has gone; when it is done, what came or would come of it, with every row that cannot be taken."""
    someone = await _leader(request)
    return await _progress(request, someone, id)


@routes.post("/knowledge/import/{id}/apply")
async def apply(request: Request, id: Annotated[UUID, Path()]) -> Response:
    """Take in what was tried."""
    someone = await _leader(request)
    given = await sent(request, someone)
    by = {"id": someone.who.actor.id, "name": someone.who.actor.name}
    wanted = {"publish": "publish" in given, "by": by}
    try:
        made = await shelf.have(request, someone, "POST", f"/v1/imports/{id}/apply", wanted)
    except Problem as problem:
        try:
            return await _progress(request, someone, id, problem.status, details(problem, chosen(request)))
        except Problem:
            raise problem from None
    return elsewhere(f"{AT}/{made['id']}")


async def _leader(request: Request) -> Visitor:
    someone = await opened(request)
    if not shelf.reckons(someone):
        raise role_needed()
    return someone


async def _uploaded(request: Request, someone: Visitor) -> Upload:
    """The form with the file, sent from a page of ours. Raises 400 and 403."""
    if comes_from_elsewhere(request):
        raise forged()
    try:
        given = uploading.read(request.headers.get("content-type", ""), await request.body())
    except ValueError:
        raise Problem(400, "malformed", *text_of("wrong.lead")) from None
    if is_forged(request, someone, given.fields.get("csrf", "")):
        raise forged()
    return given


def _form(
    request: Request, someone: Visitor, status: int = 200, wrong: str = "", typed: dict[str, str] | None = None
) -> Response:
    values: dict[str, Any] = {"formats": FORMATS, "wrong": wrong, "typed": typed or {}, "most": MOST // 1024 // 1024}
    return shown(request, "bringing.html", someone, status, **_about(someone, AT), **values)


async def _progress(request: Request, someone: Visitor, id_: UUID, status: int = 200, wrong: str = "") -> Response:
    told = shelf.read(Progress, await shelf.there(request, someone, f"/v1/imports/{id_}"))
    if told is None:
        raise Problem(404, "unknown-import", *text_of("import.unknown"))
    return shown(request, "brought.html", someone, status, **_about(someone, f"{AT}/{id_}"), now=told, wrong=wrong)


def _about(someone: Visitor, at: str) -> dict[str, Any]:
    return {"area": "knowledge", "part": "import", "parts": shelf.parts(someone), "at": at}
