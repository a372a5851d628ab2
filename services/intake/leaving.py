"""Ending somebody's session, as the API and the console do it."""

from services.intake import auditing, logins
from services.intake.domain.tokens import Principal
from services.intake.door import Door
from shared.runtime.web import Problem


async def end(here: Door, who: Principal, ref: str) -> None:
    """End a session at once, on every replica. Raises 404."""
    now = here.clock.now()
    async with here.db.transaction() as tx:
        ended = await logins.end(tx, here.sources.vault, who.actor.id, now, ref=ref)
        if ended is None:
            raise Problem(404, "unknown-session", "このログインは見つかりません。", "There is no such session.")
        auditing.add(tx, auditing.of("session.ended", who, f"person:{ended.person}", now, session=ref))
