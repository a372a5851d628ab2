"""How many requests one token may make: a bucket that fills evenly, and the fields that tell of it."""

import math
from dataclasses import dataclass

SECONDS = 60
NEARLY = 1e-9  # by so much a bucket may be short that was waited for: the seconds of a clock are no round numbers
URGENT = 10  # times as many, of what must not be kept waiting; beyond that it is an attack or a loop


@dataclass(frozen=True)
class Bucket:
    """What is left of a quota, and when that was (monotonic seconds)."""

    left: float
    at: float


@dataclass(frozen=True)
class Verdict:
    """Whether one more is let in, and what is left. `wait` is in seconds, 0 for who is let in."""

    bucket: Bucket
    left: int
    full_in: int
    wait: int


def take(bucket: Bucket | None, most: int, now: float) -> Verdict:
    """Take one of `most` a minute; None is a bucket that nobody has taken from for a minute."""
    left = float(most) if bucket is None else min(most, bucket.left + (now - bucket.at) * most / SECONDS)
    let_in = left > 1 - NEARLY
    left = max(left - let_in, 0.0)
    wait = 0 if let_in else max(1, math.ceil((1 - left) * SECONDS / most))
    return Verdict(Bucket(left, now), int(left), math.ceil((most - left) * SECONDS / most), wait)


def fields(most: int, verdict: Verdict, name: str) -> dict[str, str]:
    """The header fields of draft-ietf-httpapi-ratelimit-headers-10: the policy, what is left, and in how many seconds it is whole."""
    return {
        "ratelimit-policy": f'"{name}";q={most};w={SECONDS}',
        "ratelimit": f'"{name}";r={verdict.left};t={verdict.full_in}',
    }
