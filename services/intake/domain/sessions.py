"""Sessions of people in a browser: what one is known by, how long it holds, and where a login may lead to."""

import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, TypeAlias
from urllib.parse import urlsplit

from services.intake.domain.roles import Grants
from services.intake.domain.tokens import SCOPES, Principal
from shared.contracts.events import Actor

How: TypeAlias = Literal["link", "oidc"]
Standing: TypeAlias = Literal["valid", "idle", "old", "ended"]
IDLE = timedelta(hours=12)
LONGEST = timedelta(days=7)
SEEN_EVERY = timedelta(minutes=1)  # how exactly it is known when a session was last used
LINK_HOLDS = timedelta(minutes=5)
HOME = "/cases"
PERSON = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:@-]{0,89}")
_OWN_PATH = re.compile(r"/(?!/)[A-Za-z0-9._~/?=&%-]{0,500}")


@dataclass(frozen=True)
class Session:
    """One browser that a person is logged in with. `grants` are those of the person now and of their groups at the login."""

    ref: str
    person: Actor
    how: How
    grants: Grants
    created_at: datetime
    seen_at: datetime
    ended_at: datetime | None = None
    ended_by: str = ""

    def standing(self, now: datetime) -> Standing:
        """Whether it holds, or why not."""
        if self.ended_at is not None:
            return "ended"
        if now - self.created_at >= LONGEST:
            return "old"
        return "idle" if now - self.seen_at >= IDLE else "valid"

    def is_seen_anew(self, now: datetime) -> bool:
        """Whether a use at this moment is to be written down."""
        return now - self.seen_at >= SEEN_EVERY

    def principal(self) -> Principal:
        """Who calls. A person who has no role may do nothing; the name is one that no token and no source can have."""
        return Principal(f"console:{self.person.id}", frozenset(SCOPES), self.person, self.grants)


@dataclass(frozen=True)
class Cookie:
    """What the browser keeps a secret under; over plain http nothing is kept but on the machine itself."""

    name: str
    secure: bool

    @classmethod
    def of(cls, purpose: str, public_url: str) -> "Cookie":
        """The cookie of this installation. Those of one machine are told apart by the port, for a cookie has none."""
        if is_loopback(public_url) and public_url.startswith("http:"):
            return cls(f"tasuki-{purpose}-{urlsplit(public_url).port or 80}", secure=False)
        return cls(f"__Host-tasuki-{purpose}", secure=True)


def is_loopback(url: str) -> bool:
    """Whether an address leads to the machine itself."""
    return urlsplit(url).hostname in ("127.0.0.1", "localhost", "::1")


def origin(url: str) -> str:
    """The origin of an address as browsers write it."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def digest(secret: str) -> bytes:
    """What is kept of the secret of a session or a link; its 256 random bits need no salt."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).digest()


def csrf(key: str, kept: bytes) -> str:
    """What a form of this session must carry; it tells nothing of the session itself."""
    return hmac.digest(key.encode(), b"csrf " + kept, "sha256").hex()


def own_path(text: str) -> str:
    """Where to go after a login: a path of ours, whatever was asked for."""
    return text if _OWN_PATH.fullmatch(text) else HOME


def is_from_elsewhere(site: str | None, origin: str | None, ours: str) -> bool:
    """Whether a browser says that another site sent this, by Sec-Fetch-Site or else by Origin; older ones say nothing."""
    if site is not None:
        return site not in ("same-origin", "none")
    return origin is not None and origin != ours
