"""Searches and what came of them in Postgres: no names, no addresses, and nobody counted twice on a day."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Literal, TypeAlias
from uuid import UUID, uuid4

from services.knowledge.domain.archive import Archived
from services.knowledge.domain.figures import Resolved, Searched
from services.knowledge.domain.helping import UseOfWeek
from services.knowledge.domain.lessons import MOST_A_DAY, FoundBy, Search, UseOfDay
from services.knowledge.domain.phrasings import folded
from services.knowledge.domain.shelving import Learned
from services.knowledge.domain.sight import Audience, Reader, Sight
from services.knowledge.domain.suggestions import WEAK
from services.knowledge.pace import apart
from services.knowledge.store import learned_of
from shared.contracts import personal
from shared.contracts.keys import first
from shared.contracts.plan import Person
from shared.runtime import telemetry
from shared.runtime.db import Queries, Transaction

SQL = Queries(Path(__file__).with_name("usage.sql"))
What: TypeAlias = Literal["click", "solved", "unsolved", "deflected"]
LONGEST = 300  # characters of a search that are kept
OPPOSITE: dict[str, str] = {"solved": "unsolved", "unsolved": "solved"}


@dataclass(frozen=True)
class Asked:
    """A search that was written down."""

    id: UUID
    who: str
    offered: tuple[str, ...]
    audience: str


@dataclass(frozen=True)
class CaseSeen:
    """A record that learning looks at, whether readers find an article that tells of it, and whether one is being written."""

    record: Archived
    sight: Sight
    told: bool
    begun: bool


def masked(text: str) -> str:
    """A text without personal data and secrets, as the archive keeps it."""
    return personal.masked(telemetry.masked(text, persons=False)).text


def searcher(secrets: str, reader: Reader, session: str, day: date) -> str:
    """A mark that tells searchers apart for one day; "?…" for one that cannot be told from others.

    That is also who is nobody and outside: whoever makes up a session for each request would be a crowd.
    """
    if not (reader.person or session):
        return f"?{uuid4().hex}"
    name = f"person {reader.person}" if reader.person else f"session {session}"
    mark = hmac.new(first(secrets).encode(), f"{day} {name}".encode(), hashlib.sha256).hexdigest()[:24]
    named = reader.person or reader.name or reader.audience is Audience.INTERNAL
    return mark if named else f"?{mark}"


async def add_search(
    tx: Transaction, who: str, words: str, reader: Reader, best: str, offered: list[str], now: datetime
) -> UUID:
    """Write down what was searched for; gives the id by which its clicks are told."""
    id_ = uuid4()
    kept = masked(words)[:LONGEST]
    await tx.execute(SQL["add_search"], id_, now, who, kept, folded(kept), reader.audience.value, best, offered)
    return id_


async def search(tx: Transaction, id_: UUID) -> Asked | None:
    """One search."""
    row = await tx.fetchrow(SQL["search"], id_)
    return Asked(row["id"], row["who"], tuple(row["offered"]), row["audience"]) if row else None


async def add(
    tx: Transaction, what: What, target: str, who: str, reader: Reader, search_id: UUID | None, now: datetime
) -> None:
    """Write down what came of an answer; the same again changes nothing, and the opposite takes it back."""
    if what in OPPOSITE:
        await tx.execute(SQL["take_back"], who, target, OPPOSITE[what])
    await tx.execute(SQL["add_use"], now, who, search_id, target, what, reader.audience.value)


async def of_target(tx: Transaction, target: str, since: datetime) -> dict[str, int]:
    """What came of one entry."""
    return {row["what"]: row["many"] for row in await tx.fetch(SQL["of_target"], target, since)}


async def days(tx: Transaction, since: datetime) -> list[UseOfDay]:
    """What came of each entry, by days of the zone in which `since` is told."""
    rows = await tx.fetch(SQL["days"], since, str(since.tzinfo))
    return [UseOfDay(r["target"], r["what"], r["day"], r["many"]) for r in rows]


async def found_by(tx: Transaction, since: datetime) -> list[FoundBy]:
    """By which words articles were found, on how many days of the zone in which `since` is told."""
    return [
        FoundBy(r["target"], r["words"], r["audience"], r["searchers"], r["days"], r["in_vain"], r["last_at"])
        for r in await tx.fetch(SQL["found_by"], since, str(since.tzinfo))
    ]


async def learned(tx: Transaction) -> dict[str, Learned]:
    """What was learned before."""
    return {row["target"]: learned_of(row) for row in await tx.fetch(SQL["learned"])}


async def learn(tx: Transaction, target: str, lesson: Learned, now: datetime) -> None:
    """Keep what use teaches; the index takes it in."""
    await tx.execute(SQL["learn"], target, lesson.uses, list(lesson.phrasings), list(lesson.public), now)


async def alone(tx: Transaction) -> bool:
    """Whether this transaction is the only one that learns."""
    return bool(await tx.fetchval(SQL["one_at_a_time"]))


async def searches_since(tx: Transaction, since: datetime) -> list[Search]:
    """The searches since an instant, oldest first."""
    rows = await tx.fetch(SQL["searches_since"], since)
    return await apart(
        Search(r["at"], r["who"], r["words"], r["folded"], r["best"], r["opened"] or "", r["audience"])
        for r in reversed(rows)
    )


async def searches_by_week(tx: Transaction, since: datetime, before: datetime) -> dict[date, Searched]:
    """The searches of a time, counted by the Mondays of the zone in which `since` is told."""
    rows = await tx.fetch(SQL["searches_by_week"], since, before, str(since.tzinfo), WEAK)
    return {r["monday"]: Searched(r["many"], r["opened"], r["guessed"]) for r in rows}


async def uses_by_week(tx: Transaction, since: datetime, before: datetime) -> dict[tuple[date, str], int]:
    """The uses of a time, counted by the Mondays of the zone in which `since` is told, and by what they are.

    Of those who cannot be told apart no more count than teach anything of one entry on a day.
    """
    rows = await tx.fetch(SQL["uses_by_week"], since, before, str(since.tzinfo), MOST_A_DAY)
    return {(r["monday"], r["what"]): r["many"] for r in rows}


async def helped(tx: Transaction, since: datetime, before: datetime) -> list[UseOfWeek]:
    """What came of each article, by the Mondays of the zone in which `since` is told."""
    rows = await tx.fetch(SQL["helped"], since, before, str(since.tzinfo), MOST_A_DAY)
    return [
        UseOfWeek(r["target"], r["question"], r["monday"], r["deflected"], r["solved"], r["unsolved"], r["last_at"])
        for r in rows
    ]


async def resolved_between(tx: Transaction, since: datetime, before: datetime) -> list[tuple[Resolved, Sight]]:
    """What figures count of the records that are not restricted and were resolved in a time."""
    return await apart(
        (
            Resolved(r["submitted_at"], r["resolved_at"], r["cause"], r["told"]),
            Sight.model_validate_json(r["sight"]),
        )
        for r in await tx.fetch(SQL["resolved_between"], since, before)
    )


async def feedback_since(tx: Transaction, since: datetime) -> dict[str, tuple[int, int]]:
    """How often each article helped, and how often it did not."""
    return {r["target"]: (r["solved"], r["unsolved"]) for r in await tx.fetch(SQL["feedback_since"], since)}


async def cases_since(tx: Transaction, since: datetime) -> list[CaseSeen]:
    """Records that are not restricted, the newest first."""
    rows = await tx.fetch(SQL["cases_since"], since)
    return await apart(
        CaseSeen(
            Archived.model_validate_json(r["record"]), Sight.model_validate_json(r["sight"]), r["told"], r["begun"]
        )
        for r in rows
    )


async def decided(tx: Transaction) -> set[str]:
    """Suggestions that are dealt with."""
    return {row["id"] for row in await tx.fetch(SQL["decided"])}


async def decide(tx: Transaction, id_: str, verdict: str, by: Person, now: datetime) -> bool:
    """Deal with a suggestion; False when somebody has done so already."""
    return await tx.fetchval(SQL["decide"], id_, verdict, by.model_dump_json(), now) is not None


async def move(tx: Transaction, loser: str, winner: str) -> None:
    """Give what came of one article to the one that it became part of."""
    await tx.execute(SQL["move_uses"], loser, winner)


async def prune(tx: Transaction, before: datetime) -> None:
    """Forget what is too old to teach anything."""
    await tx.execute(SQL["prune"], before)
