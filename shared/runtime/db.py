"""Postgres: one pool a process, short transactions, and SQL by name from files."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, TypeAlias
from urllib.parse import unquote, urlsplit

import asyncpg
from asyncpg.pool import PoolConnectionProxy

from shared.runtime.clock import monotonic
from shared.runtime.settings import Secret

Row: TypeAlias = asyncpg.Record
Connection: TypeAlias = "PoolConnectionProxy[asyncpg.Record]"
Meet: TypeAlias = Callable[[Connection], Awaitable[None]]
# A process that was stopped in mid-transaction holds its rows no longer than this; a slow handler must have its time.
IDLE_IN_TRANSACTION = "20s"
# What others take over within seconds (due clocks, slots of the outbox) asks for less.
HURRY = "set_config('idle_in_transaction_session_timeout', '2s', true)"
# A password that is being replaced, a role or a database that is still to come; or settings that are wrong.
REFUSED = (asyncpg.InvalidAuthorizationSpecificationError, asyncpg.InvalidCatalogNameError)
UNARCHIVED = """SELECT last_failed_time > coalesce(last_archived_time, '-infinity') AND current_setting('archive_mode') <> 'off'
                       AS failing,
                       extract(epoch FROM clock_timestamp() - last_archived_time)::float8 AS seconds FROM pg_stat_archiver"""
UNAVAILABLE = (
    OSError,
    TimeoutError,
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.InsufficientResourcesError,  # a full disk, no memory, no connection left
    asyncpg.PostgresIOError,
    asyncpg.ReadOnlySQLTransactionError,  # a standby, or a hosted server whose disk is nearly full
    asyncpg.SerializationError,
    asyncpg.DeadlockDetectedError,
    asyncpg.IdleInTransactionSessionTimeoutError,
    *REFUSED,
)


class Queries(dict[str, str]):
    """The statements of one SQL file, by the name in their `-- name:` line. Raises ValueError where two have one name."""

    def __init__(self, path: Path) -> None:
        parts = re.split(r"^-- name: (\w+)$", path.read_text(), flags=re.M)[1:]
        if twice := {name for name in parts[::2] if parts[::2].count(name) > 1}:
            raise ValueError(f"{path} names twice: {', '.join(sorted(twice))}")
        super().__init__(zip(parts[::2], (p.strip().rstrip(";") for p in parts[1::2]), strict=True))


class Transaction:
    """One connection inside a transaction, with what is to be written in one go just before the commit.

    `kept` is room for whoever collects (by a name of its own); a function given to `at_end` is called once.
    """

    def __init__(self, connection: Connection, at_hand: Mapping[str, Any] | None = None) -> None:
        self.fetch = connection.fetch
        self.fetchrow = connection.fetchrow
        self.fetchval = connection.fetchval
        self.execute = connection.execute
        self.executemany = connection.executemany
        self.kept: dict[str, Any] = dict(at_hand or {})
        self.urgent: set[str] = set()  # cases of which this transaction knows that they are urgent
        self.said = False  # whether something is to be published
        self.said_urgent = False  # whether something of an urgent case is
        self._ending: dict[str, Callable[[Transaction], Awaitable[None]]] = {}
        self._last: set[str] = set()

    def at_end(self, name: str, write: "Callable[[Transaction], Awaitable[None]]", last: bool = False) -> None:
        """Have `write` called before the commit; the same name is called once. What is `last` comes after all others."""
        self._ending.setdefault(name, write)
        if last:
            self._last.add(name)

    async def earlier(self, now: datetime) -> datetime:
        """What this machine's clock shows, or the database's where that is behind: by it is destroyed what is gone for good."""
        agreed: datetime = await self.fetchval("SELECT least($1::timestamptz, now())", now)
        return agreed

    async def finish(self) -> None:
        """Write what was collected."""
        while self._ending:
            name = next((name for name in self._ending if name not in self._last), next(iter(self._ending)))
            await self._ending.pop(name)(self)


class Database:
    """A pool, and transactions that tell the outbox when they have committed.

    What stands in `at_hand` is found in `kept` of every transaction from its start. Each of `met` is called with each
    new connection before it is used.
    """

    def __init__(self, pool: "asyncpg.Pool[asyncpg.Record]", met: list[Meet] | None = None) -> None:
        self.pool = pool
        self.met = met if met is not None else []
        self.committed: list[Callable[[], None]] = []
        self.said: list[Callable[[], None]] = []
        self.at_hand: dict[str, Any] = {}
        self.said_urgent: list[Callable[[], None]] = []
        self._failing_since: float | None = None

    @asynccontextmanager
    async def transaction(self, hurry: bool = False) -> AsyncIterator[Transaction]:
        """Commit at the end, roll back on any error, then nudge whoever waits for commits, or for something to publish.

        In a `hurry` the rows are given up when nothing is asked for two seconds, because the process was stopped.
        """
        async with self.pool.acquire(timeout=10) as connection, connection.transaction():
            if hurry:
                await connection.execute(f"SELECT {HURRY}")
            tx = Transaction(connection, self.at_hand)
            with whole(connection):
                yield tx
                await tx.finish()
        for tell in (*(self.said_urgent if tx.said_urgent else ()), *self.committed, *(self.said if tx.said else ())):
            tell()

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Transaction]:
        """A connection for queries alone."""
        async with self.pool.acquire(timeout=10) as connection:
            with whole(connection):
                yield Transaction(connection, self.at_hand)

    async def check(self) -> None:
        """Raise when the database does not answer."""
        async with self.reading() as connection:
            await connection.execute("SELECT 1", timeout=2)

    async def unarchived(self) -> float:
        """For how many seconds the server has failed to archive its changes; 0 where it does not fail, or keeps no archive.

        The server knows when it last archived one, which may be long ago where nothing changes: so it counts from when this
        process first saw it fail, or from then if that was later.
        """
        async with self.reading() as connection:
            row = await connection.fetchrow(UNARCHIVED, timeout=2)
        if row is None or not row["failing"]:
            self._failing_since = None
            return 0.0
        now = monotonic()
        self._failing_since = self._failing_since or now
        seen, since_archived = now - self._failing_since, row["seconds"]
        return seen if since_archived is None else max(min(seen, since_archived), 0.0)


@contextmanager
def whole(connection: Any) -> Iterator[None]:
    """Let nobody use a connection again whose driver has lost count of what was asked on it.

    A statement that is given other arguments than it has is our mistake: waiting for the database would be for ever.
    """
    try:
        yield
    except asyncpg.InterfaceError as problem:
        if str(problem).startswith("the server expects"):
            raise TypeError(str(problem)) from problem
        raise
    except asyncpg.InternalClientError:
        connection.terminate()
        raise


async def _nothing_to_reset(connection: object) -> None:
    """Nothing of ours outlives a transaction; a round trip for each use of a connection to make sure would be dear."""


def _password(url: str) -> Callable[[], str] | None:
    """Read the password anew for each connection, where the address came from a file: it is replaced while we run."""
    if not isinstance(url, Secret) or url.file is None or not urlsplit(url).password:
        return None

    def now() -> str:
        return unquote(urlsplit(url.fresh()).password or "")

    return now


@asynccontextmanager
async def connect(url: str, connections: int, mark: str = "") -> AsyncIterator[Database]:
    """Open the pool of one process; `sslmode` and `sslrootcert` of the address say how far the server is believed.

    `mark` is what the server shows of its sessions to others.
    """
    met: list[Meet] = []

    async def meet(connection: Any) -> None:
        for one in met:
            await one(connection)

    async with asyncpg.create_pool(
        url,
        init=meet,
        password=_password(url),
        min_size=1,
        max_size=connections,
        timeout=5,
        command_timeout=15,
        max_inactive_connection_lifetime=0,
        reset=_nothing_to_reset,
        server_settings={
            "application_name": mark,
            "idle_in_transaction_session_timeout": IDLE_IN_TRANSACTION,
            "jit": "off",
        },
    ) as pool:
        yield Database(pool, met)
