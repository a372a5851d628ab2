"""How a person or a team is reached."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, TypeAlias

from shared.contracts.vocabulary import Channel

Language = Literal["ja", "en"]
Origin = Literal["directory", "self"]  # who wrote an address down: the administrator's import, or the person
Kind: TypeAlias = str  # what sort of address it is: phone, email, slack, line, push …
COUNTRY = "81"  # of numbers written the national way, 090-…
CHATS: tuple[Kind, ...] = (
    "slack",
    "teams",
    "line_works",
    "line",
    "chatwork",
    "google_chat",
    "mattermost",
    "discord",
    "apprise",
)
CHANNELS: dict[Channel, tuple[Kind, ...]] = {
    Channel.PHONE: ("phone",),
    Channel.SMS: ("phone",),
    Channel.PUSH: ("push",),
    Channel.CHAT: CHATS,
    Channel.EMAIL: ("email",),
    Channel.WEBHOOK: ("webhook",),
    Channel.TICKET: (),
}
KINDS: tuple[Kind, ...] = tuple(dict.fromkeys(kind for kinds in CHANNELS.values() for kind in kinds))
_E164 = re.compile(r"\+[1-9]\d{6,14}", re.ASCII)
_NATIONAL = re.compile(r"0[1-9]\d{8,9}", re.ASCII)
_SEPARATORS = re.compile(r"[\s()\-‐‑‒–—―−ー・.]")


@dataclass(frozen=True)
class Address:
    """One way to reach somebody. `id` is the kind, or the kind with a number where there are several (`phone-2`).

    `broken` is why a provider refuses it for good; it is used no more until somebody changes or verifies it.
    """

    id: str
    kind: Kind
    value: str
    label: str = ""
    origin: Origin = "directory"
    verified_at: datetime | None = None
    broken: str = ""


@dataclass(frozen=True)
class Contact:
    """One line of the directory; a team's id is `team:<id>`. The first address of a kind is preferred."""

    id: str
    name: str
    language: Language = "ja"
    addresses: tuple[Address, ...] = ()

    def ways(self, channel: Channel) -> tuple[Address, ...]:
        """The usable addresses for a channel, verified ones first."""
        fitting = [a for a in self.addresses if a.kind in CHANNELS[channel] and not a.broken]
        return tuple(sorted(fitting, key=lambda a: a.verified_at is None))

    def way(self, channel: Channel, address: str = "") -> Address | None:
        """The address of that id for a channel if it is still there, else the best one."""
        ways = self.ways(channel)
        return next((a for a in ways if a.id == address), ways[0] if ways else None)

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
        before = sum(a.kind == address.kind for a in found)
        found.append(replace(address, id=address.kind if not before else f"{address.kind}-{before + 1}"))
    return tuple(found)


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
    return number if _E164.fullmatch(number) else None
