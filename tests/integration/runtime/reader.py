"""A process that reads `tasuki.cases` through one of the two shells, with a handler that does what the event's text says.

`python -m tests.integration.runtime.reader aiokafka|faust DATABASE_URL BOOTSTRAP INSTANCE` prints a line for each step. How the
brokers let it in is said by the settings that a service has, where there are any.
"""

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable

from services.router import worker
from shared.contracts.events import CaseNoted
from shared.contracts.topics import CASES
from shared.runtime import loop, settings
from shared.runtime.clock import Clock
from shared.runtime.consume import Delivery, Handlers, Handling
from shared.runtime.db import connect
from shared.runtime.kafka import Consumer
from shared.runtime.lanes import Consume
from shared.runtime.offsets import Offsets
from shared.runtime.outbox import Relay

GROUPS = {"aiokafka": "tasuki-reader", "faust": worker.GROUP}
HANDLED = "INSERT INTO handled (event_id, case_id, text, log_offset) VALUES ($1, $2, $3, $4)"


def handlers(shell: str) -> Handlers:
    """One handler: notes that the event was handled, and on the way does what its text asks for."""
    tried: dict[str, int] = {}

    async def on_noted(event: CaseNoted, delivery: Delivery) -> None:
        whose, _, wish = event.text.partition(":")
        if whose != shell:  # the other shell's tests read the same topic
            return
        tried[event.text] = tried.get(event.text, 0) + 1
        print("began", event.text, flush=True)
        await delivery.tx.execute(HANDLED, delivery.id, event.case_id, event.text, delivery.offset)
        match wish.split("-")[0]:
            case "slow":
                await asyncio.sleep(3)
            case "bug":
                raise LookupError("髙﨑①㈱🔥 is missing")
            case "stumble" if tried[event.text] < 3:
                raise LookupError("not yet")
            case "misfit":
                await delivery.tx.fetchval("SELECT $1::int4", 2**40)
            case "crash" if not os.path.exists(event.case_id):
                open(event.case_id, "x").close()
                os._exit(9)
        print("ended", event.text, flush=True)

    return {CaseNoted: on_noted}


def reading(
    shell: str, bootstrap: str, instance: str, consume: Consume, offsets: Offsets
) -> Callable[[], Awaitable[None]]:
    """The loop of one shell."""
    if shell == "aiokafka":
        return Consumer(bootstrap, GROUPS[shell], instance, (CASES,), consume, offsets).run

    return worker.Stream(bootstrap, instance, consume, offsets).run


async def main(shell: str, database_url: str, bootstrap: str, instance: str) -> None:
    """Read until SIGTERM."""
    if "TASUKI_KAFKA" in os.environ:
        bootstrap = settings.broker(settings.read(settings.ServiceSettings))
    async with connect(database_url, 6) as db:
        handling = Handling(db, Clock(), GROUPS[shell], handlers(shell))
        loops = {
            "reading": reading(shell, bootstrap, instance, handling.consume, Offsets(db)),
            "relay": Relay(db, bootstrap).run,
        }
        tasks = [asyncio.create_task(loop.forever(name, run)) for name, run in loops.items()]
        stop = asyncio.Event()
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
        print("reading", flush=True)
        await stop.wait()
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks, timeout=8)
    print("stopped", flush=True)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
