"""One case instead of many reports of the same: which case leads, and which reports are linked to it."""

from collections.abc import Sequence

from services.router.domain import wording
from services.router.domain.climb.likeness import Recent
from shared.contracts import events as e
from shared.contracts.case import Case
from shared.contracts.circle import is_restricted
from shared.contracts.vocabulary import Status


def leaders(similar: Sequence[Recent]) -> tuple[str, ...]:
    """The cases that similar reports were linked to, the newest first; nothing when there is none yet."""
    return tuple(dict.fromkeys(r.lead or r.case_id for r in reversed(similar) if r.lead or r.leads))


def may_join(lead: Case | None, report: Case) -> bool:
    """Whether a planned report may go without pages of its own: the leading case is open, and nothing gets lost by it."""
    return lead is not None and lead.status is not Status.DONE and _loses_nothing(report, lead)


def may_be_gathered(report: Case, lead: Case) -> bool:
    """Whether a report may be linked to a planned case that came after it.

    Nobody has taken it, nobody has split it off, and nothing gets lost by it.
    """
    free = report.owner is None and not (report.linked or report.joined or report.apart)
    return free and _loses_nothing(report, lead)


def _loses_nothing(report: Case, lead: Case) -> bool:
    """Whether a report would neither be hidden behind a lesser case nor shown to more people than may see it.

    That case is as urgent, and no rule says of the report what it did not say of that one: a threat among the complaints
    of an outage still reaches the superior, whichever of them came first.
    """
    mine, its = report.plan, lead.plan
    return (
        mine is not None
        and its is not None
        and set(mine.rules) <= set(its.rules)
        and its.priority.value <= mine.priority.value
        and is_restricted(report) == is_restricted(lead)
    )


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
        reachable=report.submitted.reachable,
    )


def on_erased(before: Case, case: Case, event: e.CaseErased, *_: object) -> list[e.Event]:
    """The case that a report is handled as forgets who reported it too, and tells them no more."""
    return [joined(case.linked, case)] if event.reporter and case.linked else []


def parted(lead: str, report: Case) -> list[e.EscalationParted]:
    """A case is not handled for this report any more; nothing for one that was never linked."""
    number = report.submitted.number
    return [e.EscalationParted(case_id=lead, parted=report.id, parted_number=number)] if lead else []
