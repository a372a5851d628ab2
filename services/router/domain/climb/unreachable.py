"""Somebody whom nothing reaches, or who has passed a case on, does not hold it up until the deadline."""

from datetime import datetime

from services.router.domain import wording
from services.router.domain.climb import asking
from services.router.domain.climb.asking import Asked
from services.router.domain.climb.in_force import InForce
from shared.contracts import events as e
from shared.contracts.case import Case, evolve
from shared.contracts.plan import Plan
from shared.contracts.vocabulary import Track


def on_unreachable(
    _: Case, case: Case, event: e.NotificationUnreachable, force: InForce, now: datetime
) -> list[e.Event]:
    """Ask the next level at once in the place of somebody whom nothing reaches, or who has passed the case on.

    The others of their level go on being asked. It ends at the catch-all, when that is who cannot be reached.
    """
    said: list[e.Event] = []
    for track in Track:
        known = case.asking(track)
        rounds = asking.paged(known)
        if case.plan is None or rounds.get(event.person.id) != event.round:
            continue
        others = tuple(
            r.model_copy(update={"paged_in": rounds[r.person.id]})
            for r in known.pending()
            if r.person.id != event.person.id
        )
        level, asked = _next_level(case.plan, track, known.level, event.person.id, force, now)
        top = len(asking.ladder(case.plan, track))
        if level > top and not known.exhausted:
            said.append(e.EscalationExhausted(case_id=case.id, level=top, track=track, reasons=(wording.EXHAUSTED,)))
        if asked is None:
            continue
        people = {r.person.id: r for r in (*asked.people, *others)}
        asked = Asked(tuple(people.values()), asked.at)
        why = (wording.unreachable(event.person, event.code, asked.people),)
        new = asking.assignment(case, force, case.plan, track, level, "unreachable", asked, why, now)
        said.append(new)
        case = evolve(case, new, now) or case
    return said


def _next_level(
    plan: Plan, track: Track, level: int, but: str, force: InForce, now: datetime
) -> tuple[int, Asked | None]:
    """The first level above one that names somebody else; nobody when even the catch-all is who was left out."""
    top = len(asking.ladder(plan, track)) + 1
    for higher in range(level + 1, top + 1):
        asked = asking.whom(force, plan, track, higher, "unreachable", now)
        people = tuple(r for r in asked.people if r.person.id != but)
        if people:
            return higher, Asked(people, asked.at)
    return top, None
