"""A browser's push subscription as it gives it to us: where to write to, and the keys that only the browser can read with."""

import base64
import binascii
import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from services.notifier.domain.contact import Address, Contact, numbered

LONGEST = 2000  # letters of an endpoint
MOST = 5  # devices of one person


@dataclass(frozen=True)
class Subscription:
    """`key` is an uncompressed point of P-256 (65 bytes), `auth` 16 bytes."""

    endpoint: str
    key: bytes
    auth: bytes

    @property
    def origin(self) -> str:
        """The push service."""
        parts = urlsplit(self.endpoint)
        return f"{parts.scheme}://{parts.netloc}"

    def written(self) -> str:
        """As it stands in the directory."""
        keys = {"p256dh": text(self.key), "auth": text(self.auth)}
        return json.dumps({"endpoint": self.endpoint, "keys": keys}, separators=(",", ":"))


def read(written: str | bytes) -> Subscription | None:
    """Read what a browser or the directory says; None when it is no subscription. Never raises."""
    try:
        told: Any = json.loads(written)
        endpoint, keys = told["endpoint"], told["keys"]
        found = Subscription(endpoint, _bytes(keys["p256dh"]), _bytes(keys["auth"]))
        parts = urlsplit(endpoint)
        fine = parts.scheme in ("https", "http") and parts.hostname and endpoint.isascii() and len(endpoint) <= LONGEST
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    return found if fine and len(found.key) == 65 and found.key[0] == 4 and len(found.auth) == 16 else None


def subscribed(contact: Contact, new: Subscription, label: str) -> Contact:
    """The contact with this device: the same endpoint replaces, and the oldest gives way where there are too many."""
    others = [a for a in contact.addresses if not (a.kind == "push" and _same(a, new))]
    pushes = [a for a in others if a.kind == "push"]
    gone = pushes[: max(len(pushes) - MOST + 1, 0)]
    mine = Address("", "push", new.written(), label, "self")
    return replace(contact, addresses=_numbered([*(a for a in others if a not in gone), mine]))


def unsubscribed(contact: Contact, endpoint: str) -> Contact:
    """The contact without the device of this endpoint."""
    kept = [
        a
        for a in contact.addresses
        if not (a.kind == "push" and (known := read(a.value)) and known.endpoint == endpoint)
    ]
    return replace(contact, addresses=_numbered(kept))


def text(data: bytes) -> str:
    """Bytes as base64url without padding."""
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _bytes(written: str) -> bytes:
    try:
        return base64.b64decode(written + "=" * (-len(written) % 4), altchars=b"-_", validate=True)
    except binascii.Error as problem:
        raise ValueError("not base64") from problem


def _same(address: Address, new: Subscription) -> bool:
    known = read(address.value)
    return known is not None and known.endpoint == new.endpoint


def _numbered(addresses: Iterable[Address]) -> tuple[Address, ...]:
    """Other kinds keep their ids, which rules may name; push addresses are counted anew."""
    listed = list(addresses)
    pushes = iter(numbered(a for a in listed if a.kind == "push"))
    return tuple(next(pushes) if a.kind == "push" else a for a in listed)
