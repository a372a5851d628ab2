"""A FAQ site of plain files: a page for each article, and a search that runs in the reader's browser."""

import hashlib
import html
import json
import re
from collections.abc import Callable
from pathlib import Path

from cli.door import Json, Refused

ASSETS = Path(__file__).parent / "faq_site"
POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self'"
TEXTS = {
    "ja": {
        "title": "よくあるご質問",
        "search": "キーワードや困っていることを入力",
        "back": "一覧へ戻る",
        "all": "すべてのご質問",
        "files": "添付ファイル",
    },
    "en": {
        "title": "Questions and answers",
        "search": "Type a word or what is wrong",
        "back": "All questions",
        "all": "All questions",
        "files": "Files",
    },
}
# How a file may end on the site, by what it is: a web server makes of it what its name says. Another ending gets the first.
ENDINGS = {
    "image/jpeg": ("jpg", "jpeg"),
    "image/png": ("png",),
    "image/webp": ("webp",),
    "application/pdf": ("pdf",),
    "text/plain": ("txt", "csv", "tsv", "log", "json", "md", "yaml", "yml"),
}
Fetch = Callable[[str], bytes]
_OURS = re.compile(r"q-[0-9a-f]{16}\.html|f-[0-9a-f]{16}\.[a-z]+")  # what a site has by turns; all else is left alone
_ITEM = re.compile(r"[ \t]*[-*・][ \t]*(\S.*)")
_LINK = re.compile(r"https?://(?:(?![<>\"'()])[!-~])+(?<![.,;:!?])")  # Japanese has no blank behind it


def rows(lines: str) -> list[Json]:
    """The articles of an export, one a line."""
    return [json.loads(line) for line in lines.split("\n") if line]


def write(folder: Path, articles: list[Json], language: str, title: str = "", fetch: Fetch | None = None) -> int:
    """Write the site; says how many files it has. Pages and attached files that are gone, or not public any more, go with it.

    `fetch` gives the bytes of an attached file by its path; without it the site has none. Where it fails, the pages are
    as they were.
    """
    text = TEXTS[language]
    folder.mkdir(parents=True, exist_ok=True)
    pages = {name_of(row): row for row in articles}
    wanted = _files(articles) if fetch else {}
    attached = {path: name for path, name in wanted.items() if fetch and _brought(folder / name, path, fetch)}
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
        answer = marked(row["answer"]) + _listed(row, attached, text["files"])
        files[name] = _page(row["language"], f"{row['question']} – {heading}", row["question"], answer + back)
    searched = [[name, row["question"], row["phrasings"], row["answer"][:2000]] for name, row in pages.items()]
    files["articles.js"] = f"window.ARTICLES = {json.dumps(searched, ensure_ascii=True)};\n"
    files |= {path.name: path.read_text(encoding="utf-8") for path in ASSETS.glob("faq.*")}
    for name, content in files.items():
        (folder / name).write_text(content, encoding="utf-8")
    for old in filter(lambda path: _OURS.fullmatch(path.name), list(folder.iterdir())):
        if old.name not in pages and old.name not in attached.values():
            old.unlink()
    return len(files) + len(attached)


def _files(articles: list[Json]) -> dict[str, str]:
    """The public files that are attached to articles: the name of each on the site by its path."""
    found: dict[str, str] = {}
    for file in (file for row in articles for file in row.get("files", ()) if file["public"]):
        ends = ENDINGS[file["kind"]]
        ending = file["name"].rpartition(".")[2].lower()
        digest = hashlib.sha256(file["path"].encode()).hexdigest()[:16]
        found[file["path"]] = f"f-{digest}.{ending if ending in ends else ends[0]}"
    return found


def _brought(to: Path, path: str, fetch: Fetch) -> bool:
    """Bring a file to the site; False, and none stays there, when it is gone meanwhile."""
    try:
        to.write_bytes(fetch(path))
    except Refused as problem:
        if problem.answer.get("status") != 404:
            raise
        to.unlink(missing_ok=True)
        return False
    return True


def _listed(row: Json, attached: dict[str, str], heading: str) -> str:
    items = []
    for file in row.get("files", ()):
        if address := attached.get(file["path"]):
            name = html.escape(file["name"])
            shown = f'<img src="{address}" alt="{name}" loading="lazy">' if file["kind"].startswith("image/") else name
            items.append(f'<li><a href="{address}" download="{name}">{shown}</a></li>')
    return f'<h2>{heading}</h2><ul class="files">{"".join(items)}</ul>' if items else ""


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
