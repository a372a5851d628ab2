"""Real Kafka and PostgreSQL for every test that asks for them: thrown away at the end, never the ones of `make up`.

Fixtures: `infrastructure` (one pair of servers a run), `kafka` (fresh, empty topics for each test module),
`databases` (service → URL of its own role, one fresh database for each test module), `database` (connected and
migrated, by the service's name).
"""

import os
import shutil
import tempfile
import warnings
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest
import pytest_asyncio
from aiokafka.admin import AIOKafkaAdminClient
from hypothesis import settings

from deploy.local import infrastructure as local
from deploy.local.provision import provision
from deploy.local.topics import create_topics
from shared.contracts.topics import TOPICS
from shared.runtime.db import Database, connect
from shared.runtime.migrate import migrate
from tests import ports

pytest_plugins = ("tests.workers",)
SERVICES = Path(__file__).parents[1] / "services"
settings.register_profile("untimed", deadline=None)  # how fast the machine is proves nothing
settings.load_profile("untimed")


@pytest.fixture(scope="session")
def infrastructure() -> Iterator[local.Infrastructure]:
    """Kafka and PostgreSQL of this run; own servers named in the environment are left alone."""
    own = {name: os.environ.pop(name) for name in ("TASUKI_KAFKA", "TASUKI_POSTGRES_URL") if name in os.environ}
    folder = Path(tempfile.mkdtemp(prefix="tasuki-tests-"))
    folder.chmod(0o755)  # PostgreSQL runs as another user when we are root; secrets below have their own 0700
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # the servers are meant to outlive the call that started them
        servers = local.start(folder, ports.block())
    yield servers
    servers.stop()
    shutil.rmtree(folder, ignore_errors=True)
    os.environ.update(own)


@pytest_asyncio.fixture(scope="module")
async def kafka(infrastructure: local.Infrastructure) -> str:
    """host:port of the broker; its topics are empty and no group has read anything."""
    admin = AIOKafkaAdminClient(bootstrap_servers=infrastructure.kafka)
    await admin.start()
    try:
        known = set(await admin.list_topics())
        old = [topic.name for topic in TOPICS if topic.name in known]
        if old:
            await admin.delete_topics(old)
    finally:
        await admin.close()
    await create_topics(infrastructure.kafka)
    return infrastructure.kafka


@pytest_asyncio.fixture(scope="module")
async def databases(infrastructure: local.Infrastructure) -> AsyncIterator[dict[str, str]]:
    """Service → URL of its own role in a fresh database; nothing is migrated yet."""
    assert infrastructure.layout is not None
    name = f"tasuki_test_{uuid4().hex[:12]}"
    yield await provision(infrastructure.postgres, name, infrastructure.layout.secrets)
    server = await asyncpg.connect(infrastructure.postgres)
    await server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
    await server.close()


@pytest_asyncio.fixture(scope="module")
async def database(databases: dict[str, str]) -> AsyncIterator[Callable[[str], Awaitable[Database]]]:
    """`await database("timer")`: that service's database, migrated; the same one all through the test module."""
    opened: dict[str, Database] = {}
    async with AsyncExitStack() as stack:

        async def of(service: str) -> Database:
            if service not in opened:
                opened[service] = await stack.enter_async_context(connect(databases[service], 8))
                await migrate(opened[service], SERVICES / service / "migrations")
            return opened[service]

        yield of
