"""What an answer to a page still does, by what is known of its case."""

from shared.contracts.case import Case
from shared.contracts.vocabulary import Track


def is_answered(case: Case, person: str, track: Track, round_: int, after: int) -> bool:
    """Whether an answer by this person, asked on a track in a round that was decided when `after` answers were known, is not needed.

    Whom a later round asks instead, or again, changes nothing: as long as an answer is waited for, anybody's who was
    asked helps. One page may stand for both tracks, and is of use until neither waits for its person. A page may be ahead
    of what is known; then somebody must have answered the track since it was decided.
    """
    asking = case.asking(track)
    if case.round >= round_:
        awaited = case.is_awaited(person, round_)
        return not awaited and (not asking.awaiting or person in asking.acknowledged)
    waits = bool(case.waiting) and track is Track.HANDLING
    return case.is_over or asking.answered > after or waits


def is_last(case: Case, person: str, track: Track) -> bool:
    """Whether nobody is left to be asked in the place of this person: they alone are asked, above the last level of a track."""
    asking, plan = case.asking(track), case.plan
    levels = () if plan is None else plan.levels if track is Track.HANDLING else plan.authority
    return asking.level > len(levels) > 0 and [r.person.id for r in asking.pending()] == [person]
