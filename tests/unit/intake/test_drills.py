"""When a drill may begin, and when it is over, by examples."""

from datetime import UTC, datetime, timedelta

import pytest

from services.intake.domain import drills
from services.intake.domain.case import decide
from services.intake.domain.commands import Reopen
from services.intake.domain.drills import Around, Closed, Drill
from services.intake.domain.refusals import DRILL_OVER
from services.intake.domain.roles import Grant
from services.intake.domain.scenarios import SCENARIOS
from shared.contracts import drill as contract
from shared.contracts import events as e
from shared.contracts.case import Case, evolve
from shared.contracts.plan import Level, Need, Person, Plan, Reason, Responder, Target
from shared.contracts.report import Report
from shared.contracts.vocabulary import Channel, Impact, Kind, Path, Priority, Urgency

T0 = datetime(2026, 11, 24, 1, tzinfo=UTC)
SATO, MORI = Person(id="sato", name="佐藤 花子"), Person(id="mori", name="森 𠮷子")
BY = e.Actor(kind="person", id="leader", name="髙橋")
WHY = Reason(ja="当番", en="duty")
CALM = Around(team=0, all=0, real=False, closed=())
DRILL = Drill(
    "sre", Kind.OUTAGE, Urgency.CRITICAL, Impact.ALL, "想定", "x", "ja", False, 15,
    id="d_1", team_name="SRE", starts_at=T0, by=SATO, made_at=T0, state="running", started_at=T0,
)  # fmt: skip


def case(*events: e.Event, authority: bool = False, levels: bool = True, need: Need = "any") -> Case:
    """A drill's case that is planned and asked about, and what came then."""
    target = Target(kind="person", id="sato", path=Path.FUNCTIONAL)
    level = Level(targets=(target,), channels=(Channel.PHONE,), first_response="5m", acknowledge=need)
    plan = Plan(
        policy_version=1, priority=Priority.P1, path=Path.FUNCTIONAL, team="sre", levels=(level,) if levels else (),
        authority=(level,) if authority else (), first_handling="15m", resolution="4h", reasons=(WHY,),
    )  # fmt: skip
    submitted = e.CaseSubmitted(case_id="c", by=BY, number=1, report=Report(facts="x"), source=contract.SOURCE)
    found: Case | None = None
    for event in (submitted, e.EscalationPlanned(case_id="c", plan=plan), *events):
        found = evolve(found, event, T0)
    assert found is not None
    return found


def asked(*people: Person, track: str = "handling", round_: int = 1, need: Need = "any") -> e.EscalationAssigned:
    return e.EscalationAssigned(
        case_id="c", round=round_, level=1, path=Path.FUNCTIONAL, priority=Priority.P1, cause="submitted", after=0,
        acknowledge=need, track=track, channels=(Channel.PHONE,), deadlines=(), reasons=(WHY,),  # type: ignore[arg-type]
        responders=tuple(Responder(person=p, path=Path.FUNCTIONAL, reason=WHY) for p in people),
    )  # fmt: skip


def answered(person: Person) -> e.CaseAcknowledged:
    return e.CaseAcknowledged(case_id="c", by=e.Actor(kind="person", id=person.id, name=person.name), via="phone")


@pytest.mark.parametrize(
    ("known", "minutes", "real", "why"),
    [
        (case(asked(SATO)), 14, False, None),
        (case(asked(SATO)), 15, False, "limit"),
        (case(asked(SATO), answered(SATO)), 1, False, "answered"),
        (case(asked(SATO, MORI, need="all"), answered(SATO), need="all"), 1, False, None),
        (case(asked(SATO, MORI, need="all"), answered(SATO), answered(MORI), need="all"), 1, False, "answered"),
        (case(asked(SATO), answered(SATO), authority=True), 1, False, None),  # those who decide are asked in a moment
        (
            case(asked(SATO), asked(MORI, track="authority", round_=2), answered(SATO), authority=True),
            1,
            False,
            None,
        ),
        (
            case(asked(SATO), asked(MORI, track="authority", round_=2), answered(SATO), answered(MORI), authority=True),
            1,
            False,
            "answered",
        ),
        (case(levels=False), 1, False, "nobody"),
        (case(asked()), 1, False, None),  # nobody is on duty: nobody has answered either
        (case(asked(SATO)), 1, True, "real"),
        (case(asked(SATO), e.CaseResolved(case_id="c", by=BY, handling="x", result="y")), 1, True, "done"),
    ],
)
def test_a_drill_is_over_when_all_have_answered_whose_answer_is_needed_or_its_time_is_up(
    known: Case, minutes: int, real: bool, why: str | None
) -> None:
    assert drills.ending(DRILL, known, T0 + timedelta(minutes=minutes), real) == why


@pytest.mark.parametrize(
    ("around", "why"),
    [
        (CALM, None),
        (Around(0, 0, True, ()), "real"),
        (Around(1, 1, True, ()), "real"),
        (Around(1, 1, False, ()), "busy"),
        (Around(0, drills.AT_ONCE, False, ()), "crowded"),
        (Around(0, 0, False, None), "unknown"),
        (Around(0, 0, False, (), known=None), "unknown"),
        (Around(0, 0, True, (), known=False), "gone"),
        (Around(0, 0, False, (Closed("sre", "", "", T0, T0 + timedelta(hours=1)),)), "maintenance"),
        (Around(0, 0, False, (Closed("sre", "", "", T0 - timedelta(hours=1), T0),)), None),
        (Around(0, 0, False, (Closed("sre", "", "zendesk", T0, T0 + timedelta(hours=1)),)), None),
        (Around(0, 0, False, (Closed("", "決済", "", T0, T0 + timedelta(hours=1)),)), None),
    ],
)
def test_what_is_real_goes_first_and_nobody_is_disturbed_in_maintenance(around: Around, why: str | None) -> None:
    assert drills.obstacle(DRILL, around, T0) == why


def test_a_drill_is_seen_by_its_team_once_it_is_announced_or_held_and_by_no_other() -> None:
    member, leader, other = (frozenset({Grant(*g)}) for g in (("responder", "sre"), ("leader", "sre"), ("leader", "x")))
    states = {state: drills.Drill(**{**vars(DRILL), "state": state}) for state in ("planned", "running", "ended")}
    assert [drills.may_read(member, one) for one in states.values()] == [False, False, True]
    assert all(drills.may_read(leader, one) for one in states.values())
    assert not any(drills.may_read(other, one) for one in states.values())
    told = drills.Drill(**{**vars(DRILL), "state": "planned", "announced": True})
    assert (drills.may_read(member, told), drills.may_hold(member, "sre"), drills.may_hold(None, "x")) == (
        True,
        False,
        True,
    )


@pytest.mark.parametrize("language", ["ja", "en"])
def test_what_is_submitted_says_first_that_it_is_a_drill_and_says_so_once(language: str) -> None:
    for title in ("髙﨑①㈱🔥", contract.marked("髙﨑①㈱🔥", language)):
        told = drills.Drill(**{**vars(DRILL), "title": title, "language": language}).report()
        assert told.title == {"ja": "【訓練】髙﨑①㈱🔥", "en": "[DRILL] 髙﨑①㈱🔥"}[language]
        assert contract.plain(told.title) == "髙﨑①㈱🔥"


def test_the_longest_title_is_still_one_with_its_mark() -> None:
    told = drills.Drill(**{**vars(DRILL), "title": "あ" * 200}).report()
    assert told.headline.startswith("【訓練】")


def test_a_drill_is_not_opened_again() -> None:
    over = case(asked(SATO), e.CaseResolved(case_id="c", by=BY, handling="x", result="y"))
    assert decide(over, Reopen("x"), BY) is DRILL_OVER


def test_no_scenario_has_words_that_wake_more_people_than_its_priority_does() -> None:
    words = ("返金", "個人情報", "弁護士", "脅迫", "refund", "lawyer", "personal data")
    for story in SCENARIOS.values():
        assert not any(word in text for word in words for text in (*story.title, *story.facts))
