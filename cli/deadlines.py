"""`tasuki deadlines explain CASE`: when each clock of a case is due, and day by day what counted and what did not."""

import argparse
import json
from datetime import date, datetime
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from cli.columns import WEEKDAYS, table
from cli.door import Door, Json

HEADS = {"ja": ("日付", "この日", "累計", "内訳"), "en": ("day", "counted", "total", "what")}


def add(commands: Any) -> None:
    """Add `deadlines` and its command."""
    group = commands.add_parser("deadlines", help="期限 (deadlines)").add_subparsers(dest="what", required=True)
    explain = group.add_parser("explain", help="期限のわけを日ごとに (a case's deadlines day by day)")
    explain.add_argument("case")
    explain.add_argument("--json", action="store_true", help="プログラム向け (for programs)")


def run(arguments: argparse.Namespace, door: Door) -> int:
    """Ask for the clocks of a case and print them. Returns the exit code."""
    found = door.get(f"/v1/cases/{quote(arguments.case, safe='')}/deadlines")
    if arguments.json:
        print(json.dumps(found, ensure_ascii=False, indent=2))
    else:
        print("\n".join(lines(found, arguments.lang)))
    return 0


def lines(found: Json, language: str) -> list[str]:
    """The clocks as a table for people."""
    en = language == "en"
    said: list[str] = []
    if found["waiting"]:
        said += [f"waiting: {found['waiting']}" if en else f"待機中: {found['waiting']}", ""]
    for clock in found["data"]:
        said += [*_head(clock, en), *_table(clock, language), ""]
    return said[:-1] or ["no deadlines" if en else "期限はありません。"]


def _head(clock: Json, en: bool) -> list[str]:
    zone = ZoneInfo(clock["calendar"]["zone"])
    due, stopped = (_when(clock[name], zone) for name in ("due", "stopped_at"))
    calendar = f"{clock['calendar']['name']}, {clock['calendar']['zone']}"
    span = f" {clock['span_label']}" if clock["span_label"] else ""
    first = f"■ {clock['label']}{span}: {clock['state_label']}"
    if clock["state"] == "running":
        first += f", due {due}" if en else f"、期限 {due}"
    elif clock["state"] == "breached":
        first += f", was due {due}" if en else f"、期限は {due} でした"
    elif stopped:
        first += f" at {stopped}" if en else f"（{stopped}）"
    used, left, since = clock["used"]["text"], clock["remaining"]["text"], _when(clock["since"], zone)
    runs = (f", runs from {since}" if en else f"、{since} から") if since else ""
    second = (
        f"  counted {used}, left {left}{runs} (calendar: {calendar})"
        if en
        else f"  数えた時間 {used}、残り {left}{runs}（カレンダー: {calendar}）"
    )
    if not clock["used_before"]["ms"]:
        return [first, second]
    before = clock["used_before"]["text"]
    return [first, second, f"  used before {since}: {before}" if en else f"  {since} より前に {before} を使用済み"]


def _when(at: str | None, zone: ZoneInfo) -> str:
    return f"{datetime.fromisoformat(at).astimezone(zone):%Y-%m-%d %H:%M:%S}".removesuffix(":00") if at else ""


def _table(clock: Json, language: str) -> list[str]:
    rows = [_row(day, language) for day in clock["explained"]]
    return [f"  {line}" for line in table(HEADS[language], rows, right=(1, 2))] if rows else []


def _row(day: Json, language: str) -> tuple[str, str, str, str]:
    en = language == "en"
    total = day["total"]["text"]
    if day["left_out"]:
        left_out = f"… {day['left_out']} days left out" if en else f"…{day['left_out']} 日分を省略"
        return day["day"], "", total, left_out
    weekday = WEEKDAYS[language][date.fromisoformat(day["day"]).weekday()]
    pieces = [_piece(p) for p in day["pieces"]]
    if day["due"]:
        pieces.append(f"due {_clock(day['due'])}" if en else f"期限 {_clock(day['due'])}")
    shown = f"{day['day']} {weekday}" if en else f"{day['day']}（{weekday}）"
    return shown, day["counted"]["text"], total, (", " if en else "、").join(pieces)


def _piece(piece: Json) -> str:
    start, end = _clock(piece["start"]), _clock(piece["end"])
    if piece["end"][:10] > piece["start"][:10]:
        end = "24:00"
    whole = (start, end) == ("00:00", "24:00") and not piece["counted"]
    return str(piece["why"]) if whole else f"{start}–{end} {piece['why']}"


def _clock(at: str) -> str:
    return f"{datetime.fromisoformat(at):%H:%M:%S}".removesuffix(":00")
