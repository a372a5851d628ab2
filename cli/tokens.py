"""`tasuki tokens …`: who may come in by a token, a new one, and an end to one."""

import argparse
import json
from datetime import datetime
from typing import Any

from cli.door import Door, Json, Refused

Group = Any  # what argparse calls a group of commands has no public name
SCOPES = ("submit", "read", "act", "admin")


def add(commands: Group) -> None:
    """Add `tokens` and its commands."""
    group = commands.add_parser("tokens", help="トークン (access tokens)").add_subparsers(dest="what", required=True)
    _command(group, "list", "一覧 (all of them, without secrets)")
    create = _command(group, "create", "発行する。一度だけ表示される (make one; it is shown this once only)")
    create.add_argument("name", help="使うもの。例: zendesk (what uses it)")
    create.add_argument("--scopes", default="submit,read", help=f"{', '.join(SCOPES)} / all")
    create.add_argument("--person", default="", metavar="id:name", help="この人として操作する (acts as this person)")
    create.add_argument("--until", help="有効期限。例: 2027-03-31T18:00+09:00 (when it ends)")
    create.add_argument("--grant", action="append", metavar="role:team", help="例: leader:payments、全チームは *")
    _command(group, "revoke", "失効させる (end one for good)").add_argument("id")


def _command(group: Group, name: str, about: str) -> argparse.ArgumentParser:
    command: argparse.ArgumentParser = group.add_parser(name, help=about)
    command.add_argument("--json", action="store_true", help="プログラム向け (for programs)")
    return command


def run(arguments: argparse.Namespace, door: Door) -> int:
    """Carry out one command and print what came of it. Returns the exit code."""
    answer = _ask(arguments, door)
    if arguments.json:
        print(json.dumps(answer, ensure_ascii=False, indent=2))
        return 0
    en = arguments.lang == "en"
    for token in answer["data"] if arguments.what == "list" else [answer]:
        print(_line(token, en))
    if arguments.what == "create":
        print(_ONCE[en])
        print(answer["token"])
    return 0


_ONCE = ("このトークンは二度と表示されません。", "This token is not shown again.")


def _ask(arguments: argparse.Namespace, door: Door) -> Json:
    found: Json
    match arguments.what:
        case "list":
            found = door.get("/v1/tokens")
        case "create":
            found = door.post("/v1/tokens", _wanted(arguments))
        case _:
            found = door.ask("DELETE", f"/v1/tokens/{arguments.id}")
    return found


def _wanted(arguments: argparse.Namespace) -> Json:
    asked = SCOPES if arguments.scopes == "all" else arguments.scopes.split(",")
    body: Json = {"name": arguments.name, "scopes": [scope for scope in asked if scope]}
    if arguments.person:
        id_, _, name = arguments.person.partition(":")
        body["person"] = {"id": id_, "name": name or id_}
    if arguments.grant:
        parts = (grant.partition(":") for grant in arguments.grant)
        body["grants"] = [{"role": role, "team": team} for role, _, team in parts]
    if arguments.until:
        until = datetime.fromisoformat(arguments.until)
        if until.tzinfo is None:
            raise Refused("--until: 時差が必要です。例：2027-03-31T18:00+09:00 (a time zone is needed)")
        body["expires_at"] = until.isoformat()
    return body


def _line(token: Json, en: bool) -> str:
    person = f"  {token['person']['name']}" if token["person"] else ""
    ends = f"  {'until' if en else '期限'} {_when(token['expires_at'])}" if token["expires_at"] else ""
    never = "never" if en else "なし"
    used = f"{'last used' if en else '最終使用'} {_when(token['last_used_at']) if token['last_used_at'] else never}"
    grants = "".join(f"  {grant['role']}:{grant['team']}" for grant in token["grants"] or ())
    scopes = ",".join(token["scopes"])
    return f"{token['id']}  {token['state_label']}  {token['name']}{person}  {scopes}{grants}  {used}{ends}"


def _when(at: str) -> str:
    return f"{at[:16]}Z"
