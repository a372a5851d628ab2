"""Tables and JSON: our own CSV and JSON, exports of Zendesk Guide, and exports with many questions for one answer."""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from services.knowledge.domain.moving.markup import TooLong, text_of
from services.knowledge.domain.moving.row import Row, bad, row_of

LARGEST_FIELD = 200_000


def decoded(data: bytes) -> str:
    """The text of a file, its line ends in one form: UTF-8 with or without its mark, UTF-16 with one, else as Japanese
    spreadsheets write it."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = data.decode("utf-16", "replace")
    else:
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = data.decode("cp932", "replace")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def csv_rows(data: bytes) -> Iterator[Row]:
    """One article a line; the first line names the columns, in Japanese or English; tabs and semicolons may part them.

    What stands behind a closed quotation mark is refused: the cell was open, and rows after it would be a part of its text.
    """
    text = decoded(data).replace("\0", "")
    head = text.split("\n", 1)[0]
    apart = max(",\t;", key=head.count)
    csv.field_size_limit(LARGEST_FIELD)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=apart, strict=True)
    names: list[str] | None = None
    while True:
        line = reader.line_num + 1
        try:
            values = next(reader)
        except StopIteration:
            return
        except csv.Error as problem:
            ja = f'CSV として読み取れません。この行から先に、閉じていない引用符（"）があるかもしれません（{problem}）。'
            yield bad(line, "", ja, f"This is no CSV; from this line on a quotation mark may be open ({problem}).")
            continue
        if not any(value.strip() for value in values):
            continue
        if names is None:
            names = values
        elif len(values) > len(names):
            yield bad(line, "", "列が見出しより多くあります。", "There are more columns than the first line names.")
        else:
            yield row_of(line, "", dict(zip(names, values, strict=False)))


def json_rows(data: bytes) -> Iterator[Row]:
    """A list of articles, or an object with such a list in `articles` or `data`."""
    yield from _entries(
        data, lambda entry: entry.get("content", entry) | {"id": entry.get("external_id") or entry.get("id")}
    )


def zendesk_rows(data: bytes) -> Iterator[Row]:
    """The articles of Zendesk Guide's API: `title`, `body` in HTML, `locale`, `draft`, labels as phrasings."""

    def read(entry: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "id": f"zendesk:{entry.get('id', '')}:{entry.get('locale', '')}",
            "question": entry.get("title") or entry.get("name"),
            "answer": text_of(str(entry.get("body") or "")),
            "phrasings": [str(label)[:200] for label in entry.get("label_names") or []][:50],
            "language": entry.get("locale") or "ja",
            "audience": "internal" if entry.get("draft") or entry.get("user_segment_id") else "public",
        }

    yield from _entries(data, read)


def helpfeel_rows(data: bytes) -> Iterator[Row]:
    """One answer with the many ways to ask for it, in JSON (`questions`) or in a CSV with a question a line or a cell."""
    if not decoded(data).lstrip().startswith(("[", "{")):
        yield from _together(csv_rows(data))
        return

    def read(entry: Mapping[str, Any]) -> dict[str, Any]:
        ways = [str(way)[:200] for way in entry.get("questions") or entry.get("variants") or [] if str(way).strip()]
        title = entry.get("title") or (ways[0] if ways else "")
        rest = [way for way in dict.fromkeys(ways) if way != title][:50]
        body = str(entry.get("body") or entry.get("answer") or "")
        kept = {name: value for name, value in entry.items() if name in ("product", "audience", "language")}
        return {**kept, "id": entry.get("id") or title, "question": title, "answer": text_of(body), "phrasings": rest}

    yield from _entries(data, read)


def _together(rows: Iterator[Row]) -> Iterator[Row]:
    """Lines with the same answer are one article: the first asks, the others are phrasings."""
    kept: dict[str, Row] = {}
    for row in rows:
        if row.content is None:
            yield row
        elif (first := kept.get(row.content.answer)) is None or first.content is None:
            kept[row.content.answer] = row
        else:
            ways = dict.fromkeys((*first.content.phrasings, row.content.question, *row.content.phrasings))
            phrasings = tuple(way for way in ways if way != first.content.question)[:50]
            content = first.content.model_copy(update={"phrasings": phrasings})
            kept[row.content.answer] = replace(first, content=content, named=first.named | {"phrasings"})
    yield from kept.values()


def _entries(data: bytes, read: Any) -> Iterator[Row]:
    text = decoded(data)
    try:
        whole = json.loads(text)
    except RecursionError:
        yield bad(1, "", "JSON の入れ子が深すぎます。", "The JSON is nested too deeply.")
        return
    except ValueError as problem:
        if (lines := _lines(text)) is not None:
            yield from (_row(n, entry, read) for n, entry in lines)
            return
        line = getattr(problem, "lineno", 1)
        yield bad(line, "", "JSON として読み取れません。", f"This is no JSON: {problem}")
        return
    entries = _list_in(whole)
    if entries is None:
        yield bad(1, "", "記事の一覧がありません。", "There is no list of articles.")
        return
    yield from (_row(number, entry, read) for number, entry in enumerate(entries, 1))


def _row(number: int, entry: Any, read: Any) -> Row:
    try:
        return row_of(number, "", read(entry))
    except TooLong as problem:
        return bad(number, "", *problem.words)
    except (AttributeError, TypeError):
        return bad(number, "", "記事として読み取れません。", "This is no article.")


def _list_in(whole: Any) -> list[Any] | None:
    if isinstance(whole, dict):
        found = next((whole[name] for name in ("articles", "data", "pages") if isinstance(whole.get(name), list)), None)
        return found if found is not None else [whole] if {"question", "questions", "title"} & set(whole) else None
    return whole if isinstance(whole, list) else None


def _lines(text: str) -> list[tuple[int, dict[str, Any]]] | None:
    """The objects of a file that holds one a line; None when it does not."""
    found = []
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            try:
                entry = json.loads(line)
            except (ValueError, RecursionError):
                return None
            if not isinstance(entry, dict):
                return None
            found.append((number, entry))
    return found or None
