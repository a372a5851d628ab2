"""What else is told: linked reports, new priorities, replies, and digests that wake nobody."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from services.notifier.domain.notification import State
from shared.contracts import events as e
from shared.contracts.plan import Person, Reason
from shared.contracts.vocabulary import Channel, Kind, Priority, Status
from tests.integration.notifier.conftest import (
    CONTACTS,
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

WHY = (Reason(ja="理由①", en="a reason"),)


def submission(world: World, case: str) -> e.CaseSubmitted:
    return next(x for x, _ in world.said if isinstance(x, e.CaseSubmitted) and x.case_id == case)


async def linked(world: World, lead: str, by: str) -> str:
    """Another report of the same, which the router links to the lead."""
    case = await world.submitted(by=by)
    report, number = submission(world, case), submission(world, lead).number
    await world.say(e.EscalationLinked(case_id=case, lead=lead, lead_number=number, reasons=WHY))
    await world.say(
        e.EscalationJoined(
            case_id=lead, joined=case, joined_number=report.number, by=report.by, external=report.external
        )
    )
    return case


def resolved(case: str) -> e.CaseResolved:
    return e.CaseResolved(case_id=case, by=person(SATO), handling="証明書を更新", result="全店舗で決済できた")


@pytest.mark.parametrize("who", ["a rule", "a person"])
async def test_a_linked_report_stops_its_pages_and_says_where_it_is_handled(world: World, who: str) -> None:
    lead = await world.submitted()
    world.sandbox.fault("phone", "busy", 1, to=PHONE[SATO])
    case = await world.submitted(by=YAMADA)
    await world.say(assigned(case, SATO, channels=(Channel.PHONE, Channel.CHAT)))
    message = await world.sandbox.chat.wait_for_message(SLACK[SATO], case_id=case)
    await world.settled(case, phone=State.PENDING, chat=State.ACCEPTED)
    number, before = submission(world, lead).number, world.sandbox.journal.cursor
    by_rule = e.EscalationLinked(case_id=case, lead=lead, lead_number=number, reasons=WHY)
    by_hand = e.CaseLinked(case_id=case, by=person(ITO), lead=lead, lead_number=number)
    await world.say(by_rule if who == "a rule" else by_hand)
    reporter = await world.sandbox.chat.wait_for_message(SLACK[YAMADA], case_id=case, since=before)
    assert f"#{number} として" in reporter.text
    assert (f"{NAME[ITO]}さんが、" in reporter.text) is (who == "a person")
    await world.sandbox.crm.wait_for_comment(case_id=case)

    async def closed() -> bool:
        return bool(message.updates)

    await world.until(closed)
    assert message.buttons == []
    assert message.text.startswith(f"#{number} とまとめて対応します")
    await world.settled(case, phone=State.SKIPPED)


@pytest.mark.parametrize("first", ["lead", "linked"])
async def test_the_result_of_a_lead_reaches_every_linked_report_once(world: World, first: str) -> None:
    """Whichever result is read first: the partitions of the two cases are not in one order."""
    lead = await world.submitted(by=TANAKA)
    mine, again, theirs = [await linked(world, lead, by) for by in (YAMADA, YAMADA, ITO)]
    cases = (lead, mine, again, theirs)
    for case in cases[1:]:
        await world.settled(case, chat=State.ACCEPTED, ticket=State.ACCEPTED)
    before = world.sandbox.journal.cursor
    order = [lead, mine, again, theirs] if first == "lead" else [mine, again, theirs, lead]
    for case in order:
        await world.say(resolved(case))
    for case in cases:
        await world.settled(case, chat=State.ACCEPTED, ticket=State.ACCEPTED)
    received = [r for r in world.sandbox.received(since=before) if r.case_id in cases]
    to = [(r.channel, r.to) for r in received if r.to != "C0PAYMENTS"]
    tickets = [external.id for case in cases if (external := submission(world, case).external)]
    expected = [("chat", SLACK[p]) for p in (TANAKA, ITO, YAMADA)] + [("ticket", id_) for id_ in tickets]
    if first == "lead":
        assert sorted(to) == sorted(expected)
    else:  # two reports of one person, each told by itself
        assert sorted(to) == sorted([*expected, ("chat", SLACK[YAMADA])])
    assert {world.sandbox.ticket(id_).status for id_ in tickets} == {"solved"}
    if first == "lead":
        message = next(r for r in received if r.to == SLACK[ITO])
        assert f"ご報告 #{submission(world, theirs).number} は、この案件" in str(message.content)


async def test_progress_of_a_lead_reaches_open_linked_reports_only(world: World) -> None:
    lead = await world.submitted()
    await linked(world, lead, YAMADA)
    done = await linked(world, lead, ITO)
    await world.say(resolved(done))
    await world.settled(done, chat=State.ACCEPTED, ticket=State.ACCEPTED)
    before = world.sandbox.journal.cursor
    await world.say(e.CaseNoted(case_id=lead, by=person(SATO), text="復旧は 15 時の見込み", internal=False))
    await world.settled(lead, chat=State.ACCEPTED, ticket=State.ACCEPTED)
    told = {r.to for r in world.sandbox.received("chat", case_id=lead, since=before)}
    assert told == {SLACK[YAMADA], "C0PAYMENTS"}


async def test_a_lead_that_is_restricted_by_now_tells_nothing_to_who_reported_something_open(world: World) -> None:
    """Intake parts them; what is said until then is for the few alone. Seen red without the look at both."""
    lead = await world.submitted(by=TANAKA)
    await linked(world, lead, YAMADA)
    await world.say(e.CaseCorrected(case_id=lead, by=person(SATO), kind=Kind.HARASSMENT, reason="脅されている"))
    before = world.sandbox.journal.cursor
    await world.say(e.CaseNoted(case_id=lead, by=person(SATO), text="髙﨑①さんが脅されている 🔥", internal=False))
    await world.settled(lead, chat=State.ACCEPTED, ticket=State.ACCEPTED)
    assert {r.to for r in world.sandbox.received("chat", case_id=lead, since=before)} == {SLACK[TANAKA]}


async def test_a_lead_that_is_reopened_tells_the_reports_that_were_done_with_it_and_they_hear_the_next_result(
    world: World,
) -> None:
    lead = await world.submitted()
    report, own = await linked(world, lead, YAMADA), await linked(world, lead, ITO)
    await world.say(resolved(own).model_copy(update={"result": "この店だけの設定だった"}))
    for case in (lead, report):
        await world.say(resolved(case))
    for case in (lead, report, own):
        await world.settled(case, chat=State.ACCEPTED, ticket=State.ACCEPTED)
    for event in (
        e.CaseReopened(case_id=lead, by=person(SATO), reason="また失敗している"),
        resolved(lead).model_copy(update={"result": "今度こそ決済できた"}),
        e.CaseReopened(case_id=lead, by=person(SATO), reason="まだ失敗している"),
    ):
        before = world.sandbox.journal.cursor
        await world.say(event)
        await world.settled(lead, chat=State.ACCEPTED, ticket=State.ACCEPTED)
        told = {r.to for r in world.sandbox.received("chat", case_id=lead, since=before)}
        assert told == {SLACK[YAMADA], "C0PAYMENTS"}
        ticket = submission(world, report).external
        assert ticket is not None
        assert world.sandbox.ticket(ticket.id).status == ("open" if isinstance(event, e.CaseReopened) else "solved")


async def test_a_reply_of_the_customer_reaches_the_owner_and_an_automatic_one_nobody(world: World) -> None:
    case = await world.submitted(external=False)
    await world.say(e.CaseAcknowledged(case_id=case, by=person(SATO), via="web"))
    await world.settled(case, chat=State.ACCEPTED)
    before = world.sandbox.journal.cursor
    customer = e.Actor(kind="source", id="zendesk", name="Zendesk")
    await world.say(e.CaseReplied(case_id=case, by=customer, text="ただいま不在です", automatic=True))
    await world.say(e.CaseReplied(case_id=case, by=customer, text="直りました。髙﨑①㈱🔥 １２３"))
    await world.settled(case, chat=State.ACCEPTED)
    (received,) = world.sandbox.received(case_id=case, since=before)
    assert received.to == SLACK[SATO]
    assert "直りました。髙﨑①㈱🔥 １２３" in str(received.content)


async def test_what_the_reporter_of_a_linked_report_adds_reaches_who_has_the_lead(world: World) -> None:
    lead = await world.submitted()
    await world.say(e.CaseAcknowledged(case_id=lead, by=person(SATO), via="web"))
    case = await linked(world, lead, YAMADA)
    await world.settled(case, chat=State.ACCEPTED)
    before = world.sandbox.journal.cursor
    await world.say(e.CaseNoted(case_id=case, by=person(YAMADA), text="２号店も止まりました 髙﨑①㈱🔥", internal=False))
    message = await world.sandbox.chat.wait_for_message(SLACK[SATO], case_id=case, since=before)
    assert "２号店も止まりました 髙﨑①㈱🔥" in message.text
    await world.settled(case, chat=State.ACCEPTED, ticket=State.ACCEPTED)
    assert SLACK[YAMADA] not in {r.to for r in world.sandbox.received(case_id=case, since=before)}


async def test_what_waits_for_the_weekly_digest_calls_nobody(world: World) -> None:
    case = await world.submitted(priority=Priority.P4, load=3)
    later: dict[str, Any] = {"priority": "P4", "not_before": datetime.now(UTC) + timedelta(days=5)}
    await world.say(assigned(case, SATO, channels=(Channel.CHAT, Channel.TICKET), **later))
    await world.sandbox.crm.wait_for_comment(case_id=case)
    bare = await world.submitted(priority=Priority.P4, load=3, external=False)
    await world.say(assigned(bare, SATO, channels=(Channel.TICKET,), **later))
    assert [n["channel"] for n in await world.log(case)] == ["ticket"]
    assert await world.log(bare) == []


def duty(who: str, *cases: str, cause: Any = "shift") -> e.DutyDigest:
    lines = tuple(
        e.OpenCase(case_id=c, number=n, headline="決済が失敗 髙﨑①㈱🔥", priority=Priority.P3, status=Status.RECEIVED)
        for n, c in enumerate(cases, 1)
    )
    return e.DutyDigest(cause=cause, person=Person(id=who, name=NAME[who]), cases=lines, reasons=WHY)


async def test_a_digest_is_one_message_however_often_it_is_read(world: World) -> None:
    case = await world.submitted()
    await world.say(assigned(case, SATO, channels=(Channel.TICKET,), round=1))
    before, id_ = world.sandbox.journal.cursor, uuid4()
    for _ in range(2):
        await world.say(duty(YAMADA, case, "c_unknown"), id_)
        await world.process.db.pool.execute("DELETE FROM inbox")
    message = await world.sandbox.chat.wait_for_message(SLACK[YAMADA], since=before)
    assert message.text.startswith("【当番の引き継ぎ】案件 2 件")
    assert message.buttons == []
    assert message.text.count("/a/") == 2
    other = duty(YAMADA, case, cause="weekly")
    await world.say(other)
    weekly = await world.sandbox.chat.wait_for_message(SLACK[YAMADA], since=message.item)
    assert weekly.text.startswith("【今週のまとめ】案件 1 件")
    assert [r.channel for r in world.sandbox.received(since=before) if r.to == SLACK[YAMADA]] == ["chat", "chat"]


async def test_a_digest_that_cannot_be_chatted_is_mailed_and_never_rung(world: World) -> None:
    before = world.sandbox.journal.cursor
    try:
        await world.known_as(ITO, slack="")
        await world.say(duty(ITO, "c_1"))
        mail = await world.sandbox.mail.wait_for_mail(EMAIL[ITO], since=before)
        assert mail.subject.startswith("【当番の引き継ぎ】")
        assert "References" not in mail.headers
        await world.known_as(ITO, slack="", email="")
        await world.say(duty(ITO, "c_2"))
        pool = world.process.db.pool
        rows = await pool.fetch("SELECT channel FROM notifications WHERE recipient = $1 AND case_id = ''", ITO)
        assert [row["channel"] for row in rows] == ["email"]
    finally:
        await world.known_as(ITO)


async def test_an_old_hand_over_is_not_told_and_an_old_week_is(world: World) -> None:
    then = datetime.now(UTC) - timedelta(days=2)
    before = world.sandbox.journal.cursor
    await world.say(duty(TANAKA, "c_1"), at=then)
    await world.say(duty(TANAKA, "c_1", cause="weekly"), at=then)
    message = await world.sandbox.chat.wait_for_message(SLACK[TANAKA], since=before)
    assert message.text.startswith("【今週のまとめ】")
    assert len(world.sandbox.received(to=SLACK[TANAKA], since=before)) == 1


async def test_articles_that_are_due_are_told_once_by_chat_or_mail_and_never_rung(world: World) -> None:
    line = e.DueArticle(
        id="a_1", question="髙﨑①㈱🔥？", day=date(2026, 12, 7), url="https://tasuki.example/knowledge/a"
    )
    before, id_, noon = world.sandbox.journal.cursor, uuid4(), datetime.now(UTC)
    try:
        for id_of, who in ((id_, YAMADA), (id_, YAMADA), (uuid4(), ITO), (uuid4(), "somebody.gone")):
            if who == ITO:
                await world.known_as(ITO, slack="", language="en")
            await world.say(e.KnowledgeDue(person=Person(id=who, name="🔥"), articles=(line,)), id_of)
            await world.process.db.pool.execute("DELETE FROM inbox")
        pool = world.process.db.pool
        await pool.execute("UPDATE notifications SET next_attempt_at = $1, not_before = $1 WHERE not_before > $1", noon)
        mail = await world.sandbox.mail.wait_for_mail(EMAIL[ITO], since=before)
        assert mail.subject == "[Still true?] 1 article"
        message = await world.sandbox.chat.wait_for_message(SLACK[YAMADA], since=before)
        assert message.text.startswith("【記事の確認】記事 1 件")
        assert "https://tasuki.example/knowledge/a" in message.text
        stead = await world.sandbox.chat.wait_for_message(SLACK[CONTACTS["catch_all"]], since=before)
        assert "担当: 🔥さん" in stead.text
        assert [r.channel for r in world.sandbox.received(since=before) if r.to == SLACK[YAMADA]] == ["chat"]
    finally:
        await world.known_as(ITO)
