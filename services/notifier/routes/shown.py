"""Texts, their changes and previews as they are taken in and answered."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

from services.notifier.domain import texts as domain
from services.notifier.domain.contact import Language
from services.notifier.domain.mistakes import Mistake
from services.notifier.domain.samples import Sample
from services.notifier.texts import Change
from shared.contracts.plan import Person
from shared.contracts.report import Id, Line, Text
from shared.contracts.vocabulary import Channel

LARGEST = 110_000  # letters; what is too long is refused with the line, as every mistake


def _said(text: str) -> str:
    if not text:
        raise PydanticCustomError("blank", "must not be blank")
    return text


def _plain(text: str) -> str:
    if any((ord(c) < 32 and c not in "\n\t") or 0xD800 <= ord(c) < 0xE000 or c == "\x7f" for c in text):
        raise PydanticCustomError("control_characters", "control characters are not allowed")
    return text


def _lines(text: str) -> str:
    return _plain(text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n"))


Why = Annotated[Text, Field(max_length=500), AfterValidator(_said)]
Body = Annotated[str, Field(min_length=1, max_length=LARGEST), AfterValidator(_lines)]


class By(BaseModel):
    """The person who changes a text."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    id: Id
    name: Line = ""

    def person(self) -> Person:
        """The person as the history names them."""
        return Person(id=self.id, name=self.name or self.id)


class Reasoned(BaseModel):
    """Who does it, and why."""

    model_config = ConfigDict(extra="forbid")
    by: By
    why: Why


class NewText(Reasoned):
    """A text to be put into force."""

    text: Body


class Restoration(Reasoned):
    """An old version to be put into force anew."""

    to: Annotated[int, Field(ge=1, le=2**31 - 1)]


class Trial(BaseModel):
    """What is to be previewed: a draft, or the text in force when there is none."""

    model_config = ConfigDict(extra="forbid")
    text: Body | None = None
    sample: Sample | None = None
    channel: Annotated[Channel, Field(description="Personal data is masked when this channel is unsafe")] = (
        Channel.EMAIL
    )
    provider: Annotated[str, Field(max_length=40, description="Or this provider")] = ""
    segments: Annotated[bool, Field(description="Count the parts of a short message as well")] = False


class Tried(BaseModel):
    """What a text becomes; `segments` counts subject, body and, of spoken texts, speech as one short message."""

    sample: Sample
    subject: str
    body: str
    speech: str
    masked: bool
    segments: int | None


class Broken(BaseModel):
    """Why a changed text is not used although it is in force, in the reader's language."""

    line: int
    source: Annotated[str, Field(description="The line as it is written")]
    code: str
    detail: str


class Shown(BaseModel):
    """One text; what it is changed to is in `Full`."""

    language: Language
    name: str
    changed: bool
    version: Annotated[int, Field(description="Of its newest change; 0 while it was never changed")]
    changed_at: datetime | None
    changed_by: str
    changed_by_id: str
    why: str
    broken: Broken | None


class All(BaseModel):
    """Every text."""

    data: list[Shown]


class Variable(BaseModel):
    """Something that a text may fill in."""

    name: str
    about: str


class Full(Shown):
    """One text with what is in force, what the standard is, and what it may use."""

    text: str
    standard: str
    variables: list[Variable]


class Past(BaseModel):
    """One change. `text` and `before` are null where the standard text stands."""

    version: int
    text: str | None
    before: str | None
    changed_at: datetime
    changed_by: str
    changed_by_id: str
    why: str
    restores: Annotated[int | None, Field(description="The version that was brought back")]


class History(BaseModel):
    """One page of changes, the newest first."""

    data: list[Past]
    next_cursor: str | None


def broken(problem: Mistake | None, text: str, reader: str) -> Broken | None:
    """What is wrong, in the reader's language."""
    if problem is None:
        return None
    detail = problem.en if reader == "en" else problem.ja
    return Broken(line=problem.line, source=source_line(text, problem.line), code=problem.code, detail=detail)


def source_line(text: str, line: int) -> str:
    """A line as it is written; nothing for line 0."""
    lines = text.split("\n")
    return lines[line - 1][:200] if 1 <= line <= len(lines) else ""


def shown(language: Language, name: str, change: Change | None, problem: Broken | None) -> dict[str, Any]:
    """The fields of `Shown`."""
    return {
        "language": language,
        "name": name,
        "changed": change is not None and change.body is not None,
        "version": change.version if change else 0,
        "changed_at": change.at if change else None,
        "changed_by": change.by.name if change else "",
        "changed_by_id": change.by.id if change else "",
        "why": change.why if change else "",
        "broken": problem,
    }


def variables(name: str, reader: str) -> list[Variable]:
    """What a text may use, in the reader's language."""
    return [Variable(name=v.name, about=v.en if reader == "en" else v.ja) for v in domain.variables(name)]


def past(change: Change) -> Past:
    """One change of the history."""
    return Past(
        version=change.version,
        text=change.body,
        before=change.before,
        changed_at=change.at,
        changed_by=change.by.name,
        changed_by_id=change.by.id,
        why=change.why,
        restores=change.restores,
    )
