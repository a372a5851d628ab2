"""Search over HTTP: answers of articles and cases together, similar cases, one record."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, Field

from services.knowledge import store
from services.knowledge.domain.archive import Archived, question_of
from services.knowledge.domain.article import clean
from services.knowledge.domain.shelving import Form, Wanted
from services.knowledge.domain.sight import Audience, Reader, sees
from services.knowledge.library import Library
from services.knowledge.routes import shown as show
from services.knowledge.routes.asking import READER, Gate
from services.knowledge.routes.shown import Found
from shared.contracts.vocabulary import Kind
from shared.runtime import folds
from shared.runtime.service import Process
from shared.runtime.web import Problem

LONGEST = 20_000


class Answers(BaseModel):
    """What is offered, best first; empty only when nothing at all passes the filters, and then `instead` holds the nearest."""

    data: list[Found]
    instead: Annotated[
        list[Found], Field(description="What answers without the filters, when nothing does with them")
    ] = []


def add(process: Process, library: Library, gate: Gate) -> None:
    """Add the routes."""
    assert process.app is not None
    process.app.include_router(routes(process, library, gate))


def routes(process: Process, library: Library, gate: Gate) -> APIRouter:
    """Every route by which something is found."""
    db = process.db
    found = APIRouter(tags=["search"])
    asking = Depends(gate)

    def wanted_of(
        form: Annotated[Form | None, Query(description="Articles or cases; both when not given")] = None,
        kind: Kind | None = None,
        product: Annotated[str, Query(max_length=200)] = "",
        language: Annotated[str, Query(pattern="^(ja|en)?$")] = "",
        audience: Audience | None = None,
        since: datetime | None = None,
    ) -> Wanted:
        if since is not None and since.tzinfo is None:
            raise Problem(422, "invalid", "since には時差が必要です。", "since needs a time zone.")
        return Wanted(form, kind, product, language, audience, since)

    filters = Depends(wanted_of)

    @found.get("/v1/search", response_model_exclude_none=True)
    async def search(
        reader: Annotated[Reader, asking],
        wanted: Annotated[Wanted, filters],
        q: Annotated[str, Query(max_length=LONGEST)] = "",
        limit: Annotated[int, Query(ge=1, le=50)] = 10,
    ) -> Answers:
        """Articles and archived cases that answer a question, in Japanese or English; something is always offered."""
        hits, instead = library.search(clean(q), limit, reader, wanted), []
        if not hits and wanted != Wanted():
            instead = library.search(clean(q), limit, reader)
        async with db.reading() as tx:
            return Answers(data=await show.found(tx, hits, reader), instead=await show.found(tx, instead, reader))

    @found.get("/v1/cases/{case_id}/similar", response_model_exclude_none=True)
    async def similar(
        reader: Annotated[Reader, asking],
        wanted: Annotated[Wanted, filters],
        case_id: str,
        limit: Annotated[int, Query(ge=1, le=50)] = 5,
    ) -> Answers:
        """Articles and archived cases like this case."""
        async with db.reading() as tx:
            case = (await folds.load(tx, clean(case_id), lock=False)).case
            if case is None:
                raise unknown()
            hits = library.similar(question_of(case), limit, case.id, reader, wanted)
            return Answers(data=await show.found(tx, hits, reader))

    @found.get("/v1/archive/{case_id}")
    async def record(request: Request, reader: Annotated[Reader, asking], case_id: str) -> Archived:
        """The record of one resolved case; without a named reader the front door has looked who may see it."""
        async with db.reading() as tx:
            archived = await store.one(tx, clean(case_id))
        if archived is None or (READER in request.headers and not sees(reader, archived[1])):
            raise unknown()
        return archived[0]

    return found


def unknown() -> Problem:
    """The problem for a case that is not archived here, or not for this reader."""
    return Problem(404, "unknown-case", "その案件はありません。", "There is no such case.")
