"""`tasuki articles import`, `export` and `faq`: articles come in and go out as files, and a FAQ site is written into a folder."""

import argparse
import io
import sys
import time
import zipfile
from pathlib import Path
from typing import Any

from cli import faq
from cli.door import Door, Json, Refused

Group = Any  # what argparse calls a group of commands has no public name
FORMATS = ("csv", "json", "markdown", "html", "zendesk", "helpfeel")
BY_END = {".csv": "csv", ".tsv": "csv", ".json": "json", ".md": "markdown", ".zip": "markdown", ".html": "html"}
FOLDERS = {"markdown": (".md", ".markdown", ".txt"), "html": (".html", ".htm")}  # what of a folder is read as what
PART = 200 * 1024
PAUSE = 0.5


def add(commands: Group) -> None:
    """Add the commands."""
    articles = commands.add_parser("articles", help="記事の取り込み・書き出し・公開サイト (articles as files)")
    commands = articles.add_subparsers(dest="verb", required=True)
    come = commands.add_parser("import", help="記事を取り込む (take articles in: a file, a zip or a folder)")
    come.add_argument("path", type=Path)
    come.add_argument("--format", choices=FORMATS)
    come.add_argument("--dry-run", action="store_true", help="確かめるだけ (only say what would be done)")
    come.add_argument("--publish", action="store_true", help="すぐ公開する (publish what comes in)")
    come.add_argument("--by", default="import", help="担当者の ID (the owner's id)")
    go = commands.add_parser("export", help="公開中の記事を書き出す (write the published articles)")
    go.add_argument("path", type=Path, help="ファイル。markdown ではフォルダー (a file; a folder for markdown)")
    go.add_argument("--format", choices=("csv", "json", "markdown"), default="csv")
    go.add_argument("--audience", choices=("public", "internal"))
    site = commands.add_parser("faq", help="公開 FAQ サイトを作る (write a public FAQ site into a folder)")
    site.add_argument("folder", type=Path)
    site.add_argument("--title", default="")


def run(arguments: argparse.Namespace, door: Door) -> int:
    """Carry out one command; 1 when rows could not be taken."""
    match arguments.verb:
        case "import":
            return _import(arguments, door)
        case "export":
            return _export(arguments, door)
    articles = rows_of(door)
    written = faq.write(
        arguments.folder, articles, arguments.lang, arguments.title, lambda path: door.content(path, audience="public")
    )
    print(f"{arguments.folder}: {len(articles)} 件 ({written} files)")
    return 0


def rows_of(door: Door) -> list[Json]:
    """Every public article."""
    return faq.rows("".join(text for _, text in _files(door, "json", "public")[0]))


def _import(arguments: argparse.Namespace, door: Door) -> int:
    path: Path = arguments.path
    format_ = arguments.format or ("markdown" if path.is_dir() else BY_END.get(path.suffix.lower()))
    if format_ is None:
        raise Refused("--format が必要です (name the --format)")
    if path.is_dir() and format_ not in FOLDERS:
        raise Refused("フォルダーの形式は markdown か html です (a folder is of markdown or html)")
    body = _zipped(path, FOLDERS[format_]) if path.is_dir() else path.read_bytes()
    wanted = {"format": format_, "dry_run": arguments.dry_run, "publish": arguments.publish}
    now = door.post("/v1/imports", {**wanted, "by": {"id": arguments.by, "name": arguments.by}})
    for number, start in enumerate(range(0, len(body), PART)):
        door.ask("PUT", f"/v1/imports/{now['id']}/parts/{number}", body[start : start + PART])
    now = door.post(f"/v1/imports/{now['id']}/start")
    while now["state"] != "done":
        print(f"\r{now['seen']}/{now['total'] or '?'}", end="", file=sys.stderr, flush=True)
        time.sleep(PAUSE)
        now = door.get(f"/v1/imports/{now['id']}")
    print(f"\r{now['seen']}/{now['total']}", file=sys.stderr)
    for row in now["bad"]:
        place = row["name"] or f"{path.name}:{row['line']}"
        print(f"{place}: {row[arguments.lang]}")
    print(_counted(now, arguments.lang))
    return 1 if now["bad_rows"] else 0


def _counted(now: Json, language: str) -> str:
    if language == "en":
        tried = "would be " if now["dry_run"] else ""
        return (
            f"{tried}added {now['added']}, {tried}changed {now['changed']}, same {now['same']}, bad {now['bad_rows']}"
        )
    tried = "（確認のみ）" if now["dry_run"] else ""
    return (
        f"追加 {now['added']}、変更 {now['changed']}、変更なし {now['same']}、取り込めない行 {now['bad_rows']}{tried}"
    )


def _export(arguments: argparse.Namespace, door: Door) -> int:
    files: dict[str, list[str]] = {}
    found, left_out = _files(door, arguments.format, arguments.audience)
    for name, text in found:
        files.setdefault(name, []).append(text)
    if arguments.format == "markdown":
        arguments.path.mkdir(parents=True, exist_ok=True)
        for name, parts in files.items():
            (arguments.path / Path(name).name).write_text("".join(parts), encoding="utf-8")
    else:
        text = "".join(part for parts in files.values() for part in parts)
        mark = "\ufeff" if arguments.format == "csv" else ""  # by which spreadsheets know what it is
        arguments.path.write_text(mark + text, encoding="utf-8", newline="")
    if left_out:
        ja = f"添付ファイル {left_out} 個は含まれていません（json には取得先が入ります）。"
        en = f"{left_out} attached files are not in it (json names where each is fetched)."
        print(en if arguments.lang == "en" else ja)
    return 0


def _files(door: Door, format_: str, audience: str | None) -> tuple[list[tuple[str, str]], int]:
    """What goes out, and how many attached files do not."""
    found: list[tuple[str, str]] = []
    left_out = 0
    page = door.get(f"/v1/exports/{format_}", audience=audience)
    while True:
        found += [(file["name"], file["text"]) for file in page["data"]]
        left_out += page.get("left_out", 0)
        if not page["next_cursor"]:
            return found, left_out
        page = door.get(f"/v1/exports/{format_}", audience=audience, cursor=page["next_cursor"])


def _zipped(folder: Path, ends: tuple[str, ...]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for path in sorted(p for p in folder.rglob("*") if p.is_file() and p.name.casefold().endswith(ends)):
            packed.write(path, path.relative_to(folder).as_posix())
    return out.getvalue()
