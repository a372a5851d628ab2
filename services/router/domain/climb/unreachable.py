"""Somebody whom nothing reaches, or who has passed a case on, does not hold it up until the deadline."""

from datetime import datetime

from services.router.domain import wording
from services.router.domain.climb import asking
from services.router.domain.climb.asking import Asked
from services.router.domain.climb.in_force import InForce
from shared.contracts import events as e
from shared.contracts.case import Case, evolve
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
        top = len(asking.ladder(case.plan, track)) if case.plan else 0
        if case.plan is None or not top or rounds.get(event.person.id) != event.round:
            continue
        others = tuple(
            r.model_copy(update={"paged_in": rounds[r.person.id]})
            for r in known.pending()
            if r.person.id != event.person.id
        )
        who, mine = event.person.id, asking.reporter(case)
        level, asked = asking.next_level(force, case.plan, track, known.level, now, but=who, reporter=mine)
        if level > top and not known.exhausted:
            said.append(e.EscalationExhausted(case_id=case.id, level=top, track=track, reasons=(wording.EXHAUSTED,)))
        if not asked.people:
            continue
        people = {r.person.id: r for r in (*asked.people, *others)}
        asked = Asked(tuple(people.values()), asked.at)
        why = (wording.unreachable(event.person, event.code, asked.people),)
        new = asking.assignment(case, force, case.plan, track, level, "unreachable", asked, why, now)
        said.append(new)
        case = evolve(case, new, now) or case
    return said
