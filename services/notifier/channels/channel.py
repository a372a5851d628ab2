"""What a provider is: it sends a message, can perhaps find it again, and can perhaps take it back."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol, TypeVar, runtime_checkable

import httpx

from services.notifier.domain.message import Message
from services.notifier.domain.notification import Notification
from services.notifier.domain.result import Heard, Lookup, Permanent, Result
from services.notifier.settings import Settings
from shared.contracts.addresses import Kind
from shared.contracts.vocabulary import Channel
from shared.runtime.settings import read

T = TypeVar("T")
NOT_SET_UP = Permanent("not-set-up", "channel")
Once = Literal["key", "asked", "harmless", "labelled"]


@dataclass(frozen=True)
class Surroundings:
    """What providers are made of; they share one HTTP client (one connection pool for each host).

    `env` holds the TASUKI_* variables of the provider's own settings; None reads the environment of the process.
    """

    settings: Settings
    http: httpx.AsyncClient
    env: Mapping[str, str] | None = None

    def read(self, cls: type[T]) -> T:
        """The settings that one provider declares for itself."""
        return read(cls, self.env)


class Provider(Protocol):
    """One company, or one program of our own, that reaches people. No method raises for what it or the network does."""

    @property
    def set_up(self) -> bool:
        """Whether it has all the settings that it needs."""

    async def send(self, message: Message, to: str) -> Result:
        """Hand the message for an address to the provider, once; retrying is not its business."""

    async def find(self, n: Notification, to: str, others: frozenset[str]) -> Lookup:
        """Ask whether the provider has the message; `others` are its ids of other notifications."""

    async def withdraw(self, message: Message, to: str) -> Result:
        """Change or end what was sent so that nobody answers it any more."""

    async def close(self) -> None:
        """Give back connections."""


@runtime_checkable
class Asked(Protocol):
    """A provider of calls, which can be asked when nothing is heard of one."""

    async def ask(self, n: Notification) -> Heard | None:
        """How far the call of the present attempt has come; None when nobody answers that now."""


@dataclass(frozen=True)
class Rate:
    """What one provider takes from us: so many a second on average, and so many at once. A P1 never waits for it."""

    per_second: float
    burst: int


@dataclass(frozen=True)
class Card:
    """One line of the table of providers.

    `once` says what makes a message come once: a `key` of the provider, the provider can be `asked`, a repeat is
    `harmless` (it replaces what is there), or nothing does and a repeat is `labelled`. `link` puts the acknowledge link
    into the text; `button` means that the message itself can be answered; `room` is how many letters a text may have.
    `changes` means that what was sent says by itself, in its place, that it needs no answer, or stops ringing.
    """

    channel: Channel
    kind: Kind
    open: Callable[[Surroundings], Provider]
    once: Once
    rate: Rate
    link: bool = True
    button: bool = False
    room: int = 20_000
    best_effort: bool = False
    hands: int = field(default=30, kw_only=True)
    changes: bool = field(default=False, kw_only=True)
