"""What people do to articles, each in one transaction: write, review, publish, merge, comment, renew."""

import os
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from services.knowledge import articles, files, store, usage
from services.knowledge.domain.archive import Archived
from services.knowledge.domain.article import (
    Article,
    Content,
    Refusal,
    State,
    Verb,
    acted,
    article_id,
    created,
    edited,
    expired,
    merged,
    was_outside,
)
from services.knowledge.domain.drafting import draft_of
from services.knowledge.domain.files import bounded
from services.knowledge.domain.sight import Audience, Reader, sees
from shared.contracts.plan import Person
from shared.runtime import folds
from shared.runtime.clock import Clock
from shared.runtime.db import Database, Transaction

MOST_PHRASINGS = 50


class Missing(Exception):
    """There is no such article or case, or not for this reader."""


class Outdated(Exception):
    """Somebody has written it meanwhile; `newest` is what it is now."""

    def __init__(self, newest: Article) -> None:
        super().__init__(newest.id)
        self.newest = newest


async def create(
    tx: Transaction,
    content: Content,
    by: Person,
    clock: Clock,
    *,
    publish: bool = False,
    why: str = "",
    id_: str | None = None,
) -> Article:
    """A new article, published at once when asked; the same again under an id of the caller's is the one that there is.

    Raises Refusal, also where another text was written under that id.
    """
    now = clock.now()
    article = created(id_ or article_id(now, os.urandom(10)), content, by, now)
    if not await articles.add(tx, article, why):
        article = await locked(tx, article.id, None)
        if await articles.version(tx, article.id, 1) != content:
            raise Refusal("taken")
        publish = publish and article.state is State.DRAFT
    return await go_on(tx, article, Verb.PUBLISH, by, clock) if publish else article


async def write(
    tx: Transaction,
    id_: str,
    content: Content,
    by: Person,
    clock: Clock,
    *,
    expected: int,
    reader: Reader,
    publish: bool = False,
    why: str = "",
) -> Article:
    """A new version made from `expected`. Raises Missing, Outdated and Refusal."""
    article = await locked(tx, id_, expected)
    unseen = set(article.content.cases) - await visible(tx, article.content.cases, reader)
    kept = [case for case in article.content.cases if case in unseen]  # who may not see a case cannot unlink it
    content = content.model_copy(update={"cases": tuple(dict.fromkeys((*content.cases, *kept)))})
    if content != article.content:
        article = edited(article, content, by, clock.now())
        await articles.save(tx, article, "write", why)
    return await go_on(tx, article, Verb.PUBLISH, by, clock) if publish else article


async def act(
    tx: Transaction, id_: str, verb: Verb, by: Person, clock: Clock, *, expected: int | None = None, text: str = ""
) -> Article:
    """Do something to an article. Raises Missing, Outdated and Refusal."""
    return await go_on(tx, await locked(tx, id_, expected), verb, by, clock, text)


async def merge(tx: Transaction, loser: str, winner: str, by: Person, clock: Clock) -> Article:
    """Make one article part of another, which takes over its files too; gives the other. Raises Missing and Refusal."""
    gone, stays = await articles.pair(tx, loser, winner)
    if gone is None or stays is None:
        raise Missing
    shown = await articles.shown(tx, [loser, winner])
    of_loser, of_winner = [content.audience if (content := shown[id_].content) else None for id_ in (loser, winner)]
    gone, stays = merged(gone, stays, by, clock.now(), (of_loser, of_winner))
    await articles.save(tx, gone, "merge", winner)
    await articles.save(tx, stays, "merge", loser)
    ours, theirs = [await files.of_version(tx, one.id, one.version) for one in (stays, gone)]
    both = {file.id: file.size for file in (*ours, *theirs) if not file.gone}
    if theirs:
        bounded(list(both.values()))
        await files.take_over(tx, gone, stays, was_outside(gone, of_loser))
    await usage.move(tx, loser, winner)
    return stays


async def draft(
    tx: Transaction,
    case_ids: Iterable[str],
    reader: Reader,
    by: Person,
    clock: Clock,
    *,
    publish: bool = False,
    changes: dict[str, object] | None = None,
) -> Article:
    """Make an article of archived cases, the first of which tells it. Raises Missing, Refusal and ValidationError."""
    content = await drafted(tx, case_ids, reader, by)
    if changes:
        content = Content.model_validate({**content.model_dump(), **changes})
    return await create(tx, content, by, clock, publish=publish)


async def drafted(tx: Transaction, case_ids: Iterable[str], reader: Reader, by: Person) -> Content:
    """What a draft of archived cases would say; nothing is written. Raises Missing, and Refusal for one that is reopened."""
    wanted = list(dict.fromkeys(case_ids))
    found = await store.some(tx, wanted)
    records: list[Archived] = [found[id_][0] for id_ in wanted if id_ in found and sees(reader, found[id_][1])]
    if not records or len(records) < len(wanted):
        raise Missing
    if any(record.reopened_at for record in records):
        raise Refusal("reopened")  # what was done did not help
    customers = [fold.case.submitted.report.customer for fold in await folds.load_all(tx, wanted) if fold.case]
    return draft_of(records, by, [name for one in customers for name in (one.name, one.company)])


async def resolve(tx: Transaction, id_: str) -> Article:
    """An article, or the one that it became part of, however far that goes. Raises Missing."""
    seen: set[str] = set()
    while id_ not in seen:
        seen.add(id_)
        article = await articles.one(tx, id_)
        if article is None:
            break
        if article.merged_into is None:
            return article
        id_ = article.merged_into
    raise Missing


async def visible(tx: Transaction, case_ids: Iterable[str], reader: Reader) -> set[str]:
    """Those of these cases that are archived and that a reader may see."""
    found = await store.some(tx, list(case_ids))
    return {id_ for id_, (_, sight) in found.items() if sees(reader, sight)}


async def expire(db: Database, clock: Clock) -> None:
    """Show nobody any more what is over."""
    now = clock.now()
    async with db.transaction() as tx:
        for article in await articles.over(tx, now.date()):
            await articles.save(tx, expired(article, now), "expire")


async def add_phrasing(tx: Transaction, id_: str, phrasing: str, by: Person, clock: Clock, *, outside: bool) -> Article:
    """Have an article found by other words too, at once where it is live as it stands. Raises Missing and Refusal.

    A public one gets words that nobody `outside` has used in a draft: they are shown to customers when that is published.
    """
    article = await locked(tx, id_, None)
    ways = tuple(dict.fromkeys((*article.content.phrasings, phrasing)))[-MOST_PHRASINGS:]
    after = edited(article, article.content.model_copy(update={"phrasings": ways}), by, clock.now())
    if article.live == article.version and (outside or article.content.audience is Audience.INTERNAL):
        after = replace(after, state=article.state, live=after.version)
    await articles.save(tx, after, "phrasing", phrasing)
    return after


async def ask_owner(tx: Transaction, id_: str, why: str, by: Person, now: datetime) -> Article:
    """Put an article among those whose owner is to say whether they are still true. Raises Missing."""
    article = await locked(tx, id_, None)
    content = article.content.model_copy(update={"review_by": now.date()})
    after = replace(article, version=article.version + 1, content=content, changed_at=now, changed_by=by)
    after = replace(after, live=after.version) if article.live == article.version else after
    await articles.save(tx, after, "ask", why)
    return after


async def locked(tx: Transaction, id_: str, expected: int | None) -> Article:
    """An article, locked until the transaction ends. Raises Missing, and Outdated where it is not the version `expected`."""
    article = await articles.one(tx, id_, lock=True)
    if article is None:
        raise Missing
    if expected is not None and expected != article.version:
        raise Outdated(article)
    return article


async def go_on(tx: Transaction, article: Article, verb: Verb, by: Person, clock: Clock, text: str = "") -> Article:
    """Do something to an article that is locked. Raises Refusal."""
    after = acted(article, verb, by, clock.now())
    if after is not article:
        await articles.save(tx, replace(after, changed_by=by), verb.value, text)
    return after
