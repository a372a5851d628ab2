"""`tasuki personal …`: what was masked in a case, in which cases somebody stands, and erasing it for good."""

import argparse
import json
from typing import Any

from cli.door import Door, Json, Refused

Group = Any  # what argparse calls a group of commands has no public name


def add(commands: Group) -> None:
    """Add `personal` and its commands."""
    group = commands.add_parser("personal", help="個人情報 (personal data)").add_subparsers(dest="what", required=True)
    original = _command(group, "original", "伏せる前の文。閲覧は記録されます (what was masked; looking is recorded)")
    original.add_argument("case")
    found = _command(group, "find", "電話番号・メールアドレスから案件を探す (the cases in which somebody stands)")
    found.add_argument("value")
    erase = _command(group, "erase", "消去する。元に戻せません (erase for good)")
    erase.add_argument("case")
    erase.add_argument("--reporter", action="store_true", help="報告者も消去する (forget who reported it too)")
    erase.add_argument("--yes", action="store_true", help="確認せずに消去する (do not ask)")


def _command(group: Group, name: str, about: str) -> argparse.ArgumentParser:
    command: argparse.ArgumentParser = group.add_parser(name, help=about)
    command.add_argument("--json", action="store_true", help="プログラム向け (for programs)")
    return command


def run(arguments: argparse.Namespace, door: Door) -> int:
    """Carry out one command and print what came of it. Returns the exit code."""
    en = arguments.lang == "en"
    if arguments.what == "erase" and not arguments.yes and not _sure(arguments.case, en):
        return 1
    answer = _ask(arguments, door)
    if arguments.json:
        print(json.dumps(answer, ensure_ascii=False, indent=2))
        return 0
    for line in _lines(arguments.what, answer, en):
        print(line)
    return 0


def _ask(arguments: argparse.Namespace, door: Door) -> Json:
    found: Json
    match arguments.what:
        case "original":
            found = door.get(f"/v1/cases/{arguments.case}/original")
        case "find":
            found = door.post("/v1/personal/search", {"value": arguments.value})
        case _:
            reporter = "true" if arguments.reporter else None
            found = door.ask("DELETE", f"/v1/cases/{arguments.case}/personal", reporter=reporter)
    return found


def _sure(case: str, en: bool) -> bool:
    """Ask once; what is erased cannot be brought back."""
    question = (
        f"Erase the personal data of {case} for good? [y/N] "
        if en
        else f"{case} の個人情報を消去します。元に戻せません。よろしいですか？ [y/N] "
    )
    try:
        return input(question).strip().lower() in ("y", "yes")
    except EOFError:
        raise Refused("だれも答えられないときは --yes を付けてください (where nobody can answer, say --yes)") from None


def _lines(what: str, answer: Json, en: bool) -> list[str]:
    if what == "erase":
        number = answer["originals"]
        return [f"Erased ({number} texts)." if en else f"消去しました（{number} 件の文）。"]
    if not answer["data"]:
        return ["Nothing." if en else "ありません。"]
    return [f"{o['at']}  {o['field']}: {o['text']}" if what == "original" else o for o in answer["data"]]
