"""Who may see a case, and who may act on it; `may_see` in the migrations says the same for lists."""

from dataclasses import dataclass
from typing import TypedDict

from services.intake.domain.commands import Command, Reassess
from services.intake.domain.roles import EVERY_TEAM, MAY, ROLES, Role, Roles, teams
from services.intake.domain.tokens import Principal
from shared.contracts.case import Case
from shared.contracts.circle import is_marked, is_restricted


@dataclass(frozen=True)
class Facts:
    """What decides about a case: `team` is "" before it is planned, `reporter` is "" unless a person reported it.

    `people` have it, are asked to take it over, or were ever paged for it.
    """

    team: str
    source: str
    reporter: str
    restricted: bool
    people: tuple[str, ...]
    followers: tuple[str, ...]


class Seer(TypedDict):
    """Who sees, as the database is told: in which teams what is not restricted and what is, and in whose name. A program is no person."""

    sees: list[str]
    leads: list[str]
    name: str
    person: str | None


def facts(case: Case) -> Facts:
    """What decides about this case."""
    said = case.submitted
    having = [person.id for person in (case.owner, case.offered) if person is not None]
    return Facts(
        team=case.plan.team if case.plan else "",
        source=said.source,
        reporter=said.by.id if said.by.kind == "person" else "",
        restricted=is_restricted(case),
        people=tuple(dict.fromkeys((*case.told, *having))),
        followers=tuple(follower.id for follower in case.followers),
    )


def roles_in(who: Principal, case: Facts) -> Roles:
    """What somebody is to a case, as far as it lets them see it; nothing for who may not see it.

    Whoever was never given a role in any team is the organisation's own program, and sees and does all.
    """
    if who.grants is None:
        return frozenset(ROLES)
    seeing = MAY["see-restricted" if case.restricted else "see"]
    here = {g.role for g in who.grants if g.team == EVERY_TEAM or (case.team and g.team == case.team)}
    return frozenset({*(here & seeing), *_own(who, case)})


def sees(who: Principal, case: Case) -> bool:
    """Whether somebody may see a case."""
    return bool(roles_in(who, facts(case)))


def acts(who: Principal, case: Case, verb: str) -> bool:
    """Whether somebody who sees a case may do this to it."""
    return may(who, facts(case), verb)


def may_open(who: Principal, case: Case, command: Command) -> bool:
    """False only for who might have the whole team read what is kept to few, and does not lead it.

    What a rule keeps to few is opened by another kind too, to which the rule need not apply.
    """
    if not isinstance(command, Reassess) or not is_restricted(case):
        return True
    report = case.submitted.report
    seen = {"kind": command.kind, "personal_data": command.personal_data}
    after = report.model_copy(update={name: value for name, value in seen.items() if value is not None})
    return after == report or is_marked(after) or acts(who, case, "unmark")


def may(who: Principal, case: Facts, verb: str) -> bool:
    """The same, of what decides about a case."""
    return bool(roles_in(who, case) & MAY[verb])


def sees_personal(who: Principal, case: Case) -> bool:
    """Whether somebody who sees a case may also see what was masked in it: who was asked or has it, and who leads its team.

    Being of the team is not enough.
    """
    if who.grants is None:
        return True
    known = facts(case)
    asked = who.actor.kind == "person" and who.actor.id in known.people
    return asked or bool(roles_in(who, known) & MAY["see-personal"])


def only_reports(who: Principal, case: Case) -> bool:
    """Whether somebody sees a case for no other reason than that they reported or follow it: what is internal is not for them."""
    return roles_in(who, facts(case)) == {"reporter"}


def seer(who: Principal) -> Seer | None:
    """The same as values, for the database; None for who sees all."""
    if who.grants is None:
        return None
    return Seer(
        sees=sorted(teams(who.grants, "see")),
        leads=sorted(teams(who.grants, "see-restricted")),
        name=who.name,
        person=who.actor.id if who.actor.kind == "person" else None,
    )


def _own(who: Principal, case: Facts) -> set[Role]:
    """A reporter sees their own reports whoever handles them, and who was paged what they were paged for."""
    found: set[Role] = {"reporter"} if case.source == who.name else set()
    if who.actor.kind != "person":
        return found
    if who.actor.id == case.reporter or (who.actor.id in case.followers and not case.restricted):
        found.add("reporter")
    if who.actor.id in case.people:
        found.add("responder")
    return found
