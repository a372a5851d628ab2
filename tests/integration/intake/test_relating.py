"""Two cases that have to do with each other: both tell of it to whoever may see both, and nothing else changes."""

import asyncio

import httpx
import pytest

from services.intake import relating
from tests.integration.intake.desk import Desk
from tests.integration.intake.exercise import begun
from tests.integration.intake.office import behind
from tests.integration.intake.people import log_in, send, words
from tests.integration.intake.teams import MARK, NOBODYS, case_of, theirs


@pytest.fixture(autouse=True)
def _behind(desk: Desk) -> None:
    desk.others.answer = behind


async def ask(desk: Desk, method: str, case_id: str, other: object = "", token: str = "") -> httpx.Response:
    path = f"/v1/cases/{case_id}/related" + (f"/{other}" if other else "")
    return await desk.client.request(method, path, headers={"authorization": f"Bearer {token or desk.token}"})


def ids(answer: httpx.Response) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [row["id"] for row in answer.json()["data"]]


async def number(desk: Desk, case_id: str) -> int:
    return int((await desk.get(f"/v1/cases/{case_id}")).json()["number"])


async def test_both_tell_of_it_and_nobody_is_asked_because_of_it(desk: Desk) -> None:
    one, other = await case_of(desk, "sre"), await case_of(desk, "billing")
    await desk.act(other, "resolve", handling="x", result="x")
    await desk.log.drain()
    said, view = len(desk.log.said), (await desk.get(f"/v1/cases/{one}")).json()
    for ref in (await number(desk, other), other):
        assert ids(await ask(desk, "PUT", one, ref)) == [other]
    assert ids(await ask(desk, "GET", other)) == [one]
    await desk.log.drain()
    assert len(desk.log.said) == said
    assert (await desk.get(f"/v1/cases/{one}")).json() == view
    async with desk.db.reading() as tx:
        recorded = await tx.fetch(
            "SELECT object FROM audit WHERE entry LIKE '%\"case.related\"%' ORDER BY id DESC LIMIT 3"
        )
    assert {row["object"] for row in recorded[:2]} == {one, other}
    assert len({row["object"] for row in recorded}) in (2, 3), "once for each, however often it is said"
    assert ids(await ask(desk, "DELETE", other, await number(desk, one))) == []
    assert ids(await ask(desk, "GET", one)) == []
    assert ids(await ask(desk, "DELETE", other, one)) == []


async def test_what_cannot_be_is_refused(desk: Desk) -> None:
    drill = await begun(desk)
    one = await case_of(desk, "billing")
    for other, status, code in (
        (one, 422, "related-to-itself"), (NOBODYS, 422, "no-such-case"), (999_999, 422, "no-such-case"), ("髙﨑①", 422, "no-such-case"),
        ("9" * 60, 422, "no-such-case"), (drill["case_id"], 422, "drill-alone"),
    ):  # fmt: skip
        answer = await ask(desk, "PUT", one, other)
        assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert await desk.count("relations") == 0


async def test_no_case_gets_more_relations_than_it_may_have_however_they_come(desk: Desk) -> None:
    one, *others = [await case_of(desk, "sre") for _ in range(6)]
    known = "INSERT INTO relations SELECT $1, $1 || n, 'x', 'x', now() FROM generate_series(1, $2) AS n"
    async with desk.db.transaction() as tx:
        await tx.execute(known, one, relating.MOST - 2)
    answers = await asyncio.gather(*(ask(desk, "PUT", one, other) for other in others))
    assert sorted(a.status_code for a in answers) == [200, 200, 409, 409, 409]
    assert len(ids(await ask(desk, "GET", one))) == 2
    assert await desk.count("relations") == relating.MOST


async def test_a_wall_hides_the_other_case_and_what_it_has_to_do_with(desk: Desk) -> None:
    plain, secret, _ = await theirs(desk)
    ours = await case_of(desk, "support")
    for other in (plain, secret):
        assert (await ask(desk, "PUT", ours, other)).status_code == 200
    token = await desk.token_for("ours", "all", None, ("leader", "support"))
    assert ids(await ask(desk, "GET", ours, token=token)) == []
    for method in ("PUT", "DELETE"):
        refused = await ask(desk, method, ours, plain, token)
        assert (refused.status_code, refused.json()["code"]) == (422, "no-such-case"), "as if there were none"
    for method in ("GET", "PUT", "DELETE"):
        assert (await ask(desk, method, plain, "" if method == "GET" else ours, token)).status_code == 404
    working = await desk.token_for("both", "all", None, ("responder", "support"), ("responder", "payments"))
    assert ids(await ask(desk, "GET", ours, token=working)) == [plain], "a restricted one is for who leads"
    watching = await desk.token_for("auditor", "all", None, ("auditor", "*"))
    assert ids(await ask(desk, "GET", ours, token=watching)) == [plain]
    assert (await ask(desk, "DELETE", ours, plain, watching)).status_code == 403
    reading = await desk.token_for("half", "all", None, ("responder", "support"), ("auditor", "payments"))
    assert (await ask(desk, "DELETE", ours, plain, reading)).status_code == 403, "both are to be theirs to change"
    assert await desk.count("relations") == 2
    browser = await log_in(desk, "mai", ("leader", "support"))
    assert MARK in (page := (await browser.get(f"/cases/{ours}")).text), "their own case has it in its facts"
    assert f"No. {await number(desk, plain)}" not in page


async def test_on_the_page_it_is_said_and_taken_back_by_forms(desk: Desk) -> None:
    one, other = await case_of(desk, "sre"), await case_of(desk, "sre", title="髙﨑①㈱🔥 <b>別の報告</b>")
    numbers = [await number(desk, id_) for id_ in (one, other)]
    browser = await log_in(desk, "sato.hanako", ("responder", "sre"))
    here, there = (f"/cases/{number}" for number in numbers)
    wrong = await send(browser, here, f"{here}/related", other="99999999")
    assert (wrong.status_code, "この番号の案件が見つかりません" in words(wrong)) == (422, True)
    assert 'value="99999999"' in wrong.text
    answer = await send(browser, here, f"{here}/related", other=f"Ｎｏ．{numbers[1]}")
    assert (answer.status_code, answer.headers["location"]) == (303, f"{here}?done=relate")
    page = await browser.get(answer.headers["location"])
    assert "関連する案件を加えました" in words(page)
    assert f'href="{there}">No. {numbers[1]} 髙﨑①㈱🔥 &lt;b&gt;別の報告&lt;/b&gt;' in page.text
    assert f'href="{here}">No. {numbers[0]}' in (await browser.get(there)).text
    answer = await send(browser, there, f"{there}/related/remove", other=str(numbers[0]))
    assert (answer.status_code, answer.headers["location"]) == (303, f"{there}?done=unrelate")
    assert f'href="{there}">No.' not in (await browser.get(here)).text
    watching = await log_in(desk, "rei", ("auditor", "sre"))
    assert "/related" not in (await watching.get(here)).text
    assert (await send(watching, here, f"{here}/related", other=str(numbers[1]))).status_code == 403
