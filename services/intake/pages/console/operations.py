"""The operations page: whether the pager itself is well, what needs a human, and what to do first about it."""

from datetime import datetime
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from services.intake import operating
from services.intake.domain.runbook import blocks
from services.intake.door import door
from services.intake.pages.console.shell import ANSWERING, chosen, entered, shown, text_of, zone_of
from services.intake.pages.render import HEADERS, rendered, text
from shared.runtime.web import Problem

routes = APIRouter(include_in_schema=False)
RUNBOOKS = {path.name: path for path in (Path(__file__).parents[4] / "docs/runbooks").glob("*.md")}
UNITS = ((86400, "days"), (3600, "hours"), (60, "minutes"))


@routes.api_route("/operations", methods=["GET", "HEAD"])
async def show(request: Request) -> Response:
    """Show everything that was gathered just now; it is asked for anew by the page itself."""
    someone = await entered(request)
    answer = shown(request, "operations.html", someone, area="operations", at="/operations", **await _values(request))
    answer.headers["content-security-policy"] += ANSWERING
    return answer


@routes.get("/operations/now")
async def now(request: Request) -> Response:
    """The part of the page that changes."""
    await entered(request)
    values = await _values(request)
    html = rendered(request, "console/operations_now.html", chosen(request), zone_of(request), **values)
    return HTMLResponse(html, headers=HEADERS)


@routes.api_route("/operations/runbooks/{name}", methods=["GET", "HEAD"])
async def runbook(request: Request, name: str) -> Response:
    """Show what a tired person does first about an alert."""
    someone, lang = await entered(request), chosen(request)
    path = RUNBOOKS.get(f"{name}.md" if lang == "en" else f"{name}.ja.md")
    if path is None:
        raise Problem(404, "not-found", *text_of("runbook.none"))
    told = blocks(path.read_text(encoding="utf-8"))
    title = "".join(words.text for kind, line in told if kind == "title" for words in line)
    return shown(request, "runbook.html", someone, area="operations", title=title, blocks=told)


async def _values(request: Request) -> dict[str, Any]:
    told = await operating.read(door(request), request.app.state.checks)
    lang = chosen(request)

    def lasted(seconds: float) -> str:
        for size, unit in UNITS:
            if seconds >= size:
                return text(f"ops.{unit}", lang, n=int(seconds // size))
        return text("ops.seconds", lang, n=int(seconds) if seconds >= 10 else round(max(seconds, 0.0), 1))

    def age(since: datetime) -> str:
        return lasted((told.standing.at - since).total_seconds())

    return {"told": told, "s": told.standing, "age": age, "lasted": lasted, "runbooks": RUNBOOKS}
