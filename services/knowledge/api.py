"""HTTP of the knowledge service, for the other services: search, similar cases, one record."""

from fastapi import Query, Request
from pydantic import BaseModel

from services.knowledge import store
from services.knowledge.domain.archive import Archived, question_of
from services.knowledge.domain.query import Reason
from services.knowledge.domain.ranking import Hit
from services.knowledge.library import Library
from shared.runtime import folds, web
from shared.runtime.service import Process


class Found(BaseModel):
    """One record offered: why, by which words, and how well (comparable within one answer)."""

    record: Archived
    reason: Reason
    why: list[str]
    score: float


class Answers(BaseModel):
    """What is offered, best first; empty only while nothing at all is archived."""

    data: list[Found]


async def build(process: Process) -> None:
    """Add the routes, and the loop that keeps the index level with the archive."""
    assert process.app is not None
    library = Library(process.db)
    process.loops["library"] = library.run
    process.checks["index"] = library.check
    token = process.settings.service_token

    async def answers(hits: list[Hit]) -> Answers:
        async with process.db.reading() as tx:
            records = await store.some(tx, [hit.id for hit in hits])
        found = [
            Found(record=records[h.id], reason=h.reason, why=list(h.why), score=round(h.score, 3))
            for h in hits
            if h.id in records
        ]
        return Answers(data=found)

    @process.app.get("/v1/search")
    async def search(request: Request, q: str = Query(max_length=1000), limit: int = Query(10, ge=1, le=50)) -> Answers:
        """Archived cases that answer a question, in Japanese or English."""
        web.require_token(request, token)
        return await answers(library.search(q, limit))

    @process.app.get("/v1/cases/{case_id}/similar")
    async def similar(request: Request, case_id: str, limit: int = Query(5, ge=1, le=50)) -> Answers:
        """Archived cases like this one."""
        web.require_token(request, token)
        async with process.db.reading() as tx:
            case = (await folds.load(tx, case_id, lock=False)).case
        if case is None:
            raise unknown()
        return await answers(library.similar(question_of(case), limit, case_id))

    @process.app.get("/v1/archive/{case_id}")
    async def record(request: Request, case_id: str) -> Archived:
        """The record of one resolved case."""
        web.require_token(request, token)
        async with process.db.reading() as tx:
            found = await store.one(tx, case_id)
        if found is None:
            raise unknown()
        return found


def unknown() -> web.Problem:
    """The problem for a case that is not archived here."""
    return web.Problem(404, "unknown-case", "その案件はありません。", "There is no such case.")
