"""The doctor at real servers: an event that nobody publishes, a record that was parked, a database that does not answer."""

from collections.abc import Awaitable, Callable

import pytest
from aiokafka import AIOKafkaProducer

from cli import doctor
from shared.contracts.topics import DEAD_LETTERS
from shared.runtime.db import Database

WAITING = "INSERT INTO outbox (slot, topic, key, headers, body, created_at) VALUES (0, 't', 'k', '[]', '', now() - interval '1 hour')"


async def test_what_the_servers_hold_back_is_found(
    database: Callable[[str], Awaitable[Database]],
    databases: dict[str, str],
    kafka: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await database("intake")
    urls = {name: databases[name] for name in ("intake", "timer")}
    monkeypatch.setenv("TASUKI_KAFKA", kafka)
    async with (await database("timer")).transaction() as tx:
        await tx.execute("DELETE FROM outbox")
    assert await doctor.servers(urls) == []

    async with (await database("timer")).transaction() as tx:
        await tx.execute(WAITING)
    async with AIOKafkaProducer(bootstrap_servers=kafka, acks="all") as producer:
        await producer.send_and_wait(DEAD_LETTERS, "髙﨑①".encode())
    found = await doctor.servers({**urls, "router": "postgresql://nobody:x@127.0.0.1:1/none"})
    assert [finding.grade for finding in found] == ["bad", "bad", "warn"]
    assert "timer" in found[0].what[1]
    assert "router" in found[1].what[1]
    assert found[2].what[1].startswith("1 records")
