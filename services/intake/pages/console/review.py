"""The review: what came, what was late, who was woken, which rules held, and what knowledge saved; as charts, tables and CSV."""

import asyncio
from datetime import timedelta

from fastapi import APIRouter, Request, Response

from services.intake import behind
from services.intake.domain import readers, review
from services.intake.door import door
from services.intake.entrance import Visitor
from services.intake.pages.console.shell import chosen, opened, shown
from services.intake.pages.render import HEADERS

routes = APIRouter(include_in_schema=False)
SECONDS = 30.0  # the router goes through the archive


@routes.api_route("/review", methods=["GET", "HEAD"])
async def show(request: Request) -> Response:
    """Show the figures, to who sees the cases of all teams."""
    someone = await opened(request, "see-restricted", "every")
    days = review.span(request.query_params.get("days", ""))
    reviewed, known = await _figures(request, someone, days)
    return shown(
        request, "review.html", someone, area="review", at="/review", days=days, spans=review.SPANS, reviewed=reviewed,
        known=known,
    )  # fmt: skip


@routes.api_route("/review.csv", methods=["GET", "HEAD"])
async def export(request: Request) -> Response:
    """The same figures for a spreadsheet."""
    someone = await opened(request, "see-restricted", "every")
    days = review.span(request.query_params.get("days", ""))
    text = review.table(*await _figures(request, someone, days))
    headers = {**HEADERS, "content-disposition": f'attachment; filename="tasuki-review-{days}d.csv"'}
    return Response(text, headers=headers, media_type="text/csv; charset=utf-8")


async def _figures(request: Request, someone: Visitor, days: int) -> tuple[review.Reviewed | None, review.Known | None]:
    here, language = door(request), chosen(request)
    today = here.clock.now().date()
    since = {"since": (today - timedelta(days=days)).isoformat(), "until": today.isoformat()}
    one, other = await asyncio.gather(
        behind.ask(here, "router", "/v1/policy/review", None, SECONDS, language=language, days=str(days)),
        behind.ask(
            here,
            "knowledge",
            "/v1/figures",
            None,
            SECONDS,
            language=language,
            reader=readers.reader(someone.who),
            **since,
        ),
    )
    return behind.told(review.Reviewed, one), behind.told(review.Known, other)
