"""Whom the direct road asks to decide while Kafka is away answers by the link: those who handle the case go on being asked."""

from shared.contracts import events as e
from shared.contracts.vocabulary import Track
from tests.integration.intake.desk import Desk, hidden, link, two_taps
from tests.integration.intake.test_acting import asked, both_asked


async def test_the_link_of_who_is_asked_to_decide_takes_nobody_off_the_case(desk: Desk) -> None:
    case_id = (await desk.submit(urgency="critical", impact="all"))["id"]
    path = link(desk, case_id, "manager", round_=2, track=Track.AUTHORITY)
    assert "この案件の判断をお願いできますか？" in (await desk.client.get(path)).text
    known = await two_taps(desk, path, case_id)
    for part in ("<h1>承知しました</h1>", "対応する人には引き続き連絡しています。"):
        assert part in known.text, part
    await asked(desk, case_id, 1, "sato")
    shown = (await desk.get(f"/v1/cases/{case_id}")).json()
    assert (shown["owner"], shown["awaiting"], shown["status"]) == (None, True, "received")
    assert [a.track for a in desk.log.of(e.CaseAcknowledged)] == [Track.AUTHORITY]


async def test_who_only_decides_for_the_log_takes_the_case_by_the_link_of_a_page_that_asks_them_to_handle_it(
    desk: Desk,
) -> None:
    """The manager was asked to decide; the page to handle it came by the direct road and is ahead of the log."""
    path = link(desk, case_id := await both_asked(desk), "manager", round_=3, track=Track.HANDLING)
    assert "この案件を引き受けますか？" in (await desk.client.get(path)).text
    assert "<h1>引き受けました</h1>" in (await two_taps(desk, path, case_id)).text


async def test_the_numbers_on_the_way_say_that_it_is_known_and_not_taken(desk: Desk) -> None:
    case_id = (await desk.submit(urgency="critical", impact="all"))["id"]
    path = link(desk, case_id, "manager", round_=2, track=Track.AUTHORITY)
    first = await desk.form(path, {"nonce": hidden((await desk.client.get(path)).text, "nonce")})
    assert "押すと承知したことになります。" in first.text


async def test_whom_a_late_owner_is_helped_by_reads_whose_it_stays_before_and_after_they_answer(desk: Desk) -> None:
    case_id = (await desk.submit(urgency="critical", impact="all"))["id"]
    await asked(desk, case_id, 1, "sato")
    await desk.act(case_id, "acknowledge")
    await asked(desk, case_id, 2, "leader")
    path = link(desk, case_id, "leader", round_=2, track=Track.HANDLING)
    page = await desk.client.get(path)
    for part in ("この案件に加わっていただけますか？", "担当はsatoさんさんのままです。", '"take">加わる</button>'):
        assert part in page.text, part
    first = await desk.form(path, {"nonce": hidden(page.text, "nonce")})
    assert "押すと加わったことになります。" in first.text
    done = await two_taps(desk, path, case_id)
    assert "担当は引き続きsatoさんさんです。" in done.text
    assert "satoさん keeps the case." in (await desk.client.get(f"{path}?lang=en")).text
    lines = (await desk.get(f"/v1/cases/{case_id}/timeline")).json()["data"]
    said = [x["text"] for x in lines if x["type"] == "case.acknowledged.v1"]
    assert said[-1] == "leaderさんさんが加わりました（メールのリンク）。担当はsatoさんさんのままです"
