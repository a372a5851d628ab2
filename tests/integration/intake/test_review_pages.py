"""The review: for who sees the cases of all teams, with what can be had, as a page and for a spreadsheet."""

import json
import re
from datetime import timedelta

import httpx
import pytest

from tests.integration.intake.desk import Desk
from tests.integration.intake.office import behind
from tests.integration.intake.people import log_in, words
from tests.integration.intake.teams import case_of
from tests.integration.log import T0


@pytest.fixture(autouse=True)
def _behind(desk: Desk) -> None:
    desk.others.answer = behind


async def test_what_is_of_all_teams_is_for_who_sees_all_cases(desk: Desk) -> None:
    for grant in (("responder", "*"), ("admin", "*")):
        browser = await log_in(desk, "mai", grant)
        for path in ("/review", "/review.csv", "/review/cases"):
            assert (await browser.get(path)).status_code == 403
    browser = await log_in(desk, "rei", ("manager", "*"))
    seen = words(await browser.get("/review?days=90"))
    for part in ("P1 初回応答 12 3", "refund-to-manager 7 2 1", "2026-11-23 12 40", "=設定ミス 8"):
        assert part in seen, part
    asked = {one.url.path: one for one in desk.others.asked}
    assert asked["/v1/policy/review"].url.params["days"] == "90"
    assert dict(asked["/v1/figures"].url.params) == {"since": "2026-08-27", "until": "2026-11-24"}
    assert json.loads(asked["/v1/figures"].headers["tasuki-reader"])["leads"] == ["*"]
    saved = await browser.get("/review.csv")
    assert saved.headers["content-type"] == "text/csv; charset=utf-8"
    assert "cause,'=設定ミス,8,cases" in saved.text


async def test_a_leader_finds_the_figures_of_their_team_and_the_cases_behind(desk: Desk) -> None:
    desk.clock.at = T0
    cases = [await case_of(desk, team, kind="outage") for team in ("sre", "sre", "billing")]
    desk.clock.at = T0 + timedelta(minutes=3, seconds=20)
    await desk.act(cases[0], "acknowledge")
    await desk.log.drain()
    desk.others.asked.clear()
    browser = await log_in(desk, "mai", ("leader", "sre"))
    page = await browser.get("/review?since=2026-11-01&until=2026-11-24&by=month")
    seen = words(page)
    for part in (
        "報告された案件 2 件 前の期間 0 件",
        "応答まで（中央値） 3分 20秒 前の期間 ― · 1 件の値",
        "P1 2 3分 20秒 3分 20秒 ― ― 0 0 0",
    ):
        assert part in seen, (part, seen)
    assert "2026-11-01 2 2" in seen
    assert {one.url.path for one in desk.others.asked} == {"/v1/schedules", "/v1/on-duty"}, (
        "others know no walls, and are not asked"
    )
    link = next(link for link in re.findall(r'href="(/review/cases[^"]*)"', page.text) if "answered" in link)
    found = await browser.get(link.replace("&amp;", "&"))
    assert "応答までの時間" in words(found)
    assert f'href="/cases/{(await desk.get(f"/v1/cases/{cases[0]}")).json()["number"]}"' in found.text
    assert found.text.count('href="/cases/') == 1
    saved = (await browser.get("/review.csv?since=2026-11-01&until=2026-11-24&by=month")).text
    for line in (
        "all.acknowledged.p50,,200,seconds",
        "team.cases,sre,2,cases",
        "month.cases,2026-11-01 outage,2,cases",
    ):
        assert line in saved
    assert "billing" not in saved + page.text + found.text


async def test_what_cannot_be_had_is_left_out(desk: Desk) -> None:
    browser = await log_in(desk, "rei", ("leader", "*"))

    def half(request: httpx.Request) -> httpx.Response:
        return httpx.Response(503) if request.url.host == "router.test" else behind(request)

    desk.others.answer = half
    seen = words(await browser.get("/review"))
    assert "いまは表示できません" in seen
    assert "2026-11-23 12 40" in seen
