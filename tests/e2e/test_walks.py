"""The day of each role, walked with a real browser through everything real, in both languages, on a phone and at a desk."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from cli.door import Door
from sandbox.client import SandboxClient
from services.intake.domain.words import Language
from tests.e2e.conftest import Installation
from tests.e2e.walking import Walker, walking

pytestmark = [pytest.mark.alone, pytest.mark.timeout(180)]  # the first run may have to install the browser
both = pytest.mark.parametrize(("language", "size"), [("ja", "phone"), ("en", "desk")])
LOOK = 1.2  # seconds that a program waits so as to look like a person
ON_DUTY = ("suzuki.ichiro", "sato.hanako")  # by turns
BY = {"id": "yamada.kyoko", "name": "山田 京子"}
WORDS: dict[Language, dict[str, str]] = {
    "ja": {
        "question": "帳票の髙と①が□になるときは", "answer": "出力の設定で、書体を「外字あり」にしてください。髙﨑①㈱",
        "facts": "請求書の帳票で、髙﨑①㈱ 様の髙と①が□になります。全店舗で同じです。", "note": "書体を調べています。",
        "handling": "外字の入った書体を入れ直しました。", "result": "髙も①も正しく印刷されます。",
        "other": "勤怠の画面が開かない", "thanks": "どの字かまで書いてくれて、すぐに分かりました。",
    },
    "en": {
        "question": "When rare characters are missing on an invoice", "answer": "Choose the typeface with rare characters. 髙﨑①㈱",
        "facts": "Rare characters are missing on every invoice, in all shops.", "note": "Looking at the typefaces.",
        "handling": "Installed the typeface with rare characters anew.", "result": "Invoices are printed as they should be.",
        "other": "The page for working hours is blank", "thanks": "You wrote which characters, so it was found at once.",
    },
}  # fmt: skip


async def reported(walk: Walker, facts: str = "別の人の報告 <b>髙﨑①㈱🔥</b>") -> str:
    """A case of the support team that somebody is asked about."""
    id_: str = (await walk.ask("POST", "/v1/cases", {"facts": facts, "impact": "all"}))["id"]
    async with asyncio.timeout(15):
        while not (await walk.ask("GET", f"/v1/cases/{id_}"))["responders"]:
            await asyncio.sleep(0.05)
    return id_


async def known_answer(walk: Walker) -> None:
    """An article that is found by what the report says."""
    words = WORDS[walk.language]
    content = {"question": words["question"], "answer": words["answer"], "audience": "public"}
    await walk.ask("POST", "/v1/articles", {"content": content, "publish": True, "by": BY})
    async with asyncio.timeout(15):
        while words["question"] not in str(await walk.ask("GET", "/v1/search", q=words["facts"])):
            await asyncio.sleep(0.1)


async def page_link(sandbox: SandboxClient, case_id: str, since: int) -> str:
    """The link in the mail that asks somebody to take a case."""
    mail = await sandbox.wait_for("email", since=since, case_id=case_id, timeout=20)
    found = re.search(r"http://\S+/a/[\w.~-]+", str(mail["content"]).replace("\\n", "\n"))
    assert found is not None, mail
    return found[0]


@asynccontextmanager
async def by_mail(walk: Walker, *people: str) -> AsyncIterator[None]:
    """People who want to be asked by mail."""
    try:
        for person in people:
            rules = {"P2": [{"channel": "email"}]}
            await walk.ask("PUT", f"/v1/contacts/{person}/rules", {"rules": rules})
        yield
    finally:
        for person in people:
            await walk.ask("PUT", f"/v1/contacts/{person}/rules", {"rules": {}})


async def report(walk: Walker) -> Any:
    """What a reporter does until the report is sent: the case."""
    await walk.open("/report")
    assert await walk.in_sight(".areas [aria-current]"), "the menu says where one is"
    await walk.fill(facts=WORDS[walk.language]["facts"])
    await walk.browser.until("return !!document.querySelector('#answers details')")
    await walk.unfold("#answers details")
    assert WORDS[walk.language]["answer"] in await walk.browser.read("#answers")
    await walk.look()
    await walk.browser.value("document.querySelector('input[name=impact][value=all]').click()")
    await walk.picture("1-report")
    await walk.press("preview.go")
    await walk.look()
    foretold = await walk.browser.read("main")
    await walk.press("send")
    await walk.browser.until("return location.pathname.startsWith('/r/') && document.readyState === 'complete'")
    await walk.look()
    case = await walk.case()
    assert case["responders"][0]["name"] in foretold, "the preview names who is asked"
    assert walk.says("thanks.title") in await walk.browser.read("main")
    return case


@both
async def test_a_report_goes_from_its_reporter_to_who_takes_it_and_back(
    installation: Installation, door: Door, sandbox: SandboxClient, tmp_path: Path, language: Language, size: str
) -> None:
    since, words = await sandbox.cursor(), WORDS[language]
    async with walking(installation, door, tmp_path, language, size) as walk, by_mail(walk, *ON_DUTY):
        await known_answer(walk)
        other = await walk.ask("GET", f"/v1/cases/{await reported(walk, words['other'])}")
        await walk.log_in("ito.sakura", "伊藤 さくら", "reporter", "support")
        assert await walk.areas() == ["/cases", "/duty", "/knowledge", "/policy", "/report"]
        case = await report(walk)
        mine = await walk.browser.address()
        await walk.open("/cases")
        assert await walk.browser.all(f"#{case['id']}")
        await walk.open(f"/cases/{case['number']}")
        assert not await walk.browser.all("#resolve, #reassign, button.take")
        await walk.open(f"/cases/{other['number']}", answer=404)
        await walk.open("/admin/sources", answer=403)
        await walk.open("/cases")
        await walk.log_out()

        (asked,) = case["responders"]
        await walk.browser.open(await page_link(sandbox, case["id"], since))
        await walk.look()
        await walk.picture("3-take-over")
        assert await walk.in_sight(".take"), "nothing has to be scrolled to before the first tap"
        await walk.press("ack.button")
        await walk.look()
        await asyncio.sleep(LOOK)
        await walk.browser.press(str(case["number"]))
        await walk.look()
        assert await walk.browser.all(".thanks")
        taken = await walk.case()
        assert (taken["owner"]["id"], taken["status"]) == (asked["id"], "in_progress")

        await walk.log_in(asked["id"], asked["name"], "responder", "support")
        assert await walk.areas() == ["/cases", "/duty", "/knowledge", "/policy", "/report"]
        await walk.open("/cases")
        await walk.browser.until("return document.getElementById('state').textContent")
        await walk.picture("2-find")
        await walk.browser.click((await walk.browser.all(f"#{case['id']} .title"))[0])
        await walk.look()
        assert not await walk.browser.all("#reassign, #extend"), "these are for who leads"
        await walk.fill(notes_text=words["note"])
        await walk.press("go.notes")
        assert words["note"] in await walk.browser.read("#history")
        await walk.unfold("#resolve")
        await walk.fill(resolve_handling=words["handling"], resolve_result=words["result"])
        await walk.look()
        await walk.picture("4-close", "#resolve")
        await walk.press("go.resolve")
        await walk.look()
        await walk.unfold("#feedback")
        await walk.fill(feedback_text=words["thanks"])
        await walk.press("go.feedback")
        await walk.browser.click((await walk.browser.all("#article a.button"))[0])
        assert (await walk.browser.read("#answer")).strip().startswith(words["handling"])
        await walk.look()
        await walk.press("editor.save")
        await walk.look()
        assert walk.says("knowledge.state.draft") in await walk.browser.read("main")
        await walk.open("/admin/sources", answer=403)
        await walk.open("/operations", answer=403)

        await walk.browser.open(mine.partition("?")[0] + f"?lang={language}")
        await walk.look()
        told = await walk.browser.read("main")
        assert words["thanks"] in told
        assert words["result"] in told
        assert words["note"] not in told, "a note of the inside"
    told_of = await sandbox.received(since=since, case_id=case["id"])
    everybody = {to for item in told_of for to in (item["to"] if isinstance(item["to"], list) else [item["to"]])}
    known = (await asyncio.to_thread(door.get, "/v1/contacts"))["people"]
    others = [p for p in known if p["id"] not in (asked["id"], "ito.sakura")]
    assert not {p[way] for p in others for way in ("phone", "email", "slack") if p.get(way)} & everybody, "nobody else"
    assert not [item for item in told_of if item["channel"] == "phone"], "nobody is called for it"


@both
async def test_who_leads_sees_what_comes_hands_it_over_and_looks_ahead(
    installation: Installation, door: Door, sandbox: SandboxClient, tmp_path: Path, language: Language, size: str
) -> None:
    async with walking(installation, door, tmp_path, language, size) as walk:
        await walk.log_in("takahashi.ken", "髙橋 健", "leader", "support")
        await walk.open("/cases")
        await walk.browser.until("return document.getElementById('state').textContent")
        case_id = await reported(walk)
        await walk.browser.until(
            f"return document.querySelector('#{case_id} .line.soft')?.textContent.includes('サポート')"
        )
        await walk.look()
        await walk.browser.click((await walk.browser.all(f"#{case_id} .title"))[0])
        await walk.unfold("#reassign")
        await walk.fill(reassign_to="伊藤 さくら (ito.sakura)", reassign_reason="帳票に詳しいため")
        await walk.look()
        await walk.press("go.reassign")
        await walk.look()
        assert (await walk.case())["owner"]["id"] == "ito.sakura"
        await walk.open("/cases")
        assert "伊藤 さくら" in await walk.browser.read(f"#{case_id} .gist")

        await walk.open("/duty")
        await walk.open("/duty/schedules/support-second-line")
        tomorrow = datetime.now(UTC) + timedelta(days=1)
        await walk.unfold("#overrides details")
        for name, at in (("since", tomorrow), ("until", tomorrow + timedelta(hours=2))):
            await walk.browser.value(f"document.getElementById('override-{name}').value = '{at:%Y-%m-%dT%H:%M}'")
        await walk.press("schedule.override.go")
        await walk.look()
        assert "髙橋 健" in await walk.browser.read("#overrides")
        await walk.press("duty.absence.cancel")
        assert "髙橋 健" not in await walk.browser.read("#overrides ul")

        await walk.open("/drills")
        await walk.unfold("main details")
        await walk.browser.value(f"document.getElementById('starts_at').value = '{tomorrow:%Y-%m-%dT%H:%M}'")
        await walk.look()
        await walk.press("drills.go")
        await walk.look()
        await walk.press("drills.call-off")
        await walk.look()
        assert walk.says("drills.call-off") not in await walk.buttons()
        await walk.open("/policy")
        assert not await walk.browser.all("a[href='/policy/edit']")
        await walk.open("/review")
        for path in ("/policy/edit", "/admin/sources", "/operations"):
            await walk.open(path, answer=403)


@both
async def test_who_administers_connects_a_crm_and_tries_the_policy_and_sees_no_case(
    installation: Installation, door: Door, sandbox: SandboxClient, tmp_path: Path, language: Language, size: str
) -> None:
    async with walking(installation, door, tmp_path, language, size) as walk:
        number = (await walk.ask("GET", f"/v1/cases/{await reported(walk)}"))["number"]
        await walk.log_in("tanaka.minoru", "田中 実", "admin", "*")
        await walk.browser.open(walk.address)
        await walk.look()
        assert (await walk.browser.address()).endswith("/admin/sources")
        await walk.browser.click((await walk.browser.all(".head a.button"))[0])
        await walk.look()
        await walk.browser.click((await walk.browser.all("a.pick[href$='=zendesk']"))[0])
        await walk.look()
        await walk.fill(id=f"shop-{language}", owner="tanaka.minoru")
        await walk.press("source.create")
        await walk.look(201)
        url = await walk.browser.value("return document.querySelector('#url input').value")
        assert url == f"{walk.address}/v1/webhooks/shop-{language}"
        await walk.fill(secret_value="dGhlIHNpZ25pbmcgc2VjcmV0IG9mIHplbmRlc2s=")
        await walk.press("source.secret.save")
        await walk.look()
        await walk.press("source.test.go")
        await walk.look()
        assert walk.says("test.good") in await walk.browser.read("#test .result.good")

        await walk.open("/policy/edit")
        await walk.unfold("section details:has(#facts)")
        await walk.fill(facts="返金してほしいと言われた")
        await walk.browser.value("document.getElementById('kind').value = 'refund'")
        await walk.press("policy.try.go")
        await walk.look()
        assert "山田 京子" in await walk.browser.read("#would"), "a refund goes to a manager"
        for path in ("/admin/quarantine", "/admin/sessions", "/operations", "/policy/versions"):
            await walk.open(path)
        await walk.open("/cases")
        assert walk.says("board.no-role") in await walk.browser.read("main")
        seen = await walk.browser.value("return fetch('/v1/cases?limit=200').then((one) => one.json())")
        assert number not in {one["number"] for one in seen["data"]}, "none but those for which they were asked"
        await walk.open(f"/cases/{number}", answer=404)


@both
async def test_who_audits_reads_everything_and_changes_nothing(
    installation: Installation, door: Door, sandbox: SandboxClient, tmp_path: Path, language: Language, size: str
) -> None:
    async with walking(installation, door, tmp_path, language, size) as walk:
        case_id = await reported(walk)
        number = (await walk.ask("GET", f"/v1/cases/{case_id}"))["number"]
        await walk.log_in("kobayashi.jun", "小林 純", "auditor", "*")
        assert await walk.areas() == ["/cases", "/duty", "/knowledge", "/policy", "/admin/audit"]
        await walk.open("/cases")
        assert await walk.browser.all(f"#{case_id}")
        assert not await walk.browser.all(".take-it, .together")
        await walk.open(f"/admin/audit?object={number}")
        assert await walk.browser.all(f"a[href='/cases/{case_id}']")
        await walk.open(f"/cases/{number}")
        assert not await walk.browser.all("#deeds")
        for path in (f"/cases/{number}/report", "/policy", "/cases"):
            await walk.open(path)
        listed = await walk.browser.value("return fetch('/v1/audit').then((one) => one.json())")
        assert "case.submitted.v1" in {line["action"] for line in listed["data"] if line["object"] == case_id}
        csrf = await walk.browser.value("return document.querySelector('[name=csrf]').value")
        post = "return fetch(arguments[0], { method: 'POST', body: new URLSearchParams(arguments[1]) }).then((one) => one.status)"
        assert await walk.browser.value(post, f"/cases/{number}/acknowledge", {"csrf": csrf, "key": "0" * 32}) == 403
        await walk.browser.complaints()  # of that refusal
        assert (await walk.ask("GET", f"/v1/cases/{case_id}"))["owner"] is None
        for path in ("/admin/sources", "/operations", "/policy/edit"):
            await walk.open(path, answer=403)
