"""The search index of one process, kept level with the archive."""

import asyncio
from datetime import UTC, datetime, timedelta

from services.knowledge import store
from services.knowledge.domain.archive import Archived
from services.knowledge.domain.ranking import Hit, Index, Record
from services.knowledge.search import create_index
from shared.runtime.db import Database
from shared.runtime.loop import Nudge

POLL_SECONDS = 0.5
OVERLAP = timedelta(seconds=30)  # a transaction that began earlier may commit later
BATCH = 10


class Library:
    """Answers questions from memory; a record is findable within a second of its commit, in every replica."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._index: Index | None = None
        self._versions: dict[str, int] = {}
        self._since = datetime(1970, 1, 1, tzinfo=UTC)
        self._nudge = Nudge()
        db.committed.append(self._nudge.set)

    async def run(self) -> None:
        """Load everything, then take in what changes, for ever."""
        await self.open()
        while True:
            await self.refresh()
            await self._nudge.wait(POLL_SECONDS)

    async def open(self) -> None:
        """Open an empty index, once."""
        if self._index is None:
            self._index = await asyncio.to_thread(create_index)

    async def refresh(self) -> None:
        """Take in what has been archived since the last time."""
        async with self._db.reading() as tx:
            changed = await store.changed_since(tx, self._since - OVERLAP)
        for place, (record, at) in enumerate(changed):
            if self._versions.get(record.case_id, 0) < record.version:
                self._opened().add(_searched(record))
                self._versions[record.case_id] = record.version
                if place % BATCH == BATCH - 1:
                    await asyncio.sleep(0)
            self._since = max(self._since, at)

    async def check(self) -> None:
        """Raise while the index is still being loaded."""
        self._opened()

    def search(self, query: str, limit: int) -> list[Hit]:
        """The best records for a question."""
        return self._opened().search(query, limit)

    def similar(self, text: str, limit: int, but: str) -> list[Hit]:
        """Records like a report, without the case itself."""
        return self._opened().similar_to(text, limit, but=but)

    def _opened(self) -> Index:
        if self._index is None:
            raise ConnectionError("the index is being loaded")
        return self._index


def _searched(record: Archived) -> Record:
    return Record(
        id=record.case_id,
        at=record.resolved_at,
        title=record.title,
        problem=record.problem,
        handling=f"{record.handling}\n{record.result}",
        other=f"{record.cause}\n{record.product}",
    )
