"""`tasuki sources …`: what may send to us, its secrets, what came of it lately, and what nobody could read."""

import argparse
import json
from typing import Any

from cli import given
from cli.columns import table, when
from cli.door import Door, Json, Refused

Group = Any  # what argparse calls a group of commands has no public name
VERDICTS = {
    "opened": ("新しい案件", "opened"),
    "noted": ("案件に追記", "noted"),
    "replied": ("お客様の返信", "replied"),
    "repeated": ("変化なし", "nothing new"),
    "taken": ("引き受け", "taken"),
    "resolved": ("完了", "resolved"),
    "ignored": ("対象外", "ignored"),
    "auto-reply": ("自動返信", "automatic reply"),
    "bounce": ("不達通知", "bounce"),
    "list": ("メーリングリスト", "mailing list"),
    "ours": ("Tasuki のメール", "our own mail"),
    "quarantined": ("要確認", "set aside"),
    "discarded": ("破棄", "discarded"),
    "rejected": ("認証できず拒否", "rejected"),
    "tested": ("テスト", "test"),
}


def add(commands: Group) -> None:
    """Add `sources` and its commands."""
    group = commands.add_parser("sources", help="送信元 (what may send to us)").add_subparsers(
        dest="what", required=True
    )
    for name, about in (
        ("list", "一覧 (list)"),
        ("senders", "登録できる送信元の種類 (the vendors that can be set up)"),
        ("quarantine", "要確認の一覧 (what nobody could read)"),
    ):
        _json(group.add_parser(name, help=about))
    new = group.add_parser("add", help="登録する (set one up)")
    new.add_argument("id", help="アドレスに入る名前。例: zendesk-tokyo")
    new.add_argument("sender", help="種類。例: zendesk (`senders` で一覧)")
    new.add_argument(
        "--owner", required=True, metavar="ID", help="問題を知らせる人、または team:ID (who is told of trouble)"
    )
    new.add_argument("--name", default="", help="表示名 (shown to people)")
    new.add_argument("--option", action="append", default=[], metavar="NAME=VALUE", help="種類ごとの設定 (options)")
    _secret(new)
    _json(new)
    change = group.add_parser("change", help="変える、停止する、再開する (change, disable, enable)")
    change.add_argument("id")
    change.add_argument("--owner", metavar="ID")
    change.add_argument("--name")
    change.add_argument(
        "--option", action="append", default=[], metavar="NAME=VALUE", help="VALUE が空なら消す ('' removes it)"
    )
    state = change.add_mutually_exclusive_group()
    state.add_argument("--disable", dest="enabled", action="store_false", default=None)
    state.add_argument("--enable", dest="enabled", action="store_true", default=None)
    _json(change)
    rotate = group.add_parser("rotate", help="シークレットを替える (replace the secret)")
    rotate.add_argument("id")
    rotate.add_argument("--until", metavar="TIME", help="古いものの終わり。既定は 24 時間後 (when the old one ends)")
    rotate.add_argument(
        "--api", action="store_true", help="送信側の API トークンを登録する (a token of the sender's own API)"
    )
    _secret(rotate)
    _json(rotate)
    for name, about in (
        ("deliveries", "届いたものと結果 (what came, and what became of it)"),
        ("test", "テストを送る。だれにも連絡しません (send a test; nobody is called)"),
    ):
        one = group.add_parser(name, help=about)
        one.add_argument("id")
        _json(one)
    paste = group.add_parser("try", help="本文をどう読むかを見る (how a body would be read)")
    paste.add_argument("id")
    paste.add_argument("file", help="JSON などのファイル、または - (a file, or -)")
    for name, about in (("replay", "取り込み直す (take it after all)"), ("discard", "破棄する (throw it away)")):
        group.add_parser(name, help=about).add_argument("number", type=int, help="要確認の番号 (from quarantine)")


def _secret(command: Group) -> None:
    command.add_argument(
        "--secret-file", metavar="FILE", help="送信側が作ったシークレットのファイル、または - (the vendor's own secret)"
    )


def _json(command: Group) -> None:
    command.add_argument("--json", action="store_true", help="プログラム向け (for programs)")


def run(arguments: argparse.Namespace, door: Door) -> int:
    """Carry out one command and print what came of it. Returns the exit code."""
    answer = _ask(arguments, door)
    if arguments.what in ("try", "replay") or getattr(arguments, "json", False):
        print(json.dumps(answer, ensure_ascii=False, indent=2))
    else:
        print("\n".join(_lines(arguments.what, answer, arguments.lang)))
    return 0


def _ask(arguments: argparse.Namespace, door: Door) -> Any:
    match arguments.what:
        case "list":
            return door.get("/v1/sources")["data"]
        case "senders":
            return door.get("/v1/senders")["data"]
        case "quarantine":
            return _set_aside(door)
        case "add":
            body = {"id": arguments.id, "sender": arguments.sender, "owner": arguments.owner, "name": arguments.name}
            return door.post("/v1/sources", {**body, "options": _options(arguments.option), **_given(arguments)})
        case "change":
            return _change(arguments, door)
        case "rotate":
            until = {"old_until": arguments.until} if arguments.until else {}
            purpose = {"purpose": "api"} if arguments.api else {}
            return door.post(f"/v1/sources/{arguments.id}/secrets", {**until, **purpose, **_given(arguments)})
        case "deliveries":
            return door.get(f"/v1/sources/{arguments.id}/deliveries")["data"]
        case "test":
            return door.post(f"/v1/sources/{arguments.id}/test")
        case "try":
            return door.post(f"/v1/sources/{arguments.id}/try", {"body": given.text(arguments.file)})
        case "replay":
            return door.post(f"/v1/quarantine/{arguments.number}/replay")
        case _:
            return door.ask("DELETE", f"/v1/quarantine/{arguments.number}")


def _set_aside(door: Door) -> list[Json]:
    """All that is set aside, the newest first."""
    found: list[Json] = []
    while page := door.get("/v1/quarantine", limit=200, before=found[-1]["id"] if found else None)["data"]:
        found += page
    return found


def _change(arguments: argparse.Namespace, door: Door) -> Any:
    """Change what is named and nothing else, from the source as it stands."""
    path = f"/v1/sources/{arguments.id}"
    source = door.get(path)
    wanted = {name: getattr(arguments, name) for name in ("owner", "name", "enabled")}
    body = {name: value for name, value in wanted.items() if value is not None}
    if arguments.option:
        options = {**source["options"], **_options(arguments.option)}
        body["options"] = {name: value for name, value in options.items() if value}
    return door.ask("PATCH", path, body, {"if-match": f'"{source["version"]}"'})


def _options(pairs: list[str]) -> dict[str, str]:
    """Options as NAME=VALUE; `@file` as the value is what stands in that file."""
    found = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals:
            raise Refused(f"--option NAME=VALUE: {pair}")
        found[name] = given.text(value[1:]) if value.startswith("@") else value
    return found


def _given(arguments: argparse.Namespace) -> dict[str, str]:
    """The vendor's own secret; it is read from a file, because a command line can be seen by others."""
    return {"secret": given.text(arguments.secret_file).strip()} if arguments.secret_file else {}


def _lines(what: str, answer: Any, lang: str) -> list[str]:
    en = lang == "en"
    match what:
        case "list":
            return _listed(answer, en)
        case "change":
            return _listed([answer], en)
        case "senders":
            return [f"■ {s['name']}\n{s['guide']}".rstrip() for s in answer]
        case "add":
            return [*_secret_lines(answer, en), *_place(answer["url"], en), "", answer["guide"]]
        case "rotate":
            ends = when(answer["old_until"], lang)
            last = f"The old one is good until {ends}." if en else f"古いシークレットは {ends} まで使えます。"
            return [*_secret_lines(answer, en), last]
        case "deliveries":
            return [_delivery(d, lang) for d in answer] or ["nothing yet" if en else "まだ何も届いていません"]
        case "quarantine":
            return [line for q in answer for line in _aside(q, lang)] or ["nothing" if en else "要確認はありません"]
        case "test":
            return _tested(answer, en)
    return ["discarded" if en else "破棄しました"]


def _listed(sources: list[Json], en: bool) -> list[str]:
    head = ("id", "sender", "owner", "state", "name") if en else ("id", "種類", "担当", "状態", "名前")
    return table(head, [(s["id"], s["sender"], s["owner"] or "-", _state(s, en), s["name"]) for s in sources])


def _state(source: Json, en: bool) -> str:
    if not source["enabled"]:
        return "disabled" if en else "停止"
    if not any(secret["in_force"] for secret in source["secrets"]):
        return "no secret" if en else "シークレット未登録"
    return "on" if en else "有効"


def _secret_lines(answer: Json, en: bool) -> list[str]:
    if not answer["secret"]:
        return [
            "The vendor makes the secret; add it by `rotate`."
            if en
            else "シークレットは送信側で作り、`rotate` で登録します。"
        ]
    shown = "Secret (shown this once)" if en else "シークレット（表示は今回だけです）"
    return [f"{shown}: {answer['secret']}", *_place(answer["secret_url"] or "", en)]


def _place(address: str, en: bool) -> list[str]:
    """Where the sender sends to; of an address of mail only the one that holds the secret is of use."""
    if "://" in address:
        return [f"URL: {address}"]
    return [f"{'Address' if en else '宛先'}: {address}"] if "@" in address and "<SECRET>" not in address else []


def _delivery(told: Json, lang: str) -> str:
    number = f"  No. {told['number']}" if told["number"] else f"  #{told['quarantine']}" if told["quarantine"] else ""
    verdict = VERDICTS.get(told["verdict"], (told["verdict"],) * 2)[lang == "en"]
    reason = f"  {told['reason']}" if told["reason"] else ""
    return f"{when(told['at'], lang)}  {verdict}{number}{reason}"


def _aside(told: Json, lang: str) -> list[str]:
    body = " ".join(told["body"].split())
    return [f"#{told['id']}  {when(told['at'], lang)}  {told['source']}  {told['reason']}", f"    {body[:200]}"]


def _tested(told: Json, en: bool) -> list[str]:
    if told["stage"] != "done":
        reason = told["reason"] or ("the body cannot be read" if en else "本文を読み取れません")
        return [f"failed: {reason}" if en else f"失敗しました：{reason}"]
    lines = ["It works. Nobody was called." if en else "届きました。だれにも連絡していません。"]
    for would in told["would"]:
        people = [r["person"]["name"] for asked in would["assigned"] for r in asked["responders"]]
        joined = (", " if en else "、").join(dict.fromkeys(people)) or ("nobody at once" if en else "すぐにはなし")
        priority = would["plan"]["priority"]
        lines.append(
            f"A real one would be {priority} and ask: {joined}" if en else f"本番なら {priority}、連絡先：{joined}"
        )
    return lines
