"""A telling: one thing that is told to many people, each of whom hears it once and quietly."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from services.notifier.domain import outside
from services.notifier.domain.content import Content, importance
from services.notifier.domain.notification import Wish, rank
from services.notifier.domain.plan import Directory
from services.notifier.domain.recipients import REPORTER, mailbox, reporter_of, team_of, ticket_of
from shared.contracts import events as e
from shared.contracts.case import Case
from shared.contracts.envelope import event_id
from shared.contracts.joined import Joined
from shared.contracts.vocabulary import Channel, Purpose, Track


@dataclass(frozen=True)
class Telling:
    """What an event tells, and to whom: `recipients` are people and teams, some of whom may have no contact.

    `but` are those who know: who did it, who is asked by it. `shared` goes to the reporters and tickets of linked
    reports too. `from_ticket`: it was done in the case's own ticket, which keeps the status and the owner that it has there.
    """

    content: Content
    purpose: Purpose
    recipients: tuple[str, ...]
    ticket: bool
    but: tuple[str, ...] = ()
    shared: bool = False
    track: Track = Track.HANDLING
    from_ticket: bool = False


def progress(case: Case, content: Content, by: e.Actor, *more: str) -> Telling:
    """To the reporter, the followers, the ticket, the team, `more` and the linked reports."""
    recipients = (reporter_of(case), *(f.id for f in case.followers), *more, *team_of(case))
    external = case.submitted.external
    there = by.kind == "source" and external is not None and by.id == external.system
    return Telling(content, Purpose.PROGRESS, recipients, ticket=True, but=(by.id,), shared=True, from_ticket=there)


def wishes(
    case: Case,
    telling: Telling,
    cause: object,
    known: Directory,
    joined: Sequence[Joined] = (),
    heard: Collection[str] = (),
) -> list[Wish]:
    """The notifications of a telling; `cause` is the id of its event, so that each recipient hears it once.

    `joined` are the linked reports that hear it too; `heard` are those to whom the event has said something already.
    A reporter whom the directory does not reach hears by mail what their page shows, where intake keeps an address. Whatever
    people call themselves, it makes no ticket of them, and not the reporter of another case.
    """
    told, me = case.submitted, reporter_of(case)
    ticket = ticket_of(told.external) if telling.ticket else None
    mine = _hears_as(case.id, told.by, told.reachable, known)
    numbers = dict.fromkeys(filter(None, (*(mine if id_ == me else id_ for id_ in telling.recipients), ticket)), 0)
    pages = {mine: case.id}
    ways = {mailbox(case.id, told.reachable): Channel.EMAIL, ticket: Channel.TICKET}
    for report in joined:
        theirs, their_ticket = _hears_as(report.case_id, report.by, report.reachable, known), ticket_of(report.external)
        pages.setdefault(theirs, report.case_id)
        ways |= {mailbox(report.case_id, report.reachable): Channel.EMAIL, their_ticket: Channel.TICKET}
        for id_ in filter(None, (theirs, their_ticket)):
            numbers.setdefault(id_, report.number)
    knowing = {*telling.but, *heard, *([mine] if told.by.id in telling.but else [])}
    wishes = [
        Wish(
            id=event_id("notification", cause, recipient, channel, telling.purpose),
            case_id=case.id,
            purpose=telling.purpose,
            channel=channel,
            recipient=recipient,
            name=known[recipient].name if recipient in known else "",
            rank=rank(importance(case), telling.purpose, telling.content.drill),
            content=replace(
                telling.content,
                joined=number,
                followup=pages.get(recipient, telling.content.followup),
                ticket_status="" if telling.from_ticket and recipient == ticket else telling.content.ticket_status,
            ),
            round=case.round,
            track=telling.track,
        )
        for recipient, number in numbers.items()
        if recipient not in knowing and (channel := ways.get(recipient) or _quiet(recipient, known)) is not None
    ]
    return [seen for w in wishes if (seen := outside.shown(w) if w.recipient.startswith(REPORTER) else w)]


def _hears_as(case_id: str, by: e.Actor, reachable: bool, known: Directory) -> str:
    """Under which id a reporter hears: that of the directory, unless only the address that was given reaches them."""
    person = by.id if by.kind == "person" else ""
    return person if _quiet(person, known) else mailbox(case_id, reachable) or person


def _quiet(person: str, known: Directory) -> Channel | None:
    return known[person].quiet if person in known else None
