"""The directory of contacts as it is sent in and given out: checked, and with telephone numbers in one form."""

import re
from typing import Annotated, Any, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    ValidationInfo,
    field_validator,
    model_validator,
)

from services.notifier.domain.contact import Address, Contact, Language, numbered
from services.notifier.domain.written import checked
from shared.contracts.addresses import KINDS
from shared.contracts.report import Id

_CONTROL = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
WRITTEN = tuple(kind for kind in KINDS if kind != "push")  # people bring the addresses of their devices themselves
MOST_ADDRESSES = 5  # of one kind
LONGEST = 2000


def _plain(text: str) -> str:
    if _CONTROL.search(text) or not text.strip():
        raise ValueError("名前に使えない文字があるか、空です / a name needs plain text")
    return text.strip()


def _several(value: Any) -> Any:
    """One address may be written without a list; none is an empty text."""
    return ((value,) if value else ()) if isinstance(value, str) else value


def _as_written(values: tuple[str, ...]) -> Any:
    return values[0] if len(values) == 1 else list(values)


Name = Annotated[str, Field(min_length=1, max_length=100), AfterValidator(_plain)]
Values = Annotated[
    tuple[Annotated[str, Field(max_length=LONGEST)], ...],
    Field(max_length=MOST_ADDRESSES, description="One address, or a list of them; the first is preferred"),
    BeforeValidator(_several, json_schema_input_type=str | list[str]),
    PlainSerializer(_as_written, return_type=str | list[str]),
]


class Entry(BaseModel):
    """How a person or a team is reached, by kind of address; what is left out is not used."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    id: Id
    name: Name
    language: Language = "ja"
    phone: Values = ()
    email: Values = ()
    slack: Values = ()
    teams: Values = ()
    line_works: Values = ()
    line: Values = ()
    chatwork: Values = ()
    google_chat: Values = ()
    mattermost: Values = ()
    discord: Values = ()
    apprise: Values = ()
    webhook: Values = ()
    member_of: Annotated[
        tuple[Id, ...], Field(max_length=50, description="Of a person: ids of teams of this directory")
    ] = ()

    @field_validator(*WRITTEN)
    @classmethod
    def _right(cls, values: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        assert info.field_name is not None
        return tuple(checked(info.field_name, value) for value in values)

    def contact(self, prefix: str = "") -> Contact:
        """The line of the directory."""
        addresses = [Address("", kind, value) for kind in WRITTEN for value in getattr(self, kind)]
        return Contact(prefix + self.id, self.name, self.language, numbered(addresses), member_of=self.member_of)


class Directory(BaseModel):
    """Everybody. `catch_all` is asked when nobody else can be reached, so there must be a way to reach them.

    `platform_owner` hears when a provider refuses our account; the catch-all does where nobody is named.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    people: Annotated[tuple[Entry, ...], Field(min_length=1, max_length=2000)]
    teams: Annotated[tuple[Entry, ...], Field(max_length=1000)] = ()
    catch_all: Id
    platform_owner: Id | None = None

    @model_validator(mode="after")
    def _sound(self) -> Self:
        for entries in (self.people, self.teams):
            ids = [entry.id for entry in entries]
            if len(ids) != len(set(ids)):
                raise ValueError("同じ ID が二度あります / an id stands here twice")
        if {team for p in self.people for team in p.member_of} - {team.id for team in self.teams}:
            raise ValueError(
                "member_of には、ここにあるチームの ID を書いてください / member_of names teams of this directory"
            )
        for name, id_ in (("catch_all", self.catch_all), ("platform_owner", self.owner)):
            person = next((p for p in self.people if p.id == id_), None)
            if person is None or not person.contact().reachable:
                raise ValueError(
                    f"{name} には連絡先のある人の ID を書いてください / {name} must name a person who can be reached"
                )
        return self

    @property
    def owner(self) -> str:
        """Who looks after the installation."""
        return self.platform_owner or self.catch_all

    def contacts(self) -> list[Contact]:
        """The lines of the directory."""
        return [*(p.contact() for p in self.people), *(t.contact("team:") for t in self.teams)]


class Everybody(BaseModel):
    """The directory as it stands; before the first import it is empty and `catch_all` names nobody."""

    people: tuple[Entry, ...]
    teams: tuple[Entry, ...]
    catch_all: str
    platform_owner: str


def told(contacts: list[Contact], catch_all: str, owner: str) -> Everybody:
    """The directory from its lines."""
    people = tuple(_entry(c, c.id) for c in contacts if not c.id.startswith("team:"))
    teams = tuple(_entry(c, c.id.removeprefix("team:")) for c in contacts if c.id.startswith("team:"))
    return Everybody(people=people, teams=teams, catch_all=catch_all, platform_owner=owner)


def _entry(c: Contact, id_: str) -> Entry:
    """What nobody has proven is not given out: it would come back as the directory's own."""
    values = {kind: tuple(a.value for a in c.addresses if a.kind == kind and a.trusted) for kind in WRITTEN}
    return Entry.model_validate({"id": id_, "name": c.name, "language": c.language, "member_of": c.member_of, **values})
