"""Acknowledgements that their person may still take back, and what the case is without one of them."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from shared.contracts import clocks
from shared.contracts import events as e
from shared.contracts.plan import Person
from shared.contracts.vocabulary import DeadlineName, Status, Track

if TYPE_CHECKING:
    from shared.contracts.case import Case

UNDO_WITHIN = timedelta(seconds=60)


class Answer(BaseModel):
    """What one acknowledgement changed: the owner before it, and of each track that it answered, `answered` before it."""

    model_config = ConfigDict(frozen=True, extra="allow")
    by: str
    at: datetime
    owner: Person | None = None
    reopens: dict[Track, int] = {}


def remembered(before: "Case", after: "Case", event: e.Event, at: datetime) -> tuple[Answer, ...]:
    """The answers that may be taken back after an event.

    Who does more than answer means it; and once the case has gone another way, nothing leads back.
    """
    match event:
        case e.CaseAcknowledged(by=by) if before.answers != after.answers:
            waited = {t: before.asking(t) for t in Track if before.asking(t) != after.asking(t)}
            reopens = {t: a.answered for t, a in waited.items() if a.awaiting or not a.round}
            known = (a for a in before.revocable if a.by != by.id and at - a.at <= UNDO_WITHIN)
            return (*known, Answer(by=by.id, at=at, owner=before.owner, reopens=reopens))
        case e.CaseStarted() | e.CasePaused() | e.CaseReassigned() | e.CaseResolved() | e.CaseReopened():
            return ()
        case e.CaseOffered() | e.CaseDeclined() | e.EscalationLinked() | e.CaseLinked() | e.CaseSplit():
            return ()
        case e.CaseFollowed() | e.CaseSubmitted() | e.CaseUnacknowledged():
            return after.revocable
        case e.CaseNoted(by=by) | e.CaseReassessed(by=by) | e.CaseExtended(by=by) | e.CaseResumed(by=by):
            return tuple(a for a in after.revocable if a.by != by.id)
    return after.revocable


def taken_back(case: "Case", by: str, responses: Mapping[Track, DeadlineName]) -> dict[str, object]:
    """The case as if this person had not answered; nothing when that cannot be taken back any more.

    Whoever was asked is awaited again. The clock of the answer stands still with the time that it had used, until they
    are asked anew.
    """
    mine = next((a for a in case.revocable if a.by == by), None)
    if mine is None:
        return {}
    change: dict[str, object] = {"revocable": tuple(a for a in case.revocable if a is not mine)}
    for track in Track:
        asking = case.asking(track)
        update: dict[str, object] = {"acknowledged": tuple(id_ for id_ in asking.acknowledged if id_ != by)}
        if track in mine.reopens:
            update |= {"awaiting": bool(asking.responders), "answered": mine.reopens[track]}
        change[track.value] = asking.model_copy(update=update)
    if case.owner is not None and case.owner.id == by:
        others = (r.person for r in case.handling.responders if r.person.id in case.handling.acknowledged)
        owner = mine.owner or next((p for p in others if p.id != by), None)
        change |= {"owner": owner, "status": Status.IN_PROGRESS if owner else Status.RECEIVED}
    return {**change, "deadlines": clocks.reopened(case.deadlines, {responses[t] for t in mine.reopens})}
