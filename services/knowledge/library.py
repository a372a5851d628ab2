"""The search index of one process, level with the archive, the articles and what use has taught, and built anew beside itself."""

import asyncio
import gc
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from math import inf
from traceback import format_tb
from typing import TypeAlias

from prometheus_client import Gauge

from services.knowledge import articles, store
from services.knowledge.domain.ranking import Hit
from services.knowledge.domain.shelving import Entry, Facts, Wanted, of_article, of_case
from services.knowledge.domain.sight import Reader
from services.knowledge.pace import Pace
from services.knowledge.shelves import Shelves
from shared.runtime import loop, telemetry
from shared.runtime.clock import monotonic
from shared.runtime.db import Database, Row
from shared.runtime.loop import Nudge

LEFT_OUT = Gauge("tasuki_index_left_out", "Cases and articles that the search of this process could not take in")
POLL_SECONDS, PAUSE_SECONDS = 0.5, 0.2
TURN_SECONDS, PAGE = 0.3, 100  # of a large import: then it is looked anew for what is fresher; articles read at once
OVERLAP = timedelta(seconds=30)  # a transaction that began earlier may commit later
WASTE = 5_000  # places of replaced records, and as many as there are entries, at which a new index is worth building
EVERYBODY = Reader()
ALL = Wanted()
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC) + OVERLAP
Shelved: TypeAlias = tuple[Facts, tuple[Entry, ...]]
log = telemetry.logger(__name__)


@dataclass(slots=True)
class Copy:
    """What is found, and how far it has read the tables; `stamps` say in which state an entry was taken."""

    shelves: Shelves
    stamps: dict[str, tuple[object, ...]] = field(default_factory=dict)
    left_out: set[str] = field(default_factory=set)
    cases_since: datetime = BEGINNING
    articles_since: datetime = BEGINNING
    taken: int = 0

    def take(self, id_: str, stamp: tuple[object, ...], read: Callable[[], Shelved | None]) -> None:
        """Put an entry on the shelves as it is now, or take it away.

        One that cannot be read or put there is left out until it changes: it keeps back no other, and nobody is shown what it was.
        """
        try:
            self._put(id_, read())
            self.left_out.discard(id_)
        except Exception as problem:
            self._put(id_, None)
            self.left_out.add(id_)
            where = format_tb(problem.__traceback__)[-1]  # and not what it says: that quotes the entry
            log.error("left out of the search", entry=id_, problem=type(problem).__name__, where=where)
        self.stamps[id_] = stamp

    def _put(self, id_: str, shelved: Shelved | None) -> None:
        if shelved is None:
            self.shelves.remove(id_)
        else:
            self.shelves.put(id_, *shelved)
        self.taken += 1
        if (
            self.taken % PAGE == 0
        ):  # what stands on the shelves stays: to look through all of it for cycles holds up every question
            gc.collect(1)
            gc.freeze()


class Library:
    """Answers questions from memory; what is committed is findable within a second, in every replica."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._copy: Copy | None = None
        self._level = False
        self._nudge = Nudge()
        db.committed.append(self._nudge.set)

    async def run(self) -> None:
        """Load everything, then take in what changes, for ever."""
        await self.open()
        while True:
            await self._stay_level(self._is_wasteful)
            await loop.first_to_end(self.rebuild(), self._stay_level())

    async def open(self) -> None:
        """Open empty shelves, once."""
        if self._copy is None:
            self._copy = Copy(await asyncio.to_thread(Shelves))

    async def refresh(self) -> bool:
        """Take in what has changed since the last time; False where that is so much that it is to be called again."""
        self.shelves()
        assert self._copy is not None
        done = await self._follow(self._copy, TURN_SECONDS if self._level else inf)
        self._level = True
        LEFT_OUT.set(len(self._copy.left_out))
        return done

    async def rebuild(self) -> None:
        """Read everything into new shelves while the old ones answer, then let the new ones answer."""
        copy = Copy(await asyncio.to_thread(Shelves))
        await self._follow(copy)
        await self._follow(copy)  # what was committed meanwhile
        self._copy = copy

    async def check(self) -> None:
        """Raise ConnectionError until all that was there at the start can be found; what can be found answers before."""
        if not self._level:
            raise ConnectionError("the index is being loaded")

    def search(self, query: str, limit: int, reader: Reader = EVERYBODY, wanted: Wanted = ALL) -> list[Hit]:
        """The best entries for a question."""
        return self.shelves().search(query, limit, reader, wanted)

    def suggest(self, typed: str, limit: int, reader: Reader = EVERYBODY) -> list[str]:
        """Entries to propose while somebody types, the likeliest first."""
        return self.shelves().suggest(typed, limit, reader)

    def similar(
        self, text: str, limit: int, but: str = "", reader: Reader = EVERYBODY, wanted: Wanted = ALL
    ) -> list[Hit]:
        """Entries like a text, without `but`."""
        return self.shelves().similar(text, limit, reader, wanted, but)

    def shelves(self) -> Shelves:
        """All that can be found. Raises ConnectionError while it is being loaded."""
        if self._copy is None:
            raise ConnectionError("the index is being loaded")
        return self._copy.shelves

    async def _stay_level(self, until: Callable[[], bool] = lambda: False) -> None:
        while not until():
            if await self.refresh():
                await asyncio.sleep(
                    PAUSE_SECONDS
                )  # every search commits something, and few of these commits are entries
                await self._nudge.wait(POLL_SECONDS)

    def _is_wasteful(self) -> bool:
        return (shelves := self.shelves()).waste > max(WASTE, len(shelves))

    async def _follow(self, copy: Copy, seconds: float = inf) -> bool:
        """Take in what has changed, cases first and then the newest articles; whether all of it was, within so many seconds."""
        async with self._db.reading() as tx:
            synonyms = await articles.synonyms(tx)
            if synonyms != copy.shelves.synonyms:
                copy.shelves.synonyms, copy.articles_since = synonyms, BEGINNING  # articles are asked for by them, too
            stamps = await articles.stamps_since(tx, copy.articles_since - OVERLAP)
            cases = await store.changed_since(tx, copy.cases_since - OVERLAP)
            # A mark that a fast clock has set would hide what all others write after it.
            articles_to = await tx.earlier(max((copy.articles_since, *(at for _, _, at in stamps))))
            cases_to = await tx.earlier(max((copy.cases_since, *(row["changed_at"] for row in cases))))
        pace, end = Pace(), monotonic() + seconds
        for row in cases:
            stamp = hash(row["record"]), row["sight"], store.learned_of(row)
            if copy.stamps.get(row["case_id"]) != stamp:
                copy.take(row["case_id"], stamp, partial(_case, row))
            await self._rest(pace)
        copy.cases_since = cases_to
        changed = [(id_, (*stamp, synonyms)) for id_, stamp, _ in reversed(stamps)]
        changed = [(id_, stamp) for id_, stamp in changed if copy.stamps.get(id_) != stamp]
        for start in range(0, len(changed), PAGE):
            if monotonic() > end:
                return False
            page = dict(changed[start : start + PAGE])
            async with self._db.reading() as tx:
                rows = await articles.rows(tx, list(page))
            for row in rows:
                copy.take(row["id"], page[row["id"]], partial(_article, row, synonyms))
                await self._rest(pace)
        copy.articles_since = articles_to
        return True

    async def _rest(self, pace: Pace) -> None:
        """Let questions be answered while much is taken in; nothing is spared for them before all is there."""
        await (pace.rest() if self._level else asyncio.sleep(0))


def _case(row: Row) -> Shelved | None:
    record, sight = store.read(row)
    return None if record.reopened_at else of_case(record, sight, store.learned_of(row))


def _article(row: Row, synonyms: tuple[tuple[str, str], ...]) -> Shelved | None:
    found = articles.shown_of(row)
    return of_article(found.article, found.content, found.learned, synonyms) if found.content else None
