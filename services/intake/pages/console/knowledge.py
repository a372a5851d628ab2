"""Searching: questions proposed while typing, answers with their reasons, and the way on to a report when nothing helps."""

import asyncio
from typing import Any

from fastapi import APIRouter, Request, Response

from services.intake.domain import found
from services.intake.domain.found import Answers, Found
from services.intake.domain.ids import is_case_id
from services.intake.domain.words import Language
from services.intake.door import unknown_case
from services.intake.pages.console import shelf
from services.intake.pages.console.shell import ANSWERING, chosen, elsewhere, opened, shown, zone_of
from services.intake.pages.render import HEADERS, rendered
from shared.contracts.vocabulary import Kind
from shared.runtime.web import Problem

routes = APIRouter(include_in_schema=False)
SHOWN = 20
LONGEST_PROPOSED = 200


@routes.api_route("/knowledge", methods=["GET", "HEAD"])
async def search(request: Request) -> Response:
    """Show what answers a question; without one what is newest."""
    someone, wanted = await opened(request), found.wanted(request.query_params)
    asked: dict[str, str] = {**wanted.parameters(), "limit": str(SHOWN), **({} if wanted.q else {"typing": "true"})}
    told = shelf.read(Answers, await shelf.asked(request, someone, "/v1/search", **asked))
    data: list[Found] = []
    instead: list[Found] = []
    if told is not None:
        data, instead = await asyncio.gather(
            shelf.seen(request, someone, told.data), shelf.seen(request, someone, told.instead)
        )
    answer = shown(
        request,
        "knowledge.html",
        someone,
        200 if told is not None else 502,
        area="knowledge",
        part="search",
        parts=shelf.parts(someone),
        wanted=wanted,
        away=told is None,
        data=data,
        instead=instead,
        search_id=told.search_id if told else "",
        forms=found.FORMS,
        kinds=list(Kind),
        languages=found.LANGUAGES,
        excerpt=found.excerpt,
        pieces=found.pieces,
        writes=shelf.writes(someone),
    )
    answer.headers["content-security-policy"] = HEADERS["content-security-policy"] + ANSWERING
    return answer


@routes.get("/knowledge/proposals")
async def proposals(request: Request) -> Response:
    """Questions that fit what is being typed, as a part of the page; nothing where there are none."""
    someone = await opened(request)
    words = found.wanted(request.query_params).q[:LONGEST_PROPOSED]
    told: Any = await shelf.asked(request, someone, "/v1/suggest", q=words, limit="6") if words else None
    listed = [str(one["text"]) for one in told.get("data", ())] if isinstance(told, dict) else []
    html = _proposed(request, listed, chosen(request)) if listed else ""
    return Response(html, headers=HEADERS, media_type="text/html; charset=utf-8")


@routes.get("/knowledge/open/{search_id}/{target}")
async def follow(request: Request, search_id: str, target: str) -> Response:
    """Lead to what a search has offered, and let the search learn from it."""
    someone = await opened(request)
    article = target.startswith("a_") and target.isalnum() is False and target[2:].isalnum()
    if not (article or is_case_id(target)):
        raise unknown_case()
    if shelf.is_search(search_id):
        try:
            await shelf.use(request, someone, f"/v1/searches/{search_id}/clicks", {"target": target})
        except Problem:
            search_id = ""  # what it leads to is there all the same
    return elsewhere(f"/knowledge/articles/{target}?search={search_id}" if article else f"/cases/{target}")


def _proposed(request: Request, texts: list[str], lang: Language) -> str:
    return rendered(request, "console/proposals.html", lang, zone_of(request), texts=texts)
