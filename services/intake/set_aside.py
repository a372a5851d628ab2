"""What is set aside (要確認), as the API and the console deal with it: taken after all, or discarded."""

from datetime import datetime
from typing import TypedDict

from services.intake import auditing, delivering, store
from services.intake.domain.tokens import Principal
from services.intake.domain.words import Language
from services.intake.door import Door
from services.intake.senders.sender import Outcome, Unmapped
from shared.runtime.web import Problem

SEEN = "quarantine.seen"


class Kept(TypedDict):
    """One genuine delivery that could not be understood, and why."""

    id: int
    source: str
    delivery_id: str
    reason: str
    headers: dict[str, str]
    body: str
    at: datetime


async def listed(here: Door, who: Principal, before: int | None, limit: int, language: Language) -> list[Kept]:
    """What is set aside, opened, the newest first. That somebody looked is recorded, for nothing is masked in it."""
    async with here.db.reading() as tx:
        rows = [(row, *(await store.unpacked(tx, row))) for row in await store.quarantined(tx, before, limit)]
        if rows:
            seen = [row["id"] for row, *_ in rows]
            await auditing.now(tx, auditing.of(SEEN, who, "quarantine", here.clock.now(), seen=seen))
    return [
        Kept(
            id=row["id"],
            source=row["source"],
            delivery_id=row["delivery_id"],
            reason=row["reason_en"] if language == "en" else row["reason_ja"],
            headers=headers,
            body=body.decode("utf-8", "backslashreplace"),
            at=row["at"],
        )
        for row, body, headers, _ in rows
    ]


async def replay(here: Door, who: Principal, id_: int) -> list[Outcome]:
    """Try once more what is set aside. Raises 404, or 409 with the reason when it is still not understood."""
    async with here.files, here.db.transaction() as tx:
        auditing.through(tx, who)
        outcome = await delivering.replay(tx, here.sources, id_, "ja", here.clock.now(), here.settings.room)
    if outcome is None:
        raise nothing()
    if isinstance(outcome, Unmapped):
        raise Problem(409, "still-unmapped", f"まだ変換できません。{outcome.ja}", f"Still not understood. {outcome.en}")
    return outcome


async def discard(here: Door, who: Principal, id_: int) -> None:
    """Throw away what is set aside; a repeat of the same delivery is not taken either. Raises 404."""
    async with here.db.transaction() as tx:
        source = await tx.fetchval(store.SQL["discard"], id_)
        if source is None:
            raise nothing()
        auditing.add(tx, auditing.of("delivery.discarded", who, f"source:{source}", here.clock.now(), quarantine=id_))


def nothing() -> Problem:
    """There is no such thing."""
    return Problem(404, "not-found", "見つかりません。", "There is nothing here.")
