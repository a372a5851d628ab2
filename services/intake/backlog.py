"""What Kafka itself tells: how far each service is behind in its topics, whether it runs or not, and the dead letters."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from aiokafka import AIOKafkaConsumer
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError
from aiokafka.structs import ConsumerRecord, TopicPartition

from services.intake.domain.dead_letters import Letter, letter
from services.intake.domain.operations import Waiting
from shared.contracts.envelope import Record
from shared.contracts.topics import CASES, DEAD_LETTERS, DUTY, NOTIFICATIONS
from shared.runtime.settings import access

READS = {
    "intake": (CASES, NOTIFICATIONS),
    "router": (CASES,),
    "timer": (CASES,),
    "notifier": (CASES, DUTY),
    "knowledge": (CASES,),
}
SECONDS = 4.0  # a page does not wait longer for it
ROUND_MS, ROUNDS = 200, 4
OF_EACH = 100  # of each partition the newest dead letters
AWAY = (KafkaError, OSError, TimeoutError)


async def behind(bootstrap: str) -> dict[str, Waiting]:
    """What each service has not handled of what it reads. Raises one of `AWAY`."""
    async with (
        asyncio.timeout(SECONDS),
        _reading(bootstrap, *sorted({t for read in READS.values() for t in read})) as consumer,
    ):
        admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap, **access(bootstrap))
        try:
            await admin.start()
            places = list(consumer.assignment())
            first, last = await consumer.beginning_offsets(places), await consumer.end_offsets(places)
            told = {}
            for service, topics in READS.items():
                committed = await admin.list_consumer_group_offsets(f"tasuki-{service}")
                done = {
                    p: max(committed[p].offset if p in committed else 0, first[p]) for p in places if p.topic in topics
                }
                left = {place: offset for place, offset in done.items() if offset < last[place]}
                waiting = sum(last[place] - offset for place, offset in left.items())
                told[service] = Waiting(waiting=waiting, oldest=await _oldest(consumer, left))
            return told
        finally:
            await admin.close()


async def _oldest(consumer: AIOKafkaConsumer, left: dict[TopicPartition, int]) -> datetime | None:
    """When the oldest of the records was written with which these partitions go on."""
    for place, offset in left.items():
        consumer.seek(place, offset)
    times: list[int] = []
    for _ in range(ROUNDS if left else 0):
        found = await consumer.getmany(*left, timeout_ms=ROUND_MS)
        times += [records[0].timestamp for records in found.values()]
        left = {place: offset for place, offset in left.items() if place not in found}
        if not left:
            break
    return _at(min(times)) if times else None


async def dead_letters(bootstrap: str) -> tuple[int, list[Letter]]:
    """How many are kept, and the newest of them, the newest first. Raises one of `AWAY`."""
    async with asyncio.timeout(SECONDS), _reading(bootstrap, DEAD_LETTERS) as consumer:
        places = list(consumer.assignment())
        first, last = await consumer.beginning_offsets(places), await consumer.end_offsets(places)
        left = {place: max(first[place], last[place] - OF_EACH) for place in places if first[place] < last[place]}
        for place, offset in left.items():
            consumer.seek(place, offset)
        found: list[ConsumerRecord] = []
        while left:
            for records in (await consumer.getmany(*left, timeout_ms=ROUND_MS)).values():
                found += records
            left = {place: at for place in left if (at := await consumer.position(place)) < last[place]}
        read = [letter(_record(one), _at(one.timestamp)) for one in found]
        return sum(last[p] - first[p] for p in places), sorted(read, key=lambda one: one.at, reverse=True)


async def dead_letter(bootstrap: str, partition: int, offset: int) -> Letter | None:
    """The one that stands there, if it still does. Raises one of `AWAY`."""
    async with asyncio.timeout(SECONDS), _reading(bootstrap, DEAD_LETTERS) as consumer:
        place = TopicPartition(DEAD_LETTERS, partition)
        if place not in consumer.assignment():
            return None
        first, last = await consumer.beginning_offsets([place]), await consumer.end_offsets([place])
        if not first[place] <= offset < last[place]:
            return None
        consumer.seek(place, offset)
        one = await consumer.getone(place)
        return letter(_record(one), _at(one.timestamp)) if one.offset == offset else None


@asynccontextmanager
async def _reading(bootstrap: str, *topics: str) -> AsyncIterator[AIOKafkaConsumer]:
    """A consumer of whole topics that belongs to no group and commits nothing."""
    consumer = AIOKafkaConsumer(
        *topics, bootstrap_servers=bootstrap, enable_auto_commit=False, max_partition_fetch_bytes=65536, fetch_max_wait_ms=50,
        retry_backoff_ms=50, **access(bootstrap),
    )  # fmt: skip
    try:
        await consumer.start()
        yield consumer
    finally:
        await consumer.stop()


def _record(read: ConsumerRecord) -> Record:
    headers = [(name, value or b"") for name, value in read.headers]
    return Record(read.topic, read.partition, read.offset, headers, read.value)


def _at(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
