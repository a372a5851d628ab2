"""Who we are to a push service: a key pair of our own, and a short proof for each service that we hold it."""

from datetime import datetime, timedelta

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from services.notifier.domain.subscription import text

KEPT = timedelta(hours=12)  # a push service takes no proof that lasts longer than a day
_BYTES = 32


class Vapid:
    """One key pair. `subject` is how the push service reaches us (`mailto:` or https)."""

    def __init__(self, key: ec.EllipticCurvePrivateKey, subject: str) -> None:
        self._key = key
        self._subject = subject
        self.public = text(key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))

    def header(self, origin: str, at: datetime) -> str:
        """The Authorization for one push service."""
        claims = {"aud": origin, "exp": int((at + KEPT).timestamp()), "sub": self._subject}
        return f"vapid t={jwt.encode(claims, self._key, algorithm='ES256')}, k={self.public}"


def opened(private: str, subject: str) -> Vapid | None:
    """The key pair of a private key in base64url; None when it is none."""
    try:
        number = int.from_bytes(_decoded(private), "big")
        return Vapid(ec.derive_private_key(number, ec.SECP256R1()), subject)
    except ValueError:
        return None


def fresh() -> tuple[str, str]:
    """A new key pair, private and public, in base64url."""
    key = ec.generate_private_key(ec.SECP256R1())
    private = text(key.private_numbers().private_value.to_bytes(_BYTES, "big"))
    return private, Vapid(key, "").public


def _decoded(private: str) -> bytes:
    if not private.isascii():
        raise ValueError("not base64")
    read = jwt.utils.base64url_decode(private)
    if len(read) != _BYTES:
        raise ValueError("not 32 bytes")
    return read
