"""What a provider answered, in one vocabulary for every channel (accepted is not delivered, and not read by anybody)."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from shared.contracts.vocabulary import Outcome


@dataclass(frozen=True)
class Accepted:
    """The provider has it, under its own id."""

    provider_id: str
    code: str = ""


@dataclass(frozen=True)
class Retryable:
    """It did not go out; try again, not before `after` seconds where the provider said so."""

    code: str
    after: float | None = None


@dataclass(frozen=True)
class Permanent:
    """It will never go out: for this recipient (target), for a fault of ours (channel), or for the whole account."""

    code: str
    scope: Literal["target", "channel", "account"] = "target"


@dataclass(frozen=True)
class Ambiguous:
    """It may have gone out: the connection ended after we had begun to send."""

    code: str


@dataclass(frozen=True)
class Absent:
    """The provider was asked and has not got it."""


@dataclass(frozen=True)
class Unaskable:
    """This provider cannot be asked."""


@dataclass(frozen=True)
class Heard:
    """How far what a provider has accepted has come, as it would have told it by itself.

    `again` is False when the same number is not worth another call. `ours` says that it was not the person who could
    not be reached, but the provider that could not reach anybody.
    """

    outcome: Outcome
    code: str
    again: bool = True
    ours: bool = False


Result: TypeAlias = Accepted | Retryable | Permanent | Ambiguous
Lookup: TypeAlias = Accepted | Absent | Unaskable | Retryable
