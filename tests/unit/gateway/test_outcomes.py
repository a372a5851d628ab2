"""SIP statuses: which number is tried again, which never, and when our own account is to blame."""

import pytest

from gateway.outcomes import End, unanswered
from shared.contracts.call import CallOutcome

TABLE: dict[CallOutcome, tuple[int, ...]] = {
    "retryable": (400, 408, 480, 481, 486, 487, 500, 502, 503, 504, 580, 302),
    "target": (404, 410, 484, 485, 600, 603, 604, 607, 608),
    "account": (401, 402, 403, 407),
}


@pytest.mark.parametrize(("status", "outcome"), [(s, o) for o, statuses in TABLE.items() for s in statuses])
def test_a_status_means(status: int, outcome: CallOutcome) -> None:
    assert unanswered(f"{status} Some Phrase") == End(str(status), outcome)
    assert unanswered(str(status)) == End(str(status), outcome)


@pytest.mark.parametrize("text", ["", "Connection refused", "Destination address required", "200 OK", "4861 x", "٤٨٦"])
def test_what_is_no_status_is_worth_another_try(text: str) -> None:
    assert unanswered(text) == End("unreachable", "retryable")
