"""What time it is, when clocks may be wrong: this machine's wall clock, PostgreSQL's, and one carried on without either."""

from dataclasses import dataclass
from datetime import datetime, timedelta

TOLERANCE = timedelta(milliseconds=500)  # a larger difference is told


@dataclass(frozen=True)
class Reckoning:
    """The instant `at` was right when the monotonic clock stood at `mark`; PostgreSQL then read `database`."""

    at: datetime
    database: datetime
    mark: float

    def carried(self, mark: float) -> datetime:
        """What time it must be if no clock was touched since."""
        return self.at + timedelta(seconds=mark - self.mark)


def begin(database: datetime, mark: float) -> Reckoning:
    """Start from PostgreSQL's clock: it is the one that all replicas share."""
    return Reckoning(database, database, mark)


def hear(known: Reckoning, database: datetime, mark: float) -> Reckoning:
    """Take in a new reading of PostgreSQL's clock, made at the latest when the monotonic clock stood at `mark`."""
    return Reckoning(known.carried(mark), database, mark)


def reckon(known: Reckoning, wall: datetime, mark: float) -> Reckoning:
    """The middle one of three: the wall clock, PostgreSQL's clock, and the last instant carried on by the monotonic clock.

    So one clock that is set forward makes nothing early, and one that is set back makes nothing wait; what two of them
    say is believed, because a time that was really set must be followed.
    """
    database = known.database + timedelta(seconds=mark - known.mark)
    return Reckoning(sorted((wall, database, known.carried(mark)))[1], database, mark)


def difference(known: Reckoning, wall: datetime) -> timedelta:
    """How far the wall clock is ahead of the reckoning."""
    return wall - known.at
