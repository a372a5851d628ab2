"""Whom the notifier can reach is asked of it, and a notifier that is away stops nobody from publishing."""

from typing import Any

import httpx
import pytest

from services.notifier.directory import WRITTEN
from services.router import contacts
from shared.contracts.addresses import CHANNELS
from shared.contracts.vocabulary import Channel

PEOPLE = [
    {"id": "a", "name": "髙﨑", "phone": "+819000000101", "email": "", "slack": "U0A"},
    {"id": "b", "name": "b", "phone": "", "email": "b@example.co.jp", "slack": ""},
    {"id": "c", "name": "c"},
    {"id": "d", "name": "d", "line_works": "x"},
    {"id": "e", "name": "e", "webhook": ["http://e.test/", "http://f.test/"], "teams": []},
]


async def asked(status: int, body: Any, url: str = "http://notifier.test/") -> Any:
    def answer(request: httpx.Request) -> httpx.Response:
        assert (request.url.path, request.headers["authorization"]) == ("/v1/contacts", "Bearer t")
        return httpx.Response(status, json=body)

    async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as http:
        return await contacts.reachable(http, url, "t")


async def test_each_person_with_the_channels_that_reach_them() -> None:
    assert await asked(200, {"people": PEOPLE}) == {
        "a": {Channel.PHONE, Channel.SMS, Channel.CHAT},
        "b": {Channel.EMAIL},
        "c": frozenset(),
        "d": {Channel.CHAT},
        "e": {Channel.WEBHOOK},
    }


def test_every_kind_of_address_that_the_notifier_gives_out_is_known_with_its_channels() -> None:
    served = {kind: {channel for channel, kinds in CHANNELS.items() if kind in kinds} for kind in WRITTEN}
    assert {kind: set(channels) for kind, channels in contacts.ADDRESSES.items()} == served


@pytest.mark.parametrize(("status", "body"), [(503, {}), (200, {}), (200, []), (200, {"people": [1]}), (401, {})])
async def test_what_cannot_be_asked_is_not_known(status: int, body: Any) -> None:
    assert await asked(status, body) is None


async def test_without_an_address_nobody_is_asked() -> None:
    assert await asked(200, {}, url="") is None
