"""A draft over finished cases: who would have been called, what would have been too late, and what is not known."""

import random
from datetime import UTC, datetime, timedelta
from functools import partial
from operator import add

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.router.domain.climb.asking import ladder
from services.router.domain.climb.in_force import InForce
from services.router.domain.duty.attendance import Absence, Attendance
from services.router.domain.trial import calls, foresight
from services.router.domain.trial.foresight import Act
from services.router.domain.trial.past import Archived, past
from services.router.domain.trial.replay import Compared, Replay
from services.router.domain.trial.tally import Tally
from shared.contracts import events as e
from shared.contracts.case import RESPONSE, Case, evolve
from shared.contracts.clocks import Deadline
from shared.contracts.report import Report
from shared.contracts.vocabulary import Channel, DeadlineName, Impact, Priority, Track, Urgency
from tests.unit.router.calendars import TOKYO
from tests.unit.router.desk import T0, Desk, actor, in_force, person, priorities, step

PHONE = ["phone", "chat", "ticket"]
NIGHT = datetime(2026, 11, 24, 17, tzinfo=UTC)  # two in the morning in Tokyo
POLICIES = (
    in_force(),
    in_force(priorities=priorities(P1={"repeat": 1}, P2={"channels": PHONE, "authority": [step("manager")]})),
    in_force(
        Attendance(absences=(Absence("a", "sato", T0, T0 + timedelta(days=2), "ito"),)),
        priorities=priorities(P3={"channels": PHONE}, P4={"channels": PHONE, "load": 1}),
    ),
    in_force(
        Attendance(absences=(Absence("a", "leader", T0, T0 + timedelta(days=14)),)),
        priorities=priorities(P2={"channels": PHONE, "nobody_on_duty": "hold", "repeat": 1}, P3={"channels": PHONE}),
    ),
)


def finished(force: InForce, *acts: Act, urgency: str = "critical", impact: str = "all", at: datetime = T0) -> Archived:
    """A case as the archive gives it back."""
    report = Report(urgency=Urgency(urgency), impact=Impact(impact), facts="決済が全店舗で失敗する 髙﨑①㈱🔥")
    seen = foresight.foresee(force, foresight.submission(report, "crm"), at, acts=acts, horizon=timedelta(days=20))
    return archived(seen.moments[-1].case)


def archived(case: Case) -> Archived:
    assert case.resolved_at is not None
    return Archived.model_validate_json(case.model_dump_json())


def acts(at: datetime, answered: float, began: float, resolved: float) -> list[Act]:
    """Minutes after the report; the second line and the responsible person answer, and the case is never silent."""
    found = [Act(at + timedelta(minutes=answered), "acknowledge", person(p)) for p in ("sato", "boss")]
    minutes = range(20, round(resolved - began), 20)
    found += [Act(at + timedelta(minutes=began + n), "update", person("sato")) for n in minutes]
    return [
        *found,
        Act(at + timedelta(minutes=began), "start", person("sato")),
        Act(at + timedelta(minutes=resolved), "resolve", person("sato")),
    ]


def compared(case: Archived, draft: InForce, now: InForce | None = None) -> Compared:
    found = Replay(draft, now or in_force()).compare(case)
    assert found is not None
    return found


@settings(deadline=None, max_examples=150)
@given(
    force=st.sampled_from(POLICIES),
    urgency=st.sampled_from(list(Urgency)),
    impact=st.sampled_from(list(Impact)),
    at=st.datetimes(datetime(2026, 11, 20), datetime(2026, 12, 31)),
    handled=st.floats(0.1, 400),
    known=st.floats(0.1, 400),
)
def test_arithmetic_calls_whom_the_event_by_event_simulation_calls(
    force: InForce, urgency: Urgency, impact: Impact, at: datetime, handled: float, known: float
) -> None:
    """Seen red: without `repeats` in `calls.climb`, and with `_calling` never true for the handling."""
    at = at.replace(tzinfo=UTC)
    report = Report(urgency=urgency, impact=impact, facts="x")
    submitted = foresight.submission(report, "test")
    begun = foresight.begin(force, submitted, at)
    plan = begun.case.plan
    assert plan is not None
    after = dict.fromkeys(Track, handled) | {Track.AUTHORITY: known}
    asked = {t: calls.climb(force, plan, t, at, partial(add, timedelta(minutes=after[t]))) for t in Track}
    answered = {t: x[0].at + timedelta(minutes=after[t]) for t, x in asked.items() if x}
    seen, case, waiting = [begun], begun.case, set(answered)
    while waiting:
        track, clock = nearest(case, waiting, answered)
        outs = [x for m in seen for x in m.assigned if x.track is track and x.level > len(ladder(plan, track))]
        if clock is None or len(outs) == foresight.CATCH_ALL_ASKED:
            case = taken(case, track)
            waiting.remove(track)
            continue
        breach = e.DeadlineBreached(case_id="c", name=clock.name, generation=clock.generation, due=clock.due, late_ms=0)
        seen.append(foresight.follow(force, case, breach, clock.due))
        case = seen[-1].case
    wanted = [
        (x.not_before or m.at, r.person.id)
        for m in seen
        for x in m.assigned
        for r in x.responders
        if Channel.PHONE in x.channels and not r.paged_in and (x.not_before or m.at) < answered[x.track]
    ]
    found = calls.by_phone(plan, asked[Track.HANDLING], asked[Track.AUTHORITY], TOKYO)
    assert sorted((c.at, c.person.id) for c in found) == sorted(wanted)


def nearest(case: Case, waiting: set[Track], answered: dict[Track, datetime]) -> tuple[Track, Deadline | None]:
    """What comes next: the breach of a response, or (without one) the answer on a track, which is ahead at one instant."""
    clocks = {track: case.deadlines[RESPONSE[track]] for track in Track if track in waiting}
    ends = [(min(answered[t], d.due), answered[t] > d.due, n, t) for n, (t, d) in enumerate(clocks.items())]
    _, breached, _, track = min(ends)
    return track, clocks[track] if breached else None


def taken(case: Case, track: Track) -> Case:
    """The same with one track answered, and only that one."""
    return case.model_copy(update={track.value: case.asking(track).model_copy(update={"awaiting": False})})


def test_a_shorter_deadline_would_have_been_missed_and_the_manager_called() -> None:
    case = finished(in_force(), *acts(T0, 4, 10, 60))
    found = compared(case, in_force(priorities=priorities(P1={"first_response": "3m"})))
    assert found.before.breached == frozenset()
    assert found.caused == {DeadlineName.FIRST_RESPONSE, DeadlineName.AUTHORITY_RESPONSE}
    assert [c.person.id for c in found.before.calls] == ["sato", "boss"]
    assert [c.person.id for c in found.after.calls] == ["sato", "boss", "manager"]


def test_a_longer_deadline_would_have_been_met() -> None:
    """Seen red: with the instants of `_climbed` off by a level, so that nothing is known of the answer."""
    case = finished(in_force(), *acts(T0, 7, 12, 100))
    assert {"first_response", "authority_response"} == set(past(case, in_force().policy.calendar_of("")).breached)
    draft = in_force(priorities=priorities(P1={"first_response": "10m"}))
    found = compared(case, draft)
    assert (found.avoided, found.caused) == (found.before.breached, frozenset())
    assert [c.person.id for c in found.after.calls] == ["sato", "boss"]


def test_the_same_policy_changes_nothing() -> None:
    """Seen red: with `climb` going on although the answer came within the last minute before the deadline."""
    dice = random.Random(1)
    tally = Tally()
    for n in range(120):
        at = T0 + timedelta(minutes=dice.randrange(20_000))
        answered = dice.expovariate(1 / 6)
        case = finished(
            in_force(),
            *acts(at, answered, answered + dice.expovariate(1 / 8), answered + 90),
            urgency=dice.choice(list(Urgency)),
            impact=dice.choice(list(Impact)),
            at=at,
        )
        found = compared(case, in_force())
        assert found.before.priority is found.after.priority, n
        assert not found.avoided | found.caused, n
        tally.add(found)
    result = tally.result()
    assert result.cases == 120
    assert (result.avoided, result.caused, result.priority_changed) == ({}, {}, 0)


def test_a_page_that_is_held_until_morning_is_answered_after_it_and_wakes_nobody() -> None:
    """Seen red: with the answer left at its real instant in `_answered`."""
    case = finished(in_force(), *acts(NIGHT, 4, 10, 60), at=NIGHT)
    found = compared(case, in_force(priorities=priorities(P1={"load": 2})))
    assert [c.night for c in found.before.calls] == [True, True]
    assert [(c.night, c.at.astimezone(TOKYO).hour) for c in found.after.calls] == [(False, 9), (False, 9)]
    assert found.caused == frozenset()


def test_what_the_draft_does_not_call_an_incident_calls_nobody() -> None:
    rule = {
        "id": "no",
        "when": [{"words": ["決済"]}],
        "then": {"suppress": True, "faq": "/"},
        "reason": {"ja": "いいえ", "en": "no"},
    }
    found = compared(finished(in_force(), *acts(T0, 4, 10, 60)), in_force(rules=[rule]))
    assert (found.after.suppressed, found.after.calls) == (True, ())
    tally = Tally()
    tally.add(found)
    result = tally.result()
    assert (result.suppressed_now, result.calls.before, result.calls.after) == (1, 2, 0)
    assert result.worst[0].what[0].ja == "だれも呼び出さなくなります。"


def told(*events: tuple[float, e.Event]) -> Archived:
    """A case of the small organisation to which these things happened, minutes after the report."""
    desk = Desk(in_force())
    desk.submit()
    for minutes, event in events:
        desk.now = T0 + timedelta(minutes=minutes)
        desk.tell(event)
    return archived(desk.known)


ACKNOWLEDGED = e.CaseAcknowledged(case_id="c", by=actor("sato"), via="phone")
STARTED = e.CaseStarted(case_id="c", by=actor("sato"))
RESOLVED = e.CaseResolved(case_id="c", by=actor("sato"), handling="直した", result="直った")


@pytest.mark.parametrize(
    "between",
    [
        [e.CaseReassigned(case_id="c", by=actor("sato"), to=person("suzuki"))],
        [RESOLVED, e.CaseReopened(case_id="c", by=actor("sato"), reason="再発")],
    ],
)
def test_what_the_fold_no_longer_tells_is_compared_with_nothing(between: list[e.Event]) -> None:
    """Seen red: without the look at the generation in `past`."""
    case = told((2, ACKNOWLEDGED), *((20 + n, x) for n, x in enumerate(between)), (40, ACKNOWLEDGED), (50, RESOLVED))
    assert DeadlineName.FIRST_RESPONSE not in past(case, in_force().policy.calendar_of("")).known
    found = compared(case, in_force(priorities=priorities(P1={"first_response": "60s"})))
    assert DeadlineName.FIRST_RESPONSE not in found.avoided | found.caused


def test_time_that_a_case_waited_for_the_customer_is_not_held_against_it() -> None:
    case = told(
        (2, ACKNOWLEDGED),
        (5, e.CasePaused(case_id="c", by=actor("sato"), reason="顧客の返事待ち")),
        (600, e.CaseResumed(case_id="c", by=actor("sato"))),
        (610, RESOLVED),
    )
    assert DeadlineName.RESOLUTION not in compared(case, in_force()).known


def test_a_linked_report_calls_nobody_on_either_side() -> None:
    case = finished(in_force(), *acts(T0, 4, 10, 60)).model_copy(update={"linked": "c_lead"})
    found = compared(case, in_force())
    assert (found.before.calls, found.after.calls) == ((), ())


def test_the_worst_is_told_first_and_only_so_many_are_kept() -> None:
    tally = Tally(most=2)
    draft = in_force(priorities=priorities(P1={"first_response": "3m"}, P2={"channels": PHONE}))
    for n, urgency in enumerate(("critical", "medium", "critical", "medium")):
        found = compared(finished(in_force(), *acts(T0, 4 + n / 10, 10, 60), urgency=urgency), draft)
        tally.add(found)
    result = tally.result()
    assert (result.cases, result.changed, len(result.worst)) == (4, 4, 2)
    assert {w.before.priority for w in result.worst} == {Priority.P1}
    assert result.calls_by_priority[Priority.P2].before == 0 < result.calls_by_priority[Priority.P2].after
    assert all(w.what and all(r.ja and r.en for r in w.what) for w in result.worst)


def test_an_old_fold_of_a_case_that_was_never_planned_is_passed_over() -> None:
    submitted = foresight.submission(Report(facts="x"), "crm")
    case = evolve(evolve(None, submitted, T0), RESOLVED, T0)
    assert case is not None
    tally = Tally()
    tally.add(Replay(in_force(), in_force()).compare(archived(case)))
    assert (tally.result().cases, tally.result().passed_over) == (0, 1)
