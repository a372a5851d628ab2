"""How many parts of a text message a text takes, and cutting it to so many.

A part holds 160 letters of the GSM alphabet or 70 of UCS-2; where there are several, each gives up room to its header.
"""

import regex

from services.notifier.domain.fitting import MARK

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED = frozenset("\f^{}\\[~]|€")  # each takes the place of two
GSM = (160, 153)  # letters of a single part, and of one among several
UCS2 = (70, 67)


def parts(text: str) -> int:
    """The number of parts; what cannot be divided (a surrogate pair, an escaped letter) moves to the next one whole."""
    gsm = all(c in BASIC or c in EXTENDED for c in text)
    single, several = GSM if gsm else UCS2
    sizes = [(2 if c in EXTENDED else 1) if gsm else (2 if ord(c) > 0xFFFF else 1) for c in text]
    if sum(sizes) <= single:
        return 1
    count, used = 1, 0
    for size in sizes:
        if used + size > several:
            count, used = count + 1, 0
        used += size
    return count


def shorten(text: str, most: int, link: str = "") -> str:
    """The text and the link on a line of its own in at most `most` parts; only the text is cut, and "…" says so.

    A link that needs more than that alone is given all the same: without it there would be no answer.
    """
    end = f"\n{link}" if link else ""
    if parts(text + end) <= most:
        return text + end
    found: list[str] = regex.findall(r"\X", text[: most * GSM[1]])
    low, high = 0, len(found)
    while low < high:  # the longest beginning that fits
        middle = (low + high + 1) // 2
        low, high = (middle, high) if parts(_cut(found, middle) + end) <= most else (low, middle - 1)
    return _cut(found, low) + end if low else link or MARK


def _cut(found: list[str], count: int) -> str:
    return "".join(found[:count]).rstrip() + MARK
