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
from services.knowledge.domain.moving.beside import digests, says_all, taken
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
CHANGED_SINCE = (
    "書き出したあとに、ここでも同じところが変更されています。もう一度書き出して、直してください。",
    "The same was changed here after it was exported: please export it again, and mend that.",
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
    ids = {external: article.id for external, article in known.items()}
    made_from = [(ids[row.external_id], row.version) for row in rows if row.version and row.external_id in ids]
    bases = await articles.contents(tx, made_from)
    said = await imports.said(tx, list(ids.values()))
    new: dict[str, tuple[Article, Article]] = {}  # as made, as it is
    pace = Pace()
    for row in rows:
        await pace.rest()
        now = replace(now, seen=now.seen + 1)
        if row.content is None:
            now = _refused(now, row, row.problem)
            continue
        if row.external_id in new and not now.dry_run:  # the same id again in one file: the later row changes it
            await articles.add_all(tx, list(new.values()), "import")
            known |= {id_: after for id_, (_, after) in new.items()}
            new = {}
        if row.external_id in known:
            article = known[row.external_id]
            base = bases.get((article.id, row.version or 0))
            refused = now.bad_rows
            now, article = await _change(tx, now, article, row, (said.get(article.id, {}), base), clock)
            known[row.external_id] = article
            if now.bad_rows > refused:
                continue
        else:
            new[row.external_id] = _new(now, row, row.content, clock)
            article, now = new[row.external_id][1], replace(now, added=now.added + 1)
        said[article.id] = said.get(article.id, {}) | digests(row)
    if not now.dry_run:
        await articles.add_all(tx, list(new.values()), "import")
        await imports.keep_said(tx, said)
    return now


async def _change(
    tx: Transaction,
    now: Import,
    known: Article,
    row: Row,
    before: tuple[dict[str, str], Content | None],
    clock: Clock,
) -> tuple[Import, Article]:
    """What a row changes in an article that there is; `before` is what the same file said last, and what it was made from."""
    if known.merged_into:
        return replace(now, same=now.same + 1), known
    content = taken(known.content, row, *before)
    if content is None:
        return _refused(now, row, CHANGED_SINCE), known
    # Where it says more than the file, a draft that somebody is writing would be published with it.
    fits = known.live == known.version or says_all(content, row)
    waiting = fits and known.state in (State.DRAFT, State.IN_REVIEW) and not _is_over(content, clock)
    after, verb = known, Verb.PUBLISH.value
    if content != known.content:
        after, verb = edited(known, content, now.by, clock.now()), "import"
    if fits and (waiting or after is not known):
        after = _shown(after, now, clock)
    if after is known:
        return replace(now, same=now.same + 1, unpublished=now.unpublished + waiting), known
    now = replace(now, changed=now.changed + 1)
    if now.dry_run:
        return now, known
    await articles.save(tx, after, verb)
    return now, after


def _refused(now: Import, row: Row, problem: tuple[str, str]) -> Import:
    ja, en = problem
    listed = {"line": row.line, "name": row.name, "ja": ja, "en": en}
    return replace(now, bad_rows=now.bad_rows + 1, bad=(*now.bad, listed)[:MOST_BAD])


def _new(now: Import, row: Row, given: Content, clock: Clock) -> tuple[Article, Article]:
    content = given.model_copy(update={"owner": now.by})
    new = created(article_id(clock.now(), os.urandom(10)), content, now.by, clock.now(), row.external_id)
    return new, _shown(new, now, clock)


def _shown(article: Article, now: Import, clock: Clock) -> Article:
    by: Person = now.by
    if not now.publish or _is_over(article.content, clock) or article.state is State.PUBLISHED:
        return article
    return acted(article, Verb.PUBLISH, by, clock.now())


def _is_over(content: Content, clock: Clock) -> bool:
    return content.expires_on is not None and content.expires_on <= clock.now().date()
