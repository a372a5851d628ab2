"""HTTP of the timer: what is due next."""

from datetime import datetime

from fastapi import Query, Request
from pydantic import BaseModel

from services.timer import store
from shared.contracts.vocabulary import DeadlineName, Priority
from shared.runtime import web
from shared.runtime.service import Process


class Due(BaseModel):
    """One clock; `fired` when its breach has been said and not yet been read back from the log."""

    case_id: str
    name: DeadlineName
    generation: int
    priority: Priority
    due: datetime
    fired: bool


async def build(process: Process) -> None:
    """Add the routes."""
    assert process.app is not None

    @process.app.get("/v1/deadlines")
    async def deadlines(request: Request, limit: int = Query(100, ge=1, le=1000)) -> list[Due]:
        """What is due next, the nearest first."""
        web.require_token(request, process.settings.service_token)
        async with process.db.reading() as tx:
            return [Due(**dict(row)) for row in await store.list_due(tx, limit)]
