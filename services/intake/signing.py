"""Senders who sign with a certificate of their own: it is fetched once, and what asks to be confirmed is."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeVar

import httpx
from cryptography.x509 import Certificate, load_pem_x509_certificate

from services.intake.senders.sender import Request, Signing, Source
from shared.runtime import transport
from shared.runtime.clock import Clock

Value = TypeVar("Value")
SECONDS = 3.0  # a sender waits for its answer meanwhile
BETWEEN = timedelta(seconds=2)  # what was asked for in vain is not asked for again sooner
LARGEST = 64 * 1024
MOST = 20  # certificates that are known, or were asked for in vain


class Away(Exception):
    """Where a certificate or a confirmation should be, nothing helps; `str()` says what was answered."""


class Certificates:
    """What was fetched, by its address; one is kept until it ends, for a new one has an address of its own."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._known: dict[str, Certificate] = {}
        self._failed: dict[str, datetime] = {}
        self._asking = asyncio.Lock()

    async def certified(self, http: httpx.AsyncClient, signing: Signing, source: Source, given: Request) -> Request:
        """A request with the certificate that it names; as it came where none is worth fetching. Raises Away."""
        address = signing.certificate(given, source)
        return replace(given, certificate=await self._get(http, address)) if address else given

    async def _get(self, http: httpx.AsyncClient, address: str) -> Certificate:
        came, known = self._clock.now(), self._known.get(address)
        if known and came <= known.not_valid_after_utc:
            return known
        async with self._asking:  # one asks, the others wait for what it finds
            if self._known.get(address) is known:
                if self._failed.get(address, came - BETWEEN) > came - BETWEEN:
                    raise Away("nobody has answered just now")
                await self._fetch(http, address)
            return self._known[address]

    async def _fetch(self, http: httpx.AsyncClient, address: str) -> None:
        try:
            _put(self._known, address, load_pem_x509_certificate(await _asked(http, address)))
        except (Away, ValueError) as problem:
            _put(self._failed, address, self._clock.now())
            raise Away(str(problem)) from None


async def confirm(http: httpx.AsyncClient, address: str) -> None:
    """Call where a sender wants to hear that it may send. Raises Away."""
    await _asked(http, address)


async def _asked(http: httpx.AsyncClient, address: str) -> bytes:
    """What is answered at an address. Raises Away."""
    try:
        async with (
            asyncio.timeout(SECONDS),
            http.stream("GET", address, headers=transport.AS_IT_IS) as answer,
        ):
            body = await transport.whole(answer, LARGEST)
    except (httpx.HTTPError, httpx.InvalidURL, TimeoutError, OSError) as problem:
        raise Away(repr(problem)[:200]) from None
    if answer.status_code != httpx.codes.OK:
        raise Away(f"status {answer.status_code}")
    return body


def _put(known: dict[str, Value], address: str, value: Value) -> None:
    """Remember something, and forget the oldest when it is too much."""
    known.pop(address, None)
    while len(known) >= MOST:
        del known[next(iter(known))]
    known[address] = value
