"""Postgres: one pool a process, short transactions, and SQL by name from files."""

import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeAlias

import asyncpg
from asyncpg.pool import PoolConnectionProxy

Transaction: TypeAlias = "PoolConnectionProxy[asyncpg.Record]"
Row: TypeAlias = asyncpg.Record
UNAVAILABLE = (
    OSError,
    TimeoutError,
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.TooManyConnectionsError,
    asyncpg.SerializationError,
    asyncpg.DeadlockDetectedError,
)


class Queries(dict[str, str]):
    """The statements of one SQL file, by the name in their `-- name:` line."""

    def __init__(self, path: Path) -> None:
        parts = re.split(r"^-- name: (\w+)$", path.read_text(), flags=re.M)[1:]
        super().__init__(zip(parts[::2], (p.strip().rstrip(";") for p in parts[1::2]), strict=True))


_speaking: set[int] = set()  # the transactions under way that have something to publish, by identity


def speak(tx: Transaction) -> None:
    """Note that a transaction has something to publish."""
    _speaking.add(id(tx))


class Database:
    """A pool, and transactions that tell the outbox when they have committed."""

    def __init__(self, pool: "asyncpg.Pool[asyncpg.Record]") -> None:
        self.pool = pool
        self.committed: list[Callable[[], None]] = []
        self.said: list[Callable[[], None]] = []

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        """Commit at the end, roll back on any error, then nudge whoever waits for commits, or for something to publish."""
        async with self.pool.acquire(timeout=10) as connection:
            try:
                async with connection.transaction():
                    yield connection
            finally:
                spoke = id(connection) in _speaking
                _speaking.discard(id(connection))
        for tell in (*self.committed, *(self.said if spoke else ())):
            tell()

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Transaction]:
        """A connection for queries alone."""
        async with self.pool.acquire(timeout=10) as connection:
            yield connection

    async def check(self) -> None:
        """Raise when the database does not answer."""
        async with self.reading() as connection:
            await connection.execute("SELECT 1", timeout=2)


async def _nothing_to_reset(connection: object) -> None:
    """Nothing of ours outlives a transaction; a round trip for each use of a connection to make sure would be dear."""


@asynccontextmanager
async def connect(url: str, connections: int) -> AsyncIterator[Database]:
    """Open the pool of one process."""
    async with asyncpg.create_pool(
        url,
        min_size=1,
        max_size=connections,
        timeout=5,
        command_timeout=15,
        max_inactive_connection_lifetime=0,
        reset=_nothing_to_reset,
    ) as pool:
        yield Database(pool)
