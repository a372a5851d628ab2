"""Bodies as they come in from outside: nobody keeps others waiting by silence, and no more is held than may come."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import ExitStack, aclosing, asynccontextmanager

from fastapi import Request
from starlette.requests import ClientDisconnect

from services.intake.door import Door, door
from services.intake.gate import Full, Gate, Limits
from services.intake.receiving import overloaded, too_slow
from shared.runtime.web import LARGEST_BODY, Problem

SMALL = LARGEST_BODY  # bytes of what passes by every gate


def announced(request: Request) -> int | None:
    """How many bytes are to come; None where the sender does not say."""
    length = request.headers.get("content-length", "")
    return int(length) if length.isascii() and length.isdigit() else None


def is_small(request: Request) -> bool:
    """Whether so little is to come that it may be held while anything else goes on."""
    length = announced(request)
    return length is not None and length <= SMALL


async def whole(request: Request) -> bytes:
    """A body that comes in one go, as those of programs do. Raises 408."""
    try:
        async with asyncio.timeout(door(request).limits.body):
            return await request.body()
    except TimeoutError:
        raise too_slow() from None


@asynccontextmanager
async def arriving(here: Door, request: Request, *gates: Gate) -> AsyncIterator[AsyncGenerator[bytes, None]]:
    """The parts of a body as they come, behind gates; that may take minutes over a bad line, as long as something comes.

    Raises 503 when too many are on their way, 408, and 400.
    """
    try:
        with ExitStack() as inside:
            for gate in gates:
                inside.enter_context(gate.entered())
            async with (
                asyncio.timeout(here.limits.body) as until,
                aclosing(_in_time(request, here.limits, until)) as parts,
            ):
                yield parts
    except Full:
        raise overloaded(503) from None
    except TimeoutError:
        raise too_slow() from None
    except ClientDisconnect:
        raise Problem(400, "cut-off", "受信の途中で接続が切れました。", "The connection was lost on the way.") from None


async def _in_time(request: Request, limits: Limits, until: asyncio.Timeout) -> AsyncGenerator[bytes, None]:
    """Each part earns the time for the next."""
    first, read = until.when(), 0
    assert first is not None
    async with aclosing(request.stream()) as stream:
        async for part in stream:
            read += len(part)
            until.reschedule(first + min(read / limits.slowest, limits.uploading - limits.body))
            yield part
