"""Who is called because the owner is late hears whose the case stays; who is called last hears that nobody else is left."""

from services.notifier.domain.notification import State
from shared.contracts import events as e
from shared.contracts.plan import Level, Plan, Reason, Target
from shared.contracts.vocabulary import Channel, Path, Priority
from tests.integration.notifier.conftest import NAME, PHONE, SATO, SLACK, TANAKA, World, assigned, person

WHY = Reason(ja="当番のため", en="on duty")
TARGET = Target(kind="schedule", id="line", path=Path.FUNCTIONAL)
PLAN = Plan(
    policy_version=1, priority=Priority.P1, path=Path.FUNCTIONAL, team="payments", reasons=(WHY,), resolution="4h",
    first_handling="15m", levels=(Level(targets=(TARGET,), channels=(Channel.PHONE,), first_response="5m"),),
)  # fmt: skip
SATOS = {"owner": {"id": SATO, "name": NAME[SATO]}}


async def late(world: World, *channels: Channel) -> str:
    """佐藤 has a case and is late: 田中, above the last level, is asked to join in."""
    case = await world.submitted()
    await world.say(e.EscalationPlanned(case_id=case, plan=PLAN))
    await world.say(assigned(case, SATO, channels=(Channel.CHAT,)))
    await world.say(e.CaseAcknowledged(case_id=case, by=person(SATO), via="web"))
    world.intake.view = SATOS
    await world.say(assigned(case, TANAKA, channels=channels, round=2, level=2, after=1, cause="breached"))
    return case


async def test_on_the_telephone(world: World) -> None:
    case = await late(world, Channel.PHONE)
    call = await world.sandbox.phone.wait_for_call(PHONE[TANAKA], case_id=case)
    await call.until("ringing")
    await call.answer()
    assert "いまの担当は、佐藤 花子さんです。" in call.text
    await call.press("1")
    assert "加わっていただけることを記録しました" in call.text
    assert "担当は、引き続き佐藤 花子さんです" in call.text
    assert "不要" not in call.text


async def test_in_a_chat(world: World) -> None:
    case = await late(world, Channel.CHAT)
    message = await world.sandbox.chat.wait_for_message(SLACK[TANAKA], case_id=case)
    await world.sandbox.chat.press(message)
    told = await world.sandbox.journal.wait(8, channel="chat", kind="ephemeral", to=message.to)
    assert "担当は、引き続き佐藤 花子さんです" in told.text
    assert [taken["by"]["id"] for taken in world.intake.taken] == [TANAKA]


async def test_the_last_person_who_passes_it_on_hears_that_nobody_else_is_left(world: World) -> None:
    case = await late(world, Channel.PHONE)
    call = await world.sandbox.phone.wait_for_call(PHONE[TANAKA], case_id=case)
    await call.until("ringing")
    await call.answer()
    await call.press("2")
    assert "ほかにお願いできる人がいません" in call.text
    assert "もう一度ご連絡します" in call.text
    await world.settled(case, phone=State.FAILED)
