"""Dead letters of cases that have gone on: handled late they would write the old over the new, so they are refused."""

from typing import Any

import pytest

from services.intake import parked
from shared.contracts.events import CaseResolved, CaseSubmitted
from shared.runtime.db import Database
from tests.integration.intake.desk import Desk
from tests.integration.intake.parking import noted, park
from tests.integration.intake.people import log_in, send, words
from tests.integration.intake.test_operations import PATH, letters


async def _goes_on(desk: Desk, case_id: str, letter: dict[str, Any]) -> None:
    """Something of the case stands in the log behind a dead letter."""
    await desk.db.pool.execute(
        """INSERT INTO timeline (event_id, case_id, topic, partition, "offset", at, type, body)
           SELECT gen_random_uuid(), case_id, topic, $2, $3, at, type, body FROM timeline WHERE case_id = $1 LIMIT 1""",
        case_id, letter["partition"], letter["offset"] + 1,
    )  # fmt: skip


async def test_a_record_is_refused_once_its_case_has_gone_on_and_says_what_to_do(desk: Desk, kept: Database) -> None:
    case_id = (await desk.submit())["id"]
    await desk.log.drain()
    await park(kept, desk, "timer", (noted(case_id, "古い"), None))
    (one,) = await letters(desk, case_id)
    await _goes_on(desk, case_id, one)
    read = await kept.pool.fetchval("SELECT count(*) FROM inbox")
    answer = (await desk.post(f"/v1/operations/dead-letters/{one['place']}/replay")).json()
    assert (answer["verdict"], answer["reason"]) == ("refused", parked.GONE_ON[0])
    assert await kept.pool.fetchval("SELECT count(*) FROM inbox") == read
    browser, page = await log_in(desk), f"{PATH}/{one['place']}"
    assert "計画し直してから" in words(await send(browser, page, f"{page}/again"))
    assert not (await letters(desk, case_id))[0]["settled"]


@pytest.mark.parametrize(("resolved", "verdict"), [(False, "handled"), (True, "refused")])
async def test_the_beginning_of_a_case_is_handled_as_long_as_the_case_is_open(
    desk: Desk, kept: Database, resolved: bool, verdict: str
) -> None:
    """The auditor's own alarm about a case without a plan stands behind it after half a minute."""
    case_id = (await desk.submit())["id"]
    await desk.log.drain()
    by = {"kind": "person", "id": "mai", "name": "舞"}
    if resolved:
        done = {"case_id": case_id, "by": by, "handling": "直した", "result": "直った"}
        await desk.log.tell(CaseResolved.model_validate(done))
    told = {"case_id": case_id, "by": by, "number": 1, "report": {"facts": "止まった"}, "source": "t"}
    await park(kept, desk, "timer", (CaseSubmitted.model_validate(told), None))
    (one,) = await letters(desk, case_id)
    await _goes_on(desk, case_id, one)
    answer = (await desk.post(f"/v1/operations/dead-letters/{one['place']}/replay")).json()
    assert answer["verdict"] == verdict
    watched = await kept.pool.fetchval("SELECT count(*) FROM open_cases WHERE case_id = $1", case_id)
    assert watched == (0 if resolved else 1)


async def test_a_record_does_not_bring_back_what_was_erased(desk: Desk, kept: Database) -> None:
    by = {"kind": "person", "id": "mai", "name": "舞"}
    case_id = (await desk.submit())["id"]
    await desk.log.drain()
    await desk.db.pool.execute("DELETE FROM cases WHERE id = $1", case_id)
    told = {"case_id": case_id, "by": by, "number": 1, "report": {"facts": "佐藤"}, "source": "t"}
    await park(kept, desk, "timer", (CaseSubmitted.model_validate(told), None))
    (one,) = await letters(desk, case_id)
    answer = (await desk.post(f"/v1/operations/dead-letters/{one['place']}/replay")).json()
    assert (answer["verdict"], answer["reason"]) == ("refused", parked.ERASED[0])
    assert await kept.pool.fetchval("SELECT count(*) FROM open_cases") == 0


async def test_what_a_restricted_case_holds_is_shown_to_those_who_may_see_it_and_that_they_looked_is_recorded(
    desk: Desk, kept: Database
) -> None:
    by = {"kind": "person", "id": "mai", "name": "舞"}
    report = {"kind": "harassment", "facts": "上司の佐藤に脅された"}
    case_id = "c_01m80tsfphe99kg5qcb6bqxnc5"
    told = {"case_id": case_id, "by": by, "number": 1, "report": report, "source": "t"}
    await park(kept, desk, "timer", (CaseSubmitted.model_validate(told), None))
    (one,) = await letters(desk, case_id)
    path = f"/v1/operations/dead-letters/{one['place']}"
    admin = await desk.token_for("admin", "all", None, ("admin", "*"))
    hidden = await desk.get(path, token=admin)
    assert (hidden.status_code, hidden.json()["body"]) == (200, None)
    assert "脅された" not in hidden.text
    assert "脅された" in (await desk.get(path)).json()["body"]
    looks = "SELECT count(*) FROM audit WHERE object = $1 AND entry::jsonb ->> 'action' = 'case.seen'"
    assert await desk.db.pool.fetchval(looks, case_id) == 1
    browser = await log_in(desk)
    assert "その案件を見られる人だけに表示します" in words(await browser.get(f"{PATH}/{one['place']}"))
