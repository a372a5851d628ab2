"""Before a report is sent: what it would lead to, and answers of articles and finished cases while it is being typed."""

import re

from fastapi import APIRouter, Request, Response
from pydantic import ValidationError

from services.intake import behind
from services.intake.domain import quota, readers
from services.intake.domain.forecast import Forecast
from services.intake.domain.found import Answers, Found
from services.intake.door import door
from services.intake.entrance import Visitor, visitor
from services.intake.pages.console import shelf
from services.intake.pages.console.shell import chosen, elsewhere, fields, zone_of
from services.intake.pages.render import HEADERS, rendered
from shared.contracts.report import Report
from shared.runtime.clock import monotonic

routes = APIRouter(include_in_schema=False)
MOST_PREVIEWS = 300  # a minute, by people who are not logged in, in one process
FEWEST_LETTERS = 4
LONGEST = 300
_SPACE = re.compile(r"\s+")
_KEY = re.compile(r"[0-9a-f]{32}")
_TARGET = re.compile(r"[ac]_[0-9a-z]{1,98}")


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
    html = (
        rendered(request, "answers.html", lang, zone_of(request), found=found, someone=someone, reported=False)
        if found
        else ""
    )
    return Response(html, headers=HEADERS, media_type="text/html; charset=utf-8")


@routes.post("/report/solved")
async def solved(request: Request) -> Response:
    """An answer made the report needless: it is counted, and people are thanked."""
    given, someone = await fields(request), await visitor(request)
    target, key = given.get("target", ""), given.get("key", "")
    thanks = elsewhere(f"/report?solved=1&lang={chosen(request)}")
    if not (_TARGET.fullmatch(target) and _KEY.fullmatch(key)):
        return thanks
    if someone is None and not _bounds(request).let_in("solved", door(request).settings.public_answers):
        return thanks
    reader = readers.PUBLIC if someone is None else readers.reader(someone.who)
    await behind.ask(door(request), "knowledge", "/v1/deflections", {"target": target, "session": key}, reader=reader)
    return thanks


async def known_answers(request: Request, someone: Visitor | None, typed: str) -> list[Found]:
    """What may answer: articles, then cases that somebody may see; for who is not logged in public articles alone."""
    words = _SPACE.sub(" ", typed.replace("\x00", "")).strip()
    return await offered(request, someone, words) if len(words) >= FEWEST_LETTERS else []


async def offered(request: Request, someone: Visitor | None, words: str) -> list[Found]:
    """The same for words as they stand, as a rule names them; nothing for none, and while knowledge cannot be asked."""
    here = door(request)
    if not words:
        return []
    if someone is None and not _bounds(request).let_in("answers", here.settings.public_answers):
        return []
    reader = readers.PUBLIC if someone is None else readers.reader(someone.who)
    told = await behind.ask(here, "knowledge", "/v1/search", q=words[:LONGEST], limit="4", typing="true", reader=reader)
    known = shelf.read(Answers, told) or Answers()
    if someone is None:
        return [one for one in known.data if one.article and one.article.audience == "public" and one.article.answer]
    shown = await shelf.seen(request, someone, known.data)
    return [one for one in shelf.articles_first(shown) if one.answer]


async def foretold(request: Request, someone: Visitor | None, report: Report, reporter: str = "") -> Forecast | None:
    """What a report would lead to, from the person with the id `reporter` where it is given; None while that cannot be said."""
    if someone is None and not _bounds(request).let_in("previews", MOST_PREVIEWS):
        return None
    question = {"report": report.model_dump(mode="json"), "source": "form", "language": chosen(request)}
    if reporter:
        question["reporter"] = reporter  # else left out: the release before knows no such key
    try:
        return Forecast.model_validate(await behind.ask(door(request), "router", "/v1/simulate", question))
    except ValidationError:
        return None


def _bounds(request: Request) -> Bounds:
    known: Bounds = request.app.state.bounds
    return known
