"""A key that was used before: the same words are done once, others are refused or done, and never taken for done."""

from shared.contracts import events as e
from shared.contracts.links import make_followup
from tests.integration.intake.desk import LINK_KEY, TEXT, Desk
from tests.integration.intake.office import behind
from tests.integration.intake.people import log_in, send
from tests.integration.intake.teams import case_of

KEY = "0123456789abcdef" * 2


async def noted(desk: Desk) -> list[str]:
    await desk.log.drain()
    return [event.text for event in desk.log.of(e.CaseNoted)]


async def test_a_program_that_uses_a_key_for_other_words_is_told(desk: Desk) -> None:
    case_id = (await desk.submit())["id"]
    for text, status in (("一度目", 200), ("二度目", 422), ("一度目", 200)):
        answer = await desk.post(f"/v1/cases/{case_id}/notes", {"text": text}, idempotency_key="1207")
        assert answer.status_code == status
        assert answer.json().get("code") == (None if status == 200 else "idempotency-key-reused")
    assert await noted(desk) == ["一度目"]


async def test_a_case_that_was_reopened_is_resolved_again_only_by_a_key_of_its_own(desk: Desk) -> None:
    case_id = (await desk.submit())["id"]
    over = {"handling": "再起動", "result": "直った"}
    for verb, key, result, status in (
        ("resolve", "r", "直った", 200), ("reopen", "o", "", 200), ("resolve", "r", "こんどこそ", 422), ("resolve", "s", "こんどこそ", 200),
    ):  # fmt: skip
        body = {**over, "result": result} if verb == "resolve" else {"reason": "再発"}
        answer = await desk.post(f"/v1/cases/{case_id}/{verb}", body, idempotency_key=key)
        assert answer.status_code == status, answer.text
    assert answer.json()["status"] == "done"


async def test_a_page_that_is_sent_again_with_more_words_says_them(desk: Desk) -> None:
    desk.others.answer = behind
    case_id = await case_of(desk, "sre")
    path = f"/r/{make_followup(LINK_KEY, case_id)}"
    for text in (TEXT, TEXT, f"{TEXT} まだ続いています"):
        assert (await desk.form(path, {"text": text, "key": KEY})).status_code == 303
    browser = await log_in(desk, "sato.hanako", ("responder", "sre"))
    for text in ("内線は 12", "内線は 12", "内線は 13"):
        assert (
            await send(browser, f"/cases/{case_id}", f"/cases/{case_id}/notes", text=text, key=KEY)
        ).status_code == 303
    assert await noted(desk) == [TEXT, f"{TEXT} まだ続いています", "内線は 12", "内線は 13"]
