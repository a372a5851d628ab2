"""Learning from use: what is taught to the index every minute, and what is suggested to people in the weekly review."""

import asyncio
from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from services.knowledge import articles, editing, usage
from services.knowledge.articles import Shown
from services.knowledge.domain.archive import Archived
from services.knowledge.domain.article import Article, Content
from services.knowledge.domain.lessons import REMEMBERED, lessons
from services.knowledge.domain.phrasings import folded
from services.knowledge.domain.shelving import Learned, asked
from services.knowledge.domain.sight import EVERY_TEAM, Reader, sees
from services.knowledge.domain.suggestions import Known, Suggestion, Type, Vain, in_vain, suggestions
from services.knowledge.pace import Pace
from shared.contracts.plan import Person
from shared.runtime.clock import Clock
from shared.runtime.db import Database, Transaction

KEPT = timedelta(days=400)
PAGE = 1_000
MOST_ARTICLES = 5_000
LISTED = 50
KNOWN_FOR = timedelta(minutes=1)


class Gone(Exception):
    """What was suggested is dealt with, or is not suggested any more."""


@dataclass(frozen=True)
class Review:
    """What there is to learn; `causes` with how often they came, `untold` are the newest cases without an article or a draft."""

    suggestions: list[Suggestion]
    vain: list[Vain]
    causes: list[tuple[str, int]]
    untold: list[Archived]


async def teach(db: Database, clock: Clock) -> int:
    """Give the index what use teaches by now; says how many entries learned something.

    What is too old is forgotten first and by itself: it is what makes learning slow.
    """
    now = clock.now()
    async with db.transaction() as tx:
        if await usage.alone(tx):
            await usage.prune(tx, await tx.earlier(now) - KEPT)
    async with db.transaction() as tx:
        if not await usage.alone(tx):
            return 0
        since = now - REMEMBERED
        wanted = lessons(await usage.days(tx, since), await usage.found_by(tx, since), now.date())
        before = await usage.learned(tx)
        changed = {id_: wanted.get(id_, Learned()) for id_ in {*wanted, *before}}
        changed = {id_: lesson for id_, lesson in changed.items() if lesson != before.get(id_, Learned())}
        for id_, lesson in changed.items():
            await usage.learn(tx, id_, lesson, now)
    return len(changed)


class Reviews:
    """What there is to learn, worked out beside the questions that people ask, and kept for a minute."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db, self._clock = db, clock
        self._kept: dict[object, tuple[datetime, Review]] = {}
        self._one_at_a_time = asyncio.Lock()

    async def of(self, reader: Reader, days: int) -> Review:
        """What is suggested to a reader by at most a minute ago, without what is dealt with by now."""
        about = EVERY_TEAM if EVERY_TEAM in reader.sees else reader, days
        async with self._one_at_a_time:
            now = self._clock.now()
            self._kept = {key: kept for key, kept in self._kept.items() if kept[0] > now}
            if about not in self._kept:
                review = await _worked_out(self._db, reader, now, days)
                self._kept[about] = self._clock.now() + KNOWN_FOR, review
            review = self._kept[about][1]
        async with self._db.reading() as tx:
            done = await usage.decided(tx)
        return replace(review, suggestions=[s for s in review.suggestions if s.id not in done])

    async def accept(self, id_: str, reader: Reader, by: Person, days: int) -> tuple[Suggestion, Article | None]:
        """Do what is suggested; gives the article that came of it. Raises Gone, and what doing it by hand raises."""
        suggestion = next((s for s in (await self.of(reader, days)).suggestions if s.id == id_), None)
        if suggestion is None:
            raise Gone
        async with self._db.transaction() as tx:
            shown = await articles.shown(tx, suggestion.articles)
            if any(one.content is None for one in shown.values()):
                raise Gone  # meanwhile it is withdrawn, or part of another
            if not await usage.decide(tx, id_, "accepted", by, self._clock.now()):
                raise Gone
            return suggestion, await _done(tx, suggestion, reader, by, self._clock)


async def dismiss(tx: Transaction, id_: str, by: Person, clock: Clock) -> None:
    """Do not suggest it again."""
    await usage.decide(tx, id_, "dismissed", by, clock.now())


async def _worked_out(db: Database, reader: Reader, now: datetime, days: int) -> Review:
    since = now - timedelta(days=days)
    async with db.reading() as tx:
        shown = await _live(tx)
        synonyms = await articles.synonyms(tx)
        searches = await usage.searches_since(tx, since)
        cases = await usage.cases_since(tx, since)
        found, feedback = await usage.found_by(tx, since), await usage.feedback_since(tx, since)

    def work() -> Review:
        through = Pace().through
        mine = [case for case in through(cases) if sees(reader, case.sight) and not case.record.reopened_at]
        untold = [case.record for case in mine if not (case.told or case.begun)]
        contents = {id_: content for id_, one in shown.items() if (content := one.content)}
        asked_for = {id_: _asked(one, synonyms) for id_, one in through(shown.items())}
        known = Known(searches, found, untold, contents, asked_for, feedback)
        same = {tuple(sorted(pair)) for pair in synonyms}
        wanted = [s for s in suggestions(known, through) if tuple(sorted(s.words)) not in same]
        causes = Counter(case.record.cause for case in mine if case.record.cause)
        return Review(wanted, in_vain(searches), causes.most_common(LISTED), untold[:LISTED])

    return await asyncio.to_thread(work)


async def _done(tx: Transaction, what: Suggestion, reader: Reader, by: Person, clock: Clock) -> Article | None:
    match what.type:
        case Type.DRAFT_FROM_CASES:
            return await editing.draft(tx, what.cases, reader, by, clock)
        case Type.DRAFT_FROM_SEARCHES:
            return await editing.create(tx, Content(question=what.words[0], owner=by), by, clock)
        case Type.ADD_PHRASING:
            return await editing.add_phrasing(tx, what.articles[0], what.words[0], by, clock, outside=what.outside)
        case Type.ADD_SYNONYM:
            await articles.add_synonym(tx, what.words[0], what.words[1], by, clock.now())
            return None
        case Type.MERGE:
            newer, older = max(what.articles), min(what.articles)
            return await editing.merge(tx, newer, older, by, clock)
        case Type.CONTRADICTION | Type.REVISE:
            for id_ in what.articles:
                article = await editing.ask_owner(tx, id_, what.ja, by, clock.now())
            return article


async def _live(tx: Transaction) -> dict[str, Shown]:
    found: dict[str, Shown] = {}
    after = ""
    while len(found) < MOST_ARTICLES and (page := await articles.live_page(tx, after, None, None, PAGE)):
        found |= {shown.article.id: shown for shown in page}
        after = page[-1].article.id
    return found


def _asked(shown: Shown, synonyms: tuple[tuple[str, str], ...]) -> frozenset[str]:
    content = shown.content
    if content is None:
        return frozenset()
    ways = (content.question, *content.unwanted, *asked(content, shown.learned.phrasings, synonyms))
    return frozenset(map(folded, ways))
