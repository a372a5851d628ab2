"""Drills in the console: planned by who leads, told of to the team, read by who may, and marked wherever the case is seen."""

from datetime import timedelta

import httpx
import pytest

from services.intake.drilling import Drilling
from shared.contracts.vocabulary import Outcome
from tests.integration.intake.desk import Desk, hidden, link
from tests.integration.intake.exercise import ask, attempted, begun, planned, shown
from tests.integration.intake.office import behind
from tests.integration.intake.people import SITE, log_in, send, words
from tests.integration.intake.rota import SATO, TAKAHASHI

BANNER = "これは訓練です。修理やお客様への連絡は要りません。"
FORM = {"team": "sre", "scenario": "outage", "minutes": "10"}


@pytest.fixture
def office(desk: Desk) -> Desk:
    desk.others.answer = behind
    return desk


async def sent(browser: httpx.AsyncClient, **fields: str) -> httpx.Response:
    """Send the form of the page with what stands hidden on it."""
    page = (await browser.get("/drills")).text
    given = {"csrf": hidden(page, "csrf"), "key": hidden(page, "key"), **FORM, **fields}
    return await browser.post("/drills", data=given, headers=SITE)


async def test_a_leader_plans_one_and_pressing_twice_plans_one(office: Desk) -> None:
    browser = await log_in(office, "sato.hanako", ("leader", "sre"))
    page = (await browser.get("/drills")).text
    assert ('<option value="sre"' in page, '<option value="billing"' in page) == (True, False)
    given = {"csrf": hidden(page, "csrf"), "key": hidden(page, "key"), **FORM, "title": "髙﨑①㈱🔥 <b>想定</b>"}
    first, second = [await browser.post("/drills", data=given, headers=SITE) for _ in range(2)]
    assert (first.status_code, first.headers["location"]) == (303, second.headers["location"])
    assert await office.count("drills") == 1
    one = await browser.get(first.headers["location"])
    assert "訓練を登録しました。" in one.text
    assert "髙﨑①㈱🔥 &lt;b&gt;想定&lt;/b&gt;" in one.text


@pytest.mark.parametrize(
    ("fields", "status", "said"),
    [
        ({"minutes": "0"}, 422, "1〜240 分の整数"),
        ({"minutes": "x"}, 422, "1〜240 分の整数"),
        ({"title": "あ" * 161}, 422, "160 文字まで"),
        ({"starts_at": "someday"}, 422, ""),
        ({"starts_at": "2020-01-01T10:00"}, 422, "開始の日時が過ぎています。"),
        ({"scenario": "war"}, 422, "内容を確かめてください。"),
        ({"team": "gone"}, 403, ""),
        ({"team": "billing"}, 403, ""),
    ],
)
async def test_what_does_not_fit_is_said_and_what_was_typed_stays(
    office: Desk, fields: dict[str, str], status: int, said: str
) -> None:
    browser = await log_in(office, "sato.hanako", ("leader", "sre"))
    answer = await sent(browser, **{"facts": "消えてはいけない文", **fields})
    assert answer.status_code == status
    assert said in words(answer)
    assert "消えてはいけない文" in answer.text
    assert await office.count("drills") == 0


async def test_whoever_neither_leads_nor_administers_gets_no_form_and_plans_none(office: Desk) -> None:
    browser = await log_in(office, "yamada.kyoko", ("responder", "sre"))
    page = (await browser.get("/drills")).text
    assert 'name="scenario"' not in page
    csrf = hidden(page, "csrf")
    answer = await browser.post("/drills", data={"csrf": csrf, "key": "0" * 32, **FORM}, headers=SITE)
    assert answer.status_code == 403
    forged = await browser.post("/drills", data={"csrf": "x", "key": "0" * 32, **FORM}, headers=SITE)
    assert (forged.status_code, await office.count("drills")) == (403, 0)


async def test_an_announced_one_is_told_of_to_its_team_alone(office: Desk) -> None:
    later = (office.clock.now() + timedelta(hours=1)).isoformat()
    told = await planned(office, key="told", starts_at=later, announced=True, title="髙﨑①㈱🔥")
    await planned(office, key="secret", starts_at=later, title="秘密の訓練")
    member = await log_in(office, "yamada.kyoko", ("responder", "sre"))
    other = await log_in(office, "takahashi.ken", ("leader", "billing"))
    for path in ("/cases", "/duty"):
        page = (await member.get(path)).text
        assert "訓練の予告：" in page
        assert ("髙﨑①㈱🔥" in page, "秘密の訓練" in page) == (True, False)
        assert "訓練の予告" not in (await other.get(path)).text
    assert (await other.get(f"/drills/{told['id']}")).status_code == 404


async def test_the_report_is_read_by_the_team_once_it_is_over_and_can_be_kept(office: Desk) -> None:
    one = await begun(office)
    await ask(office, one["case_id"], SATO, TAKAHASHI)
    await attempted(office, one["case_id"], TAKAHASHI, Outcome.FAILED, "busy")
    member = await log_in(office, "yamada.kyoko", ("responder", "sre"))
    page = f"/drills/{one['id']}"
    assert (await member.get(page)).status_code == 404
    leader = await log_in(office, "sato.hanako", ("leader", "sre"))
    assert "訓練中です。" in (await leader.get(f"{page}/now")).text
    stopped = await send(leader, page, f"{page}/stop")
    assert stopped.headers["location"] == f"{page}?done=stopped"
    told = words(await member.get(page))
    assert "途中で止めました（佐藤 花子）。" in told
    assert "髙橋 健①さんの電話に届きませんでした（話し中でした）。" in told
    assert f'href="/cases/{one["number"]}"' in (await member.get(page)).text
    kept = await member.get(f"{page}.md")
    assert kept.headers["content-disposition"] == f'attachment; filename="drill-{one["id"]}.md"'
    assert "# 訓練の報告" in kept.text
    admin = await log_in(office, "ito.sakura", ("admin", "sre"))
    assert f'href="/cases/{one["number"]}"' not in (await admin.get(page)).text
    assert (await shown(office, one["id"]))["state"] == "ended"


async def test_the_case_and_the_page_of_the_link_say_that_it_is_a_drill(office: Desk) -> None:
    one, real = await begun(office), await office.submit(title="実際の案件")
    await ask(office, one["case_id"], SATO)
    await office.log.drain()
    leader = await log_in(office, "sato.hanako", ("leader", "*"))
    for case, is_drill in ((one, True), (real, False)):
        assert (BANNER in (await leader.get(f"/cases/{case['number']}")).text) == is_drill
    page = await office.client.get(link(office, one["case_id"], SATO.id, round_=1))
    assert BANNER in page.text
    assert "【訓練】" in page.text
    await office.act(one["case_id"], "acknowledge", by=SATO.id)
    await office.log.drain()
    await Drilling(office.door).once()
    done = (await leader.get(f"/cases/{one['number']}")).text
    assert "/knowledge/articles/new" not in done.partition("columns")[0]
