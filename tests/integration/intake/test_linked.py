"""Several reports of one trouble: a linked report points to the case that leads, and is done with it, once."""

import json
from typing import Any

import httpx
import pytest

from shared.contracts import envelope
from shared.contracts import events as e
from shared.contracts.envelope import Record, event_id
from shared.contracts.links import make_followup, make_link
from shared.contracts.plan import Person, Reason
from shared.runtime.consume import Handling
from tests.integration.intake.desk import LINK_KEY, Desk, hidden

WHY = (Reason(ja="同じ内容の報告が続いているため", en="several reports of the same"),)


async def report(desk: Desk) -> tuple[str, int]:
    shown = await desk.submit()
    await desk.log.drain()
    return shown["id"], shown["number"]


def link(lead: tuple[str, int], other: tuple[str, int]) -> tuple[e.EscalationLinked, e.EscalationJoined]:
    """What the router says about two reports of the same."""
    by = e.Actor(kind="source", id="crm", name="crm")
    return (
        e.EscalationLinked(case_id=other[0], lead=lead[0], lead_number=lead[1], reasons=WHY),
        e.EscalationJoined(case_id=lead[0], joined=other[0], joined_number=other[1], by=by),
    )


async def linked(desk: Desk, reports: int = 1) -> tuple[tuple[str, int], list[tuple[str, int]]]:
    lead = await report(desk)
    others = [await report(desk) for _ in range(reports)]
    for other in others:
        for event in link(lead, other):
            await desk.log.tell(event)
    return lead, others


async def resolve(desk: Desk, case: tuple[str, int]) -> httpx.Response:
    return await desk.act(
        case[0], "resolve", handling="再起動 🔥", result="復旧", evaluation="早かった", cause="証明書"
    )


async def test_a_linked_report_shows_its_lead_and_the_lead_its_reports(desk: Desk) -> None:
    lead, (other,) = await linked(desk)
    await desk.act(lead[0], "acknowledge")
    shown = (await desk.get(f"/v1/cases/{other[0]}")).json()
    assert shown["linked"] == {
        "id": lead[0], "number": lead[1], "status": "in_progress", "status_label": "対応中",
        "owner": {"id": "sato", "name": "satoさん"}, "text": f"No. {lead[1]} としてまとめて対応しています。",
    }  # fmt: skip
    assert shown["next"] == [f"No. {lead[1]} の結果が出たときに、この報告も完了します。"]
    led = (await desk.get(f"/v1/cases/{lead[0]}")).json()
    assert (led["joined"], led["linked"]) == ([{"id": other[0], "number": other[1]}], None)


@pytest.mark.parametrize(
    ("verb", "body"),
    [
        ("acknowledge", {}),
        ("start", {}),
        ("wait", {"reason": "r"}),
        ("reassign", {"to": {"id": "x", "name": "x"}}),
        ("extend", {"deadline": "resolution", "more": "1h", "reason": "r"}),
    ],
)
async def test_what_belongs_to_the_lead_is_refused_with_its_number(desk: Desk, verb: str, body: dict[str, Any]) -> None:
    lead, (other,) = await linked(desk)
    answer = await desk.act(other[0], verb, **body)
    assert (answer.status_code, answer.json()["code"]) == (409, "case-linked")
    assert answer.json()["title"].startswith(f"No. {lead[1]} として対応中です。")
    assert (await desk.act(other[0], "notes", text="こちらでも起きています")).status_code == 200
    assert (await desk.act(other[0], "followers", id="tencho", name="店長")).status_code == 200


async def test_a_report_that_was_something_else_is_taken_out_by_assessing_it_anew(desk: Desk) -> None:
    lead, (other,) = await linked(desk)
    assert (await desk.act(other[0], "reassess", reason="別の件でした")).json()["linked"] is None
    await resolve(desk, lead)
    await desk.log.drain()
    assert [r.case_id for r in desk.log.of(e.CaseResolved)] == [lead[0]]


async def test_the_reports_are_done_with_the_lead_once_each(desk: Desk) -> None:
    lead, others = await linked(desk, 2)
    stranger = await report(desk)
    await resolve(desk, lead)
    await desk.log.drain()
    results = desk.log.of(e.CaseResolved)
    assert [r.case_id for r in results] == [lead[0], *sorted(o[0] for o in others)]
    assert {(r.handling, r.result, r.cause, r.by.id) for r in results} == {("再起動 🔥", "復旧", "証明書", "sato")}
    assert [r.evaluation for r in results] == ["早かった", "", ""]
    for other in others:
        shown = (await desk.get(f"/v1/cases/{other[0]}")).json()
        assert (shown["status"], shown["resolution"]["result"]) == ("done", "復旧")
        assert shown["linked"]["text"] == f"No. {lead[1]} と同じ内容の報告です。"
        lines = (await desk.get(f"/v1/cases/{other[0]}/timeline")).json()["data"]
        assert lines[-1]["text"] == f"完了しました（No. {lead[1]} と同じ）。対応：再起動 🔥 結果：復旧"
    assert (await desk.get(f"/v1/cases/{stranger[0]}")).json()["status"] == "received"


async def test_in_lists_a_report_is_done_before_its_end_is_read_back(desk: Desk) -> None:
    lead, (other,) = await linked(desk)
    await resolve(desk, lead)
    await read(desk, *await taken(desk))
    done = (await desk.get("/v1/cases?status=done")).json()["data"]
    assert {row["id"] for row in done} == {lead[0], other[0]}
    assert await desk.said() == ["case.resolved.v1"]


async def taken(desk: Desk) -> list[Record]:
    """What waits in the outbox, as records that stand on the log from now on."""
    async with desk.db.transaction() as tx:
        rows = await tx.fetch("DELETE FROM outbox RETURNING id, key, headers, body")
    found = []
    for row in sorted(rows, key=lambda r: int(r["id"])):
        desk.log.offset += 1
        headers = [(name, value.encode()) for name, value in json.loads(row["headers"])]
        found.append(Record("tasuki.cases", 0, desk.log.offset, headers, row["body"]))
    return found


async def read(desk: Desk, *records: Record) -> None:
    """One batch of the consumer."""
    await Handling(desk.db, desk.clock, "test", desk.log.handlers).consume(records)


async def test_a_record_that_comes_again_after_a_crash_ends_nothing_twice(desk: Desk) -> None:
    lead, (other,) = await linked(desk)
    await resolve(desk, lead)
    records = await taken(desk)
    await read(desk, *records)
    await read(desk, *records)
    (again,) = await taken(desk)
    assert envelope.meta(again.headers).id == event_id(envelope.meta(records[0].headers).id, other[0])
    await read(desk, again)
    await read(desk, *records, again)
    assert await desk.said() == []


async def test_a_handler_that_dies_in_between_leaves_nothing_half_done(desk: Desk) -> None:
    lead, (other,) = await linked(desk)
    await resolve(desk, lead)
    (record,) = await taken(desk)
    async with desk.db.transaction() as tx:  # from here on nothing can be put into the outbox
        await tx.execute("ALTER TABLE outbox ADD CONSTRAINT full_up CHECK (false) NOT VALID")
    try:
        with pytest.raises(Exception, match="full_up"):
            await read(desk, record)
    finally:
        async with desk.db.transaction() as tx:
            await tx.execute("ALTER TABLE outbox DROP CONSTRAINT full_up")
    assert (await desk.get(f"/v1/cases/{other[0]}")).json()["status"] == "received"
    lines = (await desk.get(f"/v1/cases/{lead[0]}/timeline")).json()["data"]
    assert (lines[-1]["type"], lines[-1]["pending"]) == ("case.resolved.v1", True)
    await read(desk, record)
    assert await desk.said() == ["case.resolved.v1"]


@pytest.mark.parametrize("order", ["linked first", "joined first", "linked before, joined after"])
@pytest.mark.parametrize("together", [True, False])
async def test_a_report_that_is_linked_while_the_lead_ends_is_not_left_behind(
    desk: Desk, order: str, together: bool
) -> None:
    """The two events of a link stand on two keys of the log, so that they are read in any order."""
    lead, other = await report(desk), await report(desk)
    on_report, on_lead = link(lead, other)
    if order == "linked before, joined after":
        await desk.log.tell(on_report)
    await resolve(desk, lead)
    if not together:
        await desk.log.drain()
    for event in {"linked first": (on_report, on_lead), "joined first": (on_lead, on_report)}.get(order, (on_lead,)):
        await desk.log.tell(event)
    assert (await desk.get(f"/v1/cases/{other[0]}")).json()["status"] == "done"
    assert [r.case_id for r in desk.log.of(e.CaseResolved)].count(other[0]) == 1


async def test_a_report_that_has_ended_or_was_opened_again_is_its_own(desk: Desk) -> None:
    lead, (ended, separate) = await linked(desk, 2)
    await desk.act(ended[0], "resolve", handling="思い違い", result="問題なし")
    await desk.act(separate[0], "resolve", handling="h", result="r")
    await desk.act(separate[0], "reopen", reason="別の問題だった")
    await desk.log.drain()
    await resolve(desk, lead)
    await desk.log.drain()
    assert (await desk.get(f"/v1/cases/{ended[0]}")).json()["resolution"]["handling"] == "思い違い"
    own = (await desk.get(f"/v1/cases/{separate[0]}")).json()
    assert (own["status"], own["linked"]) == ("received", None)
    assert (await desk.act(separate[0], "acknowledge")).status_code == 200


async def test_the_reporter_of_a_linked_report_sees_who_has_it(desk: Desk) -> None:
    lead, (other,) = await linked(desk)
    await desk.act(lead[0], "acknowledge")
    path = f"/r/{make_followup(LINK_KEY, other[0])}"
    page = (await desk.client.get(path)).text
    assert f"No. {lead[1]} としてまとめて対応しています" in page
    assert "satoさん" in page
    assert '<li aria-current="step" class="">対応中</li>' in page
    english = (await desk.client.get(path + "?lang=en")).text
    assert f"handled together as No. {lead[1]}" in english
    assert (await desk.form(path, {"text": "まだ直りません", "key": hidden(page, "key")})).status_code == 303
    await resolve(desk, lead)
    await desk.log.drain()
    done = (await desk.client.get(path)).text
    assert f"完了しました（No. {lead[1]} と同じ）" in done
    assert "まとめて対応しています" not in done.partition('id="history"')[0]


async def test_the_reporter_of_a_report_that_was_done_with_its_lead_sees_that_it_is_in_work_again(desk: Desk) -> None:
    lead, (other, own) = await linked(desk, 2)
    await desk.act(own[0], "resolve", handling="思い違い", result="問題なし")
    await desk.act(lead[0], "acknowledge")
    await resolve(desk, lead)
    await desk.log.drain()
    shown = [f"/r/{make_followup(LINK_KEY, case[0])}" for case in (other, own)]
    done, working = ('<li aria-current="step" class="">' + words for words in ("完了", "対応中"))
    assert [done in (await desk.client.get(path)).text for path in shown] == [True, True]
    await desk.act(lead[0], "reopen", reason="また落ちた")
    again, separate = [(await desk.client.get(path)).text for path in shown]
    assert (working in again, done in separate) == (True, True)
    assert f"No. {lead[1]} としてまとめて対応しています" in again
    assert (await desk.get(f"/v1/cases/{other[0]}")).json()["status"] == "done"
    await resolve(desk, lead)
    assert done in (await desk.client.get(shown[0])).text


async def test_an_old_link_to_take_a_linked_report_points_to_the_lead(desk: Desk) -> None:
    lead, (other,) = await linked(desk)
    expires = desk.clock.at.replace(year=2030)
    path = f"/a/{make_link(LINK_KEY, other[0], Person(id='sato', name='佐藤'), 1, expires)}"
    page = await desk.client.get(path)
    assert f"No. {lead[1]} として対応中です" in page.text
    assert "<button" not in page.text
