"""A case that changes hands: who answers has it, who is late is helped, and the last level asks nobody who has answered."""

from datetime import timedelta

from services.router.domain.duty.attendance import Absence, Attendance
from shared.contracts import events as e
from shared.contracts.vocabulary import DeadlineName, Status
from tests.unit.router.desk import P1, Desk, actor, in_force, person, priorities, step

UPDATE = DeadlineName.NEXT_UPDATE


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


def test_the_last_person_is_asked_to_join_in_where_somebody_has_the_case_and_not_because_nobody_answered() -> None:
    desk = Desk(in_force(priorities=priorities(P2={"levels": [step("second_line")]})))
    desk.submit(impact="one")
    desk.acknowledge("sato")
    said = desk.breach(UPDATE)
    (last,) = [x for x in said if isinstance(x, e.EscalationExhausted)]
    assert (last.awaited, desk.paged(said)) == (False, ["last"])
    assert "加わってもらいます" in last.reasons[0].ja
    assert "No further level" in last.reasons[0].en


def test_where_all_must_answer_who_takes_it_back_is_called_alone_and_answers_alone() -> None:
    both = {**P1, "authority": [], "levels": [step("second_line", "leader", acknowledge="all"), step("manager")]}
    desk = Desk(in_force(priorities=priorities(P1=both)))
    desk.submit()
    desk.after(minutes=1).acknowledge("sato")
    desk.acknowledge("leader")
    again = desk.after(seconds=5).tell(e.CaseUnacknowledged(case_id="c", by=actor("sato")))
    assert (desk.paged(again), desk.awaited()) == (["sato"], {"sato"})
    later = desk.after(seconds=5).tell(e.CaseUnacknowledged(case_id="c", by=actor("leader")))
    assert (desk.paged(later), desk.awaited()) == (["leader"], {"sato", "leader"})
    desk.acknowledge("sato")
    desk.acknowledge("leader")
    assert desk.awaited() == set()
