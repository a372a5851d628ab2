"""Codes that prove an address: made of our secret and a random word, so that a database alone gives none away."""

import hashlib
import hmac
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from services.notifier.domain.contact import Address
from shared.contracts.keys import believed, first

LIFE = timedelta(minutes=10)
TRIES = 5
PAUSE = timedelta(minutes=1)
HOUR, MOST_IN_AN_HOUR = timedelta(hours=1), 5  # messages that prove addresses, to one person
WORD = re.compile(r"[0-9a-f]{32}")
_BETWEEN = re.compile(r"[\s\-‐‑‒–—―−ー]")
Verdict = Literal["right", "wrong", "spent", "gone"]


@dataclass(frozen=True)
class Sent:
    """A code that was sent: for which address, its hash, and how often it was guessed at."""

    address: str
    hash: str
    made_at: datetime
    tries: int = 0


def code(keys: str, word: str) -> str:
    """The six digits that belong to a random word."""
    digest = hmac.new(first(keys).encode(), b"code:" + word.encode(), hashlib.sha256).digest()
    return f"{int.from_bytes(digest[:8], 'big') % 10**6:06d}"


def sealed(keys: str, person: str, address: Address, digits: str) -> str:
    """What is kept of a code; it fits no other person and no other address."""
    return _seal(first(keys), person, address, digits)


def fits(keys: str, sent: Sent, person: str, address: Address, digits: str) -> bool:
    """Whether these are the digits of a code that was sent to this address."""
    return believed(keys, sent.hash.encode(), lambda key: _seal(key, person, address, digits).encode())


def digits(text: str) -> str:
    """A code as people type it: full-width digits, blanks and dashes are taken."""
    return _BETWEEN.sub("", unicodedata.normalize("NFKC", text))


def verdict(sent: Sent | None, right: bool, now: datetime) -> Verdict:
    """What a try comes to; after five wrong ones even the right code is worth nothing."""
    if sent is None or now >= sent.made_at + LIFE:
        return "gone"
    if sent.tries >= TRIES:
        return "spent"
    return "right" if right else "wrong"


def wait(sent: Sequence[datetime], now: datetime) -> timedelta | None:
    """How long until one person may be sent another one, after those sent at these moments; None: now."""
    recent = sorted(at for at in sent if now - at < HOUR)
    free = [at + PAUSE for at in recent[-1:]]
    if len(recent) >= MOST_IN_AN_HOUR:
        free.append(recent[-MOST_IN_AN_HOUR] + HOUR)
    later = max(free, default=now)
    return later - now if later > now else None


def _seal(key: str, person: str, address: Address, digits: str) -> str:
    text = "\0".join(("proof", person, address.kind, address.value, digits))
    return hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest()
