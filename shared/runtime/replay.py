"""Parked records, handled once more by the service that could not handle them: the inbox lets each in once."""

import asyncio
from collections.abc import Sequence
from typing import Literal

from fastapi import Request
from pydantic import Base64Bytes, BaseModel, ConfigDict

from shared.contracts import envelope
from shared.contracts.envelope import Record
from shared.contracts.events import Event
from shared.runtime import telemetry, web
from shared.runtime.consume import Handlers, Handling
from shared.runtime.service import Process

log = telemetry.logger(__name__)
SECONDS = 8.0
ROUTE = "/v1/replay"
Verdict = Literal["handled", "known", "refused"]


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
    """Add the route, with the handlers that the worker of the service has."""
    app = process.app
    assert app is not None
    handling = Handling(process.db, process.clock, f"tasuki-{process.name}", handlers, tuple(unfolded))

    @app.post(ROUTE)
    async def replay(request: Request, parked: ParkedRecord) -> ReplayOutcome:
        """Handle a parked record once more, in one transaction with its event id; what was handled before is left alone."""
        web.require_token(request, process.settings.service_token)
        place = (parked.topic, parked.partition, parked.offset)
        return await again(handling, Record(*place, list(parked.headers), parked.body or None))
