"""The fold of one key as a service knows it: the state that the log tells, and its own events that the log has not told yet."""

import json
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property, partial
from typing import Any, Generic, TypeVar
from uuid import UUID

from shared.contracts import canary, envelope
from shared.contracts.case import Case, evolve
from shared.contracts.case_ids import case_id
from shared.contracts.events import CaseErased, CaseSubmitted, Event, Strange
from shared.contracts.report import is_urgent
from shared.contracts.vocabulary import Status
from shared.runtime import outbox
from shared.runtime.db import Row, Transaction

LOAD = "SELECT state, pending, since FROM folds WHERE key = $1"
LOAD_ALL = "SELECT key, state, pending, since FROM folds WHERE key = ANY($1)"
LOCK = f"{LOAD} FOR UPDATE"
# The keys are hidden in a select, so that PostgreSQL plans it once and not for every list anew.
LOCK_ALL = (
    "SELECT key, state, pending, since FROM folds WHERE key = ANY((SELECT $1::text[])::text[]) ORDER BY key FOR UPDATE"
)
SAVE = """INSERT INTO folds (key, state, pending, since) SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[])
          ON CONFLICT (key) DO UPDATE SET state = excluded.state, pending = excluded.pending, since = excluded.since"""
# Only those of some days are looked at, by their ids; their text is looked through before it is taken apart.
FORGET = """WITH near AS MATERIALIZED (
                SELECT key, state FROM folds
                WHERE key >= $1 AND key < $2 AND pending = '[]' AND position('"' || $3 || '"' IN state) > 0)
            DELETE FROM folds WHERE key IN (
                SELECT key FROM near
                WHERE state::jsonb #>> '{submitted,source}' = $3 AND state::jsonb ->> 'status' = $4 LIMIT $5)
            RETURNING key"""
CANARIES_KEPT = timedelta(days=3)
LOOKED_BACK = timedelta(days=7)
FORGOTTEN_AT_ONCE = 1000
REMEMBERED = 500  # texts of cases, and of events
K = TypeVar("K", bound=Hashable)
T = TypeVar("T")


class Lately(Generic[K, T]):
    """What was read or written lately, by its text: most of what a process reads it has just written itself.

    Whoever gets it shares it, so it holds only what nobody changes.
    """

    def __init__(self) -> None:
        self._kept: OrderedDict[K, T] = OrderedDict()

    def keep(self, key: K, value: T) -> T:
        """Remember it, and forget the oldest."""
        self._kept[key] = value
        if len(self._kept) > REMEMBERED:
            self._kept.popitem(last=False)
        return value

    def get(self, key: K, read: Callable[[K], T]) -> T:
        """What is remembered, or what `read` makes of the text."""
        found = self._kept.get(key)
        return found if found is not None else self.keep(key, read(key))


_cases: Lately[str, Case] = Lately()
_events: Lately[tuple[type[Event], bytes | None], Event] = Lately()


def case_of(state: str | None) -> Case | None:
    """Read a case from the text of a fold's state."""
    return _cases.get(state, partial(Case.model_validate_json, extra="allow")) if state else None


def decode(type_: str, body: bytes | None) -> Event:
    """Read the body of a record as `envelope.decode` does; what this process has just said itself it knows already."""
    return _events.get((envelope.class_of(type_), body), lambda _: envelope.decode(type_, body))


@dataclass(frozen=True)
class Said:
    """An event with its id and when it was said; `unknown`: to the release that read it."""

    id: UUID
    at: datetime
    event: Event
    unknown: bool = False


@dataclass(frozen=True)
class Since:
    """A case as it was before the first event that some release did not know, and the events since."""

    base: Case | None
    events: tuple[Said, ...] = ()

    def folded(self) -> Case | None:
        """The case, as far as this release knows the events."""
        case = self.base
        for said in self.events:
            case = evolve(case, said.event, said.at)
        return case


@dataclass(frozen=True)
class Fold:
    """`told` is what the log says; `case` adds what this service has said since: `pending`, not yet read back from the log.

    `since` stands while an event is in it that was unknown when it was read (ADR 36).
    """

    key: str
    told: Case | None = None
    pending: tuple[Said, ...] = ()
    since: Since | None = None

    @property
    def case(self) -> Case | None:
        """The state to decide on and to show."""
        return self._steps[-1] if self._steps else self.told

    @cached_property
    def _steps(self) -> tuple[Case | None, ...]:
        """What each of `pending` made of the case."""
        steps, case = [], self.told
        for p in self.pending:
            case = evolve(case, p.event, p.at)
            steps.append(case)
        return tuple(steps)

    @property
    def urgent(self) -> bool:
        """Whether what is said of it goes past what is said of others."""
        begun = self.told.submitted if self.told else next((p.event for p in self.pending), None)
        return isinstance(begun, CaseSubmitted) and is_urgent(begun.report)

    def read(self, event: Event, id_: UUID, at: datetime) -> "Fold":
        """Take one event from the log; if it is our own, it is pending no longer."""
        rest, since, unknown = tuple(p for p in self.pending if p.id != id_), self.since, isinstance(event, Strange)
        if unknown or since:
            since = since or Since(self.told)
            since = replace(since, events=(*since.events, Said(id_, at, event, unknown)))
        if isinstance(event, CaseErased):
            since = None  # what is personal in it cannot be told from the rest
        if self.pending and self.pending[0] == Said(id_, at, event) and len(rest) == len(self.pending) - 1:
            after = Fold(self.key, self._steps[0], rest, since)  # the log says what we said next: that is worked out
            vars(after)["_steps"] = self._steps[1:]
            return after
        return Fold(self.key, evolve(self.told, event, at), rest, since)

    def say(self, event: Event, id_: UUID, at: datetime) -> "Fold":
        """Add an event of our own."""
        after = Fold(self.key, self.told, (*self.pending, Said(id_, at, event)), self.since)
        vars(after)["_steps"] = (*self._steps, evolve(self.case, event, at))  # the same as from the beginning, for less
        return after


async def load(tx: Transaction, key: str, lock: bool = True) -> Fold:
    """Read the fold of a key, locked until the transaction ends unless told otherwise; a new key has nothing to lock."""
    known: dict[str, Fold] = tx.kept.setdefault("folds", {})
    if key not in known:
        row = await tx.fetchrow(LOCK if lock else LOAD, key)
        keep(tx, Fold(key) if row is None else _fold(key, row))
    return known[key]


def loaded(tx: Transaction, row: Row) -> None:
    """Take a fold from a row (key, state, pending, since) that a statement of one's own has locked and read, for `load` to have."""
    known: dict[str, Fold] = tx.kept.setdefault("folds", {})
    if row["key"] not in known:
        known[row["key"]] = _fold(row["key"], row)


async def prepare(tx: Transaction, keys: Iterable[str]) -> None:
    """Lock and read several folds at once, so that `load` has them at hand; always in one order, against deadlocks."""
    known: dict[str, Fold] = tx.kept.setdefault("folds", {})
    known.update({key: Fold(key) for key in keys})
    if known:
        for row in await tx.fetch(LOCK_ALL, list(known)):
            keep(tx, _fold(row["key"], row))


async def load_all(tx: Transaction, keys: list[str]) -> list[Fold]:
    """Read the folds of several keys, unlocked, in the order asked for; unknown keys are left out."""
    rows = {row["key"]: row for row in await tx.fetch(LOAD_ALL, keys)}
    return [_fold(key, rows[key]) for key in keys if key in rows]


def _fold(key: str, row: Row) -> Fold:
    since = json.loads(row["since"]) if row["since"] else None
    return Fold(
        key,
        case_of(row["state"]),
        _read(json.loads(row["pending"])),
        Since(case_of(since["base"]), _read(since["events"])) if since else None,
    )


def _read(events: list[dict[str, Any]]) -> tuple[Said, ...]:
    return tuple(
        Said(UUID(x["id"]), datetime.fromisoformat(x["at"]), _recall(x["type"], x["body"]), "unknown" in x)
        for x in events
    )


def _recall(type_: str, body: str) -> Event:
    try:
        return decode(type_, body.encode())
    except envelope.Unreadable:  # remembered as nothing: whoever reads the log parks such a record
        return envelope.recall(type_, body)


async def save(tx: Transaction, fold: Fold) -> None:
    """Write the fold back when the transaction ends."""
    keep(tx, fold)
    tx.kept.setdefault("changed", set()).add(fold.key)
    tx.at_end("folds", _write)


def keep(tx: Transaction, fold: Fold) -> None:
    """Remember a fold that a statement of one's own has written, for whoever loads it later in this transaction."""
    tx.kept.setdefault("folds", {})[fold.key] = fold
    if fold.urgent:
        tx.urgent.add(fold.key)


async def _write(tx: Transaction) -> None:
    """Write all folds that changed in a transaction at once."""
    rows = [columns(tx.kept["folds"][key]) for key in sorted(tx.kept.pop("changed"))]
    await tx.execute(SAVE, *map(list, zip(*rows, strict=True)))


def columns(fold: Fold) -> tuple[str, str | None, str, str | None]:
    """Key, state, pending and since as they stand in the table, for a statement that writes more than the fold at once."""
    kept = fold.since
    since = json.dumps({"base": _state(kept.base), "events": _written(kept.events)}) if kept else None
    return fold.key, _state(fold.told), json.dumps(_written(fold.pending)), since


def _state(case: Case | None) -> str | None:
    if case is None:
        return None
    text = case.model_dump_json()
    _cases.keep(text, case)
    return text


def _written(events: Iterable[Said]) -> list[dict[str, Any]]:
    rows = []
    for x in events:
        body = x.event.model_dump_json()
        _events.keep((type(x.event), body.encode()), x.event)
        rows.append(
            {"id": str(x.id), "at": x.at.isoformat(), "type": x.event.type, "body": body}
            | ({"unknown": True} if x.unknown else {})
        )
    return rows


async def publish(tx: Transaction, fold: Fold, event: Event, id_: UUID, now: datetime) -> Fold:
    """Say an event: into the outbox, and into the fold as pending."""
    await outbox.add(tx, event, id_, now)
    return fold.say(event, id_, now)


async def forget_canaries(tx: Transaction, now: datetime) -> list[str]:
    """Remove canaries that were done days ago; gives their cases, for whoever keeps more of them."""
    until = now - CANARIES_KEPT
    within = case_id(until - LOOKED_BACK, bytes(10)), case_id(until, bytes(10))
    rows = await tx.fetch(FORGET, *within, canary.SOURCE, Status.DONE.value, FORGOTTEN_AT_ONCE)
    return [row["key"] for row in rows]
