"""A drill among real messages: it comes by itself, makes no storm, and is told of nobody's ticket."""

import pytest

from shared.contracts import drill
from shared.contracts import events as e
from shared.contracts.report import Report
from shared.contracts.vocabulary import Channel, Priority
from tests.integration.notifier.conftest import PHONE, SATO, YAMADA, World, assigned, person
from tests.integration.notifier.test_storms import CHAT_ONLY, PENDING, accepted, storm, to


@pytest.fixture(autouse=True)
async def _calm(world: World) -> None:
    """Nobody has had anything lately."""
    await world.process.db.pool.execute("TRUNCATE notifications CASCADE")
    await world.process.db.pool.execute("UPDATE bundling SET after = 5")


async def exercise(world: World, number: int, channels: tuple[Channel, ...] = CHAT_ONLY) -> str:
    """The case of a drill that 佐藤 花子 is asked about, as P3 or, by telephone, as P1."""
    id_, priority = f"c_{number:026d}", Priority.P1 if Channel.PHONE in channels else Priority.P3
    report = Report(title="【訓練】髙﨑①㈱🔥 想定", facts="想定です")
    await world.say(
        e.CaseSubmitted(
            case_id=id_, by=person(YAMADA), number=9000 + number, report=report, source=drill.SOURCE, drilled="payments"
        )
    )
    await world.say(assigned(id_, SATO, channels=channels, priority=priority))
    return id_


async def test_drills_are_no_storm_and_wait_for_no_digest(world: World) -> None:
    since = world.sandbox.journal.cursor
    drills = [await exercise(world, n) for n in range(8)]
    log = await accepted(world, drills)
    assert {n["carrier"] for n in log} == {None}
    got = to(world, SATO, since)
    assert len(got) == 8
    assert all("【訓練】" in text and "これは訓練です" in text for text in got)
    real = await storm(world, 5, SATO)
    await accepted(world, real)
    assert await world.process.db.pool.fetchval(PENDING, SATO, "chat") == 0  # the eight before it count for nothing
    await storm(world, 1, SATO)
    assert await world.process.db.pool.fetchval(PENDING, SATO, "chat") == 1
    late = await exercise(world, 99)
    await accepted(world, [late])


async def test_a_call_says_first_that_it_is_a_drill(world: World) -> None:
    id_ = await exercise(world, 500, (Channel.PHONE,))
    call = await world.sandbox.phone.wait_for_call(PHONE[SATO], case_id=id_)
    await call.until("ringing")
    await call.answer()
    assert call.text.startswith("これは訓練です。修理は要りません。")
    await call.press("1")
    assert "訓練です。佐藤 花子さん、受け付けました" in call.text
