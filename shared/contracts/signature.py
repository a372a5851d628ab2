"""Signed HTTP between two programs, as Standard Webhooks has it: who signed it, when, and that nothing was changed."""

import base64
import binascii
import hashlib
import hmac
from datetime import datetime

WINDOW = 300  # seconds either way
_PREFIX = "whsec_"
_MOST_SIGNATURES = 10


def sign(secret: str, id_: str, body: bytes, now: datetime) -> dict[str, str]:
    """Return the three headers; `id_` stays the same when the same thing is sent again."""
    stamp = str(int(now.timestamp()))
    signature = base64.b64encode(_mac(secret, id_, stamp, body)).decode()
    return {"webhook-id": id_, "webhook-timestamp": stamp, "webhook-signature": f"v1,{signature}"}


def genuine(secret: str, id_: str, stamp: str, signature: str, body: bytes, now: datetime) -> bool:
    """Tell whether the headers fit the body and are not older or newer than five minutes. Never raises."""
    if not secret or not id_ or not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 12):
        return False
    if abs(now.timestamp() - int(stamp)) > WINDOW:
        return False
    wanted = b"v1," + base64.b64encode(_mac(secret, id_, stamp, body))
    given = signature.encode("utf-8", "replace").split(b" ")[:_MOST_SIGNATURES]
    return any(hmac.compare_digest(one, wanted) for one in given)


def _mac(secret: str, id_: str, stamp: str, body: bytes) -> bytes:
    text = f"{id_}.{stamp}.".encode("utf-8", "replace") + body
    return hmac.new(_key(secret), text, hashlib.sha256).digest()


def _key(secret: str) -> bytes:
    """The bytes of a secret: base64 after `whsec_`, else the text itself."""
    if secret.startswith(_PREFIX):
        try:
            return base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
        except (binascii.Error, ValueError):
            pass
    return secret.encode("utf-8", "replace")
