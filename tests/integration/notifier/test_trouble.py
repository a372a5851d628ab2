"""Trouble: what fails is tried again or otherwise, what may have gone out is looked up, and nothing is given up in silence."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from sandbox import Call
from services.notifier import store
from services.notifier.domain import retry
from services.notifier.domain.notification import State
from shared.contracts import events as e
from shared.contracts.vocabulary import Channel
from tests.integration.notifier.conftest import EMAIL, PHONE, SATO, SLACK, TANAKA, World, assigned, person

LONG_AGO = (
    """UPDATE notifications SET created_at = created_at - $2::interval, planned_at = planned_at - $2::interval
       WHERE case_id = $1""",
    """UPDATE attempts SET started_at = started_at - $2::interval
       WHERE notification_id IN (SELECT id FROM notifications WHERE case_id = $1)""",
)
PHONE_ONLY, CHAT_ONLY = (Channel.PHONE,), (Channel.CHAT,)


@pytest.mark.parametrize(
    ("fault", "code"),
    [("busy", "busy"), ("no-answer", "no-answer"), ("voicemail", "voicemail"), ("failed", "call-failed")],
)
async def test_a_call_that_does_not_get_through_becomes_a_mail_at_once_and_a_second_call_later(
    world: World, fault: str, code: str
) -> None:
    case = await world.submitted()
    world.sandbox.fault("phone", fault, 1, to=PHONE[SATO], seconds=0.1)
    await world.say(assigned(case, SATO, channels=PHONE_ONLY))
    mail = await world.sandbox.mail.wait_for_mail(EMAIL[SATO], case_id=case)
    assert "電話でお知らせできなかったため" in mail.text
    log = await world.settled(case, phone=State.PENDING, email=State.ACCEPTED)
    (page,) = [n for n in log if n["channel"] == "phone"]
    assert [a["code"] for a in page["attempts"]] == [code]
    await world.process.db.pool.execute("UPDATE notifications SET next_attempt_at = now() WHERE id = $1", page["id"])

    def calls() -> list[Call]:
        return [c for c in world.sandbox.phone.calls if c.case_id == case]

    await world.sandbox.journal.until(lambda: len(calls()) == 2 or None, 5, "the second call")
    await calls()[1].until("ringing")
    await calls()[1].decline()
    await world.settled(case, phone=State.FAILED)
    assert len([m for m in world.sandbox.mail.messages if m.to == [EMAIL[SATO]] and case in str(m.headers)]) == 1


async def test_an_acknowledgement_cancels_the_second_call(world: World) -> None:
    case = await world.submitted()
    world.sandbox.fault("phone", "busy", 1, to=PHONE[SATO])
    await world.say(assigned(case, SATO, channels=PHONE_ONLY))
    await world.sandbox.mail.wait_for_mail(EMAIL[SATO], case_id=case)
    await world.say(e.CaseAcknowledged(case_id=case, by=person(TANAKA), via="web"))
    await world.settled(case, phone=State.SKIPPED)


@pytest.mark.parametrize("fault", ["429", "500"])
async def test_a_provider_in_trouble_is_tried_again_until_it_takes_the_page(world: World, fault: str) -> None:
    case = await world.submitted()
    world.sandbox.fault("chat", fault, 2, to=SLACK[SATO], seconds=0.1)
    await world.say(assigned(case, SATO, channels=CHAT_ONLY))
    await world.sandbox.chat.wait_for_message(SLACK[SATO], case_id=case, timeout=8)
    log = await world.settled(case, chat=State.ACCEPTED)
    (page,) = [n for n in log if n["recipient"] == SATO and n["channel"] == "chat"]
    assert [n["channel"] for n in log if n["recipient"] == SATO and n is not page] == ["email"]  # a P1 goes out at once
    assert [a["outcome"] for a in page["attempts"]] == ["retryable", "retryable", "accepted"]


async def test_who_has_a_wrong_clock_takes_over_nothing_that_another_is_sending(world: World) -> None:
    case = await world.submitted()
    world.sandbox.fault("chat", "slow", 1, to=SLACK[SATO], seconds=1)
    await world.say(assigned(case, SATO, channels=CHAT_ONLY))

    async def sending() -> bool:
        return State.SENDING in {n["state"] for n in await world.log(case) if n["channel"] == "chat"}

    await world.until(sending)
    async with world.process.db.transaction() as tx:
        assert await store.expire_leases(tx, datetime.now(UTC) + timedelta(minutes=2)) == []
    log = await world.settled(case, chat=State.ACCEPTED)
    assert [a["outcome"] for n in log if n["recipient"] == SATO and n["channel"] == "chat" for a in n["attempts"]] == [
        "accepted"
    ]


@pytest.mark.parametrize("channel", [Channel.PHONE, Channel.CHAT, Channel.TICKET])
async def test_an_answer_that_never_came_is_looked_up_and_not_sent_twice(world: World, channel: Channel) -> None:
    case = await world.submitted(external=channel is Channel.TICKET)
    world.sandbox.fault(channel, "timeout-after-accept", 1, seconds=0.05)
    await world.say(assigned(case, SATO, channels=(channel,), priority="P3"))

    async def settled() -> bool:
        return all(n["state"] in (State.ACCEPTED, State.DELIVERED) for n in await world.log(case))

    await world.until(settled)
    await asyncio.sleep(1.5)
    assert len([r for r in world.sandbox.received(case_id=case) if r.kind != "update"]) == 1
    if channel is not Channel.PHONE:  # a call that rings reports so by itself
        assert "ambiguous" in [o["outcome"] for o in await world.outcomes(case)]


async def test_a_mail_that_may_have_gone_out_is_sent_again_and_says_so(world: World) -> None:
    case = await world.submitted()
    world.sandbox.fault("email", "timeout-after-accept", 1, seconds=0.05)
    await world.say(assigned(case, SATO, channels=(Channel.EMAIL,), priority="P3"))
    first = await world.sandbox.mail.wait_for_mail(EMAIL[SATO], case_id=case)
    second = await world.sandbox.mail.wait_for_mail(EMAIL[SATO], case_id=case, since=first.item)
    assert second.message_id == first.message_id
    assert second.subject.startswith("【重複の可能性】")
    log = await world.settled(case, email=State.ACCEPTED)
    assert [n["repeat"] for n in log if n["channel"] == "email"] == [True]


async def test_a_mail_that_never_gets_an_answer_ends_after_three_and_the_page_goes_another_way(world: World) -> None:
    case = await world.submitted()
    world.sandbox.fault("email", "timeout-after-accept", seconds=0.05)
    await world.say(assigned(case, SATO, channels=(Channel.EMAIL,), priority="P3"))
    log = await world.settled(case, email=State.FAILED)
    (page,) = [n for n in log if n["channel"] == "email"]
    assert page["code"] == "no-answer-from-provider, given up"
    assert "届いたかどうか分からない" in page["sentence"]
    mails = [m for m in world.sandbox.mail.messages if m.to == [EMAIL[SATO]] and case in str(m.headers)]
    assert len(mails) == len(page["attempts"]) == retry.REPEATS
    await world.sandbox.chat.wait_for_message(SLACK[SATO], case_id=case)


async def test_a_send_that_was_interrupted_is_looked_up_by_whoever_finds_it(world: World) -> None:
    """A process that died left a row in `sending`; once its lease has run out the provider is asked."""
    case = await world.submitted()
    await world.say(assigned(case, SATO, channels=CHAT_ONLY, priority="P3"))
    await world.sandbox.chat.wait_for_message(SLACK[SATO], case_id=case)
    await world.settled(case, chat=State.ACCEPTED)
    pool = world.process.db.pool
    await pool.execute(
        "UPDATE attempts SET outcome = NULL, provider_id = '' FROM notifications n WHERE n.case_id = $1", case
    )
    await pool.execute(
        "UPDATE notifications SET state = 'sending', provider_id = '', lease_until = now() WHERE case_id = $1", case
    )
    log = await world.settled(case, chat=State.ACCEPTED)
    assert [a["code"] for a in log[0]["attempts"]] == ["found"]
    assert len(world.sandbox.received("chat", case_id=case)) == 1


async def test_somebody_without_a_contact_is_replaced_by_the_catch_all(world: World) -> None:
    case = await world.submitted()
    await world.say(assigned(case, "nobody.knows", channels=PHONE_ONLY))
    call = await world.sandbox.phone.wait_for_call(PHONE["kobayashi.jun"], case_id=case)
    assert "小林 純さん" in call.order.twiml
    (missing,) = [n for n in await world.log(case) if n["recipient"] == "nobody.knows"]
    assert (missing["state"], missing["code"]) == (State.FAILED, "no-contact")
    await call.until("ringing")
    await call.hang_up("canceled")


async def test_a_ticket_that_cannot_be_written_becomes_a_mail(world: World) -> None:
    case = await world.submitted()
    external = next(x for x, _ in world.said if isinstance(x, e.CaseSubmitted)).external
    assert external is not None
    world.sandbox.ticket(external.id).status = "closed"
    await world.say(assigned(case, SATO, channels=(Channel.TICKET,), priority="P3"))
    mail = await world.sandbox.mail.wait_for_mail(EMAIL[SATO], case_id=case)
    assert "チケットでお知らせできなかったため" in mail.text


async def test_after_an_outage_nobody_is_called_for_what_was_answered_meanwhile(world: World) -> None:
    case = await world.submitted()
    then = datetime.now(UTC) - timedelta(minutes=10)
    await world.say(assigned(case, SATO, channels=PHONE_ONLY, priority="P3"), at=then)
    await world.say(e.CaseAcknowledged(case_id=case, by=person(TANAKA), via="web"), at=then + timedelta(minutes=1))
    await world.settled(case, phone=State.SKIPPED)
    assert world.sandbox.received("phone", case_id=case) == []


async def test_retries_end_and_say_so(world: World) -> None:
    case = await world.submitted()
    world.sandbox.fault("chat", "500", to=SLACK[SATO])
    await world.say(assigned(case, SATO, channels=CHAT_ONLY, priority="P3"))

    async def failing() -> bool:
        return bool((await world.log(case))[0]["attempts"])

    await world.until(failing)
    old = retry.PAGE_TRIED_FOR + timedelta(minutes=1)
    for statement in LONG_AGO:
        await world.process.db.pool.execute(statement, case, old)
    await world.settled(case, chat=State.FAILED)
    await world.sandbox.mail.wait_for_mail(EMAIL[SATO], case_id=case)
