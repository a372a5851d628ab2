"""What people see: the form, the reporter's own page, and "I have it" from a mail, all without a script."""

import re
from datetime import timedelta

import pytest

from shared.contracts import events as e
from shared.contracts.links import make_followup, read_followup
from shared.contracts.vocabulary import DeadlineName
from tests.integration.intake.desk import LINK_KEY, TEXT, Desk, choice, hidden, link, two_taps
from tests.integration.intake.people import words
from tests.integration.intake.test_acting import asked, both_asked

SHORT = {"mode": "short", "facts": TEXT, "impact": "all", "wanted": "折り返しがほしい"}


async def fresh_key(desk: Desk, path: str = "/report") -> str:
    return hidden((await desk.client.get(path)).text, "key")


async def test_a_short_report_ends_on_a_page_that_thanks_and_names_the_case(desk: Desk) -> None:
    sent = await desk.form("/report?lang=ja", {**SHORT, "now": "1", "key": await fresh_key(desk)})
    assert sent.status_code == 303
    page = await desk.client.get(sent.headers["location"].replace("new=1", "x=1"))
    await desk.log.drain()
    (event,) = desk.log.of(e.CaseSubmitted)
    assert (event.report.facts, event.report.urgency, event.report.impact) == (TEXT, "critical", "all")
    assert (event.by.kind, event.source, event.language) == ("anonymous", "form", "ja")
    for text in (TEXT, f"No. {event.number}", "受付", "https://tasuki.example.jp/r/"):
        assert text in page.text


async def test_a_full_report_takes_full_width_digits_and_local_time(desk: Desk) -> None:
    fields = {
        **SHORT, "mode": "full", "key": await fresh_key(desk), "kind": "refund", "urgency": "high", "amount": "１２，０００円",
        "wanted_by": "2026-11-25T18:00", "customer_company": "髙﨑㈱", "customer_said": "返してほしい", "personal_data": "1",
        "reporter_name": "田中", "reporter_id": "tanaka.h",
    }  # fmt: skip
    assert (await desk.form("/report", fields)).status_code == 303
    await desk.log.drain()
    (event,) = desk.log.of(e.CaseSubmitted)
    report = event.report
    assert (report.amount, report.customer.company, report.personal_data) == (12000, "髙﨑㈱", True)
    assert report.wanted_by is not None
    assert report.wanted_by.isoformat() == "2026-11-25T18:00:00+09:00"
    assert event.by == e.Actor(kind="person", id="tanaka.h", name="田中")


async def test_an_anonymous_report_keeps_no_name_even_when_one_is_sent(desk: Desk) -> None:
    fields = {
        **SHORT,
        "mode": "anonymous",
        "reporter_name": "田中",
        "reporter_id": "tanaka",
        "key": await fresh_key(desk),
    }
    await desk.form("/report", fields)
    await desk.log.drain()
    (event,) = desk.log.of(e.CaseSubmitted)
    assert event.by == e.Actor(kind="anonymous", id="anonymous")
    assert "田中" not in event.model_dump_json()


async def test_the_same_page_sent_twice_is_one_report(desk: Desk) -> None:
    key = await fresh_key(desk)
    first = await desk.form("/report", {**SHORT, "key": key})
    again = await desk.form("/report", {**SHORT, "key": key})
    assert first.headers["location"] == again.headers["location"]
    assert await desk.said() == ["case.submitted.v1"]


async def test_what_was_changed_after_the_page_was_sent_is_not_lost_and_becomes_a_report_only_when_sent_anew(
    desk: Desk,
) -> None:
    key = await fresh_key(desk)
    path = (await desk.form("/report", {**SHORT, "key": key})).headers["location"].partition("?")[0]
    changed = await desk.form("/report", {**SHORT, "facts": "ほかの内容 髙", "key": key})
    assert changed.status_code == 409
    for part in ("ほかの内容 髙</textarea>", "すでに受け付けています", f'href="{path}?'):
        assert part in changed.text, part
    assert await desk.said() == ["case.submitted.v1"]
    anew = await desk.form("/report", {**SHORT, "facts": "ほかの内容 髙", "key": hidden(changed.text, "key")})
    assert anew.status_code == 303
    assert path not in anew.headers["location"]
    assert await desk.said() == ["case.submitted.v1"] * 2


@pytest.mark.parametrize(
    ("language", "missing", "choose"),
    [("ja", "入力してください。", "どれかを選んでください。"), ("en", "Please fill this in.", "Please choose one.")],
)
async def test_what_is_missing_is_said_beside_the_field_and_the_text_is_kept(
    desk: Desk, language: str, missing: str, choose: str
) -> None:
    fields = {"mode": "short", "wanted": "消えないで <b>🔥", "key": await fresh_key(desk)}
    answer = await desk.form(f"/report?lang={language}", fields)
    assert answer.status_code == 422
    assert "消えないで &lt;b&gt;🔥" in answer.text
    assert f'id="facts-error">{missing}' in answer.text
    assert f'id="impact-error">{choose}' in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert f'lang="{language}"' in answer.text
    assert hidden(answer.text, "key") == fields["key"]


async def test_what_cannot_be_read_is_refused(desk: Desk) -> None:
    key = await fresh_key(desk)
    assert (await desk.form("/report", {**SHORT, "facts": "a\x00b", "key": key})).status_code == 422
    assert (await desk.form("/report", b"facts=%FF%FE&impact=all&key=" + key.encode())).status_code == 400
    assert (await desk.form("/report", "facts=髙".encode("cp932"))).status_code == 400
    assert (await desk.form("/report", {**SHORT, "impact": "galaxy", "key": key})).status_code == 422
    assert (await desk.form("/report", {**SHORT, "key": "guess"})).status_code == 400
    assert (await desk.client.post("/report", json=SHORT)).status_code == 415
    assert await desk.count("cases") == 0


@pytest.mark.parametrize(
    "path", ["/report", "/report?mode=full&lang=en", "/report?mode=anonymous", "/report?mode=nonsense"]
)
async def test_pages_allow_nothing_foreign_and_every_field_has_a_name(desk: Desk, path: str) -> None:
    answer = await desk.client.get(path)
    assert answer.status_code == 200
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert not re.search(r"<script(?![^>]*src=)|\son\w+=|\sstyle=|https?://", answer.text)
    for control in re.findall(r'<(?:textarea|select|input type="(?:text|datetime-local)") id="(\w+)"', answer.text):
        assert f'<label for="{control}">' in answer.text
    assert (await desk.client.head(path)).status_code == 200
    for asset in re.findall(r'(?:src|href)="(/assets/[^"]+)"', answer.text):
        assert (await desk.client.get(asset)).status_code == 200


async def test_the_reporter_reads_what_is_public_and_can_answer(desk: Desk) -> None:
    case_id = (await desk.submit())["id"]
    await desk.act(case_id, "acknowledge", by="sato")
    await desk.act(case_id, "notes", text="社内だけの話")
    await desk.act(case_id, "notes", text="原因を調べています", internal=False)
    path = f"/r/{make_followup(LINK_KEY, case_id)}"
    page = await desk.client.get(path)
    assert "原因を調べています" in page.text
    assert "社内だけの話" not in page.text
    assert "satoさん" in page.text
    key = hidden(page.text, "key")
    for _ in range(2):
        sent = await desk.form(path, {"text": "承知しました 🔥", "key": key})
        assert sent.status_code == 303
    assert "承知しました 🔥" in (await desk.client.get(path)).text
    await desk.log.drain()
    said = [n for n in desk.log.of(e.CaseNoted) if n.text == "承知しました 🔥"]
    assert [(n.internal, n.by.id) for n in said] == [(False, "crm")]
    for text in ("", "a\x00", "x" * 5001):
        assert (await desk.form(path, {"text": text, "key": key})).status_code == 422


@pytest.mark.parametrize("mode", ["anonymous", "full"])
async def test_where_a_kind_is_chosen_it_is_said_who_may_read_of_harassment(desk: Desk, mode: str) -> None:
    page = await desk.client.get(f"/report?mode={mode}&lang=ja")
    assert "担当チームのリーダーと管理者も読めます" in words(page)
    assert re.search(r'<select id="kind"[^>]* aria-describedby="kind-hint"', page.text)
    assert "leaders and managers of the team in charge" in words(await desk.client.get(f"/report?mode={mode}&lang=en"))


async def test_an_anonymous_reporter_reads_the_thanks_on_their_page_and_nothing_of_a_hand_over(desk: Desk) -> None:
    made = await desk.form("/report", {**SHORT, "mode": "anonymous", "key": await fresh_key(desk)})
    path = made.headers["location"].partition("?")[0]
    case_id = read_followup(LINK_KEY, path.removeprefix("/r/"))
    assert case_id is not None
    assert "ご報告へのお礼" not in (await desk.client.get(path)).text
    await desk.act(case_id, "acknowledge", by="sato")
    await desk.act(case_id, "offer", by="sato", to={"id": "suzuki", "name": "鈴木"}, reason="夜間のため")
    await desk.act(case_id, "decline", by="suzuki", reason="会議中です")
    await desk.act(case_id, "resolve", by="sato", handling="更新", result="直った")
    given = await desk.act(case_id, "feedback", by="sato", text="時刻のメモ <b>が</b>とても助かりました 髙﨑①㈱🔥")
    assert given.status_code == 200
    page = (await desk.client.get(path)).text
    assert page.count("時刻のメモ &lt;b&gt;が&lt;/b&gt;とても助かりました 髙﨑①㈱🔥") == 1
    assert "ご報告へのお礼" in page
    assert "satoさんさんより" in page
    assert not [word for word in ("夜間", "会議中", "鈴木") if word in page]
    english = (await desk.client.get(f"{path}?lang=en")).text
    assert "Thank you for reporting" in english


@pytest.mark.parametrize("change", ["", "x", "c_01m80tsfphe99kg5qcb6bqxnc5", "a" * 32, "髙"])
async def test_a_guessed_link_shows_nothing(desk: Desk, change: str) -> None:
    case_id = (await desk.submit())["id"]
    token = make_followup(LINK_KEY, case_id)
    other = change if change != token[-1] else "y"  # one token in sixty-four ends as it is changed
    for path in (f"/r/{case_id}{change}", f"/r/{token[:-1]}{other}"):
        answer = await desk.client.get(path)
        assert answer.status_code == 404
        assert TEXT not in answer.text
        assert (await desk.form(path, {"text": "x", "key": "0" * 32})).status_code == 404


async def test_a_button_and_then_the_number_of_the_case_acknowledge(desk: Desk) -> None:
    shown = await desk.submit(urgency="critical")
    path = link(desk, shown["id"])
    page = await desk.client.get(path)
    for body in ({}, {"nonce": "1"}, {"nonce": f"{int(desk.clock.at.timestamp())}.{'0' * 64}"}):
        assert (await desk.form(path, body)).status_code == 400
    asked_for = await desk.form(path, {"nonce": hidden(page.text, "nonce")})
    assert (asked_for.status_code, "案件番号を選んでください" in asked_for.text) == (200, True)
    assert await desk.said() == ["case.submitted.v1"]
    desk.clock.at += timedelta(seconds=2)
    for _ in range(2):
        taken = await desk.form(path, choice(asked_for.text, shown["number"]))
        assert (taken.status_code, "引き受けました" in taken.text) == (200, True)
    assert await desk.said() == ["case.submitted.v1", "case.acknowledged.v1"]
    assert (await desk.get(f"/v1/cases/{shown['id']}")).json()["owner"]["id"] == "sato"


async def test_who_comes_second_sees_who_has_it(desk: Desk) -> None:
    case_id = (await desk.submit())["id"]
    other = await desk.client.get(link(desk, case_id, "suzuki"))
    await desk.act(case_id, "acknowledge")
    late = await desk.form(link(desk, case_id, "suzuki"), {"nonce": hidden(other.text, "nonce")})
    assert (late.status_code, "satoさん" in late.text) == (409, True)
    assert "<button" not in (await desk.client.get(link(desk, case_id, "suzuki"))).text
    await desk.act(case_id, "resolve", handling="x", result="x")
    done = (await desk.client.get(link(desk, case_id, "suzuki"))).text
    assert ("この案件は完了しています" in done, "引き受けられません" in done) == (True, False)


async def test_who_comes_second_while_choosing_sees_who_has_it(desk: Desk) -> None:
    shown = await desk.submit()
    path = link(desk, shown["id"], "suzuki")
    numbers = await desk.form(path, {"nonce": hidden((await desk.client.get(path)).text, "nonce")})
    await desk.act(shown["id"], "acknowledge")
    desk.clock.at += timedelta(seconds=2)
    late = await desk.form(path, choice(numbers.text, shown["number"]))
    assert (late.status_code, "satoさん" in late.text) == (409, True)


async def test_who_is_asked_to_decide_is_asked_for_that_and_takes_nothing_over(desk: Desk) -> None:
    case_id = await both_asked(desk)
    path = link(desk, case_id, "manager", round_=2)
    page = (await desk.client.get(path)).text
    assert "判断・把握をお願いします" in page
    assert "引き受ける</button>" not in page
    assert "このあと" in page
    assert "I know of it</button>" in (await desk.client.get(path + "?lang=en")).text
    known = await two_taps(desk, path, case_id)
    assert (known.status_code, "対応する人には引き続き連絡しています" in known.text) == (200, True)
    assert (await desk.get(f"/v1/cases/{case_id}")).json()["owner"] is None
    mine = link(desk, case_id, "sato", round_=1)
    assert "担当者になり、ほかの人への連絡が止まります" in (await desk.client.get(mine)).text
    await two_taps(desk, mine, case_id)
    again = await desk.client.get(path)
    assert ("対応はsatoさんさんが行っています" in again.text, "<button" in again.text) == (True, False)


async def test_who_takes_it_is_told_that_those_who_decide_are_called_on(desk: Desk) -> None:
    case_id = await both_asked(desk)
    mine = link(desk, case_id, "sato", round_=1)
    page = (await desk.client.get(mine)).text
    assert "応答を待っているほかの人への連絡は続きます" in page
    assert "引き受ける</button>" in page
    assert "判断する人への連絡は続いています。" in (await two_taps(desk, mine, case_id)).text
    assert (
        "Thank you. Those who are to decide are still being called." in (await desk.client.get(f"{mine}?lang=en")).text
    )


async def test_the_reporter_sees_when_they_hear_next(desk: Desk) -> None:
    case_id = (await desk.submit())["id"]
    due = desk.clock.at + timedelta(minutes=30)
    clock = e.DeadlineSet(name=DeadlineName.NEXT_UPDATE, generation=1, due=due, span="30m")
    await asked(desk, case_id, 1, "sato")
    await desk.log.tell(e.EscalationRescheduled(case_id=case_id, deadlines=(clock,), reasons=()))
    path = f"/r/{make_followup(LINK_KEY, case_id)}"
    assert "次のお知らせ" not in (await desk.client.get(path)).text  # nobody has it yet
    await desk.act(case_id, "acknowledge")
    assert "10:30 までにお知らせします" in (await desk.client.get(path)).text
    assert "By 24 Nov 10:30" in (await desk.client.get(path + "?lang=en")).text
    desk.clock.at += timedelta(minutes=31)
    assert "次のお知らせ" not in (await desk.client.get(path)).text


async def test_an_expired_or_forged_link_is_gone(desk: Desk) -> None:
    case_id = (await desk.submit())["id"]
    path = link(desk, case_id, hours=1)
    desk.clock.at += timedelta(hours=2)
    for bad in (path, path[:-2], "/a/x", "/a/x.y", "/a/髙", "/a/" + "a" * 2000):
        assert (await desk.client.get(bad)).status_code == 410
        assert (await desk.form(bad, {"nonce": "x"})).status_code == 410
    assert await desk.said() == ["case.submitted.v1"]


async def test_while_the_database_is_away_nothing_typed_is_lost(desk: Desk) -> None:
    await desk.submit()
    await desk.lose_the_database()
    page = await desk.form("/report?lang=ja", {**SHORT, "key": "0" * 32})
    assert (page.status_code, TEXT in page.text, "もう一度送信してください" in page.text) == (503, True, True)
    mine = await desk.client.get(f"/r/{make_followup(LINK_KEY, 'c_01m80tsfphe99kg5qcb6bqxnc5')}")
    assert (mine.status_code, mine.headers["content-type"]) == (503, "text/html; charset=utf-8")
    answer = await desk.get("/v1/cases")
    assert (answer.status_code, answer.headers["retry-after"], answer.json()["code"]) == (503, "2", "unavailable")
