"""What of our own network may be written to by channels whose addresses others give us."""

from dataclasses import dataclass


@dataclass(frozen=True)
class GuardSettings:
    """Networks and host names inside that may be written to, by comma."""

    webhook_allow: str = ""
