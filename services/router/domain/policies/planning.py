"""The plan: what matrix and case rules make of one report."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Literal

from services.router.domain import wording
from services.router.domain.policies import rules
from services.router.domain.policies.policy import AUTHORITY, Effect, Policy, PriorityRow, RoleTarget, Step
from shared.contracts.plan import Level, Plan, Target
from shared.contracts.report import Report
from shared.contracts.vocabulary import Path


def team_of(policy: Policy, report: Report) -> str:
    """The team in charge: the first whose product words stand in the report, otherwise the default."""
    said = rules.readings(f"{report.product}\n{report.title}\n{report.facts}")
    for id_, team in policy.teams.items():
        if any(rules.stands(text, *said, product=True) for text in team.products):
            return id_
    return policy.default_team


def make_plan(
    policy: Policy,
    version: int,
    report: Report,
    source: str,
    at: datetime,
    similar: Sequence[timedelta] = (),
    counted: Collection[str] = (),
    suppressible: bool = True,
    drilled: str = "",
) -> Plan:
    """Apply matrix and rules to a report that came in at an instant. Same input, same plan.

    `similar`: how long before this report each similar open one came; rules that are `counted` have found enough of them
    before. A plan that is made anew for a case under way is not `suppressible`: somebody has been asked already. A team
    that is `drilled` is in charge whatever the words say.
    """
    held = rules.matching(policy, report, source, at, similar, counted)
    effects = [rule.then for rule in held]
    matrix = policy.matrix[report.urgency][report.impact]
    priority = rules.priority_after(effects, matrix)
    row = policy.priorities[priority]
    team = drilled if drilled in policy.teams else team_of(policy, report)
    handling, authority = _climbs(row, effects)
    channels = next((x.channels for x in reversed(effects) if x.channels), None)

    def levels(steps: Iterable[Step]) -> tuple[Level, ...]:
        return tuple(
            Level(
                targets=tuple(_target(policy, team, t) for t in dict.fromkeys(step.targets)),
                channels=channels or step.channels or row.channels,
                first_response=step.first_response or row.first_response,
                acknowledge=step.acknowledge,
            )
            for step in steps
        )

    suppressing = next((rule for rule in held if rule.then.suppress), None) if suppressible else None
    suppressed = suppressing is not None and all(_harmless(x) for x in effects)
    return Plan(
        policy_version=version,
        priority=priority,
        path=handling[0].targets[0].path if any(x.only for x in effects) else row.path,
        load=_load(row, effects),
        team=team,
        levels=() if suppressed else levels(handling),
        authority=() if suppressed else levels(authority),
        first_handling=row.first_handling,
        next_update=row.next_update or "",
        resolution=row.resolution,
        repeat=row.repeat,
        nobody_on_duty=row.nobody_on_duty,
        calendar=policy.teams[team].calendar or policy.calendar,
        rules=tuple(rule.id for rule in held if not rule.then.suppress or suppressed),
        gather=any(x.gather for x in effects),
        restricted=any(x.restrict for x in effects),
        reasons=(
            wording.by_matrix(report, matrix),
            *(rule.reason for rule in held if not rule.then.suppress or suppressed),
        ),
        suppressed=suppressing.reason if suppressing and suppressed else None,
        faq=suppressing.then.faq if suppressing and suppressed else "",
    )


def _climbs(row: PriorityRow, effects: list[Effect]) -> tuple[list[Step], list[Step]]:
    """The levels of the handling and of the authority.

    Rules that add somebody with authority ask them on a track of their own beside those with the expertise: an engineer
    who has the case must not silence the superior. From whoever is asked first, the climb goes only upwards. Whom a rule names
    alone is not joined by anybody with less authority: neither by who has it by the row, nor by whom a rule before it adds.
    """
    naming, only = next(((n, x.only) for n, x in reversed([*enumerate(effects)]) if x.only), (-1, None))
    floor = _rank(only or ())
    added = [t for n, x in enumerate(effects) for t in x.add or () if n > naming or not _is_below(t, floor)]
    first = row.levels[0].model_copy(update={"targets": only} if only else {})
    handling = [first, *(_above(row.levels[1:], only) if only else row.levels[1:])]
    authority = [
        step.model_copy(update={"targets": left})
        for step in row.authority
        if (left := tuple(t for t in step.targets if not _is_below(t, floor)))
    ]
    above = [t for t in added if t.path is Path.HIERARCHICAL and row.path is Path.FUNCTIONAL and not only]
    beside = [t for t in added if t not in above]
    if beside:
        handling[0] = first.model_copy(update={"targets": (*first.targets, *beside)})
    if above and authority:
        authority[0] = authority[0].model_copy(update={"targets": (*authority[0].targets, *above)})
    elif above:
        authority = [Step(targets=tuple(above)), *_above(row.levels[1:], tuple(above))]
    return handling, authority


def _above(steps: Sequence[Step], first: tuple[RoleTarget, ...]) -> list[Step]:
    """The steps that lead to somebody who may decide more than the first who are asked."""
    floor = _rank(first)
    return [s for s in steps if _rank(s.targets) > floor]


def _rank(targets: Iterable[RoleTarget]) -> int:
    """The most that any of these may decide; -1 where none of them has authority."""
    return max((AUTHORITY.index(t.role) for t in targets if t.role in AUTHORITY), default=-1)


def _is_below(target: RoleTarget, floor: int) -> bool:
    return target.role in AUTHORITY and AUTHORITY.index(target.role) < floor


def _load(row: PriorityRow, effects: list[Effect]) -> int:
    """The last load given by a rule; it puts nothing off that another rule calls an incident."""
    wanted = next((x.load for x in reversed(effects) if x.load), row.load)
    return wanted if all(map(_harmless, effects)) else min(wanted, row.load)


def _harmless(effect: Effect) -> bool:
    """A rule that says "this is an incident" beats one that says "this is not"."""
    return effect.suppress or not (effect.priority or effect.at_least or effect.only or effect.add or effect.gather)


def _target(policy: Policy, team: str, wanted: RoleTarget) -> Target:
    """The part in the team named or in charge, else in the default team, else the catch-all."""
    for id_ in dict.fromkeys((wanted.team or team, team, policy.default_team)):
        holder = policy.teams[id_].roles.get(wanted.role) if id_ in policy.teams else None
        if holder:
            kind: Literal["schedule", "person"] = "schedule" if holder.schedule else "person"
            id_ = holder.schedule or holder.person
            return Target(kind=kind, id=id_, path=wanted.path, name=_name(policy, kind, id_))
    return Target(kind="person", id=policy.catch_all, path=wanted.path, name=_name(policy, "person", policy.catch_all))


def _name(policy: Policy, kind: str, id_: str) -> str:
    schedule, person = policy.schedules.get(id_), policy.person(id_)
    if kind == "schedule" and schedule:
        return schedule.name or id_
    return person.name if person else id_
