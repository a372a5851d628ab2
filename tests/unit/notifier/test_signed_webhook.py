"""What we post to other programs: signed as the standard says, small enough, and the same id each time."""

import base64
import hashlib
import hmac
import json
from dataclasses import replace
from datetime import timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notifier.domain import signed_webhook as w
from services.notifier.domain.message import Message
from tests.unit.notifier.examples import NOW
from tests.unit.notifier.examples import notification as example

SECRET = "whsec_Z97LzbeDfLsrKlHZNZsBcL8CUhvfaEg7CepmF1XF0eo="
BODY = (
    '{"type":"incident.escalated","timestamp":"2026-11-21T11:59:59.123456Z",'
    '"data":{"id":"inc_01KAJ8P","title":"決済停止","severity":"SEV1","ratio":1.0}}'
).encode()
ID, STAMP = "msg_2KWPBgLlAfxdpx2AI54pPJ85f4W", 1795262400


def test_the_signature_is_that_of_the_standard() -> None:
    assert hashlib.sha256(BODY).hexdigest() == "cae7f9d820dfb3d014619c5013a3ba6beeb80881f7e515e58c8cf1f2a0edbd67"
    headers = w.signed(w.keys(SECRET), ID, STAMP, BODY)
    assert headers == {
        "webhook-id": ID,
        "webhook-timestamp": "1795262400",
        "webhook-signature": "v1,8QjOaYY4MMLgEYY1siUonJy3LBrjLgLEkZZWqQWvA5M=",
    }


def test_two_secrets_sign_side_by_side_while_they_are_changed() -> None:
    new = "whsec_" + base64.b64encode(b"n" * 32).decode()
    made = w.signed(w.keys(f"{new}, {SECRET}"), ID, STAMP, BODY)["webhook-signature"].split()
    content = f"{ID}.{STAMP}.".encode() + BODY
    first = base64.b64encode(hmac.new(b"n" * 32, content, hashlib.sha256).digest()).decode()
    assert made == [f"v1,{first}", "v1,8QjOaYY4MMLgEYY1siUonJy3LBrjLgLEkZZWqQWvA5M="]


@pytest.mark.parametrize("text", ["", ",", "whsec_", "whsec_###", "whsec_c2hvcnQ=", "whsec_あ", "plain words"])
def test_what_is_no_secret_is_none(text: str) -> None:
    assert w.keys(text) == ()


@given(st.text(st.characters(), max_size=9000) | st.sampled_from(["\x00" * 9000, "🔥" * 9000, '"' * 9000, "\ud800"]))
def test_a_body_is_small_and_keeps_the_link(text: str) -> None:
    link = "https://tasuki.example.jp/a/" + "x" * 300
    body = w.body(Message(example(), "ja", text, f"{text}\n{link}", link=link))
    assert len(body) <= w.LARGEST
    told = json.loads(body)
    assert set(told) == {"type", "timestamp", "data"}
    assert link in told["data"]["text"]
    assert told["data"]["acknowledge_url"] == link


def test_times_of_other_zones_are_the_same_moment() -> None:
    tokyo = replace(example(), created_at=NOW.astimezone(timezone(timedelta(hours=9))))
    told = json.loads(w.body(Message(tokyo, "ja", "a", "b")))
    assert told["timestamp"] == "2026-11-22T04:00:00Z"


def test_what_is_no_secret_gives_no_key() -> None:
    assert w.key("whsec_" + "A" * 32) == bytes(24)
    assert [w.key(secret) for secret in ("", "whsec_!", "whsec_" + "A" * 28, "whsec_" + "A" * 88)] == [b""] * 4
