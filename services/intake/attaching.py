"""Files of a case: kept sealed by its key, seen by who sees the case, and gone for good when they are taken away or erased."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Literal, cast
from urllib.parse import quote
from uuid import UUID, uuid4

from fastapi import Response
from prometheus_client import Counter

from services.intake import acting, auditing, safe, seeing
from services.intake.domain import access, files
from services.intake.domain.commands import Attach, Detach
from services.intake.domain.files import File
from services.intake.domain.refusals import Refusal
from services.intake.domain.tokens import Principal
from services.intake.door import Door, unknown_case
from services.intake.entrance import role_needed
from shared.contracts.case import Case
from shared.contracts.envelope import event_id
from shared.contracts.events import Actor
from shared.runtime import folds, telemetry
from shared.runtime.db import Queries, Row, Transaction
from shared.runtime.web import Problem

log = telemetry.logger(__name__)
SQL = Queries(Path(__file__).with_name("attaching.sql"))
GIB = 1024**3
MEDIA = "application/octet-stream"  # what says nothing of what it is
ATTACHED = Counter(
    "tasuki_intake_attachments_total", "Files that came to be attached, by what became of them", ["verdict"]
)


@dataclass(frozen=True)
class Attached:
    """A file of a case without its bytes; `size` in bytes. `mine` tells whether whoever looks may take it away."""

    id: UUID
    name: str
    kind: str
    size: int
    internal: bool
    by: Actor
    at: datetime
    mine: bool = False

    @property
    def is_picture(self) -> bool:
        """Whether a page may show it."""
        return self.kind in files.PICTURES


@dataclass(frozen=True)
class Seer:
    """Who looks at the files of a case: somebody with a token or a login, or the reporter by their private link."""

    who: Principal | None

    def sees(self, row: Row, case: Case) -> bool:
        """Whether a file of a case that they see is for them: what is internal is not for reporters."""
        return not row["internal"] or not self.reports(case)

    def reports(self, case: Case) -> bool:
        """Whether they are a reporter and nothing else: what they attach is not internal."""
        return self.who is None or access.only_reports(self.who, case)

    def removes(self, row: Row, case: Case) -> bool:
        """Whether they may take it away: who attached it, and who leads the team of the case."""
        by = case.submitted.by if self.who is None else self.who.actor
        own = (row["by_kind"], row["by_id"]) == (by.kind, by.id)
        return own or (self.who is not None and access.acts(self.who, case, "detach"))


LINK = Seer(None)


async def listed(tx: Transaction, seer: Seer, case: Case) -> list[Attached]:
    """The files of a case that somebody sees, the first one first, without their bytes."""
    rows = [row for row in await _rows(tx, seer, SQL["attachments_of"], case.id) if seer.sees(row, case)]
    key = await safe.at(tx).file_key(tx, case.id) if rows else None
    return [_attached(row, key, seer.removes(row, case)) for row in rows if key is not None]


async def opened(tx: Transaction, seer: Seer, case: Case, id_: UUID, now: datetime) -> tuple[Attached, bytes]:
    """One file with its bytes; that it was opened is recorded. Raises 404 for what there is not, and what is not for them."""
    row = await _row(tx, seer, case, id_)
    key = await safe.at(tx).file_key(tx, case.id)
    sealed = await tx.fetchval(SQL["bytes_of"], id_, case.id)
    if key is None or sealed is None:
        raise unknown_file()
    by, through = (case.submitted.by, "link") if seer.who is None else (seer.who.actor, seer.who.name)
    await auditing.now(tx, auditing.entry("attachment.opened", by, case.id, now, through, attachment=str(id_)))
    return _attached(row, key, seer.removes(row, case)), key.open(sealed, "bytes", id_)


async def take(
    here: Door, seer: Seer, by: Actor, case_id: str, name: str, held: IO[bytes], internal: bool, key: str = ""
) -> Attached | Refusal:
    """Read a file that was brought, two at once, and attach it. Raises as `attach` does."""
    async with here.files:
        file = await asyncio.to_thread(lambda: files.read(name, held.read(files.LARGEST + 1)))
        if isinstance(file, Refusal):
            return _refused(file)
        most = here.settings.attachments_gb * GIB
        async with here.db.transaction() as tx:
            return await attach(tx, seer, by, case_id, file, internal, here.clock.now(), most, key)


async def attach(
    tx: Transaction,
    seer: Seer,
    by: Actor,
    case_id: str,
    file: File,
    internal: bool,
    now: datetime,
    most: int,
    key: str = "",
) -> Attached | Refusal:
    """Keep a file with a case; the same `key` with the same bytes does it once. `most` is the room for all files in bytes.

    Raises 404 for a case that somebody may not see, and 403 for one that they may not add to.
    """
    case = await _locked(tx, seer, case_id, now, "attach")
    internal = internal and not seer.reports(case)
    here = safe.at(tx)
    content = (await here.keys()).digest("attachment", file.body).hex() if key else ""
    through = seer.who.name if seer.who else "link"
    id_ = event_id("attachment", case_id, through, key, content) if key else uuid4()
    room = await tx.fetchrow(SQL["room"], case_id)
    assert room is not None
    known = await tx.fetchrow(SQL["attachment"], id_, case_id)
    if known is None and (room["number"] >= files.MOST or room["size"] + len(file.body) > files.LARGEST_ALL):
        return _refused(files.TOO_MANY)
    if known is None and room["everywhere"] + len(file.body) > most:
        log.error("no room for attached files", bytes=room["everywhere"], most=most)
        return _refused(files.NO_ROOM)
    done = await acting.act(tx, case_id, Attach(str(id_), file.kind, len(file.body), internal), by, now, (id_,))
    if isinstance(done, Refusal):
        return done
    sealing = await here.file_key(tx, case_id, now)
    assert done is not None
    assert sealing is not None
    if done.again:
        return files.TAKEN_AWAY if known is None else _attached(known, sealing, seer.removes(known, case))
    name, sealed = sealing.seal(file.name.encode(), "name", id_), sealing.seal(file.body, "bytes", id_)
    about = (id_, case_id, file.kind, len(file.body), internal, by.kind, by.id, by.name, now)
    await tx.execute(SQL["attach"], *about, name, sealed)
    ATTACHED.labels("attached").inc()
    return Attached(id_, file.name, file.kind, len(file.body), internal, by, now, mine=True)


async def detach(tx: Transaction, seer: Seer, by: Actor, case_id: str, id_: UUID, now: datetime) -> None:
    """Take a file away for good; its case goes on telling that it was there. What is gone already stays gone.

    Raises 404 for a case that somebody may not see, and 403 for a file that they may not take away.
    """
    case = await _locked(tx, seer, case_id, now, "attach")
    row = await tx.fetchrow(SQL["attachment"], id_, case_id)
    if row is None or not seer.sees(row, case):
        return
    if not seer.removes(row, case):
        raise role_needed()
    internal: bool = await tx.fetchval(SQL["detach"], id_, case_id)
    await acting.act(tx, case_id, Detach(str(id_), internal), by, now, (id_,))


def served(file: Attached, raw: bytes, kind: str) -> Response:
    """The bytes of a file to be kept, under its name (RFC 6266 and 8187), with nothing that a browser may make of them."""
    headers = {
        "content-disposition": f"attachment; filename*=UTF-8''{quote(file.name, safe='')}",
        "content-security-policy": "default-src 'none'; sandbox",
        "cross-origin-resource-policy": "same-origin",
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "x-robots-tag": "noindex",
        "cache-control": "no-store",
    }
    return Response(raw, headers=headers, media_type=kind)


def unknown_file() -> Problem:
    """The answer for a file that there is not, or that is not for whoever asks."""
    return Problem(404, "unknown-attachment", "このファイルは見つかりません。", "There is no such file.")


def _refused(why: Refusal) -> Refusal:
    ATTACHED.labels(why.code).inc()
    return why


async def _locked(tx: Transaction, seer: Seer, case_id: str, now: datetime, verb: str) -> Case:
    if seer.who is not None:
        return (await seeing.seen(tx, seer.who, case_id, now, verb))[1]
    case = (await folds.load(tx, case_id)).case
    if case is None:
        raise unknown_case()
    return case


async def _row(tx: Transaction, seer: Seer, case: Case, id_: UUID) -> Row:
    rows = await _rows(tx, seer, SQL["attachment"], id_, case.id)
    if not rows or not seer.sees(rows[0], case):
        raise unknown_file()
    return rows[0]


async def _rows(tx: Transaction, seer: Seer, statement: str, *values: object) -> list[Row]:
    if seer.who is None:
        return await tx.fetch(statement, *values)
    async with seeing.behind_the_wall(tx, seer.who):
        return await tx.fetch(statement, *values)


def _attached(row: Row, key: safe.FileKey, mine: bool) -> Attached:
    name = key.open(row["sealed_name"], "name", row["id"]).decode()
    kind = cast(Literal["person", "source", "anonymous"], row["by_kind"])
    by = Actor(kind=kind, id=row["by_id"], name=row["by_name"])
    return Attached(row["id"], name, row["kind"], row["size"], row["internal"], by, row["at"], mine)
