"""What comes to the telephone gateway: whatever it is, a result or a refusal; and nobody gets in without the token."""

from typing import Any, cast

import httpx
import pytest
from pydantic import ValidationError

from gateway import api, control, journal, reading
from gateway.exchange import Exchange
from shared.contracts.call import CallReply
from tests.hard import holds, text_of
from tools.openapi import routes

pytestmark = pytest.mark.security
HEARD = b'{"type":"CALL_DTMF_START","direction":"outgoing","param":"1"}'
PLACED = b'{"placed":"a","order":{"to":"+819000000101","speech":"x","report":"http://x.example"},"at":"2026-11-21T12:00:00+00:00"}\n'


def test_whatever_baresip_says_is_heard_or_garbled() -> None:
    holds(HEARD, lambda raw: (control.read(raw), control.registration(text_of(raw))))
    holds(b"3:abc,", lambda raw: control.Netstrings().feed(raw), control.Garbled)


def test_whatever_stands_in_the_journal_is_passed_over() -> None:
    holds(PLACED * 2, lambda raw: journal.fold(text_of(raw).split("\n")))


def test_whatever_is_to_be_said_is_read() -> None:
    holds("案件 12。１を押してください".encode(), lambda raw: reading.aloud(text_of(raw)[:1000], "ja"))


async def test_no_route_answers_a_stranger() -> None:
    class Nobody:
        """Takes no call; a stranger must not come so far."""

        async def ready(self) -> None:
            """Always."""

        def __getattr__(self, name: str) -> Any:
            raise AssertionError(name)

    app = api.build(cast(Exchange, Nobody()), "the token")
    order = {"to": "+819000000101", "speech": "x", "report": "http://127.0.0.1/r"}
    tried = 0
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://gateway") as http:
        for route in routes(app):
            for method in (route.methods or set()) if route.path not in ("/livez", "/readyz", "/metrics") else ():
                for headers in ({}, {"authorization": "Bearer another"}, {"authorization": "Basic dGhlIHRva2Vu"}):
                    path = (route.path or "").replace("{call_id}", "a-1")
                    answer = await http.request(method, path, json=order, headers=headers)
                    assert answer.status_code == 401, (method, path)
                    tried += 1
    assert tried >= 9


def test_a_reply_of_the_notifier_is_one_or_none() -> None:
    holds(b'{"speech":"x","then":"ask"}', CallReply.model_validate_json, ValidationError)
