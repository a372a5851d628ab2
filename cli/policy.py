"""`tasuki policy …`: check, compare, publish, bring back and read the policy; simulate and replay stand beside it."""

import argparse
import json
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from cli.door import Door, Json, Refused

Group = Any  # what argparse calls a group of commands has no public name
MADE_FROM = ".version"  # in a folder, beside its files: which version they are, and of which installation
SEVERITY = {"error": "誤り", "warning": "注意", "info": "参考"}


def add(commands: Group) -> Group:
    """Add `policy` and its commands; gives the group, for commands that stand in files of their own."""
    top = commands.add_parser("policy", help="方針 (the policy)")
    group = top.add_subparsers(dest="what", metavar="lint|diff|publish|rollback|show|history|…")
    lint = _command(group, "lint", "確かめる (check a folder)")
    lint.add_argument("folder", type=Path, nargs="?", default=Path("policy"))
    lint.add_argument("--offline", action="store_true", help="サービスなしで (without the services)")
    diff = _command(group, "diff", "いまの方針との差分 (a folder, or two versions, compared)")
    diff.add_argument("folder", type=Path, nargs="?", default=Path("policy"))
    diff.add_argument("--from", dest="since", type=int, metavar="N")
    diff.add_argument("--to", type=int, metavar="N")
    publish = _command(group, "publish", "公開する (put a folder into force)")
    publish.add_argument("folder", type=Path)
    publish.add_argument("--if-version", type=int, metavar="N", help="もとにした版 (the version it was made from)")
    rollback = _command(group, "rollback", "古い版に戻す (bring an old version back)")
    rollback.add_argument("version", type=int)
    for command in (publish, rollback):
        command.add_argument("--why", required=True, help="理由 (the reason)")
        command.add_argument("--by", required=True, metavar="id:name", help="だれが (who)")
    show = _command(group, "show", "方針と、そのファイル (the policy and its files)")
    show.add_argument("version", type=int, nargs="?")
    show.add_argument("--save", type=Path, metavar="DIR", help="ファイルを書き出す (write the files to a folder)")
    history = _command(group, "history", "公開の履歴 (who published what, and why)")
    history.add_argument("--limit", type=int, default=20)
    return group


def _command(group: Group, name: str, about: str) -> argparse.ArgumentParser:
    command: argparse.ArgumentParser = group.add_parser(name, help=about)
    command.add_argument("--json", action="store_true", help="プログラム向け (for programs)")
    return command


def run(arguments: argparse.Namespace, door: Door) -> int:
    """Carry out one command and print what came of it. Returns the exit code."""
    what = arguments.what or "show"
    as_json = getattr(arguments, "json", arguments.what is None)
    try:
        answer = _ask(what, arguments, door)
    except Refused as problem:
        if problem.answer.get("code") != "policy-refused":
            raise
        answer = {"ok": False, "findings": problem.answer["errors"], "title": problem.answer["title"]}
    if as_json:
        print(json.dumps(answer, ensure_ascii=False, indent=2))
    else:
        for line in _lines(answer, arguments.lang):
            print(line)
    return 1 if answer.get("ok") is False else 0


def offline(arguments: argparse.Namespace) -> int:
    """Check a folder by the router's own code in a process of its own; no service has to run."""
    flags = ["--lang", arguments.lang, *["--json"] * arguments.json]
    command = [sys.executable, "-m", "services.router", "lint", str(arguments.folder), *flags]
    return subprocess.run(command).returncode  # noqa: S603 (our own module)


def _ask(what: str, arguments: argparse.Namespace, door: Door) -> Json:
    found: Json
    match what:
        case "lint":
            found = door.post("/v1/policy/lint", {"files": files(arguments.folder)})
        case "diff" if arguments.since or arguments.to:
            found = door.get("/v1/policy/diff", **{"from": arguments.since, "to": arguments.to})
        case "diff":
            found = door.post("/v1/policy/diff", {"files": files(arguments.folder)})
        case "publish":
            body = {"files": files(arguments.folder), **_reasoned(arguments)}
            found = door.ask("PUT", "/v1/policy", body, {"if-match": f'"{_made_from(arguments, door)}"'})
            with suppress(OSError):  # a folder that cannot be written to: it is published all the same
                _mark(arguments.folder, door, found["version"])
        case "rollback":
            found = door.post("/v1/policy/rollback", {"to": arguments.version, **_reasoned(arguments)})
        case "history":
            found = door.get("/v1/policy/versions", limit=arguments.limit)
        case _:
            number = getattr(arguments, "version", None) or door.get("/v1/policy")["version"]
            found = door.get(f"/v1/policy/versions/{number}")
            if (folder := getattr(arguments, "save", None)) is not None:
                _save(found, folder)
                _mark(folder, door, number)
                found["files"] = None  # they stand in the folder
    return found


def files(folder: Path) -> dict[str, str]:
    """The policy files of a folder, by name. Raises `Refused` when one of them is no text."""
    found = {}
    for path in sorted(folder.glob("*.y*ml")):
        try:
            found[path.name] = path.read_text(encoding="utf-8")
        except UnicodeDecodeError as problem:
            raise Refused(f"{path}: UTF-8 ではありません (not UTF-8 at byte {problem.start + 1})") from problem
    if not found:
        raise Refused(f"{folder}: 方針のファイルがありません (no policy files)")
    return found


def _reasoned(arguments: argparse.Namespace) -> Json:
    id_, _, name = arguments.by.partition(":")
    return {"by": {"id": id_, "name": name or id_}, "why": arguments.why}


def _save(version: Json, folder: Path) -> None:
    if version["files"] is None:
        raise Refused("この版のファイルは残っていません (the files of this version were not kept)")
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in version["files"].items():
        (folder / name).write_text(text, encoding="utf-8")


def _mark(folder: Path, door: Door, version: int) -> None:
    """Keep which version of which installation the files of a folder are."""
    (folder / MADE_FROM).write_text(f"{version} {door.address}\n", encoding="utf-8")


def _made_from(arguments: argparse.Namespace, door: Door) -> int:
    """The version that a folder was made from. Raises `Refused` when nobody says it: it would undo what others changed."""
    if arguments.if_version is not None:
        return int(arguments.if_version)
    mark = arguments.folder / MADE_FROM
    version, _, address = mark.read_text(encoding="utf-8").strip().partition(" ") if mark.exists() else ("", "", "")
    if version.isdecimal() and address == door.address:
        return int(version)
    now, look = door.get("/v1/policy")["version"], f"./tasuki policy diff {arguments.folder}"
    raise Refused(
        f"どの版をもとにしたか分かりません。いまの版は {now} です。{look} で違いを確かめ、--if-version {now} を付けてください\n"
        f"(it is not known which version this was made from; {now} is in force: look at {look}, then say --if-version {now})"
    )


def _lines(answer: Json, language: str) -> list[str]:
    """An answer for people."""
    en = language == "en"
    lines: list[str] = [answer["title"]] if "title" in answer else []
    if "data" in answer:
        return [_version(entry, en) for entry in answer["data"]]
    if "version" in answer:
        lines.append(_version(answer, en))
        if answer.get("changed") is False:
            lines.append("already in force; nothing changed" if en else "すでに同じ内容です。何も変わっていません。")
    lines += [f"  {change['text']}" for change in answer.get("changes", ())]
    if answer.get("changes") == [] and "changed" not in answer:
        lines.append("no difference" if en else "差分はありません")
    for f in answer.get("findings", ()):
        severity = f["severity"] if en else SEVERITY[f["severity"]]
        lines.append(f"{f['file']}:{f['line']}: {severity}: {f['reason']} → {f['remedy']} [{f['code']}]")
    if answer.get("ok"):
        lines.append("can be published" if en else "公開できます")
        if answer.get("contacts_checked") is False:
            lines.append("(the contacts were not looked at)" if en else "（連絡先は確かめていません）")
    for name, text in (answer.get("files") or {}).items():
        lines += ["", f"── {name}", text.rstrip()]
    return lines


def _version(entry: Json, en: bool) -> str:
    back = f" ← {entry['restores']}" if entry["restores"] else ""
    number = f"version {entry['version']}" if en else f"版 {entry['version']}"
    return f"{number}{back}  {entry['published_at'][:19]}Z  {entry['published_by']}  {entry['why']}"
