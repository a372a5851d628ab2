"""Personal data on its way in: nothing of it goes further than the safe, whatever road it came by, and it can be erased."""

import json
from datetime import timedelta
from typing import Any

import pytest

from services.intake import erasing
from services.intake.domain.retention import Spans
from services.intake.safe import Safe
from services.intake.vault import CannotOpen, Vault
from shared.contracts import events as e
from shared.contracts.plan import Person
from shared.contracts.vocabulary import Channel, Outcome, Purpose
from shared.runtime.clock import Clock, wall
from tests.integration.intake.desk import DATA_KEY, MONITOR_TOKEN, Desk, hidden, ticket
from tests.integration.intake.teams import case_of

PHONE, MAIL, CARD, NAME = "090-1234-5678", "t.yamada@example.jp", "4111 1111 1111 1111", "山田 太郎"
PLANTED = ("1234-5678", "0901234", "yamada@", "4111 1111", "41111111", "山田")
FACTS = f"髙﨑①㈱🔥 山田様（０９０ー１２３４ー５６７８、{MAIL}）のカード {CARD} で E-502"
SHOWN = "髙﨑①㈱🔥 〔氏名〕様（〔電話 末尾78〕、〔メール〕）のカード 〔カード 末尾1111〕 で E-502"


async def every_cell(desk: Desk) -> str:
    """All that stands in the database of intake, as text."""
    async with desk.db.reading() as tx:
        tables = await tx.fetch("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
        told = []
        for (table,) in tables:
            for row in await tx.fetch(f'SELECT * FROM "{table}"'):
                told += [v.decode("utf-8", "replace") if isinstance(v, bytes) else str(v) for v in row.values()]
    return "\n".join(told)


async def nothing_is_left(desk: Desk, *planted: str) -> None:
    await desk.log.drain()
    cells = await every_cell(desk)
    for mark in planted or PLANTED:
        assert mark not in cells
        assert json.dumps(mark)[1:-1] not in cells


async def test_a_report_goes_on_with_marks(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    shown = await desk.submit(facts=FACTS, title=f"至急 {PHONE}", customer={"name": NAME, "company": "髙﨑㈱"})
    assert shown["headline"] == "至急 〔電話 末尾78〕"
    (event,) = [s for s in await submitted(desk) if s.case_id == shown["id"]]
    assert (event.report.facts, event.report.customer.name) == (SHOWN, "〔氏名〕")
    assert event.report.customer.company == "髙﨑㈱"
    await nothing_is_left(desk)
    said = capsys.readouterr()
    assert not [mark for mark in PLANTED if mark in said.out + said.err]


async def submitted(desk: Desk) -> list[e.CaseSubmitted]:
    await desk.log.drain()
    return desk.log.of(e.CaseSubmitted)


@pytest.mark.parametrize(
    ("verb", "body"),
    [
        ("notes", {"text": FACTS}),
        ("replies", {"text": FACTS}),
        ("wait", {"reason": FACTS}),
        ("resolve", {"handling": FACTS, "result": FACTS, "cause": FACTS, "evaluation": FACTS}),
        ("feedback", {"text": FACTS}),
        ("reassign", {"to": {"id": "mai", "name": "舞"}, "reason": FACTS}),
        ("reassess", {"urgency": "high", "reason": FACTS}),
    ],
)
async def test_so_does_everything_that_is_said_of_a_case(desk: Desk, verb: str, body: dict[str, Any]) -> None:
    case = await desk.submit(by={"id": "front", "name": "受付"}, customer={"name": NAME})
    await desk.act(case["id"], "acknowledge")
    done = await desk.act(case["id"], verb, **body)
    assert done.status_code == 200, done.text
    await nothing_is_left(desk)
    originals = (await desk.get(f"/v1/cases/{case['id']}/original")).json()["data"]
    assert {o["text"] for o in originals} == {FACTS, NAME}


async def test_so_do_its_steps(desk: Desk) -> None:
    case = await desk.submit(customer={"name": NAME})
    added = await desk.post(f"/v1/cases/{case['id']}/steps", {"texts": ["山田様に折り返す"]})
    assert added.status_code < 300, added.text
    await nothing_is_left(desk)


async def test_after_erasing_the_name_is_known_no_more(desk: Desk) -> None:
    case = await desk.submit(facts=FACTS, customer={"name": NAME})
    await desk.client.delete(f"/v1/cases/{case['id']}/personal", headers=desk._headers(None, "ja"))
    assert (await desk.act(case["id"], "notes", text="山田様へ")).status_code == 200


async def test_a_form_a_link_and_a_webhook_are_masked_too(desk: Desk) -> None:
    page = await desk.client.get("/report?mode=full")
    fields = {"mode": "full", "key": hidden(page.text, "key"), "facts": FACTS, "impact": "one", "kind": "other"}
    sent = await desk.form("/report", {**fields, "urgency": "low", "customer_name": NAME})
    assert sent.status_code == 303, sent.text[:2000]
    place = sent.headers["location"].partition("?")[0]
    again = await desk.client.get(place)
    note = {"text": FACTS, "key": hidden(again.text, "key")}
    assert (await desk.form(place, note)).status_code == 303
    assert (await desk.zendesk(ticket(latest_comment=FACTS, title=PHONE), "inv-1")).status_code == 202
    assert (await desk.zendesk(ticket(latest_comment=FACTS + "！"), "inv-2")).json()["verdict"] == "noted"
    assert (await desk.zendesk(ticket(latest_comment=FACTS + "！"), "inv-3")).json()["verdict"] == "repeated"
    unmapped = await desk.zendesk(ticket(ticket_id="", latest_comment=FACTS), "inv-4")
    assert unmapped.json()["verdict"] == "quarantined"
    odd = await desk.alert("alertmanager", MONITOR_TOKEN, FACTS.encode())
    assert odd.json()["verdict"] == "quarantined"
    await nothing_is_left(desk, "1234-5678", "yamada@", "4111 1111")
    shown = await desk.get("/v1/quarantine")
    aside = shown.json()["data"]
    assert [MAIL in a["body"] for a in aside] == [True, True]
    assert shown.headers["cache-control"] == "no-store"
    await desk.get(f"/v1/quarantine?before={aside[-1]['id']}")  # which shows nothing
    looks = (await desk.get("/v1/audit?after=0&limit=1000&object=quarantine")).json()["data"]
    told = [(look["action"], look["actor"], look["detail"]) for look in looks]
    assert told == [("quarantine.seen", "crm", {"seen": [a["id"] for a in aside]})]


async def test_a_repeat_with_the_same_key_is_known_by_what_it_said(desk: Desk) -> None:
    first = await desk.post("/v1/cases", {"facts": FACTS}, idempotency_key="k")
    again = await desk.post("/v1/cases", {"facts": FACTS}, idempotency_key="k")
    other = await desk.post("/v1/cases", {"facts": FACTS.replace("５６７８", "５６７９")}, idempotency_key="k")
    assert (first.status_code, again.status_code, other.status_code) == (202, 202, 422)
    assert again.json()["id"] == first.json()["id"]


async def test_only_who_is_asked_or_leads_reads_what_stood_there_and_it_is_recorded(desk: Desk) -> None:
    case = await case_of(desk, "payments", facts=FACTS)
    looks = {}
    for role in ("reporter", "responder", "leader", "manager", "auditor"):
        token = await desk.token_for(role, "all", None, (role, "payments"))
        looks[role] = (await desk.get(f"/v1/cases/{case}/original", token=token)).status_code
    assert looks == {"reporter": 404, "responder": 403, "leader": 200, "manager": 200, "auditor": 403}
    mai = e.Actor(kind="person", id="mai", name="舞")
    asked = await desk.token_for("mai", "all", mai, ("responder", "payments"))
    assert (await desk.get(f"/v1/cases/{case}/original", token=asked)).status_code == 403
    await desk.log.tell(e.CaseReassigned(case_id=case, by=mai, to=Person(id="mai", name="舞")))
    answer = await desk.get(f"/v1/cases/{case}/original", token=asked)
    assert [d["text"] for d in answer.json()["data"]] == [FACTS]
    assert answer.headers["cache-control"] == "no-store"
    reading = await desk.token_for("reading", "read")
    assert (await desk.get(f"/v1/cases/{case}/original", token=reading)).status_code == 403
    trail = (await desk.get(f"/v1/audit?object={case}")).json()["data"]
    looked = [json.loads(line["entry"]) for line in trail if '"personal.seen"' in line["entry"]]
    assert sorted(line["through"] for line in looked) == ["leader", "mai", "manager"]


async def test_what_is_erased_is_gone_everywhere_and_the_history_stands(desk: Desk) -> None:
    case = (await desk.submit(facts=FACTS, by={"id": "front.desk", "name": "窓口 花子"}))["id"]
    other = (await desk.submit(facts=f"別の件 {PHONE}"))["id"]
    await desk.zendesk(ticket(latest_comment=FACTS), "inv-1")
    await desk.act(case, "acknowledge")
    await desk.act(case, "resolve", handling="直した", result=f"{PHONE} に連絡済み")
    await desk.log.drain()
    told = e.NotificationAttempted(
        case_id=case, notification_id="n-1", purpose=Purpose.RESULT, channel=Channel.EMAIL, recipient="front.desk",
        attempt=1, outcome=Outcome.ACCEPTED,
    )  # fmt: skip
    await desk.log.tell(told)
    async with desk.db.transaction() as tx:
        step = "INSERT INTO steps (id, case_id, text, by_name, at, done_by) VALUES (gen_random_uuid(), $1, '確認', $2, now(), $2)"
        await tx.execute(step, case, "窓口 花子")
        await tx.execute(
            "INSERT INTO relations VALUES (least($1, $2), greatest($1, $2), 'front.desk', $3, now())",
            case,
            other,
            "窓口 花子",
        )
    found = await desk.post("/v1/personal/search", {"value": "+81 90 1234 5678"})
    assert set(found.json()["data"]) >= {case, other}
    gone = await desk.client.delete(f"/v1/cases/{case}/personal?reporter=true", headers=desk._headers(None, "ja"))
    assert (gone.status_code, gone.json()) == (200, {"case_id": case, "originals": 2})
    await desk.log.drain()
    assert (await desk.get(f"/v1/cases/{case}/original")).json()["data"] == []
    assert case not in (await desk.post("/v1/personal/search", {"value": MAIL})).json()["data"]
    assert other in (await desk.post("/v1/personal/search", {"value": PHONE})).json()["data"]
    shown = (await desk.get(f"/v1/cases/{case}")).json()
    assert (shown["status"], shown["reporter"]) == ("done", "匿名")
    story = (await desk.get(f"/v1/cases/{case}/timeline")).json()["data"]
    assert [line["type"] for line in story][-1] == "case.erased.v1"
    async with desk.db.reading() as tx:
        for table in ("folds", "timeline", "steps", "relations"):
            for row in await tx.fetch(f"SELECT t::text FROM {table} AS t"):
                assert "窓口" not in row[0]
                assert "front.desk" not in row[0]
        assert await tx.fetchval("SELECT count(*) FROM case_keys WHERE case_id = $1", case) == 0
    assert next(line["type"] for line in story) == "case.submitted.v1"


async def test_replaying_the_log_does_not_bring_it_back(desk: Desk) -> None:
    case = (await desk.submit(facts=FACTS, by={"id": "front.desk", "name": "窓口 花子"}))["id"]
    await desk.client.delete(f"/v1/cases/{case}/personal?reporter=true", headers=desk._headers(None, "ja"))
    await desk.log.drain()
    said = list(desk.log.said)
    async with desk.db.transaction() as tx:
        await tx.execute("TRUNCATE folds, inbox, cases, timeline")
    for event in said:
        await desk.log.read(event)
    assert (await desk.get(f"/v1/cases/{case}/original")).json()["data"] == []
    assert "窓口" not in await every_cell(desk)


async def test_originals_go_when_their_time_is_over_and_restricted_ones_later(desk: Desk) -> None:
    open_ = (await desk.submit(facts=FACTS))["id"]
    done = (await desk.submit(facts=FACTS))["id"]
    secret = (await desk.submit(facts=FACTS, kind="harassment"))["id"]
    for case in (done, secret):
        await desk.act(case, "resolve", handling="x", result="x")
    spans = Spans(originals=timedelta(days=90), restricted=timedelta(days=365))

    async def after(days: int) -> list[bool]:
        desk.clock.at += timedelta(days=days)
        async with desk.db.transaction() as tx:
            assert not await erasing.forget_originals(tx, spans, desk.clock.at)
        return [bool((await desk.get(f"/v1/cases/{c}/original")).json()["data"]) for c in (open_, done, secret)]

    assert await after(89) == [True, True, True]
    assert await after(2) == [True, False, True]
    assert await after(275) == [True, False, False]
    trail = (await desk.get(f"/v1/audit?object={done}")).json()["data"]
    assert [line for line in trail if "personal.forgotten" in line["entry"]]


async def test_a_machine_whose_clock_is_far_ahead_destroys_nothing(desk: Desk) -> None:
    case = (await desk.submit(facts=FACTS))["id"]
    await desk.act(case, "resolve", handling="x", result="x")
    assert (await desk.zendesk(ticket(ticket_id="", latest_comment=FACTS), "inv-1")).json()["verdict"] == "quarantined"

    async def left_after(days: int) -> tuple[int, ...]:
        async with desk.db.transaction() as tx:
            for table, column in (("cases", "updated_at"), ("deliveries", "at"), ("quarantine", "at")):
                await tx.execute(f"UPDATE {table} SET {column} = now() - make_interval(days => $1)", days)
        await erasing.forget(desk.db, Spans(), desk.clock)
        return tuple([await desk.count(table) for table in ("case_keys", "originals", "deliveries", "quarantine")])

    desk.clock.at = wall() + timedelta(days=400)
    there = await left_after(0)
    assert min(there) > 0
    assert await left_after(5) == there
    assert (await left_after(100))[:3] == (0, 0, 1)
    assert (await desk.get(f"/v1/cases/{case}/original")).json()["data"] == []


async def test_what_is_set_aside_is_forgotten_after_its_owner_was_told(desk: Desk) -> None:
    await desk.zendesk(ticket(ticket_id="", latest_comment=FACTS), "inv-1")
    await desk.log.drain()
    troubles = len(desk.log.of(e.SourceTroubled))
    spans = Spans(quarantine=timedelta(days=30))

    async def after(days: int) -> int:
        desk.clock.at += timedelta(days=days)
        async with desk.db.transaction() as tx:
            await erasing.forget_deliveries(tx, spans, desk.clock.at)
        async with desk.db.transaction() as tx:
            await erasing.give_notice(tx, spans, desk.clock.at)
        await desk.log.drain()
        return await desk.count("quarantine")

    assert await after(26) == 1
    assert len(desk.log.of(e.SourceTroubled)) == troubles
    assert await after(2) == 1
    assert len(desk.log.of(e.SourceTroubled)) == troubles + 1
    assert await after(3) == 1  # told of it three days ago, and not more
    assert await after(1) == 0


async def test_the_master_key_can_be_replaced_and_others_open_nothing(desk: Desk) -> None:
    case = (await desk.submit(facts=FACTS))["id"]
    at_hand = desk.db.at_hand["safe"]
    new, old = "another master key for sealing in tests", DATA_KEY
    try:
        await tidied(desk, f"{new},{old}")
        async with desk.db.transaction() as tx:
            opened = await Safe(desk.db, Vault(new), (), Clock()).originals(tx, case)
            assert [o.texts["facts"] for o in opened] == [FACTS]
            with pytest.raises(CannotOpen):
                await Safe(desk.db, Vault(old), (), Clock()).originals(tx, case)
        await tidied(desk, f"{old},{new}")
    finally:
        desk.db.at_hand["safe"] = at_hand


async def tidied(desk: Desk, keys: str) -> None:
    async with desk.db.transaction() as tx:
        await Safe(desk.db, Vault(keys), (), Clock()).tidy(tx)
