"""What may be done to a case, checked over every life a case can have."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.intake.domain import commands as c
from services.intake.domain.case import decide
from services.intake.domain.refusals import DONE, NOBODY, Refusal
from shared.contracts import events as e
from shared.contracts.case import Case, evolve
from shared.contracts.plan import Person, Reason, Responder
from shared.contracts.report import Report
from shared.contracts.vocabulary import Channel, DeadlineName, Path, Priority, Status

T0 = datetime(2026, 11, 24, 1, tzinfo=UTC)
WHY = Reason(ja="当番", en="on duty")
PEOPLE = [e.Actor(kind="person", id=n, name=f"{n}さん") for n in ("sato", "suzuki")]
CRM = e.Actor(kind="source", id="crm", name="CRM")
ACTORS = [*PEOPLE, CRM, e.Actor(kind="anonymous", id="anonymous")]
COMMANDS: list[c.Command] = [
    c.Acknowledge("phone"),
    c.Start(),
    c.Note("メモ", internal=True),
    c.Note("公開", internal=False),
    c.Wait("回答待ち"),
    c.Resume(),
    c.Reassign(Person(id="suzuki", name="鈴木"), ""),
    c.Follow(Person(id="tencho", name="店長")),
    c.Resolve("h", "r", "", ""),
    c.Reopen("再発"),
]


def assigned(round_: int, answers: int) -> e.EscalationAssigned:
    return e.EscalationAssigned(
        case_id="c1", round=round_, level=round_, path=Path.FUNCTIONAL, priority=Priority.P1, cause="breached", after=answers,
        responders=(Responder(person=Person(id="sato", name="佐藤"), path=Path.FUNCTIONAL, reason=WHY),),
        channels=(Channel.PHONE,), reasons=(WHY,),
        deadlines=(e.DeadlineSet(name=DeadlineName.FIRST_HANDLING, generation=round_, due=T0),),
    )  # fmt: skip


def new_case() -> Case:
    event = e.CaseSubmitted(case_id="c1", by=CRM, number=1, report=Report(facts="髙﨑①㈱🔥"), source="crm")
    case = evolve(None, event, T0)
    assert case is not None
    return case


def life(steps: list[tuple[c.Command | None, e.Actor]]) -> list[Case]:
    """Every state of a case to which these things are done; None stands for the router that asks somebody."""
    cases = [new_case()]
    for number, (command, by) in enumerate(steps):
        case = cases[-1]
        event = assigned(case.round + 1, case.answers) if command is None else decide(case, command, by)
        if isinstance(event, e.Event):
            after = evolve(case, event, T0 + timedelta(minutes=number))
            assert after is not None
            cases.append(after)
    return cases


LIVES = st.lists(st.tuples(st.sampled_from([None, *COMMANDS]), st.sampled_from(ACTORS)), max_size=14).map(life)


@given(LIVES, st.sampled_from(COMMANDS), st.sampled_from(ACTORS))
def test_a_decision_is_an_event_a_refusal_or_nothing_and_a_refusal_is_worded(
    cases: list[Case], command: c.Command, by: e.Actor
) -> None:
    verdict = decide(cases[-1], command, by)
    if isinstance(verdict, Refusal):
        assert verdict.code
        assert not verdict.ja.isascii()
        assert verdict.en
    elif verdict is not None:
        assert (verdict.case_id, verdict.producer) == ("c1", "intake")


@given(LIVES)
def test_a_case_under_way_always_has_an_owner(cases: list[Case]) -> None:
    assert all(case.owner is not None for case in cases if case.status is Status.IN_PROGRESS)


@given(LIVES, st.sampled_from(COMMANDS), st.sampled_from(ACTORS))
def test_a_done_case_only_takes_notes_followers_and_reopening(
    cases: list[Case], command: c.Command, by: e.Actor
) -> None:
    done = cases[-1].model_copy(update={"status": Status.DONE})
    verdict = decide(done, command, by)
    if not isinstance(command, c.Note | c.Follow | c.Reopen):
        assert verdict == DONE


@given(LIVES, st.sampled_from(PEOPLE))
def test_an_accepted_acknowledgement_stops_the_climb_and_a_second_changes_nothing(
    cases: list[Case], by: e.Actor
) -> None:
    case = cases[-1]
    verdict = decide(case, c.Acknowledge("chat"), by)
    if isinstance(verdict, e.CaseAcknowledged):
        after = evolve(case, verdict, T0)
        assert after is not None
        assert not after.awaiting
        assert after.owner is not None
        if after.owner.id == by.id:
            assert decide(after, c.Acknowledge("chat"), by) is None


@given(LIVES, st.sampled_from(PEOPLE))
def test_every_accepted_change_of_state_shows(cases: list[Case], by: e.Actor) -> None:
    case = cases[-1]
    for command in (c.Wait("w"), c.Resume(), c.Resolve("h", "r", "", ""), c.Reopen("x"), *COMMANDS[6:8]):
        verdict = decide(case, command, by)
        if isinstance(verdict, e.Event):
            assert evolve(case, verdict, T0) != case


def test_who_is_asked_later_may_answer_although_somebody_has_it() -> None:
    *_, case = life([(c.Acknowledge("phone"), PEOPLE[0]), (None, CRM)])
    assert isinstance(decide(case, c.Acknowledge("phone"), PEOPLE[1]), e.CaseAcknowledged)


def test_who_comes_second_is_told_who_has_it() -> None:
    *_, case = life([(c.Acknowledge("phone"), PEOPLE[0])])
    refusal = decide(case, c.Acknowledge("phone"), PEOPLE[1])
    assert isinstance(refusal, Refusal)
    assert "satoさん" in refusal.ja
    assert replace(refusal, ja="", en="").code == "already-acknowledged"


def test_a_program_takes_no_case_that_nobody_has() -> None:
    for command in (c.Acknowledge("phone"), c.Start(), c.Wait("回答待ち")):
        assert decide(new_case(), command, CRM) == NOBODY
