"""`tasuki doctor`: looks at everything that can be seen from here, says what is wrong and what to do; 1 when a page may be lost."""

import argparse
import asyncio
import shutil
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import asyncpg
import httpx
from aiokafka import AIOKafkaConsumer
from aiokafka.errors import KafkaError

from cli import doctor_address
from cli import doctor_expiry as expiry
from cli import doctor_findings as judge
from cli.doctor_findings import Finding
from cli.door import Door, Refused, setting
from cli.policy import files
from shared.contracts.topics import DEAD_LETTERS
from shared.runtime.clock import Clock

Group = Any  # what argparse calls a group of commands has no public name
OLDEST = "SELECT min(created_at) AS oldest, clock_timestamp() AS now FROM outbox"
AHEAD = timedelta(days=7)
DATABASES = ("データベース（--databases）", "the databases (--databases)")
KAFKA = ("読めなかった記録（TASUKI_KAFKA）", "dead letters (TASUKI_KAFKA)")
WHOLE_SECONDS = timedelta(seconds=1)  # as exactly as HTTP tells the time


def add(commands: Group) -> None:
    """Add the command."""
    about = "健康診断：時計・空き容量・期限・業者・当番・連絡先・滞留 (what is wrong here, and what to do)"
    doctor = commands.add_parser("doctor", help=about, description=about)
    doctor.add_argument(
        "--databases", type=Path, help="database-url-* のあるフォルダー (folder of database-url-* files)"
    )
    doctor.add_argument(
        "--disk",
        action="append",
        default=[],
        metavar="PATH",
        help="空きを見る場所 (look at the room here; may be repeated)",
    )
    doctor.add_argument(
        "--certificate",
        action="append",
        type=Path,
        default=[],
        metavar="FILE",
        help="期限を見る PEM ファイル (see when these certificates expire; may be repeated)",
    )
    doctor.add_argument(
        "--policy",
        type=Path,
        help="公開中の方針の代わりに調べるフォルダー (look at this folder, not at the policy in force)",
    )


def run(arguments: argparse.Namespace, door: Door) -> int:
    """Look at everything; print findings. 0: all well or only warnings, 1: something that can cost a page."""
    lang, databases = arguments.lang, _named(arguments.databases)
    found = [
        *_here(arguments),
        *expiry.in_files(expiry.named(databases, arguments.certificate), Clock().now()),
        *_at_the_door(arguments, door),
        *asyncio.run(servers(databases)),
    ]
    for finding in sorted(found, key=lambda f: f.grade != "bad"):
        print("\n".join(finding.lines(lang)))
    bad = sum(f.grade == "bad" for f in found)
    ja, en = f"重大 {bad} 件、注意 {len(found) - bad} 件。", f"{bad} bad, {len(found) - bad} to look at."
    if not found:
        ja, en = "異常は見つかりませんでした。", "Nothing is wrong."
    without = [hint for hint, seen in ((DATABASES, databases), (KAFKA, setting("TASUKI_KAFKA"))) if not seen]
    if without:
        ja += f"調べていないもの：{'、'.join(hint[0] for hint in without)}"
        en += f" Not looked at: {', '.join(hint[1] for hint in without)}"
    print(en if lang == "en" else ja)
    return 1 if bad else 0


def _here(arguments: argparse.Namespace) -> Iterable[Finding]:
    for place in arguments.disk or [".", "/tmp"]:  # noqa: S108 - looked at, not written
        usage = shutil.disk_usage(place)
        yield from judge.disk(place, usage.free, usage.total)


def _at_the_door(arguments: argparse.Namespace, door: Door) -> list[Finding]:
    """All that the API tells; where it cannot be asked, that is the finding."""
    url, believed = setting("TASUKI_PUBLIC_URL", "http://127.0.0.1:8700"), httpx.create_ssl_context(trust_env=False)
    found = [*judge.address(url), *asyncio.run(expiry.at_the_door(url, believed, Clock().now()))]
    try:
        answer = door.look("/readyz")
    except Refused as problem:
        return [*found, judge.unseen(("受付", "The front door"), str(problem))]
    found += judge.ready(answer.text)
    if said := answer.headers.get("date"):
        found += judge.clock(("受付", "the front door"), parsedate_to_datetime(said) - Clock().now(), WHOLE_SECONDS)
    now = Clock().now()

    def operations() -> list[Finding]:
        told = door.get("/v1/operations")
        leads = doctor_address.led(url, told["standing"].get("public_url", ""))
        return [*leads, *judge.watched(told["standing"]["watchdog_url"]), *judge.operations(told["findings"])]

    looks: list[tuple[tuple[str, str], Callable[[], list[Finding]]]] = [
        (("サービスと監視", "The services and the watchdog"), operations),
        (("業者", "Providers"), lambda: judge.providers(door.get("/v1/channels")["data"])),
        (("当番", "Schedules"), lambda: judge.gaps(
            door.get("/v1/schedules/gaps", since=now.isoformat(), until=(now + AHEAD).isoformat()))),
        (("連絡先", "Contacts"), lambda: [
            f for p in door.get("/v1/contacts")["people"] for f in judge.contact(door.get(f"/v1/contacts/{p['id']}"))]),
        (("トークン", "Tokens"), lambda: [f for t in door.get("/v1/tokens")["data"] for f in expiry.token(t, now)]),
        (("要確認", "Quarantine"), lambda: judge.counted("quarantine", len(door.get("/v1/quarantine", limit=judge.LISTED)["data"]))),
        (("方針", "The policy"), lambda: judge.policy(
            door.post("/v1/policy/lint", {"files": _policy(arguments.policy, door)})["findings"])),
    ]  # fmt: skip
    for what, look in looks:
        try:
            found += look()
        except Refused as problem:
            found.append(judge.unseen(what, str(problem)))
    return found


def _policy(given: Path | None, door: Door) -> dict[str, str]:
    """The files of the folder that was given, or those of the version in force. Raises `Refused` where there are none."""
    if given is not None:
        return files(given)
    number = door.get("/v1/policy")["version"]
    kept: dict[str, str] | None = door.get(f"/v1/policy/versions/{number}")["files"]
    if kept is None:
        raise Refused(f"版 {number} のファイルは残っていません (the files of version {number} were not kept)")
    return kept


def _named(given: Path | None) -> dict[str, str]:
    """The databases of the folder that was given, or of TASUKI_DATABASES. Raises `Refused` where a given one names none."""
    folder = given or setting("TASUKI_DATABASES")
    found = urls(Path(folder)) if folder else {}
    if given and not found:
        raise Refused(f"--databases={given}: database-url-* がありません (no database-url-* file is there)")
    return found


def urls(folder: Path) -> dict[str, str]:
    """Service → the address of its database, from files named `database-url-<service>`."""
    return {f.name.removeprefix("database-url-"): f.read_text().strip() for f in sorted(folder.glob("database-url-*"))}


async def servers(databases: Mapping[str, str]) -> list[Finding]:
    """What only the servers tell: their clock, what waits in the outboxes, what was parked. Only those that are named."""
    found = []
    for service, url in databases.items():
        try:
            oldest, now = await _database(url)
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError) as problem:
            found.append(
                judge.unseen((f"{service} のデータベース", f"The database of {service}"), type(problem).__name__)
            )
            continue
        found += judge.outbox(service, oldest, now)
        if service == "intake":
            found += judge.clock(("データベース", "the database"), now - Clock().now(), timedelta(seconds=0.5))
    if kafka := setting("TASUKI_KAFKA"):
        try:
            found += judge.counted("dead-letters", await _parked(kafka))
        except (KafkaError, OSError, TimeoutError) as problem:
            found.append(judge.unseen(("Kafka", "Kafka"), type(problem).__name__))
    return found


async def _database(url: str) -> tuple[datetime | None, datetime]:
    connection = await asyncpg.connect(url, timeout=5)
    try:
        row = await connection.fetchrow(OLDEST, timeout=5)
        assert row is not None
        return row["oldest"], row["now"]
    finally:
        await connection.close()


async def _parked(kafka: str) -> int:
    """How many records of the topic of dead letters are kept."""
    async with AIOKafkaConsumer(DEAD_LETTERS, bootstrap_servers=kafka, request_timeout_ms=5000) as consumer:
        places = list(consumer.assignment())
        first, last = await consumer.beginning_offsets(places), await consumer.end_offsets(places)
        return sum(last[place] - first[place] for place in places)
