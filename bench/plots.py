"""Small plots as SVG, readable in light and dark: bars or dots beside a line that is not to be passed."""

from collections.abc import Callable, Sequence
from html import escape

from deploy.local.layout import ROOT

FOLDER = ROOT / "docs" / "benchmarks"  # where the page of benchmarks looks for them
WIDTH, HEIGHT, LEFT, BELOW, ABOVE = 640, 240, 56, 36, 30
TALL = HEIGHT - BELOW - ABOVE
STYLE = (
    "text{font:12px sans-serif;fill:#222}.bar{fill:#2a6fb0}.over{fill:#b5432a}.line{stroke:#b5432a;stroke-dasharray:5 4}"
    ".axis{stroke:#888}@media(prefers-color-scheme:dark){text{fill:#ddd}.bar{fill:#6ab0f3}.over{fill:#ff8a6b}"
    ".line{stroke:#ff8a6b}}.band{fill:#888;opacity:.2}"
)
Span = tuple[float, float, str]  # from, until, what it was


def bars(title: str, unit: str, values: Sequence[float], names: Sequence[str], most: float | None = None) -> str:
    """One bar for each value; those over `most` in another colour. Raises ValueError without values."""
    y, drawn = _scale(max([*values, most or 0.0]), most)
    step = (WIDTH - LEFT - 16) / len(values)
    for number, (value, name) in enumerate(zip(values, names, strict=True)):
        x, kind = LEFT + number * step, _kind(value, most)
        drawn += [
            f'<rect class="{kind}" x="{x + step * 0.15:.1f}" y="{y(value):.1f}" width="{step * 0.7:.1f}"'
            f' height="{HEIGHT - BELOW - y(value):.1f}"><title>{value:g}</title></rect>',
            f'<text x="{x + step / 2:.1f}" y="{HEIGHT - 18}" text-anchor="middle">{escape(name)}</text>',
        ]
    return _svg(f"{title} ({unit})", drawn)


def dots(
    title: str, unit: str, points: Sequence[tuple[float, float]], spans: Sequence[Span], most: float | None = None
) -> str:
    """A dot for each pair of seconds and value, over bands for what went on meanwhile. Raises ValueError without points."""
    end = max(at for at, _ in points) or 1.0
    y, drawn = _scale(max([*(value for _, value in points), most or 0.0]), most)

    def x(at: float) -> float:
        return LEFT + at / end * (WIDTH - LEFT - 16)

    bands = [
        f'<rect class="band" x="{x(begins):.1f}" y="{ABOVE}" width="{x(ends) - x(begins):.1f}" height="{TALL}">'
        f"<title>{escape(what)}</title></rect>"
        for begins, ends, what in spans
    ]
    drawn += [
        f'<circle class="{_kind(value, most)}" cx="{x(at):.1f}" cy="{y(value):.1f}" r="1.8"/>' for at, value in points
    ]
    drawn += [
        f'<text x="{x(at):.1f}" y="{HEIGHT - 18}" text-anchor="middle">{at:.0f} s</text>' for at in (0.0, end / 2, end)
    ]
    return _svg(f"{title} ({unit})", bands + drawn)


def _kind(value: float, most: float | None) -> str:
    return "over" if most is not None and value > most else "bar"


def _scale(highest: float, most: float | None) -> tuple[Callable[[float], float], list[str]]:
    """Where a value stands, with the axis, three marks of it and the line that is not to be passed."""
    top = highest * 1.1 or 1.0

    def y(value: float) -> float:
        return HEIGHT - BELOW - value / top * TALL

    drawn = [
        f'<text x="{LEFT - 6}" y="{y(mark) + 4:.0f}" text-anchor="end">{mark:.0f}</text>'
        for mark in (0.0, top / 2.2, top / 1.1)
    ]
    drawn.append(f'<path class="axis" d="M{LEFT} {HEIGHT - BELOW}H{WIDTH - 16}"/>')
    if most is not None:
        drawn.append(f'<path class="line" d="M{LEFT} {y(most):.1f}H{WIDTH - 16}"/>')
    return y, drawn


def _svg(title: str, drawn: Sequence[str]) -> str:
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(title)}">'
    return f'{head}<style>{STYLE}</style><text x="8" y="18">{escape(title)}</text>{"".join(drawn)}</svg>\n'
