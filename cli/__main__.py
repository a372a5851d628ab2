"""`python -m cli <command>`: cases, actions, search, duty, drills, deadlines, texts, contacts, sources, tokens, audit, personal data, imports, the doctor, and the demo."""

import argparse
import asyncio
import json
import os
import sys

from cli import (
    audit,
    contacts,
    deadlines,
    demo,
    doctor,
    drills,
    duty,
    given,
    imports,
    knowledge,
    personal,
    policy,
    simulate,
    sources,
    texts,
    tokens,
)
from cli.door import Door, Json, Refused, keyed

ACTIONS: dict[str, tuple[str, ...]] = {
    "acknowledge": (),
    "unacknowledge": (),
    "start": (),
    "notes": ("text",),
    "replies": ("text",),
    "wait": ("reason",),
    "resume": (),
    "reassign": ("to", "reason"),
    "offer": ("to", "reason"),
    "decline": ("reason",),
    "link": ("lead", "reason"),
    "split": ("reason",),
    "reassess": ("urgency", "impact", "kind", "personal_data", "reason"),
    "extend": ("deadline", "more", "reason"),
    "followers": ("follower",),
    "resolve": ("handling", "result", "evaluation", "cause"),
    "feedback": ("text",),
    "reopen": ("reason",),
}
PEOPLE = ("to", "follower")
COMMANDS = {  # those that print by themselves, and give the exit code
    **dict.fromkeys(duty.COMMANDS, duty.run),
    "policy": policy.run,
    "drill": drills.run,
    "texts": texts.run,
    "contacts": contacts.run,
    "sources": sources.run,
    "articles": knowledge.run,
    "audit": audit.run,
    "personal": personal.run,
    "import": imports.run,
    "tokens": tokens.run,
    "doctor": doctor.run,
    "deadlines": deadlines.run,
}
INTERRUPTED = 130  # what shells take for Ctrl-C


def parser() -> argparse.ArgumentParser:
    """The commands."""
    top = argparse.ArgumentParser(prog="tasuki", description="襷: エスカレーションを、必要な人へ。")
    top.add_argument("--lang", choices=("ja", "en"), default="ja")
    commands = top.add_subparsers(dest="command", required=True)
    submit = commands.add_parser("submit", help="案件を出す (submit a report: JSON file or - )")
    submit.add_argument("file")
    keyed(submit)
    listing = commands.add_parser("cases", help="案件の一覧 (list)")
    listing.add_argument("--status", choices=("received", "in_progress", "done"))
    listing.add_argument("--all", action="store_true", help="最後まで (to the end of the list)")
    for name, about in (
        ("show", "案件 (one case)"),
        ("timeline", "経過 (timeline)"),
        ("similar", "似た案件 (similar cases)"),
    ):
        commands.add_parser(name, help=about).add_argument("case")
    act = commands.add_parser("act", help=f"操作 (one of: {', '.join(ACTIONS)})")
    act.add_argument("case")
    act.add_argument("verb", choices=ACTIONS)
    act.add_argument("fields", nargs="*", metavar="name=value")
    keyed(act)
    commands.add_parser("search", help="過去の案件を探す (search)").add_argument("question", nargs="+")
    commands.add_parser("on-duty", help="いまの担当、JSON で (who is on duty, as JSON)")
    duty.add(commands)
    drills.add(commands)
    deadlines.add(commands)
    simulate.add(commands, policy.add(commands))
    texts.add(commands)
    contacts.add(commands)
    sources.add(commands)
    tokens.add(commands)
    audit.add(commands)
    personal.add(commands)
    imports.add(commands)
    knowledge.add(commands)
    doctor.add(commands)
    commands.add_parser("demo", help="物語を演じる (play the story)")
    return top


def fields_of(pairs: list[str]) -> dict[str, object]:
    """Read name=value pairs; a person is written id:name."""
    fields: dict[str, object] = {}
    for pair in pairs:
        name, _, value = pair.partition("=")
        if name in PEOPLE:
            id_, _, shown = value.partition(":")
            person = {"id": id_, "name": shown or id_}
            fields.update({"to": person} if name == "to" else person)
        else:
            fields[name] = value
    return fields


def run(arguments: argparse.Namespace, door: Door) -> object:
    """Carry out one command; what it gives is printed."""
    match arguments.command:
        case "submit":
            return door.once("/v1/cases", _json(arguments.file), arguments.key)
        case "cases":
            return _cases(arguments, door)
        case "show":
            return door.get(f"/v1/cases/{arguments.case}")
        case "timeline":
            return door.get(f"/v1/cases/{arguments.case}/timeline")
        case "similar":
            return door.get(f"/v1/cases/{arguments.case}/similar")
        case "act":
            body = fields_of(arguments.fields)
            return door.once(f"/v1/cases/{arguments.case}/{arguments.verb}", body, arguments.key)
        case "search":
            return door.get("/v1/search", q=" ".join(arguments.question))
        case "on-duty":
            return door.get("/v1/on-duty")
    raise AssertionError(arguments.command)


def _cases(arguments: argparse.Namespace, door: Door) -> Json:
    """The newest cases, or all of them; that there are more is said."""
    page: Json = door.get("/v1/cases", status=arguments.status)
    found = page["data"]
    while page["next_cursor"] and arguments.all:
        page = door.get("/v1/cases", status=arguments.status, limit=200, cursor=page["next_cursor"])
        found += page["data"]
    if page["next_cursor"]:
        print("続きがあります。すべて見るには --all (there are more: --all)", file=sys.stderr)
    return {**page, "data": found}


def _json(file: str) -> object:
    return json.loads(given.text(file))


def _done(arguments: argparse.Namespace) -> int:
    """Carry out one command; the exit code says whether it worked."""
    if arguments.command == "demo":
        return asyncio.run(demo.main(arguments.lang))
    if arguments.command == "policy" and arguments.what == "lint" and arguments.offline:
        return policy.offline(arguments)
    with Door.from_environment(arguments.lang) as door:
        if simulate.wanted(arguments):
            return simulate.run(arguments, door)
        if command := COMMANDS.get(arguments.command):
            return command(arguments, door)
        print(json.dumps(run(arguments, door), ensure_ascii=False, indent=2))
    return 0


def main() -> int:
    """Run a command; the exit code says whether it worked."""
    arguments = parser().parse_args()
    try:
        code = _done(arguments)
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # `tasuki cases | head`: nobody reads on
        return 1
    except (Refused, OSError, ValueError) as problem:
        print(f"tasuki: {problem}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return INTERRUPTED
    return code


if __name__ == "__main__":
    sys.exit(main())
