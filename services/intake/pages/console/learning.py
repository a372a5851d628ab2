"""What use and cases teach: the weekly review, what knowledge is worth, and past cases to learn by."""

import re
from datetime import datetime
from secrets import token_hex
from typing import Annotated, Any, Literal

import httpx
from fastapi import APIRouter, Path, Request, Response

from services.intake import behind
from services.intake.door import door
from services.intake.entrance import Visitor, permit, role_needed
from services.intake.pages.console import shelf
from services.intake.pages.console.article import DONE as DONE_TO_ARTICLES
from services.intake.pages.console.shell import chosen, elsewhere, opened, shown
from shared.runtime.web import Problem

routes = APIRouter(include_in_schema=False)
SuggestionId = Annotated[str, Path(pattern="^s_[0-9a-f]{24}$")]
HEIGHT, STEP = 40, 14  # of the chart of a cause, in its own units
SECONDS = 30.0  # thousands of cases and searches are gone through beside everything else that is asked
SUMS = ("cases", "searches", "deflected", "solved")
_SEED = re.compile(r"[0-9a-f]{1,32}")


@routes.api_route("/knowledge/review", methods=["GET", "HEAD"])
async def review(request: Request) -> Response:
    """Show what waits for somebody, and what is suggested."""
    someone, done = await opened(request), request.query_params.get("done", "")
    notice = f"lessons.done.{done}" if done in ("accept", "dismiss") else ""
    return await _review(
        request, someone, notice=notice or (f"knowledge.done.{done}" if done in DONE_TO_ARTICLES else "")
    )


@routes.post("/knowledge/review/{id}/{verb}")
async def decide(request: Request, id: SuggestionId, verb: Literal["accept", "dismiss"]) -> Response:
    """Do what is suggested, or end it; a draft that comes of it is opened, and an article that is to be published yet."""
    someone, _ = await shelf.working(request)
    try:
        told = await shelf.have(request, someone, "POST", f"/v1/learning/{id}/{verb}", {}, seconds=SECONDS)
    except Problem as problem:
        said = problem.en if chosen(request) == "en" else problem.ja
        return await _review(request, someone, problem.status, wrong=said)
    made = (told or {}).get("article")
    if made and str(told["done"]["type"]).startswith("draft-"):
        return elsewhere(f"/knowledge/articles/{made['id']}/edit")
    if made and made["state"] == "draft":
        return elsewhere(f"/knowledge/articles/{made['id']}")
    return elsewhere(f"/knowledge/review?done={verb}")


@routes.api_route("/knowledge/figures", methods=["GET", "HEAD"])
async def figures(request: Request) -> Response:
    """Show what knowledge is worth, each figure with how it is reckoned."""
    someone = await opened(request)
    permit(someone.who, "see-restricted", of="every")
    span = {name: given for name in ("since", "until") if (given := request.query_params.get(name, "").strip())}
    status, told = await shelf.answer(request, someone, "/v1/figures", SECONDS, **span)
    wrong = ""
    if refused := status == httpx.codes.UNPROCESSABLE_ENTITY:
        problem = behind.refused(status, told)
        wrong = problem.en if chosen(request) == "en" else problem.ja
        status, told = await shelf.answer(request, someone, "/v1/figures", SECONDS)
    if status != httpx.codes.OK:
        raise shelf.away()
    helped = await shelf.asked(request, someone, "/v1/figures/articles", None, SECONDS, **({} if refused else span))
    helpful = [(one, bars(one["weeks"])) for one in helped["data"]] if isinstance(helped, dict) else None
    charts = [(cause, bars(cause["weeks"])) for cause in told["causes"]]
    values: dict[str, Any] = {"told": told, "charts": charts, "height": HEIGHT, "step": STEP, "sums": SUMS}
    values |= {"wrong": wrong, "typed": {name: told[name] for name in ("since", "until")} | span}
    values |= {"helpful": helpful, "total": helped["total"] if helpful else 0, "moment": datetime.fromisoformat}
    return shown(request, "figures.html", someone, 422 if refused else 200, **_about(someone, "figures"), **values)


@routes.api_route("/knowledge/training", methods=["GET", "HEAD"])
async def training(request: Request) -> Response:
    """Show past cases that somebody may see as questions, each with its answer folded away."""
    someone = await opened(request)
    given = request.query_params.get("seed", "")
    seed = given if _SEED.fullmatch(given) else door(request).clock.now().strftime("%Y%m%d")
    told = await shelf.asked(request, someone, "/v1/training", seed=seed, limit="3")
    if not isinstance(told, dict):
        raise shelf.away()
    values: dict[str, Any] = {"questions": told["data"], "again": token_hex(4)}
    return shown(request, "training.html", someone, **_about(someone, "training"), **values)


def bars(weeks: list[int]) -> list[tuple[int, int, int]]:
    """The bars of a chart, one a week: its left, top and height, the highest week filling it."""
    most = max(weeks, default=0) or 1
    heights = [round(HEIGHT * many / most) for many in weeks]
    return [(place * STEP, HEIGHT - height, height) for place, height in enumerate(heights)]


async def _review(request: Request, someone: Visitor, status: int = 200, wrong: str = "", notice: str = "") -> Response:
    if not shelf.writes(someone):
        raise role_needed()
    told: Any = await shelf.asked(request, someone, "/v1/learning", None, SECONDS)
    if not isinstance(told, dict):
        raise shelf.away()
    told = {"drafts": (), "expired": (), **told}
    values: dict[str, Any] = {"told": told, "publishes": shelf.publishes(someone), "wrong": wrong, "notice": notice}
    return shown(request, "lessons.html", someone, status, **_about(someone, "review"), **values)


def _about(someone: Visitor, part: str) -> dict[str, Any]:
    return {"area": "knowledge", "part": part, "parts": shelf.parts(someone), "at": f"/knowledge/{part}"}
