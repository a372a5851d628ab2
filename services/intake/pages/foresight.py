"""Before a report is sent: what it would lead to, and answers of finished cases while it is being typed."""

import re
from typing import Any

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ValidationError

from services.intake import behind, seeing
from services.intake.domain import quota
from services.intake.domain.forecast import Forecast
from services.intake.door import Door, door
from services.intake.entrance import Visitor, visitor
from services.intake.pages.console.shell import chosen, zone_of
from services.intake.pages.render import HEADERS, rendered
from shared.contracts.report import Report, is_restricted
from shared.runtime import folds
from shared.runtime.clock import monotonic

routes = APIRouter(include_in_schema=False)
MOST_PREVIEWS = 300  # a minute, by people who are not logged in, in one process
FEWEST_LETTERS = 4
LONGEST = 300
_SPACE = re.compile(r"\s+")


class Answer(BaseModel):
    """How a case like the one that is being typed was solved."""

    case_id: str
    number: int
    title: str
    handling: str = ""
    result: str = ""


class Bounds:
    """What people who are not logged in may ask for, together."""

    def __init__(self) -> None:
        self._buckets: dict[str, quota.Bucket] = {}

    def let_in(self, what: str, most: int) -> bool:
        """Whether one more is let in; with `most` 0 nobody is."""
        if not most:
            return False
        verdict = quota.take(self._buckets.get(what), most, monotonic())
        self._buckets[what] = verdict.bucket
        return not verdict.wait


@routes.get("/report/answers")
async def answers(request: Request) -> Response:
    """Answers for what is being typed, as a part of the page; nothing where there are none."""
    someone, lang = await visitor(request), chosen(request)
    found = await known_answers(request, someone, request.query_params.get("q", ""))
    html = rendered(request, "answers.html", lang, zone_of(request), found=found, someone=someone) if found else ""
    return Response(html, headers=HEADERS, media_type="text/html; charset=utf-8")


async def known_answers(request: Request, someone: Visitor | None, typed: str) -> list[Answer]:
    """How cases like this one were solved: those that somebody may see, and for others what is open to everybody."""
    here, words = door(request), _SPACE.sub(" ", typed.replace("\x00", "")).strip()[:LONGEST]
    if len(words) < FEWEST_LETTERS:
        return []
    if someone is None and not _bounds(request).let_in("answers", here.settings.public_answers):
        return []
    told = await behind.ask(here, "knowledge", "/v1/search", q=words, limit="3", form="case", typing="true")
    listed: list[Any] = told.get("data", []) if isinstance(told, dict) else []
    try:
        found = [Answer.model_validate(one["record"]) for one in listed]
    except (ValidationError, TypeError, KeyError):
        return []
    shown = await _shown(here, someone, {one.case_id for one in found})
    return [one for one in found if one.case_id in shown and (one.handling or one.result)]


async def foretold(request: Request, someone: Visitor | None, report: Report) -> Forecast | None:
    """What a report would lead to; None while that cannot be said."""
    if someone is None and not _bounds(request).let_in("previews", MOST_PREVIEWS):
        return None
    question = {"report": report.model_dump(mode="json"), "source": "form", "language": chosen(request)}
    try:
        return Forecast.model_validate(await behind.ask(door(request), "router", "/v1/simulate", question))
    except ValidationError:
        return None


async def _shown(here: Door, someone: Visitor | None, ids: set[str]) -> set[str]:
    if someone is not None:
        async with seeing.reading(here, someone.who) as tx:
            mine = await seeing.among(tx, someone.who, ids)
            await seeing.looked_at(tx, someone.who, mine.values(), here.clock.now())
        return set(mine)
    async with here.db.reading() as tx:
        known = [fold.case for fold in await folds.load_all(tx, sorted(ids))]
    return {case.id for case in known if case is not None and not is_restricted(case.submitted.report)}


def _bounds(request: Request) -> Bounds:
    known: Bounds = request.app.state.bounds
    return known
