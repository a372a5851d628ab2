"""The audit trail as people read it: what is looked for in it, lines of it, and the same as a table."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from services.intake.domain import tables
from services.intake.domain.courses import Period

SEEN, EXPORTED, VERIFIED = "audit.seen", "audit.exported", "audit.verified"
# Kinds of what is done, as patterns of an action and what it was done to.
KINDS: dict[str, tuple[str, ...]] = {
    "seen": (
        "case.seen %",
        "personal.seen %",
        "personal.sought %",
        "dead-letter.seen %",
        "quarantine.seen %",
        "audit.%",
    ),
    "access": ("login%", "logout %", "session.%", "token.%", "grants.%"),
    "sent": ("notification.%", "duty.digest.%"),
    "published": ("policy.%", "relayed% /v1/policy%", "relayed% /v1/articles%"),
    "settings": ("source.%", "subscription.%", "relayed%"),
    "erased": ("personal.forgotten %", "case.erased.%", "quarantine.forgotten %", "delivery.discarded %"),
    "case": ("case.%", "escalation.%", "deadline.%", "drill.%", "dead-letter.%", "knowledge.%"),
}
COLUMNS = ("at", "actor", "actor_kind", "action", "object", "through", "trace_id")


@dataclass(frozen=True)
class Wanted:
    """What is looked for: by or about a person, about a thing ("" for any), of a kind ("" for all), in a time."""

    about: Period
    person: str = ""
    object: str = ""
    kind: str = ""


@dataclass(frozen=True)
class Line:
    """One entry as it is shown; whatever stands in a row is shown, for one that was tampered with must not hide the others."""

    id: int
    chain: int
    seq: int
    hash: str
    said: dict[str, str]
    detail: dict[str, Any]


def line(id_: int, chain: int, seq: int, entry: str, digest: bytes) -> Line:
    """Read an entry."""
    told = json.loads(entry)
    told = told if isinstance(told, dict) else {}
    detail = told.get("detail")
    said = {name: str(told.get(name, "")) for name in COLUMNS}
    return Line(id_, chain, seq, digest.hex(), said, detail if isinstance(detail, dict) else {})


def table(lines: Iterable[Line]) -> str:
    """The lines for a spreadsheet."""
    head = (*COLUMNS, "detail", "chain", "seq", "hash")
    rows = (
        (
            *one.said.values(),
            json.dumps(one.detail, ensure_ascii=False) if one.detail else "",
            one.chain,
            one.seq,
            one.hash,
        )
        for one in lines
    )
    return tables.written((head, *rows))
