"""What an installation grows by: cases by the hundred thousand in the tables of every service, people, and rules.

Cases are copies of real ones that went the way by themselves, row for row in every table in which those left any, under ids of
their own and at moments of their own. People, teams, schedules and rules are told as an administrator tells them.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import httpx
import yaml

from bench import load
from bench.stack import Stack
from deploy.local.postgres import admin_url
from deploy.local.provision import SERVICES
from shared.contracts.case_ids import case_id

More = Mapping[tuple[str, str], str]  # file and line of a policy → what stands behind that line
DEFECTS = (
    {"facts": "請求書の PDF で 髙 と ① が □ になる。"}, {"facts": "お客様の電話番号 090-1234-5678 に折り返してほしい。"},
    {"facts": "取引先の一覧を並べ替えると三件目が消える。"}, {"facts": "通知のメールが二通ずつ届くことがある。"},
)  # fmt: skip
QUESTIONS = (  # nobody is called for these
    {"urgency": "low", "facts": "パスワードを忘れたとのこと。"}, {"urgency": "low", "facts": "I forgot my password."},
)  # fmt: skip
OWNER = {"id": "sato.hanako", "name": "佐藤 花子"}
DONE = {"handling": "設定を直し、もう一度試してもらった。", "result": "直った", "cause": "設定の誤り"}
NAMED_BY = ("case_id", "key", "id", "object")  # the columns by which tables know their cases, the likeliest first
GONE_SOON = ("idempotency", "urgent", "outbox")  # what is not there any more after a day
FIRST_NUMBER = 10_000_000
MOMENTS = 5_000  # at which copies came, at most
AT_ONCE = 3  # tables that are filled at the same time
FAST = ("fsync = off", "full_page_writes = off", "autovacuum = off")  # while there is nothing to lose
COLUMNS = """
    SELECT c.table_schema, c.table_name, c.column_name, c.data_type,
           c.is_identity = 'NO' AND c.is_generated = 'NEVER' AND coalesce(c.column_default, '') NOT LIKE 'nextval%' AS given
    FROM information_schema.columns AS c JOIN information_schema.tables AS t USING (table_schema, table_name)
    WHERE t.table_type = 'BASE TABLE' AND c.table_schema = ANY($1) ORDER BY 1, 2, c.ordinal_position"""
WANTED = """
    CREATE UNLOGGED TABLE IF NOT EXISTS growth
    (n bigint, was text, was_number text, id text, number bigint, front text, ago interval, recorded boolean)"""
WANT = """
    INSERT INTO growth
    SELECT n, ($1::text[])[(1 + n % cardinality($1))::int], ($2::text[])[(1 + n % cardinality($1))::int], begins || lpad(to_hex(n), 16, '0'),
           $3 + n, lpad(to_hex(n), 12, '0'), ago, n < $4
    FROM unnest($5::text[], $6::interval[], $7::bigint[], $8::bigint[]) AS moment (begins, ago, first, last),
         generate_series(moment.first, moment.last) AS n"""
MOVING = """SELECT count(*) FROM notifier.notifications
            WHERE state IN ('pending', 'sending', 'ambiguous') AND next_attempt_at < now() + interval '1 minute'
               OR closing_at IS NOT NULL"""
PAGED = "SELECT count(DISTINCT case_id) FROM notifier.notifications WHERE case_id = ANY($1) AND purpose = 'page' AND attempts > 0"


@dataclass(frozen=True)
class Table:
    """A table with rows of cases: its columns with their types, and `by` which of them (or `carrier` table) it knows a case."""

    name: str
    by: str
    columns: tuple[tuple[str, str], ...]

    @property
    def rows(self) -> str:
        """The rows of the cases `$1`, each with its case as `of`; texts as they are before they are packed."""
        values = ", ".join(f"""t."{c}"{" || ''" if type_ == "text" else ""} AS "{c}\"""" for c, type_ in self.columns)
        if self.by == "notification_id":
            return f"""SELECT n.case_id AS of, {values} FROM {self.name} AS t
                       JOIN notifier.notifications AS n ON n.id = t.notification_id WHERE n.case_id = ANY($1)"""
        return f"SELECT {self.by} AS of, {values} FROM {self.name} AS t WHERE {self.by} = ANY($1)"

    @property
    def filling(self) -> str:
        """The statement that copies the rows of the cases `$1` for all that are wanted."""
        names = ", ".join(f'"{column}"' for column, _ in self.columns)
        values = ", ".join(_copied(column, type_) for column, type_ in self.columns)
        few = " WHERE new.recorded" if self.name.startswith("knowledge.archive") else ""
        return f"""WITH was AS MATERIALIZED ({self.rows})
                   INSERT INTO {self.name} ({names}) SELECT {values} FROM growth AS new JOIN was ON was.of = new.was{few}"""


def _copied(column: str, type_: str) -> str:
    """One value of a copy: ids and numbers are its own, and what has passed did so as long ago as the case."""
    was = f'was."{column}"'
    match column, type_:
        case "number", _:
            return "new.number"
        case "chain", _:
            return f"10000 + {was}"  # no chain of the audit that goes on
        case "seq", _:
            return f"new.n * 1000 + {was}"
        case _, "text":
            return f"""replace(replace({was}, new.was, new.id), new.was_number, '"number":' || new.number)"""
        case _, "uuid":
            return f"(new.front || right(replace({was}::text, '-', ''), 20))::uuid"
        case _, "timestamp with time zone":
            return f"CASE WHEN {was} <= now() THEN {was} - new.ago ELSE {was} + new.ago END"
    return was


class Ground:
    """The database of an installation, entered as its administrator, and the real cases that are copied."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._filled = 0
        self.waiting: list[str] = []
        self.taken: list[str] = []
        self.done: list[str] = []
        self.tables: list[Table] = []

    async def prepare(self) -> None:
        """Send real cases on their way, some until they wait, some until somebody has them, some until they are done."""
        async with load.client(self._stack) as http:
            for cases, told in (
                (self.waiting, DEFECTS),
                (self.taken, DEFECTS),
                (self.done, (*DEFECTS[:2], *QUESTIONS)),
            ):
                run = load.Run()
                for more in told:
                    await load.one(http, run, {**load.REPORT, **more})
                cases += run.sent
            db = await self._enter()
            acted = [*self.taken, *self.done[:2]]
            while await db.fetchval(PAGED, acted) < len(acted):
                await asyncio.sleep(0.2)
            for case in acted:
                (await http.post(f"/v1/cases/{case}/acknowledge", json={"by": OWNER})).raise_for_status()
            await self._still(db)
            for case in self.done:
                (await http.post(f"/v1/cases/{case}/resolve", json={**DONE, "by": OWNER})).raise_for_status()
            await self._still(db)
            self.tables = await self._known(db)
            await db.close()

    async def fill(self, cases: Sequence[str], count: int, days: tuple[float, float], records: int = 0) -> None:
        """Copy these cases in turn until there are `count` more, from between so many days ago; `records` of them in the archive."""
        db, first = await self._enter(), self._filled
        self._filled += count
        numbers = await db.fetch("SELECT id, number FROM intake.cases WHERE id = ANY($1)", cases)
        number = {row["id"]: f'"number":{row["number"]}' for row in numbers}
        newest, oldest = (timedelta(days=x) for x in days)
        places, now = min(MOMENTS, count), datetime.now(UTC)
        agos = [oldest - (oldest - newest) * n / places for n in range(places)]
        begins = [case_id(now - ago, bytes(10))[:12] for ago in agos]
        bounds = [first + count * n // places for n in range(places + 1)]
        for setting in FAST:
            await db.execute(f"ALTER SYSTEM SET {setting}")
        await db.execute("SELECT pg_reload_conf()")
        await db.execute(f"{WANTED}; TRUNCATE growth")
        whose = cases, [number[case] for case in cases], FIRST_NUMBER, first + records
        await db.execute(WANT, *whose, begins, agos, bounds[:-1], [bound - 1 for bound in bounds[1:]])
        await db.execute("ANALYZE growth")
        hands = asyncio.Semaphore(AT_ONCE)
        await asyncio.gather(*(self._copy(hands, table, cases) for table in self.tables))
        await db.execute("ALTER SYSTEM RESET ALL")
        await db.execute("SELECT pg_reload_conf()")
        await db.execute("CHECKPOINT")
        await db.close()

    async def gigabytes(self) -> float:
        """What the database takes on disk."""
        db = await self._enter()
        size: int = await db.fetchval("SELECT pg_database_size(current_database())")
        await db.close()
        return round(size / 2**30, 2)

    async def _enter(self) -> "asyncpg.Connection[Any]":
        return await asyncpg.connect(admin_url(self._stack.layout, "tasuki"))

    async def _copy(self, hands: asyncio.Semaphore, table: Table, cases: Sequence[str]) -> None:
        async with hands:
            db = await self._enter()
            await db.execute("SET session_replication_role = replica")  # what rows refer to comes at the same time
            await db.execute(table.filling, cases, timeout=1200)
            await db.execute(f"VACUUM (ANALYZE) {table.name}", timeout=1200)
            await db.close()

    async def _known(self, db: "asyncpg.Connection[Any]") -> list[Table]:
        """The tables in which the real cases left rows, the largest first."""
        columns: dict[str, list[asyncpg.Record]] = {}
        for row in await db.fetch(COLUMNS, SERVICES):
            if row["table_name"] not in GONE_SOON:
                columns.setdefault(f"{row['table_schema']}.{row['table_name']}", []).append(row)
        found: list[tuple[int, Table]] = []
        for name, rows in columns.items():
            types = {row["column_name"]: row["data_type"] for row in rows}
            given = tuple((row["column_name"], row["data_type"]) for row in rows if row["given"])
            ways = [by for by in NAMED_BY if types.get(by) == "text"]
            ways += ["notification_id"] if "notification_id" in types and "case_id" not in types else []
            for by in ways:
                table = Table(name, by, given)
                size = await db.fetchval(
                    f"SELECT sum(pg_column_size(x)) FROM ({table.rows}) AS x", [*self.waiting, *self.taken, *self.done]
                )
                if size:
                    found.append((size, table))
                    break
        return [table for _, table in sorted(found, key=lambda one: -one[0])]

    async def _still(self, db: "asyncpg.Connection[Any]") -> None:
        """Wait until nothing is on its way any more: nothing new was read for two seconds, and nothing waits to be sent."""
        seen = " UNION ALL ".join(
            f"SELECT count(*) FROM {s}.inbox UNION ALL SELECT count(*) FROM {s}.outbox" for s in SERVICES
        )
        before: list[int] = []
        while True:
            now = [row[0] for row in await db.fetch(f"{seen} UNION ALL {MOVING}")]
            if now == before and not any(now[1:-1:2]) and not now[-1]:
                return
            before = now
            await asyncio.sleep(2)


async def people(stack: Stack, http: httpx.AsyncClient, count: int) -> None:
    """Put so many people into the directory and the policy, ten to a team, each team with a schedule of two layers."""
    directory = yaml.safe_load((stack.layout.run / "contacts.yaml").read_text("utf-8"))
    directory["people"] += [
        {"id": _person(n), "name": f"見本 {n:04}", "language": "ja", "phone": f"+8190{10_000_000 + n}",
         "email": f"bench{n:04}@example.co.jp", "slack": f"U0BENCH{n:04}"}
        for n in range(count)
    ]  # fmt: skip
    (await http.put("/v1/contacts", json=directory)).raise_for_status()
    await publish(http, people_in_files(count))


async def rules(http: httpx.AsyncClient, count: int) -> None:
    """Put so many rules into the policy; none of them holds for what is measured."""
    await publish(http, rules_in_files(count))


async def publish(http: httpx.AsyncClient, more: More) -> None:
    """Publish the policy in force with more in it."""
    version = (await http.get("/v1/policy")).raise_for_status().json()["version"]
    files = (await http.get(f"/v1/policy/versions/{version}")).raise_for_status().json()["files"]
    body = {"files": put(files, more), "by": OWNER, "why": "bench"}
    (await http.put("/v1/policy", json=body, headers={"if-match": f'"{version}"'})).raise_for_status()


def put(files: Mapping[str, str], more: More) -> dict[str, str]:
    """Files of a policy with more in them."""
    found = dict(files)
    for (file, line), text in more.items():
        found[file] = found[file].replace(f"\n{line}\n", f"\n{line}\n{text}", 1)
    return found


def people_in_files(count: int) -> More:
    """So many people, ten to a team, each team with a schedule."""
    teams = [range(n, min(n + 10, count)) for n in range(0, count, 10)]
    return {
        ("teams.yaml", "people:"): "".join(f"  - {{id: {_person(n)}, name: 見本 {n:04}}}\n" for n in range(count)),
        ("teams.yaml", "teams:"): "".join(_team(n, members) for n, members in enumerate(teams)),
        ("schedules.yaml", "schedules:"): "".join(_schedule(n, members) for n, members in enumerate(teams)),
    }


def rules_in_files(count: int) -> More:
    """So many rules."""
    return {("rules.yaml", "rules:"): "".join(map(_rule, range(count)))}


def _person(number: int) -> str:
    return f"bench.{number:04}"


def _team(number: int, members: range) -> str:
    parts = {role: f"person: {_person(members[-1])}" for role in ("leader", "manager", "responsible", "department")}
    roles = {"second_line": f"schedule: bench-{number:03}", **parts}
    lines = "".join(f"      {role}: {{{holder}}}\n" for role, holder in roles.items())
    return f"  bench-{number:03}:\n    name: 見本{number:03}課\n    products: [見本製品{number:03}, sample-{number:03}]\n    roles:\n{lines}"


def _schedule(number: int, members: range) -> str:
    turns = f"[{', '.join(_person(n) for n in members)}]"
    return f"""  bench-{number:03}:
    name: 見本{number:03}課の当番
    zone: Asia/Tokyo
    layers:
      - {{people: {turns}, unit: weeks, start: 2026-01-05T09:00:00}}
      - {{people: {turns}, unit: days, start: 2026-01-05T18:00:00, only: [{{hours: "18:00-09:00"}}]}}
"""


def _rule(number: int) -> str:
    return f"""  - id: bench-{number:03}
    when:
      - {{product: [見本製品{number:03}], words: [E{number:04}, 番号{number:04}]}}
      - {{words: [見本の不具合{number:04}, "sample defect {number:04}"]}}
    then: {{at_least: P2}}
    reason: {{ja: "見本 {number:04} の不具合です", en: "A defect of sample {number:04}"}}
"""
