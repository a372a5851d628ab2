"""What a webhook makes of a request: first whether to trust it, then what it asks for."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from services.intake.domain.alerts import Alerts
from shared.contracts import events as e
from shared.contracts.report import Report

Headers: TypeAlias = Mapping[str, str]
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True)
class Trusted:
    """The sender proved who they are."""


@dataclass(frozen=True)
class Rejected:
    """The sender did not; `reason` is for our log, the sender only hears "401"."""

    reason: str


@dataclass(frozen=True)
class Trigger:
    """Somebody needs help: open a case, or add `note` to the open case of the same ticket or alert ("" adds nothing).

    `by_customer`: the note is what the customer has answered, for all to read.
    """

    delivery_id: str
    external: e.External
    report: Report
    by: e.Actor
    note: str
    alerts: Alerts = field(default_factory=dict)
    by_customer: bool = False


@dataclass(frozen=True)
class Cleared:
    """The sender says that these alerts are over; the case is closed only if none of its alerts still fires."""

    delivery_id: str
    external: e.External
    by: e.Actor
    handling: str
    result: str
    alerts: Alerts


@dataclass(frozen=True)
class Unmapped:
    """The delivery is genuine and says nothing we understand."""

    delivery_id: str
    ja: str
    en: str


@dataclass(frozen=True)
class Malformed:
    """The body cannot be read at all."""


@dataclass(frozen=True)
class Echo:
    """The sender tells us what we wrote there ourselves; to act on it would go round in circles."""

    delivery_id: str


Reading: TypeAlias = Trigger | Cleared | Unmapped | Echo | Malformed


@dataclass(frozen=True)
class Webhook:
    """One vendor. Both functions are total: whatever bytes and headers come, they answer and never raise.

    `verify(raw, headers, secrets, now)` runs before `read(raw, headers)`; header names are in lower case.
    """

    name: str
    verify: Callable[[bytes, Headers, tuple[str, ...], datetime], Trusted | Rejected]
    read: Callable[[bytes, Headers], Reading]


def line(text: object, longest: int = 200) -> str:
    """One line of a vendor's text, cleaned and shortened to fit a report; what is no text becomes ""."""
    return " ".join(paragraph(text, longest * 2).split())[:longest]


def paragraph(text: object, longest: int = 5000) -> str:
    """A vendor's text, cleaned and shortened to fit a report; what is no text becomes ""."""
    if isinstance(text, int | float) and not isinstance(text, bool):
        text = str(text)
    if not isinstance(text, str):
        return ""
    clean = _CONTROL.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
    return clean if len(clean) <= longest else clean[: longest - 2].rstrip() + " …"
