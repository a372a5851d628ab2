"""What an OpenID provider says of a person: whether it is for us, and who it is here."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from services.intake.domain.roles import ROLES, Grant, Grants
from services.intake.domain.sessions import PERSON
from shared.contracts.events import Actor

LEEWAY = timedelta(seconds=60)  # by which two clocks may differ
OLDEST = timedelta(minutes=10)  # a login that took longer begins again
LONGEST_NAME = 200
MOST_GROUPS = 1000


@dataclass(frozen=True)
class Expected:
    """What an ID token has to say so that it is meant for us, and for this login."""

    issuer: str
    client_id: str
    nonce: str


@dataclass(frozen=True)
class Names:
    """Under which claims a person's id, name and groups are found."""

    person: str
    name: str
    groups: str


def flaw(claims: Mapping[str, Any], expected: Expected, now: datetime) -> str:
    """Why the claims of a signed token are not to be believed (OpenID Connect Core 3.1.3.7); "" when they are."""
    audience = claims.get("aud")
    audiences = audience if isinstance(audience, list) else [audience]
    if claims.get("iss") != expected.issuer:
        return "issuer"
    if expected.client_id not in audiences:
        return "audience"
    if (len(audiences) > 1 or "azp" in claims) and claims.get("azp") != expected.client_id:
        return "authorized party"
    if not (_is_time(claims.get("exp")) and _is_time(claims.get("iat")) and _is_time(claims.get("nbf", 0))):
        return "times"
    exp, iat, nbf = (float(claims.get(name, 0)) for name in ("exp", "iat", "nbf"))
    at, leeway = now.timestamp(), LEEWAY.total_seconds()
    if exp <= at - leeway:
        return "expired"
    if max(iat, nbf) > at + leeway or iat < at - OLDEST.total_seconds() - leeway:
        return "times"
    if not expected.nonce or claims.get("nonce") != expected.nonce:
        return "nonce"
    return "" if isinstance(claims.get("sub"), str) and claims["sub"] else "subject"


def person(claims: Mapping[str, Any], names: Names) -> Actor | None:
    """Who it is here; None without an id that we can use. An address that was not proven is none."""
    id_ = claims.get(names.person)
    if not isinstance(id_, str) or not PERSON.fullmatch(id_):
        return None
    if names.person == "email" and claims.get("email_verified") is not True:
        return None
    name = claims.get(names.name)
    shown = "".join(c for c in name if c.isprintable()).strip()[:LONGEST_NAME] if isinstance(name, str) else ""
    return Actor(kind="person", id=id_, name=shown or id_)


def grants(claims: Mapping[str, Any], names: Names, roles: Mapping[str, Grants]) -> Grants:
    """The roles that a person's groups give; groups may be a list or one word."""
    told = claims.get(names.groups)
    groups = told[:MOST_GROUPS] if isinstance(told, list) else [told]
    return frozenset(grant for group in groups if isinstance(group, str) for grant in roles.get(group, ()))


def group_roles(text: str) -> dict[str, Grants]:
    """Read `group=role:team, group=role:*`; a group may stand several times. Raises ValueError."""
    found: dict[str, Grants] = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        group, _, given = part.rpartition("=")
        role, _, team = given.partition(":")
        if not group or role not in ROLES or not team:
            raise ValueError(f"{part!r} is not group=role:team; the roles are {', '.join(ROLES)}, all teams are *")
        found[group] = found.get(group, frozenset()) | {Grant(role, team)}
    return found


def _is_time(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e11
