"""What is told of a case that changes hands, of thanks to the reporter, and when they hear next."""

from dataclasses import replace
from datetime import timedelta

from services.notifier.domain import news as told_by
from services.notifier.domain import telling
from services.notifier.domain.content import dumps, loads
from shared.contracts import events as e
from shared.contracts.joined import Joined
from shared.contracts.plan import Person
from shared.contracts.vocabulary import DeadlineName
from tests.unit.notifier.examples import (
    ITO,
    KNOWN,
    NOW,
    SATO,
    TANAKA,
    assigned,
    by,
    case,
    notification,
    told,
    took,
    uuid,
)
from tests.unit.notifier.test_news import TEAM, TICKET, YAMADA, news, reached, resolved


def offered(to: Person = YAMADA, person: Person = SATO) -> e.CaseOffered:
    return e.CaseOffered(case_id="c_1", by=by(person), to=to, reason="夜間のため")


DECLINED = e.CaseDeclined(case_id="c_1", by=by(YAMADA), reason="会議中です")


def test_a_case_that_was_taken_over_is_told_to_everybody_concerned_and_to_whoever_had_it() -> None:
    state = told(case(reporter=TANAKA), assigned(SATO), took(SATO))
    wishes = news(state, offered(), took(YAMADA))
    assert reached(wishes) == {(SATO.id, "chat"), (TANAKA.id, "email"), TICKET, TEAM}
    assert {(w.content.what, w.content.owner) for w in wishes} == {("handed", YAMADA.name)}
    assert news(state, offered()) == []  # nobody hears of a question that is still open
    (first, *_) = news(told(case(), assigned(SATO)), offered(), took(YAMADA))
    assert first.content.what == "acknowledged"  # nobody had it before


def test_who_asked_hears_that_it_was_declined() -> None:
    state = told(case(reporter=TANAKA), assigned(SATO), took(SATO))
    (wish,) = news(state, offered(), DECLINED)
    assert ((wish.recipient, wish.channel), wish.content.text) == ((SATO.id, "chat"), "会議中です")
    assert news(state, DECLINED) == []
    (asked,) = news(told(case(), assigned(SATO)), offered(YAMADA, TANAKA), DECLINED)
    assert (asked.recipient, asked.content.owner) == (TANAKA.id, "")


def test_a_leader_who_hands_it_on_tells_whoever_had_it() -> None:
    state = told(case(reporter=TANAKA), assigned(SATO), took(SATO))
    wishes = news(state, e.CaseReassigned(case_id="c_1", by=by(ITO), to=YAMADA))
    assert reached(wishes) == {(SATO.id, "chat"), (YAMADA.id, "chat"), (TANAKA.id, "email"), TICKET, TEAM}


def test_thanks_reach_the_reporter_alone_and_never_the_one_who_wrote_them() -> None:
    thanks = e.CaseFeedback(case_id="c_1", by=by(SATO), text="時刻のメモが助かりました")
    followed = e.CaseFollowed(case_id="c_1", by=by(ITO), follower=YAMADA)
    state = told(case(reporter=TANAKA), assigned(SATO), took(SATO), followed)
    for known in (state, told(state, resolved())):
        (wish,) = news(known, thanks)
        assert ((wish.recipient, wish.channel), wish.content.text) == ((TANAKA.id, "email"), thanks.text)
        assert wish.content.followup == "c_1"
    assert news(case(reporter=SATO), thanks) == []
    assert reached(news(case(), thanks)) == {TICKET}  # behind a ticket there is a person
    assert news(case(ticket=False), thanks) == []


def test_the_reporter_hears_when_they_hear_next() -> None:
    clock = e.DeadlineSet(name=DeadlineName.NEXT_UPDATE, generation=1, due=NOW + timedelta(minutes=30))
    plan = case().plan
    assert plan is not None
    state = case(reporter=TANAKA).model_copy(update={"plan": plan.model_copy(update={"next_update": "30m"})})
    state = told(state, assigned(SATO, deadlines=(clock,)))
    (first, *_) = news(state, took(SATO))
    assert (first.content.update, first.content.within) == (clock.due, "")
    (started, *_) = news(state, took(SATO), e.CaseStarted(case_id="c_1", by=by(SATO)))
    assert (started.content.update, started.content.within) == (None, "30m")  # the router is about to say when
    waiting = (took(SATO), e.CasePaused(case_id="c_1", by=by(SATO), reason="部品待ち"))
    (paused, *_) = news(state, *waiting)
    assert (paused.content.update, paused.content.within) == (None, "")
    (going_on, *_) = news(state, *waiting, e.CaseResumed(case_id="c_1", by=by(SATO)))
    assert going_on.content.within == "30m"
    (done, *_) = news(state, took(SATO), resolved())
    assert (done.content.update, done.content.within) == (None, "")
    assert loads(dumps(first.content)) == first.content


def test_what_was_done_in_the_ticket_leaves_the_ticket_as_it_is() -> None:
    there = e.Actor(kind="source", id="zendesk", name="佐藤 花子")
    state = told(case(), assigned(SATO), took(SATO))
    joined = Joined(case_id="c_2", number=13, by=there, external=e.External(system="zendesk", id="78"))
    over = resolved().model_copy(update={"by": there})
    handed = e.CaseReassigned(case_id="c_1", by=there, to=YAMADA, reason="交代")
    for event, status in ((over, "solved"), (handed, "open")):
        for by_whom, own in ((there, ""), (there.model_copy(update={"id": "jira"}), status), (by(SATO), status)):
            done = event.model_copy(update={"by": by_whom})
            after = told(state, done)
            said = told_by.news(state, after, done)
            assert said is not None
            wishes = telling.wishes(after, said, uuid(1), KNOWN, (joined,))
            found = {w.recipient: w.content.ticket_status for w in wishes if w.channel == "ticket"}
            assert found == {"ticket:zendesk:77": own, "ticket:zendesk:78": status}


def test_a_ticket_is_given_to_nobody_but_who_has_the_case_now() -> None:
    state = told(case(), assigned(SATO), took(SATO))
    told_then = replace(notification().content, owner_id=SATO.id, ticket_status="open")
    handed = e.CaseReassigned(case_id="c_1", by=by(SATO), to=YAMADA, reason="交代")
    assert told_by.ticket_owner(state, told_then) == SATO.id
    assert told_by.ticket_owner(told(state, handed), told_then) == ""
    assert told_by.ticket_owner(case(), told_then) == ""
    assert told_by.ticket_owner(None, told_then) == SATO.id
    assert told_by.ticket_owner(state, replace(told_then, ticket_status="")) == ""
