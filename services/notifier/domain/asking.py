"""What an assignment tells to those whom it does not page: that a report was received, that its case was passed on."""

from collections.abc import Sequence
from dataclasses import replace

from services.notifier.domain.content import about, names
from services.notifier.domain.notification import Wish
from services.notifier.domain.recipients import owner_of, reporter_of, team_of
from services.notifier.domain.telling import Telling
from shared.contracts import events as e
from shared.contracts.case import RESPONSE, Case
from shared.contracts.vocabulary import Channel, Purpose, Track

DUE = RESPONSE[Track.HANDLING]


def told_of(before: Case, case: Case, event: e.EscalationAssigned) -> Telling | None:
    """To the reporter at first, to everybody concerned when the case climbs; nothing of what asks nobody."""
    if _is_first(before, event):
        return _received(case, event)
    return _climbed(before, case, event) if event.cause == "breached" else None


def thanked(before: Case | None, case: Case, event: e.EscalationAssigned, pages: Sequence[Wish]) -> list[Wish]:
    """The pages of an assignment; the first line on the ticket thanks the reporter, who may have no other channel."""
    if before is None or not _is_first(before, event):
        return list(pages)
    page = own_page(case)
    return [
        replace(w, content=replace(w.content, followup=page, thanks=True)) if w.channel is Channel.TICKET else w
        for w in pages
    ]


def _is_first(before: Case, event: e.EscalationAssigned) -> bool:
    return event.cause == "submitted" and event.track is Track.HANDLING and not before.handling.round


def own_page(case: Case) -> str:
    """Where the sender's ticket is all that is known of the reporter, it leads to their page; else only they get it."""
    return case.id if case.submitted.by.kind == "source" else ""


def _received(case: Case, event: e.EscalationAssigned) -> Telling:
    clock = next((d for d in event.deadlines if d.name is DUE), None)
    content = about(
        case,
        "received",
        asked=names(tuple(r.person for r in event.responders)),
        due=clock.due if clock and case.owner is None else None,
        reasons=tuple((r.ja, r.en) for r in event.reasons),
        since=event.not_before,
        followup=own_page(case),
    )
    return Telling(content, Purpose.PROGRESS, (reporter_of(case),), ticket=True)


def _climbed(before: Case, case: Case, event: e.EscalationAssigned) -> Telling | None:
    """Somebody else is asked since a deadline passed.

    While the handling waits for an answer as well, its own climb tells of it: two clocks that run out together are one
    piece of news. The team has heard already that no level is left, where nobody had answered.
    """
    also = event.track is Track.AUTHORITY and case.handling.awaiting
    if also or not case.asking(event.track).awaiting or event.round <= before.round:
        return None
    name = RESPONSE[event.track]
    clock = next((d for d in event.deadlines if d.name is name), None)
    content = about(
        case,
        "climbed",
        asked=names(tuple(r.person for r in event.responders)),
        due=clock.due if clock else None,
        deadline=str(name) if before.asking(event.track).awaiting else "",
        reasons=tuple((r.ja, r.en) for r in event.reasons[-1:]) if event.not_before else (),
        since=event.not_before,
    )
    followers = (f.id for f in case.followers)
    team = () if _is_exhausted_now(before, case, event) else team_of(case)
    recipients = (reporter_of(case), *followers, *owner_of(case), *team)
    paged = tuple(r.person.id for r in event.responders)
    return Telling(content, Purpose.PROGRESS, recipients, ticket=True, but=paged, shared=True, track=event.track)


def _is_exhausted_now(before: Case, case: Case, event: e.EscalationAssigned) -> bool:
    levels = (case.plan.levels if event.track is Track.HANDLING else case.plan.authority) if case.plan else ()
    known = before.asking(event.track)
    return known.awaiting and known.level <= len(levels) < event.level
