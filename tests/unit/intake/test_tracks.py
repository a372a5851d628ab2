"""Two tracks side by side: whose answer counts for what, and who is told that others have answered already."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.domain.case import asked_on, decide
from services.intake.domain.commands import (
    Acknowledge,
    Extend,
    Follow,
    Note,
    Reassess,
    Reassign,
    Reply,
    Resolve,
    Resume,
    Start,
    Wait,
)
from services.intake.domain.refusals import Refusal
from services.intake.domain.together import same_result
from shared.contracts import events as e
from shared.contracts.case import Case, evolve
from shared.contracts.plan import Person
from shared.contracts.vocabulary import DeadlineName, Impact, Kind, Status, Track, Urgency
from tests.unit.contracts import story
from tests.unit.contracts.story import SATO, YAMADA, acknowledged, assigned, by, for_authority, told

KATO = Person(id="kato", name="加藤 髙﨑①㈱🔥")
ACK = Acknowledge("phone")
LINKED = e.EscalationLinked(case_id=story.CASE, lead="c_lead", lead_number=7, reasons=story.WHY)
REPORT = story.submitted().report


def says(case: Case, person: Person) -> object:
    """What comes of an acknowledgement: "said", None, or the code of a refusal."""
    verdict = decide(case, ACK, by(person))
    return verdict.code if isinstance(verdict, Refusal) else "said" if verdict else None


def test_the_engineer_and_the_responsible_person_each_answer_for_themselves() -> None:
    both = (assigned(), for_authority())
    assert (says(told(*both), SATO), says(told(*both), YAMADA)) == ("said", "said")
    taken = told(*both, acknowledged())
    assert (says(taken, SATO), says(taken, YAMADA)) == (None, "said")
    known = told(*both, acknowledged(YAMADA))
    assert (known.owner, known.status, says(known, SATO), says(known, YAMADA)) == (None, Status.RECEIVED, "said", None)
    answered = told(*both, acknowledged(), acknowledged(YAMADA))
    assert (says(answered, SATO), says(answered, YAMADA)) == (None, None)


def test_a_second_person_with_authority_hears_who_knows_already_although_nobody_has_the_case() -> None:
    case = told(assigned(), for_authority(2, 0, YAMADA), for_authority(3, 0, KATO), acknowledged(YAMADA))
    refusal = decide(case, ACK, by(KATO))
    assert isinstance(refusal, Refusal)
    assert (refusal.code, case.owner) == ("already-acknowledged", None)
    assert "別の人" in refusal.ja
    two = for_authority(2).model_copy(update={"responders": assigned(person=YAMADA, also=(KATO,)).responders})
    named = decide(told(assigned(), two, acknowledged(YAMADA)), ACK, by(KATO))
    assert isinstance(named, Refusal)
    assert "山田 京子さん" in named.ja
    assert isinstance(decide(case, Start(), by(KATO)), e.CaseStarted)  # the way to take it all the same


def test_who_was_asked_on_neither_answers_the_handling() -> None:
    assert asked_on(told(assigned(), for_authority()), KATO.id) == (Track.HANDLING,)
    assert says(told(assigned(), for_authority()), KATO) == "said"
    assert says(told(assigned(), for_authority(), acknowledged()), KATO) == "already-acknowledged"
    assert says(told(), KATO) == "said"  # nobody was asked yet: whoever comes takes it


def test_where_all_must_answer_each_does_so_once() -> None:
    asked = assigned(need="all", also=(YAMADA,))
    half = told(asked, acknowledged())
    assert (half.awaiting, says(half, SATO), says(half, YAMADA)) == (True, None, "said")
    whole = told(asked, acknowledged(), acknowledged(YAMADA))
    assert (whole.awaiting, says(whole, SATO), says(whole, YAMADA), says(whole, KATO)) == (
        False,
        None,
        None,
        "already-acknowledged",
    )


def test_whoever_is_awaited_on_any_track_may_answer_after_the_climb_too() -> None:
    climbed = told(assigned(), acknowledged(), assigned(2, 1, YAMADA))
    assert (climbed.owner, says(climbed, YAMADA)) == (SATO, "said")
    assert says(told(assigned(), for_authority(), acknowledged(), for_authority(3, 1, KATO)), YAMADA) == "said"


PEOPLE = st.sampled_from([SATO, YAMADA, KATO])
HISTORY = st.lists(
    st.one_of(
        st.builds(acknowledged, PEOPLE),
        st.builds(assigned, st.integers(1, 6), st.integers(0, 3), PEOPLE, st.just([]), st.sampled_from(Track)),
        st.builds(assigned, st.integers(1, 6), st.just(9), PEOPLE, st.just([]), st.sampled_from(Track), st.just("all"), st.just((KATO,))),
        st.just(e.CaseReassigned(case_id=story.CASE, by=by(), to=KATO)),
        st.just(story.paused()),
        st.just(story.breached()),
    ),
    max_size=8,
)  # fmt: skip


@given(HISTORY, PEOPLE)
def test_whoever_is_awaited_may_answer_and_a_second_answer_is_nothing(history: list[e.Event], person: Person) -> None:
    """Went red when an owner closed both tracks, and when `acknowledged` was not looked at under "all"."""
    case = told(*history)
    verdict = decide(case, ACK, by(person))
    awaited = any(person.id == r.person.id for t in Track for r in case.asking(t).pending())
    assert not awaited or isinstance(verdict, e.CaseAcknowledged)
    if isinstance(verdict, e.CaseAcknowledged):
        after = evolve(case, verdict, story.at(60))
        assert after is not None
        assert not any(person.id == r.person.id for t in Track for r in after.asking(t).pending())
        assert decide(after, ACK, by(person)) is None


@pytest.mark.parametrize(
    "command",
    [
        ACK,
        Start(),
        Wait("w"),
        Reassign(KATO, ""),
        Extend(DeadlineName.RESOLUTION, "2h", "r"),
    ],
)
def test_a_linked_report_points_to_the_case_that_leads(command: object) -> None:
    refusal = decide(told(assigned(), LINKED), command, by(), 7)  # type: ignore[arg-type]
    assert isinstance(refusal, Refusal)
    assert (refusal.code, refusal.ja[:14]) == ("case-linked", "No. 7 として対応中です。"[:14])
    assert "No. 7" in refusal.en


def test_to_a_linked_report_more_can_be_said_and_it_can_be_ended() -> None:
    case = told(assigned(), LINKED)
    for command in (
        Note("n", internal=False),
        Reply("直りました", automatic=False),
        Follow(KATO),
        Resolve("h", "r", "", ""),
        Reassess(None, None, "別の件でした"),
    ):
        assert isinstance(decide(case, command, by(), 7), e.Event)
    assert isinstance(decide(case, Resume(), by(), 7), Refusal)


def test_a_linked_report_gets_the_result_once_and_only_from_its_own_lead() -> None:
    lead = told(assigned(), story.resolved().model_copy(update={"evaluation": "早かった", "cause": "証明書"}))
    joined = LINKED.model_copy(update={"lead": story.CASE})
    report = told(joined).model_copy(update={"id": "c_other"})
    result = same_result(lead, report)
    assert result is not None
    assert (result.case_id, result.by, result.evaluation, result.cause) == ("c_other", by(), "", "証明書")
    assert lead.resolution is not None
    assert (result.handling, result.result) == (lead.resolution.handling, lead.resolution.result)
    done = evolve(report, result, story.at(9))
    assert done is not None
    assert done.status is Status.DONE
    for none in (
        same_result(lead, done),
        same_result(lead, evolve(done, e.CaseReopened(case_id="c_other", by=by(), reason="別件"), story.at(10))),
        same_result(lead, told(LINKED)),
        same_result(lead, told(assigned())),
        same_result(told(assigned()), report),
        same_result(lead, None),
        same_result(None, report),
    ):
        assert none is None


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (Reassess(None, None, "新しい方針で"), True),
        (Reassess(Urgency.LOW, None, "回避策あり"), True),
        (Reassess(REPORT.urgency, Impact.ONE, "一店だけ"), True),
        (Reassess(REPORT.urgency, None, "同じ"), False),
        (Reassess(None, REPORT.impact, "同じ"), False),
        (Reassess(REPORT.urgency, REPORT.impact, "同じ"), False),
        (Reassess(None, None, "脅されている", Kind.HARASSMENT), True),
        (Reassess(None, None, "同じ", REPORT.kind), False),
        (Reassess(None, None, "漏れた", personal_data=True), True),
        (Reassess(None, None, "同じ", personal_data=False), False),
        (Reassess(REPORT.urgency, None, "種類だけ", Kind.REFUND), True),
        (Reassess(None, Impact.ONE, "欄はそのまま", REPORT.kind, REPORT.personal_data), True),
    ],
)
def test_to_assess_as_it_is_already_is_nothing_and_without_grades_the_policy_is_applied_anew(
    command: Reassess, said: bool
) -> None:
    verdict = decide(told(assigned()), command, by())
    same = command.kind in (None, REPORT.kind) and not command.personal_data
    kind = e.CaseReassessed if same else e.CaseCorrected
    assert type(verdict) is (kind if said else type(None)), "a release before it must not read it as if it knew it"
    if isinstance(verdict, e.CaseReassessed) and command.urgency:
        after = evolve(told(assigned()), verdict, story.at(9))
        assert after is not None
        assert decide(after, command, by()) is None


def test_a_reply_is_written_down_also_when_it_is_automatic_or_late() -> None:
    waiting = told(assigned(), acknowledged(), story.paused())
    for automatic, still in ((True, "お客様の回答待ち"), (False, "")):
        said = decide(waiting, Reply("不在です", automatic), by())
        assert isinstance(said, e.CaseReplied)
        after = evolve(waiting, said, story.at(9))
        assert after is not None
        assert after.waiting == still
    assert isinstance(decide(told(assigned(), story.resolved()), Reply("ありがとう", False), by()), e.CaseReplied)
