"""Files of articles over HTTP: attached by the front door, which has read and cleaned them; given, marked and taken away."""

from typing import Annotated, Any, cast
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response

from services.knowledge import attaching, files
from services.knowledge.domain.files import LARGEST, File, Kind
from services.knowledge.domain.sight import Audience, Reader
from services.knowledge.library import Library
from services.knowledge.routes import shown as show
from services.knowledge.routes.articles import ArticleId
from services.knowledge.routes.asking import CANNOT, By, Done, Gate, expected, person, problem_of, publisher
from services.knowledge.routes.shown import Full
from services.knowledge.settings import Settings
from shared.contracts.plan import Person
from shared.contracts.report import Id, Line
from shared.runtime.service import Process
from shared.runtime.web import Problem

MEDIA = "application/octet-stream"  # what says nothing of what it is
KIND = "tasuki-kind"  # the header that says it, for the front door
BYTES: dict[str, Any] = {MEDIA: {"schema": {"type": "string", "format": "binary"}}}
LARGER_BODIES = {"/v1/article-files": LARGEST}
Name = Annotated[str, Query(pattern=r'^[^/\\<>:"|?*\x00-\x1f\x7f]+$', max_length=255)]
Who = Annotated[Id | None, Query(description="Who does it; a person who is logged in is named by the front door")]
ForGood = Annotated[bool, Query(description="Also from the versions that had it; for who may publish")]


class Marking(Done):
    """For whom a file is: readers outside too, where the article is for them, or nobody outside."""

    public: bool
    publish: bool = False


def add(process: Process, library: Library, gate: Gate) -> None:
    """Add the routes."""
    assert process.app is not None
    process.app.state.larger = LARGER_BODIES
    process.app.include_router(routes(process, library, gate))


def routes(process: Process, library: Library, gate: Gate) -> APIRouter:
    """Every route of the files."""
    db, clock, settings = process.db, process.clock, cast(Settings, process.settings)
    found = APIRouter(tags=["articles"])
    asking = Depends(gate)

    @found.put(
        "/v1/article-files/{id}/{file}",
        status_code=201,
        openapi_extra={"requestBody": {"required": True, "content": BYTES}},
    )
    async def attach_file(
        request: Request,
        response: Response,
        reader: Annotated[Reader, asking],
        id: ArticleId,
        file: UUID,
        name: Name,
        kind: Kind,
        public: bool = False,
        publish: bool = False,
        by: Who = None,
        by_name: Line = "",
    ) -> Full:
        """Keep a file with an article; the body is the file. For the front door alone, which has read what it is and cleaned it."""
        publisher(reader, publish)
        who, base, now = _who(reader, by, by_name), expected(request, needed=False), clock.now()
        body = await request.body()
        if not body:
            raise Problem(422, "file-empty", "空のファイルです。", "The file is empty.")
        new = File(id=file, name=name, kind=kind, size=len(body), public=public, by=who, at=now)
        more = {"most": settings.room, "expected": base, "publish": publish}
        try:
            async with db.transaction() as tx:
                article = await attaching.attach(tx, id, new, body, clock, **more)  # type: ignore[arg-type]
                return await show.answered(tx, library, response, article, reader, now)
        except CANNOT as error:
            raise problem_of(error) from None

    @found.get(
        "/v1/articles/{id}/files/{file}",
        response_class=Response,
        responses={200: {"content": BYTES, "description": "The file"}},
    )
    async def give_file(
        reader: Annotated[Reader, asking],
        id: ArticleId,
        file: UUID,
        audience: Annotated[Audience | None, Query(description="`public`: as somebody outside would ask")] = None,
    ) -> Response:
        """Give the bytes of a file: to who writes of any version, to others of the one that they see."""
        asker = Reader(audience=Audience.PUBLIC) if audience is Audience.PUBLIC else reader
        async with db.reading() as tx:
            opened = await files.opened(tx, id, file, asker)
        if opened is None:
            raise _unknown()
        what, raw = opened
        headers = {
            "content-disposition": f"attachment; filename*=UTF-8''{quote(what.name, safe='')}",
            "x-content-type-options": "nosniff",
            "cache-control": "no-store",
            KIND: what.kind,
        }
        return Response(raw, headers=headers, media_type=MEDIA)

    @found.put("/v1/articles/{id}/files/{file}")
    async def mark_file(
        request: Request,
        response: Response,
        reader: Annotated[Reader, asking],
        id: ArticleId,
        file: UUID,
        wanted: Marking,
    ) -> Full:
        """Say whether a file is for readers outside too: a new version, like every change of an article."""
        publisher(reader, wanted.publish)
        by, base = person(reader, wanted.by), expected(request, needed=False)
        try:
            async with db.transaction() as tx:
                more = {"expected": base, "publish": wanted.publish}
                article = await attaching.mark(tx, id, file, wanted.public, by, clock, **more)  # type: ignore[arg-type]
                return await show.answered(tx, library, response, article, reader, clock.now())
        except CANNOT as error:
            raise problem_of(error) from None

    @found.delete("/v1/articles/{id}/files/{file}")
    async def detach_file(
        request: Request,
        response: Response,
        reader: Annotated[Reader, asking],
        id: ArticleId,
        file: UUID,
        by: Who = None,
        by_name: Line = "",
        publish: bool = False,
        for_good: ForGood = False,
    ) -> Full:
        """Take a file away: a new version; the old ones keep it. `for_good` takes it, and its name, from all of them at once."""
        publisher(reader, publish or for_good)
        who, base = _who(reader, by, by_name), expected(request, needed=False)
        more = {"expected": base, "publish": publish, "for_good": for_good}
        try:
            async with db.transaction() as tx:
                article = await attaching.detach(tx, id, file, who, clock, **more)  # type: ignore[arg-type]
                return await show.answered(tx, library, response, article, reader, clock.now())
        except CANNOT as error:
            raise problem_of(error) from None

    return found


def _who(reader: Reader, by: str | None, name: str) -> Person:
    return person(reader, By(id=by, name=name) if by else None)


def _unknown() -> Problem:
    return Problem(404, "unknown-attachment", "このファイルは見つかりません。", "There is no such file.")
