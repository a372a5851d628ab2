"""Telephone, Slack, mail and Zendesk against the sandbox, nothing else between."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx
import pytest_asyncio

from sandbox import Sandbox
from services.notifier.channels import open_all
from services.notifier.channels.channel import Provider, Surroundings
from services.notifier.channels.http import client
from services.notifier.domain.contact import contact
from services.notifier.domain.content import Content
from services.notifier.domain.message import Message
from services.notifier.domain.notification import Notification
from services.notifier.settings import Settings
from shared.contracts.vocabulary import Channel, Purpose
from shared.runtime.settings import Secret

SATO = contact("sato.hanako", "佐藤 花子", phone="+819000000101", email="sato@example.co.jp", slack="U0SATO")
NAMES = {Channel.PHONE: "twilio", Channel.CHAT: "slack", Channel.EMAIL: "smtp", Channel.TICKET: "zendesk"}


@dataclass
class Providers:
    """The sandbox, and our channels that talk to it."""

    sandbox: Sandbox
    settings: Settings
    channels: dict[Channel, Provider]

    def to(self, channel: Channel) -> str:
        """Where to send to: an address of the person, or a ticket of its own."""
        way = SATO.way(channel)
        return way.value if way else "4711"

    def message(self, channel: Channel) -> Message:
        """A page in Japanese that nobody has seen yet."""
        now = datetime.now(UTC)
        content = Content("page", 12, "決済が失敗 <髙﨑①㈱🔥 & １２>", "ja", "P1", facts="事実")
        n = Notification(
            id=uuid4(), case_id=f"c_{uuid4().hex[:26]}", purpose=Purpose.PAGE, channel=channel,
            recipient=SATO.id, name=SATO.name, rank=10, content=content, round=1, attempts=1,
            created_at=now, attempted_at=now,
        )  # fmt: skip
        link = "https://example.com/a/token" if channel is Channel.EMAIL else ""
        text = f"髙﨑①㈱🔥 さまの案件 <b> & １２３\n{link}"
        return Message(
            n, "ja", "【P1 対応のお願い】#12 決済が失敗", text, "案件番号 12。決済が失敗 < & >。", "受け付ける", link
        )


def settings(sandbox: Sandbox, **other: str) -> Settings:
    """Settings of a notifier whose providers are the sandbox."""
    s = sandbox.settings
    values: dict[str, Any] = {
        "database_url": "", "kafka": "", "service_token": "t", "public_url": s.public_url, "intake_url": "",
        "link_key": "k", "smtp_url": sandbox.smtp_url, "mail_from": "Tasuki 襷 <tasuki@example.com>",
        "slack_url": sandbox.http_url, "slack_token": s.slack_token, "slack_signing_secret": s.slack_signing_secret,
        "twilio_url": sandbox.http_url, "twilio_account": s.twilio_account, "twilio_key": s.twilio_key,
        "twilio_secret": s.twilio_secret, "twilio_auth_token": s.twilio_auth_token, "twilio_from": "+815000000000",
        "zendesk_url": sandbox.http_url, "zendesk_user": s.zendesk_user, "zendesk_token": s.zendesk_token,
    }  # fmt: skip
    secret: dict[str, Any] = {name: Secret(v) for name, v in (values | other).items()}
    return Settings(http_port=0, **secret)


def opened(ours: Settings, http: httpx.AsyncClient) -> dict[Channel, Provider]:
    """The four of them with these settings."""
    found = open_all(Surroundings(ours, http, {}))
    return {channel: found[name] for channel, name in NAMES.items()}


@pytest_asyncio.fixture
async def providers() -> AsyncIterator[Providers]:
    """Providers that work; each test gives them its trouble."""
    http = client()
    async with Sandbox.run() as sandbox:
        ours = settings(sandbox)
        yield Providers(sandbox, ours, opened(ours, http))
    await http.aclose()
