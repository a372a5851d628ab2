"""Once a day, from a set hour on, one process looks whom nothing loud reaches, and says so once to one person."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest

from services.notifier.channels import PROVIDERS, open_all
from services.notifier.channels.channel import Surroundings
from services.notifier.channels.http import client
from services.notifier.roads import Roads
from services.notifier.roll_call import RollCall
from services.notifier.settings import Settings
from shared.contracts import canary
from shared.runtime.clock import Clock
from tests.integration.notifier.conftest import CONTACTS, EMAIL, ITO, SLACK, World
from tests.integration.notifier.persons import as_new

MORNING, NOON = datetime(2026, 11, 24, 0, 59, tzinfo=UTC), datetime(2026, 11, 24, 3, 0, tzinfo=UTC)  # 9:59 and 12:00
OWNER = CONTACTS["catch_all"]


class Stopped(Clock):
    """A clock that shows what it is told."""

    def __init__(self, at: datetime) -> None:
        super().__init__()
        self.at = at

    def now(self) -> datetime:
        """The moment that was set."""
        return self.at


@pytest.fixture(autouse=True)
async def _as_new(world: World) -> None:
    await as_new(world)
    await world.process.db.pool.execute("DELETE FROM roll_calls")
    await world.process.db.pool.execute("DELETE FROM notifications")


async def call(world: World, at: datetime, replicas: int = 1) -> list[bool]:
    settings = world.process.settings
    assert isinstance(settings, Settings)
    async with client() as http:
        roads = Roads(PROVIDERS, open_all(Surroundings(settings, http)))
        calls = [RollCall(world.process.db, Stopped(at), roads, settings) for _ in range(replicas)]
        return list(await asyncio.gather(*(one.once() for one in calls)))


async def told(world: World) -> list[dict[str, Any]]:
    rows = await world.process.db.pool.fetch("SELECT recipient, channel, purpose FROM notifications")
    return [dict(row) for row in rows]


async def test_several_processes_say_it_once_and_to_one_person(world: World) -> None:
    await world.known_as(ITO, phone="")
    since = world.sandbox.journal.cursor
    assert await call(world, MORNING, 3) == [False] * 3
    assert sorted(await call(world, NOON, 4)) == [False, False, False, True]
    message = await world.sandbox.chat.wait_for_message(SLACK[OWNER], since=since)
    assert "伊藤 さくらさん：電話・SMS・プッシュ通知のどれでも届きません。" in message.text
    assert message.text.count("さん：") == 1
    assert await told(world) == [{"recipient": OWNER, "channel": "chat", "purpose": "warning"}]
    assert await call(world, NOON, 2) == [False, False]
    assert len(await told(world)) == 1


async def test_nobody_is_told_when_everybody_can_be_reached(world: World) -> None:
    assert await call(world, NOON) == [True]
    assert await told(world) == []
    assert await world.process.db.pool.fetchval("SELECT missing FROM roll_calls") == 0


async def test_an_owner_without_chat_gets_a_mail_and_an_empty_directory_no_day(world: World) -> None:
    await world.process.db.pool.execute("DELETE FROM contacts")
    assert await call(world, NOON) == [False]
    people = [{**p, "slack": ""} if p["id"] == OWNER else {**p, "phone": ""} for p in CONTACTS["people"]]
    (await world.http.put("/v1/contacts", json={**CONTACTS, "people": people})).raise_for_status()
    since = world.sandbox.journal.cursor
    assert await call(world, NOON) == [True]
    mail = await world.sandbox.mail.wait_for_mail(EMAIL[OWNER], since=since)
    others = [p for p in people if p["id"] not in (OWNER, canary.PERSON)]
    assert len(others) == len(people) - 2
    assert mail.text.count("さん：") == len(others), "everybody without a telephone; the watchdog is no person"
