"""The statements of a service by their names, and what becomes of one that is given the wrong arguments."""

from pathlib import Path

import asyncpg
import pytest

from shared.runtime.db import UNAVAILABLE, Queries, whole

SERVICES = Path(__file__).parents[3] / "services"


def test_a_name_stands_for_one_statement(tmp_path: Path) -> None:
    file = tmp_path / "queries.sql"
    file.write_text("-- name: one\nSELECT 1;\n-- name: two\nSELECT 2;\n")
    assert Queries(file) == {"one": "SELECT 1", "two": "SELECT 2"}
    file.write_text("-- name: one\nSELECT 1;\n-- name: one\nSELECT $1;\n")
    with pytest.raises(ValueError, match="names twice: one"):
        Queries(file)


@pytest.mark.parametrize("file", sorted(f for f in SERVICES.glob("*/*.sql")), ids=lambda f: f"{f.parent.name}/{f.stem}")
def test_every_file_can_be_read(file: Path) -> None:
    assert Queries(file)


def test_a_mistake_of_ours_is_not_taken_for_a_database_that_is_away() -> None:
    with pytest.raises(TypeError) as mistake, whole(None):
        raise asyncpg.InterfaceError("the server expects 2 arguments for this query, 6 were passed")
    assert not isinstance(mistake.value, UNAVAILABLE)
    with pytest.raises(UNAVAILABLE), whole(None):
        raise asyncpg.InterfaceError("connection is closed")
