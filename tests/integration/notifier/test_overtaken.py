"""Before somebody is rung up by a later page, intake is asked whether an answer was taken that the log does not show yet."""

import pytest

from services.notifier.domain.notification import State
from shared.contracts.vocabulary import Channel, Track
from tests.integration.notifier.conftest import PHONE, SATO, SLACK, TANAKA, YAMADA, World, assigned

CALL_AND_CHAT = (Channel.PHONE, Channel.CHAT)


async def climbed(world: World) -> str:
    """佐藤 has not answered, and the case has climbed to 山田; gives its id."""
    case = await world.submitted()
    await world.say(assigned(case, SATO, channels=CALL_AND_CHAT, round=1))
    await world.sandbox.phone.wait_for_call(PHONE[SATO], case_id=case)
    await world.say(assigned(case, YAMADA, channels=CALL_AND_CHAT, round=3, level=2, cause="breached"))
    return case


async def left_alone(world: World, case: str) -> bool:
    """Whether the call to 山田 was given up."""
    calls = [n for n in await world.log(case) if n["recipient"] == YAMADA and n["channel"] == "phone"]
    return [n["state"] for n in calls] == [State.SKIPPED]


async def test_nobody_is_rung_up_for_what_intake_knows_to_be_answered(world: World) -> None:
    world.intake.asked = False
    case = await climbed(world)
    await world.until(lambda: left_alone(world, case))
    await world.sandbox.chat.wait_for_message(SLACK[YAMADA], case_id=case)
    assert [call.to for call in world.sandbox.phone.calls if call.case_id == case] == [PHONE[SATO]]
    assert world.intake.questions == [{"case": case, "person": YAMADA, "track": "handling", "round": "3", "after": "0"}]


@pytest.mark.parametrize("status", [200, 404, 500])
async def test_who_is_still_asked_is_rung_up_and_so_is_who_intake_cannot_say_it_of(world: World, status: int) -> None:
    world.intake.status = status
    case = await climbed(world)
    await world.sandbox.phone.wait_for_call(PHONE[YAMADA], case_id=case, timeout=20)
    asked = [question["person"] for question in world.intake.questions]
    assert (
        asked == [YAMADA] if status < 500 else len(asked) > 1
    )  # who cannot say it now is asked again, but not for long


async def test_a_page_that_no_answer_can_have_overtaken_waits_for_no_question(world: World) -> None:
    world.intake.asked = False
    case = await world.submitted()
    await world.say(assigned(case, SATO, channels=CALL_AND_CHAT, round=1))
    await world.say(assigned(case, TANAKA, channels=CALL_AND_CHAT, round=2, track=Track.AUTHORITY))
    for person in (SATO, TANAKA):
        await world.sandbox.phone.wait_for_call(PHONE[person], case_id=case)
    assert world.intake.questions == []
