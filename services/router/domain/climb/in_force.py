"""What decides at a moment: a version of the policy, and who has told to be away or there."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property

from services.router.domain.duty import schedule
from services.router.domain.duty.attendance import Attendance
from services.router.domain.duty.schedule import Duties, Found
from services.router.domain.policies.policy import Holder, Policy
from services.router.domain.times.calendar import Calendar
from shared.contracts.plan import Person, Plan, Target


@dataclass(frozen=True)
class InForce:
    """Made once for each version and each change of attendance; it remembers what it has worked out."""

    version: int
    policy: Policy
    attendance: Attendance = field(default_factory=Attendance)

    @cached_property
    def duties(self) -> Duties:
        """The schedules and people, ready to be asked."""
        policy = self.policy
        return Duties(policy.schedules, policy.by_id, policy.calendars, policy.calendar)

    def attended(self, attendance: Attendance) -> "InForce":
        """The same policy beside another attendance; what was worked out of the policy alone is kept."""
        new = replace(self, attendance=attendance)
        vars(new)["duties"] = self.duties
        return new

    @property
    def catch_all(self) -> Person:
        """The person who is asked when nobody else is left."""
        id_ = self.policy.catch_all
        return self.policy.person(id_) or Person(id=id_, name=id_)

    def calendar(self, plan: Plan) -> Calendar:
        """The calendar that counts for a plan; the default one when its own is gone."""
        return self.policy.calendar_of(plan.calendar)

    def knows(self, plan: Plan) -> bool:
        """Whether every schedule and person whom a plan asks is in the policy still; who is not, is asked by nobody."""
        targets = [target for level in (*plan.levels, *plan.authority) for target in level.targets]
        return all(t.id in (self.policy.schedules if t.kind == "schedule" else self.policy.by_id) for t in targets)

    def on_duty(self, target: Target, at: datetime) -> Found | None:
        """Who is named by a target at an instant; nothing when nobody is there."""
        return schedule.on_duty(self.duties, self.attendance, _holder(target), at)

    def in_turn(self, target: Target, at: datetime) -> bool:
        """Whether a target has somebody at an instant, there or away."""
        return bool(schedule.in_turn(self.duties, self.attendance, _holder(target), at))

    def next_on_duty(self, target: Target, at: datetime) -> datetime | None:
        """The next instant at which a target names somebody."""
        return schedule.next_on_duty(self.duties, self.attendance, _holder(target), at)


def _holder(target: Target) -> Holder:
    return Holder(schedule=target.id) if target.kind == "schedule" else Holder(person=target.id)
