"""Slack's Socket Mode: presses come over a connection of ours, which may break, end or repeat itself at any moment."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, cast

import httpx
import pytest
import pytest_asyncio
from prometheus_client import REGISTRY

from sandbox.chat import Message
from sandbox.sockets import APP_TOKEN
from services.notifier.channels.channel import Surroundings
from services.notifier.desk import Desk
from services.notifier.domain import buttons
from services.notifier.domain.notification import State
from services.notifier.settings import Settings
from services.notifier.sockets import Sockets
from shared.contracts.ids import notification_id
from shared.contracts.vocabulary import Channel
from shared.runtime.db import Database
from tests.integration.notifier.conftest import CONTACTS, SATO, SLACK, TANAKA, World, assigned
from tests.integration.notifier.worlds import world_with


@pytest_asyncio.fixture(scope="module")
async def world(database: Callable[[str], Awaitable[Database]]) -> AsyncIterator[World]:
    """A notifier that listens to Slack over a socket."""
    async with world_with(database, lambda _: {"TASUKI_SLACK_APP_TOKEN": APP_TOKEN}, lambda _: CONTACTS) as made:
        yield made


async def _paged(world: World) -> tuple[str, Message]:
    """A case whose page 佐藤 花子 has in a direct conversation; the socket stands."""
    await world.sandbox.chat.sockets.until(1)
    case = await world.submitted()
    await world.say(assigned(case, SATO, channels=(Channel.CHAT,)))
    await world.settled(case, chat=State.ACCEPTED)
    return case, await world.sandbox.chat.wait_for_message(SLACK[SATO], case_id=case)


def _payload(case: str, user: str, channel: str, url: str = "") -> dict[str, Any]:
    value = buttons.value("link-key", notification_id(case, 1, SATO, "chat"))
    actions = [{"action_id": "ack", "value": value}]
    user_, where = {"id": user}, {"id": channel}
    return {"type": "block_actions", "user": user_, "channel": where, "actions": actions, "response_url": url}


async def test_a_press_over_the_socket_is_an_acknowledgement(world: World) -> None:
    case, message = await _paged(world)
    done = await world.sandbox.chat.press(message, user=SLACK[SATO])
    assert (done.url, done.status) == ("socket", 200)
    assert [(t["case_id"], t["by"]["id"], t["via"]) for t in world.intake.taken] == [(case, SATO, "chat")]


@pytest.mark.parametrize("trouble", ["cut", "refresh_requested", "warning", "link_disabled"])
async def test_after_the_connection_has_ended_presses_come_again(world: World, trouble: str) -> None:
    case, message = await _paged(world)
    sockets = world.sandbox.chat.sockets
    before = sockets.opened
    if trouble == "cut":
        sockets.cut()
    else:
        await sockets.say(type="disconnect", reason=trouble)
    await sockets.until(before + 1)
    assert (await world.sandbox.chat.press(message, user=SLACK[SATO])).status == 200
    assert [t["case_id"] for t in world.intake.taken] == [case]


async def test_while_slack_is_away_it_is_asked_again(world: World) -> None:
    case, message = await _paged(world)
    sockets = world.sandbox.chat.sockets
    before = sockets.opened
    world.sandbox.fault("chat", "down", 2)
    sockets.cut()
    await sockets.until(before + 1)
    assert (await world.sandbox.chat.press(message, user=SLACK[SATO])).status == 200
    assert [t["case_id"] for t in world.intake.taken] == [case]


class Told:
    """Who is told that a provider refuses us."""

    def __init__(self) -> None:
        self.refused: list[tuple[str, str, str]] = []

    reporting = None

    async def account_failed(self, provider: str, code: str, about: str) -> None:
        self.refused.append((provider, code, about))


async def test_that_nobody_can_answer_by_slack_is_told_and_counted_until_a_connection_stands(world: World) -> None:
    told, settings = Told(), cast(Settings, world.process.settings)

    def resting() -> float | None:
        return REGISTRY.get_sample_value("tasuki_notify_provider_resting", {"provider": "slack-socket"})

    async def counted() -> bool:
        return resting() == 1

    async def over() -> bool:
        return resting() == 0

    async with httpx.AsyncClient(trust_env=False) as http:
        around = Surroundings(settings, http, {"TASUKI_SLACK_APP_TOKEN": "xapp-revoked"})
        deaf = asyncio.create_task(Sockets(cast(Desk, told), around, patience=0.0).run())
        await world.until(counted)
        deaf.cancel()
        assert told.refused[0] == ("slack", "invalid_auth", "socket")
        around = Surroundings(settings, http, {"TASUKI_SLACK_APP_TOKEN": APP_TOKEN})
        well = asyncio.create_task(Sockets(cast(Desk, told), around, patience=0.0).run())
        await world.until(over)
        well.cancel()
        await asyncio.gather(deaf, well, return_exceptions=True)


async def test_an_envelope_that_comes_twice_is_one_acknowledgement(world: World) -> None:
    case, message = await _paged(world)
    payload = _payload(case, SLACK[SATO], message.channel)
    for _ in range(2):
        assert await world.sandbox.chat.sockets.deliver(payload, "e-1")
    assert [t["case_id"] for t in world.intake.taken] == [case]


async def test_what_is_no_press_is_confirmed_and_harms_nothing(world: World) -> None:
    case, message = await _paged(world)
    sockets = world.sandbox.chat.sockets
    await sockets.say(type="hello")
    for junk in ("7", "[]", '{"envelope_id": 7}', "x" * 1000, b"\xff"):
        await sockets.connections[-1].send(junk)
    stranger = _payload("c_unknown", SLACK[SATO], message.channel)
    for payload in ({}, {"type": "block_actions", "actions": [1]}, stranger):
        assert await sockets.deliver(payload)
    assert world.intake.taken == []
    assert await sockets.deliver(_payload(case, SLACK[SATO], message.channel))
    assert len(world.intake.taken) == 1


async def test_whoever_comes_second_or_is_unknown_is_told_alone(world: World) -> None:
    case, message = await _paged(world)
    sockets, url = world.sandbox.chat.sockets, f"{world.sandbox.http_url}/actions/T0SANDBOX/{message.ts}"
    before = world.sandbox.journal.cursor
    assert await sockets.deliver(_payload(case, "U0NOBODY", "C0ROOM", url))
    told = await world.sandbox.journal.wait(5, before, channel="chat", kind="ephemeral")
    assert "登録されていない" in told.text
    assert world.intake.taken == []
    assert await sockets.deliver(_payload(case, SLACK[SATO], "C0ROOM", url))
    assert await sockets.deliver(_payload(case, SLACK[TANAKA], "C0ROOM", url))
    told = await world.sandbox.journal.wait(5, told.id, channel="chat", kind="ephemeral")
    assert "すでに佐藤 花子さんが対応しています" in told.text
    assert [t["by"]["id"] for t in world.intake.taken] == [SATO]


async def test_a_word_goes_to_slack_alone(world: World) -> None:
    case, message = await _paged(world)
    before = world.sandbox.journal.cursor
    elsewhere = f"http://localhost:{world.url.rpartition(':')[2]}/actions/T0SANDBOX/{message.ts}"
    for url in (elsewhere, "http://[", "", "file:///etc/passwd"):
        assert await world.sandbox.chat.sockets.deliver(_payload(case, "U0NOBODY", "C0ROOM", url))
    assert world.sandbox.received("chat", since=before) == []
