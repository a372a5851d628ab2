"""The search index of one process, kept level with the archive, and built anew beside the one that answers."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from services.knowledge import store
from services.knowledge.domain.archive import Archived
from services.knowledge.domain.ranking import Hit, Index, Proposal, Record
from services.knowledge.search import create_index
from shared.runtime.db import Database
from shared.runtime.loop import Nudge

POLL_SECONDS = 0.5
OVERLAP = timedelta(seconds=30)  # a transaction that began earlier may commit later
BATCH = 10
WASTE = 5_000  # places of replaced records, and as many as there are records, at which a new index is worth building


@dataclass(slots=True)
class Copy:
    """An index and how far it has read the archive."""

    index: Index
    versions: dict[str, int] = field(default_factory=dict)
    since: datetime = datetime(1970, 1, 1, tzinfo=UTC)

    def take(self, changed: Sequence[tuple[Archived, datetime]]) -> None:
        """Add what is new of some records."""
        for record, at in changed:
            if self.versions.get(record.case_id, 0) < record.version:
                self.index.add(_searched(record))
                self.versions[record.case_id] = record.version
            self.since = max(self.since, at)


class Library:
    """Answers questions from memory; a record is findable within a second of its commit, in every replica."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._copy: Copy | None = None
        self._nudge = Nudge()
        db.committed.append(self._nudge.set)

    async def run(self) -> None:
        """Load everything, then take in what changes, for ever."""
        await self.open()
        while True:
            await self.refresh()
            if (index := self._opened()).waste > max(WASTE, len(index)):
                await self.rebuild()
            await self._nudge.wait(POLL_SECONDS)

    async def open(self) -> None:
        """Open an empty index, once."""
        if self._copy is None:
            self._copy = Copy(await asyncio.to_thread(create_index))

    async def refresh(self) -> None:
        """Take in what has been archived since the last time."""
        self._opened()
        assert self._copy is not None
        await self._follow(self._copy)

    async def rebuild(self) -> None:
        """Read the whole archive into a new index while the old one answers, then let the new one answer."""
        copy = Copy(await asyncio.to_thread(create_index))
        async with self._db.reading() as tx:
            everything = await store.changed_since(tx, copy.since)
        await asyncio.to_thread(copy.take, everything)
        await self._follow(copy)
        self._copy = copy

    async def check(self) -> None:
        """Raise while the index is still being loaded."""
        self._opened()

    def search(self, query: str, limit: int) -> list[Hit]:
        """The best records for a question."""
        return self._opened().search(query, limit)

    def suggest(self, text: str, limit: int) -> list[Proposal]:
        """Questions to propose for what has been typed so far."""
        return self._opened().suggest(text, limit)

    def similar(self, text: str, limit: int, but: str) -> list[Hit]:
        """Records like a report, without the case itself."""
        return self._opened().similar_to(text, limit, but=but)

    async def _follow(self, copy: Copy) -> None:
        async with self._db.reading() as tx:
            changed = await store.changed_since(tx, copy.since - OVERLAP)
        for start in range(0, len(changed), BATCH):
            copy.take(changed[start : start + BATCH])
            await asyncio.sleep(0)

    def _opened(self) -> Index:
        if self._copy is None:
            raise ConnectionError("the index is being loaded")
        return self._copy.index


def _searched(record: Archived) -> Record:
    return Record(
        id=record.case_id,
        at=record.resolved_at,
        title=record.title,
        problem=record.problem,
        handling=f"{record.handling}\n{record.result}",
        other=f"{record.cause}\n{record.product}",
    )
