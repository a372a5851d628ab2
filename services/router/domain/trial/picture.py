"""Pictures as SVG text, drawn without any library: a week as a heat map, and bars before and after."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Literal, TypeAlias
from zoneinfo import ZoneInfo

from services.router.domain.trial.week import Cell
from shared.contracts.plan import Person

Language: TypeAlias = Literal["ja", "en"]
# Okabe and Ito's colours, which people of every colour vision can tell apart; each cell carries a number as well.
COLOURS = ("#56B4E9", "#E69F00", "#009E73", "#F0E442", "#CC79A7", "#0072B2", "#D55E00", "#999999")
NOBODY = "#FFFFFF"
FONT = "font-family='Noto Sans JP, Hiragino Sans, Yu Gothic, Meiryo, sans-serif' font-size='12'"
DAYS = {"ja": "月火水木金土日", "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")}
SIDE, LEFT, TOP = 26, 92, 58


@dataclass(frozen=True)
class Bar:
    """One pair of bars: now, and with the draft."""

    label: str
    before: int
    after: int


def people_of(cells: Iterable[Cell]) -> list[Person]:
    """Everybody who is asked first in some hour, in the order in which they appear."""
    return list({c.people[0].id: c.people[0] for c in cells if c.people}.values())


def heat_map(cells: Sequence[Cell], zone: ZoneInfo, title: str, language: Language = "ja") -> str:
    """Day × hour: the number and colour say who is asked first, hatching that the page waits."""
    ja = language == "ja"
    people = people_of(cells)
    number = {p.id: n for n, p in enumerate(people, 1)}
    local = [(c, c.at.astimezone(zone)) for c in cells]
    days = list(dict.fromkeys(at.date() for _, at in local))
    parts = [_text(8, 22, title, "font-weight='bold'")]
    parts += [_text(LEFT + hour * SIDE + 4, TOP - 8, str(hour)) for hour in range(24)]
    for row, day in enumerate(days):
        name = DAYS[language][day.weekday()]
        shown = f"{day.month}/{day.day}（{name}）" if ja else f"{name} {day:%m-%d}"
        parts.append(_text(8, TOP + row * SIDE + 18, shown))
    for cell, at in local:
        x, y = LEFT + at.hour * SIDE, TOP + days.index(at.date()) * SIDE
        n = number[cell.people[0].id] if cell.people else 0
        parts.append(_cell(x, y, n, cell.held, _said(cell, at, zone, ja)))
    y = TOP + len(days) * SIDE + 14
    for person in people:
        parts += [_cell(LEFT, y, number[person.id], False, person.name), _text(LEFT + SIDE + 8, y + 18, person.name)]
        y += SIDE
    parts += [_cell(LEFT, y, 0, True, ""), _text(LEFT + SIDE + 8, y + 18, _HELD[language])]
    parts += [_cell(LEFT + 330, y, 0, False, ""), _text(LEFT + 330 + SIDE + 8, y + 18, _NOBODY[language])]
    return _svg(LEFT + 24 * SIDE + 12, y + SIDE + 12, title, parts)


_HELD = {
    "ja": "斜線: 営業時間や当番・週次まで待ってから連絡",
    "en": "hatched: the page waits for hours, a shift or the digest",
}
_NOBODY = {"ja": "白: だれも呼び出さない", "en": "white: nobody is called"}
_BARS = {"ja": ("いま", "案"), "en": ("now", "draft")}


def _said(cell: Cell, at: datetime, zone: ZoneInfo, ja: bool) -> str:
    when = f"{at:%m/%d %H:%M}"
    if not cell.people:
        return f"{when} {'呼び出しなし' if ja else 'nobody is called'}"
    names = ("、" if ja else ", ").join(p.name for p in cell.people)
    asked = f"{cell.asked_at.astimezone(zone):%m/%d %H:%M}"
    return f"{when} → {names} {asked}"


def bars(groups: Sequence[tuple[str, Sequence[Bar]]], title: str, language: Language = "ja") -> str:
    """Groups of pairs of bars, one scale for all of them."""
    most = max((max(b.before, b.after) for _, found in groups for b in found), default=0) or 1
    parts, y = [_text(8, 22, title, "font-weight='bold'")], 44
    for n, word in enumerate(_BARS[language]):
        parts += [_rect(160 + n * 90, y - 11, 12, 12, COLOURS[n]), _text(178 + n * 90, y, word)]
    y += 16
    for name, found in groups:
        parts.append(_text(8, y + 12, name, "font-weight='bold'"))
        y += 22
        for bar in found:
            parts.append(_text(8, y + 15, bar.label))
            for n, value in enumerate((bar.before, bar.after)):
                width = round(380 * value / most)
                parts += [_rect(160, y + n * 11, width, 10, COLOURS[n]), _text(166 + width, y + 9 + n * 11, str(value))]
            y += 30
    return _svg(620, y + 10, title, parts)


def _svg(width: int, height: int, title: str, parts: Iterable[str]) -> str:
    hatch = (
        "<defs><pattern id='held' width='6' height='6' patternUnits='userSpaceOnUse' patternTransform='rotate(45)'>"
        "<line x1='0' y1='0' x2='0' y2='6' stroke='#333' stroke-width='2' stroke-opacity='0.55'/></pattern></defs>"
    )
    return (
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {width} {height}' width='{width}' height='{height}' "
        f"role='img' aria-label='{_escaped(title)}' {FONT}><rect width='100%' height='100%' fill='#fff'/>{hatch}"
        + "".join(parts)
        + "</svg>\n"
    )


def _cell(x: int, y: int, number: int, held: bool, said: str) -> str:
    fill = COLOURS[(number - 1) % len(COLOURS)] if number else NOBODY
    box = f"x='{x}' y='{y}' width='{SIDE - 2}' height='{SIDE - 2}'"
    drawn = [f"<rect {box} fill='{fill}' stroke='#888' stroke-width='0.5'/>"]
    if held:
        drawn.append(f"<rect {box} fill='url(#held)'/>")
    if number:
        drawn.append(_text(x + 7, y + 17, str(number)))
    return f"<g><title>{_escaped(said)}</title>{''.join(drawn)}</g>"


def _rect(x: int, y: int, width: int, height: int, fill: str) -> str:
    return f"<rect x='{x}' y='{y}' width='{width}' height='{height}' fill='{fill}'/>"


def _text(x: int, y: int, text: str, more: str = "") -> str:
    return f"<text x='{x}' y='{y}' fill='#111' {more}>{_escaped(text)}</text>"


def _escaped(text: str) -> str:
    return escape(text, quote=True)
