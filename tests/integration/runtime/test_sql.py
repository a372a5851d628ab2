"""Every statement that a service can run is understood by PostgreSQL on the schema that its migrations make."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from shared.runtime import consume, folds, late, outbox
from shared.runtime.db import Database, Queries
from shared.runtime.migrate import migrate

SERVICES = Path(__file__).parents[3] / "services"
NAMES = ("intake", "router", "timer", "notifier", "knowledge")
Open = Callable[[str], Awaitable[Database]]
SCHEMA = """
SELECT 'column', table_name, column_name, data_type || coalesce(column_default, '') || is_nullable
FROM information_schema.columns WHERE table_schema = current_schema()
UNION ALL SELECT 'index', tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema()
ORDER BY 1, 2, 3
"""


def statements(service: str) -> dict[str, str]:
    """Every statement of a service and of the runtime it carries, by name."""
    found: dict[str, str] = {}
    for path in sorted((SERVICES / service).rglob("*.sql")):
        if path.parent.name != "migrations":
            found |= {f"{path.stem}.{name}": sql for name, sql in Queries(path).items()}
    for module in (consume, outbox, folds, late):
        for name, value in vars(module).items():
            if (
                name.isupper()
                and isinstance(value, str)
                and value.startswith(("SELECT", "INSERT", "UPDATE", "DELETE", "WITH"))
            ):
                found[f"{module.__name__}.{name}"] = value
    return found


@pytest.mark.parametrize("service", NAMES)
async def test_every_statement_is_understood(database: Open, service: str) -> None:
    db = await database(service)
    wrong = {}
    async with db.pool.acquire() as connection:
        for name, sql in statements(service).items():
            try:
                await connection.prepare(sql)
            except Exception as problem:  # every statement that is wrong is to be named
                wrong[name] = str(problem)
    assert wrong == {}


@pytest.mark.parametrize("service", NAMES)
async def test_migrating_again_changes_nothing(database: Open, service: str) -> None:
    db = await database(service)
    async with db.pool.acquire() as connection:
        before = await connection.fetch(SCHEMA)
    assert await migrate(db, SERVICES / service / "migrations") == []
    async with db.pool.acquire() as connection:
        assert await connection.fetch(SCHEMA) == before


@pytest.mark.parametrize("service", NAMES)
async def test_a_service_reaches_no_other_schema(database: Open, service: str) -> None:
    for other in NAMES:
        await database(other)
    db = await database(service)
    async with db.pool.acquire() as connection:
        visible = await connection.fetch(
            "SELECT nspname FROM pg_namespace WHERE nspname = ANY($1) AND has_schema_privilege(oid, 'USAGE')",
            list(NAMES),
        )
    assert [row["nspname"] for row in visible] == [service]


FILLED = {
    "intake": """INSERT INTO cases (id, number, status, owner, team, words, created_at, updated_at)
                 SELECT 'c_' || n, n, 'done', 'p' || n % 100, 't' || n % 100, '', now(), now() FROM generate_series(1, 5000) AS n""",
    "notifier": """INSERT INTO contacts (id, name, language, catch_all, addresses)
                   SELECT 'p' || n, '', 'ja', false, json_build_array(json_build_object('kind', 'slack', 'value', 'U' || n))::text
                   FROM generate_series(1, 5000) AS n""",
}
OF_TEAM = "(team = 't7'::text)"  # whichever of those that begin with it
LEFT = (False, None, None)  # filters that are off
LOOKED_UP: list[tuple[str, str, tuple[object, ...], str]] = [
    (
        "intake",
        "queries.list_cases",
        (None, None, None, "nobody", None, None, [], 51, None, None, *LEFT),
        "cases_owner",
    ),
    ("intake", "queries.list_cases", (None, "done", None, None, None, None, [], 201, "t7", "c_1", *LEFT), OF_TEAM),
    ("intake", "board.end_of_stretch", (None, "t7", None, [], 999), OF_TEAM),
    ("intake", "board.end_of_stretch", ("c_9", None, "p7", [], 999), "cases_owner"),
    ("intake", "board.end_of_stretch", ("c_9", None, None, [], 999), "cases_pkey"),
    ("notifier", "queries.owner_of", ('[{"kind": "slack", "value": "U7"}]',), "contacts_addresses"),
]


@pytest.mark.parametrize(
    ("service", "name", "given", "index"), LOOKED_UP, ids=[f"{name} {index}" for _, name, _, index in LOOKED_UP]
)
async def test_what_is_asked_for_by_whose_it_is_reads_no_whole_table(
    database: Open, service: str, name: str, given: tuple[object, ...], index: str
) -> None:
    db = await database(service)
    async with db.pool.acquire() as connection:
        going = connection.transaction()
        await going.start()
        await connection.execute(FILLED[service])
        await connection.execute("ANALYZE")
        plan = await connection.fetch(f"EXPLAIN {statements(service)[name]}", *given)
        await going.rollback()
    assert index in "\n".join(row[0] for row in plan)
