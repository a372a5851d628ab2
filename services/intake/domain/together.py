"""Several reports of one trouble: which case a person may have handled as which, and what the end of the leading one means."""

from dataclasses import replace

from services.intake.domain import refusals
from services.intake.domain.commands import Link
from services.intake.domain.refusals import Refusal
from shared.contracts import events as e
from shared.contracts.case import Case
from shared.contracts.circle import is_marked, is_restricted
from shared.contracts.drill import is_real
from shared.contracts.joined import result_for, waits_again
from shared.contracts.vocabulary import Status


def same_result(lead: Case | None, report: Case | None) -> e.CaseResolved | None:
    """The result of the leading case for a linked report that is still open; not while it may be told to more than may read it."""
    if lead is None or report is None or lead.status is not Status.DONE or lead.resolution is None:
        return None
    if report.status is Status.DONE or report.linked != lead.id:
        return None
    if not is_restricted(report) and (is_restricted(lead) or (lead.plan is None and report.plan is not None)):
        return None
    return result_for(report.id, lead.resolution)


def is_overheard(lead: Case | None, report: Case | None) -> bool:
    """Whether an open report is linked to a case that other people may read, so that the one would tell of the other.

    Of a case whose plan is not read yet nobody knows that, unless its report says so itself.
    """
    if lead is None or report is None or report.status is Status.DONE or report.linked != lead.id:
        return False
    if any(case.plan is None and not is_marked(case.submitted.report) for case in (lead, report)):
        return False
    return is_restricted(lead) != is_restricted(report)


def is_led(report: Case, lead: Case) -> bool:
    """Whether how the leading case stands tells how a linked report does: also once its result turned out not to hold.

    It tells nothing where other people may read the one than the other.
    """
    if is_restricted(report) != is_restricted(lead):
        return False
    return report.status is not Status.DONE or (lead.status is not Status.DONE and waits_again(report, lead))


def linked(case: Case, wanted: Link, by: e.Actor, lead: int) -> e.CaseLinked | Refusal | None:
    """Have a case handled as another one; `lead` is the number of the case that it is handled as already.

    The other one must be open and stand for itself, and nothing may get lost by it: neither urgency, nor who has to decide,
    nor the circle that may see what is restricted.
    """
    other = wanted.lead
    if other is None:
        return refusals.NO_SUCH_CASE
    if not (is_real(case.submitted.source) and is_real(other.submitted.source)):
        return refusals.DRILL_ALONE
    if case.linked:
        return None if case.linked == other.id else refusals.together(lead)
    number = other.submitted.number
    if other.id == case.id:
        return refusals.TO_ITSELF
    if other.status is Status.DONE:
        return refusals.lead_done(number)
    if other.linked:
        return refusals.lead_linked(number)
    if case.joined:
        return refusals.leads_others(number)
    if is_restricted(case) != is_restricted(other):
        return refusals.OTHER_CIRCLE
    if case.plan and other.plan and case.plan.team != other.plan.team:
        return refusals.other_team(number)
    if _is_lesser(other, case):
        return refusals.lesser(number)
    return e.CaseLinked(case_id=case.id, by=by, lead=other.id, lead_number=number, reason=wanted.reason)


def unrelatable(case: Case, other: Case) -> Refusal | None:
    """Why two cases cannot be said to have to do with each other; a drill never does with what is real."""
    if other.id == case.id:
        return refusals.WITH_ITSELF
    return (
        None
        if is_real(case.submitted.source) and is_real(other.submitted.source)
        else replace(refusals.DRILL_ALONE, field="other")
    )


def _is_lesser(lead: Case, report: Case) -> bool:
    """Whether a report would be hidden behind a case that is less urgent, or for which nobody has to decide."""
    if lead.plan is None or not lead.plan.levels:
        return True
    plan = report.plan
    return plan is not None and (
        lead.plan.priority.value > plan.priority.value or (bool(plan.authority) and not lead.plan.authority)
    )


def told_as_reporter(lead: Case | None, report: str, by: e.Actor | None) -> str:
    """The id of who is told of a case because their report is or was handled as it; "" where they have another part in it too."""
    if by is None or by.kind != "person":
        return ""
    if lead is None:
        return by.id
    reporters = {lead.submitted.by.id, *(j.by.id for j in lead.joined if j.case_id != report)}
    helpers = {*lead.told, *(f.id for f in lead.followers), *([lead.owner.id] if lead.owner else [])}
    return "" if by.id in reporters | helpers else by.id
