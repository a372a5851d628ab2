"""`python -m watchdog`: settings → rounds → HTTP, until a signal."""

import asyncio
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import uvicorn
import uvloop

from shared.runtime import loop, telemetry
from shared.runtime.clock import Wall
from shared.runtime.settings import ServiceSettings, read
from watchdog import api
from watchdog.rounds import Rounds
from watchdog.settings import NONE, Settings, checked

log = telemetry.logger(__name__)


class _Server(uvicorn.Server):
    """Signals belong to the process, not to its HTTP server."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def run(settings: Settings) -> None:
    """Watch until SIGTERM or SIGINT."""
    quiet = ServiceSettings(database_url=NONE, kafka="", http_port=0, service_token=NONE, log_level=settings.log_level)
    telemetry.setup("watchdog", quiet)
    os.umask(0o077)
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with httpx.AsyncClient(trust_env=False) as http:
        rounds = Rounds(settings, http, Wall())
        config = uvicorn.Config(
            api.build(rounds, settings), settings.watchdog_http_host, settings.watchdog_http_port,
            lifespan="off", log_config=None, log_level="warning", access_log=False, server_header=False,
        )  # fmt: skip
        server = _Server(config)
        rounds_of = (rounds.send, rounds.end, rounds.probe, rounds.judge, rounds.insist, rounds.beat)
        tasks = [asyncio.create_task(loop.forever(f"watchdog {do.__name__}", _again(do))) for do in rounds_of]
        serving, stopped = asyncio.create_task(server.serve()), asyncio.create_task(stop.wait())
        log.info("starting", period=settings.watchdog_period, late=settings.watchdog_late)
        await asyncio.wait([serving, stopped], return_when=asyncio.FIRST_COMPLETED)
        server.should_exit = True
        for task in (*tasks, stopped):
            task.cancel()
        await asyncio.gather(*tasks, serving, return_exceptions=True)
    log.info("stopped")


def _again(do: loop.Loop) -> loop.Loop:
    async def endless() -> None:
        while True:
            await do()

    return endless


if __name__ == "__main__":
    uvloop.run(run(checked(read(Settings))))
