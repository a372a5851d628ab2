"""Who has a case: what an answer makes of that, and who is asked when it was done and is opened again."""

from typing import TYPE_CHECKING

from shared.contracts import events as e
from shared.contracts.plan import Person
from shared.contracts.vocabulary import Status, Track

if TYPE_CHECKING:
    from shared.contracts.case import Case


def yields(case: "Case") -> bool:
    """Whether a case goes from its owner to whoever else answers: one answer is enough, and the owner's own is waited for.

    So it is where it was handed to somebody who has not said anything, or opened again for them.
    """
    asked = case.owner is not None and any(r.person.id == case.owner.id for r in case.handling.pending())
    return asked and case.handling.need == "any"


def after_answer(case: "Case", by: e.Actor, works: bool) -> Person | None:
    """Who has a case once somebody has answered for the handling, or `works` on it, which takes it from nobody."""
    if case.owner is not None and (works or not yields(case)):
        return case.owner
    return Person(id=by.id, name=by.name) if by.kind == "person" else case.owner


def reopened(case: "Case") -> dict[str, object]:
    """Start again, as far as the last owner keeps it; nothing of the climb before counts any more."""
    fresh = {"exhausted": False, "repeats": 0, "level": 0}
    tracks = {track.value: case.asking(track).model_copy(update=fresh) for track in Track}
    status = Status.IN_PROGRESS if case.owner else Status.RECEIVED
    overturned = (*case.overturned, *([case.resolution] if case.resolution else []))
    return {**tracks, "status": status, "linked": "", "resolution": None, "resolved_at": None, "overturned": overturned}


def left(case: "Case", event: e.EscalationAssigned) -> dict[str, object]:
    """What changes where a case is opened again and its last owner is away: nobody has it until one of the others answers."""
    asked = {r.person.id for r in event.responders}
    again = event.cause == "reopened" and event.track is Track.HANDLING and bool(asked)
    away = again and case.owner is not None and case.owner.id not in asked
    return {"owner": None, "status": Status.RECEIVED} if away else {}


def kept(acknowledged: tuple[str, ...], event: e.EscalationAssigned) -> tuple[str, ...]:
    """Who has answered already of those who are asked: all must answer, and one of them has taken it back."""
    again = event.cause == "undone" and event.acknowledge == "all"
    return tuple(id_ for id_ in acknowledged if id_ in {r.person.id for r in event.responders}) if again else ()
