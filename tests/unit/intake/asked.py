"""Requests as tests make them: bytes, headers and secrets in, the verdict or what was read out."""

from collections.abc import Mapping
from datetime import UTC, datetime

from services.intake.senders.sender import (
    Malformed,
    Reading,
    Rejected,
    Request,
    Sender,
    Source,
    Trusted,
)

NOON = datetime(2026, 11, 21, 12, 0, 2, tzinfo=UTC)


def verdict(
    sender: Sender,
    raw: bytes,
    headers: Mapping[str, str],
    secrets: tuple[str, ...],
    now: datetime = NOON,
    url: str = "",
    options: Mapping[str, str] | None = None,
) -> Trusted | Rejected:
    """Whether a request is believed."""
    return sender.verify(Request(raw, headers, now, url=url), Source(sender.name, sender.name, secrets, options or {}))


def readings(
    sender: Sender, raw: bytes, headers: Mapping[str, str] | None = None, options: Mapping[str, str] | None = None
) -> tuple[Reading, ...] | Malformed:
    """All that a request says."""
    source = Source(sender.name, sender.name, ("secret",), options or {})
    read = sender.read(Request(raw, headers or {}, NOON), source)
    return read if isinstance(read, Malformed) else tuple(read)


def reading(
    sender: Sender, raw: bytes, headers: Mapping[str, str] | None = None, options: Mapping[str, str] | None = None
) -> Reading | Malformed:
    """The one thing that a request says."""
    found = readings(sender, raw, headers, options)
    if isinstance(found, Malformed):
        return found
    (one,) = found
    return one
