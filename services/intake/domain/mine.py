"""How somebody is reached and wants to be: as the notifier tells it, and as the forms of their own page say it."""

import unicodedata
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, Field

from services.intake.domain.duty import Address
from shared.contracts.addresses import CHATS
from shared.contracts.vocabulary import Priority

PRIORITIES = tuple(Priority)
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
USUAL_DAYS = (",".join(DAYS), ",".join(DAYS[:5]), ",".join(DAYS[5:]), *DAYS)
KINDS = ("phone", "email", *(kind for kind in CHATS if kind != "apprise"), "webhook")  # in the order of the form
ROWS, MOST_ROWS = 3, 10
_CHANNELS = {"phone": ("phone", "sms"), "email": ("email",), "push": ("push",), "webhook": ("webhook",)}


class Step(BaseModel):
    """One way: a channel, or one address of it, so many minutes after the first."""

    channel: str
    address: str = ""
    minutes: int = 0

    @property
    def option(self) -> str:
        """The same as the value of a select."""
        return f"{self.channel}:{self.address}"


class Window(BaseModel):
    """Hours of a week, by the wall clock."""

    days: list[str]
    begin: str = Field(alias="from")
    until: str


class Quiet(BaseModel):
    """Hours in which nothing but a P1 is loud."""

    zone: str
    windows: list[Window] = []


class Reach(BaseModel):
    """By what somebody is reached at one priority, and what is missing."""

    ways: list[Step] = []
    missing: list[str] = []


class Mine(BaseModel):
    """All of it; a notifier that does not say which language is their own is too old to be told one."""

    own_language: str | None
    addresses: list[Address] = []
    rules: dict[str, list[Step]] = {}
    do_not_disturb: Quiet
    reachability: dict[str, Reach] = {}
    warnings: list[str] = []

    def kept(self) -> dict[str, list[dict[str, Any]]]:
        """The rules as they can be saved again: without addresses that are there no more, the first way at once."""
        known = {"", *(address.id for address in self.addresses)}
        left = {name: [s for s in steps if s.address in known] for name, steps in self.rules.items()}
        sooner = {name: min(s.minutes for s in steps) for name, steps in left.items() if steps}
        return {n: [{**s.model_dump(), "minutes": s.minutes - by} for s in left[n]] for n, by in sooner.items()}

    def naming(self, address: str) -> list[str]:
        """The priorities whose rules name an address."""
        return [name for name, steps in self.rules.items() if any(step.address == address for step in steps)]

    def options(self) -> list[Step]:
        """Every way that a rule may name: each address by each channel that takes it."""
        return [Step(channel=c, address=a.id) for a in self.addresses for c in channels_of(a.kind)]

    def named(self, id_: str) -> Address | None:
        """The address of an id."""
        return next((address for address in self.addresses if address.id == id_), None)


class Trial(BaseModel):
    """What has come of a test so far, in words."""

    said: str
    state: str


class Wrong(ValueError):
    """What was typed does not fit; the text says why."""


def channels_of(kind: str) -> tuple[str, ...]:
    """The channels that take an address of a kind."""
    return _CHANNELS.get(kind, ("chat",))


def steps_of(typed: Mapping[str, str]) -> list[dict[str, Any]]:
    """The steps of a rule as a form names them: `way-0`, `minutes-0` … Raises Wrong."""
    steps = []
    for row in range(MOST_ROWS):
        channel, _, address = typed.get(f"way-{row}", "").partition(":")
        minutes = unicodedata.normalize("NFKC", typed.get(f"minutes-{row}", "")).strip() or "0"
        if not channel:
            continue
        if not (minutes.isascii() and minutes.isdigit() and len(minutes) < 4):
            raise Wrong("me.wrong.minutes")
        steps.append({"channel": channel, "address": address, "minutes": int(minutes)})
    return steps


def windows_of(typed: Mapping[str, str]) -> list[dict[str, Any]]:
    """The hours as a form names them: `days-0`, `from-0`, `until-0` … Raises Wrong."""
    windows = []
    for row in range(MOST_ROWS):
        days, begin, until = (typed.get(f"{name}-{row}", "").strip() for name in ("days", "from", "until"))
        if not (begin or until):
            continue
        if not (days and begin and until):
            raise Wrong("me.wrong.hours")
        windows.append({"days": days.split(","), "from": begin, "until": until})
    return windows
