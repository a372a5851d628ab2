"""What happens to a case: the plan when it starts, the people asked on each level, and the climb."""

from datetime import datetime, timedelta
from typing import Literal

from services.router.domain import rules, schedule, wording
from services.router.domain.duration import Duration
from services.router.domain.policy import Effect, Holder, Policy, RoleTarget
from shared.contracts import events as e
from shared.contracts.case import Case
from shared.contracts.plan import Level, Person, Plan, Reason, Responder, Target
from shared.contracts.report import Report
from shared.contracts.vocabulary import DeadlineName, DeadlineState, Path

WARN_AFTER = 0.8  # of the time until a deadline
SHORTEST_WARNED = timedelta(minutes=2)


def team_of(policy: Policy, report: Report) -> str:
    """The team in charge: the first whose product words stand in the report, otherwise the default."""
    said = rules.fold(f"{report.product}\n{report.title}\n{report.facts}")
    for id_, team in policy.teams.items():
        if any(rules.fold(word) in said for word in team.products):
            return id_
    return policy.default_team


def make_plan(policy: Policy, version: int, report: Report, source: str) -> Plan:
    """Apply matrix and rules to a report. Same input, same plan."""
    held = rules.matching(policy, report, source)
    effects = [rule.then for rule in held]
    matrix = policy.matrix[report.urgency][report.impact]
    priority = rules.priority_after(effects, matrix)
    row = policy.priorities[priority]
    team = team_of(policy, report)
    only = next((x.only for x in reversed(effects) if x.only), None)
    first = [*(only or row.levels[0].targets), *(t for x in effects for t in x.add or ())]
    steps = [(first, row.levels[0]), *((list(s.targets), s) for s in row.levels[1:])]
    channels = next((x.channels for x in reversed(effects) if x.channels), None)
    levels = tuple(
        Level(
            targets=tuple(_target(policy, team, t) for t in dict.fromkeys(targets)),
            channels=channels or step.channels or row.channels,
            first_response=step.first_response or row.first_response,
        )
        for targets, step in steps
    )
    suppressing = next((rule for rule in held if rule.then.suppress), None)
    suppressed = suppressing is not None and all(_harmless(x) for x in effects)
    return Plan(
        policy_version=version,
        priority=priority,
        path=first[0].path if only else row.path,
        load=row.load,
        team=team,
        levels=() if suppressed else levels,
        first_handling=row.first_handling,
        resolution=row.resolution,
        reasons=(
            wording.by_matrix(report, matrix),
            *(rule.reason for rule in held if not rule.then.suppress or suppressed),
        ),
        suppressed=suppressing.reason if suppressing and suppressed else None,
        faq=suppressing.then.faq if suppressing and suppressed else "",
    )


def _harmless(effect: Effect) -> bool:
    """A rule that says "this is an incident" beats one that says "this is not"."""
    return effect.suppress or not (effect.priority or effect.at_least or effect.only or effect.add)


def _target(policy: Policy, team: str, wanted: RoleTarget) -> Target:
    """The part in the team, else in the default team, else the catch-all."""
    for id_ in (team, policy.default_team):
        holder = policy.teams[id_].roles.get(wanted.role)
        if holder:
            kind: Literal["schedule", "person"] = "schedule" if holder.schedule else "person"
            id_ = holder.schedule or holder.person
            return Target(kind=kind, id=id_, path=wanted.path, name=_name(policy, kind, id_))
    return Target(kind="person", id=policy.catch_all, path=wanted.path, name=_name(policy, "person", policy.catch_all))


def _name(policy: Policy, kind: str, id_: str) -> str:
    rotation, person = policy.schedules.get(id_), policy.person(id_)
    if kind == "schedule" and rotation:
        return rotation.name or id_
    return person.name if person else id_


def responders(policy: Policy, targets: tuple[Target, ...], now: datetime) -> tuple[Responder, ...]:
    """Whom the targets name at `now`, each person once; never empty."""
    found: dict[str, Responder] = {}
    for target in targets:
        holder = Holder(schedule=target.id) if target.kind == "schedule" else Holder(person=target.id)
        person, why = schedule.on_duty(policy, holder, now)
        found.setdefault(person.id, Responder(person=person, path=target.path, reason=why))
    return tuple(found.values()) or (_catch_all(policy),)


def _catch_all(policy: Policy) -> Responder:
    person = policy.person(policy.catch_all) or Person(id=policy.catch_all, name=policy.catch_all)
    return Responder(person=person, path=Path.HIERARCHICAL, reason=wording.CATCH_ALL)


def start(case: Case, policy: Policy, plan: Plan, now: datetime) -> e.EscalationAssigned | None:
    """Ask the first level and set all three clocks from the moment of submission; nothing when the plan is "not an incident"."""
    if not plan.levels:
        return None
    spans = {DeadlineName.FIRST_HANDLING: plan.first_handling, DeadlineName.RESOLUTION: plan.resolution}
    clocks = tuple(_clock(case, policy, name, span, case.submitted_at) for name, span in spans.items())
    asked = responders(policy, plan.levels[0].targets, now)
    assigned = _ask(case, policy, plan, 1, asked, "submitted", case.submitted_at, plan.reasons)
    return assigned.model_copy(update={"deadlines": (*assigned.deadlines, *clocks)})


def on_breach(case: Case, policy: Policy, name: DeadlineName, now: datetime) -> list[e.Event]:
    """Climb one level; a breach of a later clock while somebody is being asked anyway asks nobody twice."""
    if case.plan is None or (name is not DeadlineName.FIRST_RESPONSE and case.awaiting):
        return []
    top = len(case.plan.levels)
    level = min(case.level + 1, top + 1)
    asked = responders(policy, case.plan.levels[level - 1].targets, now) if level <= top else (_catch_all(policy),)
    reasons = (wording.breached(name, asked),)
    said: list[e.Event] = []
    if level > top and not case.exhausted:
        said.append(e.EscalationExhausted(case_id=case.id, level=top, reasons=(wording.EXHAUSTED,)))
    return [*said, _ask(case, policy, case.plan, level, asked, "breached", now, reasons)]


def on_reassigned(case: Case, policy: Policy, to: Person, now: datetime) -> e.EscalationAssigned | None:
    """Ask the new owner on the present level's channels; they too have to answer in time."""
    if case.plan is None or not case.plan.levels:
        return None
    asked = (Responder(person=to, path=case.plan.path, reason=wording.HANDED_OVER),)
    return _ask(case, policy, case.plan, max(case.level, 1), asked, "reassigned", now, (wording.HANDED_OVER,))


def on_reopened(case: Case, policy: Policy, now: datetime) -> e.EscalationAssigned | None:
    """Ask the first level again, and the last owner before everybody else; the clocks start anew."""
    if case.plan is None or not case.plan.levels:
        return None
    asked = responders(policy, case.plan.levels[0].targets, now)
    if case.owner and policy.person(case.owner.id):
        owner = Responder(person=case.owner, path=case.plan.path, reason=wording.LAST_OWNER)
        asked = (owner, *(r for r in asked if r.person.id != case.owner.id))
    spans = {DeadlineName.FIRST_HANDLING: case.plan.first_handling, DeadlineName.RESOLUTION: case.plan.resolution}
    clocks = tuple(_clock(case, policy, name, span, now) for name, span in spans.items())
    assigned = _ask(case, policy, case.plan, 1, asked, "reopened", now, (wording.REOPENED,))
    return assigned.model_copy(update={"deadlines": (*assigned.deadlines, *clocks)})


def on_resumed(case: Case, policy: Policy, now: datetime) -> e.EscalationRescheduled | None:
    """Let the clocks that stood still run again, each with what was left of it."""
    if case.plan is None:
        return None
    calendar = policy.office.calendar()
    spans = {DeadlineName.FIRST_HANDLING: case.plan.first_handling, DeadlineName.RESOLUTION: case.plan.resolution}
    moved = []
    for d in case.deadlines.values():
        if d.state is DeadlineState.PAUSED and d.paused_at is not None and d.name in spans:
            due = calendar.moved(d.due, d.paused_at, now, Duration.parse(spans[d.name]))
            moved.append(_set(d.name, d.generation + 1, now, due))
    if not moved:
        return None
    return e.EscalationRescheduled(case_id=case.id, deadlines=tuple(moved), reasons=(wording.RESUMED,))


def _ask(
    case: Case,
    policy: Policy,
    plan: Plan,
    level: int,
    asked: tuple[Responder, ...],
    cause: str,
    since: datetime,
    reasons: tuple[Reason, ...],
) -> e.EscalationAssigned:
    step = plan.levels[min(level, len(plan.levels)) - 1]
    return e.EscalationAssigned(
        case_id=case.id,
        round=case.round + 1,
        level=level,
        path=Path.HIERARCHICAL if cause == "breached" else plan.path,
        priority=plan.priority,
        cause=cause,  # type: ignore[arg-type]
        after=case.answers,
        responders=asked,
        channels=step.channels,
        deadlines=(_clock(case, policy, DeadlineName.FIRST_RESPONSE, step.first_response, since),),
        reasons=reasons,
    )


def _clock(case: Case, policy: Policy, name: DeadlineName, span: str, since: datetime) -> e.DeadlineSet:
    due = policy.office.calendar().add(since, Duration.parse(span))
    known = case.deadlines.get(name)
    return _set(name, (known.generation if known else 0) + 1, since, due)


def _set(name: DeadlineName, generation: int, since: datetime, due: datetime) -> e.DeadlineSet:
    warn = since + (due - since) * WARN_AFTER if due - since >= SHORTEST_WARNED else None
    return e.DeadlineSet(name=name, generation=generation, due=due, warn_at=warn)
