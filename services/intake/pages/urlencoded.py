"""Forms without files as they come: no more of one is held than may be sent, and nobody else waits while it is read."""

import asyncio

from fastapi import Request

from services.intake.door import door
from services.intake.gate import Gate
from services.intake.incoming import announced, arriving
from services.intake.pages.form import fields_of
from shared.runtime.web import TooLarge

AT_ONCE = 64 * 1024  # bytes that are read faster than handed over


async def read(request: Request, most: int, *gates: Gate) -> dict[str, str]:
    """The fields of a form of at most so many bytes. Raises Broken, TooLarge, and what `arriving` raises."""
    if (announced(request) or 0) > most:
        raise TooLarge(most)
    raw = bytearray()
    async with arriving(door(request), request, *gates) as parts:
        async for part in parts:
            raw += part
            if len(raw) > most:
                raise TooLarge(most)
    if len(raw) <= AT_ONCE:
        return fields_of(bytes(raw))
    return await asyncio.to_thread(fields_of, bytes(raw))
