"""Search over HTTP: answers of articles and cases together, similar cases, one record."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from services.knowledge import store, usage
from services.knowledge.domain.archive import Archived, is_close, question_of
from services.knowledge.domain.article import clean
from services.knowledge.domain.ranking import Hit
from services.knowledge.domain.shelving import Form, Wanted
from services.knowledge.domain.sight import Audience, Reader, asking_for, sees
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
    search_id: Annotated[UUID | None, Field(description="By which clicks are told; none while somebody types")] = None
    instead: Annotated[
        list[Found], Field(description="What answers without the filters, when nothing does with them")
    ] = []


class Question(BaseModel):
    """A search with its filters."""

    model_config = ConfigDict(extra="forbid")
    q: Annotated[str, Field(max_length=LONGEST)] = ""
    limit: Annotated[int, Field(ge=1, le=50)] = 10
    session: Annotated[str, Field(max_length=200)] = ""
    typing: bool = False
    form: Form | None = None
    kind: Kind | None = None
    product: Annotated[str, Field(max_length=200)] = ""
    language: Annotated[str, Field(pattern="^(ja|en)?$")] = ""
    audience: Audience | None = None
    since: AwareDatetime | None = None

    def wanted(self) -> Wanted:
        """The filters."""
        return Wanted(self.form, self.kind, self.product, self.language, self.audience, self.since)


def add(process: Process, library: Library, gate: Gate) -> None:
    """Add the routes."""
    assert process.app is not None
    process.app.include_router(routes(process, library, gate))


def routes(process: Process, library: Library, gate: Gate) -> APIRouter:
    """Every route by which something is found."""
    db, clock, secrets = process.db, process.clock, process.settings.service_token
    found = APIRouter(tags=["search"])
    asking = Depends(gate)

    async def answered(reader: Reader, wanted: Wanted, words: str, limit: int, session: str, typing: bool) -> Answers:
        to = asking_for(reader, wanted.audience)
        hits, instead, id_ = library.search(words, limit, to, wanted), list[Hit](), None
        if not hits and wanted != Wanted():
            instead = library.search(words, limit, to)
        noted = bool(words) and not typing
        async with db.transaction() if noted else db.reading() as tx:
            data = await show.found(tx, hits, to, wanted.audience)
            others = await show.found(tx, instead, to)
            if noted:
                now, best = clock.now(), (hits[0].reason.value if hits else "none")
                who = usage.searcher(secrets, reader, session, now.date())
                offered = [hit.id for hit in (*hits, *instead)]
                kept = "" if library.shelves().restricted(hits) else words  # others read what is searched for in vain
                id_ = await usage.add_search(tx, who, kept, reader, best, offered, now)
        return Answers(data=data, search_id=id_, instead=others)

    async def wanted_of(
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
        session: Annotated[str, Query(max_length=200, description="Stays the same while somebody searches")] = "",
        typing: Annotated[bool, Query(description="Somebody is still typing: nothing is written down")] = False,
    ) -> Answers:
        """Articles and archived cases that answer a question, in Japanese or English; something is always offered."""
        return await answered(reader, wanted, clean(q), limit, session, typing)

    @found.post("/v1/search", response_model_exclude_none=True)
    async def search_long(reader: Annotated[Reader, asking], wanted: Question) -> Answers:
        """The same for a question that is too long for an address; what a chatbot calls."""
        return await answered(reader, wanted.wanted(), clean(wanted.q), wanted.limit, wanted.session, wanted.typing)

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
            to = asking_for(reader, wanted.audience)
            hits = library.similar(question_of(case), limit, case.id, to, wanted)
            offered = await show.found(tx, hits, to, wanted.audience)
        for one in offered:
            one.close = is_close(case, one.record, len(one.why)) if one.record else None
        return Answers(data=offered)

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
