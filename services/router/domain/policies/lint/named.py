"""The targets that levels and rules name, where they stand, and who plays their part in each team."""

from collections.abc import Iterator

from services.router.domain.policies.findings import Place
from services.router.domain.policies.policy import Holder, Policy, Role, RoleTarget
from shared.contracts.vocabulary import Priority


def by_priority(policy: Policy) -> Iterator[tuple[Place, Priority, RoleTarget]]:
    """Every target of a level, with its place and priority."""
    for priority, row in policy.priorities.items():
        for track, steps in (("levels", row.levels), ("authority", row.authority)):
            for level, step in enumerate(steps):
                for number, target in enumerate(step.targets):
                    yield ("priorities", priority.value, track, level, "targets", number), priority, target


def by_rule(policy: Policy) -> Iterator[tuple[Place, RoleTarget]]:
    """Every target of a rule, with its place."""
    for index, rule in enumerate(policy.rules):
        for field, targets in (("only", rule.then.only), ("add", rule.then.add)):
            for number, target in enumerate(targets or ()):
                yield ("rules", index, "then", field, number), target


def everywhere(policy: Policy) -> Iterator[tuple[Place, RoleTarget]]:
    """Every target of levels and rules."""
    yield from ((place, target) for place, _, target in by_priority(policy))
    yield from by_rule(policy)


def holder(policy: Policy, target: RoleTarget, team: str) -> Holder | None:
    """Who plays the part when `team` is in charge; nobody when only the catch-all is left."""
    return part(policy, target.role, target.team or team, team, policy.default_team)


def part(policy: Policy, role: Role, *teams: str) -> Holder | None:
    """Who plays a part in the first of the teams that has it."""
    known = (policy.teams[team] for team in teams if team in policy.teams)
    return next((team.roles[role] for team in known if role in team.roles), None)


def candidates(policy: Policy, found: Holder) -> tuple[str, ...]:
    """The people who may be meant: the one person, or everybody who takes turns in the schedule."""
    if found.person:
        return (found.person,)
    schedule = policy.schedules.get(found.schedule)
    people = (person for layer in schedule.layers for person in layer.people) if schedule else ()
    return tuple(dict.fromkeys(people))
