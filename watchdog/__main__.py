"""`python -m watchdog`: settings → rounds → HTTP, until a signal; `python -m watchdog try`: each path of alarm, once."""

import argparse
import asyncio
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import uvicorn
import uvloop

from shared.runtime import loop, telemetry
from shared.runtime.clock import Wall
from shared.runtime.settings import ServiceSettings, read
from watchdog import api
from watchdog.paths import Paths
from watchdog.rounds import Rounds
from watchdog.settings import NONE, Settings, checked
from watchdog.trying import try_each

log = telemetry.logger(__name__)


class _Server(uvicorn.Server):
    """Signals belong to the process, not to its HTTP server."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def run(settings: Settings) -> None:
    """Watch until SIGTERM or SIGINT."""
    _log(settings.log_level)
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
        if not settings.services:
            log.error("no service is asked for /readyz: a timer that is dead is seen by no canary")
        log.info("starting", period=settings.watchdog_period, late=settings.watchdog_late)
        await asyncio.wait([serving, stopped], return_when=asyncio.FIRST_COMPLETED)
        server.should_exit = True
        for task in (*tasks, stopped):
            task.cancel()
        await asyncio.gather(*tasks, serving, return_exceptions=True)
    log.info("stopped")


async def once(settings: Settings) -> int:
    """Try each path of alarm; 0 when every one took the message. What is printed is told by no log besides."""
    _log("critical")
    async with httpx.AsyncClient(trust_env=False) as http:
        return await try_each(Paths(settings, http))


def _log(level: str) -> None:
    quiet = ServiceSettings(database_url=NONE, kafka="", http_port=0, service_token=NONE, log_level=level)
    telemetry.setup("watchdog", quiet)


def _again(do: loop.Loop) -> loop.Loop:
    async def endless() -> None:
        while True:
            await do()

    return endless


def main() -> int:
    """Watch, or try the paths of alarm."""
    parser = argparse.ArgumentParser(prog="python -m watchdog")
    parser.add_argument(
        "what", nargs="?", choices=["try"], help="警報の経路を一度ずつ試す (send one message by each path of alarm)"
    )
    asked = parser.parse_args().what
    settings = checked(read(Settings))
    if asked == "try":
        return uvloop.run(once(settings))
    uvloop.run(run(settings))
    return 0


if __name__ == "__main__":
    sys.exit(main())
