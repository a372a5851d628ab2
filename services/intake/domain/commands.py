"""What a person or a source may ask to be done to a case."""

from dataclasses import dataclass
from typing import TypeAlias

from shared.contracts.case import Case
from shared.contracts.plan import Person
from shared.contracts.vocabulary import DeadlineName, Impact, Kind, Track, Urgency


@dataclass(frozen=True)
class Acknowledge:
    """ "I have it", or "I know" by who was asked to decide."""

    via: str
    track: Track | None = None  # what the page asked for that is answered; the log may not have told of it yet


@dataclass(frozen=True)
class Unacknowledge:
    """Take an acknowledgement back that was a slip."""


@dataclass(frozen=True)
class Start:
    """Begin to work on it."""


@dataclass(frozen=True)
class Note:
    """Write something down."""

    text: str
    internal: bool


@dataclass(frozen=True)
class Reply:
    """Write down what the customer answered; an automatic answer ends no wait."""

    text: str
    automatic: bool


@dataclass(frozen=True)
class Wait:
    """Wait for somebody else."""

    reason: str


@dataclass(frozen=True)
class Resume:
    """Go on after a wait."""


@dataclass(frozen=True)
class Reassign:
    """Hand it to another person."""

    to: Person
    reason: str


@dataclass(frozen=True)
class Offer:
    """Ask another person to take it over; whoever has it keeps it until they accept."""

    to: Person
    reason: str


@dataclass(frozen=True)
class Decline:
    """Not take over what was offered."""

    reason: str


@dataclass(frozen=True)
class Link:
    """Have it handled as another case, which is about the same.

    `to` is that case as it was typed: its number or id. `lead` is it as whoever asks may see it; None for what they may
    not see, and for what there is not.
    """

    to: str
    reason: str
    lead: Case | None = None


@dataclass(frozen=True)
class Split:
    """It was not the same: make it a case of its own again."""

    reason: str


@dataclass(frozen=True)
class Reassess:
    """See urgency, impact, kind or the tick for personal data differently; with none, apply the policy in force anew."""

    urgency: Urgency | None
    impact: Impact | None
    reason: str
    kind: Kind | None = None
    personal_data: bool | None = None


@dataclass(frozen=True)
class Extend:
    """Give a deadline more time, as the policy writes durations ("2h", "1bd")."""

    name: DeadlineName
    more: str
    reason: str


@dataclass(frozen=True)
class Follow:
    """Keep a person informed."""

    follower: Person


@dataclass(frozen=True)
class Resolve:
    """It is done."""

    handling: str
    result: str
    evaluation: str
    cause: str


@dataclass(frozen=True)
class Feedback:
    """Thank the reporter, and say what helped or what helps next time."""

    text: str


@dataclass(frozen=True)
class Attach:
    """Have a file with the case that is kept under this id: its media type, and its size in bytes."""

    attachment: str
    kind: str
    size: int
    internal: bool


@dataclass(frozen=True)
class Detach:
    """Take a file away for good."""

    attachment: str
    internal: bool


@dataclass(frozen=True)
class Reopen:
    """It was not done after all."""

    reason: str


Command: TypeAlias = (
    Acknowledge
    | Unacknowledge
    | Start
    | Note
    | Reply
    | Wait
    | Resume
    | Reassign
    | Offer
    | Decline
    | Link
    | Split
    | Reassess
    | Extend
    | Follow
    | Resolve
    | Feedback
    | Attach
    | Detach
    | Reopen
)
