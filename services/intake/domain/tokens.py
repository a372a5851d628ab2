"""Access tokens: `tsk_<id>_<secret>`, of which only a digest is kept, and how long each holds."""

import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, TypeAlias, get_args

from services.intake.domain.roles import Grants
from shared.contracts.events import Actor

Scope: TypeAlias = Literal["read", "submit", "act", "admin"]
SCOPES: tuple[Scope, ...] = get_args(Scope)
Standing: TypeAlias = Literal["valid", "expired", "revoked"]
STANDINGS = {"valid": ("有効", "valid"), "expired": ("期限切れ", "expired"), "revoked": ("失効", "revoked")}
NAME = r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}"
USED_EVERY = timedelta(minutes=1)  # how exactly it is known when a token was last used
_TOKEN = re.compile(r"tsk_([0-9a-f]{12})_([0-9a-f]{64})")


@dataclass(frozen=True)
class Principal:
    """Who calls: the name of the token, what it may do at most, in whose name it acts, and its roles in teams.

    `grants` is None for who was never given a role: every team, as far as the scopes go.
    """

    name: str
    scopes: frozenset[str]
    actor: Actor
    grants: Grants | None = None


@dataclass(frozen=True)
class Token:
    """A token as it is kept; `created_by` is "" for one that was made on the command line of the server."""

    id: str
    principal: Principal
    digest: bytes
    created_at: datetime
    created_by: str = ""
    expires_at: datetime | None = None
    last_used_at: datetime | None = None
    revoked_at: datetime | None = None

    def standing(self, now: datetime) -> Standing:
        """Whether it holds, or why not."""
        if self.revoked_at is not None:
            return "revoked"
        return "expired" if self.expires_at is not None and self.expires_at <= now else "valid"

    def is_used_anew(self, now: datetime) -> bool:
        """Whether a use at this moment is to be written down."""
        return self.last_used_at is None or now - self.last_used_at >= USED_EVERY


def write(id_: str, secret: str) -> str:
    """Give the text of a token of a 12-digit id and a 64-digit secret, both hexadecimal."""
    return f"tsk_{id_}_{secret}"


def read(text: str) -> tuple[str, bytes] | None:
    """Give the id and the digest of a token's text, or None when it is not one."""
    match = _TOKEN.fullmatch(text)
    return (match[1], digest(match[2])) if match else None


def digest(secret: str) -> bytes:
    """The SHA-256 of a secret; its 256 random bits need no salt."""
    return hashlib.sha256(secret.encode()).digest()


def same(given: bytes, kept: bytes) -> bool:
    """Compare digests in constant time."""
    return hmac.compare_digest(given, kept)


def scopes(text: str) -> frozenset[str]:
    """Read `all` or a comma-separated list of scopes; raises ValueError for an unknown one."""
    asked = frozenset(SCOPES) if text == "all" else frozenset(filter(None, text.split(",")))
    if not asked or asked - set(SCOPES):
        raise ValueError(f"scopes are {', '.join(SCOPES)} or all")
    return asked


def actor(name: str, person: tuple[str, str] | None) -> Actor:
    """In whose name a token acts: the person (id, name) that it was made for, or the program that it is named after."""
    if person is None:
        return Actor(kind="source", id=name, name=name)
    return Actor(kind="person", id=person[0], name=person[1] or person[0])
