"""A link that is short enough for a text message: which notification it is about, with proof that we made it."""

import base64
import binascii
import hashlib
import hmac
from uuid import UUID

from shared.contracts.keys import believed, first

LETTERS = 38
_PROOF = 12  # bytes


def make(keys: str, id_: UUID) -> str:
    """Make the token; it is the same each time."""
    return _text(id_.bytes + _proof(first(keys), id_.bytes))


def read(keys: str, token: str) -> UUID | None:
    """Read a token; None when we did not make it. Never raises."""
    if len(token) != LETTERS or not token.isascii():
        return None
    try:
        told = base64.b64decode(token + "==", altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    ours = believed(keys, told[16:], lambda key: _proof(key, told[:16]))
    return UUID(bytes=told[:16]) if ours and _text(told) == token else None  # the last letter has bits to spare


def address(public_url: str, keys: str, id_: UUID) -> str:
    """The whole address."""
    return f"{public_url.rstrip('/')}/callbacks/l/{make(keys, id_)}"


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _proof(key: str, id_: bytes) -> bytes:
    return hmac.new(key.encode(), b"short|" + id_, hashlib.sha256).digest()[:_PROOF]
