"""Whether a page is still to be answered: what intake has taken counts before the log shows it; and what who is asked sees."""

from typing import Any

from shared.contracts import events as e
from shared.contracts.plan import Person, Responder
from shared.contracts.vocabulary import Channel, Path, Priority, Track
from tests.integration.intake.desk import Desk, link
from tests.integration.intake.test_acting import WHY, asked


async def is_asked(desk: Desk, case_id: str, person: str, round_: int, after: int = 0, **more: Any) -> Any:
    words = "&".join(f"{k}={v}" for k, v in {"person": person, "round": round_, "after": after, **more}.items())
    answer = await desk.get(f"/v1/cases/{case_id}/asked?{words}")
    return answer.json()["asked"] if answer.status_code == 200 else (answer.status_code, answer.json()["code"])


async def test_an_answer_ends_the_pages_of_its_round_and_of_those_decided_without_it(desk: Desk) -> None:
    case_id = (await desk.submit(urgency="critical", impact="all"))["id"]
    assert await is_asked(desk, case_id, "sato", 1)  # the page is ahead of the log
    await asked(desk, case_id, 1, "sato", "suzuki")
    await asked(desk, case_id, 2, "tanaka")
    people = {"sato": 1, "suzuki": 1, "tanaka": 2, "manager": 3}
    assert [await is_asked(desk, case_id, p, r) for p, r in people.items()] == [True] * 4  # the climb ends no page
    await desk.act(case_id, "acknowledge")
    assert [await is_asked(desk, case_id, p, r) for p, r in people.items()] == [False] * 4  # round 3 did not know of it
    assert await is_asked(desk, case_id, "manager", 3, after=1)  # this one does: a later clock
    assert await is_asked(desk, case_id, "chief", 3, track="authority")
    await desk.act(case_id, "resolve", handling="x", result="x")
    assert not await is_asked(desk, case_id, "manager", 3, after=1)


async def test_a_page_that_stands_for_both_tracks_is_of_use_until_neither_waits_for_its_person(desk: Desk) -> None:
    case_id = (await desk.submit(urgency="critical", impact="all"))["id"]
    await asked(desk, case_id, 1, "sato")
    await asked(desk, case_id, 3, "manager")
    paged = Responder(person=Person(id="manager", name="m"), path=Path.HIERARCHICAL, reason=WHY, paged_in=3)
    decide = e.EscalationAssigned(
        case_id=case_id, round=4, level=2, path=Path.HIERARCHICAL, priority=Priority.P1, cause="breached", after=0,
        track=Track.AUTHORITY, responders=(paged,), channels=(Channel.PHONE,), reasons=(WHY,), deadlines=(),
    )  # fmt: skip
    await desk.log.tell(decide)
    await desk.act(case_id, "acknowledge", round=1)
    assert [await is_asked(desk, case_id, p, r) for p, r in {"sato": 1, "manager": 3}.items()] == [False, True]
    assert (await desk.act(case_id, "acknowledge", by="manager", round=3)).status_code == 200
    assert not await is_asked(desk, case_id, "manager", 3)


async def test_a_question_that_makes_no_sense_is_refused(desk: Desk) -> None:
    case_id = (await desk.submit())["id"]
    assert await is_asked(desk, case_id, "sato", -1) == (422, "invalid")
    assert await is_asked(desk, case_id, "sato", 1, track="sideways") == (422, "invalid")
    assert await is_asked(desk, f"c_{'0' * 26}", "sato", 1) == (404, "unknown-case")


async def test_who_is_asked_sees_what_to_decide_by_and_not_the_name_of_the_customer(desk: Desk) -> None:
    who = {"company": "髙﨑㈱", "plan": "Pro", "name": "髙﨑 一郎"}
    told = {
        "difficulty": "返金の判断が必要",
        "amount": 3_000_000,
        "wanted_by": "2026-12-31T17:30:00+09:00",
        "customer": who,
    }
    page = (await desk.client.get(link(desk, (await desk.submit(**told))["id"]))).text
    for seen in ("返金の判断が必要", "3,000,000", "12月31日 17:30", "髙﨑㈱", "Pro"):
        assert seen in page
    assert "一郎" not in page
