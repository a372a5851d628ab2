"""Secrets at rest: each is sealed with a key of its own, which is wrapped by a master key that can be replaced."""

import os
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

SHORTEST_KEY = 32  # characters of a master key
VERSION = b"\x01"
ID, NONCE, WRAPPED = 8, 12, 48  # bytes; a wrapped key is 32 and its tag 16


class CannotOpen(Exception):
    """Sealed by a master key that is not here, meant for something else, or changed since."""


@dataclass(frozen=True)
class _Master:
    id: bytes
    wrapping: AESGCM

    @classmethod
    def of(cls, text: str) -> "_Master":
        return cls(_derived(text, b"id", ID), AESGCM(_derived(text, b"wrapping", 32)))


class Vault:
    """Seals and opens text with AES-256-GCM.

    Sealed: version, id of the master key, nonce, the wrapped key, nonce, the text. What it is `about` is bound to it, so
    that nothing sealed can stand in another's place.
    """

    def __init__(self, keys: str) -> None:
        """`keys` are master keys, by a comma: the first one seals, the others still open what they sealed."""
        masters = [_Master.of(part) for part in split(keys)]
        self._first = masters[0]
        self._masters = {master.id: master for master in masters}

    def seal(self, text: str, about: str) -> bytes:
        """Seal a text."""
        key, nonce = AESGCM.generate_key(256), os.urandom(NONCE)
        return self._wrap(key) + nonce + AESGCM(key).encrypt(nonce, text.encode(), VERSION + about.encode())

    def open(self, sealed: bytes, about: str) -> str:
        """Open what was sealed. Raises CannotOpen."""
        key, rest = self._unwrap(sealed)
        try:
            return AESGCM(key).decrypt(rest[:NONCE], rest[NONCE:], VERSION + about.encode()).decode()
        except (InvalidTag, ValueError):
            raise CannotOpen("changed, or meant for something else") from None

    def rewrapped(self, sealed: bytes) -> bytes | None:
        """The same under the first master key; None where it is. The text itself is not opened. Raises CannotOpen."""
        if sealed[1 : 1 + ID] == self._first.id:
            return None
        key, rest = self._unwrap(sealed)
        return self._wrap(key) + rest

    def _wrap(self, key: bytes) -> bytes:
        head, nonce = VERSION + self._first.id, os.urandom(NONCE)
        return head + nonce + self._first.wrapping.encrypt(nonce, key, head)

    def _unwrap(self, sealed: bytes) -> tuple[bytes, bytes]:
        head, nonce = sealed[: 1 + ID], sealed[1 + ID : 1 + ID + NONCE]
        start = len(head) + NONCE
        master = self._masters.get(head[1:])
        if master is None or head[:1] != VERSION:
            raise CannotOpen("no master key for it")
        try:
            return master.wrapping.decrypt(nonce, sealed[start : start + WRAPPED], head), sealed[start + WRAPPED :]
        except (InvalidTag, ValueError):
            raise CannotOpen("changed") from None


def split(keys: str) -> list[str]:
    """The master keys of a setting. Raises ValueError where there is none, or one is too short."""
    found = [part.strip() for part in keys.split(",") if part.strip()]
    if not found or any(len(part) < SHORTEST_KEY for part in found):
        raise ValueError(f"one key, or several by a comma, of at least {SHORTEST_KEY} random characters each")
    return found


def _derived(text: str, purpose: bytes, length: int) -> bytes:
    return HKDF(SHA256(), length, None, b"tasuki vault " + purpose).derive(text.encode())
