"""One process of a service: its loops and its HTTP side by side, until a signal or the end of something that must not end."""

import asyncio
import contextlib
import gc
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from fastapi import FastAPI
from prometheus_client import Gauge
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from shared.contracts.events import Event
from shared.runtime import folds, lanes, late, loop, outbox, telemetry, web
from shared.runtime.clock import Clock
from shared.runtime.consume import PRUNE, Handlers, Handling
from shared.runtime.db import REFUSED, UNAVAILABLE, Database, Transaction, connect
from shared.runtime.kafka import Consumer
from shared.runtime.migrate import mark, migrate
from shared.runtime.offsets import Behind, Offsets, hold_fast, nothing_else
from shared.runtime.outbox import Relay
from shared.runtime.settings import ServiceSettings, broker

UNARCHIVED = Gauge(
    "tasuki_database_unarchived_seconds",
    "For how long PostgreSQL has failed to archive its changes; 0 when it does not",
)
log = telemetry.logger(__name__)
SERVICES = Path(__file__).parents[2] / "services"
INBOX_KEPT = timedelta(days=14)
FORGET_SECONDS = 3600
FIGURES_SECONDS = 10
LATE_SECONDS = 5
YOUNG_OBJECTS = 10_000  # so many more than were freed, before the young ones are looked through
CONTRACT_SECONDS = 60
READERS = ("consumer", "faust")
PARTING_SECONDS = 2.5  # so long those may go on when told to stop, and what they say is published and sent
STOP_SECONDS = 7
SILENT_SECONDS = 5  # at the start; longer only while the database is away, or is being migrated
Forget = Callable[[Transaction, list[str]], Awaitable[object]]


@dataclass
class Process:
    """What `run` gives a service to fill in: loops to run, checks for /readyz, an application to serve, things to close."""

    name: str
    settings: ServiceSettings
    db: Database
    clock: Clock
    loops: dict[str, loop.Loop] = field(default_factory=dict)
    checks: dict[str, web.Check] = field(default_factory=dict)
    app: FastAPI | None = None
    closing: contextlib.AsyncExitStack = field(default_factory=contextlib.AsyncExitStack)

    def consume(
        self,
        handlers: Handlers,
        *topics: str,
        linger: float = 0.0,
        unfolded: tuple[type[Event], ...] = (),
        behind: Behind = nothing_else,
    ) -> Consumer:
        """Read topics with these handlers, on plain aiokafka; the rest as `Consumer`, `Handling` and `Offsets` have it."""
        handling = Handling(self.db, self.clock, f"tasuki-{self.name}", handlers, unfolded)
        settings = self.settings
        consumer = Consumer(
            broker(settings), f"tasuki-{self.name}", settings.instance, topics, handling.consume,
            Offsets(self.db, behind), linger,
        )  # fmt: skip
        self.loops["consumer"] = consumer.run
        self.checks["kafka"] = consumer.check
        self.catch_up(handlers)
        return consumer

    def catch_up(self, handlers: Handlers) -> None:
        """Have handled what an older release could only keep."""
        self.loops["late events"] = lambda: loop.every(
            LATE_SECONDS, lambda: late.catch_up(self.db, self.clock, handlers)
        )

    def forget_canaries(self, also: Forget | None = None) -> None:
        """Have canaries of days ago removed from the folds, and by `also` what else is kept of these cases."""
        self.loops["canaries"] = lambda: loop.every(FORGET_SECONDS, lambda: self.forget_canaries_now(also))

    async def forget_canaries_now(self, also: Forget | None = None) -> None:
        """The same, once."""
        async with self.db.transaction() as tx:
            gone = await folds.forget_canaries(tx, self.clock.now())
            if gone and also is not None:
                await also(tx, gone)

    async def prune(self) -> None:
        """Forget event ids that can no longer come back."""
        async with self.db.transaction() as tx:
            await tx.execute(PRUNE, await tx.earlier(self.clock.now()) - INBOX_KEPT)


Build = Callable[[Process], Awaitable[None]]


async def run(name: str, settings: ServiceSettings, api: Build, worker: Build, roles: list[str]) -> None:
    """Run a service in the given roles (`api`, `worker`; both when none is given; `migrate` only migrates)."""
    telemetry.setup(name, settings)
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    migrations = SERVICES / name / "migrations"
    async with contextlib.AsyncExitStack() as stack:
        async with _alive(settings):
            db = await stack.enter_async_context(_connected(settings, mark(migrations)))
            applied = await migrate(db, migrations)
            await hold_fast(db)
        log.info("starting", roles=roles, migrations=applied)
        if roles == ["migrate"]:
            return
        process = Process(name, settings, db, Clock())
        process.checks["database"] = db.check
        async with process.closing:
            if not roles or "worker" in roles:
                await worker(process)
                process.checks["log"] = lanes.check
            process.app = web.create(f"Tasuki {name}", process.checks)
            if not roles or "api" in roles:
                await api(process)
            process.loops["relay"] = Relay(db, broker(settings)).run
            process.loops["figures"] = lambda: loop.every(FIGURES_SECONDS, lambda: measure(db))
            process.loops["contract"] = lambda: loop.every(CONTRACT_SECONDS, lambda: _contract(db, migrations))
            process.loops["prune"] = lambda: loop.every(3600, process.prune)
            _spare_what_stays()
            await _until_stopped(process, stop)
    log.info("stopped")


async def measure(db: Database) -> None:
    """Look at what alarms go by: what waits to be published, and whether the server's changes are archived."""
    await outbox.measure(db)
    UNARCHIVED.set(await db.unarchived())


def _spare_what_stays() -> None:
    """Look for cycles more rarely, and never again in what was there before the first request: that held all up for 0.2–0.5 s."""
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS)


async def _contract(db: Database, migrations: Path) -> None:
    """Apply what had to wait until the last process of an older release is gone."""
    if applied := await migrate(db, migrations):
        log.info("migrated", migrations=applied)


@contextlib.asynccontextmanager
async def _connected(settings: ServiceSettings, mark_: str):  # type: ignore[no-untyped-def]
    """Wait for the database: a service that starts before its server, or before its password is known there, is not broken."""
    pause = 0.1
    while True:
        try:
            async with contextlib.AsyncExitStack() as stack:
                db = await stack.enter_async_context(
                    connect(settings.database_url, settings.database_connections, mark_)
                )
                await db.check()
                opened = stack.pop_all()
            break
        except UNAVAILABLE as problem:
            if isinstance(problem, REFUSED):
                log.error(
                    "the database lets us in not yet, or never: look at TASUKI_DATABASE_URL", problem=str(problem)
                )
            else:
                log.warning("waiting for the database", problem=repr(problem)[:300])
            await asyncio.sleep(pause)
            pause = min(pause * 2, 2.0)
    async with opened:
        yield db


@contextlib.asynccontextmanager
async def _alive(settings: ServiceSettings) -> AsyncIterator[None]:
    """Say that we live when it takes long: who is killed for waiting waits in ever longer pauses, and comes back after the database."""

    async def say() -> None:
        await asyncio.sleep(SILENT_SECONDS)
        await web.serve(_waiting, settings.http_host, settings.http_port)

    saying = asyncio.create_task(say())
    try:
        yield
    finally:
        saying.cancel()
        await asyncio.gather(saying, return_exceptions=True)


async def _waiting(scope: Scope, receive: Receive, send: Send) -> None:
    lives = scope["path"] == "/livez"
    text, status = ("ok\n", 200) if lives else ("not ready database\n", 503)
    await PlainTextResponse(text, status, {"retry-after": "2"})(scope, receive, send)


async def _until_stopped(process: Process, stop: asyncio.Event) -> None:
    assert process.app is not None
    settings = process.settings
    tasks = [asyncio.create_task(loop.forever(name, run_), name=name) for name, run_ in process.loops.items()]
    server = asyncio.create_task(web.serve(process.app, settings.http_host, settings.http_port), name="http")
    stopped = asyncio.create_task(stop.wait())
    await asyncio.wait([stopped, server, *tasks], return_when=asyncio.FIRST_COMPLETED)
    ended = [t for t in (server, *tasks) if t.done()]
    first = [server, *(task for task in tasks if task.get_name() in READERS)]
    for task in (*first, stopped):
        task.cancel()
    await asyncio.wait(first, timeout=PARTING_SECONDS)
    for task in tasks:
        task.cancel()
    _, left = await asyncio.wait([server, *tasks], timeout=STOP_SECONDS)
    if left:
        log.error("did not end in time", loops=sorted(task.get_name() for task in left))
    if ended:
        raise SystemExit(f"{process.name}: {ended[0].get_name()} ended: {ended[0]}")
