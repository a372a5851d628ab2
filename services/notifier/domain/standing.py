"""How a report that was just received stands, in a few lines: who has it or is asked, and by when one hears."""

from datetime import datetime
from zoneinfo import ZoneInfo

from services.notifier.domain.contact import Language
from services.notifier.domain.facts import when
from services.notifier.domain.report_words import say
from shared.contracts.case import RESPONSE, Case
from shared.contracts.vocabulary import Track


def is_planned(case: Case | None) -> bool:
    """Whether it is known what becomes of a case: somebody is asked, it is handled elsewhere, or nobody is called."""
    if case is None or case.plan is None:
        return False
    return bool(case.round or case.linked or case.plan.suppressed or not case.plan.levels)


def standing(case: Case | None, language: Language, zone: ZoneInfo, now: datetime) -> list[str]:
    """The lines; while nothing is planned, that somebody is looked for."""
    if case is None or not is_planned(case):
        return [say("finding", language)]
    clock = case.deadlines.get(RESPONSE[Track.HANDLING])
    names = ("さん、" if language == "ja" else ", ").join(r.person.name for r in case.pending or case.responders)
    later = clock.since if clock and clock.since and clock.since > now else None
    if case.owner is not None:
        first = say("owner", language, names=case.owner.name)
    elif case.linked or (case.plan is not None and case.plan.suppressed):
        return [say("linked" if case.linked else "nobody", language)]
    elif names and later is not None:
        first = say("asked.later", language, names=names, since=when(later, language, zone))
    elif names:
        first = say("asked", language, names=names)
    else:
        return [say("queue", language)]
    update = next((d for d in case.running() if d.due > now), None)
    return [first, say("update", language, due=when(update.due, language, zone))] if update else [first]
