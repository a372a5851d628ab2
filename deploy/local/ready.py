"""Waits until a process really answers, and says what its log says when it does not."""

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import asyncpg
import httpx
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from deploy.local.language import Problem
from deploy.local.layout import Layout
from deploy.local.parts import Part
from deploy.local.processes import alive, last_lines, record

Result = TypeVar("Result")
SLOWEST = 150.0  # s until the first answer of what starts: the trace viewer took 70 beside other work


def blocking(work: Coroutine[Any, Any, Result]) -> Result:
    """Run a coroutine to its end, also where an event loop is already running."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()


async def answers(part: Part, kafka: str = "", postgres: str = "") -> bool:
    """Tell whether the process does its work now; `kafka` and `postgres` are the addresses to try."""
    match part.ready:
        case "none":
            return True
        case "kafka":
            return await kafka_answers(kafka)
        case "postgres":
            return await postgres_answers(postgres)
    try:
        async with httpx.AsyncClient(timeout=3, trust_env=False) as client:
            return (await client.get(part.ready)).status_code == 200
    except httpx.HTTPError:
        return False


async def kafka_answers(servers: str) -> bool:
    """Tell whether a broker accepts metadata requests and names itself."""
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # refused connections are what we wait through
    admin = AIOKafkaAdminClient(bootstrap_servers=servers, request_timeout_ms=3000)
    try:
        await admin.start()
        return bool((await admin.describe_cluster())["brokers"])
    except (KafkaError, OSError, TimeoutError):
        return False
    finally:
        await admin.close()


async def postgres_answers(url: str) -> bool:
    """Tell whether the server runs a query."""
    try:
        connection = await asyncpg.connect(url, timeout=3)
        try:
            return bool(await connection.fetchval("SELECT true"))
        finally:
            await connection.close()
    except (OSError, ValueError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError):
        return False


async def wait(
    layout: Layout, part: Part, ask: Callable[[], Coroutine[Any, Any, bool]], deaths: int = 0, seconds: float = SLOWEST
) -> None:
    """Wait until `ask` says yes. Raises Problem after `seconds`, or when the process died more than `deaths` times."""
    until, pause = time.monotonic() + seconds, 0.05
    first = kept.restarts if (kept := record(layout, part.name)) else 0
    while not await ask():
        now = record(layout, part.name)
        died = (now.restarts - first if now else 0) + (0 if alive(layout, part.name) else 1)
        if died > deaths or time.monotonic() > until:
            raise _problem(layout, part.name, died > deaths, seconds)
        await asyncio.sleep(pause)
        pause = min(pause * 1.5, 0.5)


def _problem(layout: Layout, name: str, died: bool, seconds: float) -> Problem:
    log = layout.logs / f"{name}.log"
    wrong = (f"{name} が終了しました", f"{name} ended")
    if not died:
        wrong = (f"{name} が {seconds:.0f} 秒待っても応答しません", f"{name} does not answer after {seconds:.0f} s")
    return Problem(
        wrong,
        (f"記録を読む: make logs S={name}  ({log})\n直したら make up をもう一度。他は動いたままです (止める: make down)",
         f"read its log: make logs S={name}  ({log})\nmend it and run make up again; the others go on (make down stops them)"),
        said=last_lines(layout, name),
    )  # fmt: skip
