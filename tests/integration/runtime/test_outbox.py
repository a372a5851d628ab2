"""The outbox: what was committed is published, in order for each key, whatever is killed or away meanwhile."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest_asyncio
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from prometheus_client import REGISTRY

from shared.contracts import envelope
from shared.contracts.topics import CASES, DEAD_LETTERS
from shared.runtime import outbox
from shared.runtime.db import Database
from shared.runtime.outbox import SLOTS
from tests.integration.runtime.conftest import WHEN, Servers, everything, noted
from tests.integration.runtime.relays import add, empty, left, published, relaying
from tests.integration.runtime.waiting import eventually

REFUSE = """
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'not now'; END $$;
CREATE TRIGGER refuse BEFORE DELETE ON outbox EXECUTE FUNCTION refuse();
"""
ALLOW = "DROP TRIGGER refuse ON outbox; DROP FUNCTION refuse;"


@pytest_asyncio.fixture(scope="module")
async def db(database: Callable[[str], Awaitable[Database]]) -> Database:
    return await database("timer")


@asynccontextmanager
async def others_held_up(db: Database) -> AsyncIterator[None]:
    """Another relay has all that is not urgent in its hands, and does not come to an end with it."""
    async with db.transaction() as tx:
        name = "hashtext(current_schema() || '.outbox')"
        await tx.execute(f"SELECT pg_advisory_xact_lock({name}, slot) FROM generate_series(0, {SLOTS - 1}) AS slot")
        yield


def failures() -> float:
    return REGISTRY.get_sample_value("tasuki_loop_failures_total", {"loop": "relay"}) or 0


async def largest_record(kafka: str, size: int) -> None:
    """Let the broker refuse records that are larger."""
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
    await admin.start()
    try:
        limit = {"max.message.bytes": str(size)}
        await admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, CASES, limit)])
    finally:
        await admin.close()


async def test_everything_is_published_once_and_in_order_for_each_key(db: Database, kafka: str) -> None:
    async with relaying(db, kafka):
        for number in range(0, 60, 2):
            await asyncio.gather(*(add(db, f"order-{key}", number, number + 1) for key in range(5)))
        assert await eventually(lambda: empty(db))
    assert await published(kafka, "order-") == {f"order-{key}": list(range(60)) for key in range(5)}


async def test_what_was_rolled_back_is_never_said(db: Database, kafka: str) -> None:
    try:
        async with db.transaction() as tx:
            await outbox.add(tx, noted("1", "undone"), envelope.event_id("undone", 1), WHEN)
            raise InterruptedError
    except InterruptedError:
        pass
    async with relaying(db, kafka):
        await add(db, "undone-not", 1)
        assert await eventually(lambda: empty(db))
    assert await published(kafka, "undone") == {"undone-not": [1]}


async def test_two_relays_side_by_side_keep_the_order_and_say_nothing_twice(db: Database, kafka: str) -> None:
    async with relaying(db, kafka, count=2):
        for number in range(40):
            await asyncio.gather(*(add(db, f"two-{key}", number) for key in range(8)))
        assert await eventually(lambda: empty(db))
    assert await published(kafka, "two-") == {f"two-{key}": list(range(40)) for key in range(8)}


async def test_urgent_cases_wait_for_nothing_that_is_on_its_way(db: Database, kafka: str) -> None:
    async def is_out() -> bool:
        return await published(kafka, "past-") == {"past-urgent": [1]}

    async with relaying(db, kafka), others_held_up(db):
        await add(db, "past-calm", 1)
        await add(db, "past-urgent", 1, urgent=True)
        assert await eventually(is_out)
    async with relaying(db, kafka):
        assert await eventually(lambda: empty(db))
    assert await published(kafka, "past-") == {"past-urgent": [1], "past-calm": [1]}


async def test_what_an_urgent_case_said_before_it_was_urgent_goes_first(db: Database, kafka: str) -> None:
    async def other_is_out() -> bool:
        return "turned-other" in await published(kafka, "turned-")

    async def only_the_turned_are_left() -> bool:
        return await left(db) == 3

    async with relaying(db, kafka):
        async with others_held_up(db):
            await add(db, "turned", 1)
            await add(db, "turned", 2, urgent=True)
            await add(db, "turned-other", 1, urgent=True)
            await add(db, "turned", 3, urgent=True)
            assert await eventually(other_is_out)
            assert await eventually(only_the_turned_are_left)
        assert await eventually(lambda: empty(db))
    assert (await published(kafka, "turned"))["turned"] == [1, 2, 3]


async def test_cases_that_are_urgent_now_and_then_keep_their_order(db: Database, kafka: str) -> None:
    async with relaying(db, kafka, count=2):
        for number in range(60):
            at_times = (add(db, f"mixed-{key}", number, urgent=(number * 7 + key) % 5 < 2) for key in range(8))
            await asyncio.gather(*at_times)
        assert await eventually(lambda: empty(db))
    assert await published(kafka, "mixed-") == {f"mixed-{key}": list(range(60)) for key in range(8)}


async def test_a_crash_between_sending_and_forgetting_repeats_under_the_same_id(db: Database, kafka: str) -> None:
    async with db.transaction() as tx:
        await tx.execute(REFUSE)
    await add(db, "crash", 1, 2, 3)

    async def sent_twice() -> bool:
        return len((await published(kafka, "crash"))["crash"]) >= 6

    async with relaying(db, kafka):
        assert await eventually(sent_twice)
        async with db.transaction() as tx:
            await tx.execute(ALLOW)
        assert await eventually(lambda: empty(db))
    numbers = (await published(kafka, "crash"))["crash"]
    assert set(numbers) == {1, 2, 3}
    assert [n for n, before in zip(numbers, [0, *numbers], strict=False) if n not in (before, before % 3 + 1)] == []


async def test_while_kafka_is_away_nothing_is_lost_and_nobody_waits(db: Database, kafka: str, servers: Servers) -> None:
    async with relaying(db, kafka):
        await add(db, "away", 0)
        assert await eventually(lambda: empty(db))
        await servers.stop("kafka")
        try:
            async with asyncio.timeout(2):
                for number in range(1, 20):
                    await add(db, "away", number)
            await asyncio.sleep(1)
            assert await left(db) == 19
        finally:
            await servers.start("kafka")
        assert await eventually(lambda: empty(db), 40)
    numbers = (await published(kafka, "away"))["away"]
    assert list(dict.fromkeys(numbers)) == list(range(20))


async def test_what_the_broker_refuses_is_not_forgotten(db: Database, kafka: str) -> None:
    before = failures()

    async def refused() -> bool:
        return failures() > before

    async with relaying(db, kafka):
        await largest_record(kafka, 64)
        try:
            await add(db, "refused", 1)
            assert await eventually(refused)
            assert await left(db) == 1
        finally:
            await largest_record(kafka, 1_000_000)
        assert await eventually(lambda: empty(db))
    assert await published(kafka, "refused") == {"refused": [1]}


async def test_a_parked_record_keeps_its_bytes_its_reason_and_its_place(db: Database, kafka: str) -> None:
    headers = [("ce_id", b"7"), ("odd", b"\xff\x00"), ("ce_type", b"x")]
    body, reason = b"\xff\x00{", "髙﨑①㈱🔥 " * 500 + "\ud800"
    async with relaying(db, kafka):
        async with db.transaction() as tx:
            await outbox.park(tx, "tasuki.cases/3/7@tasuki-timer", reason, headers, body, WHEN)
        assert await eventually(lambda: empty(db))
    (record,) = await everything(kafka, DEAD_LETTERS)
    found: dict[str, Any] = dict(record.headers)
    assert record.value == body
    assert found["tasuki_origin"] == b"tasuki.cases/3/7@tasuki-timer"
    assert found["tasuki_reason"].decode().startswith("髙﨑①㈱🔥 髙﨑")
    assert found["ce_id"] == b"7"
