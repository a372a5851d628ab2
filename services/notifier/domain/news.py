"""What each event tells to those who wait for the outcome, and to whom."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from services.notifier.domain.content import Content, about, importance
from services.notifier.domain.notification import Wish, rank
from services.notifier.domain.plan import Directory
from services.notifier.domain.recipients import team_of, ticket_of
from shared.contracts import events as e
from shared.contracts.case import Case, Joined
from shared.contracts.envelope import event_id
from shared.contracts.vocabulary import Channel, Purpose, Status, Track


@dataclass(frozen=True)
class Telling:
    """What an event tells, and to whom: `recipients` are people and teams, some of whom may have no contact.

    `but` is who did it and is not told of it; `shared` goes to the reporters and tickets of linked reports too.
    """

    content: Content
    purpose: Purpose
    recipients: tuple[str, ...]
    ticket: bool
    but: str = ""
    shared: bool = False
    track: Track = Track.HANDLING


def news(before: Case | None, case: Case, event: e.Event, lead: Case | None = None) -> Telling | None:
    """What an event tells to those who wait for the outcome; nothing for most events.

    `before` is the case without it; `lead` the case that is handled for this one too, where there is one.
    """
    match event:
        case e.CaseAcknowledged(by=by):
            return _acknowledged(case, by)
        case e.CaseUnacknowledged(by=by) if before is not None and before.revocable != case.revocable:
            return _progress(case, about(case, "unacknowledged", actor=by.name), by, *_owner(case))
        case e.CaseStarted(by=by):
            return _progress(case, about(case, "started", actor=by.name, ticket_status="open"), by)
        case e.CasePaused(by=by, reason=reason):
            return _progress(case, about(case, "paused", actor=by.name, text=reason), by)
        case e.CaseResumed(by=by):
            return _progress(case, about(case, "resumed", actor=by.name), by)
        case e.CaseReassigned(by=by, to=to, reason=reason):
            content = about(case, "reassigned", actor=by.name, owner=to.name, owner_id=to.id, text=reason)
            return _progress(case, content, by, to.id)
        case e.CaseNoted(by=by, text=text, internal=False):
            return _progress(case, about(case, "noted", actor=by.name, text=text), by, *_owner(case))
        case e.CaseReopened(by=by, reason=reason):
            content = about(case, "reopened", actor=by.name, text=reason, ticket_status="open")
            return _progress(case, content, by, *_owner(case))
        case e.CaseResolved():
            return _resolved(case, event, lead)
        case e.CaseExtended(by=by, reason=reason):
            content = about(case, "extended", actor=by.name, text=reason, deadline=str(event.name), more=event.more)
            return Telling(content, Purpose.PROGRESS, (*_owner(case), _reporter(case)), ticket=True, but=by.id)
        case e.CaseReplied(by=by, text=text, automatic=False):
            return Telling(about(case, "replied", text=text), Purpose.PROGRESS, _owner(case), ticket=False, but=by.id)
        case _:
            return _told_by_policy(before, case, event)


def _told_by_policy(before: Case | None, case: Case, event: e.Event) -> Telling | None:
    """What the router and the clocks tell."""
    match event:
        case e.EscalationPlanned(plan=plan) if plan.suppressed:
            content = about(case, "suppressed", reasons=((plan.suppressed.ja, plan.suppressed.en),), text=plan.faq)
            return Telling(content, Purpose.RESULT, (_reporter(case),), ticket=True)
        case e.EscalationPlanned(plan=plan) if before is not None and before.plan is not None:
            old, why = before.plan, tuple((r.ja, r.en) for r in plan.reasons)
            if plan.priority is old.priority and not old.suppressed:
                return None
            content = about(case, "reassessed", was=str(old.priority), reasons=why)
            told = (*_owner(case), _reporter(case), team_of(case))
            return Telling(content, Purpose.PROGRESS, told, ticket=True)
        case e.EscalationLinked(lead_number=number) if case.linked == event.lead:
            content = about(case, "linked", lead=number)
            return Telling(content, Purpose.PROGRESS, (_reporter(case),), ticket=True)
        case e.EscalationExhausted(reasons=reasons, track=track):
            content = about(case, "exhausted", reasons=tuple((r.ja, r.en) for r in reasons))
            return Telling(content, Purpose.WARNING, (team_of(case),), ticket=False, track=track)
        case e.DeadlineWarned() if case.owner and case.is_live(event.name, event.generation):
            content = about(case, "warned", due=event.due, deadline=str(event.name))
            return Telling(content, Purpose.WARNING, _owner(case), ticket=False)
        case _:
            return None


def _acknowledged(case: Case, by: e.Actor) -> Telling:
    """Either the case has somebody now, or somebody knows of it while others handle it."""
    if case.owner is not None and case.owner.id == by.id:
        return _progress(case, about(case, "acknowledged", actor=by.name, ticket_status="open"), by)
    return _progress(case, about(case, "known", actor=by.name), by, *_owner(case))


def _resolved(case: Case, event: e.CaseResolved, lead: Case | None) -> Telling:
    """The result, to everybody who was ever asked as well.

    A linked report that is done because its leading case is done is told of by that one; only its own followers, whom
    that one does not know, hear of it from here.
    """
    by = event.by
    content = about(case, "resolved", actor=by.name, handling=event.handling, result=event.result)
    content = replace(content, evaluation=event.evaluation, cause=event.cause, ticket_status="solved")
    if lead is not None and lead.status is Status.DONE:
        followers = tuple(f.id for f in case.followers if f.id != _reporter(case))
        return Telling(content, Purpose.RESULT, followers, ticket=False, but=by.id)
    return replace(_progress(case, content, by, *_owner(case), *case.told), purpose=Purpose.RESULT)


def ticket_status(case: Case | None, content: Content) -> str:
    """The status that the ticket gets now: one that was overtaken while it waited must not undo a newer one."""
    overtaken = case is not None and (case.status is Status.DONE) != (content.ticket_status == "solved")
    return "" if overtaken else content.ticket_status


def wishes(case: Case, telling: Telling, cause: object, known: Directory, joined: Sequence[Joined] = ()) -> list[Wish]:
    """The notifications of a telling; `cause` is the id of its event, so that each recipient hears it once.

    `joined` are the linked reports that hear it too.
    """
    ticket = ticket_of(case.submitted.external) if telling.ticket else None
    heard = dict.fromkeys((*telling.recipients, *filter(None, [ticket])), 0)
    for report in joined:
        for id_ in (report.by.id, ticket_of(report.external)):
            if id_ is not None:
                heard.setdefault(id_, report.number)
    heard.pop(telling.but, None)
    found: list[tuple[str, Channel, str, int]] = []
    for id_, number in heard.items():
        contact = known.get(id_)
        if id_.startswith("ticket:"):
            found.append((id_, Channel.TICKET, "", number))
        elif contact and contact.quiet:
            found.append((id_, contact.quiet, contact.name, number))
    return [
        Wish(
            id=event_id("notification", cause, recipient, channel, telling.purpose),
            case_id=case.id,
            purpose=telling.purpose,
            channel=channel,
            recipient=recipient,
            name=name,
            rank=rank(importance(case), telling.purpose),
            content=replace(telling.content, joined=number),
            round=case.round,
            track=telling.track,
        )
        for recipient, channel, name, number in found
    ]


def _progress(case: Case, content: Content, by: e.Actor, *more: str) -> Telling:
    """To the reporter, the followers, the ticket, the team, `more` and the linked reports."""
    recipients = (_reporter(case), *(f.id for f in case.followers), *more, team_of(case))
    return Telling(content, Purpose.PROGRESS, recipients, ticket=True, but=by.id, shared=True)


def _owner(case: Case) -> tuple[str, ...]:
    return (case.owner.id,) if case.owner else ()


def _reporter(case: Case) -> str:
    return case.submitted.by.id
