"""A slip at three in the morning: an answer is taken back within a minute, by whoever gave it, and once."""

from datetime import timedelta

import pytest

from shared.contracts import events as e
from tests.integration.intake.desk import Desk, hidden, link, two_taps
from tests.integration.intake.test_acting import asked, both_asked


async def answered(desk: Desk) -> str:
    """A case that two are asked for and one has taken."""
    case_id: str = (await desk.submit(urgency="critical"))["id"]
    await asked(desk, case_id, 1, "sato", "suzuki")
    assert (await desk.act(case_id, "acknowledge")).status_code == 200
    return case_id


async def test_an_answer_is_taken_back_once_and_the_case_waits_again(desk: Desk) -> None:
    case_id = await answered(desk)
    desk.clock.at += timedelta(seconds=60)
    back = await desk.act(case_id, "unacknowledge")
    shown = back.json()
    assert (back.status_code, shown["status"], shown["owner"], shown["awaiting"]) == (200, "received", None, True)
    desk.clock.at += timedelta(minutes=5)
    again = await desk.act(case_id, "unacknowledge")
    assert (again.status_code, again.json()) == (200, shown)
    await desk.log.drain()
    assert [u.by.id for u in desk.log.of(e.CaseUnacknowledged)] == ["sato"]
    lines = (await desk.get(f"/v1/cases/{case_id}/timeline")).json()["data"]
    assert lines[-1]["text"] == "satoさんさんが応答を取り消しました。あらためて連絡しています"


@pytest.mark.parametrize(
    ("by", "later", "done", "code"),
    [
        ("sato", 60.1, "", "too-late"),
        ("suzuki", 1, "", "not-acknowledged"),
        ("sato", 1, "start", "case-gone-on"),
        ("sato", 1, "notes", "case-gone-on"),
        ("sato", 1, "wait", "case-gone-on"),
        ("sato", 1, "resolve", "case-done"),
    ],
)
async def test_what_cannot_be_taken_back_says_why(desk: Desk, by: str, later: float, done: str, code: str) -> None:
    case_id = await answered(desk)
    more = {"notes": {"text": "確認中"}, "wait": {"reason": "部品待ち"}, "resolve": {"handling": "h", "result": "r"}}
    if done:
        assert (await desk.act(case_id, done, **more.get(done, {}))).status_code == 200
    desk.clock.at += timedelta(seconds=later)
    refused = await desk.act(case_id, "unacknowledge", by=by)
    assert (refused.status_code, refused.json()["code"]) == (409, code)
    await desk.log.drain()
    assert desk.log.of(e.CaseUnacknowledged) == []


async def test_a_late_repeat_of_the_answer_does_not_bring_it_back(desk: Desk) -> None:
    """The notifier tells intake again until it has heard the answer; meanwhile the person took it back."""
    case_id = (await desk.submit())["id"]
    await asked(desk, case_id, 1, "sato")
    page = {"by": {"id": "sato", "name": "佐藤"}, "via": "phone", "round": 1}
    for verb in ("acknowledge", "unacknowledge", "acknowledge"):
        body = page if verb == "acknowledge" else {"by": page["by"]}
        answer = await desk.post(f"/v1/cases/{case_id}/{verb}", body, idempotency_key="the-page")
        assert answer.status_code == 200
    assert answer.json()["owner"] is None


async def test_who_took_it_back_may_take_it_after_all(desk: Desk) -> None:
    case_id = await answered(desk)
    for verb, owner in (("unacknowledge", None), ("acknowledge", "sato"), ("unacknowledge", None)):
        shown = (await desk.act(case_id, verb)).json()
        assert (shown["owner"] and shown["owner"]["id"]) == owner
    old_link = link(desk, case_id, round_=1)
    assert "引き受けました" in (await two_taps(desk, old_link, case_id)).text
    assert (await desk.said()).count("case.acknowledged.v1") == 3


async def test_the_page_after_the_answer_has_the_button(desk: Desk) -> None:
    case_id = await both_asked(desk)
    for person, round_, status in (("sato", 1, "received"), ("manager", 2, "received")):
        path = link(desk, case_id, person, round_=round_)
        taken = await two_taps(desk, path, case_id)
        assert "取り消す（1分以内）" in taken.text
        nonce = hidden(taken.text, "undo")
        assert "取り消す" not in (await desk.client.get(path)).text  # a program that opens the link takes nothing back
        for _ in range(2):
            back = await desk.form(path, {"undo": nonce})
            assert (back.status_code, "取り消しました" in back.text) == (200, True)
        assert (await desk.get(f"/v1/cases/{case_id}")).json()["status"] == status
        assert "引き受けました" not in (await desk.client.get(path)).text


async def test_the_button_says_when_it_is_too_late_and_a_guessed_one_does_nothing(desk: Desk) -> None:
    case_id = (await desk.submit())["id"]
    path = link(desk, case_id)
    taken = await two_taps(desk, path, case_id)
    assert (await desk.form(path, {"undo": "0" * 32})).status_code == 400
    assert (await desk.form(path, {"undo": ""})).status_code == 400
    desk.clock.at += timedelta(seconds=61)
    late = await desk.form(f"{path}?lang=en", {"undo": hidden(taken.text, "undo")})
    assert (late.status_code, "More than a minute has passed" in late.text) == (409, True)
    assert (await desk.get(f"/v1/cases/{case_id}")).json()["owner"]["id"] == "sato"
