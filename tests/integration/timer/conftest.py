"""The timer on its real database, fed by hand."""

from datetime import datetime, timedelta

import pytest

from services.timer.handlers import UNFOLDED, handlers
from shared.contracts import events as e
from shared.contracts.report import Report
from shared.contracts.vocabulary import DeadlineName, Path, Priority
from tests.integration.log import T0, Hands, Log, Opened
from tests.unit.contracts.story import PLAN

GRACE = timedelta(milliseconds=300)
BY = e.Actor(kind="person", id="a", name="A")
DUE = T0 + timedelta(minutes=5)


@pytest.fixture
async def log(database: Opened) -> Log:
    db = await database("timer")
    async with db.transaction() as tx:
        await tx.execute("TRUNCATE outbox, inbox, folds, deadlines, open_cases")
    db.committed.clear()
    return Log(db, Hands(T0), handlers(GRACE), unfolded=UNFOLDED)


def submitted(case_id: str) -> e.CaseSubmitted:
    return e.CaseSubmitted(case_id=case_id, by=BY, number=1, report=Report(facts="髙﨑①㈱🔥"), source="t")


def planned(case_id: str, priority: Priority) -> e.EscalationPlanned:
    return e.EscalationPlanned(case_id=case_id, plan=PLAN.model_copy(update={"priority": priority}))


def assigned(
    case_id: str, generation: int = 1, due: datetime = DUE, warn_at: datetime | None = None
) -> e.EscalationAssigned:
    deadline = e.DeadlineSet(name=DeadlineName.FIRST_RESPONSE, generation=generation, due=due, warn_at=warn_at)
    return e.EscalationAssigned(
        case_id=case_id,
        round=generation,
        level=generation,
        path=Path.FUNCTIONAL,
        priority=Priority.P1,
        cause="submitted",
        after=0,
        responders=(),
        channels=(),
        deadlines=(deadline,),
        reasons=(),
    )


async def begun(
    log: Log,
    case_id: str,
    due: datetime = DUE,
    warn_at: datetime | None = None,
    priority: Priority = Priority.P1,
) -> None:
    """A case with one clock."""
    await log.tell(submitted(case_id))
    await log.tell(planned(case_id, priority))
    await log.tell(assigned(case_id, due=due, warn_at=warn_at))
