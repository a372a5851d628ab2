"""Sources as the API shows and takes them."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from services.intake.domain import addresses
from services.intake.domain.words import Language
from services.intake.senders import SENDERS
from services.intake.settings import Settings
from services.intake.setups import Purpose, Setup
from shared.contracts.report import Id, Line

Slug = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$", description="Stands in the address of the webhook")]
Secret = Annotated[str, Field(min_length=8, max_length=1000, pattern=r"^[!-~]+( [!-~]+)*$")]
Options = Annotated[
    dict[Annotated[str, Field(max_length=100)], Annotated[str, Field(max_length=20_000)]], Field(max_length=50)
]
_STRICT = ConfigDict(frozen=True, extra="forbid")


class NewSource(BaseModel):
    """What is to be set up. Without `secret` one is made, unless the vendor makes it and it is added later."""

    model_config = _STRICT
    id: Slug
    sender: Annotated[str, Field(max_length=50, description="One of /v1/senders")]
    name: Line = ""
    owner: Annotated[Id, Field(description="The person, or team:<id>, who is told of trouble")]
    options: Options = {}
    secret: Secret | None = None


class SourceChange(BaseModel):
    """What is to be different; what is left out stays. `options` are replaced as a whole."""

    model_config = _STRICT
    name: Line | None = None
    owner: Id | None = None
    options: Options | None = None
    enabled: bool | None = None


class NewSecret(BaseModel):
    """A new secret, made here unless it is given; those before it end at `old_until`, a day from now when left out.

    For `api` it is a token of the sender's own API, with which its records are read; that one has to be given.
    """

    model_config = _STRICT
    secret: Secret | None = None
    old_until: AwareDatetime | None = None
    purpose: Purpose = "proof"


class Paste(BaseModel):
    """A request to be read without being taken; `options` to be tried instead of those of the source."""

    model_config = _STRICT
    body: Annotated[str, Field(max_length=200_000)]
    headers: Annotated[dict[str, Annotated[str, Field(max_length=2000)]], Field(max_length=64)] = {}
    options: Options | None = None


class SecretView(BaseModel):
    """A secret, without what it is."""

    id: int
    made_at: datetime
    ends_at: datetime | None
    in_force: bool


class SourceView(BaseModel):
    """A source; `url` is what its sender calls. What is `built_in` comes from the settings and is changed there."""

    id: str
    sender: str
    name: str
    owner: str
    options: dict[str, str]
    enabled: bool
    version: Annotated[int, Field(description="Its ETag: what a change names in If-Match")]
    built_in: bool
    url: str
    guide: str
    secrets: list[SecretView]
    tokens: Annotated[list[SecretView], Field(description="Tokens of the sender's own API")]
    looked_at: Annotated[datetime | None, Field(description="When its records were looked through")]
    problem: Annotated[str, Field(description="Why they could not be since then")]


class MadeSource(SourceView):
    """A source that was just set up; its secret is shown this once."""

    secret: str | None
    secret_url: Annotated[str | None, Field(description="For senders that prove themselves by the address alone")]


class MadeSecret(BaseModel):
    """A secret that was just put in force, shown this once."""

    id: int
    secret: str
    secret_url: str | None
    old_until: datetime


class SenderView(BaseModel):
    """One vendor that can be set up as a source."""

    name: str
    own_secret: Annotated[bool, Field(description="The vendor makes the secret, and it is pasted here")]
    in_path: bool
    by_mail: Annotated[bool, Field(description="It writes to an address that holds the secret")]
    can_be_tested: bool
    guide: str


class DeliveryView(BaseModel):
    """One request of a source and what became of it; of one that was not believed only how it looked."""

    at: datetime
    verdict: str
    reason: str
    delivery_id: str
    case_id: str | None
    number: int | None
    quarantine: int | None
    bytes: int
    looks: dict[str, str]


class TestView(BaseModel):
    """What a test came to; `would` holds the plan of each report that it brought, as /v1/simulate tells it."""

    stage: Literal["verify", "read", "deliver", "done"]
    reason: str
    verdicts: list[str]
    readings: list[dict[str, Any]]
    would: list[dict[str, Any]]


class TryView(BaseModel):
    """What a pasted request says."""

    readings: list[dict[str, Any]]


class Listed(BaseModel):
    """All sources, in the order of their ids."""

    data: list[SourceView]


class Senders(BaseModel):
    """All senders."""

    data: list[SenderView]


class Deliveries(BaseModel):
    """The last deliveries, the newest first."""

    data: list[DeliveryView]


def view(setup: Setup, settings: Settings, language: Language, now: datetime) -> SourceView:
    """Show a source."""
    url = address(setup, settings)
    secrets, tokens = (
        [SecretView(id=s.id, made_at=s.made_at, ends_at=s.ends_at, in_force=s.in_force(now)) for s in rows]
        for rows in (setup.secrets, setup.tokens)
    )
    return SourceView(
        **{name: getattr(setup, name) for name in ("id", "sender", "name", "owner", "enabled", "version", "built_in")},
        options=dict(setup.options),
        url=url,
        guide=guide(setup.sender, language).replace("<URL>", url),
        secrets=secrets,
        tokens=tokens,
        looked_at=setup.looked_at,
        problem=setup.problem,
    )


def tag(setup: Setup) -> str:
    """What a source as it stands is known by (ETag)."""
    return f'"{setup.version}"'


def address(setup: Setup, settings: Settings) -> str:
    """What the sender of a source calls, or writes to."""
    if _is_by_mail(setup):
        return addresses.write(setup.id, "<SECRET>", settings.mail_in_domain)
    return f"{settings.public_url}/v1/webhooks/{setup.id}"


def secret_address(setup: Setup, settings: Settings, secret: str | None) -> str | None:
    """The same with the secret in it, for senders that need it there."""
    sender = SENDERS.get(setup.sender)
    if secret and _is_by_mail(setup):
        return addresses.write(setup.id, secret, settings.mail_in_domain)
    return f"{address(setup, settings)}/{secret}" if secret and sender and sender.in_path else None


def _is_by_mail(setup: Setup) -> bool:
    sender = SENDERS.get(setup.sender)
    return sender is not None and sender.by_mail


def guide(sender: str, language: Language) -> str:
    """What is pasted where on the sender's side."""
    return steps(sender, language).replace("<PASTE>", paste(sender))


def steps(sender: str, language: Language) -> str:
    """The same, with `<PASTE>` where the text to paste stands."""
    told = SENDERS[sender].guide if sender in SENDERS else None
    return "" if told is None else told.en if language == "en" else told.ja


def paste(sender: str) -> str:
    """What is pasted; "" where there is nothing."""
    return SENDERS[sender].guide.paste if sender in SENDERS else ""
