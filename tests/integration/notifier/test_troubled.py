"""A source in trouble: its owner hears of it once an hour, by a quiet channel, and nobody else does."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shared.contracts import events as e
from shared.contracts.plan import Reason
from tests.integration.notifier.conftest import CONTACTS, EMAIL, ITO, SATO, SLACK, World
from tests.integration.notifier.persons import as_new

CATCH_ALL = CONTACTS["catch_all"]
TEAM = {t["id"]: t["slack"] for t in CONTACTS["teams"]}
AT = datetime.now(UTC).replace(minute=10)
WHY = Reason(ja="ticket_id がありません。", en="There is no ticket_id.")


@pytest.fixture(autouse=True)
async def _as_new(world: World) -> None:
    await as_new(world)
    await world.process.db.pool.execute("DELETE FROM notifications")


def troubled(owner: str, source: str = "zendesk-tokyo", **more: Any) -> e.SourceTroubled:
    return e.SourceTroubled(source=source, name="Zendesk 東京 髙﨑①㈱🔥", owner=owner, reason=WHY, **more)


async def told(world: World) -> list[dict[str, Any]]:
    rows = await world.process.db.pool.fetch(
        "SELECT recipient, channel, purpose FROM notifications ORDER BY created_at"
    )
    return [dict(row) for row in rows]


async def test_the_owner_is_told_once_an_hour_and_nobody_else(world: World) -> None:
    before = world.sandbox.journal.cursor
    for minutes in (0, 20, 40):
        await world.say(troubled(SATO), at=AT + timedelta(minutes=minutes))
    message = await world.sandbox.chat.wait_for_message(SLACK[SATO], since=before)
    assert message.text.startswith(
        "【Tasuki の点検】送信元「Zendesk 東京 髙﨑①㈱🔥」から届いたものを読み取れませんでした"
    )
    assert "理由: ticket_id がありません。" in message.text
    assert "zendesk-tokyo" in message.text
    assert message.buttons == []
    assert await told(world) == [{"recipient": SATO, "channel": "chat", "purpose": "warning"}]
    await world.say(troubled(SATO), at=AT + timedelta(hours=1))
    await world.sandbox.chat.wait_for_message(SLACK[SATO], since=message.item)
    assert [(r.channel, r.to) for r in world.sandbox.received(since=before)] == [("chat", SLACK[SATO])] * 2


async def test_a_team_hears_of_its_own_source_and_not_of_anothers(world: World) -> None:
    before = world.sandbox.journal.cursor
    await world.say(troubled("team:payments", "a"), at=AT)
    await world.say(troubled("team:support", "b"), at=AT)
    for team in ("payments", "support"):
        await world.sandbox.chat.wait_for_message(TEAM[team], since=before)
    assert sorted(r.to for r in world.sandbox.received(since=before)) == sorted([TEAM["payments"], TEAM["support"]])


@pytest.mark.parametrize("owner", ["", "somebody.gone", "team:gone"])
async def test_without_an_owner_whoever_looks_after_the_installation_is_told(world: World, owner: str) -> None:
    before = world.sandbox.journal.cursor
    await world.say(troubled(owner), at=AT)
    await world.sandbox.chat.wait_for_message(SLACK[CATCH_ALL], since=before)
    assert [n["recipient"] for n in await told(world)] == [CATCH_ALL]


async def test_an_owner_without_chat_gets_a_mail_in_their_language(world: World) -> None:
    before = world.sandbox.journal.cursor
    await world.known_as(ITO, slack="", language="en")
    await world.say(troubled(ITO), at=AT)
    mail = await world.sandbox.mail.wait_for_mail(EMAIL[ITO], since=before)
    assert mail.subject.startswith('[Tasuki needs you] Something from the source "Zendesk')
    assert "Reason: There is no ticket_id." in mail.text
    assert [n["recipient"] for n in await told(world)] == [ITO]


@pytest.mark.parametrize(
    ("trouble", "said"),
    [
        ({"what": "records"}, "のレコードを確認できません"),
        ({"what": "subscription"}, "を止めました"),
        ({"refused": True}, "からの通知を受け付けていません"),
    ],
)
async def test_what_is_wrong_is_told_by_its_own_words(world: World, trouble: dict[str, Any], said: str) -> None:
    before = world.sandbox.journal.cursor
    await world.say(troubled(SATO, **trouble), at=AT)
    message = await world.sandbox.chat.wait_for_message(SLACK[SATO], since=before)
    assert said in message.text.splitlines()[0]
    assert "理由: ticket_id がありません。" in message.text
