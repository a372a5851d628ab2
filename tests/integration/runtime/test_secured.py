"""Kafka by certificates and by passwords over TLS, PostgreSQL by TLS that is checked, and passwords replaced while we run."""

import asyncio
import shutil
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest
import pytest_asyncio
from aiokafka import AIOKafkaConsumer

from deploy.local.infrastructure import Infrastructure
from deploy.local.postgres import server_user
from services.router.worker import create_app
from shared.contracts.envelope import Record
from shared.contracts.topics import CASES
from shared.runtime.db import Database, connect
from shared.runtime.kafka import Heard, producer
from shared.runtime.lanes import Aside
from shared.runtime.offsets import Offsets
from shared.runtime.settings import Broker, Secret, Security, ServiceSettings, access, broker, read
from tests.integration.runtime.certificates import Authority
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


async def test_a_password_is_replaced_while_the_pool_is_open(
    infrastructure: Infrastructure, databases: dict[str, str], tmp_path: Path
) -> None:
    parts = urlsplit(databases["knowledge"])
    old, new = parts.password or "", "a/new:one"
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
                place = f"{parts.username}:a%2Fnew%3Aone@{parts.hostname}:{parts.port}"
                file.write_text(urlunsplit(parts._replace(netloc=place)))
                async with db.reading() as another:
                    assert await held.fetchval("SELECT 1") == await another.fetchval("SELECT 1")
    finally:
        await server.execute(f"ALTER ROLE tasuki_knowledge PASSWORD '{old}'")
        await server.close()
