"""Kafka by certificates and by passwords over TLS, PostgreSQL by TLS that is checked, and passwords replaced while we run."""

import asyncio
import shutil
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import asyncpg
import pytest
import pytest_asyncio
from aiokafka import AIOKafkaConsumer

from deploy.local.infrastructure import Infrastructure
from deploy.local.postgres import server_user
from services.router.worker import create_app
from shared.contracts import envelope
from shared.contracts.envelope import Record
from shared.contracts.events import CaseNoted
from shared.contracts.topics import CASES
from shared.runtime.clock import Clock
from shared.runtime.consume import TRIES, Delivery, Handling
from shared.runtime.db import REFUSED, UNAVAILABLE, Database, connect
from shared.runtime.kafka import Heard, producer
from shared.runtime.lanes import Aside
from shared.runtime.offsets import Offsets
from shared.runtime.settings import Broker, Secret, Security, ServiceSettings, access, broker, read
from tests.integration.runtime.certificates import Authority
from tests.integration.runtime.conftest import WHEN, noted
from tests.integration.runtime.secured import PASSWORD, USER, lets_in, opened
from tests.integration.runtime.waiting import eventually

pytestmark = pytest.mark.security


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"), "authority")


@pytest_asyncio.fixture(scope="module")
async def secured(authority: Authority, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[ServiceSettings]:
    """Settings for a broker that lets nobody in without a certificate on one port, without a password on the other."""
    async with opened(authority, tmp_path_factory.mktemp("secured")) as made:
        yield made.settings


def by_password(settings: ServiceSettings, password: str = PASSWORD) -> ServiceSettings:
    """The same broker at its other port."""
    other = int(settings.kafka.rpartition(":")[2]) + 10
    return replace(
        settings, kafka=f"127.0.0.1:{other}", kafka_security=Security("scram"), kafka_user=USER,
        kafka_password=Secret(password), kafka_certificate="", kafka_key="",
    )  # fmt: skip


async def last(bootstrap: Broker) -> bytes:
    """The newest record of the topic of cases."""
    async with AIOKafkaConsumer(
        CASES, bootstrap_servers=bootstrap, auto_offset_reset="earliest", **access(bootstrap)
    ) as consumer:
        record = await asyncio.wait_for(consumer.getone(), 20)
        return bytes(record.value)


async def test_by_certificate_and_by_password_the_same_log_is_written_and_read(secured: ServiceSettings) -> None:
    async with producer(broker(secured)) as writing:
        await writing.send_and_wait(CASES, "髙﨑①㈱🔥".encode(), b"c_1")
    assert await last(broker(by_password(secured))) == "髙﨑①㈱🔥".encode()


async def test_who_is_not_known_or_does_not_know_the_authority_is_not_let_in(
    secured: ServiceSettings, tmp_path: Path
) -> None:
    stranger = Authority(tmp_path, "stranger")
    forged = stranger.sign("forged")
    assert not await lets_in(by_password(secured, "wrong"))
    assert not await lets_in(replace(secured, kafka_ca=str(stranger.file)))
    assert not await lets_in(replace(secured, kafka_certificate="", kafka_key=""))
    assert not await lets_in(replace(secured, kafka_certificate=str(forged.certificate), kafka_key=str(forged.key)))
    assert not await lets_in(replace(secured, kafka_security=Security("plaintext")))
    assert await lets_in(by_password(secured))


@pytest.mark.parametrize("way", [lambda settings: settings, by_password], ids=["certificate", "password"])
async def test_faust_reads_by_either_way(
    secured: ServiceSettings,
    way: Callable[[ServiceSettings], ServiceSettings],
    database: Callable[[str], Awaitable[Database]],
) -> None:
    async with producer(broker(secured)) as writing:
        await writing.send_and_wait(CASES, b"for faust", b"c_2")
    read_: list[bytes] = []

    async def consume(records: Sequence[Record], _: Aside) -> None:
        read_.extend(record.body for record in records if record.body)

    app = create_app(broker(way(secured)), "one", consume, Offsets(await database("router")), Heard())
    app.loop = asyncio.get_running_loop()
    app.finalize()
    await app.start()

    async def there() -> bool:
        return b"for faust" in read_

    try:
        assert await eventually(there, 40)
    finally:
        await app.stop()


@pytest_asyncio.fixture
async def by_tls(infrastructure: Infrastructure, authority: Authority) -> AsyncIterator[Callable[[str, str], str]]:
    """The server of this run speaks TLS; gives an address with how far it is believed, and by which authority."""
    data = Path(next(p for p in infrastructure.parts if p.name == "postgres").argv[2])
    pair = authority.sign("postgres")
    for source, name in ((pair.certificate, "tls.crt"), (pair.key, "tls.key")):
        shutil.copy(source, data / name)
        (data / name).chmod(0o600)
        if user := server_user():
            shutil.chown(data / name, user)
    await _alter(
        infrastructure.postgres, "SET ssl_cert_file = 'tls.crt'", "SET ssl_key_file = 'tls.key'", "SET ssl = on"
    )
    yield lambda url, ca: f"{url}?sslmode=verify-full&sslrootcert={ca}"
    await _alter(infrastructure.postgres, "RESET ssl")


async def _alter(url: str, *changes: str) -> None:
    server = await asyncpg.connect(url)
    for change in changes:
        await server.execute(f"ALTER SYSTEM {change}")
    await server.execute("SELECT pg_reload_conf()")
    await server.close()


async def _tls(url: str) -> bool:
    async with connect(url, 1) as db, db.reading() as tx:
        return bool(await tx.fetchval("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"))


async def test_postgres_is_believed_only_by_its_authority_and_under_its_address(
    by_tls: Callable[[str, str], str], databases: dict[str, str], authority: Authority, tmp_path: Path
) -> None:
    async def speaks() -> bool:
        try:
            return await _tls(by_tls(databases["timer"], str(authority.file)))
        except (OSError, asyncpg.PostgresError):
            return False

    assert await eventually(speaks, 20)
    with pytest.raises(ssl.SSLError):
        await _tls(by_tls(databases["timer"], str(Authority(tmp_path, "stranger").file)))
    elsewhere = databases["timer"].replace("127.0.0.1", "localhost")
    with pytest.raises((ssl.SSLError, OSError)):
        await _tls(by_tls(elsewhere, str(authority.file)))


class Watched(Secret):
    """An address in a file; counts how often it was read."""

    asked = 0

    def fresh(self) -> str:
        self.asked += 1
        return super().fresh()


def with_password(url: str, password: str) -> str:
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=f"{parts.username}:{password}@{parts.hostname}:{parts.port}"))


async def test_a_record_waits_for_a_password_that_does_not_fit_yet(
    database: Callable[[str], Awaitable[Database]], databases: dict[str, str], tmp_path: Path
) -> None:
    await database("timer")  # with its tables
    url = Watched(databases["timer"])
    url.file = tmp_path / "database-url"
    url.file.write_text(databases["timer"])
    heard: list[str] = []

    async def on_noted(event: CaseNoted, delivery: Delivery) -> None:
        heard.append(event.text)

    body, headers = envelope.encode(noted("髙﨑①㈱🔥"), uuid4(), WHEN)
    record = Record(CASES, 0, 1, [(name, bytes(value)) for name, value in headers], body)
    async with connect(url, 2) as db, db.reading() as held:  # the one connection that is open
        url.file.write_text(with_password(databases["timer"], "not-yet"))
        before = url.asked
        consuming = asyncio.create_task(Handling(db, Clock(), "test", {CaseNoted: on_noted}).consume([record]))

        async def tried() -> bool:
            return consuming.done() or url.asked - before > 2 * TRIES

        assert await eventually(tried)
        assert not consuming.done()
        url.file.write_text(databases["timer"])
        await consuming
        assert heard == ["髙﨑①㈱🔥"]
        assert await held.fetchval("SELECT count(*) FROM outbox WHERE topic = 'tasuki.dead-letters'") == 0


async def test_a_password_a_role_and_a_database_that_are_not_there_yet_are_waited_for_and_none_is_told(
    databases: dict[str, str],
) -> None:
    there = databases["timer"]
    for url in (with_password(there, "wrong"), there.replace("tasuki_timer:", "tasuki_nobody:"), f"{there}_none"):
        with pytest.raises(REFUSED) as problem:
            await _tls(url)
        assert isinstance(problem.value, UNAVAILABLE)
        assert "wrong" not in str(problem.value)  # it may be written down


async def test_a_password_is_replaced_while_the_pool_is_open(
    infrastructure: Infrastructure, databases: dict[str, str], tmp_path: Path
) -> None:
    old, new = urlsplit(databases["knowledge"]).password or "", "a/new:one"
    file = tmp_path / "database-url"
    file.write_text(databases["knowledge"])
    names = {"DATABASE_URL_FILE": str(file), "KAFKA": "", "HTTP_PORT": "1", "SERVICE_TOKEN": ""}
    settings = read(ServiceSettings, {f"TASUKI_{name}": value for name, value in names.items()})
    server = await asyncpg.connect(infrastructure.postgres)
    try:
        async with connect(settings.database_url, 2) as db:
            await server.execute(f"ALTER ROLE tasuki_knowledge PASSWORD '{new}'")
            async with db.reading() as held:  # the connection that was opened before
                with pytest.raises(asyncpg.InvalidPasswordError):
                    await _tls(databases["knowledge"])
                file.write_text(with_password(databases["knowledge"], "a%2Fnew%3Aone"))
                async with db.reading() as another:
                    assert await held.fetchval("SELECT 1") == await another.fetchval("SELECT 1")
    finally:
        await server.execute(f"ALTER ROLE tasuki_knowledge PASSWORD '{old}'")
        await server.close()
