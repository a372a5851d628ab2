"""What is set aside (要確認): genuine deliveries that nobody could read, to be looked at, taken after all, or discarded."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response

from services.intake import set_aside
from services.intake.domain.ids import LARGEST_ID
from services.intake.door import door, language
from services.intake.entrance import admit
from services.intake.routes.deliveries import taken

routes = APIRouter(tags=["webhooks"])
Number = Annotated[int, Path(ge=0, le=LARGEST_ID)]


@routes.get("/v1/quarantine")
async def read_quarantine(
    request: Request,
    response: Response,
    before: Annotated[int | None, Query(ge=0, le=LARGEST_ID)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> dict[str, Any]:
    """Show the genuine deliveries that could not be understood, the newest first."""
    who = await admit(request, "admin")
    rows = await set_aside.listed(door(request), who, before, limit, language(request))
    response.headers["cache-control"] = "no-store"
    return {"data": [{**row, "at": row["at"].isoformat()} for row in rows]}


@routes.post("/v1/quarantine/{id}/replay", status_code=202)
async def replay_quarantined(request: Request, id: Number) -> Response:
    """Try once more what is set aside, with its source as it is now. 409 with the reason when it is still not understood."""
    return taken(await set_aside.replay(door(request), await admit(request, "admin"), id))


@routes.delete("/v1/quarantine/{id}", status_code=204)
async def discard_quarantined(request: Request, id: Number) -> Response:
    """Throw away what is set aside; a repeat of the same delivery is not taken either."""
    await set_aside.discard(door(request), await admit(request, "admin"), id)
    return Response(status_code=204)
