"""Somebody reports to the bot of LINE WORKS, step by step; the talk stands in Postgres and says nothing of who talks."""

import asyncio
from datetime import timedelta
from typing import cast

import pytest

from sandbox.line_messages import Line
from sandbox.line_works import LineWorks
from sandbox.vendor import Sent
from shared.contracts.events import Actor
from tests.integration.chats.conftest import FACTS, LINE_ID, WORKS_ID, Talk
from tests.integration.notifier.conftest import NAME, SATO, TANAKA, YAMADA

STRANGER = "d0000000-0000-4736-11e4-045237119999"


def bot(talk: Talk) -> LineWorks:
    return cast(LineWorks, talk.sandbox.vendor("line_works"))


async def said(talk: Talk, user: str, words: str) -> Sent:
    """The newest message to somebody, once it holds these words."""
    vendor = bot(talk)

    async def there() -> Sent | None:
        mine = [s for s in vendor.sent.values() if s.to == user]
        return mine[-1] if mine and words in mine[-1].text else None

    found: Sent = await talk.world.until(there, 6)
    return found


async def until_confirmed(talk: Talk, user: str) -> Sent:
    """Answer every question; the summary."""
    await bot(talk).say("報告", user)
    await said(talk, user, "（1/4）")
    await bot(talk).say(FACTS, user)
    await bot(talk).press((await said(talk, user, "（2/4）")).id, "全体", user)
    await bot(talk).press((await said(talk, user, "（3/4）")).id, "いますぐ必要", user)
    await bot(talk).press((await said(talk, user, "（4/4）")).id, "判断がほしい", user)
    return await said(talk, user, "お名前" if user == STRANGER else "この内容で報告します")


async def test_step_by_step_becomes_a_case_and_says_who_has_it(talk: Talk) -> None:
    summary = await until_confirmed(talk, WORKS_ID)
    for part in (FACTS, "全体（全店舗・全利用者）", "いますぐ必要", "判断がほしい"):
        assert part in summary.text
    await bot(talk).press(summary.id, "送る", WORKS_ID)
    [case] = await talk.world.until(talk.cases)
    await talk.planned(case, TANAKA)
    thanks = await said(talk, WORKS_ID, f"受付番号：No. {case.number}")
    assert f"{NAME[TANAKA]}さんに連絡しています" in thanks.text
    assert (case.by, case.source) == (Actor(kind="person", id=SATO, name=NAME[SATO]), "line_works")
    assert (case.report.facts, case.report.impact, case.report.urgency) == (FACTS, "all", "critical")
    assert case.report.wanted == "判断がほしい"
    page = next(line for line in thanks.text.splitlines() if line.startswith("http"))
    assert (await talk.world.http.get(page)).status_code == 200
    assert await talk.world.process.db.pool.fetchval("SELECT count(*) FROM talks") == 0


@pytest.mark.security
async def test_the_same_event_again_changes_nothing(talk: Talk) -> None:
    await bot(talk).say("報告", WORKS_ID)
    await said(talk, WORKS_ID, "（1/4）")
    facts = await bot(talk).say(FACTS, WORKS_ID)
    await said(talk, WORKS_ID, "（2/4）")
    before = len(bot(talk).sent)
    assert (await bot(talk).post(facts.sent_body)).status == 200
    await bot(talk).press((await said(talk, WORKS_ID, "（2/4）")).id, "一部", WORKS_ID)
    await said(talk, WORKS_ID, "（3/4）")
    assert len(bot(talk).sent) == before + 1
    await bot(talk).say("2", WORKS_ID)
    await bot(talk).say("なし", WORKS_ID)
    summary = await said(talk, WORKS_ID, "この内容で報告します")
    sent = await bot(talk).press(summary.id, "送る", WORKS_ID)
    await asyncio.gather(*(bot(talk).post(sent.sent_body) for _ in range(2)), bot(talk).press(summary.id, "送る"))
    await said(talk, WORKS_ID, "受付番号")
    assert len(await talk.cases()) == 1
    await bot(talk).press(summary.id, "送る", WORKS_ID)
    await said(talk, WORKS_ID, "すでに送信したか")
    assert len(await talk.cases()) == 1


async def test_an_anonymous_report_leaves_nobody_anywhere(talk: Talk, capfd: pytest.CaptureFixture[str]) -> None:
    asked = await until_confirmed(talk, STRANGER)
    await bot(talk).say("隠田 希望子", STRANGER)
    summary = await said(talk, STRANGER, "この内容で報告します")
    assert STRANGER not in await talk.everything()
    await bot(talk).press(summary.id, "匿名で送る", STRANGER)
    [case] = await talk.world.until(talk.cases)
    await said(talk, STRANGER, "匿名の報告には")
    await talk.planned(case, YAMADA)
    assert case.by == Actor(kind="anonymous", id="anonymous")
    found, logged = await talk.everything(), "".join(capfd.readouterr())
    assert case.case_id in found
    for trace in (STRANGER, "隠田", "希望子", asked.buttons["戻る"].split(":")[1]):
        assert trace not in found
        assert trace not in logged


async def test_whoever_is_unknown_gives_a_name_or_none(talk: Talk) -> None:
    await until_confirmed(talk, STRANGER)
    await bot(talk).say("髙﨑 ①子", STRANGER)
    await bot(talk).press((await said(talk, STRANGER, "髙﨑 ①子")).id, "送る", STRANGER)
    [case] = await talk.world.until(talk.cases)
    assert case.by == Actor(kind="source", id="line_works", name="髙﨑 ①子")


async def test_back_and_wrong_answers_and_giving_up(talk: Talk) -> None:
    await bot(talk).say("こんにちは", WORKS_ID)
    await said(talk, WORKS_ID, "「報告」と書いてください")
    await bot(talk).say("報告", WORKS_ID)
    await said(talk, WORKS_ID, "（1/4）")
    await bot(talk).say("", WORKS_ID, content={"type": "image", "fileId": "1"})
    await said(talk, WORKS_ID, "文字で書いてください")
    await bot(talk).say("あ" * 5001, WORKS_ID)
    await said(talk, WORKS_ID, "5000 文字以内")
    await bot(talk).say(FACTS, WORKS_ID)
    await said(talk, WORKS_ID, "（2/4）")
    await bot(talk).say("たぶん", WORKS_ID)
    old = await said(talk, WORKS_ID, "読み取れませんでした")
    await bot(talk).say("戻る", WORKS_ID)
    await said(talk, WORKS_ID, "（1/4）")
    await bot(talk).press(old.id, "全体", WORKS_ID)
    await said(talk, WORKS_ID, "その質問は終わっています")
    await bot(talk).say("やめる", WORKS_ID)
    await said(talk, WORKS_ID, "報告をやめました")
    assert await talk.world.process.db.pool.fetchval("SELECT count(*) FROM talks") == 0
    assert await talk.cases() == []


async def test_a_talk_ends_after_half_an_hour(talk: Talk) -> None:
    await bot(talk).say("report the till is down", STRANGER)
    await said(talk, STRANGER, "(2/4)")
    db = talk.world.process.db.pool
    text = await db.fetchval("SELECT talk FROM talks")
    at = talk.world.process.clock.now()
    old = (at - timedelta(minutes=31)).isoformat()
    await db.execute("UPDATE talks SET talk = $1, at = $2", text.replace(text.split('"at": "')[1][:32], old), at)
    await bot(talk).say("1", STRANGER)
    await said(talk, STRANGER, "More than 30 minutes have passed")
    assert await talk.cases() == []


async def test_while_intake_is_away_send_can_be_pressed_again(talk: Talk) -> None:
    summary = await until_confirmed(talk, WORKS_ID)
    await talk.intake.pool.execute("ALTER TABLE cases RENAME TO cases_away")
    try:
        await bot(talk).press(summary.id, "送る", WORKS_ID)
        busy = await said(talk, WORKS_ID, "ただいま受け付けられません")
    finally:
        await talk.intake.pool.execute("ALTER TABLE cases_away RENAME TO cases")
    await bot(talk).press(busy.id, "送る", WORKS_ID)
    await said(talk, WORKS_ID, "受付番号")
    assert len(await talk.cases()) == 1


@pytest.mark.security
async def test_what_line_works_did_not_sign_begins_nothing(talk: Talk) -> None:
    facts = await bot(talk).say("報告", WORKS_ID)
    await said(talk, WORKS_ID, "（1/4）")
    before = len(bot(talk).sent)
    for secret, number in (("another", "2000001"), ("sandbox-line-works-bot-secret", "7")):
        body = facts.sent_body.replace("報告".encode(), b"x")
        assert (await bot(talk).post(body, secret, number)).status == 403
    assert len(bot(talk).sent) == before


async def test_line_talks_the_same_way(talk: Talk) -> None:
    line = cast(Line, talk.sandbox.vendor("line"))

    async def last(words: str) -> Sent:
        async def there() -> Sent | None:
            mine = [s for s in line.sent.values() if s.to == LINE_ID]
            return mine[-1] if mine and words in mine[-1].text else None

        found: Sent = await talk.world.until(there, 6)
        return found

    for text, words in (
        ("報告 " + FACTS, "（2/4）"),
        ("全体", "（3/4）"),
        ("いいえ", "（4/4）"),
        ("なし", "この内容で"),
    ):
        await line.say(text, LINE_ID)
        summary = await last(words)
    await line.press(summary.id, "送る")
    [case] = await talk.world.until(talk.cases)
    assert (case.by.id, case.source, case.report.urgency) == (TANAKA, "line", "medium")
    assert case.report.facts == FACTS
    await last("受付番号")
