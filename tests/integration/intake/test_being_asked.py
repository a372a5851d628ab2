"""Who is being asked: whose answer is waited for, and nobody who has answered or was called off, wherever that is read."""

from services.intake.domain import board
from shared.contracts import events as e
from shared.contracts.links import make_followup
from shared.contracts.vocabulary import DeadlineName
from shared.runtime import folds
from tests.integration.intake.desk import LINK_KEY, Desk
from tests.integration.intake.office import behind
from tests.integration.intake.people import log_in, words
from tests.integration.intake.test_acting import asked, both_asked


async def test_who_has_answered_and_who_was_called_off_is_asked_no_more(desk: Desk) -> None:
    desk.others.answer = behind
    case_id = await both_asked(desk)
    reporters = f"/r/{make_followup(LINK_KEY, case_id)}"
    await desk.act(case_id, "acknowledge", by="manager", round=2)
    page = words(await desk.client.get(reporters))
    assert ("satoさんさんに連絡しています" in page, "managerさんさんに連絡しています" in page) == (True, False)
    number = (await desk.get(f"/v1/cases/{case_id}")).json()["number"]
    browser = await log_in(desk, "mai", ("leader", "*"))
    board_ = words(await browser.get("/cases"))
    assert ("連絡中：satoさん" in board_, "managerさん" in board_) == (True, False)
    people = words(await browser.get(f"/cases/{number}"))
    assert ("satoさんさん 連絡中" in people, "managerさんさん 連絡済み" in people) == (True, True)


async def test_whom_nobody_waits_for_stays_named_to_the_reporter_while_nobody_has_the_case(desk: Desk) -> None:
    case_id = (await desk.submit())["id"]
    await asked(desk, case_id, 1, "sato")
    robot = e.CaseAcknowledged(case_id=case_id, by=e.Actor(kind="source", id="zendesk"), via="api")
    await desk.log.tell(robot)
    async with desk.db.reading() as tx:
        case = (await folds.load(tx, case_id, lock=False)).case
    assert case is not None
    assert (case.pending, board.item(case).asked) == ((), ())
    assert case.deadlines[DeadlineName.FIRST_RESPONSE].state == "met"
    page = words(await desk.client.get(f"/r/{make_followup(LINK_KEY, case_id)}"))
    assert "satoさんさんに連絡しています" in page
