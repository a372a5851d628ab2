"""What providers post: genuine or not, readable or not, never an exception."""

import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notifier import callbacks
from services.notifier.domain import buttons
from shared.contracts.vocabulary import Outcome
from tests.unit.notifier.examples import NOW

pytestmark = pytest.mark.security

URL = "https://tasuki.example.jp/callbacks/twilio/voice/1?times=1&case_id=c_1"
STAMP = str(int(NOW.timestamp()))
text = st.text(max_size=40)


def twilio(token: str, url: str, fields: dict[str, str]) -> str:
    body = url + "".join(k + fields[k] for k in sorted(fields))
    return base64.b64encode(hmac.new(token.encode(), body.encode(), hashlib.sha1).digest()).decode()


def slack(secret: str, stamp: str, body: bytes) -> str:
    return "v0=" + hmac.new(secret.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256).hexdigest()


@given(
    st.dictionaries(
        st.text(st.characters(codec="utf-8"), min_size=1, max_size=20), st.text(st.characters(codec="utf-8"))
    )
)
def test_what_twilio_signs_is_genuine_and_any_change_of_it_is_not(fields: dict[str, str]) -> None:
    read = callbacks.form(urlencode(fields).encode())
    assert dict(read) == fields
    signature = twilio("token", URL, fields)
    assert callbacks.twilio_is_genuine("token", URL, read, signature)
    assert not callbacks.twilio_is_genuine("token", URL + "&x=1", read, signature)
    assert not callbacks.twilio_is_genuine("token", URL, [*read, ("Digits", "1x")], signature)
    assert not callbacks.twilio_is_genuine("other", URL, read, signature)
    assert not callbacks.twilio_is_genuine("", URL, read, twilio("", URL, fields))


@given(st.binary(max_size=200), st.integers(0, 199), st.integers(1, 255))
def test_what_slack_signs_is_genuine_and_one_changed_byte_is_not(body: bytes, place: int, change: int) -> None:
    signature = slack("secret", STAMP, body)
    assert callbacks.slack_is_genuine("secret", STAMP, body, signature, NOW)
    if body:
        at = place % len(body)
        other = body[:at] + bytes([body[at] ^ change]) + body[at + 1 :]
        assert not callbacks.slack_is_genuine("secret", STAMP, other, signature, NOW)


@pytest.mark.parametrize(("shift", "genuine"), [(0, True), (300, True), (-300, True), (301, False), (-301, False)])
def test_a_stale_or_future_stamp_is_refused(shift: int, genuine: bool) -> None:
    stamp = str(int(NOW.timestamp()) + shift)
    assert callbacks.slack_is_genuine("s", stamp, b"x", slack("s", stamp, b"x"), NOW) is genuine


DISCORD = {  # an interaction signed for this application at this second
    "key": "6e9bf2a8f9081b9c5b4f4e69a162df745f69dbe58a6b8d75880f2b188322f334",
    "stamp": "1795262400",
    "signature": "7ca714a6ff7a65226a833d5b2ede75e8252b9e14b70e0b2fa849774218d49901"
    "4f8d9934fe49cdc58ff1c905b30d91270bb824f411919b956216450edcadfc0a",
}
INTERACTION = (
    b'{"type":3,"id":"1234567890123456789","application_id":"1","token":"tok","version":1,"guild_id":"2",'
    b'"channel_id":"3","member":{"user":{"id":"4","username":"hanako"}},"message":{"id":"5"},'
    b'"data":{"component_type":2,"custom_id":"ack:inc_01KAJ8P"}}'
)
SIGNED_AT = datetime.fromtimestamp(1795262402, UTC)


@pytest.mark.parametrize(
    ("change", "genuine"),
    [
        ({}, True),
        ({"signature": DISCORD["signature"].upper()}, True),
        ({"signature": DISCORD["signature"][:-1] + "b"}, False),
        ({"signature": ""}, False),
        ({"stamp": "1795262401"}, False),
        ({"key": "00" * 32}, False),
        ({"key": ""}, False),
    ],
)
def test_what_discord_signs_is_genuine(change: dict[str, str], genuine: bool) -> None:
    v = DISCORD | change
    assert callbacks.discord_is_genuine(v["key"], v["stamp"], INTERACTION, v["signature"], now=SIGNED_AT) is genuine
    assert not callbacks.discord_is_genuine(v["key"], v["stamp"], INTERACTION + b" ", v["signature"], now=SIGNED_AT)
    later = SIGNED_AT + timedelta(minutes=5)
    assert not callbacks.discord_is_genuine(v["key"], v["stamp"], INTERACTION, v["signature"], now=later)


def test_a_press_in_discord_is_read() -> None:
    assert callbacks.discord_button(INTERACTION) == callbacks.Pressed("ack:inc_01KAJ8P", "4", "3")


@given(text, text, st.binary(max_size=300), text)
def test_no_header_and_no_body_raises(a: str, b: str, body: bytes, key: str) -> None:
    fields = callbacks.form(body)
    callbacks.twilio_is_genuine("token", URL + a, fields, b)
    callbacks.slack_is_genuine("secret", a, body, b, NOW)
    callbacks.discord_is_genuine(key, STAMP, body, b, NOW)
    callbacks.discord_is_genuine(DISCORD["key"], a, body, b, NOW)
    callbacks.mattermost_button(body)
    callbacks.discord_button(body)
    callbacks.discord_ping(body)
    callbacks.slack_challenge(body)
    callbacks.slack_press(callbacks.slack_told({"payload": body.decode("utf-8", "surrogateescape")}))
    callbacks.call_progress({"CallStatus": a, "AnsweredBy": b})
    buttons.read(key, a)


@given(st.recursive(st.none() | st.booleans() | st.integers() | text, lambda x: st.lists(x) | st.dictionaries(text, x)))
def test_no_payload_raises(payload: object) -> None:
    import json

    for wrapped in (
        payload,
        {"type": "block_actions", "actions": payload},
        {"type": "block_actions", "actions": [payload]},
    ):
        callbacks.slack_press(callbacks.slack_told({"payload": json.dumps(wrapped)}))
    for wrapped in (payload, {"context": payload}, {"context": {"value": payload}, "user_name": payload}):
        callbacks.mattermost_button(json.dumps(wrapped).encode())
    for wrapped in (payload, {"type": 3, "data": payload}, {"type": 3, "data": {"custom_id": "x"}, "member": payload}):
        callbacks.discord_button(json.dumps(wrapped).encode())


@pytest.mark.parametrize(
    ("fields", "meaning"),
    [
        ({"CallStatus": "ringing"}, (Outcome.DELIVERED, "")),
        ({"CallStatus": "in-progress"}, (Outcome.ANSWERED, "")),
        ({"CallStatus": "completed"}, (Outcome.FAILED, "hung-up")),
        ({"CallStatus": "completed", "AnsweredBy": "machine_start"}, (Outcome.FAILED, "voicemail")),
        ({"AnsweredBy": "machine_start"}, (Outcome.FAILED, "voicemail")),
        ({"AnsweredBy": "fax"}, (Outcome.FAILED, "voicemail")),
        ({"AnsweredBy": "human"}, (Outcome.ANSWERED, "")),
        ({"AnsweredBy": "unknown"}, None),
        ({"CallStatus": "no-answer"}, (Outcome.FAILED, "no-answer")),
        ({"CallStatus": "canceled"}, (Outcome.SKIPPED, "canceled")),
        ({"CallStatus": "new-word"}, None),
        ({}, None),
    ],
)
def test_progress_in_our_words(fields: dict[str, str], meaning: object) -> None:
    assert callbacks.call_progress(fields) == meaning


def test_a_button_belongs_to_one_notification_and_one_key() -> None:
    id_ = UUID(int=7)
    value = buttons.value("key", id_)
    assert buttons.read("key", value) == id_
    assert buttons.read("other", value) is None
    assert buttons.read("key", value[:-1]) is None
    assert buttons.read("key", str(UUID(int=8)) + value[36:]) is None
