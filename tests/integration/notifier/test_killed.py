"""The real process on real Kafka and Postgres: killed in the middle of sending, it loses nothing and doubles nothing."""

import asyncio
import contextlib
import dataclasses
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from uuid import uuid4

import asyncpg
import httpx
import pytest_asyncio
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from deploy.local import infrastructure as local
from sandbox import Sandbox
from sandbox import Settings as SandboxSettings
from services.notifier.domain import twiml
from shared.contracts import envelope, topics
from shared.contracts import events as e
from shared.contracts.envelope import Record
from shared.contracts.vocabulary import Channel
from shared.runtime.consume import Handling
from tests import ports
from tests.integration.notifier import conftest as c
from tests.integration.notifier.intake import TOKEN, Intake

ROOT = Path(__file__).parents[3]


@dataclasses.dataclass
class Life:
    """A notifier that can be killed and started again."""

    env: dict[str, str]
    url: str
    process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Start it and wait until it reads."""
        self.process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "services.notifier", cwd=ROOT, env=self.env, stdout=asyncio.subprocess.DEVNULL
        )
        async with httpx.AsyncClient(trust_env=False) as http, asyncio.timeout(30):
            while True:
                try:
                    if (await http.get(f"{self.url}/readyz")).status_code == 200:
                        return
                except httpx.HTTPError:
                    pass
                await asyncio.sleep(0.05)

    async def end(self, number: int) -> int:
        """Send it a signal and wait for its end."""
        assert self.process is not None
        self.process.send_signal(number)
        return await self.process.wait()


class Writer:
    """Writes records to the log as the other services would."""

    def __init__(self, producer: AIOKafkaProducer) -> None:
        self._producer = producer

    async def consume(self, records: Sequence[Record]) -> None:
        """Stands where a handler would, so that `World.submitted` can be used."""
        (record,) = records
        body, headers = record.body, record.headers
        assert body is not None
        key = envelope.decode(dict(headers)["ce_type"].decode(), body).case_id.encode()
        await self._producer.send_and_wait(topics.CASES, body, key, headers=headers)


@contextlib.asynccontextmanager
async def notifying(
    database_url: str, kafka: str, more: Sequence[Callable[[Sandbox], Mapping[str, str]]] = ()
) -> AsyncIterator[tuple[c.World, Life]]:
    """A sandbox, an intake, a log, and the process under test; `more` are variables of further providers."""
    port, intake = ports.port(), Intake()
    url = f"http://127.0.0.1:{port}"
    producer = AIOKafkaProducer(bootstrap_servers=kafka)
    await producer.start()
    async with (
        Sandbox.run(settings=SandboxSettings(public_url=url)) as sandbox,
        c.serving(intake.app(), ports.port()) as intake_url,
        httpx.AsyncClient(base_url=url, headers={"authorization": f"Bearer {TOKEN}"}, trust_env=False) as http,
    ):
        settings = c.settings_for(sandbox, url, port, intake_url, database_url, kafka)
        env = {f"TASUKI_{name.upper()}": str(value) for name, value in dataclasses.asdict(settings).items()}
        for of_provider in more:
            env.update(of_provider(sandbox))
        life = Life({"PATH": os.environ["PATH"], **env, "TASUKI_INSTANCE": "1"}, url)
        await life.start()
        (await http.put("/v1/contacts", json=c.CONTACTS)).raise_for_status()
        (await http.put("/v1/bundling", json={"after": 0})).raise_for_status()  # all of it is sent to a few people
        handling: Handling = Writer(producer)  # type: ignore[assignment]
        yield c.World(sandbox, intake, None, handling, url, http), life  # type: ignore[arg-type]
        assert await life.end(signal.SIGTERM) == 0
    await producer.stop()


@pytest_asyncio.fixture(scope="module")
async def parts(databases: dict[str, str], kafka: str) -> AsyncIterator[tuple[c.World, Life]]:
    """One for this module."""
    async with notifying(databases["notifier"], kafka) as made:
        yield made


async def test_the_first_page_leaves_within_a_second_of_the_event(parts: tuple[c.World, Life]) -> None:
    world, _ = parts
    case = await world.submitted()
    await world.say(c.assigned(case, c.SATO))
    call = await world.sandbox.phone.wait_for_call(c.PHONE[c.SATO], case_id=case, timeout=1)
    await call.until("ringing")
    await call.answer()
    await call.press("1")
    assert [t["case_id"] for t in world.intake.taken] == [case]


async def test_who_presses_1_while_the_database_is_away_is_asked_again_and_not_thanked(
    parts: tuple[c.World, Life], databases: dict[str, str], infrastructure: local.Infrastructure
) -> None:
    world, _ = parts
    case = await world.submitted()
    await world.say(c.assigned(case, c.SATO))
    call = await world.sandbox.phone.wait_for_call(c.PHONE[c.SATO], case_id=case, timeout=5)
    await call.until("ringing")
    await call.answer()
    name = databases["notifier"].rpartition("/")[2]
    server = await asyncpg.connect(infrastructure.postgres)
    await server.execute(f'ALTER DATABASE "{name}" CONNECTION LIMIT 0')
    await server.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", name)
    try:
        await call.press("1")

        async def was_said() -> bool:
            return any(twiml.UNRECORDED["ja"] in said["text"] for said in call.as_json()["said"])

        await world.until(was_said)
        assert case not in [t["case_id"] for t in world.intake.taken]
    finally:
        await server.execute(f'ALTER DATABASE "{name}" CONNECTION LIMIT -1')
        await server.close()

    async def is_taken() -> bool:
        if case not in [t["case_id"] for t in world.intake.taken]:
            await call.press("1")
        return case in [t["case_id"] for t in world.intake.taken]

    await world.until(is_taken)
    assert len(world.sandbox.received("phone", case_id=case)) == 1, "nobody is rung up again"


async def test_killed_between_the_provider_and_the_ledger(parts: tuple[c.World, Life], kafka: str) -> None:
    """Twenty pages under way when the process is killed: after its return each has arrived, on these channels once."""
    world, life = parts
    for channel in ("chat", "phone", "ticket"):
        world.sandbox.fault(channel, "slow", seconds=0.4)
    cases = [await world.submitted() for _ in range(10)]
    for case in cases:
        channels = (Channel.CHAT, Channel.TICKET)
        await world.say(c.assigned(case, c.SATO, channels=channels, priority="P3"))

    async def one_is_there() -> bool:
        return len({r.case_id for r in world.sandbox.received("chat") if r.case_id in cases}) > 2

    await world.until(one_is_there)
    await life.end(signal.SIGKILL)
    world.sandbox.clear_faults()
    await life.start()
    for case in cases:
        await world.until(partial(_all_there, world, case), 20)
    for case in cases:
        assert len(world.sandbox.received("chat", case_id=case)) == 1
        assert len(world.sandbox.received("ticket", case_id=case)) == 1


async def _all_there(world: c.World, case: str) -> bool:
    log = await world.log(case)
    return len(log) == 2 and all(n["state"] == "accepted" for n in log)


async def test_the_outcomes_stand_on_kafka_in_one_trace(parts: tuple[c.World, Life], kafka: str) -> None:
    world, _ = parts
    consumer = AIOKafkaConsumer(topics.NOTIFICATIONS, bootstrap_servers=kafka, auto_offset_reset="earliest")
    await consumer.start()
    try:
        case = await world.submitted()
        await world.say(c.assigned(case, c.YAMADA, channels=(Channel.CHAT,), priority="P3"))
        event: e.Event | None = None
        async with asyncio.timeout(10):
            while event is None or (event.case_id, getattr(event, "recipient", "")) != (case, c.YAMADA):
                record = await consumer.getone()
                event = envelope.decode(envelope.meta(list(record.headers)).type, record.value)
        assert isinstance(event, e.NotificationAttempted)
        assert (event.recipient, event.channel, event.outcome, event.attempt) == (c.YAMADA, "chat", "accepted", 1)
        assert c.SLACK[c.YAMADA].encode() not in record.value
    finally:
        await consumer.stop()


async def test_a_record_that_nobody_can_read_is_no_obstacle(parts: tuple[c.World, Life]) -> None:
    world, _ = parts
    case = await world.submitted()
    world.handling = _Poisoned(world.handling)  # type: ignore[assignment]
    await world.say(e.CaseNoted(case_id=case, by=c.person(c.SATO), text=str(uuid4())))
    await world.say(c.assigned(case, c.YAMADA, channels=(Channel.CHAT,), priority="P3"))
    await world.sandbox.chat.wait_for_message(c.SLACK[c.YAMADA], case_id=case)


class _Poisoned:
    """Breaks the first record that it passes on."""

    def __init__(self, inner: object) -> None:
        self._inner = inner
        self._spent = False

    async def consume(self, records: Sequence[Record]) -> None:
        (record,) = records
        if not self._spent:
            self._spent = True
            headers = [(n, v) for n, v in record.headers]
            producer = self._inner._producer  # type: ignore[attr-defined]
            await producer.send_and_wait(topics.CASES, b"\xff not json", b"x", headers=headers)
        else:
            await self._inner.consume(records)  # type: ignore[attr-defined]
