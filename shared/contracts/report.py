"""The report: what a front-line worker or a monitor tells when a case is submitted (報告テンプレート)."""

import re
from datetime import datetime
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from shared.contracts.vocabulary import Impact, Kind, Urgency

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def _clean(text: str) -> str:
    """Refuse control characters and broken text; fold line ends to one form."""
    if _CONTROL.search(text):
        raise PydanticCustomError("control_characters", "control characters are not allowed")
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


_STRICT = ConfigDict(frozen=True, extra="forbid")
Line = Annotated[str, Field(max_length=200), AfterValidator(_clean)]
Text = Annotated[str, Field(max_length=5000), AfterValidator(_clean)]
Id = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[A-Za-z0-9][A-Za-z0-9_.:@-]*$")]


YEARS = range(2000, 2100)  # of a moment that every zone, calendar and page can count with


def _moment(value: object) -> object:
    """An ISO 8601 time as a moment; anything else as it is. `Report` has read its JSON before its fields see it."""
    try:
        return datetime.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        return value


def _zoned(at: datetime | None) -> datetime | None:
    if at is not None and at.tzinfo is None:
        raise PydanticCustomError("time_zone", "a time zone is needed, for example 2026-11-22T18:00:00+09:00")
    return at


def _countable(at: datetime | None) -> datetime | None:
    return at if at is None or at.year in YEARS else None


Moment = Annotated[datetime | None, BeforeValidator(_moment), AfterValidator(_zoned)]


class Customer(BaseModel):
    """Whose problem it is; no personal contact data belongs here."""

    model_config = _STRICT
    company: Line = ""
    plan: Line = ""
    name: Line = ""


class Report(BaseModel):
    """The facts of one case. The short form needs only `facts`, `impact` and `wanted`; everything else has a default."""

    model_config = _STRICT
    kind: Kind = Kind.OTHER
    urgency: Urgency = Urgency.MEDIUM
    urgency_reason: Line = ""
    impact: Impact = Impact.ONE
    title: Line = ""
    customer: Customer = Customer()
    product: Line = ""
    facts: Annotated[str, Field(min_length=1, max_length=5000), AfterValidator(_clean)]
    customer_said: Text = ""
    done_already: Text = ""
    difficulty: Text = ""
    wanted: Text = ""
    wanted_by: Annotated[Moment, AfterValidator(_countable)] = None
    amount: Annotated[int, Field(ge=0, le=10**12, description="Yen at stake")] | None = None
    personal_data: Annotated[bool, Field(description="Personal data may have leaked or been mishandled")] = False
    estimate_minutes: Annotated[int, Field(ge=0, le=100_000)] | None = None

    @model_validator(mode="before")
    @classmethod
    def _no_null(cls, data: Any) -> Any:
        """Read `null` as "not given", as most CRMs write it."""
        return {k: v for k, v in data.items() if v is not None} if isinstance(data, dict) else data

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if not self.facts:
            raise PydanticCustomError("blank", "facts must not be blank")
        return self

    @property
    def headline(self) -> str:
        """The title, or the first line of the facts where none was given; at most 80 characters."""
        return (self.title or self.facts.split("\n", 1)[0])[:80]


def is_restricted(report: Report) -> bool:
    """Whether only those concerned may read a report."""
    return report.kind is Kind.HARASSMENT or report.personal_data


def is_urgent(report: Report) -> bool:
    """Whether a report may wait for nothing: the ones that the mission sends to somebody at once."""
    return report.urgency is Urgency.CRITICAL or report.personal_data or report.kind is Kind.HARASSMENT
