"""Bodies that come packed: unpacked up to a size and no further, however much is promised."""

import zlib
from typing import Literal

Packed = Literal["too-large", "unreadable", "unknown"]
MOST_MEMBERS = 16
_ANY, _BARE = 47, -15  # what zlib calls gzip or deflate with its head, and deflate without (which some senders mean)


def unpacked(raw: bytes, encoding: str, most: int) -> bytes | Packed:
    """The body without its Content-Encoding (gzip, deflate, identity or none), of at most `most` bytes."""
    match encoding.strip().lower():
        case "" | "identity":
            return raw
        case "gzip" | "x-gzip":
            return _inflated(raw, _ANY, most)
        case "deflate":
            found = _inflated(raw, _ANY, most)
            return _inflated(raw, _BARE, most) if found == "unreadable" else found
    return "unknown"


def _inflated(raw: bytes, bits: int, most: int) -> bytes | Packed:
    """One member after the other; each is only unpacked as far as there is room."""
    whole, rest = b"", raw
    for _ in range(MOST_MEMBERS):
        if not rest:
            return whole
        member = zlib.decompressobj(bits)
        try:
            whole += member.decompress(rest, most - len(whole) + 1)
        except zlib.error:
            return "unreadable"
        if len(whole) > most:
            return "too-large"
        if not member.eof:
            return "unreadable"
        rest = member.unused_data
    return "unreadable" if rest else whole
