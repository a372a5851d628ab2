"""The weekly review over HTTP: what people searched for in vain, what repeats, and suggestions that one call accepts."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query
from pydantic import BaseModel, Field

from services.knowledge import articles, learning
from services.knowledge.articles import Filter
from services.knowledge.domain.article import Article, State
from services.knowledge.domain.sight import Reader
from services.knowledge.domain.suggestions import Suggestion, Type
from services.knowledge.learning import LISTED, Gone
from services.knowledge.routes import shown as show
from services.knowledge.routes.asking import CANNOT, Done, Gate, person, problem_of, publisher, writer
from shared.runtime.db import Transaction
from shared.runtime.service import Process
from shared.runtime.web import Problem

SuggestionId = Annotated[str, Path(pattern="^s_[0-9a-f]{24}$")]
Days = Annotated[int, Query(ge=1, le=400)]


class Shown(BaseModel):
    """One thing to do, in both languages, with what it is done with."""

    id: str
    type: Type
    weight: Annotated[int, Field(description="How many people or cases speak for it")]
    ja: str
    en: str
    cases: list[str]
    articles: list[str]
    words: list[str]


class Vain(BaseModel):
    """Words that were searched for in vain."""

    words: str
    searchers: int
    guesses: Annotated[int, Field(description="How often nothing but a guess was offered")]
    reworded: Annotated[str, Field(description="What the same people typed next, where that led somewhere")]


class Repeated(BaseModel):
    """A cause that comes again."""

    cause: str
    cases: int


class Review(BaseModel):
    """All that the weekly review looks at."""

    suggestions: list[Shown]
    in_vain: list[Vain]
    causes: list[Repeated]
    untold: Annotated[list[show.CaseOf], Field(description="The newest cases that no article tells of")]
    waiting: Annotated[list[show.Listed], Field(description="Articles that wait for a review")]
    due: Annotated[list[show.Listed], Field(description="Articles whose owner is to say whether they are still true")]
    drafts: Annotated[list[show.Listed], Field(description="Articles not yet sent to a review, the reader's own first")]
    expired: Annotated[list[show.Listed], Field(description="Articles whose last day is over, the reader's own first")]


class Accepted(BaseModel):
    """What was done, and the article that came of it."""

    done: Shown
    article: show.Listed | None = None


def add(process: Process, gate: Gate) -> None:
    """Add the routes."""
    assert process.app is not None
    process.app.include_router(routes(process, gate))


def routes(process: Process, gate: Gate) -> APIRouter:
    """Every route of the review."""
    db, clock = process.db, process.clock
    reviews = learning.Reviews(db, clock)
    found = APIRouter(tags=["learning"])
    asking = Depends(gate)

    @found.get("/v1/learning")
    async def review(reader: Annotated[Reader, asking], days: Days = 90) -> Review:
        """What use and cases teach, by at most a minute ago: suggestions, searches in vain, causes that repeat; and what waits for somebody."""
        writer(reader)
        seen = await reviews.of(reader, days)
        async with db.reading() as tx:
            waiting = await articles.listed(tx, Filter(state="in_review"), None, LISTED)
            due = await articles.listed(tx, Filter(due=clock.now().date()), None, LISTED)
            drafts, expired = [await _own_first(tx, state, reader) for state in (State.DRAFT, State.EXPIRED)]
        return Review(
            suggestions=[_shown(suggestion) for suggestion in seen.suggestions[:LISTED]],
            in_vain=[
                Vain(words=v.words, searchers=v.searchers, guesses=v.guesses, reworded=v.reworded)
                for v in seen.vain[:LISTED]
            ],
            causes=[Repeated(cause=cause, cases=many) for cause, many in seen.causes if many > 1],
            untold=[show.case_of(record) for record in seen.untold],
            waiting=[show.listed(article) for article in waiting],
            due=[show.listed(article) for article in due],
            drafts=[show.listed(article) for article in drafts],
            expired=[show.listed(article) for article in expired],
        )

    @found.post("/v1/learning/{id}/accept")
    async def accept(reader: Annotated[Reader, asking], id: SuggestionId, wanted: Done, days: Days = 90) -> Accepted:
        """Do what is suggested."""
        publisher(reader)
        by = person(reader, wanted.by)
        try:
            suggestion, article = await reviews.accept(id, reader, by, days)
        except Gone:
            ja = "この提案は対応済みか、いまは当てはまりません。"
            raise Problem(409, "gone", ja, "This suggestion is dealt with, or does not hold any more.") from None
        except CANNOT as error:
            raise problem_of(error) from None
        return Accepted(done=_shown(suggestion), article=show.listed(article) if article else None)

    @found.post("/v1/learning/{id}/dismiss", status_code=204)
    async def dismiss(reader: Annotated[Reader, asking], id: SuggestionId, wanted: Done) -> None:
        """Do not suggest this again."""
        publisher(reader)
        async with db.transaction() as tx:
            await learning.dismiss(tx, id, person(reader, wanted.by), clock)

    return found


async def _own_first(tx: Transaction, state: State, reader: Reader) -> list[Article]:
    mine = await articles.listed(tx, Filter(state, owner=reader.person), None, LISTED) if reader.person else []
    every = await articles.listed(tx, Filter(state), None, LISTED)
    return list({article.id: article for article in (*mine, *every)}.values())[:LISTED]


def _shown(suggestion: Suggestion) -> Shown:
    return Shown(
        id=suggestion.id,
        type=suggestion.type,
        weight=suggestion.weight,
        ja=suggestion.ja,
        en=suggestion.en,
        cases=list(suggestion.cases),
        articles=list(suggestion.articles),
        words=list(suggestion.words),
    )
