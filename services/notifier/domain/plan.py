"""Who is told what, and by which channel: from one event and the state of its case to the notifications it asks for."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from services.notifier.domain.contact import Contact
from services.notifier.domain.content import Content, about, importance, names
from services.notifier.domain.notification import Wish, rank
from shared.contracts import events as e
from shared.contracts.case import Case
from shared.contracts.envelope import event_id
from shared.contracts.ids import notification_id
from shared.contracts.plan import Person, Reason
from shared.contracts.vocabulary import Channel, DeadlineName, Priority, Purpose

Directory = Mapping[str, Contact]
TEAM_HEARS_OF = (Priority.P1, Priority.P2)
NO_TICKET = Reason(
    ja="元のチケットに書き込めないため、メールでお知らせしています。",
    en="There is no ticket to write to, so this comes by e-mail.",
)


def concerned(case: Case) -> set[str]:
    """The ids whose contacts `news` and `assignment` may need."""
    ids = {*case.told, *(f.id for f in case.followers), _team(case), case.submitted.by.id}
    return ids | {p.id for p in (case.owner,) if p}


def assignment(case: Case, event: e.EscalationAssigned, known: Directory) -> list[Wish]:
    """The pages of one assignment: each responder by each channel, one comment on the ticket, one line for the team."""
    due = next((d.due for d in event.deadlines if d.name is DeadlineName.FIRST_RESPONSE), None)
    reasons = tuple((r.ja, r.en) for r in event.reasons)
    asked = names(tuple(r.person for r in event.responders))
    report = case.submitted.report
    page = about(case, "page", priority=str(event.priority), asked=asked, due=due, reasons=reasons)
    page = replace(page, facts=report.facts, wanted=report.wanted)
    wishes: list[Wish] = []
    for responder in event.responders:
        content = page.because(responder.reason) if responder.reason.ja else page
        for channel in event.channels:
            if channel is not Channel.TICKET:
                wishes.append(page_for(event, responder.person, channel, content))
            elif _ticket(case) is None:
                wishes.append(page_for(event, responder.person, Channel.EMAIL, content.because(NO_TICKET)))
    others = replace(page, what="assigned")
    ticket, team = _ticket(case), _team(case)
    if Channel.TICKET in event.channels and ticket:
        wishes.append(_page(event, ticket, "", Channel.TICKET, others))
    if event.priority in TEAM_HEARS_OF and team in known and known[team].chat:
        wishes.append(_page(event, team, known[team].name, Channel.CHAT, others))
    return list({w.id: w for w in wishes}.values())


def page_for(event: e.EscalationAssigned, person: Person, channel: Channel, content: Content) -> Wish:
    """The page of one person by one channel."""
    return _page(event, person.id, person.name, channel, content)


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


def news(case: Case, event: e.Event, cause: object, known: Directory) -> list[Wish]:
    """What an event tells to those who wait for the outcome; `cause` is the event's id, so that each hears it once."""
    match event:
        case e.CaseAcknowledged(by=by):
            return _spread(case, about(case, "acknowledged", actor=by.name, ticket_status="open"), cause, known, by)
        case e.CaseStarted(by=by):
            return _spread(case, about(case, "started", actor=by.name, ticket_status="open"), cause, known, by)
        case e.CasePaused(by=by, reason=reason):
            return _spread(case, about(case, "paused", actor=by.name, text=reason), cause, known, by)
        case e.CaseResumed(by=by):
            return _spread(case, about(case, "resumed", actor=by.name), cause, known, by)
        case e.CaseReassigned(by=by, to=to, reason=reason):
            content = about(case, "reassigned", actor=by.name, owner=to.name, owner_id=to.id, text=reason)
            return _spread(case, content, cause, known, by)
        case e.CaseNoted(by=by, text=text, internal=False):
            return _spread(case, about(case, "noted", actor=by.name, text=text), cause, known, by)
        case e.CaseReopened(by=by, reason=reason):
            content = about(case, "reopened", actor=by.name, text=reason, ticket_status="open")
            return _spread(case, content, cause, known, by)
        case e.CaseResolved(by=by):
            content = about(case, "resolved", actor=by.name, handling=event.handling, result=event.result)
            content = replace(content, evaluation=event.evaluation, cause=event.cause, ticket_status="solved")
            return _spread(case, content, cause, known, by, Purpose.RESULT, told=True)
        case e.EscalationPlanned(plan=plan) if plan.suppressed:
            content = about(case, "suppressed", reasons=((plan.suppressed.ja, plan.suppressed.en),), text=plan.faq)
            return _to(case, content, cause, known, Purpose.RESULT, (case.submitted.by.id,), ticket=True, team=False)
        case e.EscalationExhausted(reasons=reasons):
            content = about(case, "exhausted", reasons=tuple((r.ja, r.en) for r in reasons))
            return _to(case, content, cause, known, Purpose.WARNING, (), ticket=False, team=True)
        case e.DeadlineWarned(name=name, generation=generation, due=due) if case.owner and case.is_live(
            name, generation
        ):
            content = about(case, "warned", due=due, deadline=str(name))
            return _to(case, content, cause, known, Purpose.WARNING, (case.owner.id,), ticket=False, team=False)
        case _:
            return []


def _spread(
    case: Case,
    content: Content,
    cause: object,
    known: Directory,
    by: e.Actor,
    purpose: Purpose = Purpose.PROGRESS,
    told: bool = False,
) -> list[Wish]:
    """To the reporter, the followers, the ticket and the team; also to everybody who was asked when `told`.

    Whoever did it is not told of it.
    """
    owner = (content.owner_id,) if content.what in ("reassigned", "resolved", "reopened", "noted") else ()
    people = (case.submitted.by.id, *(f.id for f in case.followers), *owner, *(case.told if told else ()))
    return _to(case, content, cause, known, purpose, (p for p in people if p != by.id), ticket=True, team=True)


def _to(
    case: Case,
    content: Content,
    cause: object,
    known: Directory,
    purpose: Purpose,
    people: Iterable[str],
    ticket: bool,
    team: bool,
) -> list[Wish]:
    found: dict[str, tuple[Channel, str]] = {}
    for id_ in (*people, *((_team(case),) if team else ())):
        contact = known.get(id_)
        if contact and contact.quiet:
            found[id_] = contact.quiet, contact.name
    where = _ticket(case)
    if ticket and where:
        found[where] = Channel.TICKET, ""
    return [
        Wish(
            id=event_id("notification", cause, recipient, channel, purpose),
            case_id=case.id,
            purpose=purpose,
            channel=channel,
            recipient=recipient,
            name=name,
            rank=rank(importance(case), purpose),
            content=content,
            round=case.round,
        )
        for recipient, (channel, name) in found.items()
    ]


def _ticket(case: Case) -> str | None:
    external = case.submitted.external
    return f"ticket:zendesk:{external.id}" if external and external.system == "zendesk" else None


def _team(case: Case) -> str:
    return f"team:{case.plan.team if case.plan else ''}"
