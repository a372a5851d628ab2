"""How one person is reached, as it is taken in and answered."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Annotated, Literal, Self
from zoneinfo import available_timezones

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationInfo, field_validator, model_validator

from services.notifier.directory import LONGEST, WRITTEN
from services.notifier.domain import preferences as domain
from services.notifier.domain import reach
from services.notifier.domain.contact import Address, Contact, Language, Origin
from services.notifier.domain.written import checked
from shared.contracts.plan import Reason
from shared.contracts.report import Line
from shared.contracts.vocabulary import Channel, Priority

Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
DAYS: tuple[Day, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LONGEST_PAUSE, LONGEST_PAUSE_P1 = 60, 15  # minutes
ZONES = available_timezones()
STRICT = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


def _zone(name: str) -> str:
    if name not in ZONES:
        raise ValueError("タイムゾーンは Asia/Tokyo のように書いてください / write a time zone as Asia/Tokyo")
    return name


def _clock(at: time) -> time:
    if at.tzinfo is not None or at.second or at.microsecond:
        raise ValueError("時刻は 22:00 のように書いてください / write a time as 22:00")
    return at


def _kind(kind: str) -> str:
    if kind not in WRITTEN:
        raise ValueError(f"種類は次のどれかです：{', '.join(WRITTEN)} / a kind is one of {', '.join(WRITTEN)}")
    return kind


def _personal(channel: Channel) -> Channel:
    if channel is Channel.TICKET:
        raise ValueError("チケットは人の連絡手段ではありません / a ticket is nobody's way")
    return channel


Clock = Annotated[time, AfterValidator(_clock), Field(description="Wall-clock time, hours and minutes")]


class Step(BaseModel):
    """One way: a channel, or one address of it, so many minutes after the first."""

    model_config = STRICT
    channel: Annotated[Channel, AfterValidator(_personal)]
    address: Annotated[str, Field(max_length=40, description="The id of an address; empty: the best one")] = ""
    minutes: Annotated[int, Field(ge=0, le=LONGEST_PAUSE)] = 0

    def step(self) -> domain.RuleStep:
        """The same for the rules."""
        return domain.RuleStep(self.channel, self.address, timedelta(minutes=self.minutes))


class Rules(BaseModel):
    """The ways of each priority; one that is left out goes by the policy. `language`: none is the directory's."""

    model_config = STRICT
    rules: dict[Priority, Annotated[tuple[Step, ...], Field(max_length=10)]] = Field(default_factory=dict)
    language: Language | None = None

    @model_validator(mode="after")
    def _in_time(self) -> Self:
        for priority, steps in self.rules.items():
            if steps and min(s.minutes for s in steps) > 0:
                raise ValueError(
                    f"{priority}：少なくとも一つは 0 分にしてください / {priority}: one way at least must have 0 minutes"
                )
        if any(s.minutes > LONGEST_PAUSE_P1 for s in self.rules.get(Priority.P1, ())):
            raise ValueError(
                f"P1 で待てるのは {LONGEST_PAUSE_P1} 分までです / at P1 a way waits {LONGEST_PAUSE_P1} minutes at most"
            )
        return self


class Window(BaseModel):
    """Hours on these days; an end that is not after the beginning is on the next day."""

    model_config = STRICT
    days: Annotated[tuple[Day, ...], Field(min_length=1, max_length=7)] = DAYS
    begin: Annotated[Clock, Field(alias="from")]
    until: Clock


class DoNotDisturb(BaseModel):
    """Hours in which nothing but a P1 is loud; no windows: none."""

    model_config = STRICT
    zone: Annotated[str, AfterValidator(_zone)] = domain.ZONE
    windows: Annotated[tuple[Window, ...], Field(max_length=21)] = ()

    def hours(self) -> tuple[domain.Window, ...]:
        """The same for the rules."""
        return tuple(domain.Window(frozenset(DAYS.index(d) for d in w.days), w.begin, w.until) for w in self.windows)


class NewAddress(BaseModel):
    """An address that somebody brings; a telephone number comes back in E.164."""

    model_config = STRICT
    kind: Annotated[str, AfterValidator(_kind)]
    value: Annotated[str, Field(min_length=1, max_length=LONGEST)]
    label: Annotated[Line, Field(max_length=60)] = ""

    @field_validator("value")
    @classmethod
    def _right(cls, value: str, info: ValidationInfo) -> str:
        kind = info.data.get("kind")
        return checked(kind, value) if isinstance(kind, str) else value


class Over(BaseModel):
    """By which channel an address is tried; none: the first that fits."""

    model_config = STRICT
    channel: Channel | None = None


class Code(BaseModel):
    """The six digits that were sent."""

    model_config = STRICT
    code: Annotated[str, Field(min_length=1, max_length=40)]


class ShownAddress(BaseModel):
    """One address. `trusted`: the directory's, or proven by its person; `broken`: why a provider refuses it."""

    id: str
    kind: str
    value: str
    label: str
    origin: Origin
    trusted: bool
    verified_at: datetime | None
    broken: str


class Way(BaseModel):
    """One way that works."""

    channel: Channel
    address: str
    trusted: bool
    minutes: int


class Reachability(BaseModel):
    """By what a person is reached at one priority, whether anything of it is loud, and what is missing."""

    ways: list[Way]
    loud: bool
    missing: list[str]


class Reached(BaseModel):
    """How one person is reached, and what should be known about it."""

    id: str
    name: str
    language: Language
    own_language: Annotated[Language | None, Field(description="Their own choice; none is the directory's")]
    member_of: list[str]
    addresses: list[ShownAddress]
    rules: dict[Priority, list[Step]]
    do_not_disturb: DoNotDisturb
    reachability: dict[Priority, Reachability]
    warnings: Annotated[list[str], Field(description="What whoever has just saved this should know")]


class Started(BaseModel):
    """A message is on its way; `location` tells what comes of it."""

    id: str
    location: str


class CodeSent(Started):
    """A code is on its way, and when it ends."""

    expires_at: datetime


class TestAttempt(BaseModel):
    """One send, and what came of it."""

    started_at: datetime
    outcome: str | None
    code: str
    provider: str


class TestOutcome(BaseModel):
    """What came of a test message or a code; it is no page and counts nowhere as one."""

    id: str
    what: Literal["test", "code"]
    channel: Channel
    address: str
    state: str
    code: str
    said: Annotated[str, Field(description="The state in words")]
    attempts: list[TestAttempt]


def shown(contact: Contact, served: reach.Served, reader: str) -> Reached:
    """A person with their reachability, in the reader's language."""
    theirs = contact.preferences
    windows = tuple(
        Window(days=tuple(DAYS[d] for d in sorted(w.days)), begin=w.begin, until=w.until) for w in theirs.windows
    )
    return Reached(
        id=contact.id,
        name=contact.name,
        language=contact.language,
        own_language=theirs.language or None,
        member_of=list(contact.member_of),
        addresses=[_address(a) for a in contact.addresses],
        rules={priority: [_step(s) for s in steps] for priority, steps in theirs.rules.items()},
        do_not_disturb=DoNotDisturb(zone=theirs.zone, windows=windows),
        reachability={p: _reachability(reach.reach(contact, p, served), reader) for p in Priority},
        warnings=_said(reach.warnings(contact, served), reader),
    )


def _address(a: Address) -> ShownAddress:
    return ShownAddress(
        id=a.id,
        kind=a.kind,
        value=a.value,
        label=a.label,
        origin=a.origin,
        trusted=a.trusted,
        verified_at=a.verified_at,
        broken=a.broken,
    )


def _step(s: domain.RuleStep) -> Step:
    return Step(channel=s.channel, address=s.address, minutes=s.delay // timedelta(minutes=1))


def _reachability(found: reach.Reach, reader: str) -> Reachability:
    ways = [
        Way(channel=w.step.channel, address=w.address.id, trusted=w.address.trusted, minutes=_step(w.step).minutes)
        for w in found.ways
    ]
    return Reachability(ways=ways, loud=found.loud, missing=_said(found.missing, reader))


def _said(reasons: Iterable[Reason], reader: str) -> list[str]:
    return list(dict.fromkeys(r.en if reader == "en" else r.ja for r in reasons))
