"""Providers may reach us by another address than people: they are told that one, and sign it; links for people stay."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import parse_qs
from uuid import uuid4

import httpx
import pytest
from starlette.requests import Request

from services.notifier.channels.channel import Provider, Surroundings
from services.notifier.channels.mattermost import Mattermost
from services.notifier.channels.sip import Sip
from services.notifier.channels.twilio import Voice
from services.notifier.channels.twilio_sms import Sms
from services.notifier.domain.content import Content
from services.notifier.domain.message import Message
from services.notifier.domain.notification import Notification
from services.notifier.doors.twilio import genuine
from services.notifier.settings import Settings
from shared.contracts.vocabulary import Channel, Purpose
from shared.runtime import web
from shared.runtime.settings import Secret
from tests.unit.notifier.examples import NOW, SATO

PUBLIC, INSIDE = "https://tasuki.example.jp", "http://intake:8700"
SECRET = Secret("secret")
SETTINGS = Settings(
    database_url=SECRET, kafka="", http_port=0, service_token=SECRET, public_url=PUBLIC, intake_url="", link_key=SECRET,
    twilio_account="AC1", twilio_key="SK1", twilio_secret=SECRET, twilio_auth_token=SECRET, twilio_from="+815000000000",
)  # fmt: skip
ENV = {
    "TASUKI_TWILIO_SMS_FROM": "+815000000000",
    "TASUKI_MATTERMOST_URL": "https://chat.example.jp",
    "TASUKI_MATTERMOST_TOKEN": "token",
    "TASUKI_SIP_URL": "http://gateway:8790",
    "TASUKI_SIP_TOKEN": "token",
    "TASUKI_SIP_SIGNING_SECRET": "secret",
}


def message(channel: Channel) -> Message:
    content = Content("page", 12, "決済が失敗 <髙﨑①㈱🔥 & １２>", "ja", "P1", facts="事実")
    n = Notification(
        id=uuid4(), case_id="c_1", purpose=Purpose.PAGE, channel=channel, recipient=SATO.id, name=SATO.name, rank=10,
        content=content, round=1, attempts=1, created_at=NOW, attempted_at=NOW,
    )  # fmt: skip
    return Message(n, "ja", "【P1】#12", "決済が失敗", "案件番号 12。", "受け付ける", "")


def strings(value: object) -> Iterator[str]:
    """All texts within a body."""
    if isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from strings(part)
    elif isinstance(value, str):
        yield value


@pytest.mark.parametrize(("callback_url", "told"), [("", PUBLIC), (INSIDE, INSIDE)], ids=["as people", "its own"])
@pytest.mark.parametrize(
    ("provider", "channel", "to", "reports"),
    [
        (Voice, Channel.PHONE, "+819000000101", 3),  # the keys, the progress, and whether a machine answers
        (Sms, Channel.SMS, "+819000000101", 1),
        (Sip, Channel.PHONE, "+819000000101", 1),
        (Mattermost, Channel.CHAT, "c" * 26, 1),
    ],
)
async def test_a_provider_is_told_to_call_back_where_it_reaches_us(
    provider: type[Provider], channel: Channel, to: str, reports: int, callback_url: str, told: str
) -> None:
    bodies: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        text = request.content.decode()
        read = json.loads(text) if text.startswith("{") else parse_qs(text)
        bodies.extend(strings(read))
        return httpx.Response(503)

    settings = replace(SETTINGS, callback_url=callback_url)
    async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as http:
        await provider(Surroundings(settings, http, ENV)).send(message(channel), to)  # type: ignore[call-arg]
    doors = [text for text in bodies if "/callbacks/" in text and "/callbacks/l/" not in text]
    assert len(doors) == reports
    assert all(f"{told}/callbacks/" in text for text in doors)
    assert all(f"{PUBLIC}/callbacks/l/" in text for text in bodies if "/callbacks/l/" in text)


@pytest.mark.parametrize(("callback_url", "signed"), [("", PUBLIC), (INSIDE, INSIDE)], ids=["as people", "its own"])
async def test_what_twilio_signs_is_the_address_that_it_was_told(callback_url: str, signed: str) -> None:
    settings = replace(SETTINGS, callback_url=callback_url)
    for url in (PUBLIC, INSIDE):
        request = posted("/callbacks/twilio/voice/1", "times=1", url)
        if url == signed:
            assert await genuine(request, settings) == {"Digits": "1"}
        else:
            with pytest.raises(web.Problem):
                await genuine(request, settings)


def posted(path: str, query: str, url: str) -> Request:
    """A key pressed, signed by Twilio for an address that begins so."""
    seal = hmac.new(SECRET.encode(), f"{url}{path}?{query}Digits1".encode(), hashlib.sha1).digest()
    scope = {
        "type": "http", "method": "POST", "path": path, "raw_path": path.encode(), "query_string": query.encode(),
        "headers": [(b"x-twilio-signature", base64.b64encode(seal))],
    }  # fmt: skip

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": b"Digits=1", "more_body": False}

    return Request(scope, receive)
