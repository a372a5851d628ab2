"""A change of shift and the weekly digest on the real database: each tells each person once, whatever is repeated."""

import asyncio
from datetime import timedelta
from typing import cast

import pytest

from services.router.current import Current
from services.router.domain.climb import digest
from services.router.domain.duty.attendance import Absence, Attendance
from services.router.handover import SETTLING, Digests, Handover
from shared.contracts import events as e
from shared.runtime import folds
from tests.integration.log import T0, Log
from tests.integration.router.conftest import Office
from tests.integration.router.test_routing import submitted
from tests.unit.router.desk import NAMES, actor, in_force, person, priorities


def away(log: Log) -> Attendance:
    """Sato is gone for a day, Ito stands in."""
    return Attendance(absences=(Absence("a", "sato", T0, T0 + timedelta(days=1), "ito"),))


def handover(log: Log, office: Office) -> Handover:
    return Handover(log.db, log.clock, cast(Current, office))


async def test_whoever_comes_on_duty_is_called_once_for_what_nobody_has_answered(log: Log, office: Office) -> None:
    shift = handover(log, office)
    await shift.sweep()
    await log.tell(submitted("s1"))
    await log.tell(submitted("s2"))
    await log.tell(e.CaseAcknowledged(case_id="s2", by=actor("sato"), via="chat"))
    before = len(log.said)
    office.in_force = in_force(away(log))
    for sweeping in (shift, shift, handover(log, office)):  # again, and by another replica or after a restart
        await sweeping.sweep()
        await log.drain()
    called, told = log.said[before:]
    assert isinstance(called, e.EscalationAssigned)
    assert (called.case_id, called.cause, called.deadlines) == ("s1", "shift", ())
    assert [r.person.id for r in called.responders] == ["ito"]
    assert isinstance(told, e.DutyDigest)
    assert (told.person.id, [c.case_id for c in told.cases]) == ("ito", ["s2"])


async def test_what_only_those_concerned_may_read_is_told_to_nobody_else_who_comes_on_duty(
    log: Log, office: Office
) -> None:
    shift = handover(log, office)
    await shift.sweep()
    for id_, kind in (("r1", "harassment"), ("r2", "outage")):
        await log.tell(submitted(id_, kind=kind))
        await log.tell(e.CaseAcknowledged(case_id=id_, by=actor("sato"), via="chat"))
    await log.tell(e.CaseOffered(case_id="r1", by=actor("sato"), to=person("suzuki")))
    before = len(log.said)
    office.in_force = in_force(away(log))
    await shift.sweep()
    await log.drain()
    (told,) = log.said[before:]
    assert isinstance(told, e.DutyDigest)
    assert (told.person.id, [c.case_id for c in told.cases]) == ("ito", ["r2"])
    async with log.db.reading() as tx:
        restricted = [fold.case for fold in await folds.load_all(tx, ["r1"]) if fold.case is not None]
    hear = {id_ for id_ in NAMES if digest.of_shift(office.in_force, "line", person(id_), restricted)}
    assert hear == {"sato", "suzuki", "manager"}  # who has it, who is asked to take it over, who reported it


async def test_a_case_given_to_the_one_before_in_the_moment_of_the_change_is_handed_over_too(
    log: Log, office: Office
) -> None:
    shift = handover(log, office)
    await shift.sweep()
    late = office.in_force
    office.in_force = in_force(away(log))
    await shift.sweep()
    office.in_force = late
    await log.tell(submitted("s3"))  # decided by a replica that had not heard of it yet
    office.in_force = in_force(away(log))
    before = len(log.said)
    await shift.sweep()
    await log.drain()
    (called,) = log.said[before:]
    assert isinstance(called, e.EscalationAssigned)
    assert [r.person.id for r in called.responders] == ["ito"]


async def test_the_first_look_at_a_schedule_hands_over_nothing(log: Log, office: Office) -> None:
    await log.tell(submitted("s4"))
    before = len(log.said)
    await handover(log, office).sweep()
    await log.drain()
    assert log.said[before:] == []


async def test_the_next_in_turn_is_called_when_their_turn_comes_and_not_before(log: Log, office: Office) -> None:
    shift = handover(log, office)
    await shift.sweep()
    await log.tell(submitted("s5"))
    before, turn = len(log.said), T0.replace(day=30, hour=0)
    for moment in (turn - timedelta(seconds=1), turn, turn + timedelta(seconds=1)):
        log.clock.at = moment
        await shift.sweep()
        await log.drain()
        assert (len(log.said) > before) is (moment >= turn)
    (called,) = (x for x in log.said[before:] if isinstance(x, e.EscalationAssigned))
    assert ([r.person.id for r in called.responders], called.cause) == (["suzuki"], "shift")


@pytest.mark.parametrize("told", [True, False])
async def test_what_does_not_bear_on_a_schedule_touches_none_of_its_cases(log: Log, office: Office, told: bool) -> None:
    """Something is told of somebody whom it never names, or rules and priorities are published."""
    shift = handover(log, office)
    await log.tell(submitted("s6"))
    await shift.sweep()
    log.clock.at += SETTLING
    absent = Attendance(absences=(Absence("a", "boss", T0, T0 + timedelta(days=1)),))
    office.in_force = office.in_force.attended(absent) if told else in_force(priorities=priorities(P4={"load": 3}))
    async with log.db.transaction() as tx, asyncio.timeout(10):
        await folds.load(tx, "s6")  # whoever looks at the case now has to wait
        await shift.sweep()


@pytest.mark.parametrize("known", [True, False], ids=["", "written by the release before"])
async def test_what_is_held_for_somebody_who_then_tells_to_be_away_goes_to_who_stands_in(
    log: Log, office: Office, known: bool
) -> None:
    """Red when `_parts` of services/router/handover.py gives schedules alone."""
    shift, morning = handover(log, office), T0 + timedelta(hours=23)
    await shift.sweep()
    log.clock.at = T0 + timedelta(hours=9)
    for id_ in ("h1", "h2", "h3"):
        await log.tell(submitted(id_, urgency="low"))
    await log.tell(e.CaseAcknowledged(case_id="h3", by=actor("ito"), via="chat"))
    if not known:
        async with log.db.transaction() as tx:
            await tx.execute("UPDATE open_cases SET schedules = '{}'")
    before = len(log.said)
    absent = Absence("a", "ito", morning - timedelta(hours=1), T0 + timedelta(days=14), "suzuki")
    office.in_force = in_force(Attendance(absences=(absent,)))
    for sweeping in (shift, shift, handover(log, office)):  # again, and by another replica or after a restart
        await sweeping.sweep()
        await log.drain()
    said = [x for x in log.said[before:] if isinstance(x, e.EscalationAssigned)]
    assert len(said) == len(log.said) - before
    assert [(x.case_id, [r.person.id for r in x.responders], x.not_before) for x in said] == [
        (id_, ["suzuki"], morning) for id_ in ("h1", "h2")
    ]
    late = office.in_force
    office.in_force = in_force()
    await log.tell(submitted("h4", urgency="low"))  # decided by a replica that had not heard of it yet
    office.in_force = late
    await shift.sweep()
    await log.drain()
    assert [r.person.id for r in log.of(e.EscalationAssigned)[-1].responders] == ["suzuki"]


async def test_who_stands_in_is_called_when_the_absence_begins_and_not_before(log: Log, office: Office) -> None:
    shift, begins = handover(log, office), T0 + timedelta(minutes=10)
    office.in_force = in_force(Attendance(absences=(Absence("a", "ito", begins, T0 + timedelta(days=14), "suzuki"),)))
    await shift.sweep()
    await log.tell(submitted("h5", urgency="low"))
    before = len(log.said)
    for moment in (begins - timedelta(seconds=1), begins, begins + timedelta(seconds=1)):
        log.clock.at = moment
        await shift.sweep()
        await log.drain()
        assert (len(log.said) > before) is (moment >= begins)
    (called,) = log.said[before:]
    assert isinstance(called, e.EscalationAssigned)
    assert ([r.person.id for r in called.responders], called.cause) == (["suzuki"], "shift")


async def test_the_weekly_digest_tells_each_person_once_of_what_is_in_no_hurry(log: Log, office: Office) -> None:
    digests = Digests(log.db, log.clock, cast(Current, office))
    await digests.sweep()
    office.in_force = in_force(priorities=priorities(P4={"load": 3}))
    for id_ in ("w1", "w2"):
        await log.tell(submitted(id_, urgency="low", impact="one"))
    before = len(log.said)
    await digests.sweep()
    assert log.said[before:] == []
    log.clock.at = T0 + timedelta(days=7)
    for _ in range(2):
        await digests.sweep()
        await log.drain()
    (told,) = log.said[before:]
    assert isinstance(told, e.DutyDigest)
    assert (told.cause, told.person.id, [c.case_id for c in told.cases]) == ("weekly", "ito", ["w1", "w2"])


async def test_what_is_in_no_hurry_is_written_on_the_ticket_only(log: Log, office: Office) -> None:
    office.in_force = in_force(priorities=priorities(P4={"load": 3, "channels": ["chat", "ticket"]}))
    await log.tell(submitted("w3", urgency="low", impact="one"))
    assert [x.channels for x in log.of(e.EscalationAssigned)] == [("ticket",)]
    async with log.db.reading() as tx:
        fold = await folds.load(tx, "w3", lock=False)
    assert fold.case is not None
    assert fold.case.running()


async def test_what_waits_for_somebodys_return_is_asked_for_once_they_are_back_sooner(log: Log, office: Office) -> None:
    """Seen red: it went on waiting for the return that had been told before."""
    shift, told = handover(log, office), T0 + timedelta(hours=6)
    office.in_force = in_force(Attendance(absences=(Absence("a", "ito", T0, told),)))
    await log.tell(submitted("b1", urgency="low"))
    assert log.of(e.EscalationAssigned)[-1].not_before == told
    await shift.sweep()
    log.clock.at = back = T0 + timedelta(hours=1)
    before = len(log.said)
    office.in_force = in_force(Attendance(absences=(Absence("a", "ito", T0, back),)))
    for sweeping in (shift, shift, handover(log, office)):  # again, and by another replica or after a restart
        await sweeping.sweep()
        await log.drain()
    (called,) = log.said[before:]
    assert isinstance(called, e.EscalationAssigned)
    assert ([r.person.id for r in called.responders], called.not_before, called.cause) == (["ito"], None, "shift")
    assert called.deadlines[0].since == back
