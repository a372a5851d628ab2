"""Ids of cases: sortable by time, impossible to guess."""

from datetime import datetime

LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32: no i, l, o, u


def case_id(now: datetime, random: bytes) -> str:
    """Make `c_` and 26 characters out of the milliseconds of `now` and 10 random bytes; with zeros, the first id of that moment."""
    number = int(now.timestamp() * 1000) << 80 | int.from_bytes(random[:10])
    return "c_" + "".join(LETTERS[number >> shift & 31] for shift in range(125, -1, -5))
