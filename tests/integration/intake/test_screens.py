"""Every page, in both languages, on a phone and at a desk: nothing is wrong for who sees, hears or touches it, and the console is silent.

With TASUKI_SCREENSHOTS set to a folder, a picture of each is put there (`make screenshots`).
"""

import os
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from services.intake.drilling import Drilling
from services.knowledge import editing
from services.knowledge.moving import Mover
from shared.contracts.vocabulary import Channel, Outcome
from tests.integration import accessible
from tests.integration.browser import Browser, chromium
from tests.integration.intake.desk import Desk, link
from tests.integration.intake.exercise import ask, attempted, begun, planned
from tests.integration.intake.library import Library, library
from tests.integration.intake.office import Office, office
from tests.integration.intake.parking import noted, park
from tests.integration.intake.rota import SATO, TAKAHASHI, YAMADA
from tests.integration.intake.running_pager import unwell, well
from tests.integration.intake.teams import attach
from tests.integration.intake.test_by_hand import case
from tests.integration.log import Opened
from tests.unit.intake.pictures import png

pytestmark = pytest.mark.timeout(600)  # some twenty pages, four times
SIZES = {"phone": (360, 740), "desk": (1280, 860)}
PICTURES = os.environ.get("TASUKI_SCREENSHOTS", "")
ANSWERS = {"case-missing": 404, "lost": 404, "article-missing": 404, "article-wrong": 422, "dead-letters-away": 503}
OPEN = "for (const one of document.querySelectorAll('main details')) one.open = true"
FIRST_VIEW = """
const known = performance.getEntriesByType("resource").filter((one) => !one.name.endsWith("/stream"));
return [...performance.getEntriesByType("navigation"), ...known].reduce((sum, one) => sum + one.transferSize, 0);
"""


async def pages(place: Office) -> dict[str, str]:
    """Every page by a name; those with `+` have everything on them unfolded."""
    failing, mine = [await place.number(name) for name in ("決済が全店舗で失敗する E-502", "夜間バッチの遅れ")]
    waiting, done = [await place.number(name) for name in ("ログインできないお客さま", "昨日の問い合わせ")]
    (_, lead), (report, linked) = [await case(place.desk) for _ in range(2)]
    assert (await place.desk.act(report, "link", lead=lead, reason="同じ証明書")).status_code == 200
    related = f"/v1/cases/{place.cases['決済が全店舗で失敗する E-502']}/related/{waiting}"
    steps = f"/v1/cases/{place.cases['夜間バッチの遅れ']}/steps"
    texts = ["バッチのログを確かめる", "髙﨑①㈱🔥 に終わる見込みを聞く"]
    first = (await place.desk.post(steps, {"texts": texts})).json()["data"][0]
    await place.desk.post(f"{steps}/{first['id']}/done")
    for raw, name in (
        (png(width=320, height=180), "レジ3の画面.png"),
        (b"E-502\n" * 999, "POS端末_髙﨑①㈱.log"),
    ):
        await attach(place.desk, place.cases["夜間バッチの遅れ"], raw, name)
    await place.desk.client.put(related, headers={"authorization": f"Bearer {place.desk.token}"})
    await place.desk.set_up("shop", "zendesk")
    return {
        **await of_drills(place.desk),
        "board": "/cases", "board-filter+": "/cases?team=sre&late=1", "board-none": "/cases?q=nothing",
        "board-done": "/cases?status=done", "case": f"/cases/{failing}", "case-mine+": f"/cases/{mine}",
        "case-waiting": f"/cases/{waiting}", "case-done": f"/cases/{done}", "case-linked+": f"/cases/{linked}", "case-print": f"/cases/{mine}/report",
        "case-missing": "/cases/999999", "lost": "/nothing/here", "duty": "/duty", "duty+": "/duty", "contact": f"/duty/people/{SATO.id}", "contacts": "/duty/contacts", "schedule": "/duty/schedules/sre-primary", "schedule+": "/duty/schedules/sre-primary", "me": "/me", "me+": "/me",
        "policy": "/policy", "guide": "/guide", "guide-answer": "/guide/danger", "guide-else": "/guide/else", "review+": "/review", "review-cases": "/review/cases?of=done", "policy-edit+": "/policy/edit", "policy-versions": "/policy/versions",
        "policy-version": "/policy/versions/2", "report": "/report", "report-full": "/report?mode=full", "report-anonymous": "/report?mode=anonymous",
        "sources": "/admin/sources", "sources-new": "/admin/sources/new", "source+": "/admin/sources/shop",
        "quarantine": "/admin/quarantine", "sessions": "/admin/sessions",
        "access": "/admin/access", "access+": "/admin/access", "access-person": f"/admin/access/{SATO.id}", "access-person+": f"/admin/access/{SATO.id}", "tokens+": "/admin/tokens", "audit": "/admin/audit", "audit+": "/admin/audit?kind=case",
        "acknowledge": link(place.desk, place.cases["髙﨑①㈱🔥 管理画面が開けない"], SATO.id, hours=24 * 3650, round_=1),
    }  # fmt: skip


async def of_drills(desk: Desk) -> dict[str, str]:
    """The pages of drills: one that was held, with something to mend, one that runs, one to come."""
    held = await begun(desk, key="held", team="billing", minutes=10)
    await ask(desk, held["case_id"], SATO, TAKAHASHI, YAMADA, team="billing")
    await attempted(desk, held["case_id"], SATO, Outcome.ANSWERED)
    await attempted(desk, held["case_id"], TAKAHASHI, Outcome.FAILED, "no-answer")
    await attempted(desk, held["case_id"], TAKAHASHI, Outcome.DELIVERED, "", Channel.SMS)
    await attempted(desk, held["case_id"], YAMADA, Outcome.ACCEPTED, "", Channel.CHAT)
    await desk.act(held["case_id"], "acknowledge", by=SATO.id)
    await desk.log.drain()
    await Drilling(desk.door).once()
    await desk.log.drain()
    running = await begun(desk, key="running", team="billing", title="髙﨑①㈱🔥 返金の相談が続く想定")
    await ask(desk, running["case_id"], YAMADA, team="billing")
    later = (desk.door.clock.now() + timedelta(days=1)).isoformat()
    await planned(desk, key="later", starts_at=later, announced=True, scenario="partial")
    acknowledging = link(desk, running["case_id"], YAMADA.id, hours=24 * 3650, round_=1)
    return {
        "drills": "/drills", "drills+": "/drills", "drill": f"/drills/{held['id']}", "drill-runs": f"/drills/{running['id']}",
        "drill-case": f"/cases/{running['number']}", "drill-acknowledge": acknowledging,
    }  # fmt: skip


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("size", SIZES)
async def test_every_page_is_sound(desk: Desk, tmp_path: Path, language: str, size: str) -> None:
    found: dict[str, list[str]] = {}
    async with office(desk) as place, chromium(tmp_path, language=language) as browser:
        await browser.resize(*SIZES[size])
        await browser.open(f"{place.address}/login")
        found["login"] = await look(browser, f"login-{size}-{language}")
        await place.log_in(browser)
        for name, path in (await pages(place)).items():
            await browser.open(place.address + path)
            if name.endswith("+"):
                await browser.value(OPEN)
            found[name] = await look(browser, f"{name.rstrip('+')}{'-open' if '+' in name else ''}-{size}-{language}")
        await browser.open(f"{place.address}/report")
        await browser.type("#facts", "決済端末が E-502 で止まる")
        await browser.value("document.querySelector('input[name=impact][value=all]').click()")
        await browser.run("document.querySelector('button[name=preview]').click()")
        await browser.until("return !!document.querySelector('button[name=edit]')")
        found["preview"] = await look(browser, f"preview-{size}-{language}")
        await browser.run("document.querySelector('.send button').click()")
        await browser.until("return location.pathname.startsWith('/r/') && document.readyState === 'complete'")
        found["followup"] = await look(browser, f"followup-{size}-{language}")
    told = [f"{name}: {one}" for name, wrong in found.items() for one in wrong]
    assert told == [], "\n".join(told)


async def shelf_pages(shelf: Library) -> dict[str, str]:
    """Every page about knowledge, with something on each."""
    problem = "決済端末が E-502 で止まる"
    for place in ("梅田店", "難波店", "髙﨑①㈱🔥"):
        case_id = await shelf.resolved(f"{problem} {place}", cause="回線の不調")
    content: dict[str, Any] = {
        "question": "決済端末が E-502 で止まったら？", "phrasings": ["カードで払えない", "端末が動かない"], "cause": "回線の不調",
        "answer": "端末を再起動し、回線を切り替えてください。\n直らないときは、予備の端末を使います。", "internal": "交換は総務へ <b>１２３</b>",
    }  # fmt: skip
    due = {"audience": "public", "review_by": "2026-01-01", "owner": {"id": SATO.id, "name": SATO.name}}
    made = await shelf.known.article(**{**content, **due})
    waits = await shelf.known.article("端末の E-502 で決済が止まるときは", publish=False, audience="public")
    await shelf.known.post(f"/v1/articles/{waits['id']}/submit")
    await shelf.known.article("端末の設定を初期化するには", publish=False, owner={"id": SATO.id, "name": SATO.name})
    await shelf.known.article(
        "年末年始の営業日", expires_on=(shelf.known.log.clock.at + timedelta(days=2)).date().isoformat()
    )
    shelf.known.later(days=2)
    await editing.expire(shelf.known.process.db, shelf.known.log.clock)
    await shelf.known.post(f"/v1/articles/{made['id']}/comments", {"text": "写真を足したい"})
    for who in ("a", "b", "c"):
        await shelf.known.get("/v1/search", q="領収書の宛名を変える", session=who)
    for who in ("a", "b", "c"):
        await shelf.known.post("/v1/deflections", {"target": made["id"], "session": who}, {})
    await attach(shelf.desk, case_id, b"E-502\n" * 99, "POS端末_髙﨑①㈱.log")
    for raw, name in ((png(width=320, height=180), "端末の画面_髙﨑①㈱🔥.png"), (png(), "古い画面.png")):
        old = await shelf.known.file(made["id"], raw, name, public=True, publish=True)
    shown = (await shelf.known.get(f"/v1/articles/{made['id']}"))["version"]
    await shelf.known.ask("DELETE", f"/v1/articles/{made['id']}/files/{old['id']}", by=SATO.id, for_good=True)
    page = f"/knowledge/articles/{made['id']}"
    return {
        "knowledge": "/knowledge", "knowledge-found": "/knowledge?q=端末がE-502で動かない", "article": page,
        "knowledge-instead+": "/knowledge?q=端末&kind=refund", "article+": page, "article-version+": f"{page}/versions/{shown}",
        "article-edit+": f"{page}/edit", "article-draft": f"/knowledge/articles/new?case={case_id}",
        "article-missing": "/knowledge/articles/a_0", "review": "/knowledge/review", "figures": "/knowledge/figures", "import": "/knowledge/import", "export": "/knowledge/export", **await brought(shelf),
        "training+": "/knowledge/training", "case-article": f"/cases/{case_id}",
    }  # fmt: skip


async def brought(shelf: Library) -> dict[str, str]:
    """The pages of a file that is tried, half of which cannot be taken in."""
    row = "k{0},領収書の再発行は？ その {0},経理に伝えてください。\nk{0}x,,答えだけの行\n"
    file = ("id,question,answer\n" + "".join(row.format(n) for n in range(6))).encode()
    found = []
    for _ in range(2):
        begun = await shelf.known.post("/v1/imports", {"format": "csv", "dry_run": True})
        await shelf.known.http.put(f"/v1/imports/{begun['id']}/parts/0", content=file)
        await shelf.known.post(f"/v1/imports/{begun['id']}/start", {})
        found.append(f"/knowledge/import/{begun['id']}")
        if len(found) == 1:
            while await Mover(shelf.known.process.db, shelf.known.log.clock).step():
                pass
    return {"import-tried": found[0], "import-running": found[1]}


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("size", SIZES)
async def test_every_page_about_knowledge_is_sound(
    desk: Desk, database: Opened, tmp_path: Path, language: str, size: str
) -> None:
    found: dict[str, list[str]] = {}
    async with (
        office(desk, fill=False) as place,
        library(desk, database) as shelf,
        chromium(tmp_path, language=language) as browser,
    ):
        await browser.resize(*SIZES[size])
        await place.log_in(browser)
        for name, path in (await shelf_pages(shelf)).items():
            await browser.open(place.address + path)
            if name.endswith("+"):
                await browser.value(OPEN)
            found[name] = await look(browser, f"{name.rstrip('+')}{'-open' if '+' in name else ''}-{size}-{language}")
        await browser.open(f"{place.address}/knowledge")
        await browser.type("#q", "端末がとま")
        await browser.until("return !!document.querySelector('#proposals a')")
        found["proposals"] = await look(browser, f"knowledge-proposals-{size}-{language}")
        await browser.open(f"{place.address}/report?facts=端末が止まりました")
        await browser.value("document.getElementById('facts').dispatchEvent(new Event('input', { bubbles: true }))")
        await browser.until("return !!document.querySelector('#answers details')")
        await browser.value(OPEN)
        found["answers"] = await look(browser, f"report-answers-{size}-{language}")
        await browser.open(f"{place.address}/knowledge/articles/new")
        await browser.type("#phrasings", "長" * 201)
        await browser.click((await browser.all("main button[type=submit]"))[0])
        found["article-wrong"] = await look(browser, f"article-wrong-{size}-{language}")
    told = [f"{name}: {one}" for name, wrong in found.items() for one in wrong]
    assert told == [], "\n".join(told)


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("size", SIZES)
async def test_every_page_of_operations_is_sound(
    desk: Desk, kafka: str, tmp_path: Path, language: str, size: str
) -> None:
    found: dict[str, list[str]] = {}
    async with (
        office(desk, fill=False, timer_url="http://timer.test", watchdog_url="http://watchdog.test") as place,
        chromium(tmp_path, language=language) as browser,
    ):
        await browser.resize(*SIZES[size])
        await place.log_in(browser)

        async def seen(name: str, path: str) -> None:
            await browser.open(place.address + path)
            found[name] = await look(browser, f"{name}-{size}-{language}")

        desk.others.answer = well
        desk.door.settings = replace(desk.door.settings, kafka=kafka)
        await seen("operations", "/operations")
        noted_ = noted("c_01m80tsfphe99kg5qcb6bqxnc5", "折り返しは 090-1234-5678 佐藤さまへ <b>至急</b>")
        await park(desk.db, desk, "intake", (noted_, None), (noted("c_2", "x"), b'{"case_id": "c_2"}'))
        await seen("dead-letters", "/operations/dead-letters")
        await browser.click((await browser.all(".row a"))[-1])
        await browser.until("return location.pathname.split('/').length === 4 && document.readyState === 'complete'")
        found["dead-letter"] = await look(browser, f"dead-letter-{size}-{language}")
        desk.others.answer = unwell
        await seen("operations-unwell", "/operations")
        desk.door.settings = replace(desk.door.settings, kafka="127.0.0.1:1")
        await seen("dead-letters-away", "/operations/dead-letters")
        await seen("runbook", "/operations/runbooks/TasukiCanaryLate")
    told = [f"{name}: {one}" for name, wrong in found.items() for one in wrong]
    assert told == [], "\n".join(told)


async def look(browser: Browser, name: str) -> list[str]:
    """What is wrong with the page that is open; a picture of it where that is wanted."""
    if PICTURES:
        Path(PICTURES).mkdir(parents=True, exist_ok=True)
        (Path(PICTURES) / f"{name}.png").write_bytes(await browser.picture())
    size = await browser.value(FIRST_VIEW)
    heavy = [f"{size} bytes"] if size > 150_000 else []
    answer = next((status for page, status in ANSWERS.items() if name.startswith(page)), 200)
    return [*await accessible.wrong(browser, answer), *heavy]
