"""Who is next when more has come than can be said at once, and what must be said again."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from shared.contracts.vocabulary import Priority

BATCH = 250  # in one transaction: others have their turn in between
WINDOW = 1500  # breaches said and not yet read back: few enough that an acknowledgement behind them is soon read
RESERVED = {Priority.P2: 25, Priority.P3: 15, Priority.P4: 10}  # of each batch, so that no priority waits for ever
AGAIN = timedelta(seconds=6)  # longer than a replica that was killed keeps its partitions
LONGEST_AGAIN = timedelta(minutes=5)
BACKLOG = timedelta(seconds=1)  # what waits longer for the broker is a backlog
PATIENCE = timedelta(seconds=60)


def has_room(unconfirmed: int) -> bool:
    """Whether the window takes half a batch; for less it is not worth the while."""
    return unconfirmed <= WINDOW - BATCH // 2


def first_shares(unconfirmed: int) -> dict[Priority, int]:
    """How many of each priority to take first: P1 always and whole, the others a little, as far as the window has room."""
    return {Priority.P1: BATCH, **(RESERVED if has_room(unconfirmed) else {})}


def more_shares(taken: Mapping[Priority, int], unconfirmed: int) -> dict[Priority, int]:
    """Fill the batch with the next priority that had more than its first share; nothing when there is none, or no room."""
    left = min(BATCH, WINDOW - unconfirmed) - sum(taken.values()) if has_room(unconfirmed) else 0
    full = next((p for p, most in RESERVED.items() if taken.get(p, 0) >= most), None)
    return {full: left} if full and left > 0 else {}


def again_at(now: datetime, said: int) -> datetime:
    """When a breach that was said `said` times is said again unless it is read back: 6 s, doubled each time up to 5 min."""
    return now + min(AGAIN * (1 << min(said - 1, 10)), LONGEST_AGAIN)


@dataclass(frozen=True)
class Flow:
    """When, on the monotonic clock, something waited too long for the broker, and when the log was read, for the last time."""

    stuck: float
    read: float
    read_at: datetime | None = None

    def seen(self, publishing_since: datetime | None, read_at: datetime | None, now: datetime, mark: float) -> "Flow":
        """Take in what one look at the tables showed."""
        flow = self
        if publishing_since is not None and now - publishing_since > BACKLOG:
            flow = replace(flow, stuck=mark)
        return flow if read_at == self.read_at else replace(flow, read=mark, read_at=read_at)

    def may_repeat(self, mark: float) -> bool:
        """Whether what has not been read back is lost, rather than still on its way: all is quiet, or has long been smooth."""
        smooth = mark - self.stuck
        return smooth >= AGAIN.total_seconds() and (
            mark - self.read >= AGAIN.total_seconds() or smooth >= PATIENCE.total_seconds()
        )
