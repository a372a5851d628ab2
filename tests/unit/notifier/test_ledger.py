"""How a notification moves: never backwards, and never given up without a word."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notifier.domain import retry
from services.notifier.domain.notification import State, rank, supersedes
from services.notifier.domain.result import Absent, Accepted, Ambiguous, Lookup, Permanent, Retryable, Unaskable
from shared.contracts.vocabulary import Channel, Outcome, Priority, Purpose
from tests.unit.notifier.examples import NOW, notification

ORDER = [Outcome.AMBIGUOUS, Outcome.ACCEPTED, Outcome.DELIVERED, Outcome.ANSWERED, Outcome.FAILED, Outcome.ACKNOWLEDGED]


def last(outcomes: list[Outcome]) -> Outcome | None:
    known: Outcome | None = None
    for new in outcomes:
        known = new if supersedes(new, known) else known
    return known


@given(st.lists(st.sampled_from(ORDER), min_size=1), st.randoms())
def test_call_backs_in_any_order_and_any_number_lead_to_the_same_end(outcomes: list[Outcome], chance: object) -> None:
    shuffled = outcomes * 2
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert last(shuffled) == max(outcomes, key=ORDER.index)


@given(st.sampled_from(Outcome), st.none() | st.sampled_from(Outcome))
def test_nothing_supersedes_an_acknowledgement_or_itself(new: Outcome, known: Outcome | None) -> None:
    assert not supersedes(new, new)
    assert not supersedes(new, Outcome.ACKNOWLEDGED)
    assert not (supersedes(new, known) and known and supersedes(known, new))


def test_p1_goes_first_and_pages_before_news() -> None:
    wanted = [(p, u) for p in Priority for u in (Purpose.PAGE, Purpose.WARNING, Purpose.RESULT, Purpose.PROGRESS)]
    assert sorted(sorted(wanted, key=str, reverse=True), key=lambda x: rank(*x)) == wanted


@pytest.mark.parametrize("purpose", Purpose)
@given(chance=st.floats(0, 1), attempts=st.integers(1, 1000), after=st.none() | st.floats(0, 3600))
def test_a_retry_is_never_before_what_the_provider_asks_and_ends_some_day(
    purpose: Purpose, chance: float, attempts: int, after: float | None
) -> None:
    n = notification(purpose=purpose, attempts=attempts)
    step = retry.after_send(n, Retryable("x", after), NOW, chance)
    if step.state is State.PENDING:
        assert step.due is not None
        assert timedelta(seconds=after or 0) <= step.due - NOW <= timedelta(hours=24)
    else:
        assert (step.state, step.outcome, step.backup) == (State.FAILED, Outcome.FAILED, True)
    end = retry.after_send(n, Retryable("x", after), NOW + timedelta(days=2), chance)
    assert end.state is State.FAILED


def test_a_page_that_had_to_wait_is_tried_as_long_as_any_other() -> None:
    morning = NOW + timedelta(hours=9)
    held = notification(not_before=morning)
    assert retry.after_send(held, Retryable("x"), morning + timedelta(minutes=1), 0.5).state is State.PENDING
    late = morning + retry.PAGE_TRIED_FOR + timedelta(minutes=1)
    assert retry.after_send(held, Retryable("x"), late, 0.5).state is State.FAILED
    for waited in (notification(planned_at=morning), notification(first_at=morning)):
        assert retry.after_send(waited, Retryable("x"), morning + timedelta(minutes=1), 0.5).state is State.PENDING
        assert retry.after_send(waited, Retryable("x"), late, 0.5).state is State.FAILED
    assert (notification(planned_at=morning).begun_at, notification(first_at=morning).begun_at) == (morning, NOW)
    assert notification(not_before=morning, channel=Channel.TICKET).begun_at == NOW
    assert notification(not_before=NOW - timedelta(hours=1)).begun_at == NOW


def test_every_result_has_a_consequence() -> None:
    n = notification()
    assert retry.after_send(n, Accepted("CA1"), NOW, 0.5).state is State.ACCEPTED
    assert retry.after_send(n, Permanent("x"), NOW, 0.5).backup
    another = retry.after_send(n, Permanent("x", "account"), NOW, 0.5, spare=True)
    assert (another.state, another.due, another.scope, another.backup) == (State.PENDING, NOW, "account", False)
    assert retry.after_send(n, Permanent("x", "target"), NOW, 0.5, spare=True).state is State.FAILED
    unsure = retry.after_send(n, Ambiguous("x"), NOW, 0.5)
    assert (unsure.state, unsure.outcome) == (State.AMBIGUOUS, Outcome.AMBIGUOUS)
    assert unsure.due == NOW + retry.LOOKUP_AFTER


@pytest.mark.parametrize(("once", "said"), [("labelled", True), ("asked", True), ("key", False), ("harmless", False)])
def test_what_follows_a_provider_that_was_cut_off_says_that_it_may_be_a_repeat(once: str, said: bool) -> None:
    n = notification(attempts=1)
    assert retry.after_send(n, Ambiguous("x"), NOW, 0.5, once=once).repeat is said
    assert not retry.after_send(n, Retryable("x"), NOW, 0.5, once=once).repeat


P3 = rank(Priority.P3, Purpose.PAGE)


@pytest.mark.parametrize("result", [Ambiguous("x"), Retryable("x")])
@pytest.mark.parametrize(("urgency", "ways"), [(10, [1]), (P3, [2])])
def test_a_page_goes_another_way_once_the_first_failure_of_a_p1_or_the_second_of_others(
    result: Ambiguous | Retryable, urgency: int, ways: list[int]
) -> None:
    made = [notification(attempts=a, rank=urgency) for a in range(1, 6)]
    assert [n.attempts for n in made if retry.after_send(n, result, NOW, 0.5).backup] == ways


@pytest.mark.parametrize("result", [Ambiguous("x"), Retryable("x")])
@pytest.mark.parametrize("urgency", [10, P3])
def test_where_both_providers_fail_the_page_goes_another_way(result: Ambiguous | Retryable, urgency: int) -> None:
    first = notification(attempts=1, provider="twilio", rank=urgency)
    assert not retry.after_send(first, Retryable("x"), NOW, 0.5, spare=True).backup
    second = replace(first, attempts=2, provider="sip", tried=("twilio",))
    assert retry.after_send(second, result, NOW, 0.5).backup
    fourth = replace(second, attempts=4)
    assert not retry.after_send(fourth, result, NOW, 0.5).backup


def test_news_of_which_nobody_can_say_whether_they_went_out_go_no_other_way() -> None:
    for attempts in range(1, 6):
        n = notification(purpose=Purpose.PROGRESS, channel=Channel.CHAT, attempts=attempts)
        assert not retry.after_send(n, Ambiguous("x"), NOW, 0.5).backup


def test_what_was_not_found_is_sent_again_and_what_cannot_be_asked_is_marked() -> None:
    n = notification(lookups=1)
    assert retry.after_lookup(n, Accepted("CA1"), NOW, 0.5).state is State.ACCEPTED
    assert not retry.after_lookup(n, Absent(), NOW, 0.5).repeat
    assert retry.after_lookup(n, Unaskable(), NOW, 0.5).repeat
    assert retry.after_lookup(n, Retryable("x"), NOW, 0.5).state is State.AMBIGUOUS
    worn = retry.after_lookup(notification(lookups=retry.LOOKUPS), Retryable("x"), NOW, 0.5)
    assert (worn.state, worn.repeat) == (State.PENDING, True)


@pytest.mark.parametrize(
    ("urgency", "spare", "asked"), [(10, True, 1), (10, False, retry.LOOKUPS), (P3, True, retry.LOOKUPS)]
)
def test_a_p1_asks_a_silent_provider_once_where_another_can_send(urgency: int, spare: bool, asked: int) -> None:
    made = [notification(lookups=count, rank=urgency) for count in range(1, retry.LOOKUPS + 1)]
    steps = [retry.after_lookup(n, Retryable("x"), NOW, 0.5, "asked", spare) for n in made]
    assert [step.state for step in steps].count(State.AMBIGUOUS) == asked - 1
    assert (steps[-1].state, steps[-1].repeat, steps[-1].due) == (State.PENDING, True, NOW)


LATE = NOW + retry.PAGE_TRIED_FOR + timedelta(seconds=1)


@pytest.mark.parametrize("found", [Absent(), Unaskable(), Retryable("x")])
@pytest.mark.parametrize("once", ["asked", "key", "harmless", "labelled"])
def test_a_page_that_gets_no_answer_is_given_up_when_one_that_is_refused_would_be(found: Lookup, once: str) -> None:
    second = notification(attempts=2, lookups=retry.LOOKUPS)
    assert retry.after_lookup(second, found, LATE - timedelta(seconds=2), 0.5, once).state is State.PENDING
    over = retry.after_lookup(second, found, LATE, 0.5, once)
    assert (over.state, over.outcome, over.backup) == (State.FAILED, Outcome.FAILED, True)
    assert over.code == "no-answer-from-provider, given up"
    found_late = retry.after_lookup(second, Accepted("CA1"), LATE, 0.5, once)
    assert found_late.state is State.ACCEPTED
    left_behind = notification(attempts=1, lookups=retry.LOOKUPS)  # by a process that died long ago
    assert retry.after_lookup(left_behind, found, LATE, 0.5, once).state is State.PENDING


def test_what_can_only_be_labelled_comes_three_times_at_most() -> None:
    again = [retry.after_lookup(notification(attempts=a, repeat=a > 1), Unaskable(), NOW, 0.5) for a in (1, 2, 3)]
    assert [(step.state, step.repeat) for step in again[:2]] == [(State.PENDING, True)] * 2
    assert (again[2].state, again[2].backup) == (State.FAILED, True)
    refused_before = notification(attempts=3)
    assert retry.after_lookup(refused_before, Unaskable(), NOW, 0.5).state is State.PENDING
    asked = notification(attempts=3, repeat=True, lookups=retry.LOOKUPS)
    assert retry.after_lookup(asked, Retryable("x"), NOW, 0.5, "asked").state is State.PENDING


def test_a_call_is_made_twice_and_who_declines_is_left_alone() -> None:
    first = retry.after_call(notification(attempts=1), "no-answer", NOW)
    assert (first.state, first.due, first.backup) == (State.PENDING, NOW + retry.SECOND_CALL_AFTER, True)
    assert retry.after_call(notification(attempts=2), "no-answer", NOW, missed=1).state is State.FAILED
    declined = retry.after_call(notification(attempts=1), "declined", NOW)
    assert (declined.state, declined.backup) == (State.FAILED, False)


def test_a_try_that_never_became_a_call_leaves_both_calls() -> None:
    again = NOW + retry.SECOND_CALL_AFTER
    for made in (notification(attempts=2), notification(attempts=2, tried=("twilio",), provider="sip")):
        assert retry.after_call(made, "no-answer", NOW).due == again
        assert retry.after_call(replace(made, attempts=3), "no-answer", NOW, missed=1).state is State.FAILED
    lineless = [retry.after_call(notification(attempts=a), "no-line", NOW) for a in range(1, 5)]
    assert [(step.due, step.backup) for step in lineless] == [(again, True)] * 2 + [(again, False)] * 2
    assert retry.after_call(notification(attempts=3), "no-line", LATE).state is State.FAILED


def test_a_call_that_was_broken_off_may_have_rung() -> None:
    assert retry.after_call(notification(attempts=2), "interrupted", NOW).state is State.PENDING
    assert retry.after_call(notification(attempts=2), "interrupted", NOW, missed=1).state is State.FAILED


def test_where_the_provider_is_to_blame_another_calls_at_once_but_not_for_ever() -> None:
    n = notification(attempts=1, provider="sip")
    step = retry.after_call(n, "no-line", NOW, spare=True)
    assert (step.state, step.due, step.tried, step.backup) == (State.PENDING, NOW, ("sip",), False)
    both = replace(n, attempts=2, tried=("sip",))
    assert retry.after_call(both, "no-line", NOW, spare=True).due == NOW + retry.SECOND_CALL_AFTER
    assert retry.after_call(replace(n, attempts=3), "no-line", LATE, spare=True).state is State.FAILED


def test_a_number_that_nobody_can_reach_is_not_called_again() -> None:
    step = retry.after_call(notification(attempts=1), "sip-404", NOW, again=False)
    assert (step.state, step.backup) == (State.FAILED, True)


def test_what_is_always_found_for_others_is_looked_up_so_often_and_then_sent_again() -> None:
    found = retry.Step(State.ACCEPTED, Outcome.ACCEPTED, retry.FOUND, "CA1", provider="twilio")
    lost = [retry.look_again(notification(lookups=count), found, NOW) for count in range(1, retry.LOOKUPS + 1)]
    assert [step.state for step in lost] == [State.AMBIGUOUS] * (retry.LOOKUPS - 1) + [State.PENDING]
    assert {(step.provider_id, step.provider, step.repeat) for step in lost} == {("", "twilio", True)}
