"""A FAQ site of plain files: a page for each article, and a search that runs in the reader's browser."""

import hashlib
import html
import json
import re
from pathlib import Path

from cli.door import Json

ASSETS = Path(__file__).parent / "faq_site"
POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; base-uri 'none'; form-action 'self'"
TEXTS = {
    "ja": {
        "title": "よくあるご質問",
        "search": "キーワードや困っていることを入力",
        "back": "一覧へ戻る",
        "all": "すべてのご質問",
    },
    "en": {
        "title": "Questions and answers",
        "search": "Type a word or what is wrong",
        "back": "All questions",
        "all": "All questions",
    },
}
_ITEM = re.compile(r"[ \t]*[-*・][ \t]*(\S.*)")
_LINK = re.compile(r"https?://(?:(?![<>\"'()])[!-~])+(?<![.,;:!?])")  # Japanese has no blank behind it


def rows(lines: str) -> list[Json]:
    """The articles of an export, one a line."""
    return [json.loads(line) for line in lines.split("\n") if line]


def write(folder: Path, articles: list[Json], language: str, title: str = "") -> int:
    """Write the site; says how many files it has. A page of an article that is gone goes with it."""
    text = TEXTS[language]
    folder.mkdir(parents=True, exist_ok=True)
    pages = {name_of(row): row for row in articles}
    for old in folder.glob("q-*.html"):
        if old.name not in pages:
            old.unlink()
    heading = title or text["title"]
    links = "".join(f'<li><a href="{name}">{html.escape(row["question"])}</a></li>' for name, row in pages.items())
    body = (
        f'<form role="search"><input id="q" type="search" autofocus autocomplete="off" aria-label="{text["search"]}" '
        f'placeholder="{text["search"]}"></form><ol id="found" aria-live="polite"></ol>'
        f'<h2>{text["all"]}</h2><ul id="all">{links}</ul>'
    )
    files = {"index.html": _page(language, heading, heading, body + '<script src="faq.js"></script>', True)}
    for name, row in pages.items():
        back = f'<p><a href="index.html">{text["back"]}</a></p>'
        files[name] = _page(
            row["language"], f"{row['question']} – {heading}", row["question"], marked(row["answer"]) + back
        )
    searched = [[name, row["question"], row["phrasings"], row["answer"][:2000]] for name, row in pages.items()]
    files["articles.js"] = f"window.ARTICLES = {json.dumps(searched, ensure_ascii=True)};\n"
    files |= {path.name: path.read_text(encoding="utf-8") for path in ASSETS.glob("faq.*")}
    for name, content in files.items():
        (folder / name).write_text(content, encoding="utf-8")
    return len(files)


def name_of(row: Json) -> str:
    """The file of an article; the same one whenever the site is written."""
    return f"q-{hashlib.sha256(row['external_id'].encode()).hexdigest()[:16]}.html"


def marked(text: str) -> str:
    """An answer as HTML: paragraphs, lists and headings, links to the web; everything else is text."""
    found: list[str] = []
    for block in re.split(r"\n\s*\n", text.strip()):
        lines = block.split("\n")
        items = [item for line in lines if (item := _ITEM.fullmatch(line))]
        if len(items) == len(lines):
            listed = "".join(f"<li>{_linked(item[1])}</li>" for item in items)
            found.append(f"<ul>{listed}</ul>")
        elif head := re.fullmatch(r"#{1,6}\s+(.+)", block):
            found.append(f"<h2>{_linked(head[1])}</h2>")
        else:
            found.append(f"<p>{'<br>'.join(map(_linked, lines))}</p>")
    return "".join(found)


def _linked(text: str) -> str:
    parts, end = [], 0
    for link in _LINK.finditer(text):
        address = html.escape(link[0])
        parts += [html.escape(text[end : link.start()]), f'<a href="{address}" rel="noopener">{address}</a>']
        end = link.end()
    return "".join((*parts, html.escape(text[end:])))


def _page(language: str, title: str, heading: str, body: str, searched: bool = False) -> str:
    data = '<script src="articles.js"></script>' if searched else ""
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f'<title>{html.escape(title)}</title><link rel="stylesheet" href="faq.css">{data}</head>'
        f"<body><main><h1>{html.escape(heading)}</h1>{body}</main></body></html>\n"
    )
