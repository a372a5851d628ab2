"""Waiting for what another process does."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any


async def eventually(ask: Callable[[], Awaitable[Any]], seconds: float = 20) -> Any:
    """Ask until the answer is true; the last answer is returned either way."""
    loop = asyncio.get_running_loop()
    until = loop.time() + seconds
    while not (answer := await ask()) and loop.time() < until:
        await asyncio.sleep(0.05)
    return answer
