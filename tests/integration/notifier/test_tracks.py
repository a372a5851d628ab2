"""Two tracks side by side: who handles it and who decides are asked, answered and left in peace each for themselves."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.notifier.domain.notification import State
from shared.contracts import events as e
from shared.contracts.plan import Reason
from shared.contracts.vocabulary import Channel, Track
from tests.integration.notifier.conftest import (
    ITO,
    PHONE,
    SATO,
    SLACK,
    TANAKA,
    YAMADA,
    World,
    assigned,
    paged_in,
    person,
)

PHONE_ONLY, CHAT_ONLY = (Channel.PHONE,), (Channel.CHAT,)
AUTHORITY = Track.AUTHORITY


def took(case: str, who: str) -> e.CaseAcknowledged:
    return e.CaseAcknowledged(case_id=case, by=person(who), via="phone")


async def states(world: World, case: str) -> dict[tuple[str, str], str]:
    """How the calls and messages to people stand, by recipient and channel; e-mails of the fallback left out."""
    return {
        (n["recipient"], n["channel"]): n["state"]
        for n in await world.log(case)
        if ":" not in n["recipient"] and n["purpose"] == "page" and n["channel"] != "email"
    }


async def both(world: World, channels: tuple[Channel, ...], first: Track = Track.HANDLING, **more: Any) -> str:
    """佐藤 and 田中 are asked to handle a case, 山田 to decide; one of the two in round 1, the other in round 2."""
    case, handling = await world.submitted(), first is Track.HANDLING
    handle = assigned(case, SATO, TANAKA, channels=channels, round=1 if handling else 2, **more)
    decide = assigned(case, YAMADA, channels=channels, round=2 if handling else 1, track=AUTHORITY)
    for event in (handle, decide) if handling else (decide, handle):
        await world.say(event)
    return case


async def waiting(world: World, case: str, *people: str) -> None:
    """Wait until the calls to these people were in vain once and wait for their second try."""

    async def tried() -> bool:
        calls = {n["recipient"]: n for n in await world.log(case) if n["channel"] == "phone"}
        return all(p in calls and calls[p]["attempts"] and calls[p]["state"] == State.PENDING for p in people)

    await world.until(tried)


async def test_the_call_of_who_decides_survives_the_engineers_answer_and_dies_with_her_own(world: World) -> None:
    case = await both(world, (Channel.PHONE, Channel.CHAT))
    calls = {p: await world.sandbox.phone.wait_for_call(PHONE[p], case_id=case) for p in (SATO, TANAKA, YAMADA)}
    messages = {p: await world.sandbox.chat.wait_for_message(SLACK[p], case_id=case) for p in (TANAKA, YAMADA)}
    assert "判断・把握をお願いします" in messages[YAMADA].text
    assert "対応をお願いします" in messages[TANAKA].text
    for call in calls.values():
        await call.until("ringing")
    await calls[SATO].answer()
    await calls[SATO].press("1")
    assert "引き受けるには 1" in calls[SATO].text
    assert "佐藤 花子さん、受け付けました" in calls[SATO].text
    await world.say(took(case, SATO))
    await calls[TANAKA].until("canceled")
    await world.until(lambda: _updated(messages[TANAKA]))
    assert messages[TANAKA].buttons == []
    assert calls[YAMADA].status == "ringing"
    assert (messages[YAMADA].updates, len(messages[YAMADA].buttons)) == (0, 1)
    world.intake.view = {"owner": {"id": SATO, "name": "佐藤 花子"}}
    await calls[YAMADA].answer()
    await calls[YAMADA].press("9")
    await calls[YAMADA].press("1")
    assert calls[YAMADA].text.count("承知したら 1") == 2
    assert "山田 京子さん、ご承知いただいたことを記録しました。 案件番号" in calls[YAMADA].text
    assert "には、佐藤 花子さんが対応しています" in calls[YAMADA].text
    await world.say(took(case, YAMADA))
    await world.until(lambda: _updated(messages[YAMADA]))
    assert "山田 京子さんが承知しました" in messages[YAMADA].text
    assert messages[YAMADA].buttons == []
    assert len([c for c in world.sandbox.phone.calls if c.case_id == case]) == 3


async def _updated(message: Any) -> bool:
    return bool(message.updates)


async def test_who_decides_first_hears_that_nobody_handles_it_yet(world: World) -> None:
    case = await both(world, PHONE_ONLY)
    call = await world.sandbox.phone.wait_for_call(PHONE[YAMADA], case_id=case)
    other = await world.sandbox.phone.wait_for_call(PHONE[SATO], case_id=case)
    world.intake.view = {}  # intake does not say; the log does
    await call.until("ringing")
    await call.answer()
    await call.press("1")
    assert "対応する人は、まだ決まっていません" in call.text
    await world.say(took(case, YAMADA))
    known = await world.sandbox.chat.wait_for_message("C0PAYMENTS", case_id=case, since=call.item)
    while "承知" not in known.text:
        known = await world.sandbox.chat.wait_for_message("C0PAYMENTS", case_id=case, since=known.item)
    assert "山田 京子さんが承知しました" in known.text
    assert "まだ決まっていません" in known.text
    assert await states(world, case) | {(YAMADA, "phone"): ""} == {
        (SATO, "phone"): State.DELIVERED, (TANAKA, "phone"): State.DELIVERED, (YAMADA, "phone"): "",
    }  # fmt: skip
    assert other.status == "ringing"


@pytest.mark.parametrize("first", Track)
async def test_an_answer_on_its_way_to_intake_silences_its_own_track_alone(world: World, first: Track) -> None:
    world.sandbox.fault("phone", "busy", 1, to=PHONE[TANAKA])
    world.sandbox.fault("phone", "busy", 1, to=PHONE[YAMADA])
    case = await both(world, PHONE_ONLY, first)
    await waiting(world, case, TANAKA, YAMADA)
    before = world.sandbox.journal.cursor
    world.intake.status = 503
    call = await world.sandbox.phone.wait_for_call(PHONE[SATO], case_id=case)
    await call.until("ringing")
    await call.answer()
    await call.press("1")
    assert (await states(world, case))[TANAKA, "phone"] == State.SKIPPED
    assert (await states(world, case))[YAMADA, "phone"] == State.PENDING
    await world.process.db.pool.execute("UPDATE notifications SET next_attempt_at = now() WHERE case_id = $1", case)
    again = await world.sandbox.phone.wait_for_call(PHONE[YAMADA], case_id=case, since=before)
    await again.until("ringing")
    assert len([c for c in world.sandbox.phone.calls if c.case_id == case and c.to == PHONE[TANAKA]]) == 1


async def test_where_all_must_answer_one_answer_silences_nobody_else(world: World) -> None:
    world.sandbox.fault("phone", "busy", 1, to=PHONE[TANAKA])
    case = await both(world, PHONE_ONLY, acknowledge="all")
    await waiting(world, case, TANAKA)
    call = await world.sandbox.phone.wait_for_call(PHONE[SATO], case_id=case)
    await call.until("ringing")
    await call.answer()
    await call.press("1")
    assert (await states(world, case))[TANAKA, "phone"] == State.PENDING
    await world.say(took(case, SATO))
    assert (await states(world, case))[TANAKA, "phone"] == State.PENDING
    await world.say(took(case, TANAKA))
    assert (await states(world, case))[TANAKA, "phone"] == State.SKIPPED


async def test_whom_both_tracks_name_is_called_once_and_for_as_long_as_one_of_them_waits(world: World) -> None:
    world.sandbox.fault("phone", "busy", 1, to=PHONE[SATO])
    case = await world.submitted()
    await world.say(assigned(case, SATO, TANAKA, channels=PHONE_ONLY))
    await world.say(paged_in(assigned(case, channels=PHONE_ONLY, round=2, track=AUTHORITY), 1, SATO))
    await waiting(world, case, SATO)
    before = world.sandbox.journal.cursor
    engineer = await world.sandbox.phone.wait_for_call(PHONE[TANAKA], case_id=case)
    await engineer.until("ringing")
    await engineer.answer()
    await engineer.press("1")
    assert (await states(world, case))[SATO, "phone"] == State.PENDING
    await world.say(took(case, TANAKA))
    await world.process.db.pool.execute("UPDATE notifications SET next_attempt_at = now() WHERE case_id = $1", case)
    again = await world.sandbox.phone.wait_for_call(PHONE[SATO], case_id=case, since=before)
    await again.until("ringing")
    await again.answer()
    await again.press("9")
    assert "お返事は不要" not in again.text
    await again.press("1")
    await world.say(took(case, SATO))
    assert (await states(world, case))[SATO, "phone"] == State.ACKNOWLEDGED
    assert len([c for c in world.sandbox.phone.calls if c.case_id == case]) == 3


async def test_whom_both_tracks_name_is_left_in_peace_by_who_was_asked_on_both_as_well(world: World) -> None:
    world.sandbox.fault("phone", "busy", 1, to=PHONE[SATO])
    case = await world.submitted()
    await world.say(assigned(case, SATO, TANAKA, channels=PHONE_ONLY))
    await world.say(paged_in(assigned(case, channels=PHONE_ONLY, round=2, track=AUTHORITY), 1, SATO, TANAKA))
    await waiting(world, case, SATO)
    call = await world.sandbox.phone.wait_for_call(PHONE[TANAKA], case_id=case)
    await call.until("ringing")
    await call.answer()
    await call.press("1")
    assert (await states(world, case))[SATO, "phone"] == State.SKIPPED


async def test_nothing_but_the_ticket_goes_out_before_its_time(world: World) -> None:
    case, other = await world.submitted(), await world.submitted()
    later = datetime.now(UTC) + timedelta(hours=9)
    for id_ in (case, other):
        await world.say(assigned(id_, SATO, not_before=later))
        await world.sandbox.crm.wait_for_comment(case_id=id_)
    held = [n for n in await world.log(case) if n["channel"] != "ticket"]
    assert {(n["recipient"], n["channel"], n["state"]) for n in held} == {
        (SATO, "phone", "pending"), (SATO, "chat", "pending"), ("team:payments", "chat", "pending")
    }  # fmt: skip
    assert {datetime.fromisoformat(n["next_attempt_at"]) for n in held} == {later}
    await world.say(took(case, TANAKA))
    page_states = {n["state"] for n in await world.log(case) if n["purpose"] == "page" and n["channel"] != "ticket"}
    assert page_states == {"skipped"}
    assert [r for r in world.sandbox.received(case_id=other) if r.channel != "ticket"] == []
    await world.process.db.pool.execute(
        "UPDATE notifications SET next_attempt_at = now(), not_before = now() WHERE case_id = ANY($1)", [case, other]
    )
    await world.sandbox.phone.wait_for_call(PHONE[SATO], case_id=other)
    await world.sandbox.chat.wait_for_message("C0PAYMENTS", case_id=other)
    assert world.sandbox.received("phone", case_id=case) == []


async def test_a_change_of_shift_calls_the_new_person_once(world: World) -> None:
    case = await world.submitted()
    await world.say(assigned(case, SATO, TANAKA, channels=(Channel.PHONE, Channel.TICKET)))
    await world.sandbox.phone.wait_for_call(PHONE[TANAKA], case_id=case)
    await world.settled(case, phone=State.DELIVERED, ticket=State.ACCEPTED, chat=State.ACCEPTED)
    before = world.sandbox.journal.cursor
    why = (Reason(ja="当番が交代したため", en="the shift has changed"),)
    shift = assigned(case, YAMADA, round=2, cause="shift", deadlines=(), reasons=why,
                     channels=(Channel.PHONE, Channel.TICKET))  # fmt: skip
    shift = paged_in(shift, 1, TANAKA)
    await world.say(shift)
    call = await world.sandbox.phone.wait_for_call(PHONE[YAMADA], case_id=case)
    team = await world.sandbox.chat.wait_for_message("C0PAYMENTS", case_id=case, since=before)
    assert "山田 京子さんに対応をお願いしています" in team.text
    await world.process.db.pool.execute("DELETE FROM inbox")
    await world.again()
    await world.settled(case, phone=State.DELIVERED, ticket=State.ACCEPTED, chat=State.ACCEPTED)
    news = [(r.channel, r.to) for r in world.sandbox.received(case_id=case, since=before)]
    assert sorted(news) == [("chat", "C0PAYMENTS"), ("phone", PHONE[YAMADA])]
    await call.until("ringing")
    await call.hang_up("canceled")


async def test_the_shift_that_ended_is_not_called_a_second_time(world: World) -> None:
    world.sandbox.fault("phone", "busy", 1, to=PHONE[SATO])
    case = await world.submitted()
    await world.say(assigned(case, SATO, channels=PHONE_ONLY))
    await waiting(world, case, SATO)
    await world.say(assigned(case, YAMADA, round=2, cause="shift", deadlines=(), channels=CHAT_ONLY))
    await world.process.db.pool.execute("UPDATE notifications SET next_attempt_at = now() WHERE case_id = $1", case)
    await world.until(lambda: _is(world, case, SATO, State.SKIPPED))
    assert len(world.sandbox.received("phone", case_id=case)) == 1


async def _is(world: World, case: str, who: str, state: State) -> bool:
    return (await states(world, case))[who, "phone"] == state


async def test_who_was_left_behind_by_the_climb_may_still_take_it(world: World) -> None:
    case = await world.submitted()
    await world.say(assigned(case, SATO, channels=PHONE_ONLY))
    call = await world.sandbox.phone.wait_for_call(PHONE[SATO], case_id=case)
    await call.until("ringing")
    await world.say(assigned(case, YAMADA, round=2, cause="breached", channels=CHAT_ONLY))
    await call.answer()
    await call.press("9")
    await call.press("1")
    assert call.text.count("引き受けるには 1") == 2
    assert "受け付けました" in call.text


async def test_who_stands_in_for_somebody_without_a_contact_is_called_until_the_case_is_taken(world: World) -> None:
    world.sandbox.fault("phone", "busy", 1, to=PHONE["kobayashi.jun"])
    case = await world.submitted()
    await world.say(assigned(case, "nobody.knows", channels=PHONE_ONLY, track=AUTHORITY))
    await waiting(world, case, "kobayashi.jun")
    await world.say(assigned(case, SATO, channels=CHAT_ONLY, round=2))
    await world.say(took(case, SATO))
    assert (await states(world, case))["kobayashi.jun", "phone"] == State.PENDING
    await world.say(e.CaseResolved(case_id=case, by=person(SATO), handling="x", result="y"))
    assert (await states(world, case))["kobayashi.jun", "phone"] == State.SKIPPED


async def test_a_refused_answer_is_not_called_taken(world: World) -> None:
    case = await world.submitted()
    await world.say(assigned(case, ITO, channels=PHONE_ONLY))
    world.intake.status = 422
    call = await world.sandbox.phone.wait_for_call(PHONE[ITO], case_id=case)
    await call.until("ringing")
    await call.answer()
    await call.press("1")
    assert "記録できませんでした" in call.text
    assert "受け付けました" not in call.text
