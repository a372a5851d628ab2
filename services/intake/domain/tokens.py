"""Access tokens: `tsk_<id>_<secret>`, of which only a digest is kept."""

import hashlib
import hmac
import re
from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

from shared.contracts.events import Actor

Scope: TypeAlias = Literal["read", "submit", "act", "admin"]
SCOPES: tuple[Scope, ...] = get_args(Scope)
_TOKEN = re.compile(r"tsk_([0-9a-f]{12})_([0-9a-f]{64})")


@dataclass(frozen=True)
class Principal:
    """Who calls: the name of the token, what it may do, and in whose name it acts."""

    name: str
    scopes: frozenset[str]
    actor: Actor


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
