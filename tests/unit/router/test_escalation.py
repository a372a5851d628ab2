"""The climb, told from the first page to the last person."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from services.router import reading
from services.router.domain import escalation
from services.router.domain.policy import Policy
from shared.contracts import events as e
from shared.contracts.case import Case, evolve
from shared.contracts.plan import Person
from shared.contracts.report import Report
from shared.contracts.vocabulary import Channel, DeadlineName, DeadlineState, Status

T0 = datetime(2026, 11, 24, 1, tzinfo=UTC)
FIRST = DeadlineName.FIRST_RESPONSE
BY = e.Actor(kind="person", id="yamada.kyoko", name="山田 京子")


@pytest.fixture(scope="module")
def policy() -> Policy:
    return reading.read(Path(__file__).parents[3] / "policy")


def folded(case: Case | None, *events: e.Event, at: datetime = T0) -> Case:
    for event in events:
        case = evolve(case, event, at)
    assert case is not None
    return case


def begun(policy: Policy, **report: object) -> Case:
    """A case whose first level has been asked."""
    fields = {"kind": "outage", "urgency": "critical", "impact": "all", "facts": "決済が全店舗で失敗する", **report}
    by = e.Actor(kind="anonymous", id="x")
    case = folded(None, e.CaseSubmitted(case_id="c", by=by, number=1, report=Report.model_validate(fields), source="t"))
    plan = escalation.make_plan(policy, 1, case.submitted.report, "t")
    assigned = escalation.start(case, policy, plan, T0)
    assert assigned is not None
    return folded(case, e.EscalationPlanned(case_id="c", plan=plan), assigned)


def breached(case: Case, policy: Policy, name: DeadlineName = FIRST) -> tuple[Case, list[e.Event]]:
    """The running deadline passes, and the router reacts."""
    deadline = case.deadlines[name]
    assert deadline.state is DeadlineState.RUNNING
    event = e.DeadlineBreached(case_id="c", name=name, generation=deadline.generation, due=deadline.due, late_ms=0)
    case = folded(case, event, at=deadline.due)
    said = escalation.on_breach(case, policy, name, deadline.due)
    return folded(case, *said, at=deadline.due), said


def test_second_line_and_responsible_person_are_asked_at_once_within_five_minutes(policy: Policy) -> None:
    case = begun(policy)
    assert [(r.person.id, r.path) for r in case.responders] == [
        ("sato.hanako", "functional")
        if case.responders[0].person.id == "sato.hanako"
        else ("suzuki.ichiro", "functional"),
        ("tanaka.minoru", "hierarchical"),
    ]
    assert case.channels == (Channel.PHONE, Channel.CHAT, Channel.TICKET)
    assert {n: d.due - T0 for n, d in case.deadlines.items()} == {
        FIRST: timedelta(minutes=5),
        DeadlineName.FIRST_HANDLING: timedelta(minutes=15),
        DeadlineName.RESOLUTION: timedelta(hours=4),
    }


def test_nobody_answers_so_the_manager_and_then_the_catch_all_are_asked_for_ever(policy: Policy) -> None:
    case, said = breached(begun(policy), policy)
    assert [r.person.id for r in case.responders] == ["yamada.kyoko"]
    assert "期限" in said[-1].reasons[0].ja  # type: ignore[attr-defined]
    case, said = breached(case, policy)
    assert [r.person.id for r in case.responders] == ["kobayashi.jun"]
    assert [type(x) for x in said] == [e.EscalationExhausted, e.EscalationAssigned]
    case, said = breached(case, policy)
    assert [r.person.id for r in case.responders] == ["kobayashi.jun"]
    assert [type(x) for x in said] == [e.EscalationAssigned]
    assert case.awaiting
    assert case.running()


def test_an_acknowledgement_stops_the_climb_but_not_the_other_clocks(policy: Policy) -> None:
    case = folded(begun(policy), e.CaseAcknowledged(case_id="c", by=BY, via="phone"))
    assert case.status is Status.IN_PROGRESS
    assert case.owner == Person(id="yamada.kyoko", name="山田 京子")
    assert [d.name for d in case.running()] == [DeadlineName.FIRST_HANDLING, DeadlineName.RESOLUTION]


def test_handling_that_takes_too_long_goes_to_the_superior_and_the_owner_stays(policy: Policy) -> None:
    case = folded(
        begun(policy), e.CaseAcknowledged(case_id="c", by=BY.model_copy(update={"id": "sato.hanako"}), via="phone")
    )
    case, _ = breached(case, policy, DeadlineName.FIRST_HANDLING)
    assert [r.person.id for r in case.responders] == ["yamada.kyoko"]
    assert case.owner is not None
    assert case.owner.id == "sato.hanako"
    assert case.awaiting


def test_a_later_clock_asks_nobody_while_somebody_is_being_asked(policy: Policy) -> None:
    _, said = breached(begun(policy), policy, DeadlineName.FIRST_HANDLING)
    assert said == []


def test_a_new_owner_is_asked_and_has_to_answer(policy: Policy) -> None:
    case = folded(begun(policy), e.CaseAcknowledged(case_id="c", by=BY, via="phone"))
    to = Person(id="takahashi.ken", name="髙橋 健")
    case = folded(case, e.CaseReassigned(case_id="c", by=BY, to=to))
    assigned = escalation.on_reassigned(case, policy, to, T0)
    assert assigned is not None
    case = folded(case, assigned)
    assert [r.person.id for r in case.responders] == ["takahashi.ken"]
    assert case.owner == to
    assert case.awaiting
    assert case.deadlines[FIRST].state is DeadlineState.RUNNING


def test_after_a_wait_the_clocks_go_on_with_what_was_left(policy: Policy) -> None:
    case = folded(
        begun(policy), e.CasePaused(case_id="c", by=BY, reason="お客様の返事待ち"), at=T0 + timedelta(hours=1)
    )
    assert case.running() == []
    case = folded(case, e.CaseResumed(case_id="c", by=BY), at=T0 + timedelta(hours=10))
    rescheduled = escalation.on_resumed(case, policy, T0 + timedelta(hours=10))
    assert rescheduled is not None
    case = folded(case, rescheduled)
    assert case.deadlines[DeadlineName.RESOLUTION].due == T0 + timedelta(hours=13)
    assert [d.name for d in case.running()] == [DeadlineName.RESOLUTION]


def test_a_reopened_case_asks_its_last_owner_first(policy: Policy) -> None:
    case = folded(begun(policy), e.CaseAcknowledged(case_id="c", by=BY, via="phone"))
    case = folded(case, e.CaseResolved(case_id="c", by=BY, handling="直した", result="直った"))
    case = folded(case, e.CaseReopened(case_id="c", by=BY, reason="再発"))
    assigned = escalation.on_reopened(case, policy, T0)
    assert assigned is not None
    case = folded(case, assigned)
    assert case.responders[0].person.id == "yamada.kyoko"
    assert case.awaiting
    assert {d.name for d in case.running()} == set(DeadlineName)


def test_what_is_not_an_incident_pages_nobody_and_says_why(policy: Policy) -> None:
    by = e.Actor(kind="anonymous", id="x")
    report = Report.model_validate({"urgency": "low", "impact": "one", "facts": "パスワードを忘れた"})
    case = folded(None, e.CaseSubmitted(case_id="c", by=by, number=1, report=report, source="t"))
    plan = escalation.make_plan(policy, 1, report, "t")
    assert escalation.start(case, policy, plan, T0) is None
    assert plan.suppressed is not None
    assert plan.faq
