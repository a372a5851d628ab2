"""The pages of an offer: one person is asked by another to take a case over."""

from uuid import UUID

from services.notifier.domain.contact import Contact
from services.notifier.domain.content import about, importance, names
from services.notifier.domain.notification import Wish, rank
from shared.contracts import events as e
from shared.contracts.case import Case
from shared.contracts.envelope import event_id
from shared.contracts.vocabulary import Channel, Priority, Purpose

LOUD = (Priority.P1, Priority.P2)


def offer(case: Case, event: e.CaseOffered, cause: UUID, contact: Contact | None) -> list[Wish]:
    """By their quiet channel, and by telephone too when it is urgent; `cause` is the id of the event.

    Nobody is rung up for what can wait; somebody without any other channel is written to, so that it is seen to fail.
    """
    report = case.submitted.report
    content = about(
        case,
        "offered",
        actor=event.by.name,
        asked=names((event.to,)),
        text=event.reason,
        facts=report.facts,
        wanted=report.wanted,
    )
    return [
        Wish(
            id=event_id("offer", cause, event.to.id, channel),
            case_id=case.id,
            purpose=Purpose.PAGE,
            channel=channel,
            recipient=event.to.id,
            name=event.to.name,
            rank=rank(importance(case), Purpose.PAGE, content.drill),
            content=content,
            round=case.round,
            after=case.offers,
            need="own",
        )
        for channel in _channels(case, contact)
    ]


def _channels(case: Case, contact: Contact | None) -> list[Channel]:
    quiet = [contact.quiet] if contact and contact.quiet else []
    loud = [Channel.PHONE] if contact and contact.has(Channel.PHONE) and importance(case) in LOUD else []
    return [*quiet, *loud] or [Channel.EMAIL]
