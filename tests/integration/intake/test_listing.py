"""A list shows whoever asks exactly what they may see, and looks at little more than it shows, however much others have."""

import itertools
import json
import random
from collections.abc import Iterator
from typing import Any

import pytest

from services.intake import admission, board, listing
from services.intake.domain import access
from services.intake.domain.access import Facts
from services.intake.domain.roles import ROLES, Grant
from services.intake.domain.tokens import Principal, actor
from shared.contracts.events import Actor
from shared.runtime.db import Database, Transaction
from tests.integration.intake.desk import Desk

pytestmark = pytest.mark.security
TEAMS, SOURCES, PEOPLE = ("", "payments", "support", "髙﨑"), ("crm", "shop", "form"), ("", "ken", "mai", "髙橋")
FILTERS: list[dict[str, Any]] = [
    {}, {"status": "received"}, {"status": "done"}, {"priority": "P1"}, {"owner": "ken"}, {"owner": ""}, {"words": "_%７"},
    {"team": "support"}, {"only_open": True}, {"status": "done", "priority": "P1"}, {"owner": "", "status": "received"},
]  # fmt: skip
ROW = """INSERT INTO cases (id, number, status, priority, owner, words, created_at, updated_at, team, source, reporter, restricted, people, followers)
         SELECT * FROM jsonb_to_recordset($1::jsonb) AS one (
             id text, number bigint, status text, priority text, owner text, words text, created_at timestamptz, updated_at timestamptz,
             team text, source text, reporter text, restricted boolean, people jsonb, followers jsonb)"""
Row = dict[str, Any]


def drawn(dice: random.Random, number: int) -> Row:
    """A case as its row has it."""
    people, followers = ([one for one in PEOPLE[1:] if dice.random() < 0.2] for _ in range(2))
    return {
        "id": f"c_{number:026}", "number": number, "created_at": "2026-11-30", "updated_at": "2026-11-30",
        "status": dice.choice(("received", "in_progress", "done")), "priority": dice.choice((None, "P1", "P2")),
        "owner": dice.choice((None, *PEOPLE[1:])), "words": dice.choice(("_%7", "x7", "決済")), "team": dice.choice(TEAMS),
        "source": dice.choice(SOURCES), "reporter": dice.choice(PEOPLE), "restricted": dice.random() < 0.3,
        "people": people, "followers": followers,
    }  # fmt: skip


def callers() -> Iterator[Principal]:
    """Everybody who could come: each role in each team, some of two teams, and one whose last role was taken away."""
    grants = [frozenset({Grant(role, team)}) for role in ROLES for team in (*TEAMS[1:], "*", "nowhere")]
    grants += [frozenset({Grant("responder", "payments"), Grant("leader", "support")}), frozenset()]
    for given, name, person in itertools.product(grants, ("shop", "other"), ("", "mai")):
        by = Actor(kind="person", id=person, name=person) if person else actor("x", None)
        yield Principal(name, frozenset(), by, given)
    yield Principal("shop", frozenset(), actor("x", None), None)


def sees(who: Principal, row: Row) -> bool:
    """The rule itself, of the facts in a row."""
    people, followers = tuple(row["people"]), tuple(row["followers"])
    return bool(
        access.roles_in(who, Facts(row["team"], row["source"], row["reporter"], row["restricted"], people, followers))
    )


def fits(row: Row, asked: dict[str, Any]) -> bool:
    """What each filter means."""
    return (
        all(row[name] == asked.get(name, row[name]) for name in ("status", "priority", "team"))
        and ("owner" not in asked or (row["owner"] or "") == asked["owner"])
        and ("words" not in asked or row["words"] == "_%7")
        and ("only_open" not in asked or row["status"] != "done")
    )


async def test_a_list_is_what_the_rule_lets_see_for_everybody_and_every_filter(desk: Desk) -> None:
    """Red when any one of the reasons is not looked for."""
    dice = random.Random(22)
    rows = [drawn(dice, number) for number in range(1, 301)]
    async with desk.db.transaction() as tx:
        await tx.execute(ROW, json.dumps(rows))
    for who in callers():
        seer = access.seer(who)
        visible = [row for row in reversed(rows) if sees(who, row)]
        async with desk.db.transaction() as tx:
            await tx.execute(admission.SQL["seen_by"], json.dumps(seer) if seer else "")
            for asked in FILTERS:
                wanted = [row["id"] for row in visible if fits(row, asked)]
                found = await listing.case_ids(tx, listing.Filter(seer=seer, **asked), 1000)
                assert found == wanted, (who, asked)
            page, after = list[str](), None
            while some := await listing.case_ids(tx, listing.Filter(after, seer=seer), 7):
                page, after = page + some, some[-1]
            assert page == [row["id"] for row in visible], who


async def test_whom_a_case_concerns_is_kept_whoever_writes_the_row(desk: Desk) -> None:
    """Also a release that knows nothing of it."""

    async def concerned() -> set[tuple[str, str]]:
        return {(r["person"], r["case_id"]) for r in await desk.db.pool.fetch("SELECT * FROM concerned")}

    row = drawn(random.Random(1), 1) | {"people": ["ken", "mai"], "followers": ["mai"], "reporter": "rei"}
    await desk.db.pool.execute(ROW, json.dumps([row]))
    assert await concerned() == {("ken", row["id"]), ("mai", row["id"]), ("rei", row["id"])}
    await desk.db.pool.execute("UPDATE cases SET people = '[\"髙橋\"]', followers = '[]', reporter = ''")
    assert await concerned() == {("髙橋", row["id"])}
    await desk.db.pool.execute("DELETE FROM cases")
    assert await concerned() == set()


class Counted:
    """Reads as a transaction does, and counts the rows that each statement had to look at."""

    def __init__(self, tx: Transaction) -> None:
        self._tx, self.looked_at, self.execute = tx, 0, tx.execute

    async def fetch(self, sql: str, *given: object) -> list[Any]:
        plan = await self._tx.fetchval(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}", *given)
        self._count(json.loads(plan)[0]["Plan"])
        return list(await self._tx.fetch(sql, *given))

    def _count(self, node: dict[str, Any]) -> None:
        if "Relation Name" in node:
            thrown = sum(node.get(f"Rows Removed by {why}", 0) for why in ("Filter", "Index Recheck"))
            self.looked_at += (node["Actual Rows"] + thrown) * node["Actual Loops"]
        for inner in node.get("Plans", ()):
            self._count(inner)


OURS, OTHERS, LIMIT = 40, 12_000, 51


async def fill(db: Database) -> None:
    """Few cases of ours, older than many of others; half of the others' are open, half restricted, and half have no owner."""
    made = """INSERT INTO cases (id, number, status, priority, owner, words, created_at, updated_at, team, source, reporter, restricted, people)
              SELECT 'c_' || lpad(($1::int + n)::text, 26, '0'), $1 + n, CASE n % 2 WHEN 0 THEN 'done' ELSE 'received' END,
                     CASE (n / 2) % 2 WHEN 0 THEN 'P3' ELSE 'P1' END, CASE (n / 4) % 2 WHEN 0 THEN 'p' || n % 50 END, 'x', now(), now(),
                     $3 || n % $4::int, $5 || n % $4, $6 || n % $4, (n / 8) % 2 = 0, jsonb_build_array($6 || n % $4)
              FROM generate_series(1, $2::int) AS n"""
    async with db.transaction() as tx:
        await tx.execute(made, 0, OURS, "ours", 1, "shop", "mai")
        await tx.execute(made, OURS, OTHERS, "team", 3, "source", "person")
    async with db.pool.acquire() as connection:
        await connection.execute("ANALYZE cases")
        await connection.execute("ANALYZE concerned")


async def test_a_list_looks_at_little_more_than_it_shows(desk: Desk) -> None:
    """Red by thousands of rows when the newest cases are looked through for those that may be seen."""
    await fill(desk.db)
    few = [
        access.Seer(sees=["ours0"], leads=[], name="x", person=None),
        access.Seer(sees=["ours0", "nothing"], leads=["ours0"], name="x", person="nobody"),
        access.Seer(sees=[], leads=[], name="shop0", person=None),
        access.Seer(sees=[], leads=[], name="x", person="mai0"),
        access.Seer(sees=[], leads=[], name="x", person=None),
    ]
    many = [access.Seer(sees=["team1"], leads=["team1"], name="x", person="nobody")]
    asked: list[dict[str, Any]] = [
        {}, {"status": "received"}, {"status": "done"}, {"priority": "P1"}, {"priority": "P4"}, {"owner": "p7"}, {"owner": ""},
        {"after": f"c_{OURS:026}"},
    ]  # fmt: skip
    lists = [(seer, filters, LIMIT) for seer in few + many for filters in asked]
    lists += [(seer, {"only_open": True}, board.MOST) for seer in few]
    for seer, filters, limit in lists:
        async with desk.db.transaction() as tx:
            await tx.execute(admission.SQL["seen_by"], json.dumps(seer))
            counted = Counted(tx)
            await listing.case_ids(counted, listing.Filter(seer=seer, **filters), limit)  # type: ignore[arg-type]
        assert counted.looked_at <= 4 * LIMIT, (seer, filters)
