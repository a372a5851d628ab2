"""Texts and bytes that parsers stumble over: one corpus for every parser of what strangers send."""

import random
import time
from collections.abc import Callable, Iterator

MB = 1024 * 1024
TEXTS = (
    "", " ", "\t", "髙﨑①㈱🔥", "１２３４５６７８９０", "٣٤٥", "Ⅷ", "ｶﾞ", "か\u3099", "〜～−‐ー", "\ufeffx", "a\u0000b", "\x1b[2J\x9b", "\r\nX: y", "\u2028\u2029",
    "\u202eevil\u202c", "\u200f\u200b\u2060", "👨‍👩‍👧‍👦", "\ud800", "\udfff\ud800", "\uffff", "𠮷野家", "İıß", "NaN", "-1e999", "9" * 5000, "1_000", "0x7f", "../../etc/passwd",
    "%00%0d%0a", "{{7*7}}", "${jndi:ldap://x}", "{0.__class__}", "%s%n", "=cmd|' /C calc'!A0", "<script>alert(1)</script>", "<![x[", "<!x", "<?x", "&#xffffffff;", "&x;", "' OR '1'='1", "\\", '"', "2026-02-30T25:61:61Z",
    "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "00000000-0000-0000-0000-000000000000",
)  # fmt: skip
LONG = ("🔥" * (MB // 4), "a" * MB, "<" * MB, "[" * MB, "\n" * MB, '"' * MB, "&amp;" * (MB // 5), ",;=" * (MB // 3))
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
BODIES = (
    b"", b"\x00", b"\xff\xfe\x00\x00", b"{", b"[]", b"{}", b"null", b"1" * 5000, b"[" * 100_000, b'{"a":' * 20_000, b'{"a":' * 900 + b"1" + b"}" * 900,
    b'{"type":1e400}', b'{"type":NaN}', b'{"\\ud800":"\\u0000"}', b"a=b&a=c&=&%00=%ff", b"&" * 5000, "a=髙".encode("cp932"),
    b'<?xml version="1.0"?><!DOCTYPE a SYSTEM "file:///etc/passwd"><a>&x;</a>', f'<!DOCTYPE a [<!ENTITY l0 "lol">{LAUGHS}]><a>&l9;</a>'.encode(),
    b"a: &a [x]\nb: [*a, *a]\n", b"!!python/object/apply:os.system [true]", b"PK\x03\x04" + b"\x00" * 60, b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n",
)  # fmt: skip


def encoded(text: str) -> bytes:
    """A text as bytes, halves of letters and all."""
    return text.encode("utf-8", "surrogatepass")


def spoiled(example: bytes, count: int, seed: int = 0) -> Iterator[bytes]:
    """The corpus, and an example with pieces of the corpus put in, taken out and repeated; the same each time."""
    dice = random.Random(seed)
    pieces = [*map(encoded, TEXTS), *BODIES[:8]]
    yield from (*pieces, *BODIES)
    for _ in range(count):
        made = bytearray(example)
        for _ in range(dice.randint(1, 4)):
            at, length = dice.randint(0, len(made)), dice.choice((0, 0, 1, 7, 100))
            made[at : at + length] = dice.choice(pieces) if dice.random() < 0.8 else bytes(made[:at][-50:]) * 3
        yield bytes(made)


def text_of(raw: bytes) -> str:
    """Bytes as a text, halves of letters and all."""
    try:
        return raw.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def holds(
    example: bytes, parse: Callable[[bytes], object], *refusals: type[Exception], count: int = 60, seconds: float = 20
) -> None:
    """Fail where a parser raises anything but its refusals for the corpus or a spoiled example, or takes the processor for long.

    `refusals` are what it says that it raises. On a quiet machine no parser takes a second; what explodes would take minutes.
    """
    began = time.process_time()
    for raw in (example, *spoiled(example, count), *map(encoded, LONG)):
        try:
            parse(raw)
        except refusals:
            continue
        except Exception as problem:
            raise AssertionError(f"{raw[:300]!r} makes a {problem!r:.300}") from problem
    spent = time.process_time() - began
    assert spent < seconds, f"{spent:.1f} s of the processor"
