"""Loops that never end by accident: a failure is logged, counted and followed by another try after a pause."""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from typing import NoReturn

from shared.runtime import telemetry

log = telemetry.logger(__name__)
Loop = Callable[[], Awaitable[None]]


class Hopeless(RuntimeError):
    """Trying again cannot help: the process ends, is restarted, and somebody looks."""


def leave(problem: str) -> NoReturn:
    """End the process at once; whatever was not committed is read again by the next one."""
    log.error("leaving", problem=problem)
    sys.stdout.flush()
    os._exit(70)


def leaving(problem: Exception) -> None:
    """Go on being cancelled: what failed on the way out must not bring back whoever was told to end. Call it where a failure is passed over."""
    if (task := asyncio.current_task()) and task.cancelling():
        raise asyncio.CancelledError from problem


async def forever(name: str, run: Loop, longest_pause: float = 2.0) -> None:
    """Run a loop; when it fails, run it again after 50 ms, doubling up to `longest_pause` seconds."""
    pause = 0.05
    while True:
        started = asyncio.get_running_loop().time()
        try:
            await run()
        except Hopeless as problem:
            leave(f"{name}: {problem}")
        except Exception as problem:
            leaving(problem)
            telemetry.LOOP_FAILURES.labels(name).inc()
            log.warning("loop failed, trying again", loop=name, problem=repr(problem)[:500], pause=pause)
        if asyncio.get_running_loop().time() - started > 10:
            pause = 0.05
        await asyncio.sleep(pause)
        pause = min(pause * 2, longest_pause)


async def every(seconds: float, do: Loop) -> None:
    """Do something at once and then again `seconds` after each end."""
    while True:
        await do()
        await asyncio.sleep(seconds)


async def first_to_end(*parts: Awaitable[None]) -> None:
    """Run all until one ends, which is by an error as a rule; the others are cancelled and waited for."""
    tasks = [asyncio.ensure_future(part) for part in parts]
    try:
        ended, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in ended:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


class Nudge:
    """Wakes a loop early: `wait` returns at the next `set`, or after its seconds."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def set(self) -> None:
        """Wake the loop."""
        self._event.set()

    async def wait(self, seconds: float) -> bool:
        """Wait to be woken, at most `seconds`; whether that happened."""
        try:
            async with asyncio.timeout(max(seconds, 0)):
                await self._event.wait()
        except TimeoutError:
            return False
        self._event.clear()
        return True
