"""Everybody hears it once: receipt, climb, who has it, an offer and its answer, and thanks, as rows of the ledger."""

from datetime import UTC, datetime, timedelta
from typing import Any

from services.notifier.domain.notification import State
from shared.contracts import events as e
from shared.contracts.plan import Person
from shared.contracts.vocabulary import Channel, DeadlineName, Priority
from tests.integration.notifier.conftest import (
    EMAIL,
    ITO,
    NAME,
    PHONE,
    SATO,
    SLACK,
    TANAKA,
    YAMADA,
    World,
    assigned,
    person,
)

CHAT = (Channel.CHAT,)
UNREACHABLE = "SELECT headers FROM outbox WHERE key = $1 AND position('unreachable' IN headers) > 0"


def took(case: str, who: str) -> e.CaseAcknowledged:
    return e.CaseAcknowledged(case_id=case, by=person(who), via="phone")


def offered(case: str, to: str) -> e.CaseOffered:
    return e.CaseOffered(case_id=case, by=person(SATO), to=Person(id=to, name=NAME[to]), reason="夜間のため")


async def rows(world: World, case: str, *purposes: str) -> list[tuple[str, str, str]]:
    """(recipient, channel, what) of the news, or of these purposes, in order of the ledger."""
    wanted = purposes or ("progress", "result", "warning")
    found = await world.process.db.pool.fetch(
        "SELECT recipient, channel, content::json->>'what' AS what FROM notifications"
        " WHERE case_id = $1 AND purpose = ANY($2) ORDER BY created_at, recipient, channel",
        case,
        list(wanted),
    )
    return [(r["recipient"], r["channel"], r["what"]) for r in found]


async def states(world: World, case: str, what: str) -> dict[tuple[str, str], str]:
    found = await world.process.db.pool.fetch(
        "SELECT recipient, channel, state FROM notifications WHERE case_id = $1 AND content::json->>'what' = $2",
        case,
        what,
    )
    return {(r["recipient"], r["channel"]): r["state"] for r in found}


async def owned(world: World, **more: Any) -> str:
    """A case of 山田 that 佐藤 has."""
    case = await world.submitted(by=YAMADA, external=False, **more)
    await world.say(assigned(case, SATO, channels=CHAT))
    await world.say(took(case, SATO))
    return case


async def test_the_reporter_hears_of_receipt_and_climb_once_however_often_it_is_read(world: World) -> None:
    case = await world.submitted(by=YAMADA, external=False, priority=Priority.P3)
    await world.say(assigned(case, SATO, channels=CHAT, priority=Priority.P3))
    await world.settled(case, chat=State.ACCEPTED)  # what was said first is read first
    clock = e.DeadlineSet(name=DeadlineName.FIRST_RESPONSE, generation=2, due=datetime.now(UTC) + timedelta(minutes=9))
    climb = assigned(case, TANAKA, channels=CHAT, priority=Priority.P3, round=2, level=2, cause="breached",
                     deadlines=(clock,))  # fmt: skip
    await world.say(climb)
    await world.process.db.pool.execute("DELETE FROM inbox")
    await world.again()
    assert await rows(world, case) == [
        (YAMADA, "chat", "received"),
        ("team:payments", "chat", "climbed"),
        (YAMADA, "chat", "climbed"),
    ]
    message = await world.sandbox.chat.wait_for_message(SLACK[YAMADA], case_id=case)
    assert "ご報告ありがとうございます" in message.text
    assert f"{world.url}/r/{case}" in message.text


async def test_who_was_mailed_hears_who_has_it_and_who_was_chatted_sees_it_on_the_message(world: World) -> None:
    case = await world.submitted(external=False)
    await world.say(assigned(case, SATO, TANAKA, channels=(Channel.EMAIL,)))
    await world.sandbox.mail.wait_for_mail(EMAIL[TANAKA], case_id=case)
    await world.say(assigned(case, SATO, ITO, TANAKA, channels=CHAT, round=2, cause="breached"))
    for who in (ITO, TANAKA):
        await world.sandbox.chat.wait_for_message(SLACK[who], case_id=case)
    await world.settled(case, email=State.ACCEPTED, chat=State.ACCEPTED)
    await world.say(assigned(case, SATO, YAMADA, channels=(Channel.EMAIL,), round=3, cause="breached"))
    await world.sandbox.mail.wait_for_mail(EMAIL[YAMADA], case_id=case)
    await world.settled(case, email=State.ACCEPTED, chat=State.ACCEPTED)
    await world.say(took(case, SATO))
    await world.say(e.CaseStarted(case_id=case, by=person(SATO)))
    told = [row for row in await rows(world, case) if row[2] == "relieved"]
    assert told == [(YAMADA, "chat", "relieved")]


async def test_an_offer_is_a_page_of_its_own_that_an_answer_to_another_page_does_not_end(world: World) -> None:
    case = await world.submitted(by=YAMADA, external=False, priority=Priority.P3)
    await world.say(assigned(case, SATO, TANAKA, channels=CHAT, priority=Priority.P3))
    mine = await world.sandbox.chat.wait_for_message(SLACK[SATO], case_id=case)
    await world.settled(case, chat=State.ACCEPTED)  # whoever was being written to meanwhile would be told by a message
    await world.sandbox.chat.press(mine)
    await world.say(took(case, SATO))
    before = world.sandbox.journal.cursor
    await world.say(offered(case, TANAKA))
    message = await world.sandbox.chat.wait_for_message(SLACK[TANAKA], case_id=case, since=before)
    assert "佐藤 花子さんから、この案件の引き継ぎのお願いです" in message.text
    assert [b["action_id"] for b in message.buttons] == ["ack"]
    await world.sandbox.chat.press(message)
    assert world.intake.taken[-1]["by"]["id"] == TANAKA
    await world.say(took(case, TANAKA))
    handed = {(r, c) for r, c, what in await rows(world, case) if what == "handed"}
    assert handed == {(SATO, "chat"), (YAMADA, "chat"), ("team:payments", "chat")}

    async def changed() -> bool:
        return message.updates == 1

    await world.until(changed)
    assert message.text.startswith("田中 実さんが受け付けました")


async def test_an_urgent_offer_rings_and_2_declines_it(world: World) -> None:
    case = await owned(world)
    await world.say(offered(case, TANAKA))
    call = await world.sandbox.phone.wait_for_call(PHONE[TANAKA], case_id=case)
    await call.until("ringing")
    await call.answer()
    assert "佐藤 花子さんから、引き継ぎのお願いです" in call.text
    await call.press("2")
    assert "佐藤 花子さんにお伝えします" in call.text
    assert world.intake.declined == [(case, TANAKA)]
    assert "notification.unreachable" not in await _published(world, case)
    before = world.sandbox.journal.cursor
    await world.say(e.CaseDeclined(case_id=case, by=person(TANAKA), reason="会議中です"))
    answer = await world.sandbox.chat.wait_for_message(SLACK[SATO], case_id=case, since=before)
    assert "会議中です" in answer.text
    assert [row for row in await rows(world, case) if row[2] == "declined"] == [(SATO, "chat", "declined")]
    offer = await world.sandbox.chat.wait_for_message(SLACK[TANAKA], case_id=case)

    async def changed() -> bool:
        return offer.updates == 1

    await world.until(changed)
    assert offer.text.startswith("田中 実さんは引き継ぎを見送りました")
    assert offer.buttons == []
    assert await world.process.db.pool.fetch(UNREACHABLE, case) == []


async def test_1_on_the_telephone_takes_what_is_offered(world: World) -> None:
    case = await owned(world)
    await world.say(offered(case, TANAKA))
    call = await world.sandbox.phone.wait_for_call(PHONE[TANAKA], case_id=case)
    await call.until("ringing")
    await call.answer()
    await call.press("1")
    taken = world.intake.taken[-1]
    assert (taken["by"]["id"], taken["via"]) == (TANAKA, "phone")
    assert (case, TANAKA) not in world.intake.declined


async def test_a_no_that_intake_does_not_hear_is_not_said_to_be_passed_on(world: World) -> None:
    case = await owned(world)
    await world.say(offered(case, TANAKA))
    call = await world.sandbox.phone.wait_for_call(PHONE[TANAKA], case_id=case)
    await call.until("ringing")
    await call.answer()
    world.intake.status = 503
    await call.press("2")
    assert "お返事を記録できませんでした" in call.text
    assert await world.process.db.pool.fetch(UNREACHABLE, case) == []


async def test_1_on_the_telephone_takes_an_urgent_offer_over(world: World) -> None:
    case = await owned(world)
    await world.say(offered(case, TANAKA))
    call = await world.sandbox.phone.wait_for_call(PHONE[TANAKA], case_id=case)
    await call.until("ringing")
    await call.answer()
    await call.press("1")
    assert [(t["by"]["id"], t["via"]) for t in world.intake.taken] == [(TANAKA, "phone")]
    assert (case, TANAKA) not in world.intake.declined
    await world.say(took(case, TANAKA))
    offer = await world.sandbox.chat.wait_for_message(SLACK[TANAKA], case_id=case)

    async def changed() -> bool:
        return offer.updates == 1

    await world.until(changed)
    assert offer.text.startswith("田中 実さんが受け付けました")


async def _published(world: World, case: str) -> str:
    return str(await world.process.db.pool.fetch("SELECT headers FROM outbox WHERE key = $1", case))


async def test_an_offer_that_reaches_nobody_asks_neither_the_next_level_nor_the_catch_all(world: World) -> None:
    case = await owned(world)
    try:
        await world.known_as(TANAKA, phone="", slack="", email="")
        await world.say(offered(case, TANAKA))

        async def failed() -> bool:
            return await states(world, case, "offered") == {(TANAKA, "email"): State.FAILED}

        await world.until(failed)
    finally:
        await world.known_as(TANAKA)
    assert "notification.attempted" in await _published(world, case)
    assert "notification.unreachable" not in await _published(world, case)
    assert {row[0] for row in await rows(world, case, "page")} <= {SATO, TANAKA, "team:payments"}


async def test_an_offer_that_has_ended_is_not_sent_any_more(world: World) -> None:
    case = await owned(world)
    world.sandbox.fault("phone", "busy", 1, to=PHONE[TANAKA])
    await world.say(offered(case, TANAKA))

    async def waits() -> Any:
        calls = [n for n in await world.log(case) if (n["recipient"], n["channel"]) == (TANAKA, "phone")]
        return calls and calls[0]["attempts"] and calls[0]["state"] == State.PENDING

    await world.until(waits)
    await world.say(offered(case, ITO))
    stands = await states(world, case, "offered")
    assert stands[TANAKA, "phone"] == State.SKIPPED
    assert {id_ for id_, _ in stands} == {TANAKA, ITO}
    catch_all = [row for row in await rows(world, case, "page") if row[0] not in (SATO, TANAKA, ITO, "team:payments")]
    assert catch_all == []


async def over(world: World, case: str) -> None:
    """Wait until nothing about a case is still to be sent."""

    async def none() -> bool:
        return all(n["state"] not in ("pending", "sending", "ambiguous") for n in await world.log(case))

    await world.until(none)


async def test_thanks_reach_the_reporter_alone_and_after_the_end(world: World) -> None:
    case = await owned(world)
    await world.say(e.CaseResolved(case_id=case, by=person(SATO), handling="更新", result="直った"))
    await over(world, case)
    before = world.sandbox.journal.cursor
    thanks = e.CaseFeedback(case_id=case, by=person(SATO), text="時刻のメモが助かりました 髙﨑①㈱🔥")
    await world.say(thanks)
    message = await world.sandbox.chat.wait_for_message(SLACK[YAMADA], case_id=case, since=before)
    assert "時刻のメモが助かりました 髙﨑①㈱🔥" in message.text
    await over(world, case)
    told = [row for row in await rows(world, case) if row[2] == "feedback"]
    assert told == [(YAMADA, "chat", "feedback")]
