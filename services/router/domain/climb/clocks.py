"""The clocks of a case as events set them, counted by the algebra of deadlines."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from services.router.domain.times import deadlines as algebra
from services.router.domain.times.calendar import Calendar
from services.router.domain.times.deadlines import Clock
from services.router.domain.times.duration import Duration
from services.router.domain.times.explain import Pause, Row, explain
from shared.contracts import events as e
from shared.contracts.case import Case
from shared.contracts.clocks import Deadline
from shared.contracts.plan import Plan
from shared.contracts.vocabulary import DeadlineName, DeadlineState

OPEN = (DeadlineState.RUNNING, DeadlineState.PAUSED)
LONG = (DeadlineName.FIRST_HANDLING, DeadlineName.RESOLUTION)


@dataclass(frozen=True)
class Standing:
    """How a clock stands, or stood when it ended: what has counted, of it `before` it last began to run, what is left, and its days.

    `rows` go up to the due instant for one that runs, up to now for one that waits, and else up to its end.
    """

    used: timedelta
    before: timedelta
    left: timedelta
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Span:
    """How long a clock runs, as the policy writes it, and from when."""

    span: str
    since: datetime


def spans(plan: Plan) -> dict[DeadlineName, str]:
    """The spans of the clocks that belong to the case as a whole; a plan without next update has no clock for it."""
    known = {
        DeadlineName.FIRST_HANDLING: plan.first_handling,
        DeadlineName.NEXT_UPDATE: plan.next_update,
        DeadlineName.RESOLUTION: plan.resolution,
    }
    return {name: span for name, span in known.items() if span}


def clock(case: Case, calendar: Calendar, name: DeadlineName, wanted: Span) -> e.DeadlineSet:
    """A clock that begins anew, in its next generation."""
    return said(case, name, Clock(Duration.parse(wanted.span), wanted.since), calendar)


def said(case: Case, name: DeadlineName, new: Clock, calendar: Calendar) -> e.DeadlineSet:
    """A clock as events carry it."""
    known = case.deadlines.get(name)
    return e.DeadlineSet(
        name=name,
        generation=(known.generation if known else 0) + 1,
        due=algebra.due(new, calendar),
        warn_at=algebra.warn_at(new, calendar),
        span=str(new.span),
        since=new.since,
        used_ms=new.used // timedelta(milliseconds=1),
    )


def known(case: Case, deadline: Deadline, calendar: Calendar) -> Clock:
    """A clock as the algebra counts it; one of an older event, without a span, counts all time since the submission."""
    running = _as_set(case, deadline)
    return algebra.paused(running, calendar, deadline.paused_at) if deadline.paused_at else running


def _as_set(case: Case, deadline: Deadline) -> Clock:
    if not deadline.span or deadline.since is None:
        length = max((deadline.due - case.submitted_at).total_seconds(), 1.0)
        return Clock(Duration(length, "s"), case.submitted_at)
    return Clock(Duration.parse(deadline.span), deadline.since, timedelta(milliseconds=deadline.used_ms))


def begun(
    case: Case, calendar: Calendar, plan: Plan, since: datetime, response_due: datetime
) -> tuple[e.DeadlineSet, ...]:
    """The clocks that a plan starts: the first update is due a span after somebody should have answered."""
    begins = {DeadlineName.NEXT_UPDATE: response_due}
    return tuple(clock(case, calendar, name, Span(span, begins.get(name, since))) for name, span in spans(plan).items())


def brought_forward(case: Case, calendar: Calendar, old: Deadline, new: e.DeadlineSet) -> tuple[e.DeadlineSet, ...]:
    """The clocks that begin with the page, or when its answer is due, once page and answer are set from `old` to `new`."""
    begins = {old.since: new.since, old.due: new.due}
    later = [
        d for d in case.deadlines.values() if d.name is not old.name and d.state is DeadlineState.RUNNING and d.span
    ]
    spans = [(d.name, Span(d.span, at)) for d in later if (at := begins.get(d.since)) is not None]
    return tuple(clock(case, calendar, name, wanted) for name, wanted in spans)


def resumed(case: Case, calendar: Calendar, now: datetime) -> tuple[e.DeadlineSet, ...]:
    """The clocks that stood still, each with what was left of it."""
    paused = [d for d in case.deadlines.values() if d.state is DeadlineState.PAUSED]
    return tuple(said(case, d.name, algebra.resumed(known(case, d, calendar), now), calendar) for d in paused)


def response_again(case: Case, calendar: Calendar, name: DeadlineName, at: datetime) -> tuple[e.DeadlineSet, ...]:
    """The clock of an answer that was taken back, from `at` with what was left of it; nothing when it does not wait."""
    d = case.deadlines.get(name)
    if d is None or d.state is not DeadlineState.PAUSED:
        return ()
    return (said(case, name, algebra.resumed(known(case, d, calendar), at), calendar),)


def respanned(case: Case, calendar: Calendar, plan: Plan, now: datetime) -> tuple[e.DeadlineSet, ...]:
    """The clocks of the case as a whole with the spans of another plan; used time is kept.

    One that waits is set from `now` and paused again by the fold, so that the wait up to now is not counted. A next update
    that only the new plan asks for begins, in a case that waits once the wait is over.
    """
    wanted = spans(plan)
    found = [d for d in case.deadlines.values() if d.name in wanted and d.state in OPEN]
    new = {
        d.name: algebra.respanned(known(case, d, calendar), Duration.parse(wanted[d.name]), calendar, now)
        for d in found
    }
    kept = tuple(said(case, name, algebra.resumed(one, now), calendar) for name, one in new.items())
    return (*kept, *_first_update(case, calendar, plan, now))


def _first_update(case: Case, calendar: Calendar, plan: Plan, now: datetime) -> tuple[e.DeadlineSet, ...]:
    """The clock of the next update where there was none: from when an answer is due that is waited for, else from now."""
    known, response = (case.deadlines.get(n) for n in (DeadlineName.NEXT_UPDATE, DeadlineName.FIRST_RESPONSE))
    has_one = known is not None and known.state in (*OPEN, DeadlineState.BREACHED)
    if not plan.next_update or case.waiting or has_one:
        return ()
    begins = max(now, response.due) if response and response.state is DeadlineState.RUNNING else now
    return (clock(case, calendar, DeadlineName.NEXT_UPDATE, Span(plan.next_update, begins)),)


def extended(case: Case, calendar: Calendar, name: DeadlineName, more: str, now: datetime) -> tuple[e.DeadlineSet, ...]:
    """A clock with more time; nothing when it has stopped, or is of another kind of time by now (intake refuses both).

    One that waits is set from `now` and paused again by the fold.
    """
    deadline = case.deadlines.get(name)
    if deadline is None or deadline.state not in OPEN:
        return ()
    try:
        longer = algebra.extended(known(case, deadline, calendar), Duration.parse(more), calendar)
    except ValueError:
        return ()
    return (said(case, name, algebra.resumed(longer, now), calendar),)


def next_update(case: Case, calendar: Calendar, now: datetime) -> tuple[e.DeadlineSet, ...]:
    """The clock of the next update, set anew once the last one was given or missed, or where there was none; nothing while it runs."""
    deadline = case.deadlines.get(DeadlineName.NEXT_UPDATE)
    wanted = case.plan.next_update if case.plan and case.plan.levels else ""
    if not wanted or case.waiting or case.linked or (deadline is not None and deadline.state in OPEN):
        return ()
    return (clock(case, calendar, DeadlineName.NEXT_UPDATE, Span(wanted, now)),)


def rests(case: Case, plan: Plan) -> bool:
    """Whether no clock need run: somebody has the case, nobody is asked, no update is wanted, and each clock has ended."""
    ended = all(d.state not in OPEN for d in case.deadlines.values())
    return case.owner is not None and not case.awaiting and not plan.next_update and ended


def recounted(case: Case, before: Calendar, after: Calendar, now: datetime) -> tuple[e.DeadlineSet, ...]:
    """The business clocks that another calendar moves: what `before` has left of each at `now` is what `after` counts.

    One that comes out the same is left alone, and so is one that has run out, because its breach is on its way.
    """
    if before == after:
        return ()
    open_ = [d for d in case.deadlines.values() if d.state in OPEN and d.span]
    moved = {d.name: _moved(case, d, before, after, now) for d in open_}
    return tuple(said(case, name, new, after) for name, new in moved.items() if new is not None)


def _moved(case: Case, deadline: Deadline, before: Calendar, after: Calendar, now: datetime) -> Clock | None:
    old = known(case, deadline, before)
    if not old.span.business or algebra.remaining(old, before, now) <= timedelta(0):
        return None
    new = algebra.resumed(algebra.recounted(old, before, after, now), now)  # one that waits is paused again by the fold
    due = algebra.due(algebra.resumed(old, now), before)
    # Days gone by may be open now that were closed: the same due instant, and yet another time used when it is next asked.
    used = algebra.counted(known(case, deadline, after), after, now)
    alike = (new.span, new.used, algebra.due(new, after)) == (old.span, used, due)
    return None if alike else new


def standing(case: Case, deadline: Deadline, calendar: Calendar, now: datetime) -> Standing:
    """Explain a clock by the calendar that counts for it. Nothing is left of one that was breached."""
    ended = deadline.stopped_at if deadline.state not in OPEN else None
    until = now if deadline.state is DeadlineState.PAUSED else ended
    waits = (Pause(deadline.paused_at, ended, case.waiting),) if deadline.paused_at else ()
    running = _as_set(case, deadline)
    left = max(algebra.remaining(known(case, deadline, calendar), calendar, ended or now), timedelta(0))
    used = calendar.length(running.span) - left
    return Standing(used, running.used, left, explain(running, calendar, until, waits))
