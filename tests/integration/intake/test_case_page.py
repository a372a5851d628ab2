"""The page of one case: what each role is shown and may do, once for each press, with nothing that was typed lost."""

from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlencode

import httpx
import pytest

from services.intake.settings import TraceLink
from shared.contracts.events import Actor
from tests.integration.intake.desk import TEXT, Desk, hidden
from tests.integration.intake.office import Office, behind
from tests.integration.intake.people import SITE, log_in, send, words
from tests.integration.intake.rota import SATO, duty
from tests.integration.intake.teams import case_of
from tests.integration.intake.test_acting import both_asked

KEY = "0123456789abcdef" * 2


@pytest.fixture
async def page(desk: Desk) -> str:
    """The page of a case of the team sre."""
    desk.others.answer = behind
    case_id = await case_of(desk, "sre", facts=TEXT)
    return f"/cases/{(await desk.get(f'/v1/cases/{case_id}')).json()['number']}"


async def test_a_reporter_reads_what_is_for_reporters_and_adds_to_it(desk: Desk) -> None:
    desk.others.answer = behind
    mais = await desk.token_for("mais", "all", Actor(kind="person", id="mai", name="麻衣"))
    case_id = await case_of(desk, "sre", mais)
    await desk.act(case_id, "notes", text="社内の内緒話", internal=True)
    await desk.log.drain()
    browser = await log_in(desk, "mai", ("reporter", "support"), name="麻衣")
    shown = await browser.get(f"/cases/{case_id}")
    assert "社内の内緒話" not in shown.text
    assert "佐藤 花子さんに電話しました" not in shown.text
    assert 'action="/cases/' in shown.text
    assert "/acknowledge" not in shown.text
    assert 'name="internal"' not in shown.text
    number = (await desk.get(f"/v1/cases/{case_id}")).json()["number"]
    added = await send(browser, f"/cases/{number}", f"/cases/{number}/notes", text="追加の情報", key=KEY)
    assert added.status_code == 303
    assert "コメント：追加の情報" in words(await browser.get(f"/cases/{number}"))
    refused = await send(browser, f"/cases/{number}", f"/cases/{number}/resolve", handling="x", result=TEXT, key=KEY)
    assert (refused.status_code, TEXT in refused.text) == (403, True)


async def test_pressing_twice_does_it_once_and_an_auditor_only_reads(desk: Desk, page: str) -> None:
    browser = await log_in(desk, SATO.id, ("responder", "sre"))
    shown = (await browser.get(page)).text
    fields = {name: hidden(shown, name) for name in ("csrf", "key", "version")}
    for _ in range(2):
        answer = await browser.post(f"{page}/notes", data={**fields, "text": TEXT, "internal": "1"}, headers=SITE)
        assert answer.headers["location"] == f"{page}?done=notes"
    typed = {**SITE, "content-type": "Application/X-WWW-Form-URLEncoded; charset=UTF-8"}
    again = await browser.post(
        f"{page}/notes", content=urlencode({**fields, "text": TEXT, "internal": "1"}), headers=typed
    )
    assert again.headers["location"] == f"{page}?done=notes", "a media type is written in any case"
    assert (await desk.said()).count("case.noted.v1") == 1
    auditor = (await (await log_in(desk, "rei", ("auditor", "sre"))).get(page)).text
    assert TEXT in auditor
    assert 'id="deeds"' not in auditor


async def test_what_changed_meanwhile_is_shown_and_what_was_typed_stays(desk: Desk, page: str) -> None:
    browser = await log_in(desk, SATO.id, ("leader", "sre"))
    shown = (await browser.get(page)).text
    fields = {name: hidden(shown, name) for name in ("csrf", "key", "version", "seen")}
    await send(await log_in(desk, "mai", ("responder", "sre"), name="麻衣"), page, f"{page}/acknowledge", key=KEY)
    typed = {"handling": f"{TEXT}<script>", "result": "①"}
    answer = await browser.post(f"{page}/resolve", data={**fields, **typed}, headers=SITE)
    assert ("case.js" in shown, "case.js" in answer.text) == (True, False), (
        "what is answered brings itself not up to date"
    )
    assert answer.status_code == 412
    assert f"{TEXT}&lt;script&gt;" in answer.text
    assert "画面を開いた後の変化" in answer.text
    again = {
        **typed,
        "csrf": fields["csrf"],
        "key": hidden(answer.text, "key"),
        "version": hidden(answer.text, "version"),
    }
    assert (await browser.post(f"{page}/resolve", data=again, headers=SITE)).status_code == 303
    late = await browser.post(f"{page}/wait", data={**again, "key": KEY, "reason": TEXT}, headers=SITE)
    assert (late.status_code, TEXT in late.text) == (412, True)


async def test_who_plays_a_part_of_a_team_by_name_and_takes_no_turns_is_known_by_name_too(
    desk: Desk, page: str
) -> None:
    held = {
        **duty()[0],
        "schedule": "",
        "schedule_name": "",
        "role": "leader",
        "holder": {"id": "ito", "name": "伊藤 実"},
    }

    def held_by_name(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json=[held]) if request.url.path == "/v1/on-duty" else behind(request)

    desk.others.answer = held_by_name
    browser = await log_in(desk, SATO.id, ("leader", "sre"))
    shown = (await browser.get(page)).text
    assert '<option value="伊藤 実 (ito)">' in shown
    assert f'<option value="{SATO.name} ({SATO.id})">' in shown, "and who takes turns stays known"
    handed = await send(browser, page, f"{page}/reassign", to="伊藤　実", key=KEY)
    assert handed.headers["location"] == f"{page}?done=reassign"


async def test_what_was_sent_is_told_with_its_way_and_why_not_once(desk: Desk, page: str) -> None:
    why = "送る前に、案件が完了したため"
    sent = {
        "channel": "email",
        "name": SATO.name,
        "state": "skipped",
        "why_not": why,
        "sentence": f"{SATO.name}：{why}、お送りしていません。",
    }

    def skipped(request: httpx.Request) -> httpx.Response:
        ours = request.url.path.endswith("/notifications")
        return httpx.Response(200, json={"data": [sent]}) if ours else behind(request)

    desk.others.answer = skipped
    shown = words(await (await log_in(desk, SATO.id, ("leader", "sre"))).get(page))
    assert f"メール {sent['sentence']}" in shown
    assert shown.count(why) == 1


async def test_a_note_is_taken_whatever_has_changed(desk: Desk, page: str) -> None:
    browser = await log_in(desk, SATO.id, ("responder", "sre"))
    shown = (await browser.get(page)).text
    fields = {name: hidden(shown, name) for name in ("csrf", "key", "version")}
    await send(browser, page, f"{page}/acknowledge", key=KEY)
    answer = await browser.post(f"{page}/notes", data={**fields, "text": TEXT}, headers=SITE)
    assert answer.status_code == 303
    assert "コメント" in words(await browser.get(page))


async def test_a_text_of_a_megabyte_and_control_characters_come_back_with_what_is_wrong(desk: Desk, page: str) -> None:
    browser = await log_in(desk, SATO.id, ("responder", "sre"))
    csrf = hidden((await browser.get(page)).text, "csrf")
    long = "長" * 300_000
    answer = await browser.post(f"{page}/notes", data={"csrf": csrf, "key": KEY, "text": long}, headers=SITE)
    assert (answer.status_code, "5000 文字以内" in words(answer), long in answer.text) == (422, True, True)
    answer = await browser.post(f"{page}/notes", data={"csrf": csrf, "key": KEY, "text": "あ\x00い"}, headers=SITE)
    assert (answer.status_code, "あい" in answer.text) == (422, True)
    answer = await browser.post(f"{page}/notes", data={"csrf": csrf, "key": KEY, "text": " "}, headers=SITE)
    assert (answer.status_code, await desk.said()) == (422, await desk.said())
    foreign = await browser.post(f"{page}/notes", data={"text": "x"}, headers={"sec-fetch-site": "cross-site"})
    assert foreign.status_code == 403
    assert "case.noted.v1" not in await desk.said()


async def test_a_wrong_proof_asks_once_more_with_all_that_was_written(desk: Desk, page: str) -> None:
    browser = await log_in(desk, SATO.id, ("responder", "sre"))
    answer = await browser.post(f"{page}/notes", data={"csrf": "x", "key": KEY, "text": TEXT}, headers=SITE)
    assert (answer.status_code, TEXT in answer.text) == (409, True)
    assert "case.noted.v1" not in await desk.said()
    again = {"csrf": hidden(answer.text, "csrf"), "key": hidden(answer.text, "key"), "text": TEXT}
    assert (await browser.post(f"{page}/notes", data=again, headers=SITE)).status_code == 303


async def test_steps_outlive_the_session_and_other_forms_are_told_that_they_were_not_sent(
    desk: Desk, page: str
) -> None:
    browser = await log_in(desk, SATO.id, ("responder", "sre"))
    sent = {"csrf": hidden((await browser.get(page)).text, "csrf"), "key": KEY, "texts": f"{TEXT}\n確かめる"}
    async with desk.db.transaction() as tx:
        await tx.execute("UPDATE sessions SET ended_at = now()")
    ended = await browser.post(f"{page}/steps", data=sent, headers=SITE)
    duty = await browser.post("/duty/absences", data=sent, headers=SITE)
    assert (duty.status_code, duty.headers["location"]) == (303, "/login?next=/cases&unsent=1")
    for language, said in (("ja", "まだ送信していません"), ("en", "nothing was sent yet")):
        assert said in words(await browser.get(f"{duty.headers['location']}&lang={language}"))
    assert "まだ送信していません" not in words(await browser.get("/login?next=/cases&lang=ja"))
    browser.cookies = (await log_in(desk, SATO.id, ("responder", "sre"))).cookies
    anew = await browser.post(f"{page}/steps", data=sent, headers=SITE)
    for answer, status in ((ended, 401), (anew, 409)):
        assert (answer.status_code, f"{TEXT}\n確かめる</textarea>" in answer.text) == (status, True)
        assert hidden(answer.text, "key") == KEY
    again = {**sent, "csrf": hidden(anew.text, "csrf")}
    assert (await browser.post(f"{page}/steps", data=again, headers=SITE)).status_code == 303
    assert "手順 0 / 2 完了" in words(await browser.get(page))
    assert (await browser.post("/cases/x/steps", data=sent, headers=SITE)).status_code == 404


async def test_who_answers_is_told_who_is_called_on_and_whose_the_case_is(desk: Desk) -> None:
    desk.others.answer = behind
    case_id = await both_asked(desk)
    page = f"/cases/{(await desk.get(f'/v1/cases/{case_id}')).json()['number']}"
    manager, engineer = [await log_in(desk, who, ("leader", "*"), name=who) for who in ("manager", "sato")]
    loud = (await manager.get(page)).text
    assert ('class="take">承知しました</button>' in loud, ">引き受ける</button>" in loud) == (True, False)
    for browser, said, key in (
        (manager, "承知しました。判断する人への連絡は止まりました。対応する人には引き続き連絡しています。", "0"),
        (engineer, "引き受けました。ほかの人への連絡は止まりました。", "1"),
    ):
        done = await send(browser, page, f"{page}/acknowledge", key=key * 32)
        assert said in words(await browser.get(done.headers["location"]))
    await send(manager, page, f"{page}/unacknowledge", key=KEY)
    shown = f"{page}?done=acknowledge"
    assert "引き受けました。判断する人への連絡は続いています。" in words(await engineer.get(shown))
    assert "You have it. Those who are to decide are still being called." in words(
        await engineer.get(f"{shown}&lang=en")
    )


async def test_every_deed_of_a_leader_leads_where_it_says(desk: Desk) -> None:
    office = Office(desk, "")
    desk.others.answer = behind
    desk.clock.at = desk.door.clock.now()
    case_id = await office.case("髙﨑①㈱🔥", minutes=30)
    browser = await log_in(desk, SATO.id, ("leader", "*"))
    page = f"/cases/{await office.number('髙﨑①㈱🔥')}"
    for at, (verb, fields) in enumerate((
        ("acknowledge", {}), ("unacknowledge", {}), ("start", {}), ("wait", {"reason": "確認待ち"}), ("resume", {}),
        ("reassess", {"urgency": "critical", "kind": "complaint", "personal_data": "no", "reason": "x"}), ("extend", {"deadline": "resolution", "more": "２h", "reason": "x"}),
        ("followers", {"to": "山田 京子"}), ("offer", {"to": "髙橋 健① (takahashi.ken)"}), ("replies", {"text": "x"}),
        ("reassign", {"to": "mai"}), ("resolve", {"handling": TEXT, "result": "y"}),
        ("reopen", {"reason": "まだ直っていない"}),
    )):  # fmt: skip
        shown = (await browser.get(page)).text
        assert f'action="{page}/{verb}' in shown or verb == "extend", verb
        answer = await send(
            browser, page, f"{page}/{verb}", key=f"{at:032x}", version=hidden(shown, "version"), **fields
        )
        if verb == "extend" and answer.status_code == 409:
            continue
        assert answer.headers.get("location") == f"{page}?done={verb}", (verb, words(answer)[:600])
        assert (await browser.get(f"{page}?done={verb}")).status_code == 200
    told = await desk.get(f"/v1/cases/{case_id}")
    assert told.json()["owner"]["id"] == "mai"


async def test_the_report_and_the_draft_of_a_review_hold_the_whole_story(desk: Desk, page: str) -> None:
    browser = await log_in(desk, SATO.id, ("responder", "sre"))
    await send(browser, page, f"{page}/notes", key=KEY, text="# 見出し<b>", internal="1")
    printed = await browser.get(f"{page}/report")
    assert "# 見出し&lt;b&gt;" in printed.text
    assert "優先度 P1 影響 状態" in words(printed)
    assert words(printed).count("2026年11月24日 10:00") == 5, "when it was made, reported, and of each line"
    shown = words(await browser.get(page))
    assert ("11月24日 10:00" in shown, "2026年" in shown) == (True, False)
    assert words(await browser.get(f"{page}/report?lang=en")).count("24 Nov 2026 10:00") == 5
    desk.clock.at += timedelta(days=60)
    browser = await log_in(desk, SATO.id, ("responder", "sre"))
    assert "2026年11月24日 10:00" in words(await browser.get(page)), "of another year than this one"
    draft = await browser.get(f"{page}/postmortem.md")
    assert draft.headers["content-type"].startswith("text/markdown")
    assert "\\# 見出し\\<b\\>" in draft.text
    assert "## 次に変えること" in draft.text
    assert (await browser.get(f"{page}/notes")).headers["location"] == page
    for missing in ("/cases/0", "/cases/99999999999999999999", "/cases/x", "/cases/c_01m80tsfphe99kg5qcb6bqxnc5"):
        assert (await browser.get(missing)).status_code == 404


async def test_the_trace_is_a_link_where_there_is_a_viewer_and_not_for_reporters(desk: Desk) -> None:
    desk.others.answer = behind
    trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    headers = {"idempotency_key": "traced", "traceparent": f"00-{trace}-00f067aa0ba902b7-01"}
    mais = await desk.token_for("mais", "all", Actor(kind="person", id="mai", name="麻衣"))
    case_id = (await desk.post("/v1/cases", {"facts": TEXT}, mais, **headers)).json()["id"]
    await desk.log.drain()
    browser = await log_in(desk, SATO.id, ("leader", "*"))
    assert trace not in (await browser.get(f"/cases/{case_id}")).text
    viewer = TraceLink("https://traces.example.jp/zipkin/traces/{trace_id}")
    desk.door.settings = replace(desk.door.settings, trace_link=viewer)
    link = f'href="https://traces.example.jp/zipkin/traces/{trace}"'
    assert link in (await browser.get(f"/cases/{case_id}")).text
    reporter = await log_in(desk, "mai", ("reporter", "support"), name="麻衣")
    assert link not in (await reporter.get(f"/cases/{case_id}")).text


@pytest.mark.parametrize("wrong", ["https://traces.example.jp/", "javascript:{trace_id}", "/{trace_id}"])
def test_a_trace_link_that_leads_nowhere_is_refused_at_start(wrong: str) -> None:
    with pytest.raises(ValueError, match="trace_id"):
        TraceLink(wrong)
