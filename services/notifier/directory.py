"""The directory of contacts as it is sent in and given out: checked, and with telephone numbers in one form."""

import re
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from services.notifier.domain.contact import Contact, Language, e164
from shared.contracts.report import Id

_EMAIL = re.compile(r"[^\s@<>\",;:()\[\]\\]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z0-9-]{2,63}")
_CHAT = re.compile(r"[UWDCG][A-Z0-9]{2,30}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")


def _phone(text: str) -> str:
    number = e164(text) if text else ""
    if number is None:
        raise ValueError("電話番号は +81… または 090-… の形で書いてください / write a number as +81… or 090-…")
    return number


def _email(text: str) -> str:
    if text and not _EMAIL.fullmatch(text):
        raise ValueError("メールアドレスの形になっていません / this is not an e-mail address")
    return text


def _slack(text: str) -> str:
    if text and not _CHAT.fullmatch(text):
        raise ValueError("Slack の ID（U… または C…）を書いてください / give a Slack id (U… or C…)")
    return text


def _plain(text: str) -> str:
    if _CONTROL.search(text) or not text.strip():
        raise ValueError("名前に使えない文字があるか、空です / a name needs plain text")
    return text.strip()


Name = Annotated[str, Field(min_length=1, max_length=100), AfterValidator(_plain)]
Slack = Annotated[str, Field(max_length=40), AfterValidator(_slack)]
Email = Annotated[str, Field(max_length=254), AfterValidator(_email)]
_STRICT = ConfigDict(frozen=True, extra="forbid")


class PersonEntry(BaseModel):
    """How one person is reached; what is left out is not used."""

    model_config = _STRICT
    id: Id
    name: Name
    language: Language = "ja"
    phone: Annotated[str, Field(max_length=40), AfterValidator(_phone)] = ""
    email: Email = ""
    slack: Slack = ""


class TeamEntry(BaseModel):
    """Where a team reads along; a team is never rung up."""

    model_config = _STRICT
    id: Id
    name: Name
    language: Language = "ja"
    email: Email = ""
    slack: Slack = ""


class Directory(BaseModel):
    """Everybody. `catch_all` is asked when nobody else can be reached, so there must be a way to reach them."""

    model_config = _STRICT
    people: Annotated[tuple[PersonEntry, ...], Field(min_length=1, max_length=2000)]
    teams: Annotated[tuple[TeamEntry, ...], Field(max_length=1000)] = ()
    catch_all: Id

    @model_validator(mode="after")
    def _sound(self) -> Self:
        for entries in (self.people, self.teams):
            ids = [entry.id for entry in entries]
            if len(ids) != len(set(ids)):
                raise ValueError("同じ ID が二度あります / an id stands here twice")
        last = next((p for p in self.people if p.id == self.catch_all), None)
        if last is None or not (last.phone or last.email or last.slack):
            raise ValueError(
                "catch_all には連絡先のある人の ID を書いてください / catch_all must name a person who can be reached"
            )
        return self

    def contacts(self) -> list[Contact]:
        """The lines of the directory."""
        people = [Contact(p.id, p.name, p.language, p.phone, p.email, p.slack) for p in self.people]
        return people + [Contact(f"team:{t.id}", t.name, t.language, "", t.email, t.slack) for t in self.teams]


class Everybody(BaseModel):
    """The directory as it stands; before the first import it is empty and `catch_all` names nobody."""

    people: tuple[PersonEntry, ...]
    teams: tuple[TeamEntry, ...]
    catch_all: str


def told(contacts: list[Contact], catch_all: str) -> Everybody:
    """The directory from its lines."""
    people, teams = [], []
    for c in contacts:
        if c.id.startswith("team:"):
            id_ = c.id.removeprefix("team:")
            teams.append(TeamEntry(id=id_, name=c.name, language=c.language, email=c.email, slack=c.chat))
        else:
            people.append(
                PersonEntry(id=c.id, name=c.name, language=c.language, phone=c.phone, email=c.email, slack=c.chat)
            )
    return Everybody(people=tuple(people), teams=tuple(teams), catch_all=catch_all)
