"""The value of the acknowledge button: which notification it belongs to, with proof that we made it."""

import hashlib
import hmac
from uuid import UUID

from shared.contracts.keys import believed, first


def value(keys: str, id_: UUID) -> str:
    """Make the value of a button."""
    return f"{id_}.{_proof(first(keys), id_)}"


def read(keys: str, text: str) -> UUID | None:
    """Read the value of a pressed button; None when we did not make it. Never raises."""
    id_text, _, proof = text.partition(".")
    try:
        id_ = UUID(id_text)
    except ValueError:
        return None
    ours = believed(keys, proof.encode("utf-8", "replace"), lambda key: _proof(key, id_).encode())
    return id_ if ours else None


def _proof(key: str, id_: UUID) -> str:
    return hmac.new(key.encode(), b"button|" + id_.bytes, hashlib.sha256).hexdigest()[:32]
