"""`python -m gateway`: settings → journal → lines → HTTP, until a signal."""

import asyncio
import importlib.util
import os
import shutil
import signal
from functools import partial

import uvloop

from gateway import api
from gateway.configuration import account
from gateway.exchange import Exchange
from gateway.journal import Journal
from gateway.reports import Reports
from gateway.settings import NONE, Settings
from gateway.speech import Voice
from shared.runtime import loop, telemetry, web
from shared.runtime.clock import Clock
from shared.runtime.settings import BadSettings, ServiceSettings, read

log = telemetry.logger(__name__)
NEEDED = {"baresip": "baresip-core", "espeak-ng": "espeak-ng", "setpriv": "util-linux"}  # program → Debian package
POST_SECONDS = 10.0
EXPIRE_SECONDS, FORGET_SECONDS = 1.0, 3600.0


def checked(settings: Settings) -> Settings:
    """The settings, if a gateway can run on them. Raises `BadSettings`."""
    missing = [package for program, package in NEEDED.items() if shutil.which(program) is None]
    if missing:
        raise BadSettings(f"gateway: missing Debian packages: apt-get install {' '.join(missing)}")
    if importlib.util.find_spec("pyopenjtalk") is None:
        raise BadSettings("gateway: missing Python package: pip install pyopenjtalk-plus")
    if not 1 <= settings.gateway_lines <= 20:
        raise BadSettings("settings: TASUKI_GATEWAY_LINES must be 1 to 20")
    if not settings.gateway_token or not settings.gateway_signing_secret:
        raise BadSettings("settings: TASUKI_GATEWAY_TOKEN and TASUKI_GATEWAY_SIGNING_SECRET must not be empty")
    try:
        account(settings)
    except ValueError as problem:
        raise BadSettings(f"settings: {problem}") from None
    return settings


async def run(settings: Settings) -> None:
    """Run until SIGTERM or SIGINT; calls under way are hung up and said to be interrupted."""
    quiet = ServiceSettings(
        database_url=NONE, kafka="", http_port=0, service_token=NONE, log_level=settings.log_level,
        traces=settings.traces, traces_url=settings.traces_url,
    )  # fmt: skip
    telemetry.setup("gateway", quiet)
    os.umask(0o077)  # what we write holds numbers, names and the password of the account
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    clock = Clock()
    journal = Journal(settings.gateway_data / "calls.jsonl", clock.now())
    voice = Voice(settings.gateway_data / "sounds")
    async with telemetry.http_client(POST_SECONDS) as http:
        reports = Reports(journal, http, settings.gateway_signing_secret, clock)
        exchange = Exchange(settings, journal, reports, voice, clock)
        exchange.recover()
        await voice.warm()
        app = api.build(exchange, settings.gateway_token)
        tasks = [
            asyncio.create_task(loop.forever(f"line {line.number}", partial(exchange.work, line)))
            for line in exchange.lines
        ]

        async def forget() -> None:
            journal.forget(clock.now())

        tasks += [
            asyncio.create_task(loop.forever("expire", partial(loop.every, EXPIRE_SECONDS, exchange.expire))),
            asyncio.create_task(loop.forever("forget", partial(loop.every, FORGET_SECONDS, forget))),
        ]
        serving = asyncio.create_task(web.serve(app, settings.gateway_http_host, settings.gateway_http_port))
        stopped = asyncio.create_task(stop.wait())
        log.info("starting", lines=settings.gateway_lines)
        await asyncio.wait([serving, stopped], return_when=asyncio.FIRST_COMPLETED)
        for task in (*tasks, serving, stopped):
            task.cancel()
        await asyncio.wait([*tasks, serving])
        await reports.close()
    journal.close()
    log.info("stopped")


if __name__ == "__main__":
    uvloop.run(run(checked(read(Settings))))
