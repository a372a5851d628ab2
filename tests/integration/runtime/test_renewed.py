"""Certificates of Kafka are renewed under running consumers and relays, with their authority, as an operator of a cluster does it."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from uuid import uuid4

import pytest

from shared.contracts import envelope
from shared.runtime import outbox
from shared.runtime.db import Database
from shared.runtime.kafka import LONGEST_QUIET, producer
from shared.runtime.settings import ServiceSettings, broker
from tests.integration.runtime.certificates import Authority
from tests.integration.runtime.conftest import WHEN, noted
from tests.integration.runtime.secured import opened
from tests.integration.runtime.shells import SCHEMAS, TABLE, Reader

SOON = LONGEST_QUIET + 60  # one of them looks every half a minute only


def given(settings: ServiceSettings) -> dict[str, str]:
    """The settings as a service is given them."""
    needed = {"kafka", "kafka_security", "kafka_ca", "kafka_certificate", "kafka_key", "http_port"}
    told = {name: str(getattr(settings, name)) for name in needed}
    return {
        f"TASUKI_{name.upper()}": value for name, value in {**told, "database_url": "", "service_token": ""}.items()
    }


@pytest.mark.timeout(300)
async def test_who_reads_and_who_publishes_begins_anew_by_what_the_files_say_then(
    database: Callable[[str], Awaitable[Database]], databases: dict[str, str], tmp_path: Path
) -> None:
    readers: list[Reader] = []
    (tmp_path / "authority").mkdir()
    async with opened(Authority(tmp_path / "authority", "authority"), tmp_path / "broker") as secured:

        async def relay(wish: str) -> None:
            for shell, schema in SCHEMAS.items():
                async with (await database(schema)).transaction() as tx:
                    await outbox.add(tx, noted(f"{shell}:{wish}"), uuid4(), WHEN)

        async def say(wish: str) -> None:
            async with producer(broker(secured.settings)) as writing:
                for reader in readers:
                    note = noted(f"{reader.shell}:{wish}")
                    body, headers = envelope.encode(note, uuid4(), WHEN)
                    await writing.send_and_wait(note.topic, body, note.key.encode(), headers=headers)

        try:
            for shell, schema in SCHEMAS.items():
                async with (await database(schema)).transaction() as tx:
                    await tx.execute(TABLE)
                (tmp_path / shell).mkdir()
                settings = given(secured.settings)
                readers.append(Reader(shell, databases[schema], "", tmp_path / shell, settings=settings))
                await readers[-1].start()
            await say("before")
            await relay("relayed before")
            for reader in readers:
                await reader.handled("before", seconds=60)
                await reader.handled("relayed before", seconds=60)
            secured.stop()
            renewed = Authority(tmp_path / "authority", "authority")
            for name in ("server", "client"):
                renewed.sign(name)
            await secured.start()
            await say("after")
            await relay("relayed after")
            consumer, router = readers
            await consumer.handled("after", seconds=SOON)
            await consumer.handled("relayed after", seconds=SOON)
            assert await router.gone(SOON) == 70
            await router.start()
            for reader in readers:
                await reader.handled("after", seconds=60)
                await reader.handled("before")
        finally:
            for reader in readers:
                await reader.end(kill=True)
