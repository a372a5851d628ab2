"""Whether a deadline may be given more time."""

import re
import unicodedata

from services.intake.domain.refusals import NO_SPAN, TOO_LONG, Refusal, not_open, of_another_kind
from shared.contracts.case import Case
from shared.contracts.vocabulary import DeadlineName, DeadlineState

_FORM = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,12})?)(s|m|h|d|bh|bd)")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "bh": 3600, "bd": 86400}  # a business day is at most that long
LONGEST_SECONDS = 3660 * 86400
LONGEST_BUSINESS_SECONDS = 366 * 86400  # a calendar may be open for a few hours a day: years have to be enough for it
OPEN = (DeadlineState.RUNNING, DeadlineState.PAUSED)


def extension(case: Case, name: DeadlineName, more: str) -> str | Refusal:
    """The time to add as the policy writes it ("２h" → "2h"), or why it cannot be added.

    Business time (bh, bd) is added to business time only, and the sum is at most 3660 days, of business time 366: what
    is said must be something that the router can count.
    """
    span = unicodedata.normalize("NFKC", more).strip()
    length = _longest(span)
    if not length:
        return NO_SPAN
    most = LONGEST_BUSINESS_SECONDS if _is_business(span) else LONGEST_SECONDS
    if length > most:
        return TOO_LONG
    deadline = case.deadlines.get(name)
    if deadline is None or deadline.state not in OPEN:
        return not_open(name)
    if _is_business(deadline.span) != _is_business(span):
        return of_another_kind(deadline.span, _is_business(deadline.span))
    return TOO_LONG if _longest(deadline.span) + length > most else span


def _longest(span: str) -> float:
    """The seconds that a span can be at most; 0 for what is none."""
    found = _FORM.fullmatch(span)
    return float(found[1]) * _SECONDS[found[2]] if found else 0.0


def _is_business(span: str) -> bool:
    """A deadline without a span is of an older event, which counted all time."""
    return span.endswith(("bh", "bd"))
