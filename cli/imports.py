"""`tasuki import`: open cases of another system from a file, part by part; what was refused is told line by line."""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cli.door import Door, Json, Refused

PART = 200  # rows of one request
FORMS = {".csv": "text/csv", ".ndjson": "application/x-ndjson", ".jsonl": "application/x-ndjson"}
WORDS = {
    "taken": ("受け付けた", "taken"),
    "again": ("取り込み済み", "there already"),
    "would-be-taken": ("受け付けられる", "would be taken"),
    "refused": ("受け付けられない", "refused"),
}


def add(commands: Any) -> None:
    """Add `import`."""
    command = commands.add_parser("import", help="他のシステムの案件を取り込む (open cases from NDJSON or CSV)")
    command.add_argument("file", type=Path, help=".csv / .ndjson / .jsonl")
    command.add_argument("--dry-run", action="store_true", help="確かめるだけ (only say what would be)")
    command.add_argument("--json", action="store_true", help="プログラム向け (for programs)")


def run(arguments: argparse.Namespace, door: Door) -> int:
    """Import a file; 1 when a row was refused, or when it broke off: then what came of the rows before is told."""
    form = FORMS.get(arguments.file.suffix.lower())
    if form is None:
        raise Refused(f"{arguments.file}: .csv, .ndjson, .jsonl")
    query = {"dry_run": "true"} if arguments.dry_run else {}
    rows: list[Json] = []
    unknown: Json = {}
    for before, part in parts(arguments.file.read_bytes(), form):
        try:
            answer = door.ask("POST", "/v1/cases/import", part, {"content-type": form}, patient=True, **query)
        except (Refused, KeyboardInterrupt) as problem:
            if not before:
                raise
            unknown = {"unknown_from_line": before + 1, "problem": str(problem) or "Ctrl-C"}
            break
        rows += [{**row, "line": row["line"] + before} for row in answer["data"]]
    counts = Counter(row["result"] for row in rows)
    if arguments.json:
        print(json.dumps({"counts": counts, "data": rows, **unknown}, ensure_ascii=False, indent=2))
    else:
        en = arguments.lang == "en"
        for row in rows:
            for error in row["errors"]:
                print(f"{row['line']}: {row['external_id'] or '-'}: {error['pointer']} {error['detail']}")
        print("  ".join(f"{WORDS[result][en]}: {number}" for result, number in sorted(counts.items())))
    if unknown:
        line = unknown["unknown_from_line"]
        print(
            f"tasuki: {unknown['problem']}\n{line} 行目から後がどうなったかは分かりません。もう一度実行してください。取り込み済みの案件は増えません\n"
            f"(nothing is known from line {line} on: run it again, what has been taken is not doubled)",
            file=sys.stderr,
        )
    return 1 if counts["refused"] or unknown else 0


def parts(raw: bytes, form: str) -> Iterator[tuple[int, bytes]]:
    """A file of one object a line in parts, each with the number of lines before it; a table is sent whole."""
    if form == "text/csv":
        yield 0, raw
        return
    lines = raw.split(b"\n")
    for start in range(0, len(lines), PART):
        yield start, b"\n".join(lines[start : start + PART])
