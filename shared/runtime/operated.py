"""What operators ask of every service: how it does, and to handle a parked record again, which the inbox lets in once."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal

from fastapi import Request
from pydantic import Base64Bytes, BaseModel, ConfigDict

from shared.contracts import envelope
from shared.contracts.envelope import Record
from shared.contracts.events import Event
from shared.runtime import telemetry, web
from shared.runtime.clock import Clock
from shared.runtime.consume import Handlers, Handling
from shared.runtime.db import UNAVAILABLE, Database
from shared.runtime.service import Process

log = telemetry.logger(__name__)
VERSION = "0.1.0"
COUNTED = 10_000
OUTBOX = f"""SELECT (SELECT count(*) FROM (SELECT FROM outbox LIMIT {COUNTED}) AS counted) AS waiting,
                    (SELECT created_at FROM outbox ORDER BY id LIMIT 1) AS oldest,
                    (SELECT max(name) FROM migrations WHERE name LIKE $1 || '/%') AS schema, clock_timestamp() AS clock"""  # noqa: S608
VITALS, REPLAY = "/v1/vitals", "/v1/replay"
SECONDS = 8.0  # that a replay may take
Verdict = Literal["handled", "known", "refused"]


class Readiness(BaseModel):
    """One thing that /readyz asks for; `problem` is the name of the error, empty when it is well."""

    name: str
    problem: str


class OutboxWaiting(BaseModel):
    """What waits to be published: how many records (at most 10,000 are counted), and since when the oldest does."""

    waiting: int
    oldest: datetime | None


class Vitals(BaseModel):
    """How one process of a service does. What its database would tell is empty while that is away."""

    service: str
    version: str
    schema_version: str
    checks: list[Readiness]
    outbox: OutboxWaiting | None
    clock_ahead: float | None  # seconds by which this machine's clock is ahead of the database's
    unarchived: float | None = None  # seconds for which the database has failed to archive its changes; 0: it does not


async def read(service: str, db: Database, clock: Clock, checks: Mapping[str, web.Check]) -> Vitals:
    """Look at everything now; what is away is told, never raised."""
    told = [Readiness(name=name, problem=await _problem(check)) for name, check in checks.items()]
    try:
        async with db.reading() as tx:
            row = await tx.fetchrow(OUTBOX, service, timeout=2)
        unarchived = await db.unarchived()
    except UNAVAILABLE:
        row = unarchived = None
    return Vitals(
        service=service,
        version=VERSION,
        schema_version=row["schema"] or "" if row else "",
        checks=told,
        outbox=OutboxWaiting(waiting=row["waiting"], oldest=row["oldest"]) if row else None,
        clock_ahead=(clock.now() - row["clock"]).total_seconds() if row else None,
        unarchived=unarchived,
    )


async def _problem(check: web.Check) -> str:
    try:
        await check()
    except (*UNAVAILABLE, RuntimeError) as problem:
        return type(problem).__name__
    return ""


class ParkedRecord(BaseModel):
    """A record as it was parked: where it stood, its headers without those of the parking, and its bytes in base64."""

    model_config = ConfigDict(extra="forbid")
    topic: str
    partition: int
    offset: int
    headers: list[tuple[str, Base64Bytes]]
    body: Base64Bytes


class ReplayOutcome(BaseModel):
    """What came of it: handled now, known because it was handled before, or refused with the reason, nothing changed."""

    verdict: Verdict
    reason: str = ""


async def again(handling: Handling, record: Record) -> ReplayOutcome:
    """Handle a record once more. Raises what the database raises while it is away, and TimeoutError."""
    try:
        meta = envelope.meta(record.headers)
    except envelope.Unreadable as problem:
        return ReplayOutcome(verdict="refused", reason=str(problem))
    async with asyncio.timeout(SECONDS):
        if await handling.knows(meta.id):
            return ReplayOutcome(verdict="known")
        reason = await handling.again(record, meta)
    log.info("record replayed", topic=record.topic, offset=record.offset, refused=reason)
    return ReplayOutcome(verdict="refused" if reason else "handled", reason=reason)


def add(process: Process, handlers: Handlers, unfolded: Sequence[type[Event]] = ()) -> None:
    """Add the routes; the handlers are those of the worker of the service."""
    app = process.app
    assert app is not None
    handling = Handling(process.db, process.clock, f"tasuki-{process.name}", handlers, tuple(unfolded))

    @app.get(VITALS)
    async def vitals(request: Request) -> Vitals:
        """How this process does: its version, what is ready, and what waits to be published."""
        web.require_token(request, process.settings.service_token)
        return await read(process.name, process.db, process.clock, process.checks)

    @app.post(REPLAY)
    async def replay(request: Request, parked: ParkedRecord) -> ReplayOutcome:
        """Handle a parked record once more, in one transaction with its event id; what was handled before is left alone."""
        web.require_token(request, process.settings.service_token)
        place = (parked.topic, parked.partition, parked.offset)
        return await again(handling, Record(*place, list(parked.headers), parked.body or None))
