"""Deliveries that wait for their turn: in a crowd a sender is answered when its delivery is on disk, and the case follows."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from prometheus_client import Gauge

from services.intake import safe
from services.intake.domain import redacting
from services.intake.senders.sender import Outcome, Request, Source
from shared.runtime.db import Database, Queries, Transaction
from shared.runtime.loop import Nudge

SQL = Queries(Path(__file__).with_name("arrivals.sql"))
WAITING = Gauge("tasuki_intake_arrivals_waiting", "Deliveries that are on disk and wait for their turn")
SINCE = Gauge(
    "tasuki_intake_arrivals_since_seconds", "When the longest waiting one came (Unix time); 0 when none waits"
)


@dataclass(frozen=True)
class Arrival:
    """One delivery that waits; `tries` counts how often taking it has failed."""

    id: int
    source: str
    delivery_id: str
    tries: int
    at: datetime
    sealed: bytes = field(repr=False)


class Queue:
    """What one process knows of those that wait: it may be a moment behind, but never behind what it did itself.

    `nudge` wakes whoever takes them.
    """

    def __init__(self, db: Database) -> None:
        self.nudge = Nudge()
        self._db = db
        self._number = 0
        self._sources: set[str] = set()

    def __len__(self) -> int:
        return self._number

    def has(self, source: str) -> bool:
        """Whether something of a source waits, which what comes now must not overtake."""
        return source in self._sources

    async def put(self, source: Source, delivery_id: str, given: Request, urgent: bool) -> Outcome:
        """Put a believed delivery on disk, without its secrets; gives what became of it if it has been taken before."""
        piece = redacting.packed(given.raw, given.headers, given.url, source.secrets)
        keys = await safe.of(self._db).keys()  # before there is a connection, for it may need one itself
        sealed = keys.seal(piece, _about(source.id, delivery_id))
        async with self._db.reading() as tx:
            row = await tx.fetchrow(SQL["arrive"], source.id, delivery_id, urgent, sealed, given.now)
        assert row is not None
        if row["verdict"] is not None:
            return Outcome(row["verdict"], row["case_id"], row["number"], again=True, why=row["why"] or "")
        self._sources.add(source.id)
        self._number += row["id"] is not None
        self.nudge.set()
        return Outcome("waiting", again=row["id"] is None)

    async def look(self) -> None:
        """Learn what waits, here and elsewhere."""
        async with self._db.reading() as tx:
            rows = await tx.fetch(SQL["waiting"])
        self._sources = {row["source"] for row in rows}
        self._number = sum(row["number"] for row in rows)
        WAITING.set(self._number)
        SINCE.set(min((row["since"].timestamp() for row in rows), default=0))


async def next_ones(tx: Transaction, most: int) -> list[Arrival] | None:
    """Whose turn it is, the urgent first; None while another process takes what waits."""
    if not await tx.fetchval(SQL["hold_turn"]):
        return None
    return [Arrival(**row) for row in await tx.fetch(SQL["next"], most)]


async def opened(tx: Transaction, arrival: Arrival) -> Request:
    """The delivery as it came. Raises CannotOpen without the key that sealed it."""
    keys = await safe.at(tx).keys()
    body, headers, url = redacting.unpacked(keys.open(arrival.sealed, _about(arrival.source, arrival.delivery_id)))
    return Request(body, headers, arrival.at, url=url)


async def done(tx: Transaction, arrivals: Sequence[Arrival]) -> None:
    """They wait no longer."""
    await tx.execute(SQL["done"], [one.id for one in arrivals])


async def tried(tx: Transaction, arrival: Arrival) -> int:
    """Count that taking it has failed; gives how often that was."""
    times: int = await tx.fetchval(SQL["tried"], arrival.id)
    return times


def _about(source: str, delivery_id: str) -> str:
    return f"arrival {source} {delivery_id}"
