"""The changed texts in Postgres, and how every process hears of a change within a second or two."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from services.notifier.domain.book import Key
from services.notifier.domain.contact import Language
from services.notifier.domain.mistakes import Mistake
from services.notifier.wording import Wording
from shared.contracts.plan import Person
from shared.runtime.db import Database, Queries, Row, Transaction
from shared.runtime.loop import every

SQL = Queries(Path(__file__).with_name("texts.sql"))
LOOK_SECONDS = 1.0


@dataclass(frozen=True)
class Change:
    """One change of one text; `body` is None where it went back to the standard, `before` what stood there."""

    version: int
    language: Language
    name: str
    body: str | None
    by: Person
    why: str
    at: datetime
    restores: int | None
    broken: Mistake | None
    before: str | None = None


class Outdated(Exception):
    """Somebody else has changed the text meanwhile; `newest` is in force, or nothing was ever changed."""

    def __init__(self, newest: Change | None) -> None:
        super().__init__("the text has been changed")
        self.newest = newest


async def in_force(tx: Transaction) -> list[Change]:
    """The newest change of each text that was ever changed."""
    return [_change(row) for row in await tx.fetch(SQL["texts_in_force"])]


async def newest(tx: Transaction, key: Key) -> Change | None:
    """The newest change of one text."""
    row = await tx.fetchrow(SQL["text_in_force"], *key)
    return _change(row) if row else None


async def version(tx: Transaction, key: Key, number: int) -> Change | None:
    """One change of one text."""
    row = await tx.fetchrow(SQL["text_version"], *key, number)
    return _change(row) if row else None


async def history(tx: Transaction, key: Key, before: int, limit: int) -> list[Change]:
    """Changes of one text with smaller numbers, the newest first."""
    return [_change(row, row["before"]) for row in await tx.fetch(SQL["text_history"], *key, before, limit)]


async def change(
    tx: Transaction,
    key: Key,
    body: str | None,
    by: Person,
    why: str,
    now: datetime,
    expected: int | None = None,
    restores: int | None = None,
) -> tuple[Change | None, bool]:
    """Put a text into force, or the standard one for None; gives the newest change, and whether it is new.

    The same again makes no new change, unless it was broken. Raises `Outdated` when the newest is not the `expected` one; 0 is none.
    """
    await tx.execute(SQL["lock_texts"])
    last = await newest(tx, key)
    if expected not in (None, last.version if last else 0):
        raise Outdated(last)
    if body == (last.body if last else None) and not (last and last.broken):
        return last, False
    row = await tx.fetchrow(SQL["add_text"], *key, body, by.name, by.id, why, now, restores)
    assert row is not None
    return _change(row), True


class Following:
    """Keeps the texts of one `Wording` as they are in force, and tells the others which of them failed here."""

    def __init__(self, db: Database, wording: Wording) -> None:
        self._db = db
        self._book = wording.book
        self._number = -1
        self._told: dict[Key, Mistake] = {}

    async def once(self) -> None:
        """Take over what is new."""
        async with self._db.reading() as tx:
            number = await tx.fetchval(SQL["newest_text_number"])
            if number != self._number:
                changes = await in_force(tx)
                self._book.take({(c.language, c.name): c.body for c in changes if c.body is not None})
                self._number = number
            for key, problem in list(self._book.broken.items()):
                if self._told.get(key) is not problem and key in self._book.changed:
                    said = {"code": problem.code, "line": problem.line, "ja": problem.ja, "en": problem.en}
                    body = json.dumps(said, ensure_ascii=False)
                    await tx.execute(SQL["mark_text_broken"], *key, self._book.changed[key], body)
                    self._told[key] = problem


def following(db: Database, wording: Wording) -> Callable[[], Awaitable[None]]:
    """A loop for `Process.loops`: the texts in force, a second after each change."""
    follower = Following(db, wording)
    return lambda: every(LOOK_SECONDS, follower.once)


def _change(row: Row, before: str | None = None) -> Change:
    broken: dict[str, Any] | None = json.loads(row["broken"]) if row["broken"] else None
    return Change(
        version=row["version"],
        language=row["language"],
        name=row["name"],
        body=row["body"],
        by=Person(id=row["changed_by_id"], name=row["changed_by"]),
        why=row["why"],
        at=row["changed_at"],
        restores=row["restores"],
        broken=Mistake(**broken) if broken else None,
        before=before,
    )
