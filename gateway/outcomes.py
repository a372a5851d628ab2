"""What the end of a call means: whether to try again, never to call this number again, or to look at our account."""

import re
from dataclasses import dataclass

from shared.contracts.call import CallOutcome

TARGET = {404, 410, 484, 485, 488, 600, 603, 604, 607, 608}
ACCOUNT = {401, 402, 403, 407}
_STATUS = re.compile(r"([3-6]\d\d)\b", re.ASCII)


@dataclass(frozen=True)
class End:
    """How a call ended; `code` is the SIP status or a word."""

    code: str
    outcome: CallOutcome


COMPLETED = End("completed", "completed")
HUNG_UP = End("hung-up", "completed")
LONGEST = End("longest", "completed")
NO_ANSWER_HERE = End("no-answer", "retryable")  # our own ring timer
CANCELED = End("canceled", "canceled")
LINE_LOST = End("line-lost", "retryable")
NOT_PLACED = End("not-placed", "retryable")  # it still waited for a line when the gateway stopped
NO_LINE = End("no-line", "retryable")
NO_VOICE = End("no-voice", "retryable")
INTERRUPTED = End("interrupted", "interrupted")


def unanswered(text: str) -> End:
    """Read why a call was closed before anybody answered: a SIP status with its phrase, or an error of the system."""
    found = _STATUS.match(text)
    if found is None:
        return End("unreachable", "retryable")
    status = int(found[1])
    return End(found[1], "target" if status in TARGET else "account" if status in ACCOUNT else "retryable")
