"""Files of a case: kept sealed by its key, seen by who sees the case, and gone for good when they are taken away or erased."""

import asyncio
from dataclasses import dataclass, replace
from datetime import datetime
from typing import IO
from urllib.parse import quote
from uuid import UUID, uuid4

from fastapi import Response

from services.intake import acting, auditing, filing, safe, seeing
from services.intake.domain import access, files
from services.intake.domain.commands import Detach
from services.intake.domain.files import File
from services.intake.domain.refusals import Refusal
from services.intake.domain.tokens import Principal
from services.intake.door import Door, unknown_case
from services.intake.entrance import role_needed
from services.intake.filing import SQL, Attached
from shared.contracts.case import Case
from shared.contracts.envelope import event_id
from shared.contracts.events import Actor
from shared.runtime import folds
from shared.runtime.db import Row, Transaction
from shared.runtime.web import Problem

MEDIA = "application/octet-stream"  # what says nothing of what it is


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

    def removes(self, by: Actor, case: Case) -> bool:
        """Whether they may take away what somebody attached: who attached it, and who leads the team of the case."""
        whoever = case.submitted.by if self.who is None else self.who.actor
        own = (whoever.kind, whoever.id) == (by.kind, by.id)
        return own or (self.who is not None and access.acts(self.who, case, "detach"))


LINK = Seer(None)


async def listed(tx: Transaction, seer: Seer, case: Case) -> list[Attached]:
    """The files of a case that somebody sees, the first one first, without their bytes."""
    rows = [row for row in await _rows(tx, seer, SQL["attachments_of"], case.id) if seer.sees(row, case)]
    key = await safe.at(tx).file_key(tx, case.id) if rows else None
    found = [filing.attached(row, key) for row in rows if key is not None]
    return [replace(one, mine=seer.removes(one.by, case)) for one in found]


async def opened(tx: Transaction, seer: Seer, case: Case, id_: UUID, now: datetime) -> tuple[Attached, bytes]:
    """One file with its bytes; that it was opened is recorded. Raises 404 for what there is not, and what is not for them."""
    row = await _row(tx, seer, case, id_)
    key = await safe.at(tx).file_key(tx, case.id)
    sealed = await tx.fetchval(SQL["bytes_of"], id_, case.id)
    if key is None or sealed is None:
        raise unknown_file()
    by, through = (case.submitted.by, "link") if seer.who is None else (seer.who.actor, seer.who.name)
    await auditing.now(tx, auditing.entry("attachment.opened", by, case.id, now, through, attachment=str(id_)))
    found = filing.attached(row, key)
    return replace(found, mine=seer.removes(found.by, case)), key.open(sealed, "bytes", id_)


async def take(
    here: Door, seer: Seer, by: Actor, case_id: str, name: str, held: IO[bytes], internal: bool, key: str = ""
) -> Attached | Refusal:
    """Read a file that was brought, two at once, and attach it. Raises as `attach` does."""
    async with here.files:
        file = await asyncio.to_thread(lambda: files.read(name, held.read(files.LARGEST + 1)))
        if isinstance(file, Refusal):
            return filing.refused(file)
        most = here.settings.room
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
    content = (await safe.at(tx).keys()).digest("attachment", file.body).hex() if key else ""
    through = seer.who.name if seer.who else "link"
    id_ = event_id("attachment", case_id, through, key, content) if key else uuid4()
    kept = await filing.keep(tx, case_id, id_, file, internal and not seer.reports(case), by, now, most)
    return kept if isinstance(kept, Refusal) else replace(kept, mine=seer.removes(kept.by, case))


async def detach(tx: Transaction, seer: Seer, by: Actor, case_id: str, id_: UUID, now: datetime) -> None:
    """Take a file away for good; its case goes on telling that it was there. What is gone already stays gone.

    Raises 404 for a case that somebody may not see, and 403 for a file that they may not take away.
    """
    case = await _locked(tx, seer, case_id, now, "attach")
    row = await tx.fetchrow(SQL["attachment"], id_, case_id)
    if row is None or not seer.sees(row, case):
        return
    if not seer.removes(filing.brought_by(row), case):
        raise role_needed()
    internal: bool = await tx.fetchval(SQL["detach"], id_, case_id)
    await acting.act(tx, case_id, Detach(str(id_), internal), by, now, (id_,))


def served(name: str, raw: bytes, kind: str) -> Response:
    """The bytes of a file to be kept, under its name (RFC 6266 and 8187), with nothing that a browser may make of them."""
    headers = {
        "content-disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}",
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
