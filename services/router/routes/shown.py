"""Versions, findings and changes of the policy as they are answered."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

from services.router import store
from services.router.domain.policies.findings import Finding, Severity
from services.router.domain.policies.policy import Policy
from services.router.domain.trial.diff import Change
from shared.contracts.plan import Person
from shared.contracts.report import Id, Line, Text


def _said(text: str) -> str:
    if not text:
        raise PydanticCustomError("blank", "must not be blank")
    return text


Why = Annotated[Text, Field(max_length=500), AfterValidator(_said)]


class By(BaseModel):
    """The person who publishes."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    id: Id
    name: Line = ""

    def person(self) -> Person:
        """The person as the history names them."""
        return Person(id=self.id, name=self.name or self.id)


class Files(BaseModel):
    """A draft: file name → text, all files of a policy."""

    model_config = ConfigDict(extra="forbid")
    files: Annotated[dict[str, str], Field(max_length=100)]


class Reasoned(BaseModel):
    """Who does it, and why."""

    model_config = ConfigDict(extra="forbid")
    by: By
    why: Why


class Publication(Files, Reasoned):
    """A policy to be put into force."""


class Restoration(Reasoned):
    """An old version to be put into force anew."""

    to: Annotated[int, Field(ge=1)]


class Shown(BaseModel):
    """One version in the history."""

    version: int
    published_at: datetime
    published_by: str
    published_by_id: str
    origin: store.Origin
    why: str
    restores: Annotated[int | None, Field(description="The old version that was brought back")]


class InForce(Shown):
    """The policy in force."""

    policy: Policy


class Full(Shown):
    """One version with its content, as far as it can still be read, and its files as they were written."""

    policy: Policy | None
    files: dict[str, str] | None


class History(BaseModel):
    """One page of versions, the newest first."""

    data: list[Shown]
    next_cursor: str | None


class Found(BaseModel):
    """One finding in the reader's language."""

    severity: Severity
    code: str
    file: str
    line: int
    column: int
    place: str
    reason: str
    remedy: str


class Linted(BaseModel):
    """What is to be said about a draft; `ok` means that it could be published."""

    ok: bool
    contacts_checked: bool
    findings: list[Found]


class Difference(BaseModel):
    """One change in the reader's language."""

    section: str
    id: str
    kind: str
    text: str


class Differences(BaseModel):
    """What changes from one version to another, or to a draft (`new` is then nothing)."""

    old: int
    new: int | None
    changes: list[Difference]


class Published(Shown):
    """What came of a publication: `changed` is false when it was in force already."""

    changed: bool
    changes: list[Difference]
    findings: list[Found]


def shown(entry: store.Entry) -> dict[str, Any]:
    """The fields of `Shown`."""
    return {
        "version": entry.number,
        "published_at": entry.published_at,
        "published_by": entry.by.name,
        "published_by_id": entry.by.id,
        "origin": entry.origin,
        "why": entry.why,
        "restores": entry.restores,
    }


def found(finding: Finding, language: str) -> Found:
    """One finding in a language."""
    en = language == "en"
    return Found(
        severity=finding.severity,
        code=finding.code,
        file=finding.file,
        line=finding.line,
        column=finding.column,
        place=".".join(map(str, finding.place)),
        reason=finding.reason.en if en else finding.reason.ja,
        remedy=finding.remedy.en if en else finding.remedy.ja,
    )


def difference(change: Change, language: str) -> Difference:
    """One change in a language."""
    text = change.reason.en if language == "en" else change.reason.ja
    return Difference(section=change.section, id=change.id, kind=change.kind, text=text)
