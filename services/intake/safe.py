"""Where what was masked is kept: sealed by a key of its case, which is wrapped by the organisation's, which the master key seals."""

import asyncio
import hmac
import json
import os
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from services.intake.domain.concealing import Hidden
from services.intake.vault import CannotOpen, Vault
from shared.contracts import case_ids
from shared.contracts.case import Case
from shared.contracts.envelope import event_id
from shared.contracts.numbers import Kind
from shared.contracts.personal import is_mark, value_of
from shared.runtime.clock import Clock
from shared.runtime.db import Database, Queries, Transaction

SQL = Queries(Path(__file__).with_name("safe.sql"))
ABOUT, NONCE = "organisation key", 12
MOST_CASES = 1000
MOST_ANSWERED = 10  # cases of one address within an hour whose reporter hears of them by mail


@dataclass(frozen=True)
class Original:
    """What people wrote where an event has marks."""

    event_id: UUID
    at: datetime
    texts: dict[str, str]


@dataclass(frozen=True)
class Keys:
    """What the organisation's key is used for, each by a key that follows from it."""

    wrapping: AESGCM
    bodies: AESGCM
    digests: bytes

    @classmethod
    def of(cls, secret: str) -> "Keys":
        """The keys that follow from the organisation's own."""
        return cls(
            AESGCM(_derived(secret, b"wrapping")), AESGCM(_derived(secret, b"bodies")), _derived(secret, b"digests")
        )

    def digest(self, about: str, text: str | bytes) -> bytes:
        """What recognises a text without telling anything of it to whoever has no key."""
        raw = text.encode() if isinstance(text, str) else text
        return hmac.digest(self.digests, about.encode() + b"\0" + raw, "sha256")

    def seal(self, raw: bytes, about: str) -> bytes:
        """Seal what a sender sent."""
        return _seal(self.bodies, raw, about)

    def open(self, sealed: bytes, about: str) -> bytes:
        """Open it again. Raises CannotOpen."""
        return _open(self.bodies, sealed, about)


@dataclass(frozen=True)
class FileKey:
    """The key of a case, as files are sealed by it: each for its own id, name and bytes apart."""

    key: AESGCM
    case_id: str

    def seal(self, raw: bytes, part: str, id_: UUID) -> bytes:
        """Seal a part of a file."""
        return _seal(self.key, raw, f"{self.case_id} {part} {id_}")

    def open(self, sealed: bytes, part: str, id_: UUID) -> bytes:
        """Open it again. Raises CannotOpen."""
        return _open(self.key, sealed, f"{self.case_id} {part} {id_}")


class Safe:
    """Seals what is masked, and gives it to nobody but who asks by a case that still has its key."""

    def __init__(self, db: Database, vault: Vault, kinds: Collection[Kind], clock: Clock) -> None:
        """`kinds` are masked; every transaction of `db` has this safe at hand."""
        self.kinds = frozenset(kinds)
        self._db, self._vault, self._clock = db, vault, clock
        self._keys: Keys | None = None
        self._opening = asyncio.Lock()
        db.at_hand["safe"] = self

    async def keys(self) -> Keys:
        """The organisation's keys; made the first time anybody asks. Raises CannotOpen without the master key."""
        if self._keys is None:
            async with self._opening:
                self._keys = self._keys or Keys.of(self._vault.open(await self._sealed(), ABOUT))
        return self._keys

    async def _sealed(self) -> bytes:
        # A transaction of its own: a key that was seen by one which is rolled back would have sealed things for nobody.
        async with self._db.transaction() as tx:
            known: bytes | None = await tx.fetchval(SQL["organisation_key"])
            if known is None:
                new = self._vault.seal(AESGCM.generate_key(256).hex(), ABOUT)
                await tx.execute(SQL["make_organisation_key"], new, self._clock.now())
                known = await tx.fetchval(SQL["organisation_key"])
        assert known is not None
        return known

    async def keep(self, tx: Transaction, case_id: str, event_id: UUID, hidden: Hidden, now: datetime) -> None:
        """Seal what was masked in an event of a case; in its transaction, so that neither is there without the other."""
        if not hidden:
            return
        keys = await self.keys()
        wrapped: bytes | None = await tx.fetchval(SQL["case_key"], case_id)
        key = _open(keys.wrapping, wrapped, case_id) if wrapped else AESGCM.generate_key(256)
        sealed = _seal(
            AESGCM(key), json.dumps(dict(hidden.texts), ensure_ascii=False).encode(), f"{case_id} {event_id}"
        )
        finds = sorted(hidden.found)
        digests, kinds = [keys.digest(kind, value) for kind, value in finds], [kind for kind, _ in finds]
        wrapped = wrapped or _seal(keys.wrapping, key, case_id)
        await tx.execute(SQL["keep_original"], case_id, wrapped, event_id, sealed, now, digests, kinds)

    async def originals(self, tx: Transaction, case_id: str) -> list[Original]:
        """All that was masked in a case, in its order; nothing once its key is gone. Raises CannotOpen."""
        wrapped = await tx.fetchval(SQL["case_key"], case_id)
        if wrapped is None:
            return []
        key = AESGCM(_open((await self.keys()).wrapping, wrapped, case_id))
        rows = await tx.fetch(SQL["originals_of"], case_id)
        return [
            Original(r["event_id"], r["at"], json.loads(_open(key, r["sealed"], f"{case_id} {r['event_id']}")))
            for r in rows
            if r["event_id"] != _mailbox(case_id)
        ]

    async def keep_address(self, tx: Transaction, case_id: str, address: str, now: datetime) -> None:
        """Seal the mail address at which a reporter hears of their case; it goes when what was masked in it goes."""
        found = frozenset(value for value in [value_of(address)] if value)
        await self.keep(tx, case_id, _mailbox(case_id), Hidden({"address": address}, found), now)

    async def address(self, tx: Transaction, case_id: str) -> str:
        """The mail address at which the reporter hears of a case; "" where there is none (any more). Raises CannotOpen."""
        return (await self._original(tx, case_id, _mailbox(case_id))).get("address", "")

    async def customer(self, tx: Transaction, case: Case) -> tuple[str, ...]:
        """The name of a case's customer as it was given; none where there is none (any more). Raises CannotOpen."""
        name = case.submitted.report.customer.name
        if is_mark(name):
            name = (await self._original(tx, case.id, event_id("submitted", case.id))).get("customer.name", "")
        return (name,) if name else ()

    async def _original(self, tx: Transaction, case_id: str, id_: UUID) -> dict[str, str]:
        row = await tx.fetchrow(SQL["original"], case_id, id_)
        if row is None:
            return {}
        key = AESGCM(_open((await self.keys()).wrapping, row["wrapped"], case_id))
        texts: dict[str, str] = json.loads(_open(key, row["sealed"], f"{case_id} {id_}"))
        return texts

    async def hears_much(self, tx: Transaction, address: str, since: datetime) -> bool:
        """Whether this address stood in so many cases since then that no more of them are answered: a machine writes."""
        digests = [(await self.keys()).digest(*value) for value in [value_of(address)] if value]
        counted = [
            await tx.fetchval(SQL["count_cases_with"], one, case_ids.case_id(since, bytes(10))) for one in digests
        ]
        return max(counted, default=0) >= MOST_ANSWERED

    async def file_key(self, tx: Transaction, case_id: str, now: datetime | None = None) -> "FileKey | None":
        """What seals and opens the files of a case; made where there is none and `now` is told. Raises CannotOpen."""
        keys = await self.keys()
        if now is None:
            wrapped = await tx.fetchval(SQL["case_key"], case_id)
        else:
            new = _seal(keys.wrapping, AESGCM.generate_key(256), case_id)
            wrapped = await tx.fetchval(SQL["make_case_key"], case_id, new, now)
        return FileKey(AESGCM(_open(keys.wrapping, wrapped, case_id)), case_id) if wrapped else None

    async def cases_with(self, tx: Transaction, kind: Kind, value: str) -> list[str]:
        """The cases in which this number or address stood, the newest first, as far as they have not been erased."""
        digest = (await self.keys()).digest(kind, value)
        return [row["case_id"] for row in await tx.fetch(SQL["cases_with"], digest, MOST_CASES)]

    async def tidy(self, tx: Transaction) -> None:
        """Seal the organisation's key by the first master key, where an older one has sealed it. Raises CannotOpen."""
        known = await tx.fetchval(SQL["organisation_key"])
        anew = self._vault.rewrapped(known) if known else None
        if anew is not None:
            await tx.execute(SQL["seal_organisation_key_anew"], known, anew)


def of(db: Database) -> Safe:
    """The safe that every transaction of a database has at hand."""
    safe: Safe = db.at_hand["safe"]
    return safe


def at(tx: Transaction) -> Safe:
    """The safe that is at hand in a transaction."""
    safe: Safe = tx.kept["safe"]
    return safe


def _mailbox(case_id: str) -> UUID:
    """Under which id the address of a reporter stands beside the originals of a case."""
    return event_id("reporter", case_id)


def _seal(key: AESGCM, raw: bytes, about: str) -> bytes:
    nonce = os.urandom(NONCE)
    return nonce + key.encrypt(nonce, raw, about.encode())


def _open(key: AESGCM, sealed: bytes, about: str) -> bytes:
    try:
        return key.decrypt(sealed[:NONCE], sealed[NONCE:], about.encode())
    except (InvalidTag, ValueError):
        raise CannotOpen("changed, or meant for something else") from None


def _derived(secret: str, purpose: bytes) -> bytes:
    return HKDF(SHA256(), 32, None, b"tasuki organisation " + purpose).derive(bytes.fromhex(secret))
