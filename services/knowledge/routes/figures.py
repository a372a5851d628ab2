"""Figures and training over HTTP: what knowledge is worth, as JSON and CSV, and past cases as questions to learn by."""

import csv
import io
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Query, Response
from pydantic import BaseModel, Field

from services.knowledge import articles, usage
from services.knowledge.domain.figures import Figures, figures, mondays_of
from services.knowledge.domain.helping import Helped, helpful
from services.knowledge.domain.moving.writing import FORMULA
from services.knowledge.domain.sight import Reader, sees
from services.knowledge.domain.training import drawn, question_of
from services.knowledge.local import zone_of
from services.knowledge.routes.asking import Gate, writer
from shared.contracts.plan import Reason
from shared.contracts.vocabulary import Kind, Path, Priority
from shared.runtime import folds
from shared.runtime.db import Transaction
from shared.runtime.service import Process
from shared.runtime.web import Problem

Day = Annotated[date, Query(ge=date(2000, 1, 1), le=date(2100, 12, 31))]
LATELY, LONGEST = timedelta(days=90), timedelta(days=366)


class WeekShown(BaseModel):
    """One week, by its Monday."""

    monday: date
    cases: int
    searches: int
    deflected: int
    solved: int


class TrendShown(BaseModel):
    """How often a cause came in each week, the oldest first."""

    cause: str
    cases: int
    weeks: list[int]


class FiguresShown(BaseModel):
    """The figures of a time. Restricted cases are in none of them."""

    since: date
    until: date
    searches: int
    opened: Annotated[float | None, Field(description="Share of searches after which something was opened")]
    guessed: Annotated[float | None, Field(description="Share of searches whose best answer was a guess")]
    solved: int
    unsolved: int
    deflected: Annotated[int, Field(description="Reports that an answer made needless")]
    deflection: Annotated[float | None, Field(description="deflected / (deflected + cases)")]
    cases: int
    covered: Annotated[float | None, Field(description="Share of cases that an article tells of")]
    minutes_per_case: Annotated[float, Field(description="Median from submission to resolution, 240 at most each")]
    minutes_saved: Annotated[float, Field(description="(deflected + solved) × (minutes_per_case − 3)")]
    articles: dict[str, int]
    weeks: list[WeekShown]
    causes: list[TrendShown]


class HelpedShown(BaseModel):
    """An article that helped: how often a report was needless by it, it solved something or did not, and each week's help."""

    article: str
    question: str
    deflected: int
    solved: int
    unsolved: int
    last_at: datetime
    weeks: Annotated[list[int], Field(description="How often it helped in each week, the oldest first")]


class HelpedPage(BaseModel):
    """The most helpful articles first, and how many helped at all."""

    data: list[HelpedShown]
    total: int


class QuestionShown(BaseModel):
    """A past case as a question, and the policy's answer."""

    case_id: str
    title: str
    situation: str
    customer_said: str
    asked: Reason
    priority: Priority
    path: Path
    first_response: str
    first_handling: str
    asks: list[str]
    authority: bool
    reasons: list[Reason]
    handling: str
    result: str
    suppressed: Reason | None


class Questions(BaseModel):
    """Questions to learn by."""

    data: list[QuestionShown]


def add(process: Process, gate: Gate) -> None:
    """Add the routes."""
    assert process.app is not None
    process.app.include_router(routes(process, gate))


def routes(process: Process, gate: Gate) -> APIRouter:
    """Every route of figures and training."""
    db, clock, zone = process.db, process.clock, zone_of(process)
    found = APIRouter(tags=["figures"])
    asking = Depends(gate)

    def days(since: Day | None = None, until: Day | None = None) -> tuple[date, date]:
        last = until or clock.now().date()
        first = since or last - LATELY
        if not timedelta(0) <= last - first <= LONGEST:
            ja = "since は until より前、期間は 366 日以内にしてください。"
            raise Problem(422, "invalid", ja, "since must be before until, and at most 366 days before.")
        return first, last

    time = Depends(days)

    @found.get("/v1/figures")
    async def read(reader: Annotated[Reader, asking], span: Annotated[tuple[date, date], time]) -> FiguresShown:
        """Time saved, deflection, coverage, and the trend of each cause."""
        writer(reader)
        async with db.reading() as tx:
            now = await _figures(tx, reader, *span, zone)
        return FiguresShown.model_validate({**asdict(now), "since": span[0], "until": span[1]})

    @found.get("/v1/figures.csv", response_class=Response)
    async def table(reader: Annotated[Reader, asking], span: Annotated[tuple[date, date], time]) -> Response:
        """The same by week, and each cause by week, for a spreadsheet."""
        writer(reader)
        async with db.reading() as tx:
            now = await _figures(tx, reader, *span, zone)
        return Response(_table(now), media_type="text/csv; charset=utf-8")

    @found.get("/v1/figures/articles")
    async def helped(
        reader: Annotated[Reader, asking],
        span: Annotated[tuple[date, date], time],
        limit: Annotated[int, Query(ge=1, le=500)] = 50,
    ) -> HelpedPage:
        """Which articles made a report needless or solved it, the most helpful first. Nobody's name stands in it."""
        writer(reader)
        async with db.reading() as tx:
            all_ = await _helped(tx, *span, zone)
        return HelpedPage(data=[HelpedShown.model_validate(asdict(one)) for one in all_[:limit]], total=len(all_))

    @found.get("/v1/figures/articles.csv", response_class=Response)
    async def helped_table(reader: Annotated[Reader, asking], span: Annotated[tuple[date, date], time]) -> Response:
        """All of them, for a spreadsheet."""
        writer(reader)
        async with db.reading() as tx:
            all_ = await _helped(tx, *span, zone)
        return Response(_helped_table(all_, *span, zone), media_type="text/csv; charset=utf-8")

    @found.get("/v1/training")
    async def training(
        reader: Annotated[Reader, asking],
        seed: Annotated[str, Query(max_length=100, description="The same seed draws the same cases")] = "",
        kind: Kind | None = None,
        limit: Annotated[int, Query(ge=1, le=50)] = 5,
    ) -> Questions:
        """Past cases as questions, without names, with the answer of the policy and what was done in the end."""
        async with db.reading() as tx:
            known = await usage.cases_since(tx, clock.now() - LONGEST)
            mine = [c.record.case_id for c in known if sees(reader, c.sight) and kind in (None, c.record.kind)]
            chosen = drawn(mine, seed, limit)
            cases = {fold.key: fold.case for fold in await folds.load_all(tx, chosen)}
        told = [question_of(case) for id_ in chosen if (case := cases.get(id_)) is not None]
        return Questions(
            data=[QuestionShown.model_validate(_masked(asdict(question))) for question in told if question]
        )

    return found


def _instants(since: date, until: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """When the first of these days begins, and when the last one is over."""
    midnight = datetime.min.time()
    return datetime.combine(since, midnight, zone), datetime.combine(until + timedelta(days=1), midnight, zone)


async def _helped(tx: Transaction, since: date, until: date, zone: ZoneInfo) -> list[Helped]:
    return helpful(await usage.helped(tx, *_instants(since, until, zone)), mondays_of(since, until))


def _helped_table(all_: list[Helped], since: date, until: date, zone: ZoneInfo) -> str:
    out = io.StringIO(newline="")
    writer_ = csv.writer(out)
    weeks = [day.isoformat() for day in mondays_of(since, until)]
    writer_.writerow(["article", "question", "deflected", "solved", "unsolved", "last", *weeks])
    for one in all_:
        last = one.last_at.astimezone(zone).date().isoformat()
        writer_.writerow([one.article, _cell(one.question), one.deflected, one.solved, one.unsolved, last, *one.weeks])
    return "\ufeff" + out.getvalue()


def _cell(text: str) -> str:
    """A text that no spreadsheet runs."""
    return f" {text}" if text.startswith(FORMULA) else text


async def _figures(tx: Transaction, reader: Reader, since: date, until: date, zone: ZoneInfo) -> Figures:
    first, last = _instants(since, until, zone)
    cases = [case for case, sight in await usage.resolved_between(tx, first, last) if sees(reader, sight)]
    searches, uses = await usage.searches_by_week(tx, first, last), await usage.uses_by_week(tx, first, last)
    return figures(cases, searches, uses, await articles.states(tx), since, until, zone)


def _table(now: Figures) -> str:
    out = io.StringIO(newline="")
    writer_ = csv.writer(out)
    writer_.writerow(["what", *(week.monday.isoformat() for week in now.weeks), "total"])
    for name in ("cases", "searches", "deflected", "solved"):
        values = [getattr(week, name) for week in now.weeks]
        writer_.writerow([name, *values, sum(values)])
    for trend in now.causes:
        writer_.writerow([f"cause: {_cell(trend.cause)}", *trend.weeks, trend.cases])
    for name in ("opened", "guessed", "deflection", "covered", "minutes_per_case", "minutes_saved"):
        value = getattr(now, name)
        writer_.writerow([name, *("" for _ in now.weeks), "" if value is None else value])
    return "\ufeff" + out.getvalue()


def _masked(question: dict[str, Any]) -> dict[str, Any]:
    texts = ("title", "situation", "customer_said", "handling", "result")
    return {**question, **{name: usage.masked(question[name]) for name in texts}}
