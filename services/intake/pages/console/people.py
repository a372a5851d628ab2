"""Who is logged in, in the console: look, and end a session."""

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from services.intake import leaving, logins
from services.intake.door import door
from services.intake.pages.console.shell import elsewhere, entered, sent, shown

routes = APIRouter(include_in_schema=False)


@routes.api_route("/admin/sessions", methods=["GET", "HEAD"])
async def show(request: Request) -> Response:
    """Show who is logged in since when."""
    someone, here = await entered(request), door(request)
    async with here.db.reading() as tx:
        rows = await logins.open_sessions(tx, here.clock.now())
    done = request.query_params.get("done") == "ended"
    return shown(request, "sessions.html", someone, area="sessions", rows=rows, done=done)


@routes.post("/admin/sessions/{ref}/end")
async def end(request: Request, ref: Annotated[str, Path(pattern="^[0-9a-f]{12}$")]) -> Response:
    """End a session at once."""
    someone = await entered(request)
    await sent(request, someone)
    await leaving.end(door(request), someone.who, ref)
    return elsewhere("/admin/sessions?done=ended")
