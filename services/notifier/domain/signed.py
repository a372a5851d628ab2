"""The signature that LINE, LINE WORKS and Chatwork put on what they post: base64 of an HMAC-SHA256 over the raw body."""

import base64
import binascii
import hashlib
import hmac


def is_genuine(key: bytes, body: bytes, signature: str) -> bool:
    """Whether the body was signed with this key; without a key nothing is genuine. Never raises."""
    if not key:
        return False
    try:
        given = base64.b64decode(signature.encode("ascii", "replace"), validate=True)
    except (binascii.Error, ValueError):
        return False
    return hmac.compare_digest(given, hmac.new(key, body, hashlib.sha256).digest())


def decoded(text: str) -> bytes:
    """The bytes of a key that is given in base64; none when it is not. Never raises."""
    try:
        return base64.b64decode(text.encode("ascii", "replace"), validate=True)
    except (binascii.Error, ValueError):
        return b""
