"""JPEG, PNG and WebP without what they tell beside the picture: written anew from the parts that show it, and from nothing else.

Where a photo was taken (EXIF), by which camera, small copies of what was cut away, texts, and whatever hangs behind the end is left
out. Of EXIF only which way is up stays. The forms: ITU-T T.81 with JFIF, W3C PNG (third edition), RFC 9649.
"""

import re
import struct
import zlib
from dataclasses import dataclass

SOI, EOI = b"\xff\xd8", b"\xff\xd9"
PNG, RIFF = b"\x89PNG\r\n\x1a\n", b"RIFF"
MOST_PARTS = 20_000  # of one picture; more are made to keep somebody busy
MOST_PIXELS = 120_000_000  # a browser unpacks four bytes for each

_MARKER = re.compile(rb"\xff++([^\x00\xff\xd0-\xd7])", re.DOTALL)
_SCANNED = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]", re.DOTALL)  # what ends the data of a scan
_FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
_TABLES = {0xC4, 0xCC, 0xDB, 0xDC, 0xDD, 0xDE, 0xDF}
_CHUNKS = {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"sBIT", b"pHYs"}
_PARTS = {b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ICCP"}
_WITH_PROFILE, _WITH_ALPHA, _MOVING = 0x20, 0x10, 0x02


@dataclass(frozen=True)
class Picture:
    """A picture as it may be kept, and its size in pixels."""

    body: bytes
    width: int
    height: int


class Damaged(ValueError):
    """It begins like a picture, and is none that can be read."""


def is_picture(raw: bytes) -> bool:
    """Whether it begins like a picture of one of the three kinds."""
    return raw.startswith((SOI + b"\xff", PNG)) or (raw.startswith(RIFF) and raw[8:12] == b"WEBP")


def stripped(raw: bytes) -> Picture:
    """The picture alone. Raises Damaged."""
    try:
        found = _jpeg(raw) if raw.startswith(SOI) else _png(raw) if raw.startswith(PNG) else _webp(raw)
    except (IndexError, struct.error) as problem:
        raise Damaged from problem
    if not 0 < found.width * found.height <= MOST_PIXELS:
        raise Damaged
    return found


def _jpeg(raw: bytes) -> Picture:
    kept: list[bytes] = []
    at, up, width, height, scanned = 2, 1, 0, 0, False
    for _ in range(MOST_PARTS):
        found = _MARKER.match(raw, at)
        if found is None:
            raise Damaged
        marker, at = found[1][0], found.end()
        if marker == EOI[1]:
            break
        (length,) = struct.unpack_from(">H", raw, at)
        data, at = raw[at + 2 : at + length], at + length
        if length < 2 or at > len(raw):
            raise Damaged
        if marker in _FRAMES:
            height, width = struct.unpack_from(">HH", data, 1)
        if marker == 0xE1 and data.startswith(b"Exif\0\0"):
            up = _up(data[6:])
        elif marker == 0xE0 and data.startswith(b"JFIF\0"):
            kept.append(_segment(marker, data[:12] + b"\0\0"))  # without the small copy
        elif marker in _FRAMES | _TABLES or _is_colour(marker, data):
            kept.append(_segment(marker, data))
        elif marker == 0xDA:
            following = _SCANNED.search(raw, at)
            end = following.start() if following else len(raw)
            kept += [_segment(marker, data), raw[at:end]]
            at, scanned = end, True
            if following is None:
                break
    else:
        raise Damaged
    if not scanned:
        raise Damaged
    return Picture(b"".join((SOI, _which_way_up(up), *kept, EOI)), width, height)


def _segment(marker: int, data: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(data) + 2) + data


def _is_colour(marker: int, data: bytes) -> bool:
    profile = marker == 0xE2 and data.startswith(b"ICC_PROFILE\0")
    return profile or (marker == 0xEE and data.startswith(b"Adobe") and len(data) == 12)


def _up(tiff: bytes) -> int:
    """Which way is up, 1 to 8, as EXIF tells it; 1 is as it is."""
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None:
        return 1
    try:
        (start,) = struct.unpack_from(f"{order}I", tiff, 4)
        (entries,) = struct.unpack_from(f"{order}H", tiff, start)
        for number in range(entries):
            tag, _, _, value = struct.unpack_from(f"{order}HHIH", tiff, start + 2 + 12 * number)
            if tag == 0x0112:
                return value if 1 <= value <= 8 else 1
    except struct.error:
        pass
    return 1


def _which_way_up(up: int) -> bytes:
    if up == 1:
        return b""
    return _segment(0xE1, b"Exif\0\0MM" + struct.pack(">HIHHHIHHI", 42, 8, 1, 0x0112, 3, 1, up, 0, 0))


def _png(raw: bytes) -> Picture:
    kept, at = [PNG], len(PNG)
    seen: set[bytes] = set()
    for _ in range(MOST_PARTS):
        length, kind = struct.unpack_from(">I4s", raw, at)
        end = at + 12 + length
        if end > len(raw) or zlib.crc32(raw[at + 4 : end - 4]) != int.from_bytes(raw[end - 4 : end]):
            raise Damaged
        if not seen and (kind, length) != (b"IHDR", 13):
            raise Damaged
        if kind in _CHUNKS:
            kept.append(raw[at:end])
        seen.add(kind)
        at = end
        if kind == b"IEND":
            break
    if not {b"IDAT", b"IEND"} <= seen:
        raise Damaged
    width, height = struct.unpack_from(">II", raw, 16)
    return Picture(b"".join(kept), width, height)


def _webp(raw: bytes) -> Picture:
    kept: list[tuple[bytes, bytes]] = []
    at, end = 12, 8 + int(struct.unpack_from("<I", raw, 4)[0])
    if end > len(raw):
        raise Damaged
    for _ in range(MOST_PARTS):
        if at >= end:
            break
        kind, length = struct.unpack_from("<4sI", raw, at)
        at += 8 + length + length % 2
        if at > end + 1:
            raise Damaged
        if kind in _PARTS and kind not in dict(kept):
            kept.append((kind, raw[at - length - length % 2 : at - length % 2]))
    parts = dict(kept)
    width, height = _measure(parts)
    if b"VP8X" in parts:
        head = parts[b"VP8X"]
        if head[0] & _MOVING:
            raise Damaged
        flags = head[0] & _WITH_ALPHA | (_WITH_PROFILE if b"ICCP" in parts else 0)
        kept = [(kind, bytes((flags,)) + head[1:] if kind == b"VP8X" else data) for kind, data in kept]
    body = b"".join(struct.pack("<4sI", kind, len(data)) + data + b"\0" * (len(data) % 2) for kind, data in kept)
    return Picture(RIFF + struct.pack("<I", len(body) + 4) + b"WEBP" + body, width, height)


def _measure(parts: dict[bytes, bytes]) -> tuple[int, int]:
    if lossy := parts.get(b"VP8 "):
        start, width, height = struct.unpack_from("<3sHH", lossy, 3)
        if start != b"\x9d\x01\x2a":
            raise Damaged
        plain = width & 0x3FFF, height & 0x3FFF
    elif lossless := parts.get(b"VP8L"):
        mark, packed = struct.unpack_from("<BI", lossless)
        if mark != 0x2F:
            raise Damaged
        plain = (packed & 0x3FFF) + 1, (packed >> 14 & 0x3FFF) + 1
    else:
        raise Damaged
    if canvas := parts.get(b"VP8X"):
        return int.from_bytes(canvas[4:7], "little") + 1, int.from_bytes(canvas[7:10], "little") + 1
    return plain
