"""The notification: the wish to tell one recipient one thing by one channel, and how far that has come."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Literal
from uuid import UUID

from services.notifier.domain.content import PRECEDENTS, Content
from shared.contracts.plan import Need
from shared.contracts.vocabulary import Channel, Outcome, Priority, Purpose, Track

URGENT = 20  # a rank below this is a P1's: no rate of ours holds it up
BESIDE = 99  # the rank of what only helps: it waits for everything, is never bundled, and bundles nothing
DRILLED = 50  # a rank from here on is a drill's: it waits for everything that is real
NEVER = datetime.min.replace(tzinfo=UTC)


class State(StrEnum):
    """Where a notification stands in the ledger."""

    PENDING = "pending"  # its turn has not come, or it is to be tried again
    SENDING = "sending"  # somebody holds the lease and is talking to the provider
    AMBIGUOUS = "ambiguous"  # nobody can say whether it went out; look it up, or send it again and say so
    ACCEPTED = "accepted"
    DELIVERED = "delivered"
    ANSWERED = "answered"
    ACKNOWLEDGED = "acknowledged"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class Wish:
    """A notification before it stands in the ledger. A small `rank` goes first.

    Of a page: `after` is `Case.answers` at its assignment, `track` and `need` are what it asks for and whose answers
    that takes, `instead_of` is the person in whose place the recipient is asked. Of an offer, `need` is "own": only the
    recipient's own answer counts, and `after` is the number of the offer. Nothing but a ticket's comment goes out before
    `not_before`. `address` is the one of the recipient's that is meant (empty: the best one), `delay` how long it leaves
    earlier ways the time to be answered. `held_by` is the maintenance window that keeps it
    back.
    """

    id: UUID
    case_id: str
    purpose: Purpose
    channel: Channel
    recipient: str
    name: str
    rank: int
    content: Content
    round: int = 0
    after: int = 0
    track: Track = Track.HANDLING
    need: Need | Literal["own"] = "any"
    instead_of: str = ""
    not_before: datetime | None = None
    address: str = ""
    delay: timedelta = timedelta()
    held_by: UUID | None = None

    @property
    def pressing(self) -> bool:
        """Whether it is a P1's, or that of a drill which stands for one: it is held for no hours that somebody keeps quiet."""
        return self.rank < URGENT or (self.content.drill and self.content.priority == str(Priority.P1))

    @property
    def held(self) -> datetime | None:
        """Until when it waits: a comment on a ticket wakes nobody, so it tells the truth at once."""
        return None if self.channel is Channel.TICKET else self.not_before


@dataclass(frozen=True)
class Notification(Wish):
    """One row of the ledger. `attempts` counts what was sent, `epoch` who may write, `lookups` questions to the provider.

    `provider` is the one of the present attempt, `tried` are those that have failed it. What is `bundled` waits for a
    digest or stands in one; `carrier` is the notification that brings it, itself where it brings the others, or was to
    bring some. It would go out by itself at `planned_at`, and was first sent at `first_at`, which only who sends it knows.
    """

    traceparent: str = ""
    state: State = State.PENDING
    attempts: int = 0
    lookups: int = 0
    epoch: int = 0
    repeat: bool = False
    provider: str = ""
    tried: tuple[str, ...] = ()
    provider_id: str = ""
    created_at: datetime = NEVER
    planned_at: datetime = NEVER
    first_at: datetime = NEVER
    attempted_at: datetime = NEVER
    bundled: bool = False
    carrier: UUID | None = None

    @property
    def answerable(self) -> bool:
        """Whether the recipient is a person who is asked to take the case."""
        return self.purpose is Purpose.PAGE and ":" not in self.recipient

    @property
    def revocable(self) -> bool:
        """Whether it is looked at again before it goes out: what asks a person or helps them, and what had to wait."""
        waits = self.purpose is Purpose.PAGE and self.held is not None
        return self.answerable or waits or self.content.what == PRECEDENTS

    @property
    def late(self) -> bool:
        """Whether somebody's telephone is to ring for a person who is not among the first asked, or once more.

        A report asks for the handling in its first round, and for the authority in its second.
        """
        first = self.round <= (1 if self.track is Track.HANDLING else 2) and self.attempts < 2
        called = self.channel in (Channel.PHONE, Channel.SMS)
        return self.answerable and called and self.need != "own" and self.held_by is None and not first

    @property
    def begun_at(self) -> datetime:
        """From when on it could go out."""
        return max(self.created_at, self.held or self.created_at, self.planned_at)


_URGENCY = {Purpose.PAGE: 0, Purpose.WARNING: 1, Purpose.RESULT: 2, Purpose.PROGRESS: 3, Purpose.TEST: 3}
_PRIORITY = {Priority.P1: 10, Priority.P2: 20, Priority.P3: 30, Priority.P4: 40}
_RANK = {
    None: 0,
    Outcome.AMBIGUOUS: 1,
    Outcome.ACCEPTED: 2,
    Outcome.DELIVERED: 3,
    Outcome.ANSWERED: 4,
    Outcome.RETRYABLE: 5,
    Outcome.FAILED: 5,
    Outcome.SKIPPED: 5,
    Outcome.ACKNOWLEDGED: 6,
}


def rank(priority: Priority, purpose: Purpose, drill: bool = False) -> int:
    """The order of sending: P1 first, and within a priority pages before news; behind all of them what is a drill's."""
    return (DRILLED if drill else 0) + _PRIORITY[priority] + _URGENCY[purpose]


def supersedes(new: Outcome, known: Outcome | None) -> bool:
    """Whether an outcome tells more than the one known of the same attempt; repeated and late news never do."""
    return _RANK[new] > _RANK[known]
