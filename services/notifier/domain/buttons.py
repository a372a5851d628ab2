"""The value of the acknowledge button: which notification it belongs to, with proof that we made it."""

import hashlib
import hmac
from uuid import UUID


def value(key: str, id_: UUID) -> str:
    """Make the value of a button."""
    return f"{id_}.{_proof(key, id_)}"


def read(key: str, text: str) -> UUID | None:
    """Read the value of a pressed button; None when we did not make it. Never raises."""
    id_text, _, proof = text.partition(".")
    try:
        id_ = UUID(id_text)
    except ValueError:
        return None
    return id_ if hmac.compare_digest(proof.encode("utf-8", "replace"), _proof(key, id_).encode()) else None


def _proof(key: str, id_: UUID) -> str:
    return hmac.new(key.encode(), b"button|" + id_.bytes, hashlib.sha256).hexdigest()[:32]
