"""`python -m services.notifier bounce [address] < mail`: the pipe of a mail server, which hands a bounce to our door."""

import sys
from dataclasses import dataclass
from typing import BinaryIO

import httpx

from services.notifier.domain.bounce import LARGEST

TAKEN, NOT_OURS, LATER = 0, 0, 75  # 75 makes Postfix and Exim keep the mail and try again


@dataclass(frozen=True)
class BounceSettings:
    """`public_url` is the front door; the envelope of a bounce is all the proof that is needed there."""

    public_url: str


def hand_over(settings: BounceSettings, to: str, mail: BinaryIO) -> int:
    """Post what was read; returns the exit code."""
    body = mail.read(LARGEST)
    headers = {"content-type": "message/rfc822", "x-envelope-to": to or envelope(body)}
    try:
        url = f"{settings.public_url.rstrip('/')}/callbacks/bounce"
        status = httpx.post(url, content=body, headers=headers, timeout=15, trust_env=False).status_code
    except httpx.HTTPError as problem:
        print(f"bounce: {type(problem).__name__}", file=sys.stderr)
        return LATER
    if status < 300 or status in (400, 403, 404, 413, 422):
        return TAKEN if status < 300 else NOT_OURS
    print(f"bounce: HTTP {status}", file=sys.stderr)
    return LATER


def envelope(mail: bytes) -> str:
    """The address that a mail came to, as far as its headers tell."""
    for line in mail[:20_000].splitlines():
        name, _, value = line.partition(b":")
        if name.strip().lower() in (b"x-original-to", b"delivered-to", b"envelope-to", b"to") and b"bounce+" in value:
            return value.decode("ascii", "replace").strip()[:1000]
    return ""
