"""Apprise is an extra that must not harm: it holds nobody up, and its addresses are told to nobody."""

import asyncio
import logging
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from uuid import uuid4

import pytest
import pytest_asyncio

from sandbox import Sandbox
from services.notifier.channels import PROVIDERS
from services.notifier.channels.apprise import THREADS, Apprise
from services.notifier.channels.channel import Surroundings
from services.notifier.channels.http import client
from services.notifier.domain.content import Content
from services.notifier.domain.message import Message
from services.notifier.domain.notification import Notification
from services.notifier.domain.result import Accepted, Ambiguous, Permanent, Retryable
from shared.contracts.vocabulary import Channel, Purpose
from tests.contracts.channels.conftest import settings

SECRET = "very-secret-token"


@pytest_asyncio.fixture
async def given() -> AsyncIterator[tuple[Sandbox, Apprise, str]]:
    http = client()
    async with Sandbox.run() as sandbox:
        ours = Apprise(Surroundings(settings(sandbox), http, {"TASUKI_APPRISE": "json"}))
        yield sandbox, ours, f"{sandbox.http_url.replace('http://', f'json://user:{SECRET}@')}/apprise/{SECRET}"
        await ours.close()
    await http.aclose()


def message(language: str = "ja") -> Message:
    now = datetime.now(UTC)
    n = Notification(
        id=uuid4(), case_id="c_1", purpose=Purpose.PAGE, channel=Channel.CHAT, recipient="sato", name="佐藤", rank=10,
        content=Content("page", 12, "決済", "ja", "P1"), created_at=now, attempted_at=now, attempts=1,
    )  # fmt: skip
    return Message(n, "en" if language == "en" else "ja", "【P1】髙﨑①㈱🔥", "本文", link="https://example.com/a/x")


async def test_it_is_labelled_as_best_effort(given: tuple[Sandbox, Apprise, str]) -> None:
    sandbox, ours, to = given
    for language, note in (("ja", "到達保証のない"), ("en", "best-effort")):
        result = await ours.send(message(language), to)
        assert isinstance(result, Accepted)
        assert result.code == "best-effort"
        assert note in sandbox.received("chat")[-1].text
    assert PROVIDERS["apprise"].best_effort


async def test_nobody_waits_longer_than_the_limit(given: tuple[Sandbox, Apprise, str]) -> None:
    sandbox, ours, to = given
    ours.seconds = 0.2
    sandbox.fault("apprise", "slow", THREADS, seconds=1.0)
    results = await asyncio.gather(*(ours.send(message(), to) for _ in range(THREADS + 2)))
    assert sum(isinstance(r, Ambiguous) for r in results) == THREADS
    assert results.count(Retryable("apprise-busy")) == 2


async def test_the_secret_of_an_address_is_told_to_nobody(
    given: tuple[Sandbox, Apprise, str], caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    sandbox, ours, to = given
    caplog.set_level(logging.DEBUG)
    results = [await ours.send(message(), to)]
    for kind in ("500", "down", "html", "429"):
        sandbox.fault("apprise", kind, 1, seconds=0.1)
        results.append(await ours.send(message(), to))
    results.append(await ours.send(message(), f"json://{SECRET}:99999/x"))
    results.append(await ours.send(message(), f"json://[{SECRET}/x"))
    ours_alone = [r.getMessage() for r in caplog.records if not r.name.startswith("uvicorn")]  # that is the far end's
    told = f"{results}{ours_alone}{''.join(capfd.readouterr())}"
    assert SECRET not in told
    assert any(isinstance(r, Retryable) for r in results)


@pytest.mark.parametrize("to", ["json://", "nosuch://x", "dbus://", "file:///etc/passwd", "", "://", "あ"])
async def test_other_schemas_and_nonsense_are_refused(given: tuple[Sandbox, Apprise, str], to: str) -> None:
    _, ours, _ = given
    result = await ours.send(message(), to)
    assert isinstance(result, Permanent)
    assert result.scope == "target"
