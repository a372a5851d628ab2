"""How a service does, told to our own services: what of it is ready, and what it has to say and has not said yet."""

from collections.abc import Mapping
from datetime import datetime

from fastapi import Request
from pydantic import BaseModel

from shared.runtime import web
from shared.runtime.clock import Clock
from shared.runtime.db import UNAVAILABLE, Database
from shared.runtime.service import Process

VERSION = "0.1.0"
COUNTED = 10_000
OUTBOX = f"""SELECT (SELECT count(*) FROM (SELECT FROM outbox LIMIT {COUNTED}) AS counted) AS waiting,
                    (SELECT created_at FROM outbox ORDER BY id LIMIT 1) AS oldest,
                    (SELECT max(name) FROM migrations WHERE name LIKE $1 || '/%') AS schema, clock_timestamp() AS clock"""  # noqa: S608
ROUTE = "/v1/vitals"


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


async def read(service: str, db: Database, clock: Clock, checks: Mapping[str, web.Check]) -> Vitals:
    """Look at everything now; what is away is told, never raised."""
    told = [Readiness(name=name, problem=await _problem(check)) for name, check in checks.items()]
    try:
        async with db.reading() as tx:
            row = await tx.fetchrow(OUTBOX, service, timeout=2)
    except UNAVAILABLE:
        row = None
    return Vitals(
        service=service,
        version=VERSION,
        schema_version=row["schema"] or "" if row else "",
        checks=told,
        outbox=OutboxWaiting(waiting=row["waiting"], oldest=row["oldest"]) if row else None,
        clock_ahead=(clock.now() - row["clock"]).total_seconds() if row else None,
    )


async def _problem(check: web.Check) -> str:
    try:
        await check()
    except (*UNAVAILABLE, RuntimeError) as problem:
        return type(problem).__name__
    return ""


def add(process: Process) -> None:
    """Add the route."""
    app = process.app
    assert app is not None

    @app.get(ROUTE)
    async def vitals(request: Request) -> Vitals:
        """How this process does: its version, what is ready, and what waits to be published."""
        web.require_token(request, process.settings.service_token)
        return await read(process.name, process.db, process.clock, process.checks)
