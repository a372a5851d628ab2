"""What is the id of a case or of a row, and places in a list."""

import base64
import re

from shared.contracts.case_ids import LETTERS

LARGEST_ID = 2**63 - 1  # of a row
_CASE = re.compile(rf"c_[0-7][{LETTERS}]{{25}}")


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
