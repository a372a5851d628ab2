"""The review: for who sees the cases of all teams, with what can be had, as a page and for a spreadsheet."""

import json

import httpx
import pytest

from tests.integration.intake.desk import Desk
from tests.integration.intake.office import behind
from tests.integration.intake.people import log_in, words


@pytest.fixture(autouse=True)
def _behind(desk: Desk) -> None:
    desk.others.answer = behind


async def test_figures_are_for_who_sees_all_cases(desk: Desk) -> None:
    for grant in (("leader", "sre"), ("responder", "*"), ("admin", "*")):
        browser = await log_in(desk, "mai", grant)
        assert (await browser.get("/review")).status_code == 403
        assert (await browser.get("/review.csv")).status_code == 403
    browser = await log_in(desk, "rei", ("manager", "*"))
    seen = words(await browser.get("/review?days=90"))
    for part in ("P1 初回応答 12 3", "佐藤 花子 19 4", "refund-to-manager 7 2 1", "2026-11-23 12 40", "=設定ミス 8"):
        assert part in seen, part
    asked = {one.url.path: one for one in desk.others.asked}
    assert asked["/v1/policy/review"].url.params["days"] == "90"
    assert json.loads(asked["/v1/figures"].headers["tasuki-reader"])["leads"] == ["*"]
    saved = await browser.get("/review.csv")
    assert saved.headers["content-type"] == "text/csv; charset=utf-8"
    assert "cause,'=設定ミス,8" in saved.text


async def test_what_cannot_be_had_is_left_out(desk: Desk) -> None:
    browser = await log_in(desk, "rei", ("leader", "*"))

    def half(request: httpx.Request) -> httpx.Response:
        return httpx.Response(503) if request.url.host == "router.test" else behind(request)

    desk.others.answer = half
    seen = words(await browser.get("/review"))
    assert "いまは表示できません" in seen
    assert "2026-11-23 12 40" in seen
