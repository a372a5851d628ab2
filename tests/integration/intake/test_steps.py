"""The steps of a case: written once, ticked by whom and when, seen by who works on it, and nothing else changes by them."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from services.intake import steps
from tests.integration.intake.desk import Desk, hidden
from tests.integration.intake.office import behind
from tests.integration.intake.people import SITE, log_in, send, words
from tests.integration.intake.teams import MARK, case_of, theirs

KEY = "0123456789abcdef" * 2
PHONE = "090-1234-5678"


@pytest.fixture(autouse=True)
def _behind(desk: Desk) -> None:
    desk.others.answer = behind


async def ask(desk: Desk, method: str, path: str, token: str = "", **more: Any) -> httpx.Response:
    headers = {"authorization": f"Bearer {token or desk.token}", **more.pop("headers", {})}
    return await desk.client.request(method, f"/v1/cases/{path}", headers=headers, **more)


def told(answer: httpx.Response) -> list[tuple[str, str]]:
    assert answer.status_code == 200, answer.text
    return [(step["text"], step["done_by"]) for step in answer.json()["data"]]


async def test_steps_are_written_once_ticked_and_taken_back_and_nobody_is_asked(desk: Desk) -> None:
    case = await case_of(desk, "sre")
    view, once = (await desk.get(f"/v1/cases/{case}")).json(), {"idempotency-key": "k"}
    for _ in range(2):
        answer = await ask(
            desk, "POST", f"{case}/steps", json={"texts": ["髙﨑①㈱🔥 再起動", "  確か める  "]}, headers=once
        )
        assert told(answer) == [("髙﨑①㈱🔥 再起動", ""), ("確か める", "")]
    first, second = [step["id"] for step in answer.json()["data"]]
    await ask(desk, "POST", f"{case}/steps/{first}/done")
    refused = await ask(desk, "DELETE", f"{case}/steps/{first}")
    assert (refused.status_code, refused.json()["code"]) == (409, "step-done")
    at = desk.clock.at
    desk.clock.at += timedelta(minutes=5)
    other = await desk.token_for("other", "all")
    ticked = await ask(desk, "POST", f"{case}/steps/{first}/done", other)
    assert told(ticked)[0] == ("髙﨑①㈱🔥 再起動", "crm"), "who was first stays"
    assert ticked.json()["data"][0]["done_at"] == at.isoformat().replace("+00:00", "Z")
    assert told(await ask(desk, "DELETE", f"{case}/steps/{first}/done"))[0][1] == ""
    for _ in range(2):
        assert told(await ask(desk, "DELETE", f"{case}/steps/{second}")) == [("髙﨑①㈱🔥 再起動", "")]
    assert (await desk.get(f"/v1/cases/{case}")).json() == view
    async with desk.db.reading() as tx:
        lines = await tx.fetch("SELECT entry::jsonb ->> 'action' AS did FROM audit WHERE object = $1 ORDER BY id", case)
    done = [row["did"].rpartition(".")[2] for row in lines if row["did"].startswith("case.step.")]
    assert done == ["added", "added", "ticked", "unticked", "removed"]


async def test_what_is_no_step_is_refused_and_changes_nothing(desk: Desk) -> None:
    case = await case_of(desk, "sre")
    for texts in ([], ["  "], ["長" * 201], ["x"] * 51):
        answer = await ask(desk, "POST", f"{case}/steps", json={"texts": texts})
        assert answer.status_code == 422, texts
    assert (await ask(desk, "POST", f"{case}/steps", json={"texts": ["x"] * 30})).status_code == 200
    answer = await ask(desk, "POST", f"{case}/steps", json={"texts": ["y"] * 21})
    assert (answer.status_code, answer.json()["code"]) == (422, "too-many-steps")
    assert len(told(await ask(desk, "GET", f"{case}/steps"))) == 30 < steps.MOST
    other = await case_of(desk, "sre")
    step = (await ask(desk, "GET", f"{case}/steps")).json()["data"][0]["id"]
    for id_ in (step, UUID(int=1)):  # of another case, and of none
        assert told(await ask(desk, "POST", f"{other}/steps/{id_}/done")) == []
    assert {done for _, done in told(await ask(desk, "GET", f"{case}/steps"))} == {""}


async def test_what_is_personal_in_a_step_is_masked_and_erased_with_the_case(desk: Desk) -> None:
    case = await case_of(desk, "sre")
    ((text, _),) = told(await ask(desk, "POST", f"{case}/steps", json={"texts": [f"{PHONE} に折り返す"]}))
    assert PHONE not in text
    assert text.endswith("に折り返す")
    originals = (await desk.get(f"/v1/cases/{case}/original")).json()["data"]
    assert [one["text"] for one in originals] == [f"{PHONE} に折り返す"]
    await ask(desk, "DELETE", f"{case}/personal")
    assert (await desk.get(f"/v1/cases/{case}/original")).json()["data"] == []


async def test_steps_are_for_who_works_on_the_case(desk: Desk) -> None:
    _, secret, _ = await theirs(desk)
    till = await desk.token_for("till", "all", None, ("reporter", "payments"))
    case = await case_of(desk, "payments", till)
    (step,) = (await ask(desk, "POST", f"{case}/steps", json={"texts": [MARK]})).json()["data"]
    ours = await desk.token_for("ours", "all", None, ("leader", "support"))
    watching = await desk.token_for("auditor", "all", None, ("auditor", "payments"))
    for token, reads, changes in ((ours, 404, 404), (till, 200, 403), (watching, 200, 403)):
        assert (await ask(desk, "GET", f"{case}/steps", token)).status_code == reads
        for method, rest, body in (
            ("POST", "", {"texts": ["x"]}), ("POST", f"/{step['id']}/done", None), ("DELETE", f"/{step['id']}", None)
        ):  # fmt: skip
            assert (await ask(desk, method, f"{case}/steps{rest}", token, json=body)).status_code == changes
    assert told(await ask(desk, "GET", f"{case}/steps", till)) == [], "what is internal is not for reporters"
    assert told(await ask(desk, "GET", f"{case}/steps", watching)) == [(MARK, "")]
    assert (await ask(desk, "GET", f"{secret}/steps", watching)).status_code == 404


async def test_on_the_page_steps_are_added_and_ticked_by_forms_and_stand_in_what_is_drafted(desk: Desk) -> None:
    case = await case_of(desk, "sre")
    number = (await desk.get(f"/v1/cases/{case}")).json()["number"]
    here = f"/cases/{number}"
    browser = await log_in(desk, "sato.hanako", ("responder", "sre"))
    wrong = await send(browser, here, f"{here}/steps", key=KEY, texts="短い\n" + "長" * 201)
    assert (wrong.status_code, "200 文字以内" in words(wrong), "長" * 201 in wrong.text) == (422, True, True)
    for _ in range(2):  # the second press changes nothing
        answer = await send(
            browser, here, f"{here}/steps", key=KEY, texts="端末を再起動する\n\n<b>髙﨑①㈱🔥</b> に聞く\n"
        )
        assert (answer.status_code, answer.headers["location"]) == (303, f"{here}?done=steps#steps")
    page = await browser.get(here)
    assert "手順 0 / 2 完了" in words(page)
    assert "&lt;b&gt;髙﨑①㈱🔥&lt;/b&gt; に聞く" in page.text
    first = (await ask(desk, "GET", f"{case}/steps")).json()["data"][0]["id"]
    sent = {"csrf": hidden(page.text, "csrf")}
    answer = await browser.post(f"{here}/steps/{first}/tick", data=sent, headers=SITE)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{here}#steps")
    seen = words(await browser.get(here))
    assert "手順 1 / 2 完了" in seen
    assert "佐藤 花子さんが完了しました" in seen
    assert f"/steps/{first}/remove" not in (await browser.get(here)).text, "what is done is put back first"
    refused = await browser.post(f"{here}/steps/{first}/remove", data=sent, headers=SITE)
    assert (refused.status_code, "完了した手順は削除できません" in words(refused)) == (409, True)
    assert "☑ 端末を再起動する" in words(await browser.get(f"{here}/report"))
    review = (await browser.get(f"{here}/postmortem.md")).text
    assert "- [x] 端末を再起動する (2026-11-24 10:00 JST 佐藤 花子)" in review
    assert "- [ ] \\<b\\>髙﨑" in review
    desk.others.answer = lambda request: httpx.Response(404) if "drafts" in request.url.path else behind(request)
    draft = (await browser.get(f"/knowledge/articles/new?case={case}")).text
    assert "行った手順\n- 端末を再起動する" in draft
    assert "に聞く</textarea>" not in draft
    assert (await browser.post(f"{here}/steps/x/tick", data=sent, headers=SITE)).status_code == 404
