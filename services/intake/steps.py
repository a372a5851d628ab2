"""What is to be done about a case, step by step: written by people, ticked by whom and when. No clock and no page hangs on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal
from uuid import UUID, uuid4

from services.intake import auditing, safe, seeing, store
from services.intake.domain import concealing, refusals
from services.intake.domain.beside import StepChanged, StepRemoved, StepsAdded, StepTicked, StepUnticked
from services.intake.domain.commands import Note
from services.intake.domain.refusals import Refusal
from services.intake.domain.tokens import Principal
from shared.contracts.envelope import event_id
from shared.contracts.events import Actor
from shared.runtime.db import Queries, Transaction

SQL = Queries(Path(__file__).with_name("steps.sql"))
MOST, LONGEST = 50, 200  # steps of a case, characters of one
Change = Literal["tick", "untick", "remove"]
CHANGED: dict[Change, type[StepChanged]] = {"tick": StepTicked, "untick": StepUnticked, "remove": StepRemoved}


@dataclass(frozen=True)
class Step:
    """One step; `done_at` is None while it is to be done."""

    id: UUID
    text: str
    by: str
    at: datetime
    done_by: str
    done_at: datetime | None


async def steps_of(tx: Transaction, who: Principal, case_id: str) -> list[Step]:
    """The steps of a case that somebody sees, in the order in which they were written."""
    async with seeing.behind_the_wall(tx, who):
        return [Step(**row) for row in await tx.fetch(SQL["steps_of"], case_id)]


async def add(
    tx: Transaction, who: Principal, by: Actor, case_id: str, texts: Sequence[str], now: datetime, key: str = ""
) -> Refusal | None:
    """Write steps down, all of them or none; the same `key` does it once. What is personal is masked and sealed.

    Raises 404 for a case that somebody may not see, and 403 for one that they may not work on.
    """
    _, case = await seeing.seen(tx, who, case_id, now, "steps")
    plain = [" ".join(text.split()) for text in texts]
    if not any(plain) or any(len(text) > LONGEST for text in plain):
        return refusals.NO_STEP
    here, added = safe.at(tx), list[str]()
    names = await here.customer(tx, case)
    for number, text in enumerate(filter(None, plain)):
        id_ = event_id("step", case_id, who.name, key, number) if key else uuid4()
        note, hidden = concealing.command(Note(text, internal=True), here.kinds, case.submitted.language, names)
        if await tx.fetchval(SQL["add_step"], id_, case_id, note.text, by.name, now):
            await here.keep(tx, case_id, id_, hidden, now)
            _record(tx, who, by, "case.step.added", case_id, id_, now)
            added.append(note.text)
    if added:
        store.tell_beside(tx, StepsAdded(case_id=case_id, by=by, texts=tuple(added)), now)
    return refusals.TOO_MANY_STEPS if await tx.fetchval(SQL["steps_counted"], case_id) > MOST else None


async def change(
    tx: Transaction, who: Principal, by: Actor, case_id: str, step: UUID, how: Change, now: datetime
) -> Refusal | None:
    """Tick a step, take that back, or remove one that is not done; what is so already stays. Raises the same as `add`."""
    await seeing.seen(tx, who, case_id, now, "steps")
    by_whom = (by.name, now) if how == "tick" else ()
    text = await tx.fetchval(SQL[f"{how}_step"], step, case_id, *by_whom)
    if text is not None:
        changed = CHANGED[how](case_id=case_id, by=by, text=text)
        _record(tx, who, by, changed.type.removesuffix(".v1"), case_id, step, now)
        store.tell_beside(tx, changed, now)
    elif how == "remove" and await tx.fetchval(SQL["is_step"], step, case_id):
        return refusals.STEP_DONE
    return None


def _record(tx: Transaction, who: Principal, by: Actor, action: str, case_id: str, step: UUID, now: datetime) -> None:
    auditing.add(tx, auditing.entry(action, by, case_id, now, who.name, step=str(step)))
