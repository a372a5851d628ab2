"""How a person or a team is reached."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

from shared.contracts.vocabulary import Channel

Language = Literal["ja", "en"]
COUNTRY = "81"  # of numbers written the national way, 090-…
_E164 = re.compile(r"\+[1-9]\d{6,14}", re.ASCII)
_NATIONAL = re.compile(r"0[1-9]\d{8,9}", re.ASCII)
_SEPARATORS = re.compile(r"[\s()\-‐‑‒–—―−ー・.]")


@dataclass(frozen=True)
class Contact:
    """One line of the directory; a team's id is `team:<id>`. An empty address means: not by this channel."""

    id: str
    name: str
    language: Language = "ja"
    phone: str = ""
    email: str = ""
    chat: str = ""

    def address(self, channel: Channel) -> str:
        """The address for a channel, or nothing."""
        return {Channel.PHONE: self.phone, Channel.EMAIL: self.email, Channel.CHAT: self.chat}.get(channel, "")

    @property
    def quiet(self) -> Channel | None:
        """The channel for news that must not wake anybody: chat before e-mail, never the phone."""
        return Channel.CHAT if self.chat else Channel.EMAIL if self.email else None


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
