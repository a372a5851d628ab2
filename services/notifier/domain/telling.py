"""A telling: one thing that is told to many people, each of whom hears it once and quietly."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from services.notifier.domain.content import Content, importance
from services.notifier.domain.notification import Wish, rank
from services.notifier.domain.plan import Directory
from services.notifier.domain.recipients import reporter_of, team_of, ticket_of
from shared.contracts import events as e
from shared.contracts.case import Case
from shared.contracts.envelope import event_id
from shared.contracts.joined import Joined
from shared.contracts.vocabulary import Channel, Purpose, Track


@dataclass(frozen=True)
class Telling:
    """What an event tells, and to whom: `recipients` are people and teams, some of whom may have no contact.

    `but` are those who know: who did it, who is asked by it. `shared` goes to the reporters and tickets of linked
    reports too.
    """

    content: Content
    purpose: Purpose
    recipients: tuple[str, ...]
    ticket: bool
    but: tuple[str, ...] = ()
    shared: bool = False
    track: Track = Track.HANDLING


def progress(case: Case, content: Content, by: e.Actor, *more: str) -> Telling:
    """To the reporter, the followers, the ticket, the team, `more` and the linked reports."""
    recipients = (reporter_of(case), *(f.id for f in case.followers), *more, *team_of(case))
    return Telling(content, Purpose.PROGRESS, recipients, ticket=True, but=(by.id,), shared=True)


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
    """
    ticket = ticket_of(case.submitted.external) if telling.ticket else None
    numbers = dict.fromkeys(filter(None, (*telling.recipients, ticket)), 0)
    pages = {reporter_of(case): case.id}
    for report in joined:
        person = report.by.id if report.by.kind == "person" else ""
        pages.setdefault(person, report.case_id)
        for id_ in filter(None, (person, ticket_of(report.external))):
            numbers.setdefault(id_, report.number)
    return [
        Wish(
            id=event_id("notification", cause, recipient, channel, telling.purpose),
            case_id=case.id,
            purpose=telling.purpose,
            channel=channel,
            recipient=recipient,
            name=known[recipient].name if recipient in known else "",
            rank=rank(importance(case), telling.purpose, telling.content.drill),
            content=replace(telling.content, joined=number, followup=pages.get(recipient, telling.content.followup)),
            round=case.round,
            track=telling.track,
        )
        for recipient, number in numbers.items()
        if recipient not in (*telling.but, *heard) and (channel := _quiet(recipient, known)) is not None
    ]


def _quiet(recipient: str, known: Directory) -> Channel | None:
    if recipient.startswith("ticket:"):
        return Channel.TICKET
    return known[recipient].quiet if recipient in known else None
