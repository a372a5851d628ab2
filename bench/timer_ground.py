"""What the timer is measured on: Kafka and PostgreSQL of its own, real timer processes, and deadlines by the million."""

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, Any

import asyncpg
import httpx
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.structs import TopicPartition

from bench import cpu
from deploy.local import infrastructure as local
from deploy.local.layout import ROOT
from deploy.local.ports import free_block
from deploy.local.processes import alive
from deploy.local.provision import provision
from deploy.local.topics import PARTITIONS, create_topics
from shared.contracts import envelope
from shared.contracts import events as e
from shared.contracts.case import Case, evolve
from shared.contracts.plan import Level, Plan, Reason
from shared.contracts.report import Report
from shared.contracts.topics import CASES
from shared.contracts.vocabulary import Channel, DeadlineName, Priority
from shared.contracts.vocabulary import Path as Road

FIRST_PORT = 28000
GRACE = timedelta(milliseconds=300)  # the timer's default
BY = e.Actor(kind="person", id="sato.hanako", name="佐藤 花子")
WHY = (Reason(ja="マトリクスによる", en="by the matrix"),)
COLUMNS = ("case_id", "name", "generation", "priority", "due", "fire_at", "traceparent")


@dataclass
class Ground:
    """Servers of this measurement and the timers that run on them."""

    infrastructure: local.Infrastructure
    url: str
    sql: asyncpg.Connection
    producer: AIOKafkaProducer
    log: IO[bytes]
    timers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def kafka(self) -> str:
        return self.infrastructure.kafka

    def pid(self, name: str) -> int:
        """The process of a server."""
        assert self.infrastructure.layout is not None
        record = alive(self.infrastructure.layout, name)
        assert record is not None
        return record.pid

    def spent(self) -> dict[str, float]:
        """CPU seconds of everything so far."""
        servers = {name: cpu.seconds([self.pid(name)]) for name in ("postgres", "kafka")}
        return {"timers": cpu.seconds([process.pid for process in self.timers]), **servers}

    async def start(self, name: str = "one", wait: bool = True) -> subprocess.Popen[bytes]:
        """Start one timer; returns when it is ready, unless told otherwise."""
        port = free_block(FIRST_PORT + 1000 + 100 * len(self.timers))
        env = {
            "PATH": os.environ["PATH"],
            "TASUKI_DATABASE_URL": self.url,
            "TASUKI_KAFKA": self.kafka,
            "TASUKI_INSTANCE": name,
            "TASUKI_HTTP_PORT": str(port),
            "TASUKI_SERVICE_TOKEN": "bench",
            "PYTHONUNBUFFERED": "1",
        }
        argv = [sys.executable, "-m", "services.timer"]
        process = subprocess.Popen(argv, cwd=ROOT, env=env, stdout=self.log)  # noqa: ASYNC220 — it is to outlive the loop
        self.timers.append(process)
        if wait:
            await ready(f"http://127.0.0.1:{port}/readyz")
        return process

    def stop(self, number: signal.Signals = signal.SIGTERM) -> None:
        """Stop every timer."""
        for process in self.timers:
            if process.poll() is None:
                process.send_signal(signal.SIGCONT)
                process.send_signal(number)
        for process in self.timers:
            process.wait()
        self.timers.clear()

    async def clear(self) -> None:
        """Forget every case; the log stays."""
        await self.sql.execute("TRUNCATE deadlines, folds, inbox, outbox, open_cases")

    async def say(self, events: Sequence[e.Event]) -> None:
        """Write events to the log as the other services would."""
        waiting = []
        for event in events:
            body, headers = envelope.encode(event, envelope.event_id(event.model_dump_json()), datetime.now(UTC))
            waiting.append(await self.producer.send(event.topic, body, event.key.encode(), headers=headers))
        await asyncio.gather(*waiting)

    async def ends(self) -> dict[TopicPartition, int]:
        """Where the log ends now."""
        async with AIOKafkaConsumer(bootstrap_servers=self.kafka) as consumer:
            found: dict[TopicPartition, int] = await consumer.end_offsets(_partitions())
            return found

    async def breaches(self, since: dict[TopicPartition, int]) -> list[tuple[str, float]]:
        """Case id and when its breach stood in the log (broker's time, UTC seconds), for all after `since`."""
        return [(key, at) for key, type_, at in await self.records(since) if type_ == e.DeadlineBreached.type]

    async def records(self, since: dict[TopicPartition, int]) -> list[tuple[str, str, float]]:
        """Key, type and the broker's time of every record after `since`."""
        found: list[tuple[str, str, float]] = []
        async with AIOKafkaConsumer(bootstrap_servers=self.kafka) as consumer:
            consumer.assign(_partitions())
            ends = await consumer.end_offsets(_partitions())
            for partition, offset in since.items():
                consumer.seek(partition, offset)
            while any([await consumer.position(p) < end for p, end in ends.items()]):
                for records in (await consumer.getmany(timeout_ms=200)).values():
                    for r in records:
                        found.append((r.key.decode(), dict(r.headers)["ce_type"].decode(), r.timestamp / 1000))
        return found

    async def wait_for(self, count: int, since: dict[TopicPartition, int], patience: float) -> list[tuple[str, float]]:
        """Wait until so many records more stand in the log, or nothing has come for a while; then read the breaches."""
        end = time.monotonic() + patience
        async with AIOKafkaConsumer(bootstrap_servers=self.kafka) as consumer:
            while time.monotonic() < end:
                ends = await consumer.end_offsets(_partitions())
                if sum(ends.values()) - sum(since.values()) >= count:
                    break
                await asyncio.sleep(0.2)
        return await self.breaches(since)

    async def fill(self, rows: Iterable[tuple[Any, ...]]) -> None:
        """Copy deadlines into the table."""
        await self.sql.copy_records_to_table("deadlines", records=rows, columns=COLUMNS)

    async def fill_folds(self, cases: Iterable[tuple[str, Priority, datetime]]) -> None:
        """Copy the folds of assigned cases into the table."""
        templates = {priority: folded(priority) for priority in Priority}
        rows = ((id_, templates[p].replace("@CASE@", id_).replace(_DUE, due.isoformat())) for id_, p, due in cases)
        await self.sql.copy_records_to_table("folds", records=rows, columns=("key", "state"))


def _partitions() -> list[TopicPartition]:
    return [TopicPartition(CASES, number) for number in range(PARTITIONS)]


async def ready(url: str, patience: float = 60) -> None:
    """Wait for a 200."""
    async with httpx.AsyncClient(trust_env=False) as http, asyncio.timeout(patience):
        while True:
            try:
                if (await http.get(url)).status_code == 200:
                    return
            except httpx.HTTPError:
                pass
            await asyncio.sleep(0.02)


def deadline(case_id: str, priority: Priority, due: datetime) -> tuple[Any, ...]:
    """One row of the table, in the order of COLUMNS."""
    return (case_id, DeadlineName.FIRST_RESPONSE.value, 1, priority.value, due, due + GRACE, "")


def told(case_id: str, priority: Priority, due: datetime) -> list[e.Event]:
    """What stands in the log of a case that was submitted, planned and assigned."""
    level = Level(targets=(), channels=(Channel.CHAT,), first_response="5m")
    plan = Plan(
        policy_version=1,
        priority=priority,
        path=Road.FUNCTIONAL,
        team="payments",
        levels=(level, level, level),
        first_handling="15m",
        resolution="4h",
        reasons=WHY,
    )
    clock = e.DeadlineSet(name=DeadlineName.FIRST_RESPONSE, generation=1, due=due)
    return [
        e.CaseSubmitted(case_id=case_id, by=BY, number=1, report=Report(facts="髙﨑①㈱ " * 20), source="bench"),
        e.EscalationPlanned(case_id=case_id, plan=plan),
        e.EscalationAssigned(
            case_id=case_id,
            round=1,
            level=1,
            path=Road.FUNCTIONAL,
            priority=priority,
            cause="submitted",
            after=0,
            responders=(),
            channels=(Channel.CHAT,),
            deadlines=(clock,),
            reasons=WHY,
        ),
    ]


_AT = datetime(2031, 1, 1, 1, 1, 1, 111111, UTC)
_DUE = _AT.isoformat().replace("+00:00", "Z")


def folded(priority: Priority) -> str:
    """The state of such a case as JSON, with @CASE@ and a due time to be replaced."""
    case: Case | None = None
    for event in told("@CASE@", priority, _AT):
        case = evolve(case, event, datetime.now(UTC))
    assert case is not None
    return case.model_dump_json()


@asynccontextmanager
async def grounds(log: Path) -> AsyncIterator[Ground]:
    """Start servers of one's own and make the timer's tables; nothing of it is kept."""
    with _servers() as servers:
        assert servers.layout is not None
        url = (await provision(servers.postgres, "tasuki_bench_timer", servers.layout.secrets))["timer"]
        await create_topics(servers.kafka)
        await _broker_time(servers.kafka)
        producer = AIOKafkaProducer(bootstrap_servers=servers.kafka, acks="all")
        await producer.start()
        with log.open("wb") as file:
            ground = Ground(servers, url, await asyncpg.connect(url), producer, file)
            try:
                await ground.start()
                yield ground
            finally:
                ground.stop(signal.SIGKILL)
                await producer.stop()
                await ground.sql.close()


@contextmanager
def _servers() -> Iterator[local.Infrastructure]:
    folder = Path(tempfile.mkdtemp(prefix="tasuki-bench-timer-"))
    folder.chmod(0o755)
    servers = local.start(folder, free_block(FIRST_PORT))
    try:
        yield servers
    finally:
        servers.stop()
        shutil.rmtree(folder, ignore_errors=True)


async def _broker_time(kafka: str) -> None:
    """Let the broker stamp each record when it stands in the log: that is the moment that counts."""
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
    await admin.start()
    stamp = {"message.timestamp.type": "LogAppendTime"}
    await admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, CASES, stamp)])
    await admin.close()
