"""What is wrong with a policy although it fits the schema: names that lead nowhere, and people who cannot be reached in the end."""

from collections.abc import Iterator

from services.router.domain.policy import Policy
from shared.contracts.vocabulary import Impact, Priority, Urgency

Finding = tuple[tuple[str | int, ...], str]


def lint(policy: Policy) -> list[Finding]:
    """All findings as (path into the data, what is wrong)."""
    return [*_matrix(policy), *_names(policy)]


def _matrix(policy: Policy) -> Iterator[Finding]:
    for urgency in Urgency:
        for impact in Impact:
            if impact not in policy.matrix.get(urgency, {}):
                yield ("matrix", urgency.value), f"no priority for urgency {urgency.value} and impact {impact.value}"
    for priority in Priority:
        if priority not in policy.priorities:
            yield ("priorities",), f"{priority.value} is not described"


def _names(policy: Policy) -> Iterator[Finding]:
    people = {p.id for p in policy.people}
    if policy.catch_all not in people:
        yield ("catch_all",), f"nobody is called {policy.catch_all}"
    if any(a.person == policy.catch_all for a in policy.absences):
        yield ("catch_all",), f"{policy.catch_all} is away at times; the catch-all must always be there"
    if policy.default_team not in policy.teams:
        yield ("default_team",), f"there is no team {policy.default_team}"
    for id_, team in policy.teams.items():
        for role, holder in team.roles.items():
            if holder.person and holder.person not in people:
                yield ("teams", id_, "roles", role), f"nobody is called {holder.person}"
            if holder.schedule and holder.schedule not in policy.schedules:
                yield ("teams", id_, "roles", role), f"there is no schedule {holder.schedule}"
    for id_, rotation in policy.schedules.items():
        for index, person in enumerate(rotation.people):
            if person not in people:
                yield ("schedules", id_, "people", index), f"nobody is called {person}"
    for index, absence in enumerate(policy.absences):
        for person in filter(None, (absence.person, absence.substitute)):
            if person not in people:
                yield ("absences", index), f"nobody is called {person}"
        if absence.substitute == absence.person:
            yield ("absences", index, "substitute"), f"{absence.person} cannot stand in for themselves"
        if absence.since.tzinfo is None or absence.until.tzinfo is None:
            yield ("absences", index), "since and until need a time zone, for example 2026-11-22T09:00:00+09:00"
