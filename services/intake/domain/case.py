"""What comes of what people and sources ask to be done to a case: `decide`."""

from datetime import datetime

from services.intake.domain import refusals, together
from services.intake.domain.commands import (
    Acknowledge,
    Attach,
    Command,
    Decline,
    Detach,
    Extend,
    Feedback,
    Follow,
    Link,
    Note,
    Offer,
    Reassess,
    Reassign,
    Reopen,
    Reply,
    Resolve,
    Resume,
    Split,
    Start,
    Unacknowledge,
    Wait,
)
from services.intake.domain.extension import extension
from services.intake.domain.refusals import DONE, DRILL_OVER, NO_OFFER, NOBODY, NOT_DONE, NOT_WAITING, WAITING, Refusal
from shared.contracts import events as e
from shared.contracts.case import Case
from shared.contracts.drill import is_drill
from shared.contracts.undo import UNDO_WITHIN
from shared.contracts.vocabulary import DeadlineName, DeadlineState, Status, Track

BY_PEOPLE = {"form", "slack", "line_works", "line"}  # where people report under a name, and get the link of their page


def decide(
    case: Case, command: Command, by: e.Actor, lead: int = 0, now: datetime | None = None
) -> e.Event | Refusal | None:
    """Say what a command does to a case: one event, nothing because it is so already, or a refusal.

    `lead` is the number of the case that a linked one is handled as. Only taking an answer back is a matter of time: it
    is refused without `now`.
    """
    done = case.status is Status.DONE
    if done and not isinstance(command, Note | Reply | Follow | Feedback | Attach | Detach | Reopen):
        return DONE
    if isinstance(command, Reopen) and is_drill(case.submitted.source):
        return DRILL_OVER
    if case.linked and isinstance(command, Acknowledge | Start | Wait | Reassign | Offer | Extend):
        return refusals.together(lead)
    if isinstance(command, Acknowledge | Start | Wait) and by.kind != "person" and case.owner is None:
        return NOBODY
    match command:
        case Acknowledge():
            return _acknowledged(case, by, command)
        case Unacknowledge():
            return _taken_back(case, by, now)
        case Start():
            if case.waiting:
                return WAITING
            return None if _begun(case, by) else e.CaseStarted(case_id=case.id, by=by)
        case Note(text=text, internal=internal):
            return e.CaseNoted(case_id=case.id, by=by, text=text, internal=internal)
        case Reply(text=text, automatic=automatic):
            return e.CaseReplied(case_id=case.id, by=by, text=text, automatic=automatic)
        case Wait(reason=reason):
            return WAITING if case.waiting else e.CasePaused(case_id=case.id, by=by, reason=reason)
        case Resume():
            return e.CaseResumed(case_id=case.id, by=by) if case.waiting else NOT_WAITING
        case Reassign(to=to, reason=reason):
            same = case.owner is not None and case.owner.id == to.id
            return None if same else e.CaseReassigned(case_id=case.id, by=by, to=to, reason=reason)
        case Offer():
            return _offered(case, by, command)
        case Decline(reason=reason):
            return e.CaseDeclined(case_id=case.id, by=by, reason=reason) if case.is_offered(by.id) else NO_OFFER
        case Link():
            return together.linked(case, command, by, lead)
        case Split(reason=reason):
            if not case.linked:
                return refusals.NOT_LINKED
            return e.CaseSplit(case_id=case.id, by=by, lead=case.linked, lead_number=lead, reason=reason)
        case Reassess():
            return _reassessed(case, by, command)
        case Extend(name=name, more=more, reason=reason):
            span = extension(case, name, more)
            if isinstance(span, Refusal):
                return span
            return e.CaseExtended(case_id=case.id, by=by, name=name, more=span, reason=reason)
        case Follow(follower=follower):
            known = follower.id in {f.id for f in case.followers}
            return None if known else e.CaseFollowed(case_id=case.id, by=by, follower=follower)
        case Resolve(handling=handling, result=result, evaluation=evaluation, cause=cause):
            return e.CaseResolved(
                case_id=case.id, by=by, handling=handling, result=result, evaluation=evaluation, cause=cause
            )
        case Feedback(text=text):
            return _feedback(case, by, text)
        case Attach(attachment=id_, kind=kind, size=size, internal=internal):
            return e.CaseAttached(case_id=case.id, by=by, attachment=id_, kind=kind, size=size, internal=internal)
        case Detach(attachment=id_, internal=internal):
            return e.CaseDetached(case_id=case.id, by=by, attachment=id_, internal=internal)
        case Reopen(reason=reason):
            return e.CaseReopened(case_id=case.id, by=by, reason=reason) if done else NOT_DONE


def asked_on(case: Case, person: str, track: Track | None = None) -> tuple[Track, ...]:
    """What an answer of this person is about: the track of the page and those they were ever asked on, else the handling."""
    return tuple(t for t in Track if t is track or person in case.asking(t).told) or (Track.HANDLING,)


def _acknowledged(case: Case, by: e.Actor, answer: Acknowledge) -> e.Event | Refusal | None:
    """Who can still answer something may; a second answer of one person is nothing; who comes later is told who has it."""
    tracks = asked_on(case, by.id, answer.track)
    answered = {t for t in tracks if by.id in case.asking(t).acknowledged}
    if case.is_offered(by.id) or any(_is_open(case, t) for t in tracks if t not in answered):
        return e.CaseAcknowledged(case_id=case.id, by=by, via=answer.via, track=answer.track)
    if answered or (case.owner is not None and case.owner.id == by.id):
        return None
    if case.owner is not None:
        return refusals.owned(case.owner.name)
    asking = case.authority
    return refusals.known(next((r.person.name for r in asking.responders if r.person.id in asking.acknowledged), ""))


def _is_open(case: Case, track: Track) -> bool:
    """An answer to a page of the direct road may be ahead of the assignment that asks for it."""
    nobody_yet = case.owner is None if track is Track.HANDLING else not case.authority.round
    return case.asking(track).awaiting or nobody_yet


def _taken_back(case: Case, by: e.Actor, now: datetime | None) -> e.Event | Refusal:
    """Within a minute, by the same person, and before anything came of it."""
    mine = next((a for a in case.revocable if a.by == by.id), None)
    if mine is None:
        owns = case.owner is not None and case.owner.id == by.id
        answered = owns or any(by.id in case.asking(t).acknowledged for t in Track)
        return refusals.GONE_ON if answered else refusals.NOT_ANSWERED
    if now is None or now - mine.at > UNDO_WITHIN:
        return refusals.TOO_LATE
    return e.CaseUnacknowledged(case_id=case.id, by=by)


def _offered(case: Case, by: e.Actor, wanted: Offer) -> e.Event | Refusal | None:
    """The owner asks; anybody does while there is none. The same person is asked once at a time."""
    if case.owner is not None and case.owner.id == wanted.to.id:
        return None
    if case.owner is not None and case.owner.id != by.id:
        return refusals.not_yours(case.owner.name)
    if by.kind == "person" and by.id == wanted.to.id:
        return refusals.TO_ONESELF
    if case.is_offered(wanted.to.id):
        return None
    return e.CaseOffered(case_id=case.id, by=by, to=wanted.to, reason=wanted.reason)


def _feedback(case: Case, by: e.Actor, text: str) -> e.Event | Refusal:
    """A monitor reads no thanks; behind a ticket, a form, a chat or a mail that is answered there is a person."""
    told, ticket = case.submitted, case.submitted.external
    heard = told.reachable or told.by.id in BY_PEOPLE or (ticket is not None and ticket.is_ticket)
    monitor = told.by.kind == "source" and not heard
    return refusals.NO_REPORTER if monitor else e.CaseFeedback(case_id=case.id, by=by, text=text)


def _reassessed(case: Case, by: e.Actor, wanted: Reassess) -> e.Event | None:
    """To say what is so already is nothing; the policy is applied anew when nothing is said at all."""
    seen = {name: getattr(wanted, name) for name in ("urgency", "impact", "kind", "personal_data")}
    given = {name: value for name, value in seen.items() if value is not None}
    new = {name for name, value in given.items() if getattr(case.submitted.report, name) != value}
    if given and not new:
        return None
    said = e.CaseReassessed if new.isdisjoint({"kind", "personal_data"}) else e.CaseCorrected
    return said(case_id=case.id, by=by, reason=wanted.reason, **given)


def _begun(case: Case, by: e.Actor) -> bool:
    handling = case.deadlines.get(DeadlineName.FIRST_HANDLING)
    begun = handling is not None and handling.state is DeadlineState.MET
    return begun and case.owner is not None and case.owner.id == by.id
