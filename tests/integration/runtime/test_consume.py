"""What both shells promise: every record is handled once in effect, whatever is killed, poisoned or away meanwhile.

The same suite runs over the plain aiokafka consumer and over the router's Faust shell, each in a process of its own.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from random import Random
from time import monotonic
from uuid import uuid4

import pytest

from chaos.proxy import Way
from shared.contracts.topics import CASES, DEAD_LETTERS
from shared.runtime.clock import Clock, wall
from shared.runtime.db import Database
from shared.runtime.service import Process
from shared.runtime.settings import Secret, ServiceSettings
from tests.integration.runtime.conftest import Say, Servers, everything, lag, noted
from tests.integration.runtime.reader import GROUPS
from tests.integration.runtime.shells import Reader
from tests.integration.runtime.waiting import eventually
from tests.ports import port


async def parked(kafka: str, id_: object) -> list[dict[str, bytes]]:
    """Dead letters of one event, as their headers."""
    found = [dict(record.headers) for record in await everything(kafka, DEAD_LETTERS)]
    return [headers for headers in found if headers.get("ce_id") == str(id_).encode()]


async def count_parked(kafka: str, shell: str) -> int:
    """How many dead letters a shell has made."""
    origins = [dict(record.headers)["tasuki_origin"].decode() for record in await everything(kafka, DEAD_LETTERS)]
    return sum(origin.endswith(f"@{GROUPS[shell]}") for origin in origins)


async def test_everything_is_handled_once_and_in_order_for_each_case(reader: Reader, say: Say) -> None:
    for _ in range(20):
        for case in range(5):
            await say(noted(f"{reader.shell}:many", f"c_{case}"))
    rows = await reader.handled("many", 100)
    for case in range(5):
        offsets = [row["log_offset"] for row in rows if row["case_id"] == f"c_{case}"]
        assert len(offsets) == 20
        assert offsets == sorted(offsets)


async def test_readers_that_come_and_go_lose_nothing_and_double_nothing(reader: Reader, say: Say) -> None:
    other = replace(reader, instance="two", process=None)
    said = 0
    for how in ("term", "kill"):
        await other.start()
        await other.printed("reading")
        until = monotonic() + 6  # while the partitions are given to the other and back
        while monotonic() < until:
            await say(noted(f"{reader.shell}:moving", f"c_{said % 20}"))
            said += 1
        await other.end(kill=how == "kill")
    rows = await reader.handled("moving", said, seconds=60)
    for case in range(20):
        offsets = [row["log_offset"] for row in rows if row["case_id"] == f"c_{case}"]
        assert offsets == sorted(offsets)


async def test_who_starts_before_the_broker_reads_when_it_is_there(reader: Reader, say: Say, kafka: str) -> None:
    way = Way(port(), int(kafka.rpartition(":")[2]), Random(1))
    early = replace(reader, kafka=f"127.0.0.1:{way.port}", process=None)

    async def failed_twice() -> bool:
        return sum("loop failed" in line and "loop=reading" in line for line in early.lines) >= 2

    await reader.end()
    await early.start()
    try:
        assert await eventually(failed_twice, 30), "\n".join(early.lines[-30:])
        await way.open()
        await say(noted(f"{reader.shell}:early"))
        await early.handled("early")
    finally:
        await early.end()
        await way.close()
        await reader.start()


async def test_a_repeated_event_is_handled_once(reader: Reader, say: Say) -> None:
    id_ = uuid4()
    for _ in range(3):
        await say(noted(f"{reader.shell}:repeat"), id_)
    await say(noted(f"{reader.shell}:after-repeat"))
    await reader.handled("after-repeat")
    await reader.handled("repeat", 1)


async def test_poison_is_parked_with_its_reason_and_its_place_and_the_partition_goes_on(
    reader: Reader, say: Say, kafka: str
) -> None:
    note = noted(f"{reader.shell}:never", "c_poison")
    before = await count_parked(kafka, reader.shell)
    bad = await say(note, body=b"\xff{")
    gone = await say(note, body=b'{"case_id": "c_poison"}')
    await say(note, headers=[("ce_id", b"7"), ("ce_type", b"case.noted.v1")])
    naive = [("ce_id", str(uuid4()).encode()), ("ce_type", b"case.noted.v1"), ("ce_time", b"2026-11-22T02:10:00")]
    await say(note, headers=naive)
    await say(note, headers=[])
    await say(noted(f"{reader.shell}:after-poison", "c_poison"))
    await reader.handled("after-poison")

    async def all_parked() -> bool:
        return await count_parked(kafka, reader.shell) == before + 5

    assert await eventually(all_parked)
    group = f"@{GROUPS[reader.shell]}"
    for id_, reason in ((bad, "does not fit its schema"), (gone, "by: Field required; text: Field required")):
        mine = [h for h in await parked(kafka, id_) if h["tasuki_origin"].decode().endswith(group)]
        assert len(mine) == 1
        assert reason in mine[0]["tasuki_reason"].decode()
        assert mine[0]["tasuki_origin"].decode().startswith(f"{CASES}/")
        assert mine[0]["ce_type"] == b"case.noted.v1"


@pytest.mark.parametrize(("wish", "reason"), [("bug", "LookupError: 髙﨑①㈱🔥 is missing"), ("misfit", "DataError: ")])
async def test_a_record_that_the_handler_cannot_take_is_tried_three_times_then_parked(
    reader: Reader, say: Say, kafka: str, wish: str, reason: str
) -> None:
    id_ = await say(noted(f"{reader.shell}:{wish}", "c_bug"))
    await say(noted(f"{reader.shell}:after-{wish}", "c_bug"))
    await reader.handled(f"after-{wish}")
    together = 1  # once more where both were read at once, and shared a transaction at first
    assert reader.lines.count(f"began {reader.shell}:{wish}") in (3, 3 + together)

    async def there() -> list[dict[str, bytes]]:
        return await parked(kafka, id_)

    (headers,) = await eventually(there)
    said = headers["tasuki_reason"].decode()
    assert said.startswith(f"{GROUPS[reader.shell]}: ")
    assert reason in said
    await reader.handled(wish, 0)


async def test_a_handler_that_stumbles_is_tried_again_and_nothing_is_parked(
    reader: Reader, say: Say, kafka: str
) -> None:
    id_ = await say(noted(f"{reader.shell}:stumble"))
    await reader.handled("stumble")
    assert await parked(kafka, id_) == []


async def test_while_the_database_is_away_records_wait(reader: Reader, say: Say, kafka: str, servers: Servers) -> None:
    await servers.stop("postgres")
    try:
        ids = [await say(noted(f"{reader.shell}:away")) for _ in range(5)]
        await asyncio.sleep(2)
    finally:
        await servers.start("postgres")
    await reader.handled("away", 5)
    for id_ in ids:
        assert await parked(kafka, id_) == []


async def test_a_broker_that_restarts_costs_nothing(reader: Reader, say: Say, servers: Servers) -> None:
    await say(noted(f"{reader.shell}:restart", "c_before"))
    await servers.stop("kafka")
    await servers.start("kafka")
    await say(noted(f"{reader.shell}:restart", "c_after"))
    await reader.handled("restart", 2, 60)


async def test_kill_minus_nine_in_the_middle_of_a_handler_loses_nothing(reader: Reader, say: Say) -> None:
    await say(noted(f"{reader.shell}:slow-kill", "c_kill"))
    await say(noted(f"{reader.shell}:after-kill", "c_kill"))
    await reader.printed(f"began {reader.shell}:slow-kill")
    await reader.end(kill=True)
    await reader.handled("slow-kill", 0, 0)
    await reader.start()
    await reader.handled("slow-kill", 1, 40)
    await reader.handled("after-kill")


async def test_sigterm_in_the_middle_of_a_handler_loses_nothing(reader: Reader, say: Say) -> None:
    await say(noted(f"{reader.shell}:slow-term", "c_term"))
    await say(noted(f"{reader.shell}:after-term", "c_term"))
    await reader.printed(f"began {reader.shell}:slow-term")
    assert await reader.end() == 0
    await reader.start()
    await reader.handled("slow-term", 1, 40)
    await reader.handled("after-term")


async def test_a_handler_that_takes_the_process_with_it_is_tried_by_the_next_one(reader: Reader, say: Say) -> None:
    await say(noted(f"{reader.shell}:crash-once", f"c_crash_{reader.shell}"))
    assert reader.process is not None
    async with asyncio.timeout(20):
        assert await reader.process.wait() == 9
    await reader.end()
    await reader.start()
    await reader.handled("crash-once", 1, 40)


async def test_what_was_handled_is_committed_and_not_read_again_after_a_restart(
    reader: Reader, say: Say, kafka: str
) -> None:
    await say(noted(f"{reader.shell}:last"))
    await reader.handled("last")

    async def all_committed() -> bool:
        return await lag(kafka, GROUPS[reader.shell]) == 0

    assert await eventually(all_committed, 5), await lag(kafka, GROUPS[reader.shell])
    assert await reader.end() == 0
    await reader.start()
    await say(noted(f"{reader.shell}:first"))
    await reader.handled("first")
    assert [line for line in reader.lines if line.startswith("began")] == [f"began {reader.shell}:first"]


async def test_what_was_handled_of_late_stays_known_though_the_clock_of_this_machine_is_far_ahead(
    database: Callable[[str], Awaitable[Database]],
) -> None:
    db = await database("timer")
    settings = ServiceSettings(database_url=Secret(""), kafka="", http_port=0, service_token=Secret(""))
    ahead = Process("timer", settings, db, Clock(lambda: wall() + timedelta(days=400)))
    async with db.transaction() as tx:
        await tx.execute("DELETE FROM inbox")
        for days in (1, 13, 15):
            await tx.execute(f"INSERT INTO inbox VALUES (gen_random_uuid(), now() - interval '{days} days')")
    await ahead.prune()
    async with db.reading() as tx:
        assert await tx.fetchval("SELECT count(*) FROM inbox") == 2
