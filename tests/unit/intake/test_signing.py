"""Certificates of senders: each is fetched once for all who wait for it, and again when it has ended."""

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta

import httpx
import pytest

from services.intake import signing
from services.intake.senders.sender import Request, Signing, Source
from services.intake.signing import Away, Certificates
from tests.integration.log import Hands
from tests.unit.intake.asked import NOON
from tests.unit.intake.senders.topics import MADE, pem

SOURCE = Source("aws", "sns", ("s",))


@dataclass
class Aws:
    """Answers when it is let, with what it has."""

    came: asyncio.Event = field(default_factory=asyncio.Event)
    open: asyncio.Event = field(default_factory=asyncio.Event)
    body: bytes = field(default_factory=pem)
    asked: list[str] = field(default_factory=list)

    async def answer(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request.url.path)
        self.came.set()
        await self.open.wait()
        return httpx.Response(200, content=self.body)


def named(address: str) -> Signing:
    """A sender whose every request names this address."""
    return Signing(lambda *_: address, lambda *_: "")


async def test_those_who_come_at_once_share_one_answer() -> None:
    aws, known, given = Aws(), Certificates(Hands(NOON)), Request(b"", {}, NOON)
    async with httpx.AsyncClient(transport=httpx.MockTransport(aws.answer)) as http:
        waiting = [
            asyncio.ensure_future(known.certified(http, named("https://aws.test/a.pem"), SOURCE, given))
            for _ in range(20)
        ]
        await aws.came.wait()
        waiting[0].cancel()  # who asked has gone away; the next one asks
        aws.open.set()
        found = await asyncio.gather(*waiting[1:])
    assert all(one.certificate is not None for one in found)
    assert aws.asked == ["/a.pem"] * 2


async def test_those_who_waited_in_vain_do_not_ask_one_after_the_other() -> None:
    aws, known, given = Aws(body=b"<html>"), Certificates(Hands(NOON)), Request(b"", {}, NOON)
    aws.open.set()
    async with httpx.AsyncClient(transport=httpx.MockTransport(aws.answer)) as http:
        asking = [known.certified(http, named("https://aws.test/a.pem"), SOURCE, given) for _ in range(20)]
        found = await asyncio.gather(*asking, return_exceptions=True)
    assert all(isinstance(one, Away) for one in found)
    assert aws.asked == ["/a.pem"]


async def test_one_that_has_ended_is_asked_for_again_and_no_more_than_some_are_kept() -> None:
    aws, clock, given = Aws(), Hands(NOON), Request(b"", {}, NOON)
    aws.open.set()
    known = Certificates(clock)
    async with httpx.AsyncClient(transport=httpx.MockTransport(aws.answer)) as http:

        async def ask(name: str) -> None:
            await known.certified(http, named(f"https://aws.test/{name}"), SOURCE, given)

        for _ in range(2):
            await ask("a")
        assert aws.asked == ["/a"]
        clock.at = MADE + timedelta(days=3651)
        await ask("a")
        assert aws.asked == ["/a", "/a"]
        clock.at = NOON
        for n in range(signing.MOST):
            await ask(str(n))
        await ask("a")
        assert aws.asked[-1] == "/a"


async def test_where_nothing_is_worth_fetching_nobody_is_asked() -> None:
    given = Request(b"", {}, NOON)
    async with httpx.AsyncClient(transport=httpx.MockTransport(Aws().answer)) as http:
        assert await Certificates(Hands(NOON)).certified(http, named(""), SOURCE, given) == given


@pytest.mark.parametrize("status", [302, 404, 500])
async def test_nothing_but_a_success_confirms(status: int) -> None:
    transport = httpx.MockTransport(lambda _: httpx.Response(status, headers={"location": "https://elsewhere.test/"}))
    async with httpx.AsyncClient(transport=transport) as http:
        with pytest.raises(Away):
            await signing.confirm(http, "https://aws.test/?Action=ConfirmSubscription")
