"""Whether a page is still to be answered: what intake has taken counts before the log shows it."""

from typing import Any

from tests.integration.intake.desk import Desk
from tests.integration.intake.test_acting import asked


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


async def test_a_question_that_makes_no_sense_is_refused(desk: Desk) -> None:
    case_id = (await desk.submit())["id"]
    assert await is_asked(desk, case_id, "sato", -1) == (422, "invalid")
    assert await is_asked(desk, case_id, "sato", 1, track="sideways") == (422, "invalid")
    assert await is_asked(desk, f"c_{'0' * 26}", "sato", 1) == (404, "unknown-case")
