"""`tasuki contacts …`: the directory in and out, as YAML, as a table for a spreadsheet, and as a page to be printed."""

import argparse
import json
from pathlib import Path
from typing import Any

import yaml

from cli import given
from cli.door import Door, Json, Refused

Group = Any  # what argparse calls a group of commands has no public name
CSV = "/v1/contacts.csv"


def add(commands: Group) -> None:
    """Add `contacts` and its commands."""
    group = commands.add_parser("contacts", help="連絡先 (contact directory)").add_subparsers(
        dest="what", required=True
    )
    bring = group.add_parser("import", help="YAML か CSV から入れ替える (replace it by a YAML or CSV file)")
    bring.add_argument("file", type=Path)
    bring.add_argument("--dry-run", action="store_true", help="CSV を確かめるだけ (only check a CSV file)")
    bring.add_argument("--json", action="store_true", help="プログラム向け (for programs)")
    out = group.add_parser("export", help="JSON で、または CSV ファイルに書き出す (as JSON, or into a CSV file)")
    out.add_argument("file", type=Path, nargs="?", help="例: contacts.csv")
    group.add_parser("html", help="印刷できる一枚のページにする (one page to be printed)").add_argument(
        "file", type=Path
    )


def run(arguments: argparse.Namespace, door: Door) -> int:
    """Carry out one command and print what came of it. Returns the exit code."""
    en = arguments.lang == "en"
    match arguments.what:
        case "import" if arguments.file.suffix.lower() == ".csv":
            return _table(arguments, door, en)
        case "import" if arguments.dry_run:
            raise Refused("--dry-run は CSV だけで使えます (--dry-run is for CSV files)")
        case "import":
            _print(door.ask("PUT", "/v1/contacts", _directory(arguments.file)))
        case "export" if arguments.file:
            _keep(arguments.file, door.text(CSV), en)
        case "export":
            _print(door.get("/v1/contacts"))
        case _:
            _keep(arguments.file, door.text("/v1/contacts.html"), en)
    return 0


def _directory(file: Path) -> Any:
    """What a YAML file says; a name that looks like a day is the text that stands there. Raises Refused with the line."""
    try:
        found = yaml.safe_load(given.text(file))
    except yaml.MarkedYAMLError as problem:
        line = problem.problem_mark.line + 1 if problem.problem_mark else "?"
        raise Refused(f"{file}:{line}: YAML として読めません (not YAML: {problem.problem})") from problem
    except yaml.YAMLError as problem:
        raise Refused(f"{file}: YAML として読めません (not YAML: {problem})") from problem
    return json.loads(json.dumps(found, default=str))


def _table(arguments: argparse.Namespace, door: Door, en: bool) -> int:
    """Bring a table in; with mistakes nothing is changed, and each stands on a line of its own."""
    trial = "true" if arguments.dry_run else None
    try:
        answer: Json = door.ask("POST", CSV, arguments.file.read_bytes(), {"content-type": "text/csv"}, dry_run=trial)
    except Refused as problem:
        if problem.answer.get("code") != "import-refused":
            raise
        answer = {"done": False, "mistakes": problem.answer["errors"]}
    if arguments.json:
        _print(answer)
    else:
        print("\n".join(_lines(answer, en)))
    return 1 if answer["mistakes"] else 0


def _lines(answer: Json, en: bool) -> list[str]:
    """What an import changes, or what is wrong with it."""
    if answer["mistakes"]:
        last = "Nothing was changed." if en else "何も変えていません。"
        return [*(_mistake(m, en) for m in answer["mistakes"]), last]
    counts = (
        f"{answer['people']} people, {answer['teams']} teams"
        if en
        else f"人 {answer['people']}、チーム {answer['teams']}"
    )
    words = ("added", "changed", "removed") if en else ("追加", "変更", "削除")
    lines = [f"{word}: {', '.join(ids)}" for word, ids in zip(words, _changes(answer), strict=True) if ids]
    state = (
        ("imported" if en else "取り込みました")
        if answer["done"]
        else ("not imported yet" if en else "まだ取り込んでいません")
    )
    return [f"{counts}  ({state})", *lines]


def _changes(answer: Json) -> list[list[str]]:
    return [answer[name] for name in ("added", "changed", "removed")]


def _mistake(mistake: Json, en: bool) -> str:
    line = f"line {mistake['line']}" if en else f"{mistake['line']} 行目"
    return f"{line if mistake['line'] else '-'} {mistake['column']}: {mistake['detail']}"


def _keep(file: Path, text: str, en: bool) -> None:
    file.write_bytes(text.encode("utf-8"))
    print(f"wrote {file}" if en else f"{file} に書き出しました")


def _print(answer: object) -> None:
    print(json.dumps(answer, ensure_ascii=False, indent=2))
