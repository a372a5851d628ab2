"""A mistyped address, a wrong method, too much, too often, a fault: a page with a way on in a browser, a problem for a program."""

import re

import httpx
import pytest

from services.intake import admission
from tests.integration.intake.desk import Desk
from tests.integration.intake.people import SITE, fresh, log_in, words

BROWSER = {"accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
NOWHERE = (
    "/foo",
    "/report/unknown",
    "/nope/<script>alert(1)</script>",
    "/cases/1/2/3",
    "/admin/nothing",
    "/r",
    "//evil.example/x",
    "/%00",
)


def is_page(answer: httpx.Response, status: int, said: str) -> None:
    """It is a page of ours that says this, offers ways on, and tells nothing of what is behind."""
    assert (answer.status_code, answer.headers["content-type"]) == (status, "text/html; charset=utf-8")
    assert said in words(answer), words(answer)
    assert 'href="/report"' in answer.text
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert not re.search(r"Traceback|Error\(|services/|asyncpg|<script>|evil\.example", answer.text)


@pytest.mark.parametrize("path", NOWHERE)
async def test_a_mistyped_address_is_a_page_in_a_browser_and_a_problem_for_a_program(desk: Desk, path: str) -> None:
    nobody, sato = fresh(desk), await log_in(desk, "sato", ("leader", "*"))
    for browser in (nobody, sato):
        answer = await browser.get(path, headers=BROWSER)
        is_page(answer, 404, "見つかりません")
        assert ('href="/knowledge"' in answer.text) is (browser is sato)
        is_page(await browser.get(path, headers={**BROWSER, "accept-language": "en"}), 404, "There is nothing here")
    for accept in ("application/json", "*/*"):
        told = await nobody.get(path, headers={"accept": accept})
        if not path.startswith(("/cases", "/admin")):
            assert (told.status_code, told.headers["content-type"]) == (404, "application/problem+json")
    assert (await nobody.get("/v1/nothing", headers=BROWSER)).headers["content-type"] == "application/problem+json"


async def test_a_case_that_may_not_be_seen_looks_like_one_that_is_not_there(desk: Desk) -> None:
    secret = await desk.submit(kind="harassment")
    outsider, nobody = await log_in(desk, "mai", ("responder", "sre")), fresh(desk)

    async def told(browser: httpx.AsyncClient, ref: object) -> tuple[int, str]:
        answer = await browser.get(f"/cases/{ref}", headers=BROWSER)
        return answer.status_code, answer.text.replace(f"/cases/{ref}", "it")

    for ref, other in ((secret["number"], 999_999), (secret["id"], "c_01m80tsfphe99kg5qcb6bqxnc5")):
        assert await told(outsider, ref) == await told(outsider, other)
    assert (await told(outsider, "nope"))[0] == 404
    for ref in (secret["number"], 999_999):
        gone = await nobody.get(f"/cases/{ref}", headers=BROWSER)
        assert (gone.status_code, gone.headers["location"]) == (303, f"/login?next=/cases/{ref}")


async def test_a_wrong_method_and_too_much_are_pages(desk: Desk) -> None:
    browser = await log_in(desk)
    is_page(await browser.delete("/report", headers=BROWSER), 405, "この操作はここではできません")
    large = await browser.post("/me/language", content=b"x" * 300_000, headers={**BROWSER, **SITE})
    is_page(large, 413, "256 KB まで")
    program = await browser.post("/me/language", content=b"x" * 300_000, headers=SITE)
    assert program.json()["code"] == "too-large"


async def test_a_fault_and_a_lost_database_are_pages_that_tell_nothing_of_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = await log_in(desk)
    monkeypatch.setitem(admission.SQL, "grants_of_people", "SELECT 1 / 0 WHERE $1::text IS NULL")
    answer = await browser.get("/admin/access", headers={**BROWSER, "accept-language": "en"})
    is_page(answer, 503, "Not possible right now")
    assert "division" not in answer.text
    assert answer.headers["retry-after"] == "2"
    assert 'href="/admin/access"' in answer.text
    await desk.lose_the_database()
    for path in ("/admin/access", "/cases", "/"):
        gone = await browser.get(path, headers=BROWSER)
        assert (gone.status_code, gone.headers["content-type"][:9]) == (503, "text/html"), path
        assert "処理できません" in words(gone) or "表示できません" in words(gone)
    program = await desk.client.get("/v1/cases", headers={"authorization": f"Bearer {desk.token}"})
    assert (program.status_code, program.json()["code"]) == (503, "unavailable")
