"""Cases that a person links and splits, on the router's real database: the other case hears of it, once."""

from shared.contracts import events as e
from tests.integration.log import Log
from tests.integration.router.test_gathering import case
from tests.integration.router.test_routing import BY, submitted


async def test_both_cases_hear_of_a_link_and_of_its_end_however_often_it_is_read(log: Log) -> None:
    for id_ in ("h1", "h2"):
        await log.tell(submitted(id_))
    linked = e.CaseLinked(case_id="h2", by=BY, lead="h1", lead_number=1)
    split = e.CaseSplit(case_id="h2", by=BY, lead="h1", lead_number=1)
    for _ in range(2):
        await log.tell(linked, id_="the link")
    assert [j.case_id for j in (await case(log, "h1")).joined] == ["h2"]
    report = await case(log, "h2")
    assert (report.linked, report.running(), report.awaiting) == ("h1", [], False)
    before = len(log.said)
    for _ in range(2):
        await log.tell(split, id_="the split")
    said = log.said[before:]
    assert [(x.case_id, type(x)) for x in said] == [
        ("h2", e.EscalationPlanned), ("h2", e.EscalationAssigned), ("h1", e.EscalationParted),
    ]  # fmt: skip
    assert (await case(log, "h1")).joined == ()
    report = await case(log, "h2")
    assert (report.linked, report.awaiting, bool(report.running())) == ("", True, True)
    async with log.db.reading() as tx:
        rows = await tx.fetch("SELECT case_id, lead FROM open_cases ORDER BY case_id")
    assert [tuple(row) for row in rows] == [("h1", ""), ("h2", "")]
