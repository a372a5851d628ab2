"""Relays as a service runs them, what is put into the outbox for them, and what of it stands in the log."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from shared.contracts import envelope
from shared.contracts.topics import CASES
from shared.runtime import loop, outbox
from shared.runtime.db import Database
from shared.runtime.outbox import Relay
from tests.integration.runtime.conftest import WHEN, everything, noted


@asynccontextmanager
async def relaying(db: Database, kafka: str, count: int = 1, **more: Any) -> AsyncIterator[None]:
    """That many relays side by side, run as a service runs them; `more` is what else a relay may be given."""
    tasks = [asyncio.create_task(loop.forever("relay", Relay(db, kafka, **more).run)) for _ in range(count)]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)


async def add(db: Database, key: str, *numbers: int, urgent: bool = False) -> None:
    """Commit events of one key in one transaction; each has an id made of its key and number."""
    async with db.transaction() as tx:
        tx.urgent |= {key} if urgent else set()
        for number in numbers:
            await outbox.add(tx, noted(str(number), key), envelope.event_id(key, number), WHEN)


async def left(db: Database) -> int:
    async with db.reading() as tx:
        count: int = await tx.fetchval("SELECT count(*) FROM outbox")
    return count


async def empty(db: Database) -> bool:
    return await left(db) == 0


async def published(kafka: str, prefix: str) -> dict[str, list[int]]:
    """Key → numbers, in the order of the log."""
    found: dict[str, list[int]] = defaultdict(list)
    for record in await everything(kafka, CASES):
        key = record.key.decode()
        if key.startswith(prefix):
            number = int(envelope.decode("case.noted.v1", record.value).model_dump()["text"])
            assert envelope.meta(record.headers).id == envelope.event_id(key, number)
            found[key].append(number)
    return found
