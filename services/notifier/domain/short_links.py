"""A link that is short enough for a text message: which notification it is about, with proof that we made it."""

import base64
import binascii
import hashlib
import hmac
from uuid import UUID

LETTERS = 38
_PROOF = 12  # bytes


def make(key: str, id_: UUID) -> str:
    """Make the token; it is the same each time."""
    return base64.urlsafe_b64encode(id_.bytes + _proof(key, id_.bytes)).decode().rstrip("=")


def read(key: str, token: str) -> UUID | None:
    """Read a token; None when we did not make it. Never raises."""
    if len(token) != LETTERS or not token.isascii():
        return None
    try:
        told = base64.b64decode(token + "==", altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    if not hmac.compare_digest(told[16:], _proof(key, told[:16])):
        return None
    id_ = UUID(bytes=told[:16])
    return id_ if make(key, id_) == token else None  # the last letter has bits to spare


def address(public_url: str, key: str, id_: UUID) -> str:
    """The whole address."""
    return f"{public_url.rstrip('/')}/callbacks/l/{make(key, id_)}"


def _proof(key: str, id_: bytes) -> bytes:
    return hmac.new(key.encode(), b"short|" + id_, hashlib.sha256).digest()[:_PROOF]
