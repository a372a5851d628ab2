"""By which provider a message goes: the set-up ones of its channel and kind of address, in order, the failing ones last."""

from collections.abc import Mapping

from services.notifier.capacity import Capacity
from services.notifier.channels.channel import Card, Provider
from services.notifier.domain.contact import Address, Contact
from services.notifier.domain.notification import Notification, Wish
from shared.contracts.vocabulary import Channel, Purpose


class Roads:
    """The providers of a process."""

    def __init__(
        self, cards: Mapping[str, Card], providers: Mapping[str, Provider], order: tuple[str, ...] = ()
    ) -> None:
        self.cards = cards
        self.providers = {name: p for name, p in providers.items() if p.set_up}
        self.capacity = Capacity(cards)
        self._order = [*(n for n in order if n in cards), *(n for n in cards if n not in order)]

    @property
    def open(self) -> frozenset[Channel]:
        """The channels that have a provider."""
        return frozenset(self.cards[name].channel for name in self.providers)

    def of(self, channel: Channel, kind: str) -> list[str]:
        """The providers that can take a message for such an address, the preferred one first."""
        fitting = (n for n in self._order if self.cards[n].channel is channel and self.cards[n].kind == kind)
        return [name for name in fitting if name in self.providers]

    def kinds(self, channel: Channel) -> frozenset[str]:
        """The kinds of address that can be served on a channel."""
        return frozenset(self.cards[n].kind for n in self.providers if self.cards[n].channel is channel)

    def way(self, n: Wish, contact: Contact | None) -> Address | None:
        """Where a message goes: the address that it is meant for, or the best one that some provider serves."""
        if n.channel is Channel.TICKET:
            _, system, id_ = n.recipient.split(":", 2)
            return Address(system, system, id_)
        if contact is None:
            return None
        if n.purpose is Purpose.TEST:  # it is about this address and no other, whatever is known of it
            return contact.address(n.address)
        served = self.kinds(n.channel)
        return contact.way(n.channel, n.address, served) or contact.way(n.channel, n.address)

    def choose(self, n: Notification, names: list[str]) -> str:
        """The first that has not failed this notification and does not rest; else the one that failed longest ago."""
        fresh = [name for name in names if name not in n.tried]
        return next((name for name in fresh if self.capacity.works(name)), (fresh or names)[0])

    def stands_in(self, name: str) -> bool:
        """Whether another provider reaches the addresses of this one."""
        return len(self.of(self.cards[name].channel, self.cards[name].kind)) > 1

    def spare(self, names: list[str], tried: tuple[str, ...]) -> bool:
        """Whether another provider can be tried at once."""
        return any(name not in tried and self.capacity.works(name) for name in names)
