"""Tables for people: columns that line up although Japanese characters are two wide, and dates as people write them."""

import unicodedata
from collections.abc import Sequence
from datetime import datetime

from shared.runtime.clock import Clock

WEEKDAYS = {"ja": "月火水木金土日", "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")}
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def table(head: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[int] = ()) -> list[str]:
    """Lines with the columns one under the other; those of `right` are aligned on that side."""
    all_ = [head, *rows]
    widths = [max(width(row[column]) for row in all_) for column in range(len(head))]
    lines = []
    for row in all_:
        cells = (_cell(text, widths[n], n in right) for n, text in enumerate(row))
        lines.append("  ".join(cells).rstrip())
    return lines


def width(text: str) -> int:
    """How many columns a text takes on a terminal."""
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _cell(text: str, wide: int, right: bool) -> str:
    space = " " * (wide - width(text))
    return space + text if right else text + space


def when(at: str | None, language: str) -> str:
    """An instant by the wall clock of the offset it came with: 11月25日(水) 9:00, Wed 25 Nov 9:00; the year if not this one."""
    if at is None:
        return ""
    local = datetime.fromisoformat(at)
    weekday, clock = WEEKDAYS[language][local.weekday()], f"{local.hour}:{local:%M}"
    other = local.year != Clock().now().astimezone(local.tzinfo).year
    if language == "en":
        return f"{weekday} {local.day} {MONTHS[local.month - 1]}{f' {local.year}' if other else ''} {clock}"
    return f"{f'{local.year}年' if other else ''}{local.month}月{local.day}日({weekday}) {clock}"
