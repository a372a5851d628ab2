"""`tasuki texts …`: read, change, preview and reset the texts that people get."""

import argparse
import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

from cli import given
from cli.door import Door, Json, Refused

Group = Any  # what argparse calls a group of commands has no public name
SAMPLES = ("outage", "refund", "long", "digest")


def add(commands: Group) -> None:
    """Add `texts` and its commands."""
    group = commands.add_parser("texts", help="通知の文面 (the texts of notifications)").add_subparsers(
        dest="what", required=True
    )
    _command(group, "list", "一覧 (all texts)", named=False)
    _command(group, "show", "文面と、使える変数 (a text, and what it may use)")
    edit = _command(group, "edit-from", "ファイルの内容に変える (change a text to what a file holds)")
    edit.add_argument("file", type=Path)
    edit.add_argument("--if-version", type=int, metavar="N", help="もとにした版 (the version it was made from)")
    preview = _command(group, "preview", "見本で確かめる (try it on a sample case)")
    preview.add_argument(
        "file", type=Path, nargs="?", help="下書き。なければ今の文面 (a draft; the text in force if none)"
    )
    preview.add_argument("--sample", choices=SAMPLES, help="見本の案件 (the sample case)")
    preview.add_argument("--channel", default="email", help="手段。安全でなければ伏せ字になる (masked if it is unsafe)")
    preview.add_argument("--segments", action="store_true", help="SMS の通数も数える (count the parts of an SMS)")
    reset = _command(group, "reset", "標準の文面に戻す (back to the standard text)")
    reset.add_argument("--to", type=int, metavar="N", help="標準ではなくこの版に (to this version instead)")
    for command in (edit, reset):
        command.add_argument("--why", required=True, help="理由 (the reason)")
        command.add_argument("--by", required=True, metavar="id:name", help="だれが (who)")
    _command(group, "history", "変更の履歴 (who changed it, and why)").add_argument("--limit", type=int, default=20)


def _command(group: Group, name: str, about: str, named: bool = True) -> argparse.ArgumentParser:
    command: argparse.ArgumentParser = group.add_parser(name, help=about)
    command.add_argument("--json", action="store_true", help="プログラム向け (for programs)")
    if named:
        command.add_argument("text", metavar="LANGUAGE/NAME", help="例: ja/page (for example ja/page)")
    return command


def run(arguments: argparse.Namespace, door: Door) -> int:
    """Carry out one command and print what came of it. Returns the exit code."""
    answer = _ask(arguments, door)
    if arguments.json:
        print(json.dumps(answer, ensure_ascii=False, indent=2))
    else:
        for line in _lines(arguments.what, answer, arguments.lang == "en"):
            print(line)
    return 0


def _ask(arguments: argparse.Namespace, door: Door) -> Json:
    found: Json
    path = _path(getattr(arguments, "text", ""))
    match arguments.what:
        case "list":
            found = door.get("/v1/texts")
        case "edit-from":
            body = {"text": given.text(arguments.file), **_reasoned(arguments)}
            found = door.ask("PUT", path, body, {"if-match": f'"{_made_from(arguments, door, path)}"'})
        case "preview":
            body = {"channel": arguments.channel, "segments": arguments.segments}
            body |= {"sample": arguments.sample} if arguments.sample else {}
            body |= {"text": given.text(arguments.file)} if arguments.file else {}
            found = door.post(f"{path}/preview", body)
        case "reset" if arguments.to:
            found = door.post(f"{path}/rollback", {"to": arguments.to, **_reasoned(arguments)})
        case "reset":
            by = _reasoned(arguments)["by"]
            found = door.ask("DELETE", path, None, None, by=by["id"], by_name=by["name"], why=arguments.why)
        case "history":
            found = door.get(f"{path}/history", limit=arguments.limit)
        case _:
            found = door.get(path)
    return found


def _made_from(arguments: argparse.Namespace, door: Door, path: str) -> int:
    """The version that a file was made from; nobody need say it of the standard text. Raises `Refused` where one must."""
    if arguments.if_version is not None:
        return int(arguments.if_version)
    now = door.get(path)
    if now["version"] == 0:
        return 0
    raise Refused(
        f"{_one(now, arguments.lang == 'en')}\n"
        f"この文面は変更されています。./tasuki texts show {arguments.text} で確かめ、--if-version {now['version']} を付けてください\n"
        f"(somebody has changed it: look at ./tasuki texts show {arguments.text}, then say --if-version {now['version']})"
    )


def _path(text: str) -> str:
    language, _, name = text.partition("/")
    return f"/v1/texts/{quote(language, safe='')}/{quote(name, safe='')}"


def _reasoned(arguments: argparse.Namespace) -> Json:
    id_, _, name = arguments.by.partition(":")
    return {"by": {"id": id_, "name": name or id_}, "why": arguments.why}


def _lines(what: str, answer: Json, en: bool) -> list[str]:
    """An answer for people."""
    match what:
        case "list":
            return [_one(text, en) for text in answer["data"]]
        case "history":
            return [_change(change, en) for change in answer["data"]]
        case "preview":
            lines = [answer["subject"], "", answer["body"]] if answer["subject"] else [answer["body"]]
            lines += ["", f"── {'spoken' if en else '音声'}", answer["speech"]] if answer["speech"] else []
            count = answer["segments"]
            lines += ["", f"SMS: {count} {'part(s)' if en else '通分'}"] if count is not None else []
            lines += (
                ["", "(personal data is masked)" if en else "（個人情報は伏せてあります）"] if answer["masked"] else []
            )
            return "\n".join(lines).strip("\n").split("\n")
        case "show":
            variables = [f"  {v['name']:14}  {v['about']}" for v in answer["variables"]]
            return [_one(answer, en), "", answer["text"].rstrip("\n"), "", "── " + _VARIABLES[en], *variables]
    return [_one(answer, en)]


_VARIABLES = ("使える変数", "what it may use")


def _one(text: Json, en: bool) -> str:
    name = f"{text['language']}/{text['name']}"
    if not text["changed"]:
        return f"{name:26}  {'standard' if en else '標準'}"
    version = f"version {text['version']}" if en else f"版 {text['version']}"
    line = f"{name:26}  {version}  {text['changed_at'][:19]}Z  {text['changed_by']}  {text['why']}"
    if broken := text["broken"]:
        label = "BROKEN, the standard text is used; line" if en else "使えないため標準の文面を使用中、行"
        line += f"\n  {label} {broken['line']}: {broken['detail']}\n  {broken['source']}"
    return line


def _change(change: Json, en: bool) -> str:
    back = f" ← {change['restores']}" if change["restores"] else ""
    version = f"version {change['version']}" if en else f"版 {change['version']}"
    standard = "" if change["text"] is not None else "  (standard)" if en else "  （標準に戻す）"
    return f"{version}{back}  {change['changed_at'][:19]}Z  {change['changed_by']}  {change['why']}{standard}"
