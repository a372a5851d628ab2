"""What another plan ends: the authority's track, when it has no level any more."""

from datetime import datetime
from typing import TYPE_CHECKING

from shared.contracts import clocks
from shared.contracts.plan import Plan
from shared.contracts.vocabulary import DeadlineName, DeadlineState, Track

if TYPE_CHECKING:
    from shared.contracts.case import Case

_RESPONSE = DeadlineName.AUTHORITY_RESPONSE


def change(case: "Case", plan: Plan, at: datetime) -> dict[str, object]:
    """What changes in a case that is planned, anew or for the first time.

    By a plan without levels of authority nobody is awaited on that track: its clock is dropped, and whoever takes back an
    answer opens it no more. Who was told stays known, so that a late answer of theirs does not take the case.
    """
    if plan.authority or not case.authority.round:
        return {"plan": plan}
    own = {name: d for name, d in case.deadlines.items() if name is _RESPONSE}
    revocable = (
        a.model_copy(update={"reopens": {t: n for t, n in a.reopens.items() if t is not Track.AUTHORITY}})
        for a in case.revocable
    )
    return {
        "plan": plan,
        "authority": case.authority.model_copy(update={"awaiting": False}),
        "deadlines": {**case.deadlines, **clocks.ended(own, at, DeadlineState.DROPPED)},
        "revocable": tuple(revocable),
    }
