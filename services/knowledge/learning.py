"""Learning from use: what is taught to the index every minute, and what is suggested to people in the weekly review."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from services.knowledge import articles, editing, usage
from services.knowledge.articles import Shown
from services.knowledge.domain.article import Article, Content
from services.knowledge.domain.lessons import REMEMBERED, lessons
from services.knowledge.domain.phrasings import folded
from services.knowledge.domain.shelving import Learned, asked
from services.knowledge.domain.sight import Reader, sees
from services.knowledge.domain.suggestions import Known, Suggestion, Type, Vain, in_vain, suggestions
from services.knowledge.usage import CaseSeen
from shared.contracts.plan import Person
from shared.runtime.clock import Clock
from shared.runtime.db import Database, Transaction

KEPT = timedelta(days=400)
PAGE = 1_000
MOST_ARTICLES = 5_000


class Gone(Exception):
    """What was suggested is dealt with, or is not suggested any more."""


@dataclass(frozen=True)
class Review:
    """What there is to learn."""

    suggestions: list[Suggestion]
    vain: list[Vain]
    cases: list[CaseSeen]


async def teach(db: Database, clock: Clock) -> int:
    """Give the index what use teaches by now; says how many entries learned something."""
    now = clock.now()
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
        await usage.prune(tx, now - KEPT)
    return len(changed)


async def review(tx: Transaction, reader: Reader, now: datetime, days: int) -> Review:
    """What is suggested to a reader, without what is dealt with."""
    since = now - timedelta(days=days)
    shown = await _live(tx)
    synonyms = await articles.synonyms(tx)
    searches = await usage.searches_since(tx, since)
    cases = [case for case in await usage.cases_since(tx, since) if sees(reader, case.sight)]
    known = Known(
        searches=searches,
        found=await usage.found_by(tx, since),
        untold=[case.record for case in cases if not case.told],
        articles={id_: content for id_, found in shown.items() if (content := found.content)},
        asked={id_: _asked(found, synonyms) for id_, found in shown.items()},
        feedback=await usage.feedback_since(tx, since),
    )
    done = await usage.decided(tx)
    pairs_known = {tuple(sorted(pair)) for pair in synonyms}
    found = [s for s in suggestions(known) if s.id not in done and tuple(sorted(s.words)) not in pairs_known]
    return Review(found, in_vain(searches), cases)


async def accept(
    tx: Transaction, id_: str, reader: Reader, by: Person, clock: Clock, days: int
) -> tuple[Suggestion, Article | None]:
    """Do what is suggested; gives the article that came of it. Raises Gone, and what doing it by hand raises."""
    found = (await review(tx, reader, clock.now(), days)).suggestions
    suggestion = next((s for s in found if s.id == id_), None)
    if suggestion is None or not await usage.decide(tx, id_, "accepted", by, clock.now()):
        raise Gone
    return suggestion, await _done(tx, suggestion, reader, by, clock)


async def dismiss(tx: Transaction, id_: str, by: Person, clock: Clock) -> None:
    """Do not suggest it again."""
    await usage.decide(tx, id_, "dismissed", by, clock.now())


async def _done(tx: Transaction, what: Suggestion, reader: Reader, by: Person, clock: Clock) -> Article | None:
    match what.type:
        case Type.DRAFT_FROM_CASES:
            return await editing.draft(tx, what.cases, reader, by, clock)
        case Type.DRAFT_FROM_SEARCHES:
            return await editing.create(tx, Content(question=what.words[0], owner=by), by, clock)
        case Type.ADD_PHRASING:
            return await editing.add_phrasing(tx, what.articles[0], what.words[0], by, clock)
        case Type.ADD_SYNONYM:
            await articles.add_synonym(tx, what.words[0], what.words[1], by, clock.now())
            return None
        case Type.MERGE:
            newer, older = max(what.articles), min(what.articles)
            return await editing.merge(tx, newer, older, by, clock)
        case Type.CONTRADICTION | Type.REVISE:
            for id_ in what.articles:
                article = await editing.ask_owner(tx, id_, what.ja, by, clock)
            return article


async def _live(tx: Transaction) -> dict[str, Shown]:
    found: dict[str, Shown] = {}
    after = ""
    while len(found) < MOST_ARTICLES and (page := await articles.live_page(tx, after, None, PAGE)):
        found |= {shown.article.id: shown for shown in page}
        after = page[-1].article.id
    return found


def _asked(shown: Shown, synonyms: tuple[tuple[str, str], ...]) -> frozenset[str]:
    content = shown.content
    if content is None:
        return frozenset()
    ways = (content.question, *content.unwanted, *asked(content, shown.learned.phrasings, synonyms))
    return frozenset(map(folded, ways))
