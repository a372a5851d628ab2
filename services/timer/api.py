"""HTTP of the timer: what is due next."""

from datetime import datetime, timedelta

from fastapi import Query, Request
from pydantic import BaseModel

from services.timer import store
from services.timer.audit import ALLOWED
from services.timer.fire import RECENT
from services.timer.handlers import UNFOLDED, handlers
from services.timer.settings import Settings
from shared.contracts.vocabulary import DeadlineName, Priority
from shared.runtime import operated, web
from shared.runtime.service import Process

LOOKED_BACK = timedelta(hours=1)


class Standing(BaseModel):
    """How punctual the timer is: seconds, of this process since an hour or its start; and what it finds neglected now."""

    breaches: int
    worst: float  # how late the latest of these breaches was said
    late_since: datetime | None  # since when a clock waits that ought to have been fired
    unattended: int  # open cases that nobody and no clock watches


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
    assert isinstance(process.settings, Settings)
    grace = timedelta(seconds=process.settings.grace)
    operated.add(process, handlers(grace), UNFOLDED)

    @process.app.get("/v1/deadlines/standing")
    async def standing(request: Request) -> Standing:
        """Whether breaches are said in time, and whether every open case is watched."""
        web.require_token(request, process.settings.service_token)
        now = process.clock.now()
        async with process.db.reading() as tx:
            row = await store.standing(tx, now, now - ALLOWED)
        late = [seconds for at, seconds in list(RECENT) if at > now - LOOKED_BACK]
        return Standing(breaches=len(late), worst=max(late, default=0.0), **dict(row))

    @process.app.get("/v1/deadlines")
    async def deadlines(request: Request, limit: int = Query(100, ge=1, le=1000)) -> list[Due]:
        """What is due next, the nearest first."""
        web.require_token(request, process.settings.service_token)
        async with process.db.reading() as tx:
            return [Due(**dict(row)) for row in await store.list_due(tx, limit)]
