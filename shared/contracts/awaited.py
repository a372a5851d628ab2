"""Whether a page is still to be answered, by what is known of its case."""

from shared.contracts.case import Case
from shared.contracts.vocabulary import Status, Track


def is_asked(case: Case, person: str, track: Track, round_: int, after: int) -> bool:
    """Whether this person is awaited in this round, which was decided when `after` answers (`Case.answers`) were known.

    A page may be ahead of what is known; then its round will be asked unless somebody has answered the track since.
    """
    if case.round >= round_:
        return case.is_awaited(person, round_)
    waits = bool(case.waiting) and track is Track.HANDLING
    return case.status is not Status.DONE and not case.linked and case.asking(track).answered <= after and not waits
