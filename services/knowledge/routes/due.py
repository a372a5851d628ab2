"""Which articles somebody is to look at, over HTTP: the front door reminds their owners."""

from dataclasses import asdict
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel

from services.knowledge import articles
from services.knowledge.domain.sight import Reader
from services.knowledge.routes.asking import Gate, writer
from shared.contracts.plan import Person
from shared.runtime.service import Process


class Due(BaseModel):
    """An article that somebody is to look at: when it is to be confirmed, and from which day on nobody sees it."""

    id: str
    question: str
    owner: Person | None
    review_by: date | None
    expires_on: date | None


class DuePage(BaseModel):
    """A page of them, in order of id."""

    data: list[Due]
    next_cursor: str | None = None


def add(process: Process, gate: Gate) -> None:
    """Add the route; before those of the articles, one of which would take its address for an article's."""
    assert process.app is not None
    process.app.include_router(routes(process, gate))


def routes(process: Process, gate: Gate) -> APIRouter:
    """The route."""
    db = process.db
    found = APIRouter(tags=["articles"])
    asking = Depends(gate)

    @found.get("/v1/articles/due")
    async def due(
        reader: Annotated[Reader, asking],
        by: Annotated[date, Query(ge=date(2000, 1, 1), le=date(2100, 12, 31))],
        cursor: Annotated[str, Query(pattern=r"^(a_[0-9a-z]{1,40})?$")] = "",
        limit: Annotated[int, Query(ge=1, le=500)] = 200,
    ) -> DuePage:
        """Articles that their owners are to look at by a day, or that nobody sees any more within a week of it."""
        writer(reader)
        async with db.reading() as tx:
            entries = await articles.falling_due(tx, cursor, by, limit + 1)
        more = entries[limit - 1].id if len(entries) > limit else None
        return DuePage(data=[Due.model_validate(asdict(one)) for one in entries[:limit]], next_cursor=more)

    return found
