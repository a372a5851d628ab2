"""Keeping a file with a case: in the transaction that tells of it, sealed by the key of the case, as far as there is room."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal, cast
from uuid import UUID

from prometheus_client import Counter

from services.intake import acting, safe
from services.intake.domain import concealing, files
from services.intake.domain.commands import Attach
from services.intake.domain.files import File
from services.intake.domain.refusals import Refusal
from shared.contracts.events import Actor
from shared.runtime import telemetry
from shared.runtime.db import Queries, Row, Transaction

log = telemetry.logger(__name__)
SQL = Queries(Path(__file__).with_name("filing.sql"))
ATTACHED = Counter(
    "tasuki_intake_attachments_total", "Files that came to be attached, by what became of them", ["of", "verdict"]
)
for _of in ("case", "article"):
    ATTACHED.labels(_of, files.NO_ROOM.code)  # it stands at 0 before the first, or nobody would see it grow


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


async def keep(
    tx: Transaction, case_id: str, id_: UUID, file: File, internal: bool, by: Actor, now: datetime, most: int
) -> Attached | Refusal:
    """Keep a file with a case that is there; the same `id_` does it once. `most` is the room for all files in bytes."""
    room = await tx.fetchrow(SQL["room"], case_id)
    assert room is not None
    known = await tx.fetchrow(SQL["attachment"], id_, case_id)
    if known is None and (room["number"] >= files.MOST or room["size"] + len(file.body) > files.LARGEST_ALL):
        return refused(files.TOO_MANY)
    if known is None and not await has_room(tx, len(file.body), most):
        return refused(files.NO_ROOM)
    done = await acting.act(tx, case_id, Attach(str(id_), file.kind, len(file.body), internal), by, now, (id_,))
    if isinstance(done, Refusal):
        return done
    sealing = await safe.at(tx).file_key(tx, case_id, now)
    assert done is not None
    assert sealing is not None
    if done.again:
        return files.TAKEN_AWAY if known is None else attached(known, sealing)
    by, _ = concealing.speaker(by, safe.at(tx).kinds, "ja")
    name, sealed = sealing.seal(file.name.encode(), "name", id_), sealing.seal(file.body, "bytes", id_)
    about = (id_, case_id, file.kind, len(file.body), internal, by.kind, by.id, by.name, now)
    await tx.execute(SQL["attach"], *about, name, sealed)
    ATTACHED.labels("case", "attached").inc()
    return Attached(id_, file.name, file.kind, len(file.body), internal, by, now)


async def has_room(tx: Transaction, size: int, most: int) -> bool:
    """Whether there is room for so many bytes more; whoever looks after Tasuki hears of it when there is not."""
    taken: int = await tx.fetchval(SQL["everywhere"])
    if taken + size > most:
        log.error("no room for attached files", bytes=taken, most=most)
    return taken + size <= most


def refused(why: Refusal, of: Literal["case", "article"] = "case") -> Refusal:
    """Count that a file was not kept; those of articles have a room of their own."""
    ATTACHED.labels(of, why.code).inc()
    return why


def attached(row: Row, key: safe.FileKey) -> Attached:
    """A file of a case as its row has it."""
    name = key.open(row["sealed_name"], "name", row["id"]).decode()
    return Attached(row["id"], name, row["kind"], row["size"], row["internal"], brought_by(row), row["at"])


def brought_by(row: Row) -> Actor:
    """Who attached the file of a row."""
    kind = cast(Literal["person", "source", "anonymous"], row["by_kind"])
    return Actor(kind=kind, id=row["by_id"], name=row["by_name"])
