"""A mail server as its address names it: where it is, how it is kept secret what is said to it, who we are there."""

from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

SCHEMES = ("smtp", "smtps", "smtp+starttls")


@dataclass(frozen=True)
class Relay:
    """`tls` from the first byte on, or by `starttls` before anything is said that matters; neither without a login."""

    host: str
    port: int
    tls: bool
    starttls: bool
    user: str
    password: str


def relay(url: str) -> Relay:
    """Read `smtp://user:password@host:587`, `smtps://…` or `smtp+starttls://…`. Raises ValueError."""
    where = urlsplit(url)
    if where.scheme not in SCHEMES or not where.hostname:
        raise ValueError("no mail server")
    user, tls = unquote(where.username or ""), where.scheme == "smtps"
    starttls = not tls and (bool(user) or where.scheme == "smtp+starttls")
    port = where.port or (465 if tls else 587 if starttls else 25)
    return Relay(where.hostname, port, tls, starttls, user, unquote(where.password or ""))
