"""Roles: what somebody is in a team, and what each may do."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, TypeAlias, cast, get_args

Role: TypeAlias = Literal["reporter", "responder", "leader", "manager", "admin", "auditor"]
Roles: TypeAlias = frozenset[Role]
ROLES: tuple[Role, ...] = get_args(Role)
EVERY_TEAM = "*"
_ALL: Roles = frozenset(ROLES)
_WORKING: Roles = frozenset(("responder", "leader", "manager"))
_LEADING: Roles = frozenset(("leader", "manager"))
_CONCERNED: Roles = _WORKING | {"reporter"}

MAY: dict[str, Roles] = {
    # beside a case
    "consult": _ALL,
    "submit": _CONCERNED,
    "attend": _WORKING | {"admin"},  # absences, swaps, maintenance: when people are there
    "administer": frozenset(("admin",)),
    "drill": _LEADING | {"admin"},  # plan and stop drills of a team
    "audit": frozenset(("admin", "auditor")),
    # seeing the cases of a team
    "see": _WORKING | {"auditor"},
    "see-restricted": _LEADING,
    "see-personal": _LEADING,  # what was masked; so does who was asked, of whatever role
    # acting on a case that one may see
    "acknowledge": _WORKING,
    "unacknowledge": _WORKING,
    "start": _WORKING,
    "notes": _CONCERNED,
    "replies": _CONCERNED,
    "attach": _CONCERNED,
    "detach": _LEADING,  # whoever attached a file may take it away too
    "wait": _WORKING,
    "resume": _WORKING,
    "reassign": _LEADING,
    "offer": _WORKING,
    "decline": _WORKING,
    "link": _WORKING,
    "split": _WORKING,
    "relate": _WORKING,
    "steps": _WORKING,
    "reassess": _WORKING,
    "unmark": _LEADING,  # say that it was neither harassment nor a leak: the whole team may read it then
    "extend": _LEADING,
    "followers": _CONCERNED,
    "resolve": _WORKING,
    "feedback": _WORKING,
    "reopen": _CONCERNED,
}


@dataclass(frozen=True, order=True)
class Grant:
    """One role in one team, or in every team ("*")."""

    role: Role
    team: str

    def __str__(self) -> str:
        """As rows and the audit have it; `read` takes it back."""
        return f"{self.role} {self.team}"


Grants: TypeAlias = frozenset[Grant]


def written(grants: Iterable[Grant]) -> list[str]:
    """The grants as text, in order."""
    return [str(grant) for grant in sorted(grants)]


def read(texts: Iterable[str]) -> Grants:
    """What was written."""
    parts = (text.partition(" ") for text in texts)
    return frozenset(Grant(cast(Role, role), team) for role, _, team in parts)


def given(text: str) -> Grants:
    """Read a comma-separated list of `role:team`; raises ValueError for what is none."""
    parts = [part.strip().partition(":") for part in text.split(",") if part.strip()]
    if any(role not in ROLES or not team for role, _, team in parts):
        raise ValueError(f"grants are role:team, the roles {', '.join(ROLES)}")
    return frozenset(Grant(cast(Role, role), team) for role, _, team in parts)


def teams(grants: Iterable[Grant], verb: str) -> frozenset[str]:
    """The teams in which these grants allow something; "*" among them means all."""
    return frozenset(grant.team for grant in grants if grant.role in MAY[verb])


def covers(mine: Grants | None, theirs: Grants | None) -> bool:
    """Whether who administers with `mine` may give `theirs` away: nothing beyond the teams that they administer."""
    if mine is None:
        return True
    own = teams(mine, "administer")
    return EVERY_TEAM in own or (bool(theirs) and all(grant.team in own for grant in theirs or ()))
