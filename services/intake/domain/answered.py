"""What has come of the answers to a case: who only decides, what somebody is to it now, and who is still called."""

from typing import Literal

from shared.contracts.case import Case
from shared.contracts.owning import yields
from shared.contracts.vocabulary import Track


def deciders(case: Case) -> frozenset[str]:
    """Those who were only ever asked to know and to decide: their answer takes nothing over."""
    return frozenset(case.authority.told) - frozenset(case.handling.told)


def only_decides(case: Case, person: str, track: Track | None = None) -> bool:
    """Whether an answer of this person is about the decision alone.

    `track` is what the page asked for that they answer, of which the log may not have told yet.
    """
    asked = person in deciders(case) if track is None else track is Track.AUTHORITY and person not in case.handling.told
    return asked and not case.is_offered(person)


def joins(case: Case, person: str, track: Track | None = None) -> bool:
    """Whether an answer of this person leaves the case with whoever has it, and only says that they join in."""
    theirs = case.owner is None or case.owner.id == person or yields(case) or case.is_offered(person)
    return not theirs and not only_decides(case, person, track)


def part(case: Case, person: str) -> Literal["taken", "known", "answered"]:
    """What somebody who answered is to the case: its owner, who knows and decides, or one of several who handle it."""
    if case.owner is not None and case.owner.id == person:
        return "taken"
    return "known" if only_decides(case, person) or person in case.authority.acknowledged else "answered"


def still_called(case: Case) -> Literal["nobody", "deciders", "others"]:
    """Who is called on: those who are to handle it (and maybe others), those alone who are to decide, or nobody."""
    return "others" if case.handling.awaiting else "deciders" if case.authority.awaiting else "nobody"
