"""A process that is told to stop hands over what it reads: nobody waits until its session in the group has run out."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from time import monotonic
from uuid import UUID

from shared.runtime.db import Database
from tests.integration.runtime.conftest import Say, noted
from tests.integration.runtime.shells import SCHEMAS, Reader
from tests.integration.runtime.waiting import eventually

LONGEST = 2.0  # seconds; with names of their own in the group it is four


async def test_what_a_stopped_process_read_is_read_on_at_once(
    reader: Reader, say: Say, database: Callable[[str], Awaitable[Database]]
) -> None:
    db = await database(SCHEMAS[reader.shell])
    await reader.end()
    one, two = (replace(reader, instance="", process=None, lines=[]) for _ in range(2))
    await one.start()
    await two.start()
    said: dict[UUID, float] = {}
    seen: dict[UUID, float] = {}

    async def talk() -> None:
        while True:
            at = monotonic()
            said[await say(noted(f"{reader.shell}:handed", f"c_{len(said) % 20}"))] = at
            await asyncio.sleep(0.03)

    async def watch() -> None:
        while True:
            async with db.reading() as tx:
                for row in await tx.fetch("SELECT event_id FROM handled"):
                    seen.setdefault(row["event_id"], monotonic())
            await asyncio.sleep(0.02)

    async def shared() -> bool:
        return all(f"began {reader.shell}:handed" in each.lines[-200:] for each in (one, two))

    talking, watching = asyncio.create_task(talk()), asyncio.create_task(watch())
    assert await eventually(shared, 30)
    await asyncio.sleep(2)  # until the group is at rest
    began = monotonic()
    await two.end()
    await asyncio.sleep(4)
    talking.cancel()

    async def all_handled() -> bool:
        return said.keys() <= seen.keys()

    assert await eventually(all_handled)
    watching.cancel()
    assert max(seen[id_] - at for id_, at in said.items() if at >= began) < LONGEST
    await one.end()
    await reader.start()


async def test_who_has_left_reads_on_until_the_others_have_seen_it(reader: Reader, say: Say) -> None:
    await reader.end()
    alone = replace(reader, instance="", process=None, lines=[])
    await alone.start()
    await say(noted(f"{reader.shell}:before", "c_left"))
    await reader.handled("before")
    alone.tell_to_stop()
    await say(noted(f"{reader.shell}:behind", "c_left"))
    await reader.handled("behind")  # and nobody else is there
    assert await alone.gone() == 0
    await reader.start()
    await say(noted(f"{reader.shell}:next", "c_left"))
    await reader.handled("next")
    await reader.handled("behind")
