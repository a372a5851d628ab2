"""A case handed over with consent, and thanks to the reporter, over HTTP: each is said once."""

from typing import Any

import httpx

from tests.integration.intake.desk import Desk, link, two_taps
from tests.integration.intake.test_acting import asked

SUZUKI = {"id": "suzuki", "name": "鈴木 髙﨑①㈱🔥"}
HANDED_OVER = ["case.acknowledged.v1", "case.offered.v1"]


async def owned(desk: Desk) -> str:
    """A case that 佐藤 has, and that 鈴木 was asked for as well."""
    case_id: str = (await desk.submit())["id"]
    await asked(desk, case_id, 1, "sato", "suzuki")
    await desk.act(case_id, "acknowledge", by="sato", round=1)
    return case_id


async def offer(desk: Desk, case_id: str, to: dict[str, Any] = SUZUKI, by: str = "sato") -> httpx.Response:
    return await desk.act(case_id, "offer", by=by, to=to, reason="夜間のため")


async def test_the_owner_changes_when_the_other_accepts_and_not_before(desk: Desk) -> None:
    case_id = await owned(desk)
    before = (await desk.get(f"/v1/cases/{case_id}")).json()
    shown = (await offer(desk, case_id)).json()
    assert (shown["owner"]["id"], shown["offered"]) == ("sato", SUZUKI)
    assert shown["deadlines"] == before["deadlines"]
    answers = [await desk.act(case_id, "acknowledge", by="suzuki", via=via, round=1) for via in ("phone", "link")]
    for answer in answers:
        assert (answer.status_code, answer.json()["owner"]["id"], answer.json()["offered"]) == (200, "suzuki", None)
    assert await desk.said() == [*HANDED_OVER, "case.acknowledged.v1"]


async def test_who_knew_of_it_in_the_same_round_still_accepts_each_offer(desk: Desk) -> None:
    case_id = await owned(desk)
    await offer(desk, case_id)
    await desk.act(case_id, "acknowledge", by="suzuki", round=1)
    await offer(desk, case_id, {"id": "sato", "name": "satoさん"}, by="suzuki")
    back = await desk.act(case_id, "acknowledge", by="sato", round=1)  # sato has answered this very round before
    assert back.json()["owner"]["id"] == "sato"
    assert (await desk.said())[1:] == ["case.offered.v1", "case.acknowledged.v1"] * 2


async def test_the_link_of_a_mail_accepts_an_offer_in_two_taps(desk: Desk) -> None:
    case_id = await owned(desk)
    path = link(desk, case_id, "suzuki", round_=1)
    assert "すでに担当者がいます" in (await desk.client.get(path)).text
    await offer(desk, case_id)
    page = (await desk.client.get(path)).text
    assert "この案件を引き継ぎますか？" in page
    assert "お返事があるまで、担当は替わりません" in page
    assert "Do you take this case over?" in (await desk.client.get(f"{path}?lang=en")).text
    assert (await desk.get(f"/v1/cases/{case_id}")).json()["owner"]["id"] == "sato"
    assert "引き受けました" in (await two_taps(desk, path, case_id)).text
    shown = (await desk.get(f"/v1/cases/{case_id}")).json()
    assert (shown["owner"]["id"], shown["offered"]) == ("suzuki", None)
    assert await desk.said() == [*HANDED_OVER, "case.acknowledged.v1"]


async def test_declining_twice_is_one_answer(desk: Desk) -> None:
    case_id = await owned(desk)
    await offer(desk, case_id)
    for _ in range(2):
        answer = await desk.act(case_id, "decline", by="suzuki", reason="会議中です")
        assert (answer.status_code, answer.json()["owner"]["id"], answer.json()["offered"]) == (200, "sato", None)
    late = await desk.act(case_id, "acknowledge", by="suzuki", round=1)
    assert (late.status_code, late.json()["code"]) == (409, "already-acknowledged")
    assert await desk.said() == [*HANDED_OVER, "case.declined.v1"]


async def test_who_may_not_offer_or_decline_is_told_why(desk: Desk) -> None:
    case_id = await owned(desk)
    foreign = await offer(desk, case_id, by="tanaka")
    assert (foreign.status_code, foreign.json()["code"]) == (409, "not-the-owner")
    nothing = await desk.act(case_id, "decline", by="suzuki")
    assert (nothing.status_code, nothing.json()["code"]) == (409, "not-offered")
    broken = await desk.act(case_id, "offer", to={"id": "suzuki"})
    assert broken.status_code == 422
    assert await desk.said() == HANDED_OVER[:1]


async def test_thanks_are_said_once_for_a_key_and_after_the_end_too(desk: Desk) -> None:
    case_id: str = (await desk.submit(by={"id": "ito", "name": "伊藤"}))["id"]
    await desk.act(case_id, "acknowledge")
    await desk.act(case_id, "resolve", handling="更新", result="直った")
    body = {"by": {"id": "sato", "name": "佐藤"}, "text": "早いご報告で助かりました"}
    for _ in range(2):
        answer = await desk.post(f"/v1/cases/{case_id}/feedback", body, idempotency_key="thanks-1")
        assert answer.status_code == 200
    assert (await desk.said()).count("case.feedback.v1") == 1
    monitored: str = (await desk.submit())["id"]
    refused = await desk.post(f"/v1/cases/{monitored}/feedback", body)
    assert (refused.status_code, refused.json()["code"]) == (409, "no-reporter")
