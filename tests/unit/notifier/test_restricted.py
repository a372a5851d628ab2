"""What only those concerned may read: whoever is asked is paged as ever, and nothing of it stands in the team's room."""

import pytest

from services.notifier.domain import plan
from services.notifier.domain.asked import is_overheard
from shared.contracts import events as e
from shared.contracts.case import Case
from shared.contracts.vocabulary import Kind, Priority
from tests.unit.notifier.examples import ITO, SATO, TANAKA, WHY, assigned, by, case, told, took
from tests.unit.notifier.test_news import TEAM, YAMADA, news, plan_of, reached, resolved
from tests.unit.notifier.test_plan import pages

CIRCLES = ({"kind": Kind.HARASSMENT}, {"personal_data": True}, {"restricted": True})
STORIES: dict[str, tuple[e.Event | str, ...]] = {
    "acknowledged": (assigned(SATO), took(SATO)),
    "noted": (e.CaseNoted(case_id="c_1", by=by(SATO), text="髙﨑①㈱🔥 に電話した", internal=False),),
    "climbed": (assigned(SATO), assigned(ITO, round=2, level=2, cause="breached")),
    "exhausted": (
        assigned(SATO),
        e.EscalationExhausted(case_id="c_1", level=2, reasons=(WHY,)),
    ),
    "reassessed": (assigned(SATO), "P2"),
    "resolved": (assigned(SATO), took(SATO), resolved()),
}


def restricted(change: dict[str, object]) -> Case:
    """A case that is restricted by its report, or by a rule of the policy."""
    state = case(reporter=TANAKA)
    if "restricted" in change:
        return told(state, plan_of(state, **change))
    report = state.submitted.report.model_copy(update=change)
    return state.model_copy(update={"submitted": state.submitted.model_copy(update={"report": report})})


@pytest.mark.parametrize("circle", CIRCLES)
def test_whoever_is_asked_is_paged_and_the_room_of_the_team_is_not(circle: dict[str, object]) -> None:
    event, state = assigned(SATO, ITO), restricted(circle)
    assert TEAM in reached(pages(case(), event))
    assert reached(pages(state, event)) == reached(pages(case(), event)) - {TEAM}
    assert plan.concerned(told(state, event), event) == {SATO.id, ITO.id}


@pytest.mark.parametrize("circle", CIRCLES)
def test_what_the_reporter_adds_reaches_who_was_asked_while_nobody_has_it(circle: dict[str, object]) -> None:
    more = e.CaseNoted(case_id="c_1", by=by(TANAKA), text="今、脅されています", internal=False)
    assert (SATO.id, "chat") in reached(news(restricted(circle), assigned(SATO), more))


@pytest.mark.parametrize("circle", CIRCLES)
@pytest.mark.parametrize("story", STORIES)
def test_whatever_becomes_of_it_the_room_of_the_team_hears_nothing(circle: dict[str, object], story: str) -> None:
    ordinary = reached(news(case(reporter=TANAKA), *story_of(case(), story)))
    assert TEAM in ordinary
    state = restricted(circle)
    assert reached(news(state, *story_of(state, story))) == ordinary - {TEAM}


def story_of(state: Case, story: str) -> list[e.Event]:
    """The events; a priority stands for another plan of the case."""
    return [plan_of(state, priority=Priority(x)) if isinstance(x, str) else x for x in STORIES[story]]


@pytest.mark.parametrize("circle", CIRCLES)
def test_what_waits_for_the_room_is_not_said_once_the_case_is_restricted(circle: dict[str, object]) -> None:
    """Seen red without the look at the case before it is sent."""
    wishes = pages(case(), assigned(SATO))
    room, person = (next(w for w in wishes if w.recipient == id_) for id_ in (TEAM[0], SATO.id))
    assert is_overheard(restricted(circle), room)
    assert not is_overheard(restricted(circle), person)
    assert not is_overheard(case(), room)
    assert not is_overheard(None, room)


@pytest.mark.parametrize("circle", CIRCLES)
@pytest.mark.parametrize("story", ["acknowledged", "noted", "climbed", "resolved"])
def test_who_followed_it_before_hears_no_more_of_it_and_whoever_is_named_anew_does(
    circle: dict[str, object], story: str
) -> None:
    """Seen red with the followers kept."""
    hears = (YAMADA.id, "chat")
    followed = e.CaseFollowed(case_id="c_1", by=by(SATO), follower=YAMADA)
    open_ = told(case(reporter=TANAKA), followed)
    assert hears in reached(news(open_, *story_of(open_, story)))
    closed = told(open_, corrected(open_, circle))
    assert hears not in reached(news(closed, *story_of(closed, story)))
    assert hears in reached(news(told(closed, followed), *story_of(closed, story)))


@pytest.mark.parametrize("circle", CIRCLES)
def test_what_waits_for_a_former_follower_is_not_said_either(circle: dict[str, object]) -> None:
    """Seen red with the room alone looked at."""
    open_ = told(case(reporter=TANAKA), e.CaseFollowed(case_id="c_1", by=by(SATO), follower=YAMADA), assigned(SATO))
    waiting = news(open_, *story_of(open_, "noted"))
    after = told(open_, corrected(open_, circle))
    assert {w.recipient for w in waiting if is_overheard(after, w)} == {YAMADA.id, TEAM[0]}
    assert [w for w in pages(open_, assigned(ITO, round=2)) if is_overheard(after, w) and w.recipient != TEAM[0]] == []


def test_who_had_it_and_was_never_asked_hears_that_somebody_else_has_it() -> None:
    state = told(restricted({"kind": Kind.HARASSMENT}), took(YAMADA))
    handed = e.CaseReassigned(case_id="c_1", by=by(ITO), to=SATO, reason="髙﨑①㈱")
    wishes = news(state, handed)
    assert (YAMADA.id, "chat") in reached(wishes)
    assert [w for w in wishes if is_overheard(told(state, handed), w)] == []


def corrected(state: Case, circle: dict[str, object]) -> e.Event:
    """What restricts a case that is open to its team: another plan, or a correction of what it is about."""
    if "restricted" in circle:
        return plan_of(state, **circle)
    return e.CaseCorrected.model_validate({"case_id": "c_1", "by": by(SATO), **circle})
