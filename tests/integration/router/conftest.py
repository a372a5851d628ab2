"""The router on its real database, with the small organisation of the unit tests in force."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from services.router.domain.climb.in_force import InForce
from services.router.handlers import handlers
from tests.integration.log import T0, Hands, Log, Opened
from tests.integration.router.policy_desk import Desk, opened
from tests.unit.router.desk import in_force


@dataclass
class Office:
    """What is in force; a test may change it, as a publication does."""

    in_force: InForce


@pytest.fixture
def office() -> Office:
    return Office(in_force())


@pytest.fixture
async def log(database: Opened, office: Office) -> Log:
    db = await database("router")
    async with db.transaction() as tx:
        for table in ("outbox", "inbox", "folds", "open_cases", "duty", "digests", "counted_by"):
            await tx.execute(f"DELETE FROM {table}")
    return Log(db, Hands(T0), handlers(lambda: office.in_force))


@pytest.fixture
async def desk(database: Opened, tmp_path: Path) -> Desk:
    """A router with the shipped policy, to which nobody has told anything."""
    return await opened(await database("router"), tmp_path / "policy")
