"""Mistakes put into the code on purpose, each of which the checker must find: what nobody has seen fail proves little."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.replicas import release


@dataclass(frozen=True)
class Bug:
    """In `path`, `right` (which stands there once) becomes `wrong`; by faults of these kinds the checker finds one of `found`."""

    path: str
    right: str
    wrong: str
    kinds: frozenset[str]
    found: tuple[str, ...]


BUGS = {
    # what the broker has not taken counts as published
    "forgets": Bug(
        "shared/runtime/outbox.py",
        """raise KafkaError(f"publishing failed: {problem!r}") from problem""",
        "pass",
        frozenset({"restart", "network"}),
        ("lost", "silent"),
    ),
    # a page that may have gone out is sent as if it had not
    "hopes": Bug(
        "services/notifier/domain/retry.py",
        "State.AMBIGUOUS, Outcome.AMBIGUOUS, code, due=now + LOOKUP_AFTER, repeat=doubled, backup=backup",
        "State.PENDING, Outcome.AMBIGUOUS, code, due=now, backup=backup",
        frozenset({"deceive"}),
        ("doubled",),
    ),
    # the timer believes the clock of its own machine
    "believes": Bug(
        "services/timer/fire.py", "return self._known.at\n", "return wall\n", frozenset({"clock"}), ("early",)
    ),
    # what had to wait is published newest first
    "overtakes": Bug(
        "shared/runtime/outbox.py",
        "FROM outbox WHERE slot = ANY($1) ORDER BY id LIMIT $2",
        "FROM outbox WHERE slot = ANY($1) ORDER BY id DESC LIMIT $2",
        frozenset({"restart", "network"}),
        ("unruly",),
    ),
    # who presses 1 is thanked, and nobody is told of it
    "thanks": Bug(
        "services/notifier/acknowledge.py",
        """url = f"{self._intake}/v1/cases/{ack.case_id}/acknowledge\"\n""",
        "return {}\n        url = ''\n",
        frozenset({"stop"}),
        ("bothered",),
    ),
}


@contextmanager
def put_in(bug: Bug) -> Iterator[Path]:
    """The code as it was committed last, with the bug in it; gives its folder."""
    with release("HEAD") as root:
        path = root / bug.path
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace(bug.right, bug.wrong), encoding="utf-8")
        yield root
