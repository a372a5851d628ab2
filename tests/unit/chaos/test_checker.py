"""The checker finds each thing that must not be in a recording that is else in order, and nothing in one that is."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from chaos.checker import bothered, check, doubled
from chaos.recording import Entry, Recording
from shared.contracts import events as e
from shared.contracts.plan import Person
from shared.contracts.vocabulary import DeadlineName, Track
from tests.model.protocol import CASE, CLOCK, SUBMITTED
from tests.unit.router.desk import T0, Desk, in_force

PHONE = "+819000000101"


def at(seconds: float) -> str:
    return (T0 + timedelta(seconds=seconds)).isoformat()


def page(id_: str = "n1", text: str = "タスキです。", **more: Any) -> dict[str, Any]:
    return {"channel": "phone", "kind": "call", "case_id": CASE, "notification_id": id_, "text": text, **more}


def call(created: float, **more: Any) -> dict[str, Any]:
    asked = {"to": PHONE, "case_id": CASE, "created": at(created), "pressed": "", "ended": at(created + 5)}
    return {**asked, "said_text": "タスキです。", **more}


def sound() -> Recording:
    """One case that climbed, was answered and is done; one page went out twice, and said so."""
    desk = Desk(in_force())
    log: list[Entry] = []

    def tell(event: e.Event) -> None:
        for x in (event, *desk.tell(event)):
            log.append(Entry(desk.now.timestamp(), uuid4(), x))

    tell(SUBMITTED)
    deadline = desk.known.deadlines[CLOCK]
    desk.now = deadline.due
    tell(e.DeadlineBreached(case_id=CASE, name=CLOCK, generation=1, due=deadline.due, late_ms=0))
    tell(e.CaseAcknowledged(case_id=CASE, by=e.Actor(kind="person", id="sato", name="佐藤"), via="phone"))
    received = [page(), page(text="同じお知らせを、二度お伝えしているかもしれません。"), page("n2")]
    calls = [call(0), call(10, pressed="1", said_text="佐藤さん、受け付けました。")]
    return Recording(
        {CASE: T0.timestamp()}, {CASE: T0.timestamp() + 20}, received, calls, {CASE: log}, crashes=1, held=3
    )


def test_what_is_in_order_is_found_in_order() -> None:
    assert check(sound()) == []
    assert check(replace(sound(), left=frozenset([CASE]))) == [], "somebody has it, who was not heard to be done"


def never_in_the_log(run: Recording) -> None:
    run.accepted["c2"] = 0


def told_nobody(run: Recording) -> None:
    run.received.clear()


def nobody_takes_it(run: Recording) -> None:
    run.left = frozenset(run.accepted)
    run.log[CASE] = run.log[CASE][:2]


def twice_unsaid(run: Recording) -> None:
    run.received.append(page("n2"))


def twice_in_a_chat(run: Recording) -> None:
    run.received += [page("n3", "【重複の可能性】", channel="chat", kind="message")] * 2


def more_repeats_than_faults(run: Recording) -> None:
    run.crashes = 0


def called_after_answering(run: Recording) -> None:
    run.calls.append(call(60))


def called_when_it_was_done(run: Recording) -> None:
    run.calls.append(call(29, to="+819000000999"))


def climbs_twice(run: Recording) -> None:
    log = run.log[CASE]
    climbed = next(x for x in log if isinstance(x.event, e.EscalationAssigned) and x.event.cause == "breached")
    again = climbed.event.model_copy(update={"round": 99, "deadlines": ()})
    log.append(Entry(climbed.at, uuid4(), again))


def runs_out_before_its_time(run: Recording) -> None:
    late = e.DeadlineBreached(
        case_id=CASE, name=DeadlineName.RESOLUTION, generation=1, due=datetime(2100, 1, 1, tzinfo=UTC), late_ms=0
    )
    run.log[CASE].append(Entry(T0.timestamp(), uuid4(), late))


@pytest.mark.parametrize(
    ("spoil", "found"),
    [
        (never_in_the_log, "lost"),
        (told_nobody, "silent"),
        (nobody_takes_it, "stranded"),
        (twice_unsaid, "doubled"),
        (twice_in_a_chat, "doubled"),
        (more_repeats_than_faults, "doubled"),
        (called_after_answering, "bothered"),
        (called_when_it_was_done, "bothered"),
        (climbs_twice, "unruly"),
        (runs_out_before_its_time, "early"),
    ],
)
def test_what_must_not_be_is_found(spoil: Callable[[Recording], None], found: str) -> None:
    run = sound()
    spoil(run)
    problems = check(run)
    assert problems
    assert all(problem.startswith(found) for problem in problems), problems


@pytest.mark.parametrize(("track", "problems"), [(Track.HANDLING, 0), (Track.AUTHORITY, 1)])
def test_who_knows_of_a_case_may_be_called_to_take_it_and_not_to_know_of_it_again(track: Track, problems: int) -> None:
    run = sound()
    by = e.Actor(kind="person", id="sato", name="佐藤")
    asked = next(x.event for x in run.log[CASE] if isinstance(x.event, e.EscalationAssigned))
    sato = Person(id="sato", name="佐藤")
    anew = asked.model_copy(
        update={"track": track, "responders": (asked.responders[0].model_copy(update={"person": sato}),)}
    )
    knows = e.CaseAcknowledged(case_id=CASE, by=by, via="phone", track=Track.AUTHORITY)
    judged = Recording(calls=[*run.calls, call(60)], people={PHONE: "sato"})
    judged.log[CASE] = [Entry(0, uuid4(), knows), Entry(1, uuid4(), anew)]
    assert len(list(bothered(judged))) == problems


@pytest.mark.parametrize(
    ("began", "said", "problems"),
    [
        (10, "An application error has occurred.", 0),
        (3, "An application error has occurred.", 1),
        (10, "受け付けました。", 1),
    ],
)
def test_who_was_rung_up_and_not_heard_is_rung_up_once_more(began: float, said: str, problems: int) -> None:
    calls = [call(0, notification_id="n1", said_text=said), call(began, notification_id="n1")]
    assert len(list(doubled(Recording(received=[page(), page()], calls=calls)))) == problems


def test_a_fault_that_is_never_felt_is_found() -> None:
    run = Recording()
    for _ in range(3):
        run.note("disk", felt=0, doubts=1, held=1)
    assert check(run) == ["harmless: disk was done 3 times and never felt"]


def test_a_recording_that_is_not_whole_is_found() -> None:
    assert "cut: the sandbox kept nothing of the first 6 that it received" in check(Recording(received=[page(id=7)]))
    assert not any("cut" in problem for problem in check(Recording(received=[page(id=1)])))


def test_a_door_that_stays_shut_is_found() -> None:
    assert check(Recording(unheard=3)) == ["unheard: 3 senders gave up"]


def test_what_is_known_of_a_case_that_is_wrong_is_kept_and_nothing_of_others() -> None:
    run = sound()
    twice_in_a_chat(run)
    evidence = run.evidence([*check(run), "lost: c_unknown was accepted and does not stand in the log"])
    assert list(evidence) == [CASE]
    assert len(evidence[CASE]) == len(run.log[CASE]) + len(run.received) + len(run.calls)
    assert run.evidence([]) == {}
