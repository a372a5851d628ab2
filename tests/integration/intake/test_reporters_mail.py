"""Where somebody who wrote a mail hears of their case: sealed with the case, given to the notifier alone, gone with it."""

from datetime import timedelta

import pytest

from services.intake import erasing
from services.intake.domain.retention import Spans
from services.intake.safe import MOST_ANSWERED
from shared.contracts import events as e
from tests.integration.intake.desk import SERVICE_TOKEN, Desk
from tests.integration.intake.post import Post, mail
from tests.integration.intake.test_personal import nothing_is_left

AUTHOR = "tanaka@example.com"
OURS = {"from": "example.com"}


async def submitted(desk: Desk) -> list[e.CaseSubmitted]:
    await desk.log.drain()
    return desk.log.of(e.CaseSubmitted)


async def where(desk: Desk, case_id: str) -> str:
    """Where the notifier is told that the reporter hears."""
    answer = await desk.get(f"/v1/cases/{case_id}/reporter", token=SERVICE_TOKEN)
    assert answer.headers["cache-control"] == "no-store"
    told = answer.raise_for_status().json()
    assert isinstance(told["address"], str)
    return told["address"]


async def test_the_author_of_a_mail_can_be_reached_and_only_the_notifier_learns_where(post: Post) -> None:
    address = await post.source(options=OURS)
    await post.send(address, mail())
    (told,) = await submitted(post.desk)
    assert told.reachable
    assert AUTHOR not in str(told)
    await nothing_is_left(post.desk, AUTHOR)
    assert await where(post.desk, told.case_id) == AUTHOR
    refused = await post.desk.get(f"/v1/cases/{told.case_id}/reporter")
    assert (refused.status_code, AUTHOR in refused.text) == (403, False)
    originals = (await post.desk.get(f"/v1/cases/{told.case_id}/original")).json()["data"]
    assert {o["field"] for o in originals} == {"facts"}
    for path in (f"/v1/cases/{told.case_id}", f"/v1/cases/{told.case_id}/timeline"):
        assert AUTHOR not in (await post.desk.get(path)).text
    assert (await post.desk.get("/v1/cases/c_00000000000000000000000000/reporter", token=SERVICE_TOKEN)).is_error


@pytest.mark.parametrize(
    ("options", "headers"),
    [({}, {}), ({**OURS, "receipts": "no"}, {}), (OURS, {"From": "noreply@example.com"}), (OURS, {"Auto-Submitted": "auto-generated"})],
)  # fmt: skip
async def test_whom_nothing_proves_or_who_is_a_machine_is_kept_nowhere(
    post: Post, options: dict[str, str], headers: dict[str, str]
) -> None:
    address = await post.source(options=options)
    await post.send(address, mail(**{name.replace("-", "_"): value for name, value in headers.items()}))
    (told,) = await submitted(post.desk)
    assert not told.reachable
    assert await where(post.desk, told.case_id) == ""
    refused = await post.desk.act(told.case_id, "feedback", text="ありがとう")
    assert refused.json()["code"] == "no-reporter"


async def test_whoever_wrote_a_mail_can_be_thanked(post: Post) -> None:
    address = await post.source(options=OURS)
    await post.send(address, mail())
    (told,) = await submitted(post.desk)
    assert (await post.desk.act(told.case_id, "feedback", text="早い連絡で助かりました")).is_success
    await post.desk.log.drain()
    assert [f.text for f in post.desk.log.of(e.CaseFeedback)] == ["早い連絡で助かりました"]


@pytest.mark.parametrize("how", ["asked for", "over"])
async def test_the_address_goes_with_what_is_personal_in_the_case(post: Post, how: str) -> None:
    address, desk = await post.source(options=OURS), post.desk
    await post.send(address, mail())
    (told,) = await submitted(desk)
    found = (await desk.post("/v1/personal/search", {"value": AUTHOR})).json()["data"]
    assert found == [told.case_id]
    if how == "asked for":
        headers = {"authorization": f"Bearer {desk.token}"}
        assert (await desk.client.delete(f"/v1/cases/{told.case_id}/personal", headers=headers)).is_success
    else:
        await desk.act(told.case_id, "resolve", handling="h", result="r")
        await desk.log.drain()
        desk.clock.at += timedelta(days=91)
        async with desk.db.transaction() as tx:
            await erasing.forget_originals(tx, Spans(), desk.clock.now())
    assert await where(desk, told.case_id) == ""
    assert (await desk.post("/v1/personal/search", {"value": AUTHOR})).json()["data"] == []
    assert await desk.count("originals") == await desk.count("case_keys") == 0


async def test_an_address_that_writes_without_end_is_answered_so_often_within_an_hour(post: Post) -> None:
    address = await post.source(options=OURS)
    for number in range(MOST_ANSWERED + 2):
        await post.send(address, mail(str(number), f"件名 {number}"))
    post.desk.clock.at += timedelta(hours=1)
    await post.send(address, mail("later", "件名"))
    assert [told.reachable for told in await submitted(post.desk)] == [True] * MOST_ANSWERED + [False] * 2 + [True]


async def test_a_receipt_that_comes_back_opens_nothing_and_a_reply_in_the_thread_stays_one_case(post: Post) -> None:
    address = await post.source(options=OURS)
    await post.send(address, mail())
    await post.send(address, mail("2", "Undelivered Mail Returned to Sender", X_Failed_Recipients=AUTHOR), "")
    await post.send(address, mail("3", "Re: 【受付】#1", X_Tasuki_Notification="7"))
    await post.send(address, mail("4", "Re: 決済", "もう一件です", References="<1@example.com> <n@tasuki.example.jp>"))
    assert len(await submitted(post.desk)) == 1
    assert [r.text for r in post.desk.log.of(e.CaseReplied)] == ["もう一件です"]


async def test_an_answer_to_our_mail_is_a_reply_on_its_case_if_the_reporter_wrote_it(post: Post) -> None:
    address = await post.source(options=OURS)
    await post.send(address, mail())
    (told,) = await submitted(post.desk)
    ours = {"References": f"<case-{told.case_id}@tasuki.example.jp> <n@tasuki.example.jp>"}
    await post.send(address, mail("2", "Re: 【受付】#1", "写真を送ります", **ours))
    assert len(await submitted(post.desk)) == 1
    assert [(r.case_id, r.text) for r in post.desk.log.of(e.CaseReplied)] == [(told.case_id, "写真を送ります")]
    await post.send(address, mail("3", "Re: 【受付】#1", "他人の返信", From="sato@example.com", **ours))
    assert [s.by.name for s in await submitted(post.desk)][1:] == ["〔メール〕"]
    assert len(post.desk.log.of(e.CaseReplied)) == 1
