"""Takes articles in from files, batch by batch: after a kill it goes on where it was, and the same file again doubles nothing."""

import asyncio
import os
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from services.knowledge import articles, imports
from services.knowledge.domain.article import Article, Content, State, Verb, acted, article_id, created, edited
from services.knowledge.domain.moving import FORMATS
from services.knowledge.domain.moving.row import Row, bad
from services.knowledge.imports import Import
from services.knowledge.pace import Pace
from shared.contracts.plan import Person
from shared.runtime.clock import Clock
from shared.runtime.db import Database, Transaction
from shared.runtime.loop import Nudge

BATCH = 50
MOST_BAD = 500  # bad rows that are listed; all are counted
ATTEMPTS = 3  # in which nothing of a file was taken in, until it is given up
STAY_SECONDS = 0.5
GIVEN_UP = (
    "ファイルを読み取れません。途中で 3 回止まりました。分けて取り込んでください。",
    "The file cannot be read: it broke off three times. Please divide it.",
)
POLL_SECONDS, PAUSE_SECONDS = 2.0, 0.2
KEPT = timedelta(days=30)
TRIED_KEPT = timedelta(days=1)  # the file itself, until somebody has it taken in


class Mover:
    """The loop that takes files in."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db, self._clock = db, clock
        self._rows: dict[UUID, list[Row]] = {}  # of the file that it is at, where its last batch went well
        self._nudge = Nudge()
        db.committed.append(self._nudge.set)

    async def run(self) -> None:
        """Take in what comes, for ever."""
        while True:
            if not await self.step():
                await asyncio.sleep(PAUSE_SECONDS)  # every search commits something too
                await self._nudge.wait(POLL_SECONDS)

    async def step(self) -> bool:
        """Take in one batch; False when nothing was to be done.

        It looks before it begins a transaction: whoever commits, also for nothing, wakes this loop and the library.
        What is begun anew is counted before, in a transaction of its own: a file that is too much for this process kills
        it, and is given up by one of the next.
        """
        async with self._db.reading() as connection:
            if not await imports.waiting(connection):
                return False
        async with self._db.transaction() as tx:
            until = await tx.earlier(self._clock.now())
            await imports.prune(tx, until - KEPT, until - TRIED_KEPT)
            now = await imports.running(tx)
            if now is not None and now.id not in self._rows:
                await imports.attempt(tx, now.id)
        async with self._db.transaction() as tx:
            now = await imports.running(tx)
            if now is None:
                return False
            known = self._rows.pop(now.id, None)
            self._rows.clear()
            if now.attempts > ATTEMPTS:
                rows, batch = [], [bad(now.seen + 1, "", *GIVEN_UP)]
            else:
                rows = known or await _read(tx, now)
                batch = rows[now.seen : now.seen + BATCH]
            now = await _take_all(tx, now, batch, self._clock)
            now = replace(now, total=max(now.seen, len(rows)), state="done" if now.seen >= len(rows) else "running")
            await imports.go_on(tx, now)
        if now.state != "done":
            self._rows[now.id] = rows
        return True


async def _read(tx: Transaction, now: Import) -> list[Row]:
    body = await imports.body(tx, now.id)
    reading = asyncio.ensure_future(asyncio.to_thread(lambda: list(Pace().through(FORMATS[now.format](body)))))
    while not (await asyncio.wait((reading,), timeout=STAY_SECONDS))[0]:
        await imports.stay(tx)
    return reading.result()


async def _take_all(tx: Transaction, now: Import, rows: Sequence[Row], clock: Clock) -> Import:
    """Take a batch in, or say of each row why not."""
    known = await articles.of_externals(tx, [row.external_id for row in rows if row.content])
    new: dict[str, tuple[Article, Article]] = {}  # as made, as it is
    pace = Pace()
    for row in rows:
        await pace.rest()
        now = replace(now, seen=now.seen + 1)
        if row.content is None:
            ja, en = row.problem
            listed = {"line": row.line, "name": row.name, "ja": ja, "en": en}
            now = replace(now, bad_rows=now.bad_rows + 1, bad=(*now.bad, listed)[:MOST_BAD])
            continue
        if row.external_id in new and not now.dry_run:  # the same id again in one file: the later row changes it
            await articles.add_all(tx, list(new.values()), "import")
            known |= {id_: after for id_, (_, after) in new.items()}
            new = {}
        if row.external_id in known:
            now, known[row.external_id] = await _change(tx, now, known[row.external_id], row.content, clock)
        else:
            new[row.external_id] = _new(now, row, row.content, clock)
            now = replace(now, added=now.added + 1)
    if new and not now.dry_run:
        await articles.add_all(tx, list(new.values()), "import")
    return now


async def _change(tx: Transaction, now: Import, known: Article, given: Content, clock: Clock) -> tuple[Import, Article]:
    content = _beside(known.content, given)
    waiting = known.state in (State.DRAFT, State.IN_REVIEW) and not _is_over(content, clock)
    if known.merged_into:
        return replace(now, same=now.same + 1), known
    if content != known.content:
        after, verb = _shown(edited(known, content, now.by, clock.now()), now, clock), "import"
    else:
        after, verb = _shown(known, now, clock) if waiting else known, Verb.PUBLISH.value
    if after is known:
        return replace(now, same=now.same + 1, unpublished=now.unpublished + waiting), known
    now = replace(now, changed=now.changed + 1)
    if now.dry_run:
        return now, known
    await articles.save(tx, after, verb)
    return now, after


def _new(now: Import, row: Row, given: Content, clock: Clock) -> tuple[Article, Article]:
    content = given.model_copy(update={"owner": now.by})
    new = created(article_id(clock.now(), os.urandom(10)), content, now.by, clock.now(), row.external_id)
    return new, _shown(new, now, clock)


def _beside(known: Content, given: Content) -> Content:
    """What a file says, beside what only we know of the article; what is internal is in no file for readers outside."""
    return given.model_copy(
        update={
            "cause": given.cause or known.cause,
            "internal": given.internal or known.internal,
            "owner": known.owner,
            "cases": known.cases,
            "unwanted": known.unwanted,
            "review_by": given.review_by or known.review_by,
            "expires_on": given.expires_on or known.expires_on,
        }
    )


def _shown(article: Article, now: Import, clock: Clock) -> Article:
    by: Person = now.by
    if not now.publish or _is_over(article.content, clock) or article.state is State.PUBLISHED:
        return article
    return acted(article, Verb.PUBLISH, by, clock.now())


def _is_over(content: Content, clock: Clock) -> bool:
    return content.expires_on is not None and content.expires_on <= clock.now().date()
