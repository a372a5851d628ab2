"""Articles as files that we, and others, can read again."""

import csv
import io
import json
from collections.abc import Iterable
from typing import Any

from services.knowledge.domain.article import Content
from services.knowledge.domain.files import File

COLUMNS = (
    "external_id", "tasuki_version", "question", "phrasings", "answer", "cause", "internal", "audience", "language", "product", "kind",
    "review_by", "expires_on",
)  # fmt: skip
PAGE = 1_000_000  # bytes, of which quotation marks and line ends may make twice as many; the front door hands on 4 MiB
FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")  # a spreadsheet would run what begins so


def plain(external_id: str, content: Content, version: int | None) -> dict[str, Any]:
    """One article as JSON, as one version of it is."""
    found = content.model_dump(mode="json", include=set(COLUMNS)) | {
        "external_id": external_id,
        "tasuki_version": version,
    }
    return {name: found[name] for name in COLUMNS}


def files_of(id_: str, files: Iterable[File]) -> list[dict[str, Any]]:
    """The attached files of an article as JSON, without their bytes: where each is fetched by who may see it."""
    named = ("name", "kind", "size", "public")
    return [{**file.model_dump(include=set(named)), "path": f"/v1/articles/{id_}/files/{file.id}"} for file in files]


def fitting(rows: list[dict[str, Any]]) -> int:
    """How many of them, from the first on, make a page that can be handed on; one does, however large."""
    whole = 0
    for many, row in enumerate(rows):
        whole += len(json.dumps(row, ensure_ascii=False).encode())
        if many and whole > PAGE:
            return many
    return len(rows)


def csv_text(rows: list[dict[str, Any]], head: bool) -> str:
    """Articles as CSV; phrasings stand in one cell, one a line."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    if head:
        writer.writerow(COLUMNS)
    for row in rows:
        values = [row[name] for name in COLUMNS]
        cells = ("\n".join(v) if isinstance(v, list) else "" if v is None else str(v) for v in values)
        writer.writerow([f" {cell}" if cell.startswith(FORMULA) else cell for cell in cells])
    return out.getvalue()


def json_lines(rows: list[dict[str, Any]]) -> str:
    """Articles as JSON, one a line."""
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def markdown_text(row: dict[str, Any]) -> str:
    """One article as Markdown that `markdown_rows` reads again."""
    lines = ["---", f"id: {_quoted(row['external_id'])}", f"tasuki_version: {row['tasuki_version']}"]
    for name in ("audience", "language", "product", "kind", "review_by", "expires_on"):
        if row[name]:
            lines.append(f"{name}: {_quoted(row[name])}")
    if row["cause"]:
        lines.append(f"cause: {_quoted(' '.join(row['cause'].split()))}")
    if row["phrasings"]:
        lines += ["phrasings:", *(f"- {_quoted(way)}" for way in row["phrasings"])]
    lines += ["---", "", f"# {row['question']}", "", row["answer"]]
    if row["internal"]:
        lines += ["", "## 社内向け" if row["language"] == "ja" else "## Internal", "", row["internal"]]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
