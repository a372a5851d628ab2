"""What a delivery comes upon: what became of it before, and the case of the ticket, mail or group of alerts that it names."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic import TypeAdapter

from services.intake.domain.alerts import Alert
from services.intake.senders.sender import Outcome
from services.intake.store import SQL
from shared.runtime import folds
from shared.runtime.db import Transaction

_ALERTS = TypeAdapter(dict[str, Alert])


@dataclass(frozen=True)
class Ticket:
    """The latest case of a ticket or group of alerts ("" for none), and what is known of its alerts."""

    id: str
    case_id: str
    alerts: Mapping[str, Alert]


@dataclass(frozen=True)
class Met:
    """What a delivery comes upon: its first outcome, or its ticket (None where it names none) and a number for a new case.

    `behind`: something else of its source waits.
    """

    first: Outcome | None
    ticket: Ticket | None
    number: int | None
    behind: bool


async def meet(tx: Transaction, source: str, delivery_id: str, external_id: str | None, is_new: bool) -> Met | None:
    """Lock a delivery, its ticket and that one's case until the transaction ends; None while another is at work on it."""
    locked = await tx.fetchrow(SQL["lock_delivery"], source, delivery_id, external_id)
    assert locked is not None
    if not locked["free"]:
        return None
    row = await tx.fetchrow(SQL["met"], source, delivery_id, external_id, is_new)
    assert row is not None
    if row["verdict"] is not None:
        first = Outcome(row["verdict"], row["case_id"], row["number"], again=True, why=row["why"] or "")
        return Met(first, None, None, False)
    if external_id is None:
        return Met(None, None, None, row["behind"])
    if row["key"] is not None:
        folds.loaded(tx, row)
    alerts = _ALERTS.validate_json(row["alerts"]) if row["alerts"] else {}
    return Met(None, Ticket(external_id, row["of_ticket"] or "", alerts), row["next"], row["behind"])


async def keep_delivery(
    tx: Transaction,
    source: str,
    delivery_id: str,
    outcome: Outcome,
    sealed: bytes,
    size: int,
    now: datetime,
    ticket: Ticket | None,
) -> None:
    """Write down what became of a delivery, whose body had `size` bytes, and what is known of its ticket where that has changed."""
    known = (ticket.id, ticket.case_id, _ALERTS.dump_json(dict(ticket.alerts)).decode()) if ticket else (None,) * 3
    row = (outcome.verdict, outcome.case_id, outcome.number, sealed, size, now, outcome.why)
    await tx.execute(SQL["keep_delivery"], source, delivery_id, *row, *known)


async def external(tx: Transaction, source: str, id_: str) -> tuple[str, dict[str, Alert]]:
    """The latest case of a ticket or group of alerts ("" for none) and its alerts; locked until the transaction ends."""
    await tx.execute(SQL["lock_external"], source, id_)
    row = await tx.fetchrow(SQL["external"], source, id_)
    return (row["case_id"], _ALERTS.validate_json(row["alerts"])) if row else ("", {})


async def case_of(tx: Transaction, source: str, thread: Sequence[str]) -> str:
    """The case of the first of these external ids that has one; "" for none. Nothing is locked."""
    rows = await tx.fetch(SQL["thread"], source, list(thread)) if thread else []
    known = {row["external_id"]: row["case_id"] for row in rows}
    return next((known[id_] for id_ in thread if id_ in known), "")


async def keep_external(tx: Transaction, source: str, id_: str, case_id: str, alerts: dict[str, Alert]) -> None:
    """Remember which case a ticket or group of alerts has."""
    text = _ALERTS.dump_json(alerts).decode()
    await tx.execute(SQL["keep_external"], source, id_, case_id, text)


async def recall(tx: Transaction, source: str, id_: str, case_id: str) -> None:
    """Remember the case of a source's ticket again, unless a later one is known: a restored database may have forgotten it."""
    await tx.execute(SQL["recall_external"], source, id_, case_id)
