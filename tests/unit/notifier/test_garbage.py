"""Every parser of what strangers send to the notifier: a result or its own refusal for whatever comes, and soon."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from pydantic import ValidationError

from services.notifier import callbacks, imports
from services.notifier.channels.mail import punycoded
from services.notifier.domain import (
    bounce,
    buttons,
    contact,
    said,
    short_links,
    slack_form,
    subscription,
    templates,
    written,
)
from services.notifier.domain.mistakes import Mistake
from services.notifier.routes import deliveries
from shared.contracts.addresses import Kind
from shared.contracts.call import CallReport
from shared.runtime.web import Problem
from tests.hard import holds, text_of
from tests.unit.notifier.test_bounce import report

pytestmark = pytest.mark.security
CALL = b'{"call_id":"a-1","event":"key","key":"1","times":1,"at":"2026-11-21T12:00:00Z","sequence":3}'
CALLED = b"CallSid=CA1&CallStatus=completed&AnsweredBy=human&Digits=1&From=%2B8190&Body=1%20%23123&MessageStatus=failed&ErrorCode=30003"
LINE = b'{"events":[{"type":"postback","webhookEventId":"1","source":{"userId":"U1"},"postback":{"data":"v"},"replyToken":"r"}]}'
SLACK = b"payload=" + b'{"type":"block_actions","user":{"id":"U1"},"actions":[{"action_id":"ack","value":"v"}]}'
PUSH = b'{"endpoint":"https://push.example/x","keys":{"p256dh":"BAAA","auth":"AAAA"}}'
SHEET = "区分,ID,名前,電話\n人,a,髙﨑,090-0000-0101\n".encode()


def slack(raw: bytes) -> object:
    """A press, a command or a form of Slack."""
    told = callbacks.slack_told(dict(callbacks.form(raw)))
    return callbacks.slack_challenge(raw), slack_form.asked(told), slack_form.sent(told), callbacks.slack_press(told)


def called(raw: bytes) -> object:
    """A call-back of Twilio about a call or a text message."""
    fields = dict(callbacks.form(raw))
    callbacks.twilio_is_genuine("token", "https://x.example", callbacks.form(raw), text_of(raw[:100]))
    return (
        callbacks.call_progress(fields),
        callbacks.text_progress(fields),
        callbacks.text_answer(fields.get("Body", "")),
    )


def address(kind: Kind) -> Callable[[bytes], object]:
    """The reader of addresses of a kind."""
    return lambda raw: written.checked(kind, text_of(raw))


def chatted(raw: bytes) -> object:
    """What comes from LINE, LINE WORKS, Chatwork, Mattermost and Discord."""
    readers: tuple[Callable[[bytes], Any], ...] = (
        said.line, said.line_written, said.line_works, said.line_works_written, said.chatwork, callbacks.mattermost_button,
        callbacks.discord_button, callbacks.discord_ping,
    )  # fmt: skip
    return [read(raw) for read in readers]


KINDS: tuple[Kind, ...] = ("email", "slack", "webhook", "line", "apprise")
Parser = tuple[bytes, Callable[[bytes], object], tuple[type[Exception], ...]]
PARSERS: dict[str, Parser] = {
    "call of the gateway": (CALL, CallReport.model_validate_json, (ValidationError,)),
    "call-back of Twilio": (CALLED, called, ()),
    "call-back of Slack": (SLACK, slack, ()),
    "chats": (LINE, chatted, ()),
    "mail that comes back": (report("failed", "5.1.1"), bounce.read, ()),
    "envelope of it": (b"bounce+x@b.example", lambda raw: bounce.about("k", text_of(raw)), ()),
    "device": (PUSH, subscription.read, ()),
    "button": (b"00000000-0000-0000-0000-000000000001.00", lambda raw: buttons.read("k", text_of(raw)), ()),
    "short link": (b"A" * 38, lambda raw: short_links.read("k", text_of(raw)), ()),
    "directory": (SHEET, imports.read, ()),
    "telephone number": ("０９０-0000-0101".encode(), lambda raw: contact.e164(text_of(raw)), ()),
    "domain of an address": ("a@日本語.jp".encode(), lambda raw: punycoded(text_of(raw[:300])), (ValueError, IndexError)),
    "text of a message": (b"{% if a %}{{ a | join }}{% endif %}", lambda raw: templates.read(text_of(raw), None), (Mistake,)),
    "place in a list": (
        b"2026-11-21T12:00:00+00:00~00000000-0000-0000-0000-000000000001", lambda raw: deliveries._cursor(text_of(raw)), (Problem,)
    ),
    **{f"address: {kind}": (b"https://x.example/a", address(kind), (ValueError,)) for kind in KINDS},
}  # fmt: skip


@pytest.mark.parametrize("name", PARSERS)
def test_whatever_comes_is_read_or_refused(name: str) -> None:
    example, parse, refusals = PARSERS[name]
    holds(example, parse, *refusals)


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"])
def test_a_place_that_no_clock_can_show_is_none(at: str) -> None:
    with pytest.raises(Problem):
        deliveries._cursor(f"{at}~{UUID(int=1)}")
    assert deliveries._cursor(f"2026-11-21T12:00:00+00:00~{UUID(int=1)}")[0] == datetime.fromisoformat(
        "2026-11-21T12:00:00Z"
    )


def test_an_answer_without_end_is_none() -> None:
    import httpx

    from services.notifier.channels.http import json_object

    for body in (b"[" * 200_000, b'{"a":' * 50_000, b"9" * 5000, json.dumps([1]).encode(), b"\xff"):
        assert json_object(httpx.Response(200, content=body)) == {}
