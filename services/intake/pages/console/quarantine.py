"""What is set aside, in the console: look at it, have it taken after all, or discard it."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from services.intake import set_aside
from services.intake.domain.ids import LARGEST_ID
from services.intake.door import door
from services.intake.entrance import Visitor
from services.intake.pages.console.shell import chosen, details, elsewhere, entered, sent, shown
from services.intake.pages.render import text
from shared.runtime.web import Problem

routes = APIRouter(include_in_schema=False)
Number = Annotated[int, Path(ge=0, le=LARGEST_ID)]
PAGE = 20
VERDICTS = (
    "opened", "noted", "replied", "repeated", "taken", "resolved", "ignored", "auto-reply", "bounce", "list", "ours",
)  # fmt: skip


@routes.api_route("/admin/quarantine", methods=["GET", "HEAD"])
async def show(request: Request, before: Annotated[int | None, Query(ge=0, le=LARGEST_ID)] = None) -> Response:
    """Show what is set aside, the newest first."""
    someone = await entered(request)
    done, notice = request.query_params.get("done", ""), ""
    if done == "discarded":
        notice = text("quarantine.discarded", chosen(request))
    elif done in VERDICTS:
        notice = text("quarantine.replayed", chosen(request), verdict=text(f"verdict.{done}", chosen(request)))
    return await _page(request, someone, before, notice=notice)


@routes.post("/admin/quarantine/{id}/replay")
async def replay(request: Request, id: Number) -> Response:
    """Have it taken after all, or say why it still cannot be."""
    someone = await entered(request)
    await sent(request, someone)
    try:
        outcomes = await set_aside.replay(door(request), someone.who, id)
    except Problem as problem:
        said = details(problem, chosen(request))
        return await _page(request, someone, None, problem.status, wrong=said)
    return elsewhere(f"/admin/quarantine?done={outcomes[0].verdict if outcomes else 'ignored'}")


@routes.post("/admin/quarantine/{id}/discard")
async def discard(request: Request, id: Number) -> Response:
    """Throw it away."""
    someone = await entered(request)
    await sent(request, someone)
    await set_aside.discard(door(request), someone.who, id)
    return elsewhere("/admin/quarantine?done=discarded")


async def _page(
    request: Request, someone: Visitor, before: int | None, status: int = 200, notice: str = "", wrong: str = ""
) -> Response:
    rows = await set_aside.listed(door(request), someone.who, before, PAGE + 1, chosen(request))
    older = rows[PAGE - 1]["id"] if len(rows) > PAGE else None
    values = {"rows": rows[:PAGE], "older": older, "notice": notice, "wrong": wrong, "at": "/admin/quarantine"}
    return shown(request, "quarantine.html", someone, status, area="quarantine", **values)
