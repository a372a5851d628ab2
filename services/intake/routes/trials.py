"""Trying a source out before anything depends on it: a test of the whole way, and the reading of what was pasted."""

from fastapi import APIRouter, Request

from services.intake import source_views as show
from services.intake import trying
from services.intake.door import door, read_json
from services.intake.entrance import admit

routes = APIRouter(tags=["sources"])


@routes.post("/v1/sources/{id}/test")
async def test_source(request: Request, id: show.Slug) -> show.TestView:
    """Send a genuine request of this source to ourselves and undo it: shown is how far it comes and whom it would call."""
    await admit(request, "admin")
    trial = await trying.sample_of(door(request), id)
    return show.TestView(
        stage=trial.stage,
        reason=trial.reason,
        verdicts=[outcome.verdict for outcome in trial.outcomes],
        readings=trial.readings,
        would=trial.would,
    )


@routes.post("/v1/sources/{id}/try")
async def try_source(request: Request, id: show.Slug) -> show.TryView:
    """Read a pasted request as this source would; nothing is kept. 400 when its body cannot be read."""
    await admit(request, "admin")
    return show.TryView(readings=await trying.pasted(door(request), id, await read_json(request, show.Paste)))
