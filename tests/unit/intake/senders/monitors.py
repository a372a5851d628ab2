"""What the tests of monitors' senders share: bodies as vendors send them, ways to spoil a proof, and any JSON at all."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from services.intake.senders.sender import Rejected, Sender, Trusted
from tests.unit.intake.asked import verdict

NOW = datetime(2026, 11, 21, 12, 0, 2, tzinfo=UTC)
GARBAGE = ("abc", "v1", "v1,%%%", "v1,a", "v1a,a", "", "é", "髙", "\x00", "sha256=", "=" * 500)
TEXT = "髙﨑①㈱🔥 ＳＥＶ１"


def payload(name: str) -> bytes:
    """The very bytes of a body."""
    return Path(__file__).with_name("payloads").joinpath(name).read_bytes()


@dataclass(frozen=True)
class Proof:
    """A genuine request: its body, its headers, which of them hold the signature and the time, and the secret."""

    raw: bytes
    headers: dict[str, str]
    secret: str
    signature: str
    stamp: str = ""
    options: tuple[tuple[str, str], ...] = ()

    def verdict(self, sender: Sender, **other: Any) -> Trusted | Rejected:
        """What is made of it, with something other than the genuine."""
        given = {"raw": self.raw, "headers": self.headers, "secrets": (self.secret,), "now": NOW, **other}
        return verdict(sender, options=dict(self.options), **given)

    def spoiled(self) -> Iterator[dict[str, Any]]:
        """The same with one thing wrong."""
        yield {"raw": self.raw[:-1] + bytes([self.raw[-1] ^ 1])}
        yield {"raw": self.raw + b"\xff"}
        yield {"raw": json.dumps(json.loads(self.raw)).encode()}
        yield {"raw": b""}
        yield {"secrets": ()}
        yield {"secrets": ("another",)}
        yield {"headers": {k: v for k, v in self.headers.items() if k != self.signature}}
        for garbage in GARBAGE:
            yield {"headers": {**self.headers, self.signature: garbage}}
        if self.stamp:
            yield {"headers": {k: v for k, v in self.headers.items() if k != self.stamp}}
            for garbage in ("abc", "", "é", "１７９５２６２４００", "-1", "1e9", "9" * 400):
                yield {"headers": {**self.headers, self.stamp: garbage}}
            for seconds in (-303, 303):
                yield {"now": NOW + timedelta(seconds=seconds)}


SCALAR = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12)
JSON = st.recursive(
    SCALAR,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
HEADER = st.text(max_size=40)


def objects(*names: str, likely: tuple[Any, ...] = ()) -> st.SearchStrategy[dict[str, Any]]:
    """Objects that hold some of the fields, with anything in them."""
    return st.dictionaries(st.sampled_from(names), JSON | st.sampled_from(likely) if likely else JSON)


def deep(depth: int = 50_000) -> list[bytes]:
    """Bodies that are nested without end."""
    return [b"[" * depth, b"[" * depth + b"]" * depth, b'{"a":' * depth, b'{"labels":' * 900 + b"1" + b"}" * 900]
