"""Drills (訓練): planned, listed with their reports, and stopped, by who leads or administers the team."""

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from services.intake import drilling, drills
from services.intake.domain import drill_view
from services.intake.domain import drills as domain
from services.intake.domain.drill_view import Drills, DrillView
from services.intake.domain.drill_wanted import NewDrill
from services.intake.door import door, read_json, reader
from services.intake.entrance import admit
from services.intake.routes.cases import idempotency_key

routes = APIRouter(tags=["drills"])
DrillId = Annotated[str, Path(pattern=domain.ID)]


@routes.post("/v1/drills", status_code=201)
async def plan_drill(request: Request, response: Response) -> DrillView:
    """Plan a drill, now or at a time. Needs Idempotency-Key: the same again is the same drill."""
    who, key = await admit(request, "act"), idempotency_key(request, required=True)
    wanted = await read_json(request, NewDrill)
    new, again = await drilling.plan(door(request), who, wanted.wanted(), key)
    response.headers.update({"location": f"/v1/drills/{new.id}", "idempotency-replayed": str(again).lower()})
    drill, scored = await drilling.read(door(request), who, new.id)
    return drill_view.view(drill, scored, reader(request))


@routes.get("/v1/drills")
async def list_drills(request: Request) -> Drills:
    """List the newest drills: all of the teams that the caller leads or administers, of others what they may know of."""
    who, here = await admit(request, "read"), door(request)
    async with here.db.reading() as tx:
        found = await drills.listed(tx, *domain.seen_by(who.grants))
    return Drills(data=[drill_view.row(drill, reader(request)) for drill in found])


@routes.get("/v1/drills/{id}")
async def read_drill(request: Request, id: DrillId) -> DrillView:
    """Show a drill and its report: who was asked by which way, what reached them, who answered, and what to mend."""
    who = await admit(request, "read")
    drill, scored = await drilling.read(door(request), who, id)
    return drill_view.view(drill, scored, reader(request))


@routes.post("/v1/drills/{id}/stop")
async def stop_drill(request: Request, id: DrillId) -> DrillView:
    """End a drill, or call it off before it begins; one that is over stays as it is."""
    who, here = await admit(request, "act"), door(request)
    await drilling.stop(here, who, id)
    drill, scored = await drilling.read(here, who, id)
    return drill_view.view(drill, scored, reader(request))
