"""Who is told what, and by which channel: from one event and the state of its case to the notifications it asks for."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from services.notifier.domain.contact import Contact
from services.notifier.domain.content import Content, about, importance, names
from services.notifier.domain.notification import Wish, rank
from shared.contracts import events as e
from shared.contracts.case import Case
from shared.contracts.envelope import event_id
from shared.contracts.ids import notification_id
from shared.contracts.plan import Reason
from shared.contracts.vocabulary import Channel, DeadlineName, Priority, Purpose, Status

Directory = Mapping[str, Contact]
TEAM_HEARS_OF = (Priority.P1, Priority.P2)
NO_TICKET = Reason(
    ja="元のチケットに書き込めないため、メールでお知らせしています。",
    en="There is no ticket to write to, so this comes by e-mail.",
)


@dataclass(frozen=True)
class Telling:
    """What an event tells, and to whom: `recipients` are people and teams, some of whom may have no contact."""

    content: Content
    purpose: Purpose
    recipients: tuple[str, ...]
    ticket: bool


def concerned(case: Case, event: e.EscalationAssigned) -> set[str]:
    """The ids that `assignment` looks up in the directory."""
    return {team_of(case)} if event.priority in TEAM_HEARS_OF else set()


def assignment(case: Case, event: e.EscalationAssigned, known: Directory) -> list[Wish]:
    """The pages of one assignment: each responder by each channel, one comment on the ticket, one line for the team."""
    due = next((d.due for d in event.deadlines if d.name is DeadlineName.FIRST_RESPONSE), None)
    reasons = tuple((r.ja, r.en) for r in event.reasons)
    asked = names(tuple(r.person for r in event.responders))
    report = case.submitted.report
    page = about(case, "page", priority=str(event.priority), asked=asked, due=due, reasons=reasons)
    page = replace(page, facts=report.facts, wanted=report.wanted)
    pages: list[Wish] = []
    for responder in event.responders:
        who = responder.person
        content = page.because(responder.reason) if responder.reason.ja else page
        for channel in event.channels:
            if channel is not Channel.TICKET:
                pages.append(_page(event, who.id, who.name, channel, content))
            elif _ticket(case) is None:
                pages.append(_page(event, who.id, who.name, Channel.EMAIL, content.because(NO_TICKET)))
    others = replace(page, what="assigned")
    ticket, team = _ticket(case), team_of(case)
    if Channel.TICKET in event.channels and ticket:
        pages.append(_page(event, ticket, "", Channel.TICKET, others))
    if team in concerned(case, event) and team in known and known[team].chat:
        pages.append(_page(event, team, known[team].name, Channel.CHAT, others))
    return list({w.id: w for w in pages}.values())


def _page(event: e.EscalationAssigned, recipient: str, name: str, channel: Channel, content: Content) -> Wish:
    return Wish(
        id=notification_id(event.case_id, event.round, recipient, channel),
        case_id=event.case_id,
        purpose=Purpose.PAGE,
        channel=channel,
        recipient=recipient,
        name=name,
        rank=rank(event.priority, Purpose.PAGE),
        content=content,
        round=event.round,
        after=event.after,
    )


def news(case: Case, event: e.Event) -> Telling | None:
    """What an event tells to those who wait for the outcome; nothing for most events."""
    match event:
        case e.CaseAcknowledged(by=by):
            return _progress(case, about(case, "acknowledged", actor=by.name, ticket_status="open"), by)
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
        case e.CaseResolved(by=by):
            content = about(case, "resolved", actor=by.name, handling=event.handling, result=event.result)
            content = replace(content, evaluation=event.evaluation, cause=event.cause, ticket_status="solved")
            return replace(_progress(case, content, by, *_owner(case), *case.told), purpose=Purpose.RESULT)
        case e.EscalationPlanned(plan=plan) if plan.suppressed:
            content = about(case, "suppressed", reasons=((plan.suppressed.ja, plan.suppressed.en),), text=plan.faq)
            return Telling(content, Purpose.RESULT, (case.submitted.by.id,), ticket=True)
        case e.EscalationExhausted(reasons=reasons):
            content = about(case, "exhausted", reasons=tuple((r.ja, r.en) for r in reasons))
            return Telling(content, Purpose.WARNING, (team_of(case),), ticket=False)
        case e.DeadlineWarned() if case.owner and case.is_live(event.name, event.generation):
            content = about(case, "warned", due=event.due, deadline=str(event.name))
            return Telling(content, Purpose.WARNING, (case.owner.id,), ticket=False)
        case _:
            return None


def ticket_status(case: Case | None, content: Content) -> str:
    """The status that the ticket gets now: one that was overtaken while it waited must not undo a newer one."""
    overtaken = case is not None and (case.status is Status.DONE) != (content.ticket_status == "solved")
    return "" if overtaken else content.ticket_status


def wishes(case: Case, telling: Telling, cause: object, known: Directory) -> list[Wish]:
    """The notifications of a telling; `cause` is the id of its event, so that each recipient hears it once."""
    found: dict[str, tuple[Channel, str]] = {}
    for id_ in telling.recipients:
        contact = known.get(id_)
        if contact and contact.quiet:
            found[id_] = contact.quiet, contact.name
    ticket = _ticket(case)
    if telling.ticket and ticket:
        found[ticket] = Channel.TICKET, ""
    return [
        Wish(
            id=event_id("notification", cause, recipient, channel, telling.purpose),
            case_id=case.id,
            purpose=telling.purpose,
            channel=channel,
            recipient=recipient,
            name=name,
            rank=rank(importance(case), telling.purpose),
            content=telling.content,
            round=case.round,
        )
        for recipient, (channel, name) in found.items()
    ]


def _progress(case: Case, content: Content, by: e.Actor, *more: str) -> Telling:
    """To the reporter, the followers, the ticket, the team and `more`; whoever did it is not told of it."""
    people = (case.submitted.by.id, *(f.id for f in case.followers), *more)
    recipients = (*(p for p in dict.fromkeys(people) if p != by.id), team_of(case))
    return Telling(content, Purpose.PROGRESS, recipients, ticket=True)


def _owner(case: Case) -> tuple[str, ...]:
    return (case.owner.id,) if case.owner else ()


def _ticket(case: Case) -> str | None:
    external = case.submitted.external
    return f"ticket:zendesk:{external.id}" if external and external.system == "zendesk" else None


def team_of(case: Case) -> str:
    """The id under which the directory keeps the team of a case."""
    return f"team:{case.plan.team if case.plan else ''}"
