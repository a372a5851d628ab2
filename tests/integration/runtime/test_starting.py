"""Who starts while the database is away is alive and not ready, so that nobody kills it for waiting; it works once the database is there."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from random import Random
from urllib.parse import urlsplit

import httpx
import pytest_asyncio

from chaos.proxy import Way
from tests.integration.runtime.waiting import eventually
from tests.ports import port

ROOT = Path(__file__).parents[3]


@pytest_asyncio.fixture
async def way(databases: dict[str, str]) -> AsyncIterator[Way]:
    """The way to the database, which nobody has opened yet."""
    target = urlsplit(databases["timer"]).port
    assert target is not None
    made = Way(port(), target, Random(1))
    yield made
    await made.close()


@pytest_asyncio.fixture
async def http(databases: dict[str, str], kafka: str, way: Way) -> AsyncIterator[httpx.AsyncClient]:
    """A timer of its own, which goes that way."""
    mine, url = port(), databases["timer"]
    env = {
        "PATH": os.environ["PATH"],
        "TASUKI_DATABASE_URL": url.replace(f":{urlsplit(url).port}/", f":{way.port}/"),
        "TASUKI_KAFKA": kafka,
        "TASUKI_HTTP_PORT": str(mine),
        "TASUKI_SERVICE_TOKEN": "test",
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "services.timer", cwd=ROOT, env=env, stdout=asyncio.subprocess.DEVNULL
    )
    async with httpx.AsyncClient(trust_env=False, base_url=f"http://127.0.0.1:{mine}") as client:
        yield client
    process.kill()
    await process.wait()


async def test_who_waits_for_the_database_is_alive_and_not_ready(http: httpx.AsyncClient, way: Way) -> None:
    async def status(path: str, wanted: int) -> bool:
        try:
            return (await http.get(path)).status_code == wanted
        except httpx.TransportError:
            return False

    assert await eventually(lambda: status("/livez", 200), 40)
    assert await status("/readyz", 503)
    assert await status("/v1/deadlines", 503), "what is asked meanwhile is asked again"
    await way.open()
    assert await eventually(lambda: status("/readyz", 200), 40)
    assert await status("/v1/deadlines", 401)
