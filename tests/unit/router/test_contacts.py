"""Whom the notifier can reach is asked of it, and a notifier that is away stops nobody from publishing."""

from typing import Any

import httpx
import pytest

from services.router import contacts
from shared.contracts.vocabulary import Channel

PEOPLE = [
    {"id": "a", "name": "髙﨑", "phone": "+819000000101", "email": "", "slack": "U0A"},
    {"id": "b", "name": "b", "phone": "", "email": "b@example.co.jp", "slack": ""},
    {"id": "c", "name": "c"},
]


async def asked(status: int, body: Any, url: str = "http://notifier.test/") -> Any:
    def answer(request: httpx.Request) -> httpx.Response:
        assert (request.url.path, request.headers["authorization"]) == ("/v1/contacts", "Bearer t")
        return httpx.Response(status, json=body)

    async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as http:
        return await contacts.reachable(http, url, "t")


async def test_each_person_with_the_channels_that_reach_them() -> None:
    assert await asked(200, {"people": PEOPLE}) == {
        "a": {Channel.PHONE, Channel.CHAT},
        "b": {Channel.EMAIL},
        "c": frozenset(),
    }


@pytest.mark.parametrize(("status", "body"), [(503, {}), (200, {}), (200, []), (200, {"people": [1]}), (401, {})])
async def test_what_cannot_be_asked_is_not_known(status: int, body: Any) -> None:
    assert await asked(status, body) is None


async def test_without_an_address_nobody_is_asked() -> None:
    assert await asked(200, {}, url="") is None
