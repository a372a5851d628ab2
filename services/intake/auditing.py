"""The audit trail: an entry is written in the transaction of what it records, and checkpoints of it are signed."""

import hashlib
import hmac
import json
import zlib
from base64 import b64decode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from services.intake.domain.tokens import Principal
from services.intake.settings import Settings
from shared.contracts import audit
from shared.contracts.events import Actor
from shared.contracts.keys import every
from shared.runtime import telemetry
from shared.runtime.db import Queries, Transaction

log = telemetry.logger(__name__)
SQL = Queries(Path(__file__).with_name("auditing.sql"))
ITSELF = "audit"  # what an entry is about that tells of a look at the trail


@dataclass(frozen=True)
class Keys:
    """Sign checkpoints: Ed25519, which others can check by the public key, or HMAC for want of a key of one's own.

    The first one signs; the others are those that it has replaced, and what they have signed is genuine for good.
    """

    private: Sequence[Ed25519PrivateKey]
    secrets: Sequence[bytes]

    @classmethod
    def of(cls, here: Settings) -> "Keys":
        """The keys of this installation. Raises ValueError for one that is not 32 bytes in base64."""
        private = [Ed25519PrivateKey.from_private_bytes(b64decode(key)) for key in every(here.audit_key)]
        return cls(private, [hmac.digest(key.encode(), b"audit checkpoints", "sha256") for key in every(here.link_key)])

    @property
    def algorithm(self) -> str:
        """How they sign."""
        return "ed25519" if self.private else "hmac-sha256"

    @property
    def public(self) -> list[bytes]:
        """What others check Ed25519 signatures by; none without such a key."""
        return [key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw) for key in self.private]

    def sign(self, body: str) -> bytes:
        """The signature of a checkpoint."""
        return self.private[0].sign(body.encode()) if self.private else _digest(self.secrets[0], body)

    def holds(self, body: str, algorithm: str, signature: bytes) -> bool | None:
        """Whether a signature is ours; None for one of the other kind, made by a key that is not here any more."""
        if algorithm == "ed25519":
            ours = any(_is_signed(key, body, signature) for key in self.private)
        else:
            ours = any(hmac.compare_digest(signature, _digest(secret, body)) for secret in self.secrets)
        return ours or (False if algorithm == self.algorithm else None)


def entry(action: str, by: Actor, object_: str, now: datetime, through: str = "", **detail: Any) -> str:
    """One line of the trail: who did what to what, when, by which token or link. Ids only, no names and no content."""
    line = {
        "action": action,
        "actor": by.id,
        "actor_kind": by.kind,
        "object": object_,
        "at": now.isoformat(),
        "through": through,
        "trace_id": telemetry.trace_id(),
        "detail": detail,
    }
    return audit.canonical(line)


def of(action: str, who: Principal, object_: str, now: datetime, **detail: Any) -> str:
    """The same for what the bearer of a token does."""
    return entry(action, who.actor, object_, now, who.name, **detail)


def through(tx: Transaction, who: Principal) -> None:
    """Have what is said in this transaction recorded with the token that it was said by."""
    tx.kept["through"] = who.name


def later(tx: Transaction) -> None:
    """Write all entries of a transaction at its end, for it changes several cases and must not hold a chain meanwhile."""
    tx.kept["audited later"] = True


def beside(tx: Transaction, line: str, key: str) -> tuple[int, list[str]]:
    """The chain and the entries for a statement that writes them together with what they record."""
    if tx.kept.get("audited later"):
        add(tx, line)
        return 0, []
    return chain(key), [line]


def add(tx: Transaction, *lines: str) -> None:
    """Write entries when the transaction ends."""
    tx.kept.setdefault("audited", []).extend(lines)
    tx.at_end("audit", _write)


async def now(tx: Transaction, *lines: str) -> None:
    """Write entries at once; in a connection that is only read by, they stand before the answer is given."""
    if lines:
        await tx.execute(SQL["append"], chain(lines[0]), list(lines))


async def looked(tx: Transaction, who: Principal, at: datetime, action: str, **detail: Any) -> None:
    """Record at once that somebody looked at the trail itself; all looks are in one chain."""
    await tx.execute(SQL["append"], chain(ITSELF), [of(action, who, ITSELF, at, **detail)])


async def _write(tx: Transaction) -> None:
    await now(tx, *tx.kept.pop("audited"))


def chain(key: str) -> int:
    """Which chain something goes to; there are many, so that writers seldom wait for each other."""
    return zlib.crc32(key.encode()) % audit.CHAINS


async def heads(tx: Transaction) -> dict[int, tuple[int, str]]:
    """Where every chain ends: the number and hash of its last entry."""
    return {row["chain"]: (row["seq"], row["hash"].hex()) for row in await tx.fetch(SQL["heads"])}


def signed_at(body: str) -> datetime:
    """When a checkpoint was made."""
    return datetime.fromisoformat(json.loads(body)["at"])


async def checkpoint(tx: Transaction, keys: Keys, at: datetime) -> audit.Checkpoint | None:
    """Sign where every chain stands, and say it in the log, which others keep; nothing when nothing was added."""
    await tx.execute(SQL["lock_checkpoints"])
    row = await tx.fetchrow(SQL["last_checkpoint"])
    last = audit.Checkpoint(row["number"], row["body"]) if row else None
    stands = {str(chain): [seq, hash_] for chain, (seq, hash_) in (await heads(tx)).items() if seq}
    if not stands or (last is not None and json.loads(last.body)["heads"] == stands):
        return None
    number, previous = (last.number + 1, audit.digest(last)) if last else (1, "")
    body = audit.canonical({"number": number, "previous": previous, "heads": stands, "at": at.isoformat()})
    signature = keys.sign(body)
    await tx.execute(SQL["keep_checkpoint"], number, body, keys.algorithm, signature)
    digest = hashlib.sha256(body.encode()).hexdigest()
    log.info("audit checkpoint", number=number, digest=digest, algorithm=keys.algorithm, signature=signature.hex())
    return audit.Checkpoint(number, body, genuine=True)


def _digest(secret: bytes, body: str) -> bytes:
    return hmac.digest(secret, body.encode(), "sha256")


def _is_signed(key: Ed25519PrivateKey, body: str, signature: bytes) -> bool:
    try:
        key.public_key().verify(signature, body.encode())
    except InvalidSignature:
        return False
    return True
