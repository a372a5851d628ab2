"""A sender's own records, read with a token of its API: what a notification says, as it truly is, and what was not notified."""

import asyncio
import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace

import httpx
from prometheus_client import Counter

from services.intake.senders import SENDERS
from services.intake.senders.sender import Request, Source
from shared.runtime import telemetry, transport

log = telemetry.logger(__name__)
READ = Counter("tasuki_intake_records_total", "Requests for the records of senders", ["source", "outcome"])
SECONDS = 3.0  # a sender waits for its answer meanwhile
LARGEST = 16 << 20


class Unreadable(Exception):
    """The records cannot be read; `str()` says why, as the sender or the network told it."""


class Gone(Exception):
    """There is no such record."""


async def renewed(http: httpx.AsyncClient, source: Source, given: Request) -> Request:
    """A notification with its record as it is now; as it came where that cannot be read, for it may be urgent. Raises Gone."""
    records = SENDERS[source.sender].records
    address = records.one(given.raw, source) if records and source.tokens else ""
    if records is None or not address:
        return given
    try:
        answer = await fetch(http, source, address, SECONDS)
    except Unreadable as problem:
        log.warning("a record cannot be read again", source=source.id, problem=str(problem))
        return given
    raw = records.renewed(given.raw, answer)
    if raw is None:
        raise Gone
    return replace(given, raw=raw)


async def fetch(http: httpx.AsyncClient, source: Source, address: str, seconds: float) -> bytes:
    """What is answered at an address of the sender. Raises Gone or Unreadable."""
    records = SENDERS[source.sender].records
    assert records is not None
    try:
        async with (
            asyncio.timeout(seconds),
            http.stream("GET", address, headers=transport.AS_IT_IS | dict(records.headers(source))) as answer,
        ):
            body = await transport.whole(answer, LARGEST)
    except transport.TooLarge as problem:
        raise Unreadable(str(problem)) from None
    except (httpx.HTTPError, httpx.InvalidURL, TimeoutError, OSError) as problem:
        READ.labels(source.id, "unreachable").inc()
        raise Unreadable(type(problem).__name__) from None
    if answer.status_code == httpx.codes.OK:
        READ.labels(source.id, "read").inc()
        return body
    READ.labels(source.id, "refused").inc()
    if answer.status_code == httpx.codes.NOT_FOUND:
        raise Gone
    raise Unreadable(f"{answer.status_code} {_said(body)}".strip())


def _said(body: bytes) -> str:
    """What an answer says of itself."""
    told: object = None
    with suppress(ValueError, RecursionError):
        told = json.loads(body)
    if not isinstance(told, Mapping):
        return ""
    parts = (told.get(name) for name in ("code", "message"))
    return " ".join(" ".join(part.split())[:150] for part in parts if isinstance(part, str))
