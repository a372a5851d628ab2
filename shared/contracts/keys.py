"""Keys and tokens that can be replaced while they are used: one, or several by a comma; the first one makes, all are believed."""

import hmac
from collections.abc import Callable


def every(keys: str) -> list[str]:
    """All of them, the one that makes first."""
    return [key for part in keys.split(",") if (key := part.strip())]


def first(keys: str) -> str:
    """The one that signs, and that is shown; "" where there is none."""
    return next(iter(every(keys)), "")


def believed(keys: str, given: bytes, made: Callable[[str], bytes]) -> bool:
    """Whether what was given is what one of the keys would have made."""
    return any(hmac.compare_digest(given, made(key)) for key in every(keys))
