"""A case follows its ticket in the CRM: solved there, taken there, opened again there, whatever comes late or twice."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

from services.intake import erasing
from services.intake.domain.retention import Spans
from services.intake.sources import Sources
from shared.contracts import events as e
from shared.contracts.plan import Person
from tests.integration.intake.desk import SETTINGS, Desk, signed, ticket
from tests.integration.log import T0
from tests.unit.contracts import story

T1, T2, T3 = ((T0 + timedelta(minutes=m)).isoformat() for m in (1, 2, 3))
OURS = "完了しました\n\n[tasuki:0b0f6f2e-3a3c-5d0e-9c1e-0d5f3d0a7b11]"


async def told(desk: Desk, invocation: str, **fields: Any) -> Any:
    """What became of a delivery."""
    return (await desk.zendesk(ticket(**fields), invocation)).json()


async def at(desk: Desk, invocation: str, **fields: Any) -> Any:
    """The same at a source of its own, named z, which may have options."""
    body, stamp = ticket(**fields), desk.clock.now().isoformat()
    headers = {**signed(body, "a signing secret", stamp), "x-zendesk-webhook-invocation-id": invocation}
    return (await desk.client.post("/v1/webhooks/z", content=body, headers=headers)).json()


async def test_a_ticket_that_is_solved_resolves_its_case_once(desk: Desk) -> None:
    case_id = (await told(desk, "1", updated_at=T1))["case_id"]
    over = {"status": "solved", "latest_comment": "再起動で復旧", "updated_at": T2}
    assert (await told(desk, "2", **over))["verdict"] == "resolved"
    assert (await told(desk, "3", **over))["verdict"] == "ignored"
    await desk.log.drain()
    (resolved,) = desk.log.of(e.CaseResolved)
    assert (resolved.case_id, resolved.result, resolved.by.id) == (case_id, "再起動で復旧", "zendesk")


async def test_news_that_are_late_open_and_close_nothing(desk: Desk) -> None:
    case_id = (await told(desk, "1", updated_at=T2))["case_id"]
    assert (await told(desk, "2", updated_at=T1, status="solved"))["verdict"] == "ignored"
    assert (await told(desk, "3", updated_at=T3, status="solved"))["verdict"] == "resolved"
    late = await told(desk, "4", updated_at=T2, latest_comment="まだ直りません")
    assert (late["verdict"], late["case_id"]) == ("ignored", case_id)


async def test_a_ticket_that_is_opened_again_is_a_new_case(desk: Desk) -> None:
    first = (await told(desk, "1", updated_at=T1))["case_id"]
    await told(desk, "2", updated_at=T2, status="solved")
    again = await told(desk, "3", updated_at=T3, status="open", latest_comment="再発しました")
    assert (again["verdict"], again["case_id"] != first) == ("opened", True)


async def test_who_takes_the_ticket_has_acknowledged_the_case(desk: Desk) -> None:
    case_id = (await told(desk, "1", updated_at=T1))["case_id"]
    taker = {"id": "tanaka", "name": "田中 実"}
    assert (await told(desk, "2", updated_at=T2, taken_by=taker))["verdict"] == "taken"
    shown = (await desk.get(f"/v1/cases/{case_id}")).json()
    assert shown["owner"]["id"] == "tanaka"
    assert (await told(desk, "3", updated_at=T3, taken_by=taker))["verdict"] == "repeated"


async def test_what_we_write_when_a_case_is_resolved_goes_round_no_second_time(desk: Desk) -> None:
    case_id = (await told(desk, "1", updated_at=T1))["case_id"]
    await desk.act(case_id, "resolve", handling="h", result="r")
    before = await desk.said()
    for number, status in enumerate(("open", "solved", "closed")):
        made = await told(desk, f"echo-{number}", updated_at=T2, status=status, latest_comment=OURS)
        assert made["verdict"] == "ignored"
    assert await desk.said() == before
    assert await desk.count("cases") == 1


async def test_what_an_agent_changes_after_our_own_comment_is_no_echo_of_it(desk: Desk) -> None:
    await desk.set_up("z", "zendesk", secret="a signing secret", options={"ours": "7"})
    case_id = (await at(desk, "1", updated_at=T1, updated_by="8", priority="normal", impact="one"))["case_id"]
    after = {"updated_at": T2, "latest_comment": OURS, "impact": "one"}
    assert (await at(desk, "2", **after, updated_by="7", priority="urgent"))["verdict"] == "ignored"
    for nobody in ("", "-1"):
        assert (await at(desk, f"by {nobody}", **after, updated_by=nobody, priority="urgent"))["verdict"] == "ignored"
    assert (await at(desk, "3", **after, updated_by="8", priority="urgent"))["verdict"] == "noted"
    await desk.log.drain()
    (raised,) = desk.log.of(e.CaseReassessed)
    assert (raised.case_id, raised.urgency) == (case_id, "critical")
    assert desk.log.of(e.CaseNoted) == []
    await desk.act(case_id, "resolve", handling="h", result="r")
    again = await at(desk, "4", **after | {"updated_at": T3}, updated_by="8", status="open")
    assert (again["verdict"], again["case_id"] != case_id) == ("opened", True)


async def test_a_beginning_that_comes_after_its_end_opens_nothing(desk: Desk) -> None:
    assert (await told(desk, "1", updated_at=T2, status="solved"))["verdict"] == "ignored"
    assert (await told(desk, "2", updated_at=T1))["verdict"] == "ignored"
    assert await desk.count("cases") == 0
    assert (await told(desk, "3", updated_at=T3, status="open"))["verdict"] == "opened"


async def test_an_end_of_what_was_never_opened_is_forgotten_in_time(desk: Desk) -> None:
    await told(desk, "1", updated_at=T2, status="solved")
    await told(desk, "2", ticket_id="4712", updated_at=T1)
    for days, left in ((0, 2), (31, 1)):
        async with desk.db.transaction() as tx:
            await erasing.forget_deliveries(tx, Spans(), T0 + timedelta(days=days))
        assert await desk.count("externals") == left


async def test_a_ticket_finds_its_case_in_a_database_that_has_forgotten_it(desk: Desk) -> None:
    case_id = (await told(desk, "1", updated_at=T1))["case_id"]
    await desk.log.drain()
    (submitted,) = desk.log.of(e.CaseSubmitted)
    async with desk.db.transaction() as tx:
        await tx.execute("DELETE FROM externals")
    await desk.log.read(submitted)
    over = await told(desk, "2", updated_at=T2, status="solved")
    assert (over["verdict"], over["case_id"]) == ("resolved", case_id)


async def test_a_take_over_that_is_late_says_nothing_of_the_case_that_came_after(desk: Desk) -> None:
    await told(desk, "1", updated_at=T1)
    await told(desk, "2", updated_at=T2, status="solved")
    case_id = (await told(desk, "3", updated_at=T3, status="open"))["case_id"]
    taker = {"id": "tanaka", "name": "田中 実"}
    late = await told(desk, "4", updated_at=(T0 + timedelta(seconds=90)).isoformat(), taken_by=taker)
    assert late["verdict"] == "ignored"
    assert (await desk.get(f"/v1/cases/{case_id}")).json()["owner"] is None
    assert (await told(desk, "5", updated_at=T3, taken_by=taker))["verdict"] == "taken"


async def test_a_ticket_that_changes_hands_takes_its_case_along(desk: Desk) -> None:
    options = {"ours": "7", "people": "6401=sato,6402=tanaka"}
    await desk.set_up("z", "zendesk", secret="a signing secret", options=options)
    case_id = (await at(desk, "1", updated_at=T1, updated_by="8"))["case_id"]
    await desk.act(case_id, "acknowledge")

    async def handed(invocation: str, to: str, when: str, by: str = "8") -> tuple[str, str]:
        made = await at(desk, invocation, updated_at=when, updated_by=by, taken_by={"id": to, "name": "田中 実"})
        return made["verdict"], (await desk.get(f"/v1/cases/{case_id}")).json()["owner"]["id"]

    assert await handed("by us", "6402", T2, "7") == ("ignored", "sato")
    assert await handed("by a rule", "6402", T2, "-1") == ("ignored", "sato")
    assert await handed("to whom we do not know", "6403", T2) == ("ignored", "sato")
    assert await handed("2", "6402", T3) == ("taken", "tanaka")
    assert await handed("late", "6401", T2) == ("ignored", "tanaka")
    await desk.log.drain()
    (one,) = desk.log.of(e.CaseReassigned)
    assert (one.by.kind, one.by.id, one.to.id, one.to.name) == ("source", "zendesk", "tanaka", "田中 実")


async def standing(desk: Desk, ours: str = "tasuki") -> None:
    """A source named s, of a CRM whose records say with every change who has them."""
    options = {"people": "b=tanaka,c=ito"} | ({"ours": ours} if ours else {})
    await desk.set_up("s", "servicenow", secret="a secret of the script", options=options)


async def edited(desk: Desk, minute: int, holder: str = "", by: str = "admin", **fields: str) -> list[str]:
    """A version of the record of each minute, as it is said to s: what came of it."""
    desk.clock.at = T0 + timedelta(minutes=minute)
    record = {
        "sys_id": "0" * 31 + "1", "sys_mod_count": f"{minute}", "sys_updated_on": f"{desk.clock.at}",
        "sys_updated_by": by, "short_description": "決済が失敗する", "state": "1",
    }  # fmt: skip
    body = json.dumps({**record, "taken_by": holder, **fields}).encode()
    answer = (await desk.alert("s", "a secret of the script", body)).json()
    return [one["verdict"] for one in answer.get("data", [answer])]


async def owner(desk: Desk, case_id: str) -> str:
    """Who has the case, while nobody but the person who answered here has acknowledged it."""
    await desk.log.drain()
    assert [one.by.id for one in desk.log.of(e.CaseAcknowledged)] == ["sato"]
    shown = (await desk.get(f"/v1/cases/{case_id}")).json()
    return str(shown["owner"] and shown["owner"]["id"])


async def handed_to_tanaka(desk: Desk, case_id: str) -> str:
    """A case is handed over here to somebody who is then called; who has it now."""
    await desk.act(case_id, "reassign", to={"id": "tanaka", "name": "田中"})
    await desk.log.drain()
    asked = story.assigned(after=2, person=Person(id="tanaka", name="田中"))
    await desk.log.tell(asked.model_copy(update={"case_id": case_id}))
    return await owner(desk, case_id)


async def newest(desk: Desk) -> str:
    """The id of the newest case."""
    async with desk.db.reading() as tx:
        return str(await tx.fetchval("SELECT id FROM cases ORDER BY number DESC LIMIT 1"))


async def test_who_was_written_into_a_record_by_us_has_not_taken_it_there(desk: Desk) -> None:
    """Seen red where our own change left no mark: the next edit by anybody acknowledged for who is silent."""
    await standing(desk)
    assert await edited(desk, 1) == ["opened"]
    case_id = await newest(desk)
    await desk.act(case_id, "acknowledge")
    before = await handed_to_tanaka(desk, case_id)
    assert set(await edited(desk, 2, "b", "tasuki")) == {"ignored"}
    assert await edited(desk, 3, "b", priority="1") == ["noted", "repeated"]
    assert await owner(desk, case_id) == before
    assert (await edited(desk, 4, "c"))[1] == "taken", "somebody else, by somebody else"


async def test_who_stood_in_a_record_when_somebody_answered_here_is_no_news(desk: Desk) -> None:
    """Seen red where the first who was heard of had taken it."""
    await standing(desk, ours="")
    await edited(desk, 1)
    case_id = await newest(desk)
    await desk.act(case_id, "acknowledge")
    before = await handed_to_tanaka(desk, case_id)
    assert (await edited(desk, 2, "b"))[1] == "ignored"
    assert (await edited(desk, 3, "b"))[1] == "repeated"
    assert await owner(desk, case_id) == before


async def test_who_stands_in_a_record_that_is_opened_again_has_not_taken_its_new_case(desk: Desk) -> None:
    """Seen red where the new case was theirs, and nobody was called."""
    await standing(desk)
    await edited(desk, 1)
    first = await newest(desk)
    await desk.act(first, "acknowledge")
    assert await edited(desk, 2, "c", state="6") == ["resolved"]
    assert await edited(desk, 30, "b", state="1") == ["opened", "repeated"]
    second = await newest(desk)
    assert (second != first, await owner(desk, second)) == (True, "None")
    assert (await edited(desk, 31, "c"))[1] == "taken"


async def test_the_settings_say_who_we_are_in_zendesk(desk: Desk) -> None:
    here = Sources(replace(SETTINGS, zendesk_ours="7, 8", zone="Europe/Paris"), desk.db, desk.clock)
    source = await here.find("zendesk")
    assert source is not None
    assert (source.options, str(source.zone)) == ({"ours": "7, 8"}, "Europe/Paris")
    assert [one.options for one in await here.all() if one.id != "zendesk"] == [{}, {}, {}]


async def test_a_ticket_whose_comment_names_the_customer_is_noted_once(desk: Desk) -> None:
    said = {"requester": {"name": "山田太郎"}, "latest_comment": "山田太郎です。まだ直りません。山田　太郎"}
    case_id = (await told(desk, "1", updated_at=T1, **said))["case_id"]
    before = await desk.said()
    assert (await told(desk, "2", updated_at=T2, tags="vip,late", **said))["verdict"] == "repeated"
    answered = await told(desk, "3", updated_at=T3, tags="x", author="customer", **said)
    assert answered["verdict"] == "repeated"
    assert await desk.said() == before
    await desk.act(case_id, "notes", text="山田様へ連絡")
    await desk.log.drain()
    (noted,) = desk.log.of(e.CaseNoted)
    assert noted.text == "〔氏名〕様へ連絡"


async def test_the_first_line_of_a_ticket_said_again_is_an_answer_and_its_whole_text_is_none(desk: Desk) -> None:
    """Seen red where whatever the facts begin with was no news."""
    said = {"latest_comment": "助けてください。\n決済が止まっています", "kind": "お客様相談"}
    case_id = (await told(desk, "1", updated_at=T1, **said))["case_id"]
    await desk.act(case_id, "wait", reason="お客様の回答待ち")
    assert (await told(desk, "2", updated_at=T2, author="customer", **said))["verdict"] == "repeated"
    again = await told(
        desk, "3", updated_at=T3, author="customer", latest_comment="助けてください。", kind="お客様相談"
    )
    assert again["verdict"] == "replied"
    await desk.log.drain()
    (replied,) = desk.log.of(e.CaseReplied)
    assert replied.text == "助けてください。"
    assert (await desk.get(f"/v1/cases/{case_id}")).json()["waiting"] == ""
