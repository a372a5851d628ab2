"""Who is paged by chat is told how the same trouble was solved before: once, after the page, and nobody else."""

import asyncio
from typing import Any

import pytest
from prometheus_client import REGISTRY

from services.notifier.domain.notification import State
from services.notifier.following import MOST_WAITING, Following
from shared.contracts import events as e
from shared.contracts.vocabulary import Channel, Priority
from tests.integration.notifier.conftest import ITO, SATO, SLACK, TANAKA, YAMADA, World, assigned, person
from tests.integration.notifier.test_drills import exercise
from tests.unit.notifier.examples import notification

CHAT = (Channel.CHAT,)
FOUND = [
    {"number": 31, "title": "決済が一部の店舗で失敗する 髙﨑①", "handling": "証明書を更新した", "result": "決済できた", "evaluation": "監視を足す"},
    {"number": 27, "title": "カードが使えない", "handling": "端末を再起動した", "result": "使えた", "evaluation": ""},
]  # fmt: skip


def dropped(why: str) -> float:
    return REGISTRY.get_sample_value("tasuki_precedents_dropped_total", {"why": why}) or 0.0


def said(world: World, case: str) -> list[tuple[str, str]]:
    """To whom lists went, and what they said."""
    told = world.sandbox.received(case_id=case)
    return [(r.to, r.text) for r in told if "似た案件" in r.text or "Similar cases" in r.text]


async def asked_of(world: World, case: str) -> list[dict[str, str]]:
    """Wait until intake was asked about a case."""

    async def look() -> Any:
        return [q for q in world.intake.looked if q["case"] == case]

    found: list[dict[str, str]] = await world.until(look)
    return found


async def until_said(world: World, case: str, count: int = 1) -> list[tuple[str, str]]:
    async def look() -> Any:
        return len(found) >= count and found if (found := said(world, case)) else None

    told: list[tuple[str, str]] = await world.until(look)
    return told


async def settled_down(world: World) -> None:
    """Everything that was paged until now has been looked at: a later one has its list."""
    world.intake.precedents, world.intake.status, world.intake.precedents_wait = FOUND, 200, None
    case = await world.submitted(external=False)
    await world.say(assigned(case, YAMADA, channels=CHAT))
    await until_said(world, case)


async def test_the_list_follows_the_page_once_and_to_nobody_but_who_is_asked(world: World) -> None:
    world.intake.precedents = FOUND
    case = await world.submitted(by=ITO)
    event = assigned(case, SATO, channels=(Channel.PHONE, Channel.SMS, Channel.CHAT, Channel.EMAIL, Channel.TICKET))
    await world.say(event)
    ((to, text),) = await until_said(world, case)
    assert to == SLACK[SATO]
    for part in (
        "証明書を更新した",
        "決済できた",
        "監視を足す",
        "#31 決済が一部の店舗で失敗する 髙﨑①",
        "端末を再起動した",
        f"{world.url}/cases/31",
    ):
        assert part in text
    assert "評価" not in text.rpartition("#27")[2]
    assert await asked_of(world, case) == [{"case": case, "person": SATO, "shared": "false"}]
    await world.again()
    await world.say(assigned(case, SATO, TANAKA, channels=CHAT, round=2, level=2, cause="breached"))
    assert {to for to, _ in await until_said(world, case, 2)} == {SLACK[SATO], SLACK[TANAKA]}
    await settled_down(world)
    assert len(said(world, case)) == 2
    assert [n["state"] for n in await world.log(case) if n["purpose"] == "page" and n["channel"] == "chat"]


async def test_a_room_is_told_what_the_whole_team_may_see(world: World) -> None:
    world.intake.precedents = FOUND
    await world.known_as(SATO, slack="C0ONCALL")
    try:
        case = await world.submitted(external=False)
        await world.say(assigned(case, SATO, channels=CHAT))
        assert [to for to, _ in await until_said(world, case)] == ["C0ONCALL"]
        assert [q["shared"] for q in await asked_of(world, case)] == ["true"]
    finally:
        await world.known_as(SATO)


async def test_what_was_for_one_person_is_not_sent_where_others_read_it_meanwhile(world: World) -> None:
    world.intake.precedents, world.intake.precedents_wait = FOUND, asyncio.Event()
    case = await world.submitted(external=False)
    await world.say(assigned(case, SATO, channels=CHAT))
    await asked_of(world, case)
    await world.known_as(SATO, slack="C0ONCALL")
    try:
        world.intake.precedents_wait.set()

        async def given_up() -> Any:
            return [n for n in await world.log(case) if n["purpose"] == "progress" and n["state"] == State.SKIPPED]

        await world.until(given_up)
        assert said(world, case) == []
    finally:
        await world.known_as(SATO)


async def test_who_has_answered_meanwhile_is_told_nothing_and_nobody_is_asked(world: World) -> None:
    world.intake.precedents = FOUND
    case = await world.submitted(external=False)
    await world.say(assigned(case, SATO, TANAKA, channels=CHAT))
    await world.say(e.CaseAcknowledged(case_id=case, by=person(TANAKA), via="chat"))
    late = await world.submitted(external=False)
    world.intake.precedents_wait = asyncio.Event()
    await world.say(assigned(late, SATO, channels=CHAT))
    await asked_of(world, late)
    await world.say(e.CaseAcknowledged(case_id=late, by=person(YAMADA), via="console"))
    world.intake.precedents_wait.set()
    await settled_down(world)
    assert said(world, case) == said(world, late) == []
    assert not [q for q in world.intake.looked if q["case"] == case]


@pytest.mark.parametrize("told", [[], None])
async def test_nothing_is_sent_where_there_is_nothing_to_tell(world: World, told: list[Any] | None) -> None:
    before = dropped("away")
    world.intake.precedents = told
    case = await world.submitted(external=False)
    await world.say(assigned(case, SATO, channels=CHAT))
    await asked_of(world, case)
    await settled_down(world)
    assert said(world, case) == []
    assert dropped("away") - before == (told is None)


async def test_a_drill_is_followed_by_nothing(world: World) -> None:
    world.intake.precedents = FOUND
    case = await exercise(world, 4242)
    await world.settled(case, chat=State.ACCEPTED)
    await settled_down(world)
    assert not [q for q in world.intake.looked if q["case"] == case]


async def test_a_page_goes_out_as_soon_while_intake_hangs_and_the_list_is_left_out(world: World) -> None:
    before, hangs = dropped("away"), asyncio.Event()
    world.intake.precedents, world.intake.precedents_wait = FOUND, hangs
    first = await world.submitted(external=False)
    await world.say(assigned(first, SATO, channels=CHAT))
    await asked_of(world, first)
    cases = [await world.submitted(external=False) for _ in range(3)]
    for case in cases:
        await world.say(assigned(case, SATO, channels=CHAT))
        await world.settled(case, chat=State.ACCEPTED)
    assert not hangs.is_set()  # all of them are out, and the first question has no answer yet

    async def given_up() -> bool:
        return dropped("away") > before

    await world.until(given_up)
    hangs.set()
    await settled_down(world)
    assert said(world, first) == []


async def test_in_a_storm_of_p1_the_lists_are_left_out_and_counted(world: World) -> None:
    before = dropped("storm")
    await world.process.db.pool.execute("TRUNCATE notifications CASCADE")
    await world.process.db.pool.execute("UPDATE bundling SET after = 2")
    try:
        world.intake.precedents = FOUND
        cases = [await world.submitted(external=False, priority=Priority.P1) for _ in range(4)]
        for case in cases:
            await world.say(assigned(case, ITO, channels=CHAT))

        async def left_out() -> bool:
            return dropped("storm") - before == 4

        await world.until(left_out)
        assert [text for case in cases for text in said(world, case)] == []
        for case in cases:
            await world.settled(case, chat=State.ACCEPTED)
    finally:
        await world.process.db.pool.execute("UPDATE bundling SET after = 0")


async def test_what_is_too_much_at_once_is_left_out_and_counted(world: World) -> None:
    before = dropped("full")
    following = Following(world.process.db, world.process.clock, None, None)  # type: ignore[arg-type]
    for _ in range(MOST_WAITING + 3):
        following.follow(notification(channel=Channel.CHAT))
    following.follow(notification(channel=Channel.PHONE))
    assert dropped("full") - before == 3
