"""A reporter who is in no directory: they hear what directory reporters hear, by mail, and no more than their page shows."""

from typing import Any

import pytest

from shared.contracts import events as e
from shared.contracts.case import Case
from shared.contracts.plan import Person, Reason
from shared.contracts.vocabulary import Kind, Priority
from tests.unit.notifier.examples import SATO, TANAKA, assigned, by, case, told, took
from tests.unit.notifier.test_news import TEAM, news, plan_of, reached, resolved
from tests.unit.notifier.test_received import climb, told_by

MAIL = e.Actor(kind="source", id="shop-mail", name="田中 実")
HERE = ("reporter:c_1", "email")


def reachable(by: e.Actor = MAIL, **report: Any) -> Case:
    state = case(ticket=False)
    change = {"by": by, "reachable": True, "report": state.submitted.report.model_copy(update=report)}
    return state.model_copy(update={"submitted": state.submitted.model_copy(update=change)})


def paused() -> e.CasePaused:
    return e.CasePaused(case_id="c_1", by=by(SATO), reason="カード会社の回答待ち")


STORIES: dict[str, tuple[e.Event, ...]] = {
    "acknowledged": (assigned(SATO), took(SATO)),
    "noted": (e.CaseNoted(case_id="c_1", by=by(SATO), text="調べています", internal=False),),
    "paused": (assigned(SATO), took(SATO), paused()),
    "resolved": (assigned(SATO), took(SATO), resolved()),
    "feedback": (e.CaseFeedback(case_id="c_1", by=by(SATO), text="早い連絡で助かりました"),),
    "reopened": (assigned(SATO), took(SATO), resolved(), e.CaseReopened(case_id="c_1", by=by(SATO), reason="再発")),
}


@pytest.mark.parametrize("story", STORIES)
def test_progress_and_result_reach_them_once_with_their_own_page(story: str) -> None:
    wishes = [w for w in news(reachable(), *STORIES[story]) if w.recipient.startswith("reporter:")]
    assert reached(wishes) == {HERE}
    assert (wishes[0].content.what, wishes[0].content.followup, wishes[0].name) == (story, "c_1", "")
    assert HERE not in reached(news(case(ticket=False), *STORIES[story]))


def test_the_receipt_reaches_them_and_so_does_each_climb() -> None:
    pages, wishes = told_by(reachable(), assigned(SATO))
    assert reached(wishes) == {HERE}
    assert (wishes[0].content.what, wishes[0].content.asked) == ("received", ((SATO.id, SATO.name),))
    assert HERE not in reached(pages)
    _, after = told_by(told(reachable(), assigned(SATO)), climb(TANAKA))
    assert HERE in reached(after)


def test_of_what_their_page_does_not_show_they_are_told_nothing() -> None:
    (result,) = [w for w in news(reachable(), *STORIES["resolved"]) if (w.recipient, w.channel) == HERE]
    assert (result.content.evaluation, result.content.cause, result.content.priority) == ("", "", "")
    assert result.content.result
    (wait,) = [w for w in news(reachable(), *STORIES["paused"]) if (w.recipient, w.channel) == HERE]
    assert wait.content.text == ""
    assert HERE not in reached(news(reachable(), assigned(SATO), plan_of(case(), priority=Priority.P2)))
    assert told_by(reachable(), assigned(SATO))[1][0].content.reasons == ()


def test_why_nobody_is_called_is_told_for_their_page_says_so_too() -> None:
    plan = plan_of(case(), suppressed=Reason(ja="既知の事象のため", en="known"), faq="https://faq.example.jp/1")
    state = reachable().model_copy(update={"plan": None})
    (told,) = news(state, plan)
    assert (told.recipient, told.content.reasons) == ("reporter:c_1", (("既知の事象のため", "known"),))
    assert told.content.text == "https://faq.example.jp/1"


def test_internal_notes_and_their_own_words_are_not_told_to_them() -> None:
    inside = e.CaseNoted(case_id="c_1", by=by(SATO), text="内部", internal=True)
    assert news(reachable(), inside) == []
    for own in (MAIL, e.Actor(kind="anonymous", id="anonymous")):
        note = e.CaseNoted(case_id="c_1", by=own, text="もう一つあります", internal=False)
        assert HERE not in reached(news(reachable(own), note))
    reply = e.CaseReplied(case_id="c_1", by=MAIL, text="直りました")
    assert HERE not in reached(news(reachable(), reply))


def test_whom_the_directory_reaches_hears_there_and_only_there() -> None:
    assert (TANAKA.id, "email") in reached(news(reachable(by(TANAKA)), *STORIES["resolved"]))
    assert HERE not in reached(news(reachable(by(TANAKA)), *STORIES["resolved"]))
    stranger = e.Actor(kind="person", id="nobody.knows", name="臨時 職員")
    assert HERE in reached(news(reachable(stranger), *STORIES["resolved"]))
    own = e.CaseResolved(case_id="c_1", by=stranger, handling="h", result="r")
    assert HERE not in reached(news(reachable(stranger), own))


def test_the_reporter_of_a_linked_report_hears_of_the_lead_under_their_own_number() -> None:
    joined = e.EscalationJoined(case_id="c_1", joined="c_2", joined_number=34, by=MAIL, reachable=True)
    wishes = [w for w in news(case(), joined, *STORIES["resolved"]) if w.recipient.startswith("reporter:")]
    assert [(w.recipient, w.content.joined, w.content.followup) for w in wishes] == [("reporter:c_2", 34, "c_2")]
    both = news(reachable(), joined, *STORIES["resolved"])
    assert {w.recipient for w in both if w.recipient.startswith("reporter:")} == {"reporter:c_1", "reporter:c_2"}


def test_once_their_address_is_erased_nothing_is_meant_for_them() -> None:
    erased = e.CaseErased(case_id="c_1", by=by(SATO))
    assert HERE not in reached(news(reachable(), erased, *STORIES["resolved"]))


@pytest.mark.parametrize("story", STORIES)
def test_of_a_restricted_case_the_reporter_hears_and_nobody_more(story: str) -> None:
    hears = reached(news(reachable(kind=Kind.HARASSMENT), *STORIES[story]))
    assert hears == reached(news(reachable(), *STORIES[story])) - {TEAM}
    assert HERE in hears


@pytest.mark.parametrize("called", ["reporter:c_9", "ticket:zendesk:78"])
def test_nobody_becomes_another_ones_mailbox_or_a_ticket_by_what_they_call_themselves(called: str) -> None:
    posing = e.Actor(kind="person", id=called, name="x")
    follows = e.CaseFollowed(case_id="c_1", by=posing, follower=Person(id=called, name="x"))
    state = case(ticket=False).model_copy(
        update={"submitted": case(ticket=False).submitted.model_copy(update={"by": posing})}
    )
    assert called not in {w.recipient for w in news(state, follows, *STORIES["resolved"])}
