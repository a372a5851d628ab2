"""Standard Webhooks, which Svix speaks too: signed over id, time and body, with a shared or a public key."""

import base64
import hmac

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from services.intake.senders import mapped
from services.intake.senders.given import is_one_of, read_json, timely
from services.intake.senders.sender import Malformed, Reading, Rejected, Request, Sender, Source, Trusted

SHORTEST, LONGEST = 24, 64  # bytes of a shared key
MOST_SIGNATURES = 16


def verify(request: Request, source: Source) -> Trusted | Rejected:
    """Check whether one of the signatures is by one of the keys in force, and the time within five minutes."""
    id_, stamp = _header(request, "id"), _header(request, "timestamp")
    signed = f"{id_}.{stamp}.".encode("utf-8", "replace") + request.raw
    given = _header(request, "signature").split(" ")[:MOST_SIGNATURES]
    if not id_ or not any(_is_by(secret, signed, given) for secret in source.secrets):
        return Rejected("signature")
    return timely(stamp, request.now)


def read(request: Request, source: Source) -> tuple[Reading] | Malformed:
    """Read the event by the mapping of its source, or by what events usually hold."""
    body = read_json(request.raw)
    if isinstance(body, Malformed):
        return body
    id_ = _header(request, "id")
    delivery = mapped.digest(id_) if id_ else ""
    return (mapped.try_out(body, request.raw, source, "standard_webhooks", request.now, delivery).reading,)


def _header(request: Request, name: str) -> str:
    return request.headers.get(f"webhook-{name}") or request.headers.get(f"svix-{name}", "")


def _is_by(secret: str, signed: bytes, given: list[str]) -> bool:
    """Tell whether a signature is by this key: `whpk_` is a public one, everything else is shared."""
    try:
        key = base64.b64decode(secret.removeprefix("whsec_").removeprefix("whpk_"), validate=True)
    except ValueError:
        return False
    if secret.startswith("whpk_"):
        return len(key) == 32 and any(_is_by_public(key, signed, one[4:]) for one in given if one.startswith("v1a,"))
    if not SHORTEST <= len(key) <= LONGEST:
        return False
    expected = "v1," + base64.b64encode(hmac.digest(key, signed, "sha256")).decode()
    return any(is_one_of(one, [expected]) for one in given)


def _is_by_public(key: bytes, signed: bytes, given: str) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(base64.b64decode(given, validate=True), signed)
    except (InvalidSignature, ValueError):
        return False
    return True


STANDARD_WEBHOOKS = Sender("standard_webhooks", verify, read, own_secret=True)
