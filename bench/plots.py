"""Small plots as SVG, readable in light and dark: bars beside a line that is not to be passed."""

from collections.abc import Sequence
from html import escape

WIDTH, HEIGHT, LEFT, BELOW, ABOVE = 640, 240, 56, 36, 30
STYLE = (
    "text{font:12px sans-serif;fill:#222}.bar{fill:#2a6fb0}.over{fill:#b5432a}.line{stroke:#b5432a;stroke-dasharray:5 4}"
    ".axis{stroke:#888}@media(prefers-color-scheme:dark){text{fill:#ddd}.bar{fill:#6ab0f3}.over{fill:#ff8a6b}"
    ".line{stroke:#ff8a6b}}"
)


def bars(title: str, unit: str, values: Sequence[float], names: Sequence[str], most: float | None = None) -> str:
    """One bar for each value; those over `most` in another colour. Raises ValueError without values."""
    top = max([*values, most or 0.0]) * 1.1 or 1.0
    tall, step = HEIGHT - BELOW - ABOVE, (WIDTH - LEFT - 16) / len(values)

    def y(value: float) -> float:
        return HEIGHT - BELOW - value / top * tall

    drawn = [f'<text x="8" y="18">{escape(title)} ({escape(unit)})</text>']
    for mark in (0.0, top / 2.2, top / 1.1):
        drawn.append(f'<text x="{LEFT - 6}" y="{y(mark) + 4:.0f}" text-anchor="end">{mark:.0f}</text>')
    for number, (value, name) in enumerate(zip(values, names, strict=True)):
        x, kind = LEFT + number * step, "over" if most is not None and value > most else "bar"
        drawn += [
            f'<rect class="{kind}" x="{x + step * 0.15:.1f}" y="{y(value):.1f}" width="{step * 0.7:.1f}"'
            f' height="{HEIGHT - BELOW - y(value):.1f}"><title>{value:g}</title></rect>',
            f'<text x="{x + step / 2:.1f}" y="{HEIGHT - 18}" text-anchor="middle">{escape(name)}</text>',
        ]
    drawn.append(f'<path class="axis" d="M{LEFT} {HEIGHT - BELOW}H{WIDTH - 16}"/>')
    if most is not None:
        drawn.append(f'<path class="line" d="M{LEFT} {y(most):.1f}H{WIDTH - 16}"/>')
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(title)}">'
    return f"{head}<style>{STYLE}</style>{''.join(drawn)}</svg>\n"
