"""An older release and a newer one side by side: what the older one does not know is handled by the newer one, in the log's order."""

import json

import pytest

from services.timer.fire import Firing
from shared.contracts import events as e
from shared.contracts.circle import is_restricted
from shared.contracts.vocabulary import Kind
from shared.runtime import folds, late
from shared.runtime.folds import Fold
from tests.integration.log import Log
from tests.integration.timer.conftest import BY, DUE, GRACE, begun

LINKED = e.CaseLinked(case_id="c1", by=BY, lead="c2", lead_number=2)
SPLIT = e.CaseSplit(case_id="c1", by=BY, lead="c2", lead_number=2)
NOTED = e.CaseNoted(case_id="c1", by=BY, text="髙﨑①㈱🔥")


async def fold(log: Log) -> Fold:
    async with log.db.reading() as tx:
        return await folds.load(tx, "c1", lock=False)


async def clocks(log: Log) -> int:
    async with log.db.reading() as tx:
        found: int = await tx.fetchval("SELECT count(*) FROM deadlines WHERE case_id = 'c1'")
    return found


async def test_an_unknown_event_stops_nothing_and_is_handled_once_by_the_newer_release(log: Log) -> None:
    await begun(log, "c1")
    with log.older(e.CaseLinked):
        await log.tell(LINKED, "linked")
        await log.tell(LINKED, "linked")
        await log.tell(NOTED)
        await late.catch_up(log.db, log.clock, log.handlers)
        kept = await fold(log)
    assert await clocks(log) == 1
    assert kept.case is not None
    assert (kept.case.linked, [s.event.type for s in kept.since.events] if kept.since else []) == (
        "",
        ["case.linked.v1", "case.noted.v1"],
    )
    for _ in range(2):
        await late.catch_up(log.db, log.clock, log.handlers)
        caught = await fold(log)
        assert caught.case is not None
        assert (await clocks(log), caught.case.linked, caught.since) == (0, "c2", None)
    log.clock.at = DUE + 2 * GRACE
    await Firing(log.db, log.clock, GRACE).fire(log.clock.at)
    await log.drain()
    assert log.of(e.DeadlineBreached) == []


async def test_the_case_is_what_it_would_be_had_all_been_known(log: Log) -> None:
    """The link was unknown and what undid it was not: handled late, the link must not stand after its own end."""
    await begun(log, "c1")
    with log.older(e.CaseLinked):
        await log.tell(LINKED)
        await log.tell(SPLIT)
    await late.catch_up(log.db, log.clock, log.handlers)
    case = (await fold(log)).case
    assert case is not None
    assert (case.linked, case.apart) == ("", True)


async def test_of_two_unknown_ones_the_known_one_is_handled_and_the_other_waits(log: Log) -> None:
    await begun(log, "c1")
    with log.older(e.CaseLinked, e.CaseSplit):
        await log.tell(LINKED)
        await log.tell(SPLIT)
    with log.older(e.CaseSplit):
        await late.catch_up(log.db, log.clock, log.handlers)
        between = await fold(log)
    assert between.case is not None
    assert between.since is not None
    assert (between.case.linked, [s.unknown for s in between.since.events]) == ("c2", [False, True])
    await late.catch_up(log.db, log.clock, log.handlers)
    after = await fold(log)
    assert after.case is not None
    assert (after.case.linked, after.since) == ("", None)


async def test_a_case_whose_late_event_fails_keeps_it_and_holds_up_no_other(log: Log) -> None:
    await begun(log, "c1")
    await begun(log, "c0")
    with log.older(e.CaseLinked):
        await log.tell(LINKED)
        await log.tell(LINKED.model_copy(update={"case_id": "c0"}))
    working = log.handlers[e.CaseLinked]

    async def fails(event: e.Event, delivery: object) -> None:
        if event.case_id == "c0":
            raise LookupError("a bug")
        await working(event, delivery)  # type: ignore[arg-type]

    with pytest.raises(LookupError):
        await late.catch_up(log.db, log.clock, {**log.handlers, e.CaseLinked: fails})
    assert await clocks(log) == 0
    async with log.db.reading() as tx:
        assert [r["key"] for r in await tx.fetch("SELECT key FROM folds WHERE since IS NOT NULL")] == ["c0"]


async def test_an_older_release_takes_nothing_from_what_a_newer_one_has_kept(log: Log) -> None:
    """It writes neither the column that it does not know, nor does it drop a field of the state."""
    await begun(log, "c1")
    async with log.db.transaction() as tx:
        state = json.loads(await tx.fetchval("SELECT state FROM folds WHERE key = 'c1'")) | {"later": "kept"}
        await tx.execute("UPDATE folds SET state = $1 WHERE key = 'c1'", json.dumps(state))
    await log.tell(e.CaseStarted(case_id="c1", by=BY))
    async with log.db.reading() as tx:
        state = json.loads(await tx.fetchval("SELECT state FROM folds WHERE key = 'c1'"))
    assert (state["later"], state["status"]) == ("kept", "in_progress")


async def test_erasing_leaves_nothing_of_what_cannot_be_read(log: Log) -> None:
    await begun(log, "c1")
    with log.older(e.CaseLinked):
        await log.tell(LINKED)
        await log.tell(e.CaseErased(case_id="c1", by=BY))
    assert (await fold(log)).since is None


async def test_a_corrected_kind_means_nothing_to_who_does_not_know_it_until_the_newer_release_is_there(
    log: Log,
) -> None:
    """As a field of `case.reassessed.v1` it would be left out by such a one for ever."""
    await begun(log, "c1")
    with log.older(e.CaseCorrected):
        await log.tell(e.CaseCorrected(case_id="c1", by=BY, kind=Kind.HARASSMENT, reason="脅されている"))
        between = (await fold(log)).case
    await late.catch_up(log.db, log.clock, log.handlers)
    after = (await fold(log)).case
    assert between is not None
    assert after is not None
    assert (is_restricted(between), is_restricted(after)) == (False, True)
