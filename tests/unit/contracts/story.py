"""Short ways to say the events of one case, and a strategy that says them in any order."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from shared.contracts import events as e
from shared.contracts.case import Case, evolve
from shared.contracts.plan import Level, Need, Person, Plan, Reason, Responder, Target
from shared.contracts.report import Report
from shared.contracts.vocabulary import Channel, DeadlineName, Impact, Kind, Path, Priority, Track, Urgency

CASE = "c_01h00000000000000000000000"
START = datetime(2026, 11, 22, 2, 10, tzinfo=UTC)
SATO = Person(id="sato.hanako", name="佐藤 花子")
YAMADA = Person(id="yamada.kyoko", name="山田 京子")
WHY = (Reason(ja="障害の当番です", en="on duty for outages"),)
REPORT = Report(
    kind=Kind.OUTAGE, urgency=Urgency.CRITICAL, impact=Impact.ALL, title="決済が全店舗で失敗する", facts="髙﨑①㈱🔥"
)
PLAN = Plan(
    policy_version=3,
    priority=Priority.P1,
    path=Path.HIERARCHICAL,
    team="payments",
    levels=(
        Level(
            targets=(Target(kind="schedule", id="second-line", path=Path.FUNCTIONAL),),
            channels=(Channel.PHONE, Channel.CHAT),
            first_response="5m",
        ),
    ),
    first_handling="15m",
    resolution="4h",
    reasons=WHY,
)


def at(minutes: float) -> datetime:
    """The instant so many minutes after the case was submitted."""
    return START + timedelta(minutes=minutes)


def by(person: Person = SATO) -> e.Actor:
    """A person as the one who acts."""
    return e.Actor(kind="person", id=person.id, name=person.name)


def submitted() -> e.CaseSubmitted:
    """The report was taken in from Zendesk."""
    sender = e.Actor(kind="source", id="zendesk")
    return e.CaseSubmitted(case_id=CASE, by=sender, number=12, report=REPORT, source="zendesk")


def deadline(name: DeadlineName, generation: int = 1, due: float = 5) -> e.DeadlineSet:
    """A deadline `due` minutes after the start."""
    return e.DeadlineSet(name=name, generation=generation, due=at(due), warn_at=at(due - 1))


def assigned(
    round: int = 1,
    after: int = 0,
    person: Person = SATO,
    deadlines: Iterable[e.DeadlineSet] | None = None,
    track: Track = Track.HANDLING,
    need: Need = "any",
    also: tuple[Person, ...] = (),
) -> e.EscalationAssigned:
    """One person (and `also` others) is asked, with three clocks of generation `round` unless told otherwise."""
    if deadlines is None:
        clocks = {DeadlineName.FIRST_RESPONSE: 5, DeadlineName.FIRST_HANDLING: 15, DeadlineName.RESOLUTION: 240}
        deadlines = [deadline(name, round, due) for name, due in clocks.items()]
    return e.EscalationAssigned(
        case_id=CASE,
        round=round,
        level=round,
        path=Path.FUNCTIONAL,
        priority=Priority.P1,
        cause="submitted" if round == 1 else "breached",
        after=after,
        track=track,
        acknowledge=need,
        responders=tuple(Responder(person=p, path=Path.FUNCTIONAL, reason=WHY[0]) for p in (person, *also)),
        channels=(Channel.PHONE, Channel.CHAT),
        deadlines=tuple(deadlines),
        reasons=WHY,
    )


def acknowledged(person: Person = SATO) -> e.CaseAcknowledged:
    """The person pressed 1."""
    return e.CaseAcknowledged(case_id=CASE, by=by(person), via="phone")


def breached(name: DeadlineName = DeadlineName.FIRST_RESPONSE, generation: int = 1) -> e.DeadlineBreached:
    """The timer says that a deadline passed."""
    return e.DeadlineBreached(case_id=CASE, name=name, generation=generation, due=at(5), late_ms=40)


def resolved() -> e.CaseResolved:
    """It is done."""
    return e.CaseResolved(case_id=CASE, by=by(), handling="証明書を更新した", result="全店舗で復旧した")


def paused() -> e.CasePaused:
    """It waits for the customer."""
    return e.CasePaused(case_id=CASE, by=by(), reason="お客様の回答待ち")


def told(*events: e.Event) -> Case:
    """The case after the submission and these events, one minute apart."""
    case = evolve(None, submitted(), START)
    for minute, event in enumerate(events, 1):
        case = evolve(case, event, at(minute))
    assert case is not None
    return case


def for_authority(round: int = 2, after: int = 0, person: Person = YAMADA) -> e.EscalationAssigned:
    """Somebody with authority is asked to know, side by side with the handling."""
    return assigned(round, after, person, [deadline(DeadlineName.AUTHORITY_RESPONSE, round)], Track.AUTHORITY)


_names = st.sampled_from(DeadlineName)
_generations = st.integers(1, 4)
_people = st.sampled_from([SATO, YAMADA])
_actors = st.one_of(_people.map(by), st.just(e.Actor(kind="source", id="zendesk")))
_deadlines = st.lists(st.builds(deadline, _names, _generations, st.floats(0, 500)), max_size=3).map(tuple)
_case = st.just(CASE)
_leads = st.sampled_from(["c_lead", "c_else"])
_needs = st.sampled_from(["any", "all"])
_also = st.sampled_from([(), (YAMADA,), (SATO,)])
EVENTS: st.SearchStrategy[e.Event] = st.one_of(
    st.builds(submitted),
    st.just(e.EscalationPlanned(case_id=CASE, plan=PLAN)),
    st.builds(
        assigned, st.integers(0, 5), st.integers(0, 4), _people, _deadlines, st.sampled_from(Track), _needs, _also
    ),
    st.builds(e.EscalationRescheduled, case_id=_case, deadlines=_deadlines, reasons=st.just(WHY)),
    st.builds(
        e.EscalationExhausted, case_id=_case, level=st.just(3), track=st.sampled_from(Track), reasons=st.just(WHY)
    ),
    st.just(e.EscalationLinked(case_id=CASE, lead="c_lead", lead_number=7, reasons=WHY)),
    st.just(e.EscalationJoined(case_id=CASE, joined="c_other", joined_number=13, by=by())),
    st.builds(
        e.EscalationParted, case_id=_case, parted=st.sampled_from(["c_other", "c_else"]), parted_number=st.just(13)
    ),
    st.builds(e.CaseLinked, case_id=_case, by=_actors, lead=_leads, lead_number=st.just(7)),
    st.builds(e.CaseSplit, case_id=_case, by=_actors, lead=_leads, lead_number=st.just(7)),
    st.builds(e.CaseReassessed, case_id=_case, by=_actors, urgency=st.sampled_from([None, Urgency.LOW])),
    st.builds(
        e.CaseCorrected,
        case_id=_case,
        by=_actors,
        kind=st.sampled_from([None, Kind.REFUND]),
        personal_data=st.sampled_from([None, True, False]),
    ),
    st.builds(e.CaseExtended, case_id=_case, by=_actors, name=_names, more=st.just("2h"), reason=st.just("部品待ち")),
    st.builds(e.CaseReplied, case_id=_case, by=_actors, text=st.just("直りました"), automatic=st.booleans()),
    st.builds(
        e.NotificationUnreachable, case_id=_case, person=_people, round=st.integers(0, 5), track=st.sampled_from(Track)
    ),
    st.just(e.DeadlineMissing(case_id=CASE, since=at(0), what="no-clock")),
    st.builds(e.CaseAcknowledged, case_id=_case, by=_actors, via=st.just("chat")),
    st.builds(e.CaseUnacknowledged, case_id=_case, by=_actors),
    st.builds(e.CaseStarted, case_id=_case, by=_actors),
    st.builds(e.CaseNoted, case_id=_case, by=_actors, text=st.just("確認中"), internal=st.booleans()),
    st.builds(e.CasePaused, case_id=_case, by=_actors, reason=st.just("部品待ち")),
    st.builds(e.CaseResumed, case_id=_case, by=_actors),
    st.builds(e.CaseReassigned, case_id=_case, by=_actors, to=_people),
    st.builds(e.CaseOffered, case_id=_case, by=_actors, to=_people),
    st.builds(e.CaseDeclined, case_id=_case, by=_actors),
    st.builds(e.CaseFeedback, case_id=_case, by=_actors, text=st.just("助かりました")),
    st.builds(
        e.CaseAttached,
        case_id=_case,
        by=_actors,
        attachment=st.just("0b6f"),
        kind=st.just("image/png"),
        size=st.just(9),
    ),
    st.builds(e.CaseDetached, case_id=_case, by=_actors, attachment=st.just("0b6f")),
    st.builds(e.CaseFollowed, case_id=_case, by=_actors, follower=_people),
    st.builds(resolved),
    st.builds(e.CaseReopened, case_id=_case, by=_actors, reason=st.just("再発した")),
    st.builds(breached, _names, _generations),
    st.builds(e.DeadlineWarned, case_id=_case, name=_names, generation=_generations, due=st.just(at(5))),
    st.just(e.KnowledgeArchived(case_id=CASE, title="決済")),
)
LOGS = st.lists(EVENTS, max_size=30)
