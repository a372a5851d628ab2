"""Two real timer processes on real Kafka and PostgreSQL, one of which is killed or stopped: nothing early, lost, or much late."""

import asyncio
import os
import random
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import asyncpg
import httpx
import pytest
import pytest_asyncio
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from deploy.local.ports import free
from shared.contracts import envelope
from shared.contracts import events as e
from shared.contracts.topics import CASES
from shared.runtime import outbox
from shared.runtime.db import Database
from tests.integration.log import Opened
from tests.integration.timer.conftest import GRACE, assigned, submitted

ROOT = Path(__file__).parents[3]
FIRST_PORT = 27600
SPREAD = 8.0  # seconds over which the deadlines are spread
COUNT = 160


class Replica:
    """One timer process."""

    def __init__(self, name: str, database: str, kafka: str) -> None:
        self.port = next(port for port in range(FIRST_PORT, FIRST_PORT + 300) if free(port))
        self.env = {
            "PATH": os.environ["PATH"],
            "TASUKI_DATABASE_URL": database,
            "TASUKI_KAFKA": kafka,
            "TASUKI_INSTANCE": name,
            "TASUKI_HTTP_PORT": str(self.port),
            "TASUKI_SERVICE_TOKEN": "test",
        }
        self.process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Start it and wait until it reads."""
        self.process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "services.timer", cwd=ROOT, env=self.env, stdout=asyncio.subprocess.DEVNULL
        )
        async with httpx.AsyncClient(trust_env=False) as http, asyncio.timeout(30):
            while True:
                try:
                    if (await http.get(f"http://127.0.0.1:{self.port}/readyz")).status_code == 200:
                        return
                except httpx.HTTPError:
                    pass
                await asyncio.sleep(0.05)

    def signal(self, number: int) -> None:
        assert self.process is not None
        self.process.send_signal(number)

    async def end(self) -> None:
        if self.process and self.process.returncode is None:
            self.process.kill()
            await self.process.wait()


@pytest_asyncio.fixture
async def replicas(databases: dict[str, str], kafka: str) -> AsyncIterator[list[Replica]]:
    made: list[Replica] = []
    for name in ("one", "two"):
        made.append(Replica(name, databases["timer"], kafka))
        await made[-1].start()
    yield made
    for replica in made:
        await replica.end()


async def told(kafka: str, prefix: str) -> dict[str, datetime]:
    """Cases whose deadlines are spread over the next seconds; case → due."""
    start = datetime.now(UTC) + timedelta(seconds=2)
    due = {f"{prefix}-{n}": start + timedelta(seconds=n * SPREAD / COUNT) for n in range(COUNT)}
    async with AIOKafkaProducer(bootstrap_servers=kafka) as producer:
        for case_id, at in due.items():
            for event in (submitted(case_id), assigned(case_id, due=at)):
                body, headers = envelope.encode(event, envelope.event_id(prefix, case_id, event.type), start)
                await producer.send(CASES, body, case_id.encode(), headers=headers)
    return due


async def breaches(kafka: str, due: dict[str, datetime], seconds: float) -> dict[str, list[datetime]]:
    """Case → when each of its breaches was read, until all are there and a second has passed, or time is up."""
    found: dict[str, list[datetime]] = {}
    end = asyncio.get_running_loop().time() + seconds
    async with AIOKafkaConsumer(CASES, bootstrap_servers=kafka, auto_offset_reset="earliest") as consumer:
        while len(found) < len(due) and asyncio.get_running_loop().time() < end:
            for records in (await consumer.getmany(timeout_ms=100)).values():
                for record in records:
                    case_id = record.key.decode()
                    if dict(record.headers)["ce_type"] == e.DeadlineBreached.type.encode() and case_id in due:
                        found.setdefault(case_id, []).append(datetime.now(UTC))
    return found


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSTOP])
async def test_the_other_replica_fires_on_time(replicas: list[Replica], kafka: str, number: signal.Signals) -> None:
    due = await told(kafka, f"{number.name}-{random.random()}")
    reading = asyncio.create_task(breaches(kafka, due, SPREAD + 15))
    await asyncio.sleep(2 + SPREAD / 2)
    replicas[0].signal(number)
    found = await reading
    assert set(found) == set(due), "lost"
    late = sorted(((at[0] - due[case_id]) - GRACE).total_seconds() for case_id, at in found.items())
    assert late[0] >= 0, "early"
    assert late[int(len(late) * 0.99)] <= 2.5
    if number is signal.SIGSTOP:
        replicas[0].signal(signal.SIGCONT)  # it comes back, and says nothing a second time
        await asyncio.sleep(1.0)
    again = Counter({case_id: len(at) for case_id, at in (await breaches(kafka, due, 2)).items()})
    assert sum(again.values()) <= COUNT + 5, "what a killed relay had sent is repeated under its id, and nothing else"


async def test_both_are_killed_and_started_again_at_random_moments(replicas: list[Replica], kafka: str) -> None:
    rng = random.Random(4)
    due = await told(kafka, "restarts")
    reading = asyncio.create_task(breaches(kafka, due, SPREAD + 15))
    for _ in range(3):
        await asyncio.sleep(rng.uniform(0.5, 2.5))
        victim = rng.choice(replicas)
        await victim.end()
        await victim.start()
    found = await reading
    assert set(found) == set(due), "lost"
    assert min(at[0] - due[case_id] for case_id, at in found.items()) >= GRACE, "early"


async def test_the_slots_of_a_stopped_relay_are_taken_over(database: Opened, kafka: str) -> None:
    """Stopped while it waits for the broker: its transaction holds slots of the outbox until the server ends it."""
    db = await database("timer")
    now = datetime.now(UTC)
    async with db.transaction() as tx:
        await tx.execute("DELETE FROM outbox")  # what the processes that were killed before could not publish
        await outbox.add(tx, submitted("stopped"), envelope.event_id("stopped", now), now)
    async with db.pool.acquire() as stopped:
        held = stopped.transaction()
        await held.start()
        locked = [await stopped.fetch(outbox.LOCK, first) for first in (0, outbox.SLOTS)]
        assert sum(map(len, locked)) == 1
        relay = asyncio.create_task(outbox.Relay(db, kafka).run())
        try:
            async with asyncio.timeout(4):
                while await left(db):
                    await asyncio.sleep(0.05)
        finally:
            relay.cancel()
            await asyncio.wait([relay])
        with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError)):
            await held.commit()


async def left(db: Database) -> int:
    async with db.reading() as tx:
        count: int = await tx.fetchval("SELECT count(*) FROM outbox")
    return count
