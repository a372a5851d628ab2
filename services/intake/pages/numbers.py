"""The second tap of "I have it": a page of numbers for a link, and what was chosen on it, kept so that each is used once."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime
from secrets import token_hex

from services.intake import store
from services.intake.domain import matching
from services.intake.domain.matching import Challenge, Verdict
from services.intake.door import Door
from shared.contracts.keys import first
from shared.runtime.db import Transaction


@dataclass(frozen=True)
class Numbers:
    """The numbers of one link. `seed` decides which they are, `link` is what the table knows the token by."""

    seed: bytes
    link: bytes
    right: int

    @classmethod
    def of(cls, here: Door, token: str, right: int) -> "Numbers":
        """Those for a token and the number of its case."""
        seed = hmac.new(first(here.settings.link_key).encode(), f"numbers|{token}".encode(), hashlib.sha256).digest()
        return cls(seed, hashlib.sha256(token.encode()).digest(), right)

    def on(self, challenge: Challenge) -> tuple[int, ...]:
        """What stands on a page, in order."""
        return matching.numbers(self.seed, challenge, self.right)

    async def paused_until(self, here: Door) -> datetime | None:
        """Until when the link takes no answers, if it does not now."""
        async with here.db.reading() as tx:
            return matching.paused_until(await store.challenges(tx, self.link), here.clock.now())

    async def open(self, here: Door) -> Challenge | None:
        """Begin a page; nothing while the link is paused."""
        now = here.clock.now()
        async with here.db.transaction() as tx:
            known = await store.lock_challenges(tx, self.link)
            if matching.paused_until(known, now):
                return None
            new = matching.opened(self.seed, known, token_hex(16), now)
            await store.keep_challenge(tx, self.link, new)
        return new

    async def choose(self, here: Door, nonce: str, choice: str) -> Verdict:
        """Write down what was chosen on a page, and say what it means."""
        async with here.db.transaction() as tx:
            known = await store.lock_challenges(tx, self.link)
            verdict, after = matching.chosen(self.seed, known, nonce, choice, self.right, here.clock.now())
            if after is not None:
                await store.keep_challenge(tx, self.link, after)
        return verdict

    async def answered(self, here: Door, nonce: str) -> bool:
        """Whether the right number was chosen on this page."""
        async with here.db.reading() as tx:
            return matching.answered(await store.challenges(tx, self.link), nonce, self.right)

    async def stands(self, tx: Transaction, nonce: str) -> bool:
        """Whether nothing else has been chosen by the link meanwhile; nothing can be until the transaction ends."""
        return not matching.contradicted(await store.lock_challenges(tx, self.link), nonce)
