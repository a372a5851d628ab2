"""A draft policy over finished cases: what it would have made of each, beside what really happened.

Answers stay at their real instants. Only where the draft asks somebody later than reality did (it holds a page until
morning, say) they come as long after being asked as they really did, and what followed moves with them. Whoever the draft
asks is taken to answer as fast as those who were asked. Next updates are left out: the archive does not keep each of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property, partial
from zoneinfo import ZoneInfo

from services.router.domain.climb import asking
from services.router.domain.climb.in_force import InForce
from services.router.domain.policies import rules
from services.router.domain.policies.planning import make_plan, team_of
from services.router.domain.trial import calls
from services.router.domain.trial.calls import Asking, Call
from services.router.domain.trial.past import RESPONSE, Answer, Archived, Past, past
from shared.contracts.plan import Person, Plan
from shared.contracts.vocabulary import DeadlineName, Priority, Track

_UNKNOWN = timedelta(minutes=1)  # an answer whose instant is not known: the first level is asked, and no other
_SPANS = {DeadlineName.FIRST_HANDLING: "first_handling", DeadlineName.RESOLUTION: "resolution"}


@dataclass(frozen=True)
class Side:
    """What became of a case: really, or by the draft."""

    priority: Priority
    team: str
    load: int
    suppressed: bool
    calls: tuple[Call, ...]
    breached: frozenset[DeadlineName]


@dataclass(frozen=True)
class Compared:
    """One case on both sides; `known` are the clocks whose real course is known."""

    case: Archived
    before: Side
    after: Side
    known: frozenset[DeadlineName]

    @property
    def avoided(self) -> frozenset[DeadlineName]:
        """What really was too late, and would not have been."""
        return (self.before.breached - self.after.breached) & self.known

    @property
    def caused(self) -> frozenset[DeadlineName]:
        """What was in time, and would not have been."""
        return (self.after.breached - self.before.breached) & self.known


class Replay:
    """A draft beside the policy in force (which tells who was asked in climbs of the past); made once, for many cases."""

    def __init__(self, draft: InForce, in_force: InForce) -> None:
        self._draft, self._in_force = draft, in_force
        self._plans: dict[object, Plan] = {}
        policy = draft.policy
        wanted = [c.similar.count for rule in policy.rules for c in rule.when if c.similar]
        self._many = (timedelta(0),) * max(wanted, default=0)

    @cached_property
    def _zone(self) -> ZoneInfo:
        return ZoneInfo(self._in_force.policy.calendar_of("").zone)

    def compare(self, case: Archived) -> Compared | None:
        """One case on both sides; nothing for a case that was never planned."""
        if case.plan is None:
            return None
        known = past(case, self._in_force.calendar(case.plan))
        return Compared(case, self.really(case, case.plan, known), self._drafted(case, known), known.known)

    def really(self, case: Archived, plan: Plan, known: Past) -> Side:
        """From the fold; only who was asked when in a climb is worked out, among those who were really told."""
        quiet = case.linked or not calls.rings(plan)
        asked = {track: [] if quiet else self._told(case, plan, track, known) for track in Track}
        called = calls.by_phone(plan, asked[Track.HANDLING], asked[Track.AUTHORITY], self._zone)
        return Side(plan.priority, plan.team, plan.load, not plan.levels, called, known.breached)

    def _told(self, case: Archived, plan: Plan, track: Track, known: Past) -> list[Asking]:
        ladder, asked = asking.ladder(plan, track), case.asked(track)
        answer, clock = known.answers.get(track), case.deadlines.get(RESPONSE[track])
        if not ladder or not asked.told:
            return []
        if asked.level == 1 and not asked.repeats and clock is not None and clock.since is not None:
            until = answer.answered_at if answer else clock.since + _UNKNOWN
            people = tuple(r.person for r in asked.responders if not r.paged_in)
            return [Asking(1, people, ladder[0].channels, clock.since, clock.since, max(until, clock.since))]
        if answer is None:
            first = calls.climb(self._in_force, plan, track, case.submitted_at, lambda at: at + _UNKNOWN)
            return calls.only(first, asked.told)
        climbed = calls.climb(self._in_force, plan, track, answer.asked_at, lambda _: answer.answered_at)
        found = calls.only(climbed, asked.told)
        placed = {p.id for x in found for p in x.people}
        rest = tuple(self._named(id_) for id_ in asked.told if id_ not in placed)
        if not rest or clock is None or clock.since is None:
            return found
        step = ladder[min(asked.level, len(ladder)) - 1]
        return [*found, Asking(asked.level, rest, step.channels, clock.since, clock.since, clock.since)]

    def _named(self, id_: str) -> Person:
        return self._in_force.policy.person(id_) or Person(id=id_, name=id_)

    def _drafted(self, case: Archived, known: Past) -> Side:
        """What the draft would have made of it."""
        plan = self._planned(case, self._many if _gathered(case) else ())
        if not plan.levels or case.linked:
            return Side(plan.priority, plan.team, plan.load, not plan.levels, (), frozenset())
        at, later, breached = case.submitted_at, timedelta(0), set[DeadlineName]()
        asked: dict[Track, list[Asking]] = {Track.HANDLING: [], Track.AUTHORITY: []}
        for track in Track:
            if not asking.ladder(plan, track):
                continue
            answer = known.answers.get(track) or known.answers.get(Track.HANDLING)
            asked[track] = calls.climb(self._draft, plan, track, at, partial(_answered, answer))
            if len(asked[track]) > 1:
                breached.add(RESPONSE[track])
            if track is Track.HANDLING and answer:
                later = max(_answered(answer, asked[track][0].at) - answer.answered_at, later)
        began = known.began + later if known.began else None
        ends = {DeadlineName.FIRST_HANDLING: began, DeadlineName.RESOLUTION: known.resolved_at + later}
        for name, end in ends.items():
            due = self._draft.calendar(plan).add(asked[Track.HANDLING][0].at, calls.span(getattr(plan, _SPANS[name])))
            if end is not None and name in known.known and due < end:
                breached.add(name)
                last = asked[Track.HANDLING][-1]
                if due > last.until:
                    asked[Track.HANDLING].append(calls.one_more(self._draft, plan, last.level, due))
        called = calls.by_phone(plan, asked[Track.HANDLING], asked[Track.AUTHORITY], self._zone)
        return Side(plan.priority, plan.team, plan.load, False, called, frozenset(breached))

    def _planned(self, case: Archived, similar: Sequence[timedelta]) -> Plan:
        """The draft's plan; the same for all reports with the same urgency, impact, team and rules."""
        policy, report = self._draft.policy, case.submitted.report
        known = report, case.submitted.source, case.submitted_at
        held = tuple(rule.id for rule in rules.matching(policy, *known, similar))
        key = report.urgency, report.impact, team_of(policy, report), held
        if key not in self._plans:
            self._plans[key] = make_plan(policy, self._draft.version, *known, tuple(similar))
        return self._plans[key]


def _answered(answer: Answer | None, asked_at: datetime) -> datetime:
    """When an answer comes to people who are asked at an instant: when it really came, or as long after they are asked."""
    if answer is None:
        return asked_at + _UNKNOWN
    if asked_at < answer.answered_at:
        return answer.answered_at
    return asked_at + max(answer.answered_at - answer.asked_at, timedelta(milliseconds=1))


def _gathered(case: Archived) -> bool:
    """Whether many reports of the same came in at the time; which ones is not looked up again."""
    return bool(case.linked) or (case.plan is not None and case.plan.gather)
