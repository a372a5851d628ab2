"""The clocks of one case: which run, when each is to be fired, and whether one ought to."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.contracts.case import Case
from shared.contracts.vocabulary import DeadlineName, DeadlineState, Priority

_OPEN = (DeadlineState.RUNNING, DeadlineState.PAUSED)


@dataclass(frozen=True)
class Clock:
    """One running deadline; `fire_at` lies a little after `due`, so that an answer in time is always ahead of the breach."""

    case_id: str
    name: DeadlineName
    generation: int
    priority: Priority
    due: datetime
    fire_at: datetime
    warn_at: datetime | None


def running(case: Case | None, grace: timedelta) -> dict[DeadlineName, Clock]:
    """The clocks that run for a case, by name."""
    if case is None:
        return {}
    priority = case.plan.priority if case.plan else Priority.P1
    return {
        d.name: Clock(case.id, d.name, d.generation, priority, d.due, d.due + grace, d.warn_at) for d in case.running()
    }


def is_watched(case: Case | None, now: datetime) -> bool:
    """Whether a clock ought to run: not for a case that is done, waits for somebody, is no incident, or is handled in another.

    Nor for one that somebody has, by a plan that wants no updates, once the time of its last clock is over: nothing follows.
    """
    if case is None or case.is_over or case.waiting:
        return False
    if case.plan is None or not case.plan.levels:
        return case.plan is None
    left = any(d.due > (d.paused_at or now) for d in case.deadlines.values() if d.state in _OPEN)
    return case.owner is None or case.awaiting or bool(case.plan.next_update) or left
