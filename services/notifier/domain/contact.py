"""How a person or a team is reached."""

import re
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import count
from typing import Any, Literal

from services.notifier.domain.preferences import Preferences
from shared.contracts.addresses import CHANNELS, Kind
from shared.contracts.vocabulary import Channel

Language = Literal["ja", "en"]
Origin = Literal["directory", "self"]  # who wrote an address down: the administrator's import, or the person
COUNTRY = "81"  # of numbers written the national way, 090-…
_E164 = re.compile(r"\+[1-9]\d{6,14}", re.ASCII)
_NATIONAL = re.compile(r"0[1-9]\d{8,9}", re.ASCII)
_JAPANESE = re.compile(r"\+81(?:[25-9]0\d{8}|(?![25-9]0)[1-9]\d{8})", re.ASCII)  # mobile and IP; fixed lines
_SEPARATORS = re.compile(r"[\s()\-‐‑‒–—―−ー・.]")


@dataclass(frozen=True)
class Address:
    """One way to reach somebody. `id` is the kind, or the kind with a number where there are several (`phone-2`).

    `broken` is why a provider refuses it for good; it is used no more until somebody changes or verifies it. One that
    its person has brought (`added_at`) is trusted once they have proven it; the directory's are by whoever wrote it.
    """

    id: str
    kind: Kind
    value: str
    label: str = ""
    origin: Origin = "directory"
    verified_at: datetime | None = None
    broken: str = ""
    added_at: datetime | None = None

    @property
    def trusted(self) -> bool:
        """Whether it is known to lead to the person."""
        return self.origin == "directory" or self.verified_at is not None


@dataclass(frozen=True)
class Contact:
    """One line of the directory; a team's id is `team:<id>`. The first address of a kind is preferred.

    `member_of` are the teams of a person, as the directory has them.
    """

    id: str
    name: str
    language: Language = "ja"
    addresses: tuple[Address, ...] = ()
    preferences: Preferences = field(default_factory=Preferences)
    member_of: tuple[str, ...] = ()

    def address(self, id_: str) -> Address | None:
        """The address of that id, usable or not."""
        return next((a for a in self.addresses if a.id == id_), None)

    def changed(self, id_: str, **fields: Any) -> "Contact":
        """The contact with other fields of one address."""
        return replace(self, addresses=tuple(replace(a, **fields) if a.id == id_ else a for a in self.addresses))

    def ways(self, channel: Channel, kinds: Collection[str] | None = None) -> tuple[Address, ...]:
        """The usable addresses for a channel, trusted ones first; of these kinds alone where they are named."""
        served = CHANNELS[channel] if kinds is None else set(CHANNELS[channel]) & set(kinds)
        fitting = [a for a in self.addresses if a.kind in served and not a.broken]
        return tuple(sorted(fitting, key=lambda a: not a.trusted))

    def way(self, channel: Channel, address: str = "", kinds: Collection[str] | None = None) -> Address | None:
        """The address of that id for a channel if it is still there, else the best one; of these kinds alone."""
        ways = self.ways(channel, kinds)
        return next((a for a in ways if a.id == address), ways[0] if ways else None)

    def meant(self, channel: Channel, address: str) -> Address | None:
        """The address that a message was sent to: that of the id and no other, or the best one where none is named."""
        if not address:
            return self.way(channel)
        return self.address(address)

    def has(self, channel: Channel) -> bool:
        """Whether there is a way by this channel."""
        return bool(self.ways(channel))

    @property
    def reachable(self) -> bool:
        """Whether there is any way at all."""
        return any(self.has(channel) for channel in CHANNELS)

    @property
    def quiet(self) -> Channel | None:
        """The channel for news that must not wake anybody: chat before e-mail, never the phone."""
        return next((c for c in (Channel.CHAT, Channel.EMAIL, Channel.WEBHOOK) if self.has(c)), None)


def numbered(addresses: Iterable[Address]) -> tuple[Address, ...]:
    """The same addresses with ids: the first of a kind has its name, later ones a number."""
    found: list[Address] = []
    for address in addresses:
        found.append(replace(address, id=free_id(address.kind, found)))
    return tuple(found)


def free_id(kind: Kind, taken: Iterable[Address]) -> str:
    """The next id for an address of a kind."""
    ids = {address.id for address in taken}
    numbers = (kind if number == 1 else f"{kind}-{number}" for number in count(1))
    return next(id_ for id_ in numbers if id_ not in ids)


def merged(new: Contact, old: Contact | None) -> Contact:
    """A line of a new directory with what the person has decided and brought since the old one.

    What is still the same address keeps its id, its proof and its fault; what only the old directory had is gone.
    """
    if old is None:
        return new
    before = {(a.kind, a.value): a for a in old.addresses}
    told = [(a, before.get((a.kind, a.value))) for a in new.addresses]
    listed = {(a.kind, a.value) for a in new.addresses}
    own = [a for a in old.addresses if a.origin == "self" and (a.kind, a.value) not in listed]
    taken = [was for _, was in told if was is not None] + own
    found: list[Address] = []
    for address, was in told:
        kept = replace(was, origin="directory") if was else replace(address, id=free_id(address.kind, [*taken, *found]))
        found.append(kept)
    return replace(new, addresses=(*found, *own), preferences=old.preferences)


def contact(id_: str, name: str, language: Language = "ja", **values: str | tuple[str, ...]) -> Contact:
    """A contact from its addresses by kind: `contact("sato", "佐藤", phone="+8190…", slack="U0SATO")`."""
    several = {kind: (v,) if isinstance(v, str) else v for kind, v in values.items()}
    listed = [Address("", kind, value) for kind, found in several.items() for value in found if value]
    return Contact(id_, name, language, numbered(listed))


def e164(text: str) -> str | None:
    """Read a telephone number as people write it (+81 90…, 090-0000-0101, full-width digits); None when it is none."""
    number = _SEPARATORS.sub("", unicodedata.normalize("NFKC", text))
    if number.startswith("00"):
        number = f"+{number[2:]}"
    if _NATIONAL.fullmatch(number):
        number = f"+{COUNTRY}{number[1:]}"
    if number.startswith(f"+{COUNTRY}0"):  # +81 (0)90…
        number = f"+{COUNTRY}{number[len(COUNTRY) + 2 :]}"
    possible = _JAPANESE if number.startswith(f"+{COUNTRY}") else _E164
    return number if possible.fullmatch(number) else None
