"""What this machine can do at the very best, measured beside us: the parts of the path with nothing of ours on it."""

import asyncio
import socket
import time
from collections.abc import Awaitable, Callable

import asyncpg
import httpx
import uvicorn
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from fastapi import FastAPI

from bench.figures import spread
from bench.stack import Stack
from shared.contracts.topics import DEAD_LETTERS

ROUNDS = 200


async def measure(stack: Stack) -> dict[str, dict[str, float]]:
    """Milliseconds for each limit, one at a time."""
    return {
        "http_post_202_ms": await _http(),
        "postgres_commit_ms": await _commit(stack.database_url),
        "kafka_round_trip_ms": await _kafka(stack.kafka),
    }


async def _timed(do: Callable[[], Awaitable[object]]) -> dict[str, float]:
    for _ in range(20):
        await do()
    spent = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        await do()
        spent.append((time.perf_counter() - started) * 1000)
    return {name: round(value, 2) for name, value in spread(spent).items()}


async def _http() -> dict[str, float]:
    app = FastAPI()

    @app.post("/", status_code=202)
    async def accept(body: dict[str, str]) -> dict[str, str]:
        return body

    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(app, "127.0.0.1", port, log_level="error", access_log=False))
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False) as http:
        result = await _timed(lambda: http.post("/", json={"facts": "決済が全店舗で失敗する"}))
    server.should_exit = True
    await serving
    return result


async def _commit(url: str) -> dict[str, float]:
    connection = await asyncpg.connect(url)
    await connection.execute("CREATE TABLE IF NOT EXISTS bench (id int, body text)")
    result = await _timed(lambda: connection.execute("INSERT INTO bench VALUES (1, $1)", "x" * 1000))
    await connection.execute("DROP TABLE bench")
    await connection.close()
    return result


async def _kafka(bootstrap: str) -> dict[str, float]:
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap, acks="all", enable_idempotence=True)
    consumer = AIOKafkaConsumer(DEAD_LETTERS, bootstrap_servers=bootstrap, auto_offset_reset="latest")
    await producer.start()
    await consumer.start()
    await consumer.getmany(timeout_ms=200)

    async def there_and_back() -> None:
        await producer.send_and_wait(DEAD_LETTERS, b"x" * 1000, partition=0, headers=[("bench", b"1")])
        await consumer.getone()

    result = await _timed(there_and_back)
    await producer.stop()
    await consumer.stop()
    return result
