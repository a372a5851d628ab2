"""Somebody reports in Slack: a command or a shortcut opens one form, and what is sent in it becomes one case."""

import asyncio
import json
from urllib.parse import urlencode

import httpx
import pytest

from sandbox import signatures
from shared.contracts.events import Actor
from tests.integration.chats.conftest import FACTS, Talk, answered
from tests.integration.notifier.conftest import NAME, SATO, SLACK, TANAKA, YAMADA

FILLED = {"facts": FACTS, "impact": "all", "now": True, "wanted": "判断がほしい", "product": "POS レジ"}
STRANGER = "U0STRANGER"


async def test_a_command_becomes_a_case_of_the_person(talk: Talk) -> None:
    assert (await talk.forms.command("レジが動かない 髙﨑①㈱🔥", SLACK[SATO])).body == ""
    form = await talk.opened(SLACK[SATO])
    assert "何が起きていますか（事実）" in form.words
    assert "レジが動かない 髙﨑①㈱🔥" in form.words
    sent = await talk.forms.send(form, FILLED)
    assert sent.milliseconds < 3000
    [case] = await talk.cases()
    assert (case.by, case.source, case.language) == (Actor(kind="person", id=SATO, name=NAME[SATO]), "slack", "ja")
    told = case.report
    assert (told.facts, told.impact, told.urgency, told.wanted) == (FACTS, "all", "critical", "判断がほしい")
    assert told.product == "POS レジ"
    assert f"受付番号：No. {case.number}" in form.words
    await talk.planned(case, TANAKA)
    await talk.forms.until(lambda: f"{NAME[TANAKA]}さんに連絡しています" in form.words, 9)
    assert "次のお知らせ：" in form.words
    page = form.words.partition("<http")[2].partition("|")[0]
    assert (await talk.world.http.get(f"http{page}")).status_code == 200


@pytest.mark.security
async def test_who_brings_the_address_of_another_does_not_get_their_reports(talk: Talk) -> None:
    brought = await talk.world.http.post(
        f"/v1/contacts/{SATO}/addresses", json={"kind": "slack", "value": SLACK[TANAKA]}
    )
    assert brought.status_code == 201
    await talk.forms.command("", SLACK[TANAKA])
    await talk.forms.send(await talk.opened(SLACK[TANAKA]), FILLED)
    assert [case.by.id for case in await talk.cases()] == [TANAKA]
    assert (await talk.world.http.delete(brought.headers["location"])).is_success


async def test_the_same_form_sent_twice_is_one_case(talk: Talk) -> None:
    await talk.forms.shortcut(SLACK[SATO])
    form = await talk.opened(SLACK[SATO])
    first = form.shown
    await talk.forms.send(form, FILLED)
    form.shown = first
    again = await talk.forms.send(form, FILLED | {"wanted": "書き直した"}, retry=1)
    assert len(await talk.cases()) == 1
    assert answered(again.body)["response_action"] == "update"
    assert "すでに受け付けています" in form.words
    await talk.forms.shortcut(SLACK[SATO])
    other = (await talk.forms.until(lambda: len(talk.forms.opened) > 1 and list(talk.forms.opened.values())))[-1]
    both = await asyncio.gather(*(talk.forms.send(other, FILLED) for _ in range(2)))
    assert {delivery.status for delivery in both} == {200}
    assert len(await talk.cases()) == 2


async def test_a_message_is_reported_with_its_text_and_where_it_stands(talk: Talk) -> None:
    await talk.forms.upon("<@U0SECRET> 決済が失敗 &lt;P1&gt; <https://e.jp/x|記録>", SLACK[SATO])
    form = await talk.opened(SLACK[SATO])
    await talk.forms.send(form, {"impact": "one"})
    [case] = await talk.cases()
    link = "https://sandbox.slack.com/archives/C0ROOM/p1795262399000200"
    assert case.report.facts == f"@… 決済が失敗 <P1> 記録 https://e.jp/x\n\n{link}"


async def test_whoever_is_unknown_reports_under_their_name_and_in_their_language(talk: Talk) -> None:
    talk.forms.names[STRANGER], talk.forms.locales[STRANGER] = "Ann Lee", "en-GB"
    await talk.forms.command("", STRANGER, "ann")
    form = await talk.opened(STRANGER)
    assert "What is happening (the facts)" in form.words
    await talk.forms.send(form, {"facts": "The till is down", "impact": "some"}, "ann")
    [case] = await talk.cases()
    assert (case.by, case.language) == (Actor(kind="source", id="slack", name="Ann Lee"), "en")
    await talk.planned(case, SATO)
    told = await talk.sandbox.chat.wait_for_message(STRANGER, timeout=9)
    assert f"Case number: No. {case.number}" in told.text
    assert f"Being asked: {NAME[SATO]}" in told.text


async def test_an_anonymous_report_leaves_nobody_anywhere(talk: Talk, capfd: pytest.CaptureFixture[str]) -> None:
    talk.forms.names[STRANGER] = "匿名 希望子"
    for user, name in ((SLACK[YAMADA], "yamadakyo"), (STRANGER, "kibouko")):
        before = set(talk.forms.opened)
        await talk.forms.command("", user, name)
        form = await talk.opened(user)
        assert form.id not in before
        await talk.forms.send(form, FILLED | {"anonymous": True}, name)
        assert "匿名の報告には" in form.words
    cases = await talk.cases()
    assert [case.by for case in cases] == [Actor(kind="anonymous", id="anonymous")] * 2
    for case in cases:
        await talk.planned(case, TANAKA)
    found = await talk.everything()
    logged = "".join(capfd.readouterr())
    assert cases[0].case_id in found
    for trace in (SLACK[YAMADA], YAMADA, STRANGER, "yamadakyo", "kibouko", "希望子", form.id):
        assert trace not in logged
        assert trace not in found
    assert not [m for m in talk.sandbox.chat.messages if m.to in (STRANGER, SLACK[YAMADA])]


async def test_what_is_missing_is_said_beside_its_field(talk: Talk) -> None:
    await talk.forms.command("", SLACK[SATO])
    form = await talk.opened(SLACK[SATO])
    await talk.forms.send(form, {"facts": "  \n　", "wanted": "a\x07b"})
    assert form.errors == {
        "facts": "入力してください。",
        "impact": "どれかを選んでください。",
        "wanted": "使えない文字（制御文字）が含まれています。",
    }
    assert await talk.cases() == []
    await talk.forms.send(form, FILLED)
    assert len(await talk.cases()) == 1


async def test_while_intake_is_away_the_text_stays_and_can_be_sent_again(talk: Talk) -> None:
    await talk.forms.command("", SLACK[SATO])
    form = await talk.opened(SLACK[SATO])
    await talk.intake.pool.execute("ALTER TABLE cases RENAME TO cases_away")
    try:
        sent = await talk.forms.send(form, FILLED)
        assert (sent.status, form.errors) == (
            200, {"facts": "ただいま受け付けられません。内容はそのままですので、少し待ってもう一度送信してください。"},
        )  # fmt: skip
    finally:
        await talk.intake.pool.execute("ALTER TABLE cases_away RENAME TO cases")
    await talk.forms.send(form, FILLED)
    assert len(await talk.cases()) == 1


async def test_help_and_a_form_that_does_not_open_say_where_to_report(talk: Talk) -> None:
    for word in ("help", "ヘルプ", "ＨＥＬＰ"):
        said = answered((await talk.forms.command(word, SLACK[SATO])).body)
        assert said["response_type"] == "ephemeral"
        assert "困りごとを報告できます" in said["text"]
        assert "/report?lang=ja" in said["text"]
    assert talk.forms.opened == {}
    said = answered((await talk.forms.command("x", SLACK[SATO], trigger_id="1.gone")).body)
    assert "/report?lang=ja" in said["text"]
    talk.sandbox.fault("chat", "slow", 1, seconds=5)
    slow = await talk.forms.command("x", SLACK[SATO])
    assert slow.milliseconds < 3000
    assert "/report?lang=ja" in answered(slow.body)["text"]


async def test_a_command_that_comes_twice_opens_one_form(talk: Talk) -> None:
    trigger = talk.forms.trigger(SLACK[SATO])
    for _ in range(2):
        assert (await talk.forms.command("x", SLACK[SATO], trigger_id=trigger)).body == ""
    assert len(talk.forms.opened) == 1


@pytest.mark.security
@pytest.mark.parametrize("age", [0, 301, -360])  # seconds; what is ahead of us grows true on its way here
async def test_what_slack_did_not_sign_now_does_nothing(talk: Talk, age: int) -> None:
    await talk.forms.command("", SLACK[SATO])
    form = await talk.opened(SLACK[SATO])
    values = {"facts": {"facts": {"type": "plain_text_input", "value": "x"}}}
    view = {**form.shown, "id": form.id, "state": {"values": values}}
    told = {"type": "view_submission", "user": {"id": SLACK[SATO]}, "view": view}
    body = urlencode({"payload": json.dumps(told)}).encode()
    stamp = str(int(talk.world.process.clock.now().timestamp()) - age)
    secret = talk.sandbox.settings.slack_signing_secret if age else "another secret"
    headers = {"x-slack-request-timestamp": stamp, "x-slack-signature": signatures.slack(secret, stamp, body)}
    async with httpx.AsyncClient(trust_env=False) as http:
        answer = await http.post(talk.sandbox.settings.interactivity_url, content=body, headers=headers)
    assert answer.status_code == 403
    assert await talk.cases() == []
