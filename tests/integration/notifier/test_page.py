"""A page: phone, chat and ticket at once; whoever answers stops it, and everybody hears how it went, once."""

from services.notifier.domain.notification import State
from shared.contracts import events as e
from shared.contracts.plan import Person
from shared.contracts.vocabulary import Channel
from tests.integration.notifier.conftest import EMAIL, PHONE, SATO, SLACK, TANAKA, YAMADA, World, assigned, person


async def test_everybody_asked_is_called_and_chatted_and_the_ticket_gets_one_comment(world: World) -> None:
    case = await world.submitted()
    await world.say(assigned(case, SATO, TANAKA))
    for who in (SATO, TANAKA):
        call = await world.sandbox.phone.wait_for_call(PHONE[who], case_id=case)
        await call.until("ringing")
        message = await world.sandbox.chat.wait_for_message(SLACK[who], case_id=case)
        assert "決済が全店舗で失敗する" in message.text
        assert "■ 希望する対応\n復旧見込みを教えてほしい\n希望の期限: 12月31日（木）17:30\n" in message.text
        assert [b["action_id"] for b in message.buttons] == ["ack"]
    team = await world.sandbox.chat.wait_for_message("C0PAYMENTS", case_id=case)
    assert team.buttons == []
    assert "佐藤 花子さん、田中 実さん" in team.text
    await world.sandbox.crm.wait_for_comment(case_id=case)
    log = await world.settled(case, phone=State.DELIVERED, chat=State.ACCEPTED, ticket=State.ACCEPTED)
    assert len(log) == 6
    ticket = next(n for n in log if n["channel"] == "ticket")
    (comment,) = world.sandbox.ticket(ticket["recipient"].split(":")[2]).comments
    assert not comment.public
    assert f"[tasuki:{ticket['id']}]" in comment.body


async def test_pressing_1_is_an_acknowledgement_and_nobody_else_is_left_with_a_ringing_phone(world: World) -> None:
    case = await world.submitted()
    await world.say(assigned(case, SATO, TANAKA))
    mine = await world.sandbox.phone.wait_for_call(PHONE[SATO], case_id=case)
    other = await world.sandbox.phone.wait_for_call(PHONE[TANAKA], case_id=case)
    await mine.until("ringing")
    await mine.answer()
    await mine.press("1")
    assert "佐藤 花子さん、受け付けました" in mine.text
    (said,) = world.intake.taken
    assert (said["by"], said["via"], said["round"]) == ({"id": SATO, "name": "佐藤 花子"}, "phone", 1)
    await world.say(e.CaseAcknowledged(case_id=case, by=person(SATO), via="phone"))
    await other.until("canceled")
    message = await world.sandbox.chat.wait_for_message(SLACK[TANAKA], case_id=case)

    async def changed() -> bool:
        return message.updates == 1

    await world.until(changed)
    assert message.buttons == []
    assert "佐藤 花子さんが受け付けました" in message.text
    (page,) = [n for n in await world.log(case) if n["recipient"] == SATO and n["channel"] == "phone"]
    assert page["state"] == State.ACKNOWLEDGED, (page, mine.log, await world.outcomes(case))
    assert [o["outcome"] for o in await world.outcomes(case) if o["notification_id"] == page["id"]][
        -1
    ] == "acknowledged"


async def test_an_answer_that_is_taken_back_is_told_of_and_everybody_is_called_again(world: World) -> None:
    case = await world.submitted()
    await world.say(assigned(case, SATO, TANAKA, channels=(Channel.CHAT,)))
    for who in (SATO, TANAKA):
        await world.sandbox.chat.wait_for_message(SLACK[who], case_id=case)
    await world.say(e.CaseAcknowledged(case_id=case, by=person(SATO), via="chat"))
    await world.say(e.CaseUnacknowledged(case_id=case, by=person(SATO)))
    again = assigned(case, SATO, TANAKA, channels=(Channel.CHAT,), round=2, after=1)
    await world.say(again.model_copy(update={"cause": "undone"}))

    async def called_again() -> bool:
        pages = [n for n in await world.log(case) if n["purpose"] == "page" and n["recipient"] in (SATO, TANAKA)]
        return sorted(n["state"] for n in pages) == ["accepted"] * 4

    await world.until(called_again)
    told = [m.text for m in world.sandbox.chat.messages if "引き続き担当者を探しています" in m.text]
    assert told
    await world.until(lambda: _told_the_ticket(world, case))


async def _told_the_ticket(world: World, case: str) -> bool:
    """Received, taken, and taken back, each once."""
    news = [n for n in await world.log(case) if n["channel"] == "ticket" and n["purpose"] == "progress"]
    return [n["state"] for n in news] == ["accepted"] * 3


async def test_the_button_in_the_chat_acknowledges(world: World) -> None:
    case = await world.submitted()
    await world.say(assigned(case, YAMADA, channels=(Channel.CHAT,)))
    message = await world.sandbox.chat.wait_for_message(SLACK[YAMADA], case_id=case)
    delivery = await world.sandbox.chat.press(message)
    assert delivery.status == 200
    assert [t["by"]["id"] for t in world.intake.taken] == [YAMADA]
    assert world.intake.taken[0]["via"] == "chat"


async def test_who_comes_too_late_is_told_who_has_it(world: World) -> None:
    case = await world.submitted()
    await world.say(assigned(case, SATO))
    world.intake.status, world.intake.owner = 409, "髙橋 健"
    call = await world.sandbox.phone.wait_for_call(PHONE[SATO], case_id=case)
    await call.until("ringing")
    await call.answer()
    await call.press("1")
    assert "すでに髙橋 健さんが対応しています" in call.text


async def test_an_acknowledgement_survives_an_intake_that_is_away(world: World) -> None:
    case = await world.submitted()
    await world.say(assigned(case, SATO))
    world.intake.status = 503
    call = await world.sandbox.phone.wait_for_call(PHONE[SATO], case_id=case)
    await call.until("ringing")
    await call.answer()
    await call.press("1")
    assert "受け付けました" in call.text
    assert world.intake.taken == []
    world.intake.status = 200

    async def heard() -> bool:
        return [t["case_id"] for t in world.intake.taken] == [case]

    await world.until(heard)


async def test_pressing_2_passes_it_on_and_calls_nobody_back(world: World) -> None:
    case = await world.submitted()
    await world.say(assigned(case, SATO, channels=(Channel.PHONE,)))
    call = await world.sandbox.phone.wait_for_call(PHONE[SATO], case_id=case)
    await call.until("ringing")
    await call.answer()
    await call.press("9")
    await call.press("2")
    assert call.text.count("引き受けるには 1") == 2
    assert "ほかの人にお願いします" in call.text
    log = await world.settled(case, phone=State.FAILED)
    (page,) = [n for n in log if n["channel"] == "phone"]
    assert (page["code"], world.intake.taken) == ("declined", [])


async def test_an_event_read_twice_tells_nobody_twice(world: World) -> None:
    case = await world.submitted(by=YAMADA)
    await world.say(assigned(case, SATO, channels=(Channel.CHAT, Channel.TICKET)))
    await world.settled(case, chat=State.ACCEPTED, ticket=State.ACCEPTED)
    await world.say(e.CaseAcknowledged(case_id=case, by=person(SATO), via="chat"))
    done = e.CaseResolved(case_id=case, by=person(SATO), handling="証明書を更新", result="全店舗で決済できた")
    await world.say(done)
    await world.settled(case, chat=State.ACCEPTED, ticket=State.ACCEPTED)
    before = [r for r in world.sandbox.received(case_id=case) if r.kind != "update"]
    await world.process.db.pool.execute("DELETE FROM inbox")
    await world.again()
    await world.settled(case, chat=State.ACCEPTED, ticket=State.ACCEPTED)
    assert [r for r in world.sandbox.received(case_id=case) if r.kind != "update"] == before


async def test_the_result_reaches_everybody_concerned_once_and_never_by_phone(world: World) -> None:
    case = await world.submitted(by=YAMADA)
    await world.say(assigned(case, SATO, TANAKA, channels=(Channel.TICKET,)))
    await world.say(
        e.CaseFollowed(case_id=case, by=person(YAMADA), follower=Person(id="ito.sakura", name="伊藤 さくら"))
    )
    await world.say(e.CaseAcknowledged(case_id=case, by=person(SATO), via="web"))
    await world.say(e.CaseNoted(case_id=case, by=person(SATO), text="内緒のメモ"))
    since = world.sandbox.journal.cursor
    done = e.CaseResolved(
        case_id=case, by=person(SATO), handling="証明書を更新", result="全店舗で決済できた", cause="期限切れ"
    )
    await world.say(done)
    log = await world.settled(case, chat=State.ACCEPTED, ticket=State.ACCEPTED)
    results = [n for n in log if n["purpose"] == "result"]
    told = {YAMADA, TANAKA, "ito.sakura", "team:payments"}
    assert {n["recipient"] for n in results if n["channel"] == "chat"} == told
    (ticket,) = [n for n in results if n["channel"] == "ticket"]
    found = world.sandbox.ticket(ticket["recipient"].split(":")[2])
    assert (found.status, found.assignee_email) == ("solved", EMAIL[SATO])
    assert "全店舗で決済できた" in found.comments[-1].body
    received = [r for r in world.sandbox.received(case_id=case, since=since) if "全店舗で決済できた" in str(r.content)]
    assert len(received) == 5
    assert world.sandbox.received("phone", case_id=case) == []
    assert not [r for r in world.sandbox.received(case_id=case) if "内緒" in str(r.content)]


async def test_a_case_without_a_ticket_is_never_silent(world: World) -> None:
    case = await world.submitted(external=False)
    await world.say(assigned(case, SATO, channels=(Channel.TICKET,)))
    mail = await world.sandbox.mail.wait_for_mail(EMAIL[SATO], case_id=case)
    assert "【P1 対応のお願い】" in mail.subject
    assert "髙﨑①㈱🔥 の１２３店" in mail.text
    assert any("/a/" in link for link in mail.links)


async def test_nobody_is_paged_for_a_case_that_was_answered_meanwhile(world: World) -> None:
    case = await world.submitted()
    await world.say(e.CaseAcknowledged(case_id=case, by=person(YAMADA), via="web"))
    await world.say(assigned(case, SATO, after=0))
    await world.settled(case, chat=State.ACCEPTED, ticket=State.ACCEPTED)
    assert world.sandbox.received("phone", case_id=case) == []
    assert not [n for n in await world.log(case) if n["purpose"] == "page"]
