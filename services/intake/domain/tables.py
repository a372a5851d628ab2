"""Tables. What reports are imported from: one JSON object a line, or a table with the names of fields as its head; and what is
taken along into a spreadsheet."""

import csv
import io
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from services.intake.domain.refusals import Refusal

Form = Literal["ndjson", "csv"]
FORMS: dict[str, Form] = {"application/x-ndjson": "ndjson", "application/jsonl": "ndjson", "text/csv": "csv"}
MOST_ROWS = 1000
FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")  # a spreadsheet would run what begins so
YES_OR_NO = {"true": True, "false": False}
NO_OBJECT = Refusal("not-an-object", "この行は JSON のオブジェクトではありません。", "This line is not a JSON object.")
TOO_MANY_CELLS = Refusal(
    "too-many-cells", "見出しより列が多い行です。", "This row has more cells than the head has names."
)


@dataclass(frozen=True)
class Row:
    """One row: the line of the file on which it begins, and its fields, or why it has none."""

    line: int
    fields: dict[str, Any] | Refusal


def read(raw: bytes, form: Form) -> list[Row]:
    """All rows of a file; empty lines are none. Raises ValueError when it is no text or no table."""
    return list(_objects(raw) if form == "ndjson" else _cells(_text(raw)))


def written(rows: Iterable[Iterable[object]]) -> str:
    """A table for a spreadsheet, which opens it as text: whatever could run as a formula is marked."""
    out = io.StringIO(newline="")
    csv.writer(out).writerows(
        [f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell for cell in row] for row in rows
    )
    return "\ufeff" + out.getvalue()


def _objects(raw: bytes) -> Iterator[Row]:
    for number, line in enumerate(raw.removeprefix(b"\xef\xbb\xbf").split(b"\n"), 1):
        if line.strip():
            try:
                found = json.loads(line)
            except (ValueError, RecursionError):
                found = None
            yield Row(number, found if isinstance(found, dict) else NO_OBJECT)


def _cells(text: str) -> Iterator[Row]:
    table = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        head = [name.strip() for name in next(table, [])]
        if not head or len(set(head)) != len(head):
            raise ValueError("the head of the table needs a name for each column, each once")
        line = table.line_num + 1
        for cells in table:
            if any(cell.strip() for cell in cells):
                yield Row(line, TOO_MANY_CELLS if len(cells) > len(head) else _nested(head, cells))
            line = table.line_num + 1
    except csv.Error as problem:
        raise ValueError(str(problem)) from None


def _nested(head: list[str], cells: list[str]) -> dict[str, Any]:
    """The fields of a row: `customer.company` is a field of `customer`; an empty cell is none."""
    found: dict[str, Any] = {}
    for name, cell in zip(head, cells, strict=False):
        if cell.strip():
            outer, _, inner = name.partition(".")
            place = found.setdefault(outer, {}) if inner else found
            if isinstance(place, dict):
                place[inner or name] = _value(name, cell)
    return found


def _value(name: str, cell: str) -> Any:
    text = cell.strip()
    if name == "personal_data":
        return YES_OR_NO.get(text.lower(), text)
    return int(text) if name in ("amount", "estimate_minutes") and text.isascii() and text.isdigit() else cell


def _text(raw: bytes) -> str:
    """UTF-8, or what spreadsheets in Japan write. Raises ValueError."""
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp932")
