"""A case that changes hands: who answers has it."""

from datetime import timedelta

from services.router.domain.duty.attendance import Absence, Attendance
from shared.contracts import events as e
from shared.contracts.vocabulary import Status
from tests.unit.router.desk import Desk, actor, in_force, person


def test_who_was_being_called_has_the_case_when_they_answer_although_it_was_handed_to_somebody_silent() -> None:
    desk = Desk(in_force())
    desk.submit(impact="one")
    desk.after(minutes=1).tell(e.CaseReassigned(case_id="c", by=actor("leader"), to=person("ito")))
    assert desk.awaited() == {"ito"}
    desk.acknowledge("sato")
    assert (desk.known.owner, desk.awaited()) == (person("sato"), set())


def test_who_stands_in_for_the_last_owner_has_what_was_opened_again() -> None:
    desk = Desk(in_force())
    desk.submit(impact="one")
    desk.acknowledge("sato")
    desk.tell(e.CaseResolved(case_id="c", by=actor("sato"), handling="h", result="r"))
    away = Absence("a1", "sato", desk.now, desk.now + timedelta(days=1), "ito")
    desk.force = in_force(Attendance(absences=(away,)))
    desk.tell(e.CaseReopened(case_id="c", by=actor("leader"), reason="再発した"))
    assert (desk.known.owner, desk.known.status, "ito" in desk.awaited()) == (None, Status.RECEIVED, True)
    desk.acknowledge("ito")
    assert desk.known.owner == person("ito")
