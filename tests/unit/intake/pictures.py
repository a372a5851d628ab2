"""Small pictures made by hand, with all that a telephone writes beside them."""

import struct
import zlib

GPS = b"GPSLatitude 35.6812 N 139.7671 E"
HTML = b"<html><script>alert(1)</script></html>"


def exif(up: int = 1, order: str = ">") -> bytes:
    """An EXIF part with the way up, and where it was taken."""
    mark = b"MM" if order == ">" else b"II"
    entry = struct.pack(f"{order}HHIHH", 0x0112, 3, 1, up, 0)
    return mark + struct.pack(f"{order}HIH", 42, 8, 1) + entry + struct.pack(f"{order}I", 0) + GPS


def segment(marker: int, data: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(data) + 2) + data


SCAN = b"\x12\xff\x00\x34\xff\xd0\x56"
FRAME = struct.pack(">BHHB", 8, 48, 64, 1) + b"\x01\x11\x00"
PARTS = (segment(0xDB, bytes(65)), segment(0xC0, FRAME), segment(0xC4, bytes(20)), segment(0xDA, bytes(6)) + SCAN)


def jpeg(*beside: bytes, behind: bytes = b"", up: int = 0) -> bytes:
    """A photo of 64 × 48, with other segments beside it."""
    told = [segment(0xE1, b"Exif\0\0" + exif(up))] if up else []
    jfif = segment(0xE0, b"JFIF\0\x01\x01\0\0\x01\0\x01\x02\x01" + b"\xaa\xbb\xcc" * 2)
    return b"".join((b"\xff\xd8", jfif, *told, *beside, *PARTS, b"\xff\xd9", behind))


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(*beside: bytes, behind: bytes = b"", width: int = 3, height: int = 2) -> bytes:
    """A grey picture."""
    lines = zlib.compress((b"\0" + b"\x80" * width) * height)
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    parts = (b"\x89PNG\r\n\x1a\n", head, *beside, chunk(b"IDAT", lines), chunk(b"IEND", b""), behind)
    return b"".join(parts)


def part(kind: bytes, data: bytes) -> bytes:
    return kind + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)


def webp(*beside: bytes, flags: int = 0x0C, behind: bytes = b"") -> bytes:
    """A picture of 16 × 9."""
    canvas = bytes((flags, 0, 0, 0)) + (15).to_bytes(3, "little") + (8).to_bytes(3, "little")
    lossless = b"\x2f" + struct.pack("<I", 15 | 8 << 14) + b"\x01\x02"
    body = b"WEBP" + b"".join((part(b"VP8X", canvas), part(b"VP8L", lossless), *beside))
    return b"RIFF" + struct.pack("<I", len(body)) + body + behind
