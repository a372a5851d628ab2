"""`tasuki drill`: hold a drill now or at a time, list the drills of one's teams, read a report, stop one."""

import argparse
import json
from datetime import datetime
from typing import Any

from cli.columns import table, when
from cli.door import Door, Json, Refused, keyed

SCENARIOS = ("outage", "partial", "complaint", "single")
HEADS = {"ja": ("ID", "チーム", "状態", "日時", "件名"), "en": ("id", "team", "state", "at", "title")}
MEND = {"ja": "直すところ:", "en": "What to mend:"}


def add(commands: Any) -> None:
    """Add `drill`."""
    whats = commands.add_parser("drill", help="訓練 (drills)").add_subparsers(dest="what", required=True)
    new = whats.add_parser("start", help="訓練をする (hold one)")
    new.add_argument("team")
    new.add_argument("--scenario", choices=SCENARIOS, default="outage")
    new.add_argument("--title", default="", help="件名 (in your own words)")
    new.add_argument("--facts", default="", help="内容 (in your own words)")
    new.add_argument("--at", type=datetime.fromisoformat, help="2026-12-01T14:00+09:00; なければすぐに (else at once)")
    new.add_argument("--announced", action="store_true", help="チームに予告する (tell the team beforehand)")
    new.add_argument("--minutes", type=int, default=15, help="終わるまでの時間 (ends after)")
    keyed(new)
    whats.add_parser("list", help="一覧 (list)")
    for name, about in (("show", "報告 (report)"), ("stop", "終わらせる (end it)")):
        whats.add_parser(name, help=about).add_argument("drill")
    for one in whats.choices.values():
        one.add_argument("--json", action="store_true", help="プログラム向け (for programs)")


def run(arguments: argparse.Namespace, door: Door) -> int:
    """Carry out one command and print what came of it."""
    told = _ask(arguments, door)
    if arguments.json:
        print(json.dumps(told, ensure_ascii=False, indent=2))
    elif arguments.what == "list":
        print("\n".join(listed(told["data"], arguments.lang)))
    else:
        print("\n".join(report(told, arguments.lang)))
    return 0


def _ask(arguments: argparse.Namespace, door: Door) -> Any:
    match arguments.what:
        case "list":
            return door.get("/v1/drills")
        case "show":
            return door.get(f"/v1/drills/{arguments.drill}")
        case "stop":
            return door.post(f"/v1/drills/{arguments.drill}/stop")
    if arguments.at is not None and arguments.at.tzinfo is None:
        raise Refused("--at: 2026-12-01T14:00+09:00")
    wanted = {name: getattr(arguments, name) for name in ("team", "scenario", "title", "facts", "announced", "minutes")}
    at = {"starts_at": arguments.at.isoformat()} if arguments.at else {}
    return door.once("/v1/drills", {**wanted, **at, "language": arguments.lang}, arguments.key)


def listed(rows: list[Json], language: str) -> list[str]:
    """The drills as a table."""
    at = (row["started_at"] or row["starts_at"] for row in rows)
    lines = [
        (row["id"], row["team_name"], row["state_label"], when(t, language), row["title"])
        for row, t in zip(rows, at, strict=True)
    ]
    return table(HEADS[language], lines)


def report(told: Json, language: str) -> list[str]:
    """A drill and what came of it."""
    lines = [f"{told['id']}  {told['title']}  [{told['state_label']}]", told["verdict"]]
    if told["waits"]:
        lines.append(told["waits"])
    for one in told["asked"]:
        ways = "  ".join(f"{way['channel_label']}: {way['text']}" for way in one["ways"])
        took = f"{one['seconds']:.0f} s" if one["seconds"] is not None else "-"
        lines.append(f"  {one['name']}  {took}  {ways}".rstrip())
    return [*lines, *([MEND[language], *(f"  {line}" for line in told["mend"])] if told["mend"] else [])]
