"""Looking into the audit trail: searched, taken along, and checked here and now; each look is an entry itself."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from services.intake import auditing, linking
from services.intake.domain import trail
from services.intake.domain.tokens import Principal
from services.intake.domain.trail import KINDS, Line, Wanted
from services.intake.door import Door
from shared.contracts import audit
from shared.contracts.audit import Finding
from shared.runtime.db import Row, Transaction
from shared.runtime.web import Problem

SLACK = timedelta(minutes=10)  # how much later than its moment an entry may be written
BATCH = 5000


@dataclass(frozen=True)
class Standing:
    """How many entries there are, and the last checkpoint: `genuine` is None where it was signed by another key."""

    entries: int
    checkpoints: int = 0
    signed_at: datetime | None = None
    algorithm: str = ""
    genuine: bool | None = None


@dataclass(frozen=True)
class Verdict:
    """What a check has come to, and what it has gone through."""

    entries: int
    checkpoints: int
    findings: list[Finding]


async def search(here: Door, who: Principal, wanted: Wanted, before: int | None, most: int, action: str) -> list[Line]:
    """So many entries at most, the newest first. Raises 503 for what takes too long to find."""
    async with here.db.reading() as tx:
        object_ = await meant(tx, wanted.object)
        since, until = wanted.about.begins.astimezone(UTC), wanted.about.ends.astimezone(UTC)
        low, high = await _first(tx, since - SLACK), await _first(tx, until + SLACK)
        kinds = list(KINDS[wanted.kind]) if wanted.kind in KINDS else None
        bounds = (low, high if before is None else min(high, before), since.isoformat(), until.isoformat())
        try:
            rows = await tx.fetch(
                auditing.SQL["search"],
                *bounds,
                wanted.person or None,
                object_ or None,
                kinds,
                most,
                timeout=here.limits.looking,
            )
        except TimeoutError:
            raise Problem(
                503,
                "search-too-long",
                "時間がかかりすぎたため、検索を止めました。期間を短くしてください。",
                "The search took too long. Please name a shorter time.",
            ) from None
        asked = {"person": wanted.person, "object": object_, "kind": wanted.kind}
        span = {"since": wanted.about.since.isoformat(), "until": wanted.about.until.isoformat()}
        told = {name: value for name, value in asked.items() if value}
        await auditing.looked(tx, who, here.clock.now(), action, **span, **told)
    return [_line(row) for row in rows]


async def meant(tx: Transaction, typed: str) -> str:
    """What an entry is about, of what was typed: the id of a case by its number too."""
    return await linking.meant(tx, typed) or typed.strip()


async def standing(here: Door) -> Standing:
    """Where the trail stands, without going through it."""
    async with here.db.reading() as tx:
        entries = sum(seq for seq, _ in (await auditing.heads(tx)).values())
        row = await tx.fetchrow(auditing.SQL["last_checkpoint"])
    if row is None:
        return Standing(entries)
    genuine = auditing.Keys.of(here.settings).holds(row["body"], row["algorithm"], row["signature"])
    return Standing(entries, row["number"], auditing.signed_at(row["body"]), row["algorithm"], genuine)


async def verify(here: Door, who: Principal, checking: asyncio.Lock) -> Verdict:
    """Make every hash anew, as `tasuki audit verify` does on the reader's machine. Raises 409 for too many, 503 while one runs."""
    if checking.locked():
        raise Problem(
            503, "busy", "ほかの検査が進行中です。少し待ってください。", "Another check is running. Please wait."
        )
    async with checking:
        async with here.db.reading() as tx:
            heads = await auditing.heads(tx)
            if sum(seq for seq, _ in heads.values()) > here.limits.checked:
                raise too_many(here.limits.checked)
            points = await _checkpoints(tx, auditing.Keys.of(here.settings))
            entries = await _entries(tx)
        found = await asyncio.to_thread(audit.findings, entries, heads, points)
        async with here.db.reading() as tx:
            told = {"entries": len(entries), "findings": len(found)}
            await auditing.looked(tx, who, here.clock.now(), trail.VERIFIED, **told)
    return Verdict(len(entries), len(points), found)


def too_many(most: int) -> Problem:
    """The answer where the trail is too long to be gone through here."""
    return Problem(
        409,
        "too-many",
        f"記録が {most} 件を超えるため、画面では検査できません。手元のコンピューターで ./tasuki audit verify を実行してください。",
        f"There are more than {most} entries. Please run ./tasuki audit verify on your own machine.",
    )


async def _first(tx: Transaction, at: datetime) -> int:
    """The lowest id whose entry is not older than a moment; one beyond the last where all are."""
    low, high = 1, int(await tx.fetchval(auditing.SQL["largest"])) + 1
    while low < high:
        middle = (low + high) // 2
        row = await tx.fetchrow(auditing.SQL["at_or_after"], middle)
        if row is None or row["id"] >= high or row["at"] >= at.isoformat():
            high = middle
        else:
            low = row["id"] + 1
    return low


async def _entries(tx: Transaction) -> list[audit.Entry]:
    found: list[audit.Entry] = []
    rows: list[Row] = []
    while not found or len(rows) == BATCH:
        rows = await tx.fetch(auditing.SQL["onwards"], rows[-1]["id"] if rows else 0, None, BATCH)
        if not rows:
            break
        found += [
            audit.Entry(row["chain"], row["seq"], row["entry"], row["before"].hex(), row["hash"].hex()) for row in rows
        ]
    return found


async def _checkpoints(tx: Transaction, keys: auditing.Keys) -> list[audit.Checkpoint]:
    found: list[audit.Checkpoint] = []
    while rows := await tx.fetch(auditing.SQL["checkpoints"], found[-1].number if found else 0, BATCH):
        found += [
            audit.Checkpoint(row["number"], row["body"], keys.holds(row["body"], row["algorithm"], row["signature"]))
            for row in rows
        ]
    return found


def _line(row: Row) -> Line:
    return trail.line(row["id"], row["chain"], row["seq"], row["entry"], row["hash"])
