"""What providers post back, byte for byte as they do and signed as they sign: genuine as it is, and not when one byte is another."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.notifier import callbacks
from services.notifier.domain import said, signed

pytestmark = pytest.mark.security

NOW = datetime.fromtimestamp(1795262402, UTC)
TWILIO = "https://hooks.example.co.jp/cb/twilio/voice?n=ntf_01KAJ8&lang=ja"
Judge = Callable[[bytes, str], bool]


def payload(name: str) -> bytes:
    """The very bytes of a body."""
    return Path(__file__).with_name("payloads").joinpath(name).read_bytes()


def by_slack(body: bytes, signature: str) -> bool:
    return callbacks.slack_is_genuine("8f742231b10e8888abcd99yyyzzz85a5", "1795262400", body, signature, NOW)


def by_twilio(body: bytes, signature: str) -> bool:
    return callbacks.twilio_is_genuine("0123456789abcdef0123456789abcdef", TWILIO, callbacks.form(body), signature)


def with_key(key: bytes) -> Judge:
    return lambda body, signature: signed.is_genuine(key, body, signature)


SIGNED: dict[str, tuple[str, Judge]] = {
    "slack_block_actions.form": ("v0=a17b7e9b2e25a501adbce8c207202dc003d58f58e1770871664728880b00552d", by_slack),
    "twilio_gather.form": ("kkmn2aR7kawY1Q6rWXJUkATHQOI=", by_twilio),
    "line_postback.json": ("GW1ALkc6d4NReteyHksEVXtTbsW2sz2ItOXHYy3KpZY=", with_key(b"line-channel-secret-0001")),
    "lineworks_postback.json": (
        "mpGq9uen5p8fmSJtLb1WpHLkIbKshBqZwYHB0yMtvBY=",
        with_key(b"lineworks-bot-secret-0001"),
    ),
    "chatwork_message_created.json": (
        "b9YICNr+iILSL2aTHyMy0OABIcUAoHyHcBY9hVA7MTw=",
        with_key(signed.decoded("V8DEVdg4fZjByRGyUI+Ii4afpU30wG4cIgfbZZJLVUY=")),
    ),
}


@pytest.mark.parametrize("name", SIGNED)
def test_what_a_provider_signs_is_genuine_and_nothing_else_is(name: str) -> None:
    signature, is_genuine = SIGNED[name]
    body = payload(name)
    assert is_genuine(body, signature)
    assert not is_genuine(body[:-2] + b"x" + body[-1:], signature)
    for garbage in ("", "abc", "v0=", "v1,%%%", "é", "髙", signature[:-3] + "000"):
        assert not is_genuine(body, garbage), garbage


def test_a_pressed_button_is_read_from_each() -> None:
    pressed = callbacks.slack_press(callbacks.slack_told(dict(callbacks.form(payload("slack_block_actions.form")))))
    assert pressed is not None
    assert (pressed.value, pressed.user, pressed.channel) == ("inc_01KAJ8P:ack:tok", "U0AAA1111", "C0AAA0001")
    works = (
        said.line_works(payload("lineworks_postback.json")),
        said.line_works(payload("lineworks_message_postback.json")),
    )
    for one in works:
        assert one is not None
        assert (one.value, one.user) == ("ack:inc_01KAJ8P:tok", "c72af563-0000-4736-11e4-045237110001")
    (line,) = said.line(payload("line_postback.json"))
    assert (line.value, line.user) == ("ack:inc_01KAJ8P:tok", "U00000000000000000000000000000002")
    assert dict(callbacks.form(payload("twilio_gather.form")))["Digits"] == "1"


def test_a_word_or_a_button_that_is_not_ours_takes_no_case() -> None:
    assert said.chatwork(payload("chatwork_message_created.json")) is None
    assert callbacks.mattermost_button(payload("mattermost_action.json")) is None
