"""What both shells promise: every record is handled once in effect, whatever is killed, poisoned or away meanwhile.

The same suite runs over the plain aiokafka consumer and over the router's Faust shell, each in a process of its own.
"""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest
import pytest_asyncio

from shared.contracts.topics import CASES, DEAD_LETTERS
from shared.runtime.db import Database
from tests.integration.runtime.conftest import Say, Servers, eventually, everything, noted
from tests.integration.runtime.reader import GROUPS

ROOT = Path(__file__).parents[3]
SCHEMAS = {"aiokafka": "timer", "faust": "router"}  # two inboxes, as two services would have
TABLE = "CREATE TABLE IF NOT EXISTS handled (event_id uuid, case_id text, text text, log_offset bigint)"


@dataclass
class Reader:
    """One shell: its process, what it printed, and what it has handled."""

    shell: str
    url: str
    kafka: str
    folder: Path
    process: asyncio.subprocess.Process | None = None
    lines: list[str] = field(default_factory=list)
    listening: asyncio.Task[None] | None = None

    async def start(self) -> None:
        self.lines = []
        self.process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "tests.integration.runtime.reader",
            *(self.shell, self.url, self.kafka),
            cwd=self.folder,
            env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "HOME": str(self.folder)},
            stdout=asyncio.subprocess.PIPE,
        )
        self.listening = asyncio.create_task(self._listen(self.process))

    async def _listen(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdout is not None
        async for line in process.stdout:
            self.lines.append(line.decode(errors="replace").strip())

    async def end(self, kill: bool = False) -> int:
        """Stop it, by force or by SIGTERM, and return how it ended."""
        assert self.process is not None
        assert self.listening is not None
        if self.process.returncode is None:
            self.process.kill() if kill else self.process.terminate()
        async with asyncio.timeout(15):
            code = await self.process.wait()
            await self.listening
        return code

    async def printed(self, line: str, seconds: float = 30) -> None:
        async def there() -> bool:
            return line in self.lines

        assert await eventually(there, seconds), "\n".join(self.lines[-30:])

    async def handled(self, wish: str, count: int = 1, seconds: float = 30) -> list[asyncpg.Record]:
        """Wait until that many events with this text are handled, then see that there are no more of them."""
        connection = await asyncpg.connect(self.url)
        query = "SELECT * FROM handled WHERE text = $1 ORDER BY case_id, log_offset"

        async def rows() -> list[asyncpg.Record]:
            found = await connection.fetch(query, f"{self.shell}:{wish}")
            return found if len(found) >= count else []

        try:
            found = await eventually(rows, seconds if count else 0)
            await asyncio.sleep(0.3)
            assert len(found) == len(await rows()) == count, "\n".join(self.lines[-30:])
        finally:
            await connection.close()
        return list(found)


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


@pytest.mark.parametrize(
    ("wish", "reason"), [("bug", "LookupError: 髙﨑①㈱🔥 is missing"), ("misfit", "DataError: ")]
)
async def test_a_record_that_the_handler_cannot_take_is_tried_three_times_then_parked(
    reader: Reader, say: Say, kafka: str, wish: str, reason: str
) -> None:
    id_ = await say(noted(f"{reader.shell}:{wish}", "c_bug"))
    await say(noted(f"{reader.shell}:after-{wish}", "c_bug"))
    await reader.handled(f"after-{wish}")
    assert reader.lines.count(f"began {reader.shell}:{wish}") == 3

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


async def test_what_was_handled_is_not_read_again_after_a_restart(reader: Reader, say: Say) -> None:
    await say(noted(f"{reader.shell}:last"))
    await reader.handled("last")
    await asyncio.sleep(0.6)  # two of the intervals in which offsets are committed
    assert await reader.end() == 0
    await reader.start()
    await say(noted(f"{reader.shell}:first"))
    await reader.handled("first")
    assert [line for line in reader.lines if line.startswith("began")] == [f"began {reader.shell}:first"]
