"""`tasuki oncall|schedule|absence|override|swap|presence`: who is there, and telling who is not."""

import argparse
import json
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

from cli import duty_lines
from cli.door import Door, Json, Refused
from shared.runtime.clock import Clock

Group = Any  # what argparse calls a group of commands has no public name
COMMANDS = ("oncall", "schedule", "absence", "override", "swap", "presence")
LISTS = {"absence": "absences", "override": "overrides", "swap": "swaps"}


def add(commands: Group) -> None:
    """Add the commands."""
    oncall = _command(commands, "oncall", "いまの担当 (who is on duty)")
    oncall.add_argument("--at", help="日時 2026-12-31T03:00:00+09:00 (at this instant)")
    oncall.add_argument("--team", help="チームの id (one team)")
    schedule = _group(commands, "schedule", "当番表 (schedules)")
    _command(schedule, "list", "一覧 (all schedules)")
    preview = _command(schedule, "preview", "これからの当番 (the shifts ahead)")
    preview.add_argument("schedule")
    preview.add_argument("--weeks", type=int, default=4)
    preview.add_argument("--ics", action="store_true", help="iCalendar で (as iCalendar)")
    _span(_command(schedule, "gaps", "だれもいない時間 (when nobody is there)"), needed=False)
    _span(_command(schedule, "load", "当番の負担 (how the load is shared)"), needed=False)
    absence = _group(commands, "absence", "不在 (absences)")
    new = _command(absence, "add", "不在を登録 (somebody will be away)")
    new.add_argument("person")
    new.add_argument("--substitute", metavar="PERSON", help="代理 (who stands in)")
    _entered(new)
    _list_and_cancel(absence)
    imported = _command(absence, "import", "iCalendar から (from an iCalendar file, or -)")
    imported.add_argument("file")
    imported.add_argument("--dry-run", action="store_true", help="読むだけ (only try)")
    imported.add_argument("--by", required=True, metavar="id:name", help="だれが (who)")
    override = _group(commands, "override", "臨時の当番 (overrides)")
    new = _command(override, "add", "だれかを当番に (put somebody on duty)")
    new.add_argument("schedule")
    new.add_argument("person")
    _entered(new)
    _list_and_cancel(override)
    swap = _group(commands, "swap", "当番の交換 (swaps)")
    offer = _command(swap, "offer", "交換を頼む (ask somebody to take one's shifts)")
    offer.add_argument("schedule")
    offer.add_argument("asker", metavar="ASKER", help="頼む人 (who asks)")
    offer.add_argument("other", metavar="OTHER", help="引き受ける人 (who is asked)")
    _span(offer)
    for verb, about in (("accept", "承諾 (accept)"), ("decline", "辞退 (decline)"), ("cancel", "取り下げ (cancel)")):
        answer = _command(swap, verb, about)
        answer.add_argument("id")
        answer.add_argument("--by", required=True, metavar="id:name", help="だれが (who)")
    _list(swap)
    presence = _group(commands, "presence", "在席の状態 (presence)")
    set_ = _command(presence, "set", "状態を知らせる (say what you are)")
    set_.add_argument("person")
    set_.add_argument("state", choices=duty_lines.STATES)
    set_.add_argument("--until", help="いつまで (until when)")
    set_.add_argument("--note", default="", help="ひとこと (a note)")
    _command(presence, "show", "状態を見る (look)").add_argument("person")


def _group(commands: Group, name: str, about: str) -> Group:
    return commands.add_parser(name, help=about).add_subparsers(dest="what", required=True)


def _command(group: Group, name: str, about: str) -> argparse.ArgumentParser:
    command: argparse.ArgumentParser = group.add_parser(name, help=about)
    command.add_argument("--json", action="store_true", help="プログラム向け (for programs)")
    return command


def _span(command: argparse.ArgumentParser, needed: bool = True) -> None:
    day = "時差がなければこの端末の時刻。日付だけの --until はその日の終わりまで (without an offset: this terminal's time)"
    command.add_argument("--from", dest="since", required=needed, metavar="WHEN", help=day)
    command.add_argument("--until", required=needed, metavar="WHEN", help=day)


def _entered(command: argparse.ArgumentParser) -> None:
    _span(command)
    command.add_argument("--reason", default="", help="理由 (the reason)")
    command.add_argument("--by", metavar="id:name", help="だれが。書かなければ本人 (who; the person when left out)")
    command.add_argument("--id", help="自分で決める id。二度送っても一度 (an id of your own: sent twice is once)")


def _list(group: Group) -> None:
    listed = _command(group, "list", "一覧 (the entries)")
    listed.add_argument("--person")
    _span(listed, needed=False)
    listed.add_argument("--all", action="store_true", help="取り消したものも (those taken back too)")


def _list_and_cancel(group: Group) -> None:
    _list(group)
    cancel = _command(group, "cancel", "取り消す (take back)")
    cancel.add_argument("id")
    cancel.add_argument("--by", required=True, metavar="id:name", help="だれが (who)")


def run(arguments: argparse.Namespace, door: Door) -> int:
    """Carry out one command and print what came of it. Returns the exit code."""
    if getattr(arguments, "ics", False):
        sys.stdout.write(door.text(f"/v1/schedules/{_part(arguments.schedule)}/shifts.ics", **_weeks(arguments)))
        return 0
    answer = _ask(arguments, door)
    if arguments.json:
        print(json.dumps(answer, ensure_ascii=False, indent=2))
    else:
        kind = arguments.command, getattr(arguments, "what", "")
        print("\n".join(duty_lines.lines(kind, answer, arguments.lang)))
    return 0


def _ask(arguments: argparse.Namespace, door: Door) -> Any:
    a = arguments
    match a.command, getattr(a, "what", ""):
        case "oncall", _:
            return door.get("/v1/on-duty", at=_instant(a.at), team=a.team)
        case "schedule", "list":
            return door.get("/v1/schedules")
        case "schedule", "preview":
            return door.get(f"/v1/schedules/{_part(a.schedule)}/shifts", **_weeks(a))
        case "schedule", what:
            return door.get(f"/v1/schedules/{what}", **_times(a))
        case "absence", "add":
            given = {"person": a.person, "substitute": a.substitute, "reason": a.reason}
            return door.post("/v1/absences", _given(**given, **_times(a), **_by(a, a.person), id=a.id))
        case "absence", "import":
            text = sys.stdin.buffer.read() if a.file == "-" else Path(a.file).read_bytes()
            query: Json = {**_acting(a.by), "dry_run": str(a.dry_run).lower()}
            return door.ask("POST", "/v1/absences/import", text, {"content-type": "text/calendar"}, **query)
        case "override", "add":
            given = {"schedule": a.schedule, "person": a.person, "reason": a.reason}
            return door.post("/v1/overrides", _given(**given, **_times(a), **_by(a, a.person), id=a.id))
        case "absence" | "override", "cancel":
            return door.ask("DELETE", f"/v1/{LISTS[a.command]}/{_part(a.id)}", **_acting(a.by))
        case "swap", "offer":
            given = {"schedule": a.schedule, "other": a.other, "by": {"id": a.asker}}
            return door.post("/v1/swaps", {**given, **_times(a)})
        case "swap", "accept" | "decline" | "cancel":
            return door.post(f"/v1/swaps/{_part(a.id)}/{a.what}", _by(a, ""))
        case "presence", "set":
            body = _given(state=a.state, note=a.note, until=_instant(a.until, ends=True))
            return door.ask("PUT", f"/v1/presence/{_part(a.person)}", body)
        case "presence", _:
            return door.get(f"/v1/presence/{_part(a.person)}")
    return _all(door, a)


def _all(door: Door, a: argparse.Namespace) -> list[Json]:
    """Every page of a list."""
    found: list[Json] = []
    more = {"closed" if a.command == "swap" else "cancelled": str(a.all).lower(), "cursor": "0"}
    while more["cursor"]:
        page = door.get(f"/v1/{LISTS[a.command]}", person=a.person, limit=500, **_times(a), **more)
        found += page["data"]
        more["cursor"] = page["next_cursor"]
    return sorted(found, key=lambda entry: datetime.fromisoformat(entry["since"]))


def _part(id_: str) -> str:
    return quote(id_, safe="")


def _given(**values: Any) -> Json:
    return {name: value for name, value in values.items() if value is not None}


def _by(a: argparse.Namespace, person: str) -> Json:
    id_, _, name = (a.by or person).partition(":")
    return {"by": {"id": id_, "name": name}}


def _acting(by: str) -> Json:
    id_, _, name = by.partition(":")
    return {"by": id_, "by_name": name}


def _instant(text: str | None, ends: bool = False) -> str | None:
    """An instant as people write it: a day alone is its beginning, or its end where something ends."""
    if text is None:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError as problem:
        raise Refused(
            f"{text}: 日時ではありません。例 2026-11-25T09:00 (not a time; write for example 2026-11-25T09:00)"
        ) from problem
    if len(text) <= len("2026-11-25") and ends:
        at += timedelta(days=1)
    return (at if at.tzinfo else at.astimezone()).isoformat()


def _times(a: argparse.Namespace) -> dict[str, str]:
    return _given(since=_instant(a.since), until=_instant(a.until, ends=True))


def _weeks(a: argparse.Namespace) -> dict[str, str]:
    now = Clock().now().astimezone(UTC)
    return {"since": now.isoformat(), "until": (now + timedelta(weeks=a.weeks)).isoformat()}
