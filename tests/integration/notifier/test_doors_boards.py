"""Presses in Mattermost and Discord: genuine, forged, stale, repeated, and by somebody whom nobody knows."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sandbox import Sandbox
from sandbox import discord as discord_of_sandbox
from sandbox import mattermost as mattermost_of_sandbox
from sandbox.discord import Discord
from sandbox.journal import Received
from sandbox.mattermost import Mattermost
from services.notifier.domain import buttons
from services.notifier.domain.notification import State
from shared.contracts.vocabulary import Channel
from shared.runtime.db import Database
from tests.integration.notifier.conftest import CONTACTS, NAME, SATO, TANAKA, YAMADA, World, assigned
from tests.integration.notifier.worlds import world_with

ROOM = "j6j53p28k6urx15fpcgsr20psq"
CHAT = (Channel.CHAT,)


def _everybody(sandbox: Sandbox) -> dict[str, Any]:
    """The directory with boards in the place of Slack for three people."""
    webhook = discord_of_sandbox.address(sandbox.http_url)
    own = {SATO: {"mattermost": f"@{SATO}"}, TANAKA: {"discord": webhook}, YAMADA: {"mattermost": ROOM}}
    people = [{**p, "slack": "", **own[p["id"]]} if p["id"] in own else p for p in CONTACTS["people"]]
    return {**CONTACTS, "people": people}


def _env(sandbox: Sandbox) -> dict[str, str]:
    return {
        "TASUKI_MATTERMOST_URL": sandbox.http_url,
        "TASUKI_MATTERMOST_TOKEN": mattermost_of_sandbox.TOKEN,
        "TASUKI_DISCORD": "on",
        "TASUKI_WEBHOOK_ALLOW": "127.0.0.0/8",
        "TASUKI_DISCORD_PUBLIC_KEY": discord_of_sandbox.PUBLIC_KEY,
    }


@pytest_asyncio.fixture(scope="module")
async def world(database: Callable[[str], Awaitable[Database]]) -> AsyncIterator[World]:
    """A notifier with Mattermost and an application of Discord."""
    async with world_with(database, _env, _everybody) as made:
        yield made


async def _paged(world: World, person: str) -> tuple[str, Received]:
    """A case whose page has come to a person."""
    case, before = await world.submitted(), world.sandbox.journal.cursor
    await world.say(assigned(case, person, channels=CHAT))
    await world.settled(case, chat=State.ACCEPTED)
    return case, next(r for r in world.sandbox.received("chat", since=before) if "vendor" in r.content)


def _mattermost(world: World) -> Mattermost:
    vendor = world.sandbox.vendor("mattermost")
    assert isinstance(vendor, Mattermost)
    return vendor


def _discord(world: World) -> Discord:
    vendor = world.sandbox.vendor("discord")
    assert isinstance(vendor, Discord)
    return vendor


async def test_a_press_in_a_direct_conversation_is_the_recipients(world: World) -> None:
    board, (case, post) = _mattermost(world), await _paged(world, SATO)
    assert post.to == f"direct-id-of-{SATO}"
    assert "髙﨑①㈱🔥" in post.text
    done = await board.press(post.vendor_id)
    said = json.loads(done.body)
    assert "受け付けました" in said["ephemeral_text"]
    assert [(t["case_id"], t["by"]["id"], t["via"]) for t in world.intake.taken] == [(case, SATO, "chat")]
    assert board.sent[post.vendor_id].buttons == {}
    assert f"{NAME[SATO]}さんが受け付けました" in board.sent[post.vendor_id].text


async def test_in_a_channel_only_people_of_the_directory_can_take_it(world: World) -> None:
    board, (case, post) = _mattermost(world), await _paged(world, YAMADA)
    assert post.to == ROOM
    done = await board.press(post.vendor_id, user="somebody.else")
    assert "登録されていない" in json.loads(done.body)["ephemeral_text"]
    assert "update" not in json.loads(done.body)
    assert world.intake.taken == []
    await board.press(post.vendor_id, user=SATO)
    assert [(t["case_id"], t["by"]["id"]) for t in world.intake.taken] == [(case, SATO)]


async def test_whoever_comes_second_hears_who_has_it(world: World) -> None:
    board, (_, post) = _mattermost(world), await _paged(world, YAMADA)
    button = dict(board.sent[post.vendor_id].buttons)
    await board.press(post.vendor_id, user=SATO)
    board.sent[post.vendor_id].buttons = button  # as it was on a screen that had not been drawn anew
    (await world.http.put("/v1/contacts", json=_with_tanaka_on_mattermost(world))).raise_for_status()
    done = await board.press(post.vendor_id, user=TANAKA)
    assert f"すでに{NAME[SATO]}さんが対応しています" in json.loads(done.body)["ephemeral_text"]
    assert [t["by"]["id"] for t in world.intake.taken] == [SATO]
    (await world.http.put("/v1/contacts", json=_everybody(world.sandbox))).raise_for_status()


def _with_tanaka_on_mattermost(world: World) -> dict[str, Any]:
    everybody = _everybody(world.sandbox)
    people = [{**p, "mattermost": f"@{TANAKA}"} if p["id"] == TANAKA else p for p in everybody["people"]]
    return {**everybody, "people": people}


async def test_a_late_press_hears_who_has_it(world: World) -> None:
    _, post = await _paged(world, SATO)
    world.intake.status, world.intake.owner = 409, "髙橋 健"
    done = await _mattermost(world).press(post.vendor_id)
    assert "すでに髙橋 健さんが対応しています" in json.loads(done.body)["ephemeral_text"]
    assert "update" not in json.loads(done.body)


@pytest.mark.security
async def test_an_unsigned_value_takes_nothing(world: World) -> None:
    _, post = await _paged(world, SATO)
    id_ = UUID(str(post.notification_id))
    good = buttons.value("link-key", id_)
    for value in (str(id_), good[:-1], buttons.value("other-key", id_), "", None, 7, good.upper() + "x"):
        body = {"user_name": SATO, "context": {"value": value, "direct": True}}
        assert (await world.http.post("/callbacks/mattermost", json=body)).status_code == 403
    for junk in (b"", b"[]", b"\xff\xfe", b"[" * 9000, b'{"context": []}'):
        assert (await world.http.post("/callbacks/mattermost", content=junk)).status_code == 403
    assert world.intake.taken == []


@pytest.mark.security
async def test_a_press_in_discord_counts_once_and_takes_the_button_away(world: World) -> None:
    board, (case, message) = _discord(world), await _paged(world, TANAKA)
    first = await board.press(message.vendor_id)
    said = json.loads(first.body)
    assert (said["type"], said["data"]["flags"]) == (4, 64)
    assert "受け付けました" in said["data"]["content"]
    assert (await world.http.post("/callbacks/discord", content=first.sent_body, headers=first.sent_headers)).json()
    assert [(t["case_id"], t["by"]["id"]) for t in world.intake.taken] == [(case, TANAKA)]


@pytest.mark.security
async def test_discord_tries_forged_requests_and_gets_401(world: World) -> None:
    board, (_, message) = _discord(world), await _paged(world, TANAKA)
    pong = await board.interact({"type": 1})
    assert (pong.status, json.loads(pong.body)) == (200, {"type": 1})
    other = Ed25519PrivateKey.generate()
    assert (await board.interact({"type": 1}, key=other)).status == 401
    assert (await board.press(message.vendor_id, age=400)).status == 401
    assert (await board.press(message.vendor_id, age=-400)).status == 401
    assert (await world.http.post("/callbacks/discord", content=b"{}")).status_code == 401
    assert (await board.interact({"type": 3, "data": {"custom_id": "ack:other"}})).status == 400
    assert world.intake.taken == []


async def test_a_webhook_that_no_application_owns_gets_the_link_alone(world: World) -> None:
    everybody = _everybody(world.sandbox)
    plain = discord_of_sandbox.address(world.sandbox.http_url, "2000000000000000002")
    people = [{**p, "discord": plain} if p["id"] == TANAKA else p for p in everybody["people"]]
    (await world.http.put("/v1/contacts", json={**everybody, "people": people})).raise_for_status()
    _, message = await _paged(world, TANAKA)
    (target,) = _discord(world).sent[message.vendor_id].buttons.values()
    assert target.startswith(f"{world.url}/a/")
    assert target in message.text
    (await world.http.put("/v1/contacts", json=everybody)).raise_for_status()
