"""The operations page and the dead letters: really parked, really replayed, and each part of the page missing alone."""

import asyncio
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from shared.contracts.events import CaseSubmitted
from shared.contracts.topics import CASES
from shared.runtime.db import Database
from tests.integration.browser import chromium
from tests.integration.intake.desk import Desk
from tests.integration.intake.office import office
from tests.integration.intake.parking import noted, park, published
from tests.integration.intake.people import log_in, send, words
from tests.integration.intake.running_pager import unwell, well

PATH = "/operations/dead-letters"
PHONE = "090-1234-5678"


async def letters(desk: Desk, key: str) -> list[dict[str, Any]]:
    """The dead letters about a case, the newest first."""
    listed = (await desk.get("/v1/operations/dead-letters")).raise_for_status().json()["data"]
    return [one for one in listed if one["key"] == key]


async def audited(desk: Desk, action: str) -> list[dict[str, Any]]:
    lines = (await desk.get("/v1/audit?limit=200")).json()["data"]
    return [line for line in lines if line["action"] == f"dead-letter.{action}"]


async def test_a_record_of_ours_is_read_and_handled_once_however_often_that_is_asked(
    desk: Desk, kept: Database
) -> None:
    case_id = (await desk.submit())["id"]
    await desk.log.drain()
    await park(desk.db, desk, "intake", (noted(case_id, f"折り返しは {PHONE} 佐藤"), None), bug=f"at {PHONE}")
    (one,) = await letters(desk, case_id)
    assert (one["service"], one["topic"], one["type"], one["settled"]) == ("intake", CASES, "case.noted.v1", False)
    assert "LookupError: at" in one["reason"]
    assert PHONE not in one["reason"]
    path = f"/v1/operations/dead-letters/{one['place']}"
    read = (await desk.get(path)).json()
    assert "折り返しは" in read["body"]
    assert PHONE not in read["body"]
    assert read["headers"]["ce_subject"] == case_id
    for verdict in ("handled", "known", "known"):
        assert (await desk.post(f"{path}/replay")).json() == {"place": one["place"], "verdict": verdict, "reason": ""}
    lines = (await desk.get(f"/v1/cases/{case_id}/timeline")).json()["data"]
    assert [line["type"] for line in lines].count("case.noted.v1") == 1
    (after,) = await letters(desk, case_id)
    assert (after["settled"], [done["verdict"] for done in after["done"]]) == (True, ["handled"])
    seen = await audited(desk, "replayed")
    assert [(line["actor"], line["detail"]["verdict"]) for line in seen] == [("crm", "handled")]
    assert len(await audited(desk, "seen")) == 1


async def test_two_at_once_are_one_and_the_audit_remembers_for_longer_than_the_inbox(
    desk: Desk, kept: Database
) -> None:
    case_id = (await desk.submit())["id"]
    await desk.log.drain()
    await park(desk.db, desk, "intake", (noted(case_id, "一度だけ"), None))
    (one,) = await letters(desk, case_id)
    asked = f"/v1/operations/dead-letters/{one['place']}/replay"
    both = await asyncio.gather(desk.post(asked), desk.post(asked))
    assert "handled" in {answer.json()["verdict"] for answer in both} <= {"handled", "known"}
    await desk.db.pool.execute("DELETE FROM inbox")
    assert (await desk.post(asked)).json()["verdict"] == "known"
    lines = (await desk.get(f"/v1/cases/{case_id}/timeline")).json()["data"]
    assert [line["type"] for line in lines].count("case.noted.v1") == 1


async def test_another_service_is_asked_by_the_console_and_the_page_says_who_did_it(desk: Desk, kept: Database) -> None:
    by = {"kind": "person", "id": "mai", "name": "舞"}
    report = {"facts": "髙﨑①㈱🔥 <script>alert(1)</script>"}
    told = {"case_id": "c_timer_one", "by": by, "number": 1, "report": report, "source": "t"}
    await park(kept, desk, "timer", (CaseSubmitted.model_validate(told), None))
    (one,) = await letters(desk, "c_timer_one")
    browser = await log_in(desk)
    listed = words(await browser.get(PATH))
    assert "timer · case.submitted.v1" in listed
    assert "timer の case.submitted.v1（1 件）を処理し直す" in listed
    page = f"{PATH}/{one['place']}"
    shown = await browser.get(page)
    assert "<script>alert" not in shown.text
    assert "髙﨑①㈱🔥" in shown.text
    answer = await send(browser, page, f"{page}/again")
    assert answer.headers["location"] == f"{page}?done=handled"
    assert "処理しました。 対応済み" in words(await browser.get(answer.headers["location"]))
    answer = await send(browser, page, f"{page}/again")
    assert "すでに処理済みでした" in words(await browser.get(answer.headers["location"]))
    assert "sato が処理し直しました" in words(await browser.get(page))
    assert await kept.pool.fetchval("SELECT count(*) FROM open_cases WHERE case_id = 'c_timer_one'") == 1


async def test_one_that_still_cannot_be_handled_stays_open_and_says_why(desk: Desk, kept: Database) -> None:
    await park(kept, desk, "timer", (noted("c_poison", "x"), b'{"case_id": "c_poison"}'))
    (one,) = await letters(desk, "c_poison")
    browser, page = await log_in(desk), f"{PATH}/{one['place']}"
    answer = await send(browser, page, f"{page}/again")
    assert answer.status_code == 409
    assert "まだ処理できません。case.noted.v1 does not fit its schema" in words(answer)
    assert not (await letters(desk, "c_poison"))[0]["settled"]
    answer = await send(browser, page, f"{page}/dismiss")
    assert "対応不要にしました" in words(await browser.get(answer.headers["location"]))
    (after,) = await letters(desk, "c_poison")
    assert [done["verdict"] for done in after["done"]] == ["refused", "dismissed"]
    assert after["settled"]


async def test_all_of_a_kind_go_in_the_order_of_the_log(desk: Desk, kept: Database) -> None:
    case_id = (await desk.submit())["id"]
    await desk.log.drain()
    await park(desk.db, desk, "intake", *((noted(case_id, f"第{n}報"), None) for n in range(3)))
    offsets = {one["place"]: one["offset"] for one in await letters(desk, case_id)}
    kind = {"service": "intake", "type": "case.noted.v1"}
    came = (await desk.post("/v1/operations/dead-letters/replay", kind)).json()["data"]
    mine = [offsets[one["place"]] for one in came if one["place"] in offsets]
    assert (mine, {one["verdict"] for one in came}) == (sorted(offsets.values()), {"handled"})
    texts = [line["text"] for line in (await desk.get(f"/v1/cases/{case_id}/timeline")).json()["data"]]
    assert sorted(re.findall(r"第\d報", " ".join(texts))) == ["第0報", "第1報", "第2報"]
    answer = await send(await log_in(desk), PATH, f"{PATH}/again", **kind)
    assert answer.headers["location"] == f"{PATH}?handled=0&known=0&refused=0"


async def test_a_service_that_is_away_is_told_and_written_down(desk: Desk, kept: Database) -> None:
    await park(kept, desk, "timer", (noted("c_away", "x"), None))
    (one,) = await letters(desk, "c_away")
    desk.door.settings = replace(desk.door.settings, timer_url="http://127.0.0.1:1")
    desk.door.http = httpx.AsyncClient()
    answer = await desk.post(f"/v1/operations/dead-letters/{one['place']}/replay")
    assert (answer.status_code, answer.json()["code"]) == (502, "upstream-away")
    (after,) = await letters(desk, "c_away")
    assert (after["settled"], after["done"][0]["verdict"]) == (False, "unanswered")


async def test_the_page_tells_of_every_part_and_what_is_open_stands_on_top(desk: Desk, kept: Database) -> None:
    await park(kept, desk, "timer", (noted("c_open", "x"), None))
    seen = words(await (await log_in(desk)).get("/operations"))
    assert "人の対応が必要です" in seen
    assert "処理できなかった記録が" in seen
    assert seen.index("人の対応が必要です") < seen.index("サービス 状態")
    told = (await desk.get("/v1/operations")).json()["standing"]
    by_name = {one["name"]: one for one in told["services"]}
    assert by_name["timer"]["vitals"]["version"] == "0.1.0"
    assert by_name["timer"]["behind"] == {"waiting": 0, "oldest": None}
    assert told["punctuality"]["unattended"] == 0
    assert told["dead_letters"]["open"] >= 1


async def test_what_a_service_has_not_read_is_told_with_its_age_though_it_is_stopped(
    desk: Desk, kept: Database, kafka: str
) -> None:
    await desk.submit()
    await published(desk.db, kafka)
    told = (await desk.get("/v1/operations")).json()
    assert told["standing"]["public_url"] == desk.door.settings.public_url
    for one in told["standing"]["services"]:
        assert one["behind"]["waiting"] == 1
        assert one["behind"]["oldest"]


async def test_each_part_is_missing_alone_and_the_page_comes_all_the_same(desk: Desk) -> None:
    desk.door.settings = replace(desk.door.settings, kafka="127.0.0.1:1", watchdog_url="http://watchdog.test")

    def away(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("nobody is there")

    desk.others.answer = away
    browser = await log_in(desk)
    answer = await browser.get("/operations")
    assert answer.status_code == 200
    seen = words(answer)
    missing = (
        "router に聞けません", "timer に聞けません。", "notifier に聞けません。", "Kafka に聞けません", "監視プロセスに聞けません",
    )  # fmt: skip
    for part in missing:
        assert part in seen, part
    assert "intake 準備完了" in seen
    assert (await browser.get(PATH)).status_code == 503
    assert (await desk.get("/v1/operations/dead-letters")).json()["code"] == "kafka-away"


async def test_only_who_administers_every_team_sees_it(desk: Desk) -> None:
    for grant in (("responder", "*"), ("leader", "*"), ("manager", "*"), ("auditor", "*"), ("admin", "sre")):
        browser = await log_in(desk, "mai", grant)
        for path in ("/operations", "/operations/now", PATH, f"{PATH}/0-0", "/operations/runbooks/TasukiClockWrong"):
            assert (await browser.get(path)).status_code == 403, (grant, path)
        assert "/operations" not in (await browser.get("/duty")).text
        token = await desk.token_for(f"{grant[0]}-{grant[1] == '*'}", "all", None, grant)
        for path in ("", "/dead-letters", "/dead-letters/0-0"):
            assert (await desk.get(f"/v1/operations{path}", token=token)).status_code == 403
        for path in ("replay", "0-0/replay", "0-0/dismiss"):
            answer = await desk.post(f"/v1/operations/dead-letters/{path}", {"service": "timer", "type": "x"}, token)
            assert answer.status_code == 403
    assert (await desk.client.get("/operations")).headers["location"].startswith("/login")


async def test_a_form_of_another_site_replays_nothing(desk: Desk, kept: Database) -> None:
    await park(kept, desk, "timer", (noted("c_forged", "x"), None))
    (one,) = await letters(desk, "c_forged")
    browser = await log_in(desk)
    for path in (f"{PATH}/{one['place']}/again", f"{PATH}/{one['place']}/dismiss", f"{PATH}/again"):
        assert (await browser.post(path, data={"csrf": "x"})).status_code == 403
    assert (await letters(desk, "c_forged"))[0]["done"] == []


@pytest.mark.parametrize("place", ["0-999999999", "99-0", "x", "0-0-0"])
async def test_a_dead_letter_that_is_not_there_is_none(desk: Desk, kept: Database, place: str) -> None:
    assert (await desk.get(f"/v1/operations/dead-letters/{place}")).status_code in (404, 422)
    assert (await (await log_in(desk)).get(f"{PATH}/{place}")).status_code == 404


async def test_runbooks_are_read_in_the_readers_language(desk: Desk) -> None:
    browser = await log_in(desk)
    assert "まずすること" in words(await browser.get("/operations/runbooks/TasukiClockWrong"))
    assert "First" in words(await browser.get("/operations/runbooks/TasukiClockWrong?lang=en"))
    assert (await browser.get("/operations/runbooks/..%2f..%2fREADME")).status_code == 404


async def test_figures_come_anew_by_themselves_and_a_lost_line_is_said(desk: Desk, kafka: str, tmp_path: Path) -> None:
    again = "document.dispatchEvent(new Event('visibilitychange'))"
    around = {"timer_url": "http://timer.test", "watchdog_url": "http://watchdog.test", "kafka": kafka}
    async with office(desk, fill=False, **around) as place, chromium(tmp_path, language="ja") as browser:
        await place.log_in(browser)
        desk.others.answer = well
        await browser.open(f"{place.address}/operations")
        assert await browser.value("return !document.body.textContent.includes('twilio')")
        desk.others.answer = unwell
        await browser.value(again)
        await browser.until("return document.querySelector('.needs')?.textContent.includes('twilio')")
        assert await browser.value("return document.getElementById('alarm').textContent.includes('人の対応が必要です')")
        await browser.value(
            "return fetch('/logout', { method: 'POST', body: new URLSearchParams(new FormData(document.querySelector('.me form'))) }).then(() => 1)"
        )
        await browser.value(again)
        await browser.until("return document.getElementById('state').className === 'state lost'")
        assert await browser.value("return document.querySelector('.needs').textContent.includes('twilio')")


async def test_a_way_that_fails_is_called_as_people_call_it(desk: Desk) -> None:
    desk.others.answer = unwell
    assert "電話の 2 割以上が失敗しています（22 件）" in words(await (await log_in(desk)).get("/operations"))
