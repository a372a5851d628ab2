"""One case instead of many reports of the same: which case leads, and which reports are linked to it."""

from collections.abc import Sequence

from services.router.domain import wording
from services.router.domain.climb.likeness import Recent
from shared.contracts import events as e
from shared.contracts.case import Case
from shared.contracts.plan import Plan
from shared.contracts.vocabulary import Status


def leader(similar: Sequence[Recent]) -> str:
    """The case that similar reports were linked to, or nothing when there is none yet."""
    return next((r.lead or r.case_id for r in reversed(similar) if r.lead or r.leads), "")


def may_join(lead: Case | None, plan: Plan) -> bool:
    """Whether a report may go without pages of its own.

    Only when the leading case is open, as urgent, and no rule says of this report what it did not say of that one: a
    threat among the complaints of an outage still reaches the superior.
    """
    return (
        lead is not None
        and lead.plan is not None
        and lead.status is not Status.DONE
        and set(plan.rules) <= set(lead.plan.rules)
        and lead.plan.priority.value <= plan.priority.value
    )


def may_be_gathered(report: Case) -> bool:
    """Whether a report may be linked to a case that came after it: nobody has taken it, and nobody has split it off."""
    return report.owner is None and not (report.linked or report.joined or report.apart)


def linked(case_id: str, lead: Case) -> e.EscalationLinked:
    """A report gets the result of another case."""
    number = lead.submitted.number
    return e.EscalationLinked(
        case_id=case_id, lead=lead.id, lead_number=number, reasons=(wording.same_trouble(number),)
    )


def joined(lead: str, report: Case) -> e.EscalationJoined:
    """A case is handled for another report too."""
    return e.EscalationJoined(
        case_id=lead,
        joined=report.id,
        joined_number=report.submitted.number,
        by=report.submitted.by,
        external=report.submitted.external,
    )


def parted(lead: str, report: Case) -> list[e.EscalationParted]:
    """A case is not handled for this report any more; nothing for one that was never linked."""
    number = report.submitted.number
    return [e.EscalationParted(case_id=lead, parted=report.id, parted_number=number)] if lead else []
