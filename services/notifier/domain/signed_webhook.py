"""Standard Webhooks: the signature of what we post to other programs, and the body within its limit.

The packaged library reads a time of another zone as UTC and signs hours off; whole unix seconds have no zone.
"""

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from datetime import UTC
from typing import Any

from services.notifier.domain.fitting import fit
from services.notifier.domain.message import Message

LARGEST = 20_000  # bytes of a body
ROOMS = (4000, 2000, 1000)  # letters of the text, the first that stays within
PREFIX = "whsec_"


def keys(secrets: str) -> tuple[bytes, ...]:
    """The keys of a list of `whsec_…` by comma, the first being the new one; what is no secret is left out."""
    found = (key(part.strip()) for part in secrets.split(","))
    return tuple(k for k in found if k)


def key(secret: str) -> bytes:
    """The key in one secret: 24 to 64 bytes in base64 behind `whsec_`; empty when it is none."""
    try:
        read = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        return b""
    return read if 24 <= len(read) <= 64 else b""


def signed(keys: Sequence[bytes], id_: str, seconds: int, body: bytes) -> Mapping[str, str]:
    """The three headers, with one signature for each key; `seconds` is unix time."""
    content = f"{id_}.{seconds}.".encode() + body
    made = (base64.b64encode(hmac.new(k, content, hashlib.sha256).digest()).decode() for k in keys)
    return {
        "webhook-id": id_,
        "webhook-timestamp": str(seconds),
        "webhook-signature": " ".join(f"v1,{m}" for m in made),
    }


def body(message: Message) -> bytes:
    """What the other program gets to know of a notification, in JSON of at most `LARGEST` bytes."""
    written = b""
    for room in ROOMS:
        written = json.dumps(_told(message, room), ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
        if len(written) <= LARGEST:
            break
    return written


def _told(message: Message, room: int) -> dict[str, Any]:
    n = message.notification
    data = {
        "notification_id": str(n.id),
        "case_id": n.case_id,
        "case_number": n.content.number,
        "priority": n.content.priority,
        "purpose": str(n.purpose),
        "recipient": {"id": n.recipient, "name": n.name},
        "round": n.round,
        "language": message.language,
        "subject": fit(message.subject, 300),
        "text": fit(message.text, room, message.link),
        "acknowledge_url": message.link,
    }
    created = n.created_at.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return {"type": f"notification.{n.purpose}", "timestamp": created, "data": data}
