"""What is set aside (要確認), as the API and the console deal with it: taken after all, or discarded."""

from services.intake import auditing, delivering, store
from services.intake.domain.tokens import Principal
from services.intake.door import Door
from services.intake.senders.sender import Outcome, Unmapped
from shared.runtime.web import Problem


async def replay(here: Door, who: Principal, id_: int) -> list[Outcome]:
    """Try once more what is set aside. Raises 404, or 409 with the reason when it is still not understood."""
    async with here.db.transaction() as tx:
        auditing.through(tx, who)
        outcome = await delivering.replay(tx, here.sources, id_, "ja", here.clock.now())
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
