"""What a channel is: it sends a message, can perhaps find it again, and can perhaps take it back."""

from dataclasses import dataclass
from typing import Protocol

import httpx

from services.notifier.domain.contact import Contact
from services.notifier.domain.message import Message
from services.notifier.domain.notification import Notification
from services.notifier.domain.result import Lookup, Permanent, Result
from services.notifier.settings import Settings
from shared.contracts import vocabulary

NOT_SET_UP = Permanent("not-set-up", "channel")


@dataclass(frozen=True)
class Surroundings:
    """What channels are made of; they share one HTTP client (one connection pool for each host)."""

    settings: Settings
    http: httpx.AsyncClient


class Channel(Protocol):
    """One way to reach somebody. No method raises for what a provider or the network does."""

    name: vocabulary.Channel
    hands: int  # how many may be under way at once

    async def send(self, message: Message, contact: Contact) -> Result:
        """Hand the message to the provider, once; retrying is not the channel's business."""

    async def find(self, n: Notification, contact: Contact, others: frozenset[str]) -> Lookup:
        """Ask the provider whether it has the message; `others` are its ids of other notifications."""

    async def withdraw(self, message: Message, contact: Contact) -> Result:
        """Change or end what was sent so that nobody answers it any more."""

    async def close(self) -> None:
        """Give back connections."""
