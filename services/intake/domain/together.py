"""Several reports of one trouble: what the end of the case that leads means for a report that is linked to it."""

from shared.contracts import events as e
from shared.contracts.case import Case
from shared.contracts.vocabulary import Status


def same_result(lead: Case | None, report: Case | None) -> e.CaseResolved | None:
    """The result of the leading case for a linked report that is still open; how it is judged stands with the lead."""
    if lead is None or report is None or lead.status is not Status.DONE or lead.resolution is None:
        return None
    if report.status is Status.DONE or report.linked != lead.id:
        return None
    return lead.resolution.model_copy(update={"case_id": report.id, "evaluation": ""})
