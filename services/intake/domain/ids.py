"""Ids of cases and places in a list: sortable by time, impossible to guess."""

import base64
import re
from datetime import datetime

LARGEST_ID = 2**63 - 1  # of a row
_LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32: no i, l, o, u
_CASE = re.compile(rf"c_[0-7][{_LETTERS}]{{25}}")


def case_id(now: datetime, random: bytes) -> str:
    """Make `c_` and 26 characters out of the milliseconds of `now` and 10 random bytes."""
    number = int(now.timestamp() * 1000) << 80 | int.from_bytes(random[:10])
    return "c_" + "".join(_LETTERS[number >> shift & 31] for shift in range(125, -1, -5))


def is_case_id(text: str) -> bool:
    """Tell whether this can be the id of a case at all."""
    return _CASE.fullmatch(text) is not None


def cursor(last: str) -> str:
    """Make the opaque place in a list after the case `last`."""
    return base64.urlsafe_b64encode(last.encode()).decode().rstrip("=")


def read_cursor(text: str) -> str | None:
    """Read a cursor; None when it is not one of ours."""
    try:
        last = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True).decode()
    except ValueError:
        return None
    return last if is_case_id(last) else None
