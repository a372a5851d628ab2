"""Folders of Markdown and HTML, as one zip or one file: the head of a file says what the body does not."""

import io
import lzma
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator

from services.knowledge.domain.moving.markup import TooLong, titled
from services.knowledge.domain.moving.row import Row, bad, row_of
from services.knowledge.domain.moving.tables import decoded

MOST_FILES = 20_000
LARGEST_FILE = 1_000_000
LARGEST_WHOLE = 100_000_000  # bytes when unpacked: what is larger was made to harm
# What is raised for a zip that was torn, spoilt, locked, or packed in a way of its own.
BROKEN = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, RuntimeError, ValueError, OSError, EOFError, struct.error)
UNREADABLE = "ファイルを読み取れません。", "The file cannot be read."
_HEAD = re.compile(r"\A---[ \t]*\n(.*?)\n---[ \t]*(?:\n|\Z)", re.S)
_FIRST = re.compile(r"\A\s*#\s+(.+?)\s*(?:\n|\Z)")
_INSIDE = re.compile(r"^##[ \t]*(?:社内向け|社内メモ|Internal)[ \t]*$", re.M)


def markdown_rows(data: bytes) -> Iterator[Row]:
    """One article a file: keys between `---` lines, the first heading asks, "## 社内向け" begins what is internal."""
    return _rows(data, (".md", ".markdown", ".txt"), _note)


def html_rows(data: bytes) -> Iterator[Row]:
    """One article a page: its title asks, the rest answers."""
    return _rows(data, (".html", ".htm"), _page)


def _note(number: int, name: str, text: str) -> Row:
    given: dict[str, object] = {"id": name}
    if head := _HEAD.match(text):
        given |= _keys(head[1])
        text = text[head.end() :]
    if first := _FIRST.match(text):
        given.setdefault("question", first[1])
        text = text[first.end() :]
    answer, *inside = _INSIDE.split(text, maxsplit=1)
    given |= {"answer": answer} | ({"internal": inside[0]} if inside else {})
    return row_of(number, name, given)


def _page(number: int, name: str, text: str) -> Row:
    try:
        title, body = titled(text)
    except TooLong as problem:
        return bad(number, name, *problem.words)
    return row_of(number, name, {"id": name, "question": title[:200], "answer": body})


def _keys(head: str) -> dict[str, object]:
    """`key: value` lines; a key without a value is followed by a list of `- value` lines."""
    found: dict[str, object] = {}
    key = ""
    for line in head.split("\n"):
        if line.lstrip().startswith("- ") and key:
            values = found.setdefault(key, [])
            if isinstance(values, list):
                values.append(_unquoted(line.lstrip()[2:]))
            continue
        key, apart, value = line.partition(":")
        key = key.strip() if apart else ""
        if key and value.strip():
            found[key] = _unquoted(value)
    return found


def _unquoted(text: str) -> str:
    text = text.strip()
    if len(text) > 1 and text[0] == text[-1] == '"':
        return text[1:-1].replace('\\"', '"').replace("\\\\", "\\")
    return text


def _rows(data: bytes, ends: tuple[str, ...], read: Callable[[int, str, str], Row]) -> Iterator[Row]:
    if not zipfile.is_zipfile(io.BytesIO(data)):
        yield read(1, "", decoded(data))
        return
    try:
        opened = zipfile.ZipFile(io.BytesIO(data))
    except BROKEN:
        yield bad(1, "", *UNREADABLE)
        return
    with opened as packed:
        wanted = [info for info in packed.infolist() if info.filename.casefold().endswith(ends)]
        if rest := len(wanted[MOST_FILES:]):  # told first: of many bad rows only the first are listed
            ja = f"一度に取り込めるのは {MOST_FILES:,} ファイルまでです。これより後の {rest:,} ファイルは読んでいません。"
            yield bad(MOST_FILES + 1, "", ja, f"Of one zip {MOST_FILES:,} files are read; the last {rest:,} are not.")
        whole = 0
        for number, info in enumerate(wanted[:MOST_FILES], 1):
            if info.file_size > LARGEST_FILE:
                yield bad(number, info.filename, "1 MB より大きいファイルです。", "The file is larger than 1 MB.")
                continue
            whole += info.file_size
            if whole > LARGEST_WHOLE:
                ja = "ここまでで、展開後の大きさが 100 MB を超えました。分けて取り込んでください。"
                yield bad(
                    number, info.filename, ja, "Up to here the zip unpacks to more than 100 MB: please divide it."
                )
                continue
            try:
                with packed.open(info) as file:
                    text = decoded(file.read(LARGEST_FILE + 1))
            except BROKEN:
                yield bad(number, info.filename, *UNREADABLE)
                continue
            yield read(number, info.filename, text)
