"""The audit of what another service is asked to do: that it is asked stands there before, that it has agreed after.

The two databases share no transaction. So nothing is asked that is not written down, and what was done is never answered as
if it were not: where the second entry cannot be written, the first one stands, and what came of it is in the log.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

from services.intake import auditing
from services.intake.domain.tokens import Principal
from services.intake.door import Door
from shared.runtime import telemetry
from shared.runtime.db import UNAVAILABLE

log = telemetry.logger(__name__)
SECONDS = 3  # whoever waits for an answer is not kept longer for the second entry


async def asked(here: Door, who: Principal, path: str, route: str) -> None:
    """Write down that somebody has another service asked for a change. Raises UNAVAILABLE: then it must not be asked."""
    await _write(here, "relayed.asked", who, path, route)


async def agreed(here: Door, who: Principal, path: str, route: str) -> None:
    """Write down that the service has agreed; it raises nothing, for what was done is done."""
    try:
        async with asyncio.timeout(SECONDS):
            await _write(here, "relayed", who, path, route)
    except (*UNAVAILABLE, asyncpg.PostgresError) as problem:
        log.error(
            "what was done is not in the audit, but that it was asked for", route=route, problem=repr(problem)[:300]
        )


@asynccontextmanager
async def recorded(here: Door, who: Principal, path: str, route: str) -> AsyncIterator[None]:
    """Have another service change something in the block, and write down both; what it refuses is raised out of the block."""
    await asked(here, who, path, route)
    yield
    await agreed(here, who, path, route)


async def _write(here: Door, action: str, who: Principal, path: str, route: str) -> None:
    async with here.db.reading() as tx:
        await auditing.now(tx, auditing.of(action, who, path, here.clock.now(), route=route))
