"""Saying events by hand, reading topics to their end, and taking servers away for a while."""

import asyncio
import warnings
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
import pytest_asyncio
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.structs import TopicPartition

from deploy.local.infrastructure import Infrastructure
from deploy.local.processes import exclusively, start, stop
from deploy.local.ready import answers, wait
from deploy.local.topics import PARTITIONS
from shared.contracts import envelope
from shared.contracts.envelope import Headers
from shared.contracts.events import Actor, CaseNoted, Event
from shared.contracts.topics import CASES
from shared.runtime.db import Database
from tests.integration.runtime.shells import SCHEMAS, TABLE, Reader

WHEN = datetime(2026, 11, 22, 2, 10, tzinfo=UTC)


def noted(text: str, case_id: str = "c_one") -> CaseNoted:
    """A note, the event of which nothing follows."""
    return CaseNoted(case_id=case_id, by=Actor(kind="person", id="sato.hanako", name="佐藤 花子"), text=text)


@dataclass(frozen=True)
class Servers:
    """Takes a server away and brings it back, as `make up` would."""

    infrastructure: Infrastructure

    async def stop(self, name: str) -> None:
        assert self.infrastructure.layout is not None
        with exclusively(self.infrastructure.layout):
            await asyncio.to_thread(stop, self.infrastructure.layout, name)

    async def start(self, name: str) -> None:
        layout = self.infrastructure.layout
        assert layout is not None
        part = next(p for p in self.infrastructure.parts if p.name == name)
        with exclusively(layout), warnings.catch_warnings():
            warnings.simplefilter("ignore", ResourceWarning)  # the server is meant to outlive the call
            start(layout, part)
        servers, admin = self.infrastructure.kafka, self.infrastructure.postgres
        await wait(layout, part, lambda: answers(part, servers, admin))


@pytest.fixture(scope="session")
def servers(infrastructure: Infrastructure) -> Servers:
    """Use it only where the test also brings the server back."""
    return Servers(infrastructure)


Say = Callable[..., Awaitable[UUID]]


@pytest_asyncio.fixture(scope="module")
async def say(kafka: str) -> AsyncIterator[Say]:
    """`await say(event)` writes a record as the outbox would; `headers` and `body` replace what it would write."""
    async with AIOKafkaProducer(bootstrap_servers=kafka, acks="all") as producer:

        async def write(
            event: Event, id_: UUID | None = None, headers: Headers | None = None, body: bytes | None = None
        ) -> UUID:
            chosen = id_ or uuid4()
            usual, usual_headers = envelope.encode(event, chosen, WHEN)
            await producer.send_and_wait(
                event.topic,
                usual if body is None else body,
                event.key.encode(),
                headers=usual_headers if headers is None else headers,
            )
            return chosen

        yield write


async def everything(bootstrap: str, topic: str) -> list[Any]:
    """Every record of a topic, in order within each partition."""
    async with AIOKafkaConsumer(bootstrap_servers=bootstrap, auto_offset_reset="earliest") as consumer:
        partitions = [TopicPartition(topic, number) for number in range(PARTITIONS)]
        consumer.assign(partitions)
        ends = await consumer.end_offsets(partitions)
        found: list[Any] = []
        while any([await consumer.position(p) < end for p, end in ends.items()]):
            for records in (await consumer.getmany(timeout_ms=200)).values():
                found += records
        return found


async def lag(bootstrap: str, group: str) -> int:
    """How many records of `tasuki.cases` a group has not committed yet."""
    partitions = [TopicPartition(CASES, number) for number in range(PARTITIONS)]
    async with AIOKafkaConsumer(bootstrap_servers=bootstrap) as consumer:
        ends = await consumer.end_offsets(partitions)
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        committed = await admin.list_consumer_group_offsets(group)
    finally:
        await admin.close()
    done = {p: max(committed[p].offset, 0) if p in committed else 0 for p in partitions}
    return sum(ends[p] - done[p] for p in partitions)


@pytest_asyncio.fixture(scope="module", params=["aiokafka", "faust"])
async def reader(
    request: pytest.FixtureRequest,
    database: Callable[[str], Awaitable[Database]],
    databases: dict[str, str],
    kafka: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[Reader]:
    schema = SCHEMAS[request.param]
    async with (await database(schema)).transaction() as tx:
        await tx.execute(TABLE)
    made = Reader(request.param, databases[schema], kafka, tmp_path_factory.mktemp(request.param))
    await made.start()
    yield made
    await made.end(kill=True)
