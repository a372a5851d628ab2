"""The same report at every hour of a week: who would be asked first, and when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from services.router.domain.climb.in_force import InForce
from services.router.domain.trial.foresight import begin, submission
from services.router.domain.trial.story import WEEKLY
from shared.contracts.plan import Person, Reason
from shared.contracts.report import Report
from shared.contracts.vocabulary import Priority

HOURS = 7 * 24
_HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Cell:
    """One hour: whom a report that comes in then asks first and from when on; `people` is empty when nobody is asked."""

    at: datetime
    priority: Priority
    people: tuple[Person, ...]
    asked_at: datetime
    response_due: datetime | None
    digest: bool
    reason: Reason | None

    @property
    def held(self) -> bool:
        """Whether the page waits (for business hours, a shift, the weekly digest)."""
        return self.asked_at > self.at


def hours(force: InForce, since: datetime) -> list[datetime]:
    """168 hours from midnight before `since` on, by the wall clock of the default calendar."""
    zone = ZoneInfo(force.policy.calendar_of("").zone)
    first = since.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)
    return [first + hour * _HOUR for hour in range(HOURS)]


def cell(force: InForce, report: Report, source: str, at: datetime, similar: Sequence[timedelta] = ()) -> Cell:
    """One hour of the week."""
    moment = begin(force, submission(report, source), at, similar)
    plan = moment.case.plan
    assert plan is not None
    if not moment.assigned:
        return Cell(at, plan.priority, (), at, None, False, plan.suppressed)
    people = {r.person.id: r for x in moment.assigned for r in x.responders}
    begins = [x.not_before or at for x in moment.assigned]
    return Cell(
        at,
        plan.priority,
        tuple(r.person for r in people.values()),
        min(begins),
        min(x.deadlines[0].due for x in moment.assigned),
        plan.load == WEEKLY,
        next(iter(people.values())).reason,
    )
