"""What each event tells to those who wait for the outcome, and to whom."""

from dataclasses import replace

from services.notifier.domain.asking import own_page, told_of
from services.notifier.domain.content import Content, about
from services.notifier.domain.recipients import hearers, owner_of, reporter_of, team_of
from services.notifier.domain.telling import Telling, progress
from shared.contracts import events as e
from shared.contracts.case import Case
from shared.contracts.plan import Plan, Reason
from shared.contracts.vocabulary import Purpose, Status


def news(before: Case | None, case: Case, event: e.Event, lead: Case | None = None) -> Telling | None:
    """What an event tells to those who wait for the outcome; nothing for most events.

    `before` is the case without it; `lead` the case that is handled for this one too, where there is one.
    """
    match event:
        case e.CaseAcknowledged(by=by):
            return _acknowledged(before, case, by)
        case e.CaseUnacknowledged(by=by) if before is not None and before.revocable != case.revocable:
            return progress(case, about(case, "unacknowledged", actor=by.name), by, *owner_of(case))
        case e.CaseStarted(by=by):
            return progress(case, about(case, "started", actor=by.name, ticket_status="open"), by)
        case e.CasePaused(by=by, reason=reason):
            return progress(case, about(case, "paused", actor=by.name, text=reason), by)
        case e.CaseResumed(by=by):
            return progress(case, about(case, "resumed", actor=by.name), by)
        case e.CaseReassigned(by=by, to=to, reason=reason):
            content = about(
                case, "reassigned", actor=by.name, owner=to.name, owner_id=to.id, text=reason, ticket_status="open"
            )
            return progress(case, content, by, to.id, *(owner_of(before) if before else ()))
        case e.CaseLinked(by=by, lead_number=number) if case.linked == event.lead != (before.linked if before else ""):
            said = _linked(case, number, by.name)
            return replace(said, recipients=(*said.recipients, *owner_of(case)), but=(by.id,))
        case e.CaseSplit(by=by, lead_number=number) if before is not None and before.linked and not case.linked:
            return progress(case, about(case, "split", actor=by.name, lead=number), by, *owner_of(case))
        case e.CaseDeclined(by=by, reason=reason) if before is not None and before.is_offered(by.id):
            told = (*owner_of(case), case.offered_by)
            content = about(case, "declined", actor=by.name, text=reason)
            return Telling(content, Purpose.PROGRESS, told, ticket=False, but=(by.id,))
        case e.CaseNoted(by=by, text=text, internal=False):
            return progress(case, about(case, "noted", actor=by.name, text=text), by, *hearers(case, lead))
        case e.CaseReopened(by=by, reason=reason):
            content = about(case, "reopened", actor=by.name, text=reason, ticket_status="open")
            return progress(case, content, by, *owner_of(case))
        case e.CaseResolved():
            return _resolved(case, event, lead)
        case e.CaseFeedback(by=by, text=text):
            content, me = about(case, "feedback", actor=by.name, text=text), reporter_of(case)
            return Telling(content, Purpose.RESULT, (me,), ticket=case.submitted.by.kind == "source", but=(by.id,))
        case e.CaseExtended(by=by, reason=reason):
            content = about(case, "extended", actor=by.name, text=reason, deadline=str(event.name), more=event.more)
            return Telling(content, Purpose.PROGRESS, (*owner_of(case), reporter_of(case)), ticket=True, but=(by.id,))
        case e.CaseReplied(by=by, text=text, automatic=False):
            return Telling(
                about(case, "replied", text=text), Purpose.PROGRESS, hearers(case, lead), ticket=False, but=(by.id,)
            )
        case _:
            return _told_by_policy(before, case, event)


def _told_by_policy(before: Case | None, case: Case, event: e.Event) -> Telling | None:
    """What the router and the clocks tell."""
    match event:
        case e.EscalationPlanned(plan=plan) if plan.suppressed:
            return Telling(_no_incident(case, plan, plan.suppressed), Purpose.RESULT, (reporter_of(case),), ticket=True)
        case e.EscalationPlanned(plan=plan) if before is not None and before.plan is not None:
            old, why = before.plan, tuple((r.ja, r.en) for r in plan.reasons)
            if plan.priority is old.priority and not old.suppressed:
                return None
            content = about(case, "reassessed", was=str(old.priority), reasons=why)
            told = (*owner_of(case), reporter_of(case), *team_of(case))
            return Telling(content, Purpose.PROGRESS, told, ticket=True)
        case e.EscalationLinked(lead_number=number) if case.linked == event.lead:
            return _linked(case, number)
        case e.EscalationExhausted(reasons=reasons, track=track) if case.asking(track).awaiting:
            content = about(case, "exhausted", reasons=tuple((r.ja, r.en) for r in reasons))
            return Telling(content, Purpose.WARNING, team_of(case), ticket=False, track=track)
        case e.EscalationAssigned() if before is not None:
            return told_of(before, case, event)
        case e.DeadlineWarned() if case.owner and case.is_live(event.name, event.generation):
            content = about(case, "warned", due=event.due, deadline=str(event.name))
            return Telling(content, Purpose.WARNING, owner_of(case), ticket=False)
        case _:
            return None


def _no_incident(case: Case, plan: Plan, why: Reason) -> Content:
    """Why nobody is called, and where the answer is: at an address, or found on the reporter's page by the rule's words."""
    address = plan.faq if plan.faq.startswith("https://") else ""
    found = {"answers": bool(plan.faq) and not address, "followup": own_page(case)}
    return about(case, "suppressed", reasons=((why.ja, why.en),), text=address, **found)


def _acknowledged(before: Case | None, case: Case, by: e.Actor) -> Telling:
    """Either the case has somebody now, or somebody else, or somebody knows of it while others handle it."""
    if before is not None and before.owner is not None and case.owner != before.owner:
        return progress(case, about(case, "handed", actor=by.name, ticket_status="open"), by, before.owner.id)
    if case.owner is not None and case.owner.id == by.id:
        return progress(case, about(case, "acknowledged", actor=by.name, ticket_status="open"), by)
    return progress(case, about(case, "known", actor=by.name), by, *owner_of(case))


def _linked(case: Case, lead: int, by: str = "") -> Telling:
    return Telling(about(case, "linked", lead=lead, actor=by), Purpose.PROGRESS, (reporter_of(case),), ticket=True)


def _resolved(case: Case, event: e.CaseResolved, lead: Case | None) -> Telling:
    """The result, to everybody who was ever asked as well.

    A linked report that is done because its leading case is done is told of by that one; only its own followers, whom
    that one does not know, hear of it from here.
    """
    by = event.by
    content = about(case, "resolved", actor=by.name, handling=event.handling, result=event.result)
    content = replace(content, evaluation=event.evaluation, cause=event.cause, ticket_status="solved")
    if lead is not None and lead.status is Status.DONE:
        followers = tuple(f.id for f in case.followers if f.id != reporter_of(case))
        return Telling(content, Purpose.RESULT, followers, ticket=False, but=(by.id,))
    return replace(progress(case, content, by, *owner_of(case), *case.told), purpose=Purpose.RESULT)


def ticket_status(case: Case | None, content: Content) -> str:
    """The status that the ticket gets now: one that was overtaken while it waited must not undo a newer one."""
    overtaken = case is not None and (case.status is Status.DONE) != (content.ticket_status == "solved")
    return "" if overtaken else content.ticket_status


def ticket_owner(case: Case | None, content: Content) -> str:
    """The id of the person whose ticket it becomes with its status, "" for nobody: nor does a former owner get it back."""
    overtaken = case is not None and (case.owner is None or case.owner.id != content.owner_id)
    return "" if overtaken or not content.ticket_status else content.owner_id
