"""`tasuki simulate`, `tasuki policy replay|simulate|review`: what would happen, would have happened, and what the archive says."""

import argparse
import json
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from cli import given
from cli.columns import WEEKDAYS
from cli.door import Door, Json
from cli.policy import Group, files
from shared.contracts.vocabulary import Channel

MARKS = "123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
CLOCKS = {
    "first_response": ("初回応答", "first response"),
    "authority_response": ("判断する人の応答", "answer of authority"),
    "first_handling": ("一次対応", "first handling"),
    "next_update": ("次の経過報告", "next update"),
    "resolution": ("解決", "resolution"),
}
CHANNELS = {
    Channel.PHONE: "電話",
    Channel.SMS: "SMS",
    Channel.PUSH: "プッシュ通知",
    Channel.CHAT: "チャット",
    Channel.EMAIL: "メール",
    Channel.WEBHOOK: "Webhook",
    Channel.TICKET: "チケット",
}


def add(commands: Group, policy: Group) -> None:
    """Add `simulate`, and `simulate`, `replay` and `review` under `policy`."""
    _simulate(commands.add_parser("simulate", help="もし出したら (what would happen)"))
    tried = policy.add_parser("simulate", help="案で試す (try a report on a draft)")
    tried.add_argument("folder", type=Path)
    _simulate(tried)
    replay = policy.add_parser("replay", help="過去の案件で試す (a draft over finished cases)")
    replay.add_argument("folder", type=Path, nargs="?", default=Path("policy"))
    replay.add_argument("--limit", type=int, default=10_000, help="件数 (how many cases)")
    replay.add_argument("--since", help="この日時より後に完了したもの (finished since)")
    review = policy.add_parser("review", help="見直しのための数字 (figures for a review)")
    review.add_argument("--days", type=int, help="直近の日数 (of so many days)")
    for command in (replay, review):
        command.add_argument("--json", action="store_true", help="プログラム向け (for programs)")
    replay.add_argument("--svg", type=Path, metavar="FILE", help="図を書き出す (write a picture)")


def _simulate(command: argparse.ArgumentParser) -> None:
    command.add_argument("file", help="報告の JSON、または - (a report as JSON, or -)")
    command.add_argument("--at", help="日時 2026-11-24T03:00:00+09:00 (when it comes in)")
    command.add_argument("--horizon", default="24h", help="どこまで先を見るか (how far to look ahead)")
    command.add_argument(
        "--act", action="append", default=[], metavar="3m:acknowledge", help="だれかがすること (what somebody does)"
    )
    command.add_argument("--week", action="store_true", help="一週間を一時間ごとに (every hour of a week)")
    command.add_argument("--svg", type=Path, metavar="FILE", help="一週間の図を書き出す (write the week as a picture)")
    command.add_argument("--json", action="store_true", help="プログラム向け (for programs)")


def run(arguments: argparse.Namespace, door: Door) -> int:
    """Carry out one command and print what came of it."""
    what = getattr(arguments, "what", None) or "simulate"
    lang: str = arguments.lang
    if what == "review":
        answer = door.get("/v1/policy/review", days=arguments.days)
        lines = _review(answer, lang)
    elif what == "replay":
        body = {"files": files(arguments.folder), "limit": arguments.limit}
        body |= {"since": arguments.since} if arguments.since else {}
        answer = door.post("/v1/policy/replay", body)
        lines = _replay(answer, lang)
        _picture(door, "/v1/policy/replay", body, arguments.svg)
    else:
        body = _question(arguments)
        if arguments.week or arguments.svg:
            answer = door.post("/v1/simulate/week", body)
            lines = _week(answer, lang)
            _picture(door, "/v1/simulate/week", body, arguments.svg)
        else:
            acts = [{"after": after, "deed": deed} for after, _, deed in (x.partition(":") for x in arguments.act)]
            answer = door.post("/v1/simulate", {**body, "horizon": arguments.horizon, "acts": acts})
            lines = _steps(answer, lang)
    print(json.dumps(answer, ensure_ascii=False, indent=2) if arguments.json else "\n".join(lines))
    return 0


def _question(arguments: argparse.Namespace) -> Json:
    body: Json = {"report": json.loads(given.text(arguments.file))}
    if arguments.at:
        body["at"] = arguments.at
    if folder := getattr(arguments, "folder", None):
        body["files"] = files(folder)
    return body


def _picture(door: Door, path: str, body: Json, file: Path | None) -> None:
    if file is not None:
        file.write_text(door.picture(path, body), encoding="utf-8")


def _local(text: str, zone: str) -> str:
    return f"{datetime.fromisoformat(text).astimezone(ZoneInfo(zone)):%m/%d %H:%M}"


def _steps(answer: Json, lang: str) -> list[str]:
    lines, zone = [], answer["zone"]
    for step in answer["steps"]:
        lines.append(f"{_local(step['at'], zone)}  {step['what'][lang]}")
        for told in step["told"]:
            again = ("（呼び出し中）" if lang == "ja" else " (being called)") if told["again"] else ""
            by = (
                told["reason"][lang]
                if told["digest"]
                else " + ".join(CHANNELS.get(c, c) if lang == "ja" else c for c in told["channels"])
            )
            lines.append(f"    → {told['person']['name']}  {by}  {_local(told['at'], zone)}{again}")
        lines += [f"    ⏱ {_local(due['due'], zone)}  {due['reason'][lang]}" for due in step["deadlines"]]
    return [*lines, answer["end"][lang]]


def _week(answer: Json, lang: str) -> list[str]:
    """A table of day × hour: who is asked first; a dot after it where the page waits."""
    zone = ZoneInfo(answer["zone"])
    people: dict[str, str] = {}
    rows: dict[str, str] = {}
    for cell in answer["cells"]:
        at = datetime.fromisoformat(cell["at"]).astimezone(zone)
        day = f"{at:%m/%d} {WEEKDAYS[lang][at.weekday()]}"
        first = cell["people"][0] if cell["people"] else None
        mark = "-"
        if first is not None:
            people.setdefault(first["name"], MARKS[len(people) % len(MARKS)])
            mark = people[first["name"]]
        held = first is not None and cell["asked_at"] > cell["at"]
        rows[day] = rows.get(day, "") + mark + ("·" if held else " ")
    head = " " * 10 + "".join(f"{hour:<2}" for hour in range(24))
    waits = "· 待ってから連絡　- 呼び出しなし" if lang == "ja" else "· the page waits   - nobody is called"
    names = [f"  {mark} {name}" for name, mark in people.items()]
    return [head, *(f"{day:<8} {cells}" for day, cells in rows.items()), *names, f"  {waits}"]


def _replay(answer: Json, lang: str) -> list[str]:
    ja = lang == "ja"

    def pair(found: Json) -> str:
        return f"{found['before']} → {found['after']}"

    lines = [
        f"{answer['cases']} 件中 {answer['changed']} 件が変わります" if ja else f"{answer['changed']} of {answer['cases']} cases change",
        f"{'電話' if ja else 'calls'}: {pair(answer['calls'])}（{'うち夜間' if ja else 'at night'} {pair(answer['at_night'])}）",
    ]  # fmt: skip
    lines += [
        f"  {p['person']['name']}: {pair(p['calls'])}（{'夜間' if ja else 'at night'} {pair(p['at_night'])}）"
        for p in answer["people"]
    ]
    for key, words in (("avoided", ("間に合うようになる期限", "deadlines met")), ("caused", ("間に合わなくなる期限", "deadlines missed"))):  # fmt: skip
        found = ", ".join(f"{CLOCKS[name][not ja]} {n}" for name, n in answer[key].items())
        lines.append(f"{words[not ja]}: {found or '0'}")
    unknown = "記録から分からず比べていない期限" if ja else "deadlines whose course is not known"
    lines.append(f"{unknown}: {answer['uncompared']}")
    for case in answer["worst"]:
        lines.append(f"No. {case['number']} {case['headline']}  {_local(case['submitted_at'], answer['zone'])}")
        lines += [f"    {what[lang]}" for what in case["what"]]
    return lines


def _review(answer: Json, lang: str) -> list[str]:
    ja = lang == "ja"
    since = answer["since"][:10]
    lines = [f"版 {answer['version']}: {since} から {answer['cases']} 件" if ja else f"version {answer['version']}: {answer['cases']} cases since {since}"]  # fmt: skip
    for rule in answer["rules"]:
        words = ("該当", "見直し", "無効") if ja else ("held", "reassessed", "superseded")
        found = [rule["held"], rule["reassessed"], rule["superseded"]]
        lines.append(f"  {rule['id']}: " + ", ".join(f"{w} {n}" for w, n in zip(words, found, strict=True)))
    for clock in answer["clocks"]:
        if clock["breached"]:
            lines.append(
                f"  {clock['priority']} {CLOCKS[clock['name']][not ja]}: {clock['breached']} / {clock['cases']}"
            )
    for woken in answer["woken"]:
        if woken["at_night"]:
            lines.append(f"  {woken['person']['name']}: {'夜間' if ja else 'at night'} {woken['at_night']}")
    return [*lines, *(f"→ {advice[lang]}" for advice in answer["advice"])]


def wanted(arguments: Any) -> bool:
    """Whether a command is one of these."""
    here = ("simulate", "replay", "review")
    return arguments.command == "simulate" or (arguments.command == "policy" and arguments.what in here)
