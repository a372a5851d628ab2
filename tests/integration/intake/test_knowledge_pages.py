"""Knowledge for people: from a resolved case to an article that spares the next report, and what is never lost on the way."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from services.knowledge import editing
from tests.integration.browser import chromium
from tests.integration.intake.desk import Desk, hidden
from tests.integration.intake.library import Library, library
from tests.integration.intake.office import office
from tests.integration.intake.people import SITE, fresh, log_in, send, words
from tests.integration.log import Opened

PROBLEM = "髙﨑①㈱🔥 決済端末が E-502 で止まる"
ANSWER = "端末を再起動し、回線を切り替えてください。"
NEW = "/knowledge/articles/new"


@pytest.fixture
async def shelf(desk: Desk, database: Opened) -> AsyncIterator[Library]:
    async with library(desk, database) as made:
        yield made


async def leader(desk: Desk) -> httpx.AsyncClient:
    """Somebody who may publish and sees every figure."""
    return await log_in(desk, "sato.hanako", ("leader", "*"))


async def first(browser: httpx.AsyncClient, **fields: str) -> httpx.Response:
    """What comes of the form of a new article."""
    page = (await browser.get(NEW)).text
    proofs = {name: hidden(page, name) for name in ("csrf", "key")}
    return await browser.post(NEW, data={**proofs, **fields}, headers=SITE)


async def written(browser: httpx.AsyncClient, publish: bool = True, **more: str) -> str:
    """An article that somebody has written; gives its page."""
    fields = {
        "question": PROBLEM,
        "phrasings": "カードが使えない\n払えない",
        "answer": ANSWER,
        "audience": "internal",
        **more,
    }
    answer = await first(browser, **fields, **({"publish": "1"} if publish else {}))
    assert answer.status_code == 303, words(answer)
    return answer.headers["location"].partition("?")[0]


async def test_what_nobody_has_answered_is_carried_into_a_report_and_what_is_known_says_why(
    desk: Desk, shelf: Library
) -> None:
    someone = await leader(desk)
    nothing = await someone.get("/knowledge?q=<b>決済</b>")
    assert "まだ記事も、解決した案件もありません" in words(nothing)
    assert "facts=%3Cb%3E%E6%B1%BA%E6%B8%88" in nothing.text
    assert "決済&lt;/b&gt;" in (await someone.get("/report?facts=<b>決済</b>")).text
    page = await written(someone)
    found = await someone.get("/knowledge?q=決済端末が止まる&form=article")
    assert ("<mark>決済" in found.text, page.rpartition("/")[2] in found.text) == (True, True)
    instead = await someone.get("/knowledge?q=決済端末が止まる&form=case")
    assert "近いのは次のもの" in words(instead)
    assert PROBLEM in words(instead).replace(" ", "").replace("E-502", " E-502 ").replace("髙﨑①㈱🔥", "髙﨑①㈱🔥 ")
    assert PROBLEM in (await someone.get("/knowledge/proposals?q=決済端末")).text
    (to,) = {part.partition('"')[0] for part in found.text.split('href="/knowledge/open')[1:]}
    opened = await someone.get("/knowledge/open" + to)
    assert opened.headers["location"].startswith(page)
    assert await desk.db.pool.fetchval("SELECT count(*) FROM audit WHERE entry LIKE '%/searches%'") == 0
    shown = words(await someone.get(opened.headers["location"]))
    assert all(part in shown for part in (ANSWER, "カードが使えない", "開かれた 1", "公開中"))


async def test_an_article_goes_through_review_says_whether_it_helped_and_becomes_part_of_another(
    desk: Desk, shelf: Library
) -> None:
    author = await log_in(desk, "mai", ("responder", "sre"))
    page = await written(author, publish=False)
    assert "公開する" not in words(await author.get(page)), "who may not publish is not offered it"
    waiting = (await author.get("/knowledge/review")).text
    assert (f'action="{page}/submit"' in waiting, f'action="{page}/publish"' in waiting) == (True, False)
    assert (await send(author, page, f"{page}/submit", version="1")).status_code == 303
    chief = await leader(desk)
    assert PROBLEM in words(await chief.get("/knowledge/review"))
    told = await send(chief, page, f"{page}/publish", back="review")
    assert told.headers["location"] == "/knowledge/review?done=publish"
    assert (await send(author, page, f"{page}/feedback", solved="0", comment="手順が足りない")).status_code == 303
    assert (await send(chief, page, f"{page}/feedback", solved="1")).status_code == 303
    assert (await send(chief, page, f"{page}/comments", text="直します <script>")).status_code == 303
    shown = await chief.get(page)
    for part in ("解決した 1・解決しない 1", "読者", "手順が足りない", "直します &lt;script&gt;", "版 1"):
        assert part in shown.text, part
    csrf = {"x-csrf-token": hidden((await author.get(page)).text, "csrf")}
    called = await author.post(f"/v1/articles/{page.rpartition('/')[2]}/feedback", json={"solved": True}, headers=csrf)
    assert called.status_code == 201, "who may read may say whether it helped"
    assert await desk.db.pool.fetchval("SELECT count(*) FROM audit WHERE entry LIKE '%/feedback%'") == 0
    other = await written(chief, question="端末の決済が通らない")
    merged = await send(chief, page, f"{page}/merge", into=other)
    assert merged.headers["location"] == f"{other}?done=merge"
    assert (await chief.get(page)).headers["location"] == other
    assert (await send(chief, other, f"{other}/withdraw", text="古い")).status_code == 303
    assert "取り下げ" in words(await chief.get(other))
    assert words(await chief.get(f"{other}/versions/1")).count(ANSWER) == 1


async def test_what_is_unfinished_or_over_stands_on_the_review_until_somebody_acts(desk: Desk, shelf: Library) -> None:
    chief, now = await leader(desk), shelf.known.log.clock.at
    draft = await written(chief, publish=False, question="書きかけの質問")
    over = await written(chief, question="年末の営業日", expires_on=(now + timedelta(days=2)).date().isoformat())
    shelf.known.later(days=2)
    await editing.expire(shelf.known.process.db, shelf.known.log.clock)
    listed = await chief.get("/knowledge/review")
    for part in (
        "書きかけの質問",
        f'action="{draft}/publish"',
        f'href="{draft}/edit"',
        "年末の営業日",
        "に公開を終えました",
    ):
        assert part in listed.text, part
    for page, verb in ((draft, "publish"), (over, "withdraw")):
        done = await send(chief, "/knowledge/review", f"{page}/{verb}", back="review")
        assert done.headers["location"] == f"/knowledge/review?done={verb}"
        assert page not in (await chief.get("/knowledge/review")).text


async def test_another_language_shows_the_same_page_with_all_that_was_asked_for(desk: Desk, shelf: Library) -> None:
    chief, case_id = await leader(desk), await shelf.resolved(PROBLEM)
    paths = (
        f"{NEW}?case={case_id}", f"{NEW}?question=%E6%B1%BA%E6%B8%88", "/knowledge?q=x&in=ja&form=article",
        "/knowledge/figures?since=2026-01-01&until=2026-02-01", "/knowledge/training?seed=ab12", "/cases?team=sre&page=2",
        "/review?days=30", "/policy/versions?before=3", "/duty?done=swap", "/report?mode=full&facts=%3Cb%3E",
    )  # fmt: skip
    for path in paths:
        shown = await chief.get(f"{path}&lang=ja")
        assert f'href="{path.replace("&", "&amp;")}&amp;lang=en"' in shown.text, path
    assert '<span class="tag">Case</span>' in (await chief.get("/knowledge?lang=en")).text


async def test_pressing_twice_makes_one_article_and_another_text_on_the_same_page_is_not_lost(
    desk: Desk, shelf: Library
) -> None:
    chief = await leader(desk)
    page = (await chief.get(NEW)).text
    fields = {"question": PROBLEM, "answer": ANSWER, **{name: hidden(page, name) for name in ("csrf", "key")}}
    twice = [await chief.post(NEW, data=fields, headers=SITE) for _ in range(2)]
    assert len({answer.headers["location"] for answer in twice}) == 1
    other = await chief.post(NEW, data={**fields, "answer": "別の答え"}, headers=SITE)
    assert (other.status_code, "別の内容で保存済み" in other.text, "別の答え" in other.text) == (409, True, True)
    again = {**fields, "answer": "別の答え", "key": hidden(other.text, "key")}
    assert (await chief.post(NEW, data=again, headers=SITE)).status_code == 303
    assert (await shelf.known.get("/v1/articles"))["states"] == {"draft": 2}


async def test_bad_input_names_its_field_and_nothing_that_was_typed_is_lost(desk: Desk, shelf: Library) -> None:
    chief = await leader(desk)
    wrong = {
        "question": "",
        "phrasings": "長" * 201,
        "owner": "だれもいない",
        "review_by": "あした",
        "answer": f"{ANSWER}<b>",
    }
    refused = await first(chief, **wrong)
    assert refused.status_code == 422
    for part in (
        'id="question-error"',
        "1 行は 200 文字以内",
        'id="owner-error"',
        "2026-04-01",
        f"{ANSWER}&lt;b&gt;",
        "あした",
    ):
        assert part in refused.text, part
    empty = await first(chief, question="まだ答えがない", publish="1")
    assert (empty.status_code, 'id="answer-error"' in empty.text, "まだ答えがない" in empty.text) == (422, True, True)
    long = await first(chief, question="長い", cause="あ" * 5001)
    assert (long.status_code, 'id="cause-error"' in long.text) == (422, True)
    page = await written(chief)
    fields = {"question": PROBLEM, "key": "0" * 32}
    assert (await send(chief, f"{page}/edit", f"{page}/edit", **{**fields, "key": ""}, answer="x")).status_code == 422
    version = hidden((await chief.get(f"{page}/edit")).text, "version")
    fields["version"] = version
    assert (await send(chief, f"{page}/edit", f"{page}/edit", **fields, answer="わたしの答え")).status_code == 303
    stale = await send(chief, f"{page}/edit", f"{page}/edit", **fields, answer="あなたの答え", publish="1")
    assert (stale.status_code, "わたしの答え" in stale.text, "あなたの答え" in stale.text) == (412, True, True)
    newest = {**fields, "version": hidden(stale.text, "version")}
    assert (await send(chief, f"{page}/edit", f"{page}/edit", **newest, answer="あなたの答え")).status_code == 303
    out = await fresh(desk).post(f"{page}/edit", data={**newest, "answer": "消えない答え"}, headers=SITE)
    assert (out.status_code, "消えない答え" in out.text, "別のタブでログイン" in out.text) == (401, True, True)


async def test_roles_and_restricted_cases_hold_on_every_page(desk: Desk, shelf: Library) -> None:
    secret = await shelf.resolved("上司からの嫌がらせ")
    await desk.db.pool.execute(
        "UPDATE folds SET state = jsonb_set(state::jsonb, '{submitted,report,kind}', '\"harassment\"')::text WHERE key = $1",
        secret,
    )
    auditor = await log_in(desk, "ken", ("auditor", "*"))
    for path in (NEW, "/knowledge/review", "/knowledge/figures", f"{NEW}?case={secret}"):
        assert (await auditor.get(path)).status_code == 403, path
    assert "嫌がらせ" not in words(await auditor.get("/knowledge?q=相談")), "the case is restricted since"
    worker = await log_in(desk, "mai", ("responder", "sre"))
    assert (await worker.get(f"{NEW}?case={secret}")).status_code == 404
    assert (await worker.get("/knowledge/figures")).status_code == 403
    assert (await worker.get("/knowledge/training")).status_code == 200, "whoever works here may learn by what they see"
    assert (await fresh(desk).get("/knowledge")).headers["location"].startswith("/login")
    forged = await worker.post("/knowledge/articles/a_1/publish", data={"csrf": "x"}, headers=SITE)
    assert forged.status_code == 403
    chief = await leader(desk)
    for path in ("/knowledge/review", "/knowledge/figures", "/knowledge/training"):
        assert (await chief.get(path)).status_code == 200, path
    desk.others.answer = lambda _: httpx.Response(503)
    assert ((await chief.get("/knowledge?q=x")).status_code, (await chief.get("/knowledge/review")).status_code) == (
        502,
        502,
    )


async def test_people_outside_are_shown_public_articles_alone_and_only_where_that_is_wanted(
    desk: Desk, shelf: Library
) -> None:
    chief, nobody = await leader(desk), fresh(desk)
    await shelf.resolved(PROBLEM)
    await written(
        chief, internal="社内の秘密の手順", cause="秘密の原因", audience="public", question="決済端末の公開の記事"
    )
    await written(chief, question="決済端末の社内の記事")
    asked: dict[str, Any] = {"url": "/report/answers", "params": {"q": "決済端末が止まる"}}
    desk.door.settings = replace(desk.door.settings, public_answers=0)
    assert (await nobody.get(**asked)).text == ""
    desk.door.settings = replace(desk.door.settings, public_answers=2)
    shown = [(await nobody.get(**asked)).text for _ in range(3)]
    assert [("公開の記事" in text, "/knowledge/" in text, "社内" in text, "秘密" in text) for text in shown] == [
        (True, False, False, False), (True, False, False, False), (False, False, False, False),
    ]  # fmt: skip
    assert "再起動し、回線を切り替えました" not in shown[0], "no case"
    inside = words(await chief.get(**asked))
    assert inside.index("社内の記事") < inside.index("No. "), "articles first"
    target = shown[0].partition('name="target" value="')[2].partition('"')[0]
    for _ in range(2):
        told = await nobody.post("/report/solved", data={"target": target, "key": "0" * 32}, headers=SITE)
        assert "solved=1" in told.headers["location"]
    assert (await shelf.known.get("/v1/figures"))["deflected"] == 1, "pressing twice counts once"


@pytest.mark.timeout(300)
async def test_three_clicks_after_resolving_an_article_spares_the_next_report(
    desk: Desk, database: Opened, tmp_path: Path
) -> None:
    async with (
        office(desk, fill=False) as place,
        library(desk, database) as shelf,
        chromium(tmp_path, language="ja") as browser,
    ):
        await place.case(PROBLEM, minutes=20)
        await place.act(PROBLEM, "acknowledge")
        await place.log_in(browser)
        await browser.resize(360, 740)
        await browser.open(f"{place.address}/cases/{await place.number(PROBLEM)}")
        await browser.value("document.querySelector('#resolve').open = true")
        await browser.type("#resolve-handling", ANSWER)
        await browser.type("#resolve-result", "使えるようになりました。")
        await browser.click((await browser.all("#resolve button"))[0])
        await shelf.hear()
        await browser.click((await browser.all("#article a"))[0])
        assert await browser.read("#answer") == ANSWER
        await browser.press("公開する")
        assert "公開しました" in await browser.read(".note.good")
        await browser.open(f"{place.address}/report")
        await browser.type("#facts", "決済端末がとまってしまう")
        await browser.until(f"return document.getElementById('answers').textContent.includes('{ANSWER}')")
        await browser.value("document.querySelector('#answers details').open = true")
        await browser.press("解決した（報告をやめる）")
        assert "解決してよかったです" in await browser.read(".note.good")
        assert (await shelf.known.get("/v1/figures"))["deflected"] == 1
        await browser.open(f"{place.address}/knowledge/figures")
        assert "報告が不要になった 1 件" in await browser.read("main")
        assert await desk.count("cases") == 1
        new = f"{place.address}{NEW}"
        await browser.open(new)
        await browser.type("#question", "書きかけの質問")
        await browser.open(f"{new}?question=別の質問")
        assert await browser.value("return document.getElementById('question').value") == "別の質問"
        await browser.open(new)
        assert await browser.value("return document.getElementById('question').value") == "書きかけの質問"
        await browser.press("下書きとして保存")
        assert "下書きを保存しました" in await browser.read(".note.good")
        await browser.open(new)
        assert await browser.value("return document.getElementById('question').value") == ""
        assert await browser.complaints() == []
