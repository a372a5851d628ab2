"""Addresses of mail that are their own proof: `<source>-<secret>@<domain>`, in small letters, for mail forgets the others."""

import re

LENGTH = 20  # letters, of five bits each
LONGEST_LOCAL = 64  # what mail allows before the @
_LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"
_SECRET = re.compile(r"[a-z0-9]{16,32}")
_LOCAL = re.compile(r"([a-z0-9][a-z0-9-]{0,62})-([a-z0-9]{1,64})")


def make(random: bytes) -> str:
    """Make a secret of 13 random bytes or more."""
    number = int.from_bytes(random)
    return "".join(_LETTERS[number >> 5 * place & 31] for place in range(LENGTH))


def fits(source: str, secret: str) -> bool:
    """Tell whether the two can stand in an address."""
    return _SECRET.fullmatch(secret) is not None and len(source) + 1 + len(secret) <= LONGEST_LOCAL


def write(source: str, secret: str, domain: str) -> str:
    """The address that a source's mail is sent to."""
    return f"{source}-{secret}@{domain}"


def read(address: str, domain: str) -> tuple[str, str] | None:
    """The source and the secret of an address of ours, whatever its case; None for what is none."""
    local, _, host = address.strip().casefold().rpartition("@")
    found = _LOCAL.fullmatch(local) if host.rstrip(".") == domain.casefold() else None
    return (found[1], found[2]) if found else None
