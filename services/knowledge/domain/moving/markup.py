"""HTML as plain text in Markdown's manner: nothing that could run is left."""

import re
from html.parser import HTMLParser

LONGEST = 300_000  # letters of one page, beside its comments, styles and scripts
_UNSEEN = re.compile(r"<(!--|(?:style|script)\b(?![^<>]*/>))", re.I)
_ENDS = {name: re.compile(end, re.I) for name, end in (("!--", "-->"), ("style", "</style"), ("script", "</script"))}
_BLOCKS = {"p", "div", "section", "article", "table", "tr", "ul", "ol", "blockquote", "pre", "br", "hr"}
_HEADS = {f"h{n}": "#" * n + " " for n in range(1, 7)}
_DROPPED = {"script", "style", "template", "noscript", "iframe", "object", "svg"}
_SAFE = re.compile(r"https?://[^\s<>\"')]+|mailto:[^\s<>\"')]+", re.I)


class TooLong(ValueError):
    """A page is longer than is read; `words` say so in both languages."""

    words = f"{LONGEST // 10_000} 万字より長いページです。", f"The page is longer than {LONGEST:,} letters."


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.title: list[str] = []
        self._dropped = 0
        self._in_title = False
        self._links: list[str] = []

    def parse_html_declaration(self, i: int) -> int:
        """What stands in `<! >`; what is no declaration at all (`<![x`) is a comment, as browsers have it."""
        try:
            return super().parse_html_declaration(i)
        except AssertionError:
            return self.parse_bogus_comment(i)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _DROPPED:
            self._dropped += 1
        elif tag == "title":
            self._in_title = True
        elif tag == "li":
            self.parts.append("\n- ")
        elif tag in _HEADS:
            self.parts.append(f"\n\n{_HEADS[tag]}")
        elif tag in ("td", "th"):
            self.parts.append(" ")
        elif tag == "a":
            self._links.append(dict(attrs).get("href") or "")
        elif tag in _BLOCKS:
            self.parts.append("\n" if tag in ("br", "tr") else "\n\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _DROPPED:
            self._dropped = max(self._dropped - 1, 0)
        elif tag == "title":
            self._in_title = False
        elif tag == "a" and self._links:
            link = self._links.pop()
            if _SAFE.fullmatch(link) and not "".join(self.parts[-1:]).endswith(link):
                self.parts.append(f" ({link})")
        elif tag in _BLOCKS or tag in _HEADS:
            self.parts.append("\n\n")

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self.title.append(data)
        elif not self._dropped:
            self.parts.append(re.sub(r"\s+", " ", data))


def text_of(html: str) -> str:
    """What a reader sees of a piece of HTML. Raises TooLong."""
    return titled(html)[1]


def titled(html: str) -> tuple[str, str]:
    """The title of a page (or its first heading), and what a reader sees of the rest. Raises TooLong."""
    if len(html) > LONGEST:
        html = _without_unseen(html)
    if len(html) > LONGEST:
        raise TooLong
    reader = _Reader()
    reader.feed(html)
    reader.close()
    lines = (line.strip() for line in "".join(reader.parts).split("\n"))
    text = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
    title = " ".join("".join(reader.title).split())
    if head := re.match(r"#{1,6} (.+)\n*", text):
        if not title or title == head[1]:
            text = text[head.end() :].strip()
        title = title or head[1]
    return title, text


def _without_unseen(html: str) -> str:
    """A page whose comments are left out and whose styles and scripts are empty; in one go, whatever it holds."""
    kept, at = [], 0
    while begins := _UNSEEN.search(html, at):
        kept.append(html[at : begins.start()])
        name = begins[1].lower()
        ends = _ENDS[name].search(html, begins.end())
        if ends is None:  # all the rest is part of it
            return "".join(kept)
        kept.append("" if name == "!--" else f"<{name}></{name}")
        at = ends.end()
    return "".join((*kept, html[at:]))
