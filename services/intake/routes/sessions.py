"""Who is logged in with a browser, over the API: look, and end a session."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from pydantic import BaseModel

from services.intake import leaving, logins
from services.intake.domain.sessions import How
from services.intake.door import door
from services.intake.entrance import admit
from shared.contracts.plan import Person

routes = APIRouter(tags=["access"])


class SessionView(BaseModel):
    """A session that holds; `last_seen_at` is true to a minute or so."""

    id: str
    person: Person
    how: How
    created_at: datetime
    last_seen_at: datetime


class Sessions(BaseModel):
    """Who is logged in, the last one seen first; a thousand at most."""

    data: list[SessionView]


@routes.get("/v1/sessions")
async def list_sessions(request: Request) -> Sessions:
    """List who is logged in with a browser."""
    await admit(request, "admin")
    here = door(request)
    async with here.db.reading() as tx:
        found = await logins.open_sessions(tx, here.clock.now())
    return Sessions(
        data=[
            SessionView(
                id=s.ref,
                person=Person(id=s.person.id, name=s.person.name),
                how=s.how,
                created_at=s.created_at,
                last_seen_at=s.seen_at,
            )
            for s in found
        ]
    )


@routes.delete("/v1/sessions/{id}", status_code=204)
async def end_session(request: Request, id: Annotated[str, Path(pattern="^[0-9a-f]{12}$")]) -> Response:
    """End a session: whoever has it must log in again."""
    await leaving.end(door(request), await admit(request, "admin"), id)
    return Response(status_code=204)
