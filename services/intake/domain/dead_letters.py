"""A dead letter read back: which record of which service it was, and what has been done about it since."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from shared.contracts.envelope import Record

_ORIGIN = re.compile(
    r"(?P<topic>[\w.\-]{1,249})/(?P<partition>\d{1,9})/(?P<offset>\d{1,18})@tasuki-(?P<service>\w{1,40})"
)
_PARKING = ("tasuki_reason", "tasuki_origin")
REPLAYED, DISMISSED, SEEN = "dead-letter.replayed", "dead-letter.dismissed", "dead-letter.seen"
# What a service lacks of these makes it do nothing more about the case, or ask nobody; knowledge asks nobody anyway.
PAGED_BY = ("case.submitted.", "case.reopened.", "case.reassigned.", "escalation.", "deadline.")
Verdict = Literal["handled", "known", "refused", "unanswered"]


@dataclass(frozen=True)
class Letter:
    """One parked record. `place` is where it stands among the dead letters; `service` is empty when its origin says nothing."""

    place: str
    at: datetime
    origin: str
    reason: str
    service: str
    record: Record

    @property
    def headers(self) -> dict[str, str]:
        """The headers that it had before it was parked, as text."""
        return {name: value.decode("utf-8", "backslashreplace") for name, value in self.record.headers}

    @property
    def type(self) -> str:
        """The type of its event; "" when its headers do not say."""
        return self.headers.get("ce_type", "")

    @property
    def key(self) -> str:
        """What it is about: the id of a case as a rule."""
        return self.headers.get("ce_subject", "")

    @property
    def holds_pages(self) -> bool:
        """Whether somebody may not be called for its case as long as it is not handled."""
        return self.service != "knowledge" and self.type.startswith(PAGED_BY)

    @property
    def stood(self) -> tuple[str, int, int]:
        """Where it stood in the log before: topic, partition, offset."""
        return self.record.topic, self.record.partition, self.record.offset

    @property
    def object(self) -> str:
        """How the audit names it."""
        return f"dead-letter:{self.origin}"


@dataclass(frozen=True)
class Deed:
    """What somebody has done about a dead letter."""

    at: datetime
    by: str
    verdict: Verdict | Literal["dismissed"]


def letter(stands: Record, at: datetime) -> Letter:
    """Read a record of the topic of dead letters."""
    told = {name: value.decode("utf-8", "replace") for name, value in stands.headers if name in _PARKING}
    origin = told.get("tasuki_origin", "")
    found = _ORIGIN.fullmatch(origin)
    headers = [(name, value) for name, value in stands.headers if name not in _PARKING]
    where = (found["topic"], int(found["partition"]), int(found["offset"])) if found else ("", 0, 0)
    return Letter(
        place=f"{stands.partition}-{stands.offset}",
        at=at,
        origin=origin or f"{stands.topic}/{stands.partition}/{stands.offset}",
        reason=told.get("tasuki_reason", ""),
        service=found["service"] if found else "",
        record=Record(*where, headers, stands.body),
    )


def deeds(entries: Iterable[str]) -> list[Deed]:
    """What entries of the audit say of one dead letter, in their order."""
    found = []
    for line in map(json.loads, entries):
        verdict = {REPLAYED: line["detail"].get("verdict"), DISMISSED: "dismissed"}.get(line["action"])
        if verdict:
            found.append(Deed(datetime.fromisoformat(line["at"]), line["actor"], verdict))
    return found


def is_settled(done: Iterable[Deed]) -> bool:
    """Whether nothing is left to do about it."""
    return any(deed.verdict in ("handled", "known", "dismissed") for deed in done)


def was_handled(done: Iterable[Deed]) -> bool:
    """Whether it has been handled after all: the inbox forgets in two weeks, the audit does not."""
    return any(deed.verdict in ("handled", "known") for deed in done)
