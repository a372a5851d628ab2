"""A key pair made out of two words, so that every process has the same one and no key lies in the tree. It opens nothing."""

import base64
import hashlib
from functools import cache

EXPONENT = 65537
_WORDS = (("tasuki sandbox p", 472), ("tasuki sandbox q", 336))  # a word, and how far behind it the next prime lies


@cache
def _primes() -> tuple[int, int]:
    p, q = (_start(word) + behind for word, behind in _WORDS)
    return p, q


def modulus() -> int:
    """The public half, with EXPONENT."""
    p, q = _primes()
    return p * q


def pem() -> str:
    """The private half, as RFC 8017 writes it (RSAPrivateKey)."""
    p, q = _primes()
    d = pow(EXPONENT, -1, (p - 1) * (q - 1))
    numbers = (0, p * q, EXPONENT, d, p, q, d % (p - 1), d % (q - 1), pow(q, -1, p))
    text = base64.b64encode(_der(0x30, b"".join(_der(0x02, _integer(n)) for n in numbers))).decode()
    kind = "RSA PRIVATE " + "KEY"
    lines = [text[i : i + 64] for i in range(0, len(text), 64)]
    return "\n".join([f"-----BEGIN {kind}-----", *lines, f"-----END {kind}-----", ""])


def _start(word: str) -> int:
    digest = b"".join(hashlib.sha512(f"{word} {i}".encode()).digest() for i in range(2))
    return int.from_bytes(digest) | (3 << 1022) | 1


def _integer(number: int) -> bytes:
    return number.to_bytes(number.bit_length() // 8 + 1)


def _der(tag: int, content: bytes) -> bytes:
    size = len(content)
    if size < 128:
        return bytes([tag, size]) + content
    length = size.to_bytes((size.bit_length() + 7) // 8)
    return bytes([tag, 128 + len(length)]) + length + content
