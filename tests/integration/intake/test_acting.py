"""What people do to a case: the answer is the state after it, and what cannot be is refused with a reason."""

from datetime import timedelta
from typing import Any

import pytest

from shared.contracts import events as e
from shared.contracts.events import Actor
from shared.contracts.plan import Person, Plan, Reason, Responder
from shared.contracts.vocabulary import Channel, DeadlineName, Path, Priority, Track
from tests.integration.intake.desk import SERVICE_TOKEN, Desk

WHY = Reason(ja="影響が全体で緊急度が重大", en="everyone, critical")
PLAN = Plan(
    policy_version=1, priority=Priority.P1, path=Path.FUNCTIONAL, team="payments", levels=(), first_handling="15m",
    resolution="4h", reasons=(WHY,),
)  # fmt: skip


async def asked(desk: Desk, case_id: str, round_: int, *people: str) -> None:
    """The router plans and asks these people."""
    due = desk.clock.at.replace(hour=9)
    responders = tuple(
        Responder(person=Person(id=p, name=f"{p}さん"), path=Path.FUNCTIONAL, reason=WHY) for p in people
    )
    await desk.log.drain()
    case = (await desk.get(f"/v1/cases/{case_id}")).json()
    await desk.log.tell(e.EscalationPlanned(case_id=case_id, plan=PLAN))
    await desk.log.tell(
        e.EscalationAssigned(
            case_id=case_id, round=round_, level=round_, path=Path.FUNCTIONAL, priority=Priority.P1,
            cause="submitted" if round_ == 1 else "breached", after=0 if case["owner"] is None else 1, responders=responders,
            channels=(Channel.PHONE, Channel.CHAT), reasons=(WHY,),
            deadlines=(e.DeadlineSet(name=DeadlineName.FIRST_RESPONSE, generation=round_, due=due),),
        )
    )  # fmt: skip


async def test_an_acknowledgement_answers_with_the_state_after_it(desk: Desk) -> None:
    case_id = (await desk.submit(urgency="critical", impact="all"))["id"]
    await asked(desk, case_id, 1, "sato", "suzuki")
    before = (await desk.get(f"/v1/cases/{case_id}", language="en")).json()
    assert (before["priority"], before["why"], before["level"]) == ("P1", ["everyone, critical"], 1)
    assert [r["name"] for r in before["responders"]] == ["satoさん", "suzukiさん"]
    assert before["next_deadline"]["name"] == "first_response"
    answer = await desk.act(case_id, "acknowledge")
    shown = answer.json()
    assert (answer.status_code, shown["status_label"], shown["owner"]["id"]) == (200, "対応中", "sato")
    assert shown["next_deadline"] is None
    assert (await desk.get(f"/v1/cases/{case_id}")).json() == shown


async def test_a_second_press_is_the_same_answer_and_another_person_hears_who_has_it(desk: Desk) -> None:
    case_id = (await desk.submit())["id"]
    await asked(desk, case_id, 1, "sato", "suzuki")
    first = await desk.act(case_id, "acknowledge", via="phone", round=1)
    again = await desk.act(case_id, "acknowledge", via="link", round=1)
    assert (again.status_code, again.json()) == (200, first.json())
    other = await desk.act(case_id, "acknowledge", by="suzuki", round=1)
    assert (other.status_code, other.json()["code"]) == (409, "already-acknowledged")
    assert "satoさん" in other.json()["title"]
    assert await desk.said() == ["case.acknowledged.v1"]


async def test_an_old_page_answered_twice_is_one_acknowledgement_even_after_the_climb(desk: Desk) -> None:
    case_id = (await desk.submit())["id"]
    await asked(desk, case_id, 1, "sato")
    await desk.act(case_id, "acknowledge", round=1)
    await asked(desk, case_id, 2, "manager")
    late = await desk.act(case_id, "acknowledge", round=1)
    assert (late.status_code, late.json()["awaiting"]) == (200, True)
    manager = await desk.act(case_id, "acknowledge", by="manager", round=2)
    assert (manager.json()["awaiting"], manager.json()["owner"]["id"]) == (False, "sato")
    assert len(desk.log.of(e.CaseAcknowledged)) == 1


async def test_the_whole_life_of_a_case(desk: Desk) -> None:
    case_id = (await desk.submit())["id"]
    steps: list[tuple[str, dict[str, Any], str]] = [
        ("acknowledge", {}, "case.acknowledged.v1"),
        ("start", {}, "case.started.v1"),
        ("notes", {"text": "確認中 🔥", "internal": False}, "case.noted.v1"),
        ("reassess", {"urgency": "high", "reason": "再現した"}, "case.reassessed.v1"),
        ("wait", {"reason": "決済会社の回答待ち"}, "case.paused.v1"),
        ("replies", {"text": "不在です", "automatic": True}, "case.replied.v1"),
        ("resume", {}, "case.resumed.v1"),
        ("followers", {"id": "tencho", "name": "店長"}, "case.followed.v1"),
        ("reassign", {"to": {"id": "suzuki", "name": "鈴木"}, "reason": "交代"}, "case.reassigned.v1"),
        ("resolve", {"handling": "再起動", "result": "復旧", "evaluation": "早かった"}, "case.resolved.v1"),
        ("reopen", {"reason": "再発"}, "case.reopened.v1"),
    ]
    for verb, body, _ in steps:
        answer = await desk.act(case_id, verb, **body)
        assert answer.status_code == 200, (verb, answer.text)
    assert await desk.said() == ["case.submitted.v1", *(type_ for *_, type_ in steps)]
    shown = answer.json()
    assert (shown["status"], shown["owner"]["name"], shown["resolution"]) == ("in_progress", "鈴木", None)
    await desk.log.drain()
    lines = (await desk.get(f"/v1/cases/{case_id}/timeline")).json()["data"]
    assert [line["type"] for line in lines] == ["case.submitted.v1", *(type_ for *_, type_ in steps)]
    assert lines[3]["text"] == "コメント：確認中 🔥"
    assert not any(line["pending"] for line in lines)


@pytest.mark.parametrize(
    ("done", "verb", "body", "code"),
    [
        (True, "acknowledge", {}, "case-done"),
        (True, "start", {}, "case-done"),
        (True, "wait", {"reason": "r"}, "case-done"),
        (True, "resume", {}, "case-done"),
        (True, "reassign", {"to": {"id": "x", "name": "x"}}, "case-done"),
        (True, "resolve", {"handling": "h", "result": "r"}, "case-done"),
        (True, "reassess", {"reason": "r"}, "case-done"),
        (True, "extend", {"deadline": "resolution", "more": "2h", "reason": "r"}, "case-done"),
        (False, "reopen", {"reason": "r"}, "case-not-done"),
        (False, "resume", {}, "case-not-waiting"),
    ],
)
async def test_what_cannot_be_is_refused_and_changes_nothing(
    desk: Desk, done: bool, verb: str, body: dict[str, Any], code: str
) -> None:
    case_id = (await desk.submit())["id"]
    if done:
        await desk.act(case_id, "resolve", handling="h", result="r")
    before = await desk.said()
    answer = await desk.act(case_id, verb, **body)
    assert (answer.status_code, answer.json()["code"]) == (409, code)
    assert answer.headers["content-type"] == "application/problem+json"
    assert await desk.said() == before


async def test_a_program_cannot_take_a_case_without_naming_who(desk: Desk) -> None:
    case_id = (await desk.submit())["id"]
    answer = await desk.post(f"/v1/cases/{case_id}/acknowledge")
    assert (answer.status_code, answer.json()["code"]) == (409, "person-needed")
    mine = await desk.token_for("hanako", "act,read", Actor(kind="person", id="hanako", name="花子"))
    assert (await desk.post(f"/v1/cases/{case_id}/acknowledge", token=mine)).json()["owner"]["name"] == "花子"


async def test_another_service_acts_in_the_name_of_a_person(desk: Desk) -> None:
    case_id = (await desk.submit())["id"]
    body = {"by": {"id": "sato", "name": "佐藤"}, "via": "phone", "round": 0}
    answer = await desk.post(f"/v1/cases/{case_id}/acknowledge", body, SERVICE_TOKEN)
    assert answer.json()["owner"] == {"id": "sato", "name": "佐藤"}


async def test_an_action_with_a_key_is_done_once(desk: Desk) -> None:
    case_id = (await desk.submit())["id"]
    for _ in range(2):
        answer = await desk.post(f"/v1/cases/{case_id}/notes", {"text": "一度だけ"}, idempotency_key="n1")
        assert answer.status_code == 200
        await desk.log.drain()
    assert len(desk.log.of(e.CaseNoted)) == 1


async def test_what_does_not_fit_an_action_is_refused(desk: Desk) -> None:
    case_id = (await desk.submit())["id"]
    wrong: tuple[tuple[str, dict[str, Any], str], ...] = (
        ("notes", {"text": " "}, "/text"),
        ("notes", {"text": "a\x00"}, "/text"),
        ("resolve", {"handling": "h"}, "/result"),
        ("followers", {"id": "日本", "name": "x"}, "/id"),
        ("acknowledge", {"round": "1"}, "/round"),
        ("acknowledge", {"via": "Phone!"}, "/via"),
    )
    for verb, body, pointer in wrong:
        answer = await desk.act(case_id, verb, **body)
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, pointer), verb
    assert await desk.said() == ["case.submitted.v1"]


async def test_new_grades_show_at_once_and_the_same_again_is_nothing(desk: Desk) -> None:
    case_id = (await desk.submit(urgency="critical", impact="all"))["id"]
    answer = await desk.act(case_id, "reassess", urgency="low", reason="回避策あり")
    assert (answer.status_code, answer.json()["report"]["urgency"]) == (200, "low")
    assert (await desk.act(case_id, "reassess", urgency="low", impact="all", reason="同じ")).status_code == 200
    assert (await desk.act(case_id, "reassess", reason="新しい方針で")).status_code == 200
    assert await desk.said() == ["case.submitted.v1", "case.reassessed.v1", "case.reassessed.v1"]
    for wrong in ({"urgency": "huge", "reason": "r"}, {"urgency": "low"}, {"urgency": "low", "reason": " "}):
        assert (await desk.act(case_id, "reassess", **wrong)).status_code == 422
    await desk.act(case_id, "resolve", handling="h", result="r")
    late = await desk.act(case_id, "reassess", urgency="high", reason="r")
    assert (late.status_code, late.json()["code"]) == (409, "case-done")


async def test_an_open_deadline_is_extended_and_nothing_else_is(desk: Desk) -> None:
    case_id = (await desk.submit())["id"]
    await asked(desk, case_id, 1, "sato")
    before = await desk.said()
    for body, status, code, pointer in (
        ({"deadline": "resolution", "more": "2h"}, 409, "deadline-not-open", None),
        ({"deadline": "first_response", "more": "1bd"}, 422, "other-kind-of-time", "/more"),
        ({"deadline": "first_response", "more": "-2h"}, 422, "not-a-duration", "/more"),
        ({"deadline": "first_response", "more": "3661d"}, 422, "too-long", "/more"),
        ({"deadline": "lunch", "more": "2h"}, 422, "invalid", "/deadline"),
    ):
        answer = await desk.act(case_id, "extend", reason="部品待ち", **body)
        problem = answer.json()
        assert (answer.status_code, problem["code"]) == (status, code)
        assert problem.get("errors", [{}])[0].get("pointer") == pointer
    assert await desk.said() == before
    assert (
        await desk.act(case_id, "extend", deadline="first_response", more="２ｈ", reason="部品待ち")
    ).status_code == 200
    await desk.log.drain()
    (said,) = desk.log.of(e.CaseExtended)
    assert (said.name, said.more, said.reason) == ("first_response", "2h", "部品待ち")


async def test_a_reply_is_judged_by_its_headers_unless_it_is_said_what_it_is(desk: Desk) -> None:
    case_id = (await desk.submit())["id"]
    away = {"Auto-Submitted": "auto-replied", "Subject": "Re: 決済の件"}
    for body, waits in (
        ({"text": "不在です", "headers": away}, True),
        ({"text": "不在のお知らせ", "headers": {}}, True),
        ({"text": "不在です", "automatic": True}, True),
        ({"text": "不在ですと書いた人間です", "headers": away, "automatic": False}, False),
        ({"text": "直りました", "headers": {"Subject": "Re: 【自動返信】受付"}}, False),
    ):
        await desk.act(case_id, "wait", reason="回答待ち")
        answer = await desk.act(case_id, "replies", **body)
        assert (answer.status_code, bool(answer.json()["waiting"])) == (200, waits), body
    for wrong in ({"text": ""}, {"text": "x", "headers": {"a": 1}}, {"text": "x", "headers": {"a": "b" * 2001}}):
        assert (await desk.act(case_id, "replies", **wrong)).status_code == 422
    await desk.act(case_id, "resolve", handling="h", result="r")
    assert (await desk.act(case_id, "replies", text="ありがとう")).json()["status"] == "done"


async def both_asked(desk: Desk) -> str:
    """The engineer is asked to handle it, the manager to decide."""
    case_id: str = (await desk.submit(urgency="critical", impact="all"))["id"]
    await asked(desk, case_id, 1, "sato")
    manager = Responder(person=Person(id="manager", name="managerさん"), path=Path.HIERARCHICAL, reason=WHY)
    due = e.DeadlineSet(
        name=DeadlineName.AUTHORITY_RESPONSE, generation=1, due=desk.clock.at + timedelta(minutes=5), span="5m"
    )
    await desk.log.tell(
        e.EscalationAssigned(
            case_id=case_id, round=2, level=1, path=Path.HIERARCHICAL, priority=Priority.P1, cause="submitted", after=0,
            track=Track.AUTHORITY, responders=(manager,), channels=(Channel.PHONE,), reasons=(WHY,), deadlines=(due,),
        )
    )  # fmt: skip
    return case_id


async def test_who_decides_says_so_and_the_case_waits_for_who_handles_it(desk: Desk) -> None:
    case_id = await both_asked(desk)
    known = (await desk.act(case_id, "acknowledge", by="manager", round=2)).json()
    assert (known["status"], known["owner"], known["awaiting"]) == ("received", None, True)
    assert [(t["label"], t["awaiting"]) for t in known["tracks"]] == [("対応", True), ("判断", False)]
    assert (await desk.act(case_id, "acknowledge", by="manager")).json() == known  # once more, by another road
    taken = (await desk.act(case_id, "acknowledge", by="sato", round=1)).json()
    assert (taken["status"], taken["owner"]["id"], taken["awaiting"]) == ("in_progress", "sato", False)
    await desk.log.drain()
    assert [a.by.id for a in desk.log.of(e.CaseAcknowledged)] == ["manager", "sato"]
    lines = (await desk.get(f"/v1/cases/{case_id}/timeline")).json()["data"]
    assert [x["text"] for x in lines if x["type"] == "case.acknowledged.v1"] == [
        "managerさんさんが承知しました（判断、システム）",
        "satoさんさんが引き受けました（システム）",
    ]


async def test_the_engineer_having_it_does_not_silence_who_decides(desk: Desk) -> None:
    case_id = await both_asked(desk)
    assert (await desk.act(case_id, "acknowledge", by="sato", round=1)).json()["awaiting"] is True
    assert (await desk.act(case_id, "acknowledge", by="suzuki")).json()["code"] == "already-acknowledged"
    known = (await desk.act(case_id, "acknowledge", by="manager", round=2)).json()
    assert (known["owner"]["id"], known["awaiting"], known["status"]) == ("sato", False, "in_progress")


async def test_the_timeline_shows_what_is_not_read_back_yet_at_the_end(desk: Desk) -> None:
    case_id = (await desk.submit())["id"]
    await desk.log.drain()
    await desk.act(case_id, "acknowledge")
    lines = (await desk.get(f"/v1/cases/{case_id}/timeline", language="en")).json()["data"]
    assert [(line["type"], line["pending"]) for line in lines] == [
        ("case.submitted.v1", False),
        ("case.acknowledged.v1", True),
    ]
    assert lines[1]["text"] == "satoさん took the case (through the API)"
    assert lines[1]["actor"]["id"] == "sato"


async def test_a_very_long_history_shows_its_beginning_and_what_is_new(desk: Desk) -> None:
    case_id = (await desk.submit())["id"]
    await desk.act(case_id, "notes", text="古いメモ")
    await desk.log.drain()
    many = """INSERT INTO timeline (event_id, case_id, topic, partition, "offset", at, type, body)
              SELECT gen_random_uuid(), case_id, topic, 0, "offset", at + interval '1 minute', type, body
              FROM timeline, generate_series(1, 2100) AS n WHERE case_id = $1 AND type = 'case.noted.v1'"""
    async with desk.db.transaction() as tx:
        await tx.execute(many, case_id)
    desk.clock.at += timedelta(hours=1)
    await desk.act(case_id, "notes", text="新しいメモ")
    await desk.log.drain()
    lines = (await desk.get(f"/v1/cases/{case_id}/timeline")).json()["data"]
    assert lines[0]["type"] == "case.submitted.v1"
    assert "新しいメモ" in lines[-1]["text"]
