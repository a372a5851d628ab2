"""Deliveries of Zendesk and Alertmanager: believed only when proven, taken once, and never lost."""

import asyncio
from datetime import timedelta

import pytest

from shared.contracts import events as e
from tests.integration.intake.desk import MONITOR_TOKEN, TEXT, Desk, ticket
from tests.integration.log import T0

T1, T2, T3 = ((T0 + timedelta(minutes=m)).isoformat() for m in (1, 2, 3))


async def test_a_signed_trigger_becomes_a_case_that_knows_its_ticket(desk: Desk) -> None:
    answer = await desk.zendesk(ticket(), "inv-1")
    assert (answer.status_code, answer.json()["verdict"]) == (202, "opened")
    shown = (await desk.get(answer.headers["location"])).json()
    assert shown["external"] == {
        "system": "zendesk", "id": "4711", "url": "https://shop.zendesk.com/agent/tickets/4711",
    }  # fmt: skip
    report = shown["report"]
    assert (report["urgency"], report["impact"], report["facts"]) == ("critical", "all", TEXT)
    assert report["customer"]["company"] == "髙﨑㈱"


@pytest.mark.security
async def test_a_repeated_delivery_gets_the_first_answer(desk: Desk) -> None:
    first = await desk.zendesk(ticket(), "inv-1")
    again = await desk.zendesk(ticket(), "inv-1")
    assert (again.status_code, again.json()) == (202, first.json())
    assert await desk.said() == ["case.submitted.v1"]


async def test_the_same_delivery_at_the_same_time_is_one_case(desk: Desk) -> None:
    answers = await asyncio.gather(*(desk.zendesk(ticket(), "inv-1") for _ in range(8)))
    assert {a.status_code for a in answers} <= {202, 503}
    assert await desk.said() == ["case.submitted.v1"]


async def test_two_deliveries_about_one_ticket_at_the_same_time_are_one_case(desk: Desk) -> None:
    answers = await asyncio.gather(*(desk.zendesk(ticket(latest_comment=f"{n}"), f"inv-{n}") for n in range(6)))
    assert sorted(a.json()["verdict"] for a in answers) == ["noted"] * 5 + ["opened"]
    assert await desk.count("cases") == 1


async def test_more_about_an_open_ticket_is_noted_once_and_after_the_end_a_new_case_begins(desk: Desk) -> None:
    case_id = (await desk.zendesk(ticket(), "inv-1")).json()["case_id"]
    for invocation in ("inv-2", "inv-3"):
        answer = await desk.zendesk(ticket(latest_comment="3 店舗で復旧"), invocation)
        assert answer.json()["case_id"] == case_id
    await desk.log.drain()
    assert [n.text for n in desk.log.of(e.CaseNoted)] == ["3 店舗で復旧"]
    await desk.act(case_id, "resolve", handling="h", result="r")
    fresh = (await desk.zendesk(ticket(latest_comment="再発しました"), "inv-4")).json()
    assert (fresh["verdict"], fresh["case_id"] != case_id) == ("opened", True)


async def test_a_ticket_of_a_kind_that_nobody_knows_is_not_noted_again_by_its_own_words(desk: Desk) -> None:
    first = (await desk.zendesk(ticket(kind="お客様相談"), "inv-1")).json()
    again = (await desk.zendesk(ticket(kind="お客様相談", group="決済"), "inv-2")).json()
    assert (again["verdict"], again["case_id"]) == ("repeated", first["case_id"])


async def test_our_own_comment_coming_back_does_nothing(desk: Desk) -> None:
    case_id = (await desk.zendesk(ticket(), "inv-1")).json()["case_id"]
    await desk.act(case_id, "resolve", handling="h", result="r")
    before = await desk.said()
    ours = "完了しました\n\n[tasuki:0b0f6f2e-3a3c-5d0e-9c1e-0d5f3d0a7b11]"
    answer = await desk.zendesk(ticket(latest_comment=ours), "inv-2")
    assert (answer.status_code, answer.json()["verdict"]) == (202, "ignored")
    assert await desk.said() == before


async def test_the_secret_before_the_last_change_is_still_good(desk: Desk) -> None:
    assert (await desk.zendesk(ticket(), "inv-1", secret="an older one")).status_code == 202


@pytest.mark.security
@pytest.mark.parametrize("minutes", [-6, 6])
async def test_a_stale_or_future_time_stamp_is_refused(desk: Desk, minutes: int) -> None:
    stamp = (desk.clock.at + timedelta(minutes=minutes)).isoformat()
    answer = await desk.zendesk(ticket(), "inv-1", stamp=stamp)
    assert (answer.status_code, answer.json()["code"]) == (401, "bad-signature")
    assert await desk.count("cases") == 0


@pytest.mark.security
async def test_a_forged_or_missing_proof_changes_nothing_and_tells_nothing(desk: Desk) -> None:
    assert (await desk.zendesk(ticket(), "inv-1", secret="guess")).status_code == 401
    assert (await desk.client.post("/v1/webhooks/zendesk", content=ticket())).status_code == 401
    assert (await desk.monitor("firing", ("a", T1), token="guess")).status_code == 401
    assert (await desk.client.post("/v1/webhooks/hubspot", content=b"{}")).status_code == 404
    assert await desk.count("deliveries") == 0


async def test_genuine_nonsense_is_kept_for_a_person_to_see(desk: Desk) -> None:
    body = ticket(ticket_id="")
    for _ in range(2):
        answer = await desk.zendesk(body, "inv-1")
        assert (answer.status_code, answer.json()["verdict"]) == (202, "quarantined")
    (kept,) = (await desk.get("/v1/quarantine")).json()["data"]
    assert (kept["source"], kept["reason"]) == ("zendesk", "ticket_id がありません。")
    assert TEXT in kept["body"]
    assert kept["headers"]["x-zendesk-webhook-invocation-id"] == "inv-1"
    torn = await desk.zendesk(b"\xff\xfe{", "inv-2")  # refused it would be lost: Zendesk does not send it again
    assert (torn.status_code, torn.json()["verdict"]) == (202, "quarantined")
    reader = await desk.token_for("reader", "read,submit,act")
    assert (await desk.get("/v1/quarantine", token=reader)).status_code == 403


async def test_a_group_of_alerts_is_one_case_until_it_is_over(desk: Desk) -> None:
    case_id = (await desk.monitor("firing", ("a", T1))).json()["case_id"]
    assert (await desk.monitor("firing", ("a", T1))).json()["verdict"] == "opened"  # the same delivery again
    more = (await desk.monitor("firing", ("a", T1), ("b", T3))).json()
    assert (more["verdict"], more["case_id"]) == ("noted", case_id)  # it may go on when the first one is over
    assert (await desk.monitor("firing", ("a", T1), ("-b", T3))).json()["verdict"] == "repeated"
    assert (await desk.monitor("resolved", ("a", T1))).json()["verdict"] == "resolved"
    assert await desk.said() == ["case.submitted.v1", "case.noted.v1", "case.resolved.v1"]
    assert (await desk.get(f"/v1/cases/{case_id}")).json()["status"] == "done"


async def test_a_worse_alert_of_an_open_group_is_seen_as_gravely_as_it_is_once(desk: Desk) -> None:
    case_id = (await desk.monitor("firing", ("a", T1), severity="warning")).json()["case_id"]
    assert (await desk.get(f"/v1/cases/{case_id}")).json()["report"]["urgency"] == "medium"
    worse = ("firing", ("a", T1), ("b", T2))
    assert (await desk.monitor(*worse)).json()["verdict"] == "noted"
    assert await desk.said() == ["case.submitted.v1", "case.noted.v1", "case.reassessed.v1"]
    assert (await desk.get(f"/v1/cases/{case_id}")).json()["report"]["urgency"] == "critical"
    lowered = await desk.act(case_id, "reassess", urgency="low", reason="確認済み")
    assert lowered.status_code == 200, lowered.text
    await desk.log.drain()
    await desk.monitor("firing", ("a", T1), ("b", T2), ("c", T3))
    await desk.monitor("firing", ("a", T1), severity="warning")  # as it was at first
    await desk.log.drain()
    assert (await desk.get(f"/v1/cases/{case_id}")).json()["report"]["urgency"] == "low"


async def test_what_somebody_has_lowered_stays_low_when_the_sender_says_more_of_another_kind(desk: Desk) -> None:
    """Seen red: a wider impact brought the urgency back that a person had lowered, and everybody was called again."""
    case_id = (await desk.monitor("firing", ("a", T1), severity="warning", impact="one")).json()["case_id"]
    await desk.monitor("firing", ("a", T1), ("b", T2), impact="one")
    await desk.act(case_id, "reassess", urgency="low", reason="確認済み")
    await desk.log.drain()
    await desk.monitor("firing", ("a", T1), ("b", T2), ("c", T3), impact="all")
    seen = (await desk.get(f"/v1/cases/{case_id}")).json()["report"]
    assert (seen["urgency"], seen["impact"]) == ("low", "all")
    await desk.act(case_id, "reassess", impact="one", reason="確認済み")
    await desk.log.drain()
    for name, severity in (("d", "critical"), ("e", "warning")):
        await desk.monitor("firing", ("a", T1), (name, T2), severity=severity, impact="all")
    seen = (await desk.get(f"/v1/cases/{case_id}")).json()["report"]
    assert (seen["urgency"], seen["impact"]) == ("low", "one")


async def test_a_late_end_does_not_close_what_began_after_it(desk: Desk) -> None:
    old = (await desk.monitor("firing", ("a", T1))).json()["case_id"]
    await desk.act(old, "resolve", handling="h", result="r")
    new = (await desk.monitor("firing", ("a", T2))).json()
    assert (new["verdict"], new["case_id"] != old) == ("opened", True)
    assert (await desk.monitor("resolved", ("a", T1))).json()["verdict"] == "ignored"
    assert (await desk.get(f"/v1/cases/{new['case_id']}")).json()["status"] == "received"
    assert (await desk.monitor("resolved", ("a", T2))).json()["verdict"] == "resolved"


async def test_a_late_beginning_does_not_wake_anybody_again(desk: Desk) -> None:
    await desk.monitor("firing", ("a", T1), ("b", T2))
    await desk.monitor("resolved", ("a", T1), ("b", T2))
    assert (await desk.monitor("firing", ("a", T1))).json()["verdict"] == "ignored"
    assert await desk.said() == ["case.submitted.v1", "case.resolved.v1"]


async def test_an_end_that_nobody_knows_the_beginning_of_is_ignored(desk: Desk) -> None:
    assert (await desk.monitor("resolved", ("a", T1), group="{}:{unknown}")).json()["verdict"] == "ignored"
    assert MONITOR_TOKEN not in str(await desk.said())


async def test_what_is_understood_by_now_can_be_taken_after_all(desk: Desk) -> None:
    await desk.zendesk(ticket(ticket_id=""), "inv-1")
    await desk.zendesk(ticket(), "inv-2")
    nonsense, *_ = (await desk.get("/v1/quarantine")).json()["data"]
    still = await desk.post(f"/v1/quarantine/{nonsense['id']}/replay")
    assert (still.status_code, still.json()["code"]) == (409, "still-unmapped")
    async with desk.db.transaction() as tx:  # as if a version that did not understand it had set it aside
        await tx.execute("UPDATE quarantine SET body = $1, sealed = false", ticket(ticket_id="99"))
    taken = await desk.post(f"/v1/quarantine/{nonsense['id']}/replay")
    assert (taken.status_code, taken.json()["verdict"]) == (202, "opened")
    assert (await desk.post(f"/v1/quarantine/{nonsense['id']}/replay")).status_code == 404
    assert (await desk.post(f"/v1/quarantine/{2**63}/replay")).status_code == 422
    assert (await desk.get("/v1/quarantine")).json()["data"] == []


async def waiting_ticket(desk: Desk) -> str:
    case_id: str = (await desk.zendesk(ticket(), "inv-1")).json()["case_id"]
    await desk.act(case_id, "wait", reason="お客様の回答待ち")
    return case_id


async def test_a_customers_comment_ends_the_wait_and_an_automatic_one_does_not(desk: Desk) -> None:
    case_id = await waiting_ticket(desk)
    away = ticket(latest_comment="【自動返信】不在にしております。\n戻りは月曜です。", author="end_user")
    assert (await desk.zendesk(away, "inv-2")).json()["verdict"] == "replied"
    assert (await desk.get(f"/v1/cases/{case_id}")).json()["waiting"] == "お客様の回答待ち"
    reply = ticket(latest_comment="直りました 髙﨑①㈱🔥", author="end_user")
    for _ in range(2):  # the second is the same delivery again
        assert (await desk.zendesk(reply, "inv-3")).json()["verdict"] == "replied"
    assert (await desk.get(f"/v1/cases/{case_id}")).json()["waiting"] == ""
    await desk.log.drain()
    assert [(r.automatic, r.text[:6]) for r in desk.log.of(e.CaseReplied)] == [
        (True, "【自動返信】"),
        (False, "直りました "),
    ]
    assert desk.log.of(e.CaseNoted) == []


async def test_a_customer_may_say_the_same_twice(desk: Desk) -> None:
    case_id = await waiting_ticket(desk)
    body = ticket(latest_comment="どうなっていますか？", author="end_user")
    await desk.zendesk(body, "inv-2")
    await desk.act(case_id, "wait", reason="再び回答待ち")
    await desk.zendesk(body, "inv-3")
    assert (await desk.get(f"/v1/cases/{case_id}")).json()["waiting"] == ""


@pytest.mark.parametrize("author", [None, "agent", ""])
async def test_what_an_agent_writes_is_a_note_and_the_wait_goes_on(desk: Desk, author: str | None) -> None:
    case_id = await waiting_ticket(desk)
    assert (await desk.zendesk(ticket(latest_comment="折り返し待ち", author=author), "inv-2")).json()[
        "verdict"
    ] == "noted"
    assert (await desk.get(f"/v1/cases/{case_id}")).json()["waiting"] == "お客様の回答待ち"
