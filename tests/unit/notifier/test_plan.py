"""Who is told what, and by which channel."""

from dataclasses import replace

import pytest

from services.notifier.domain import plan
from services.notifier.domain.content import dumps, loads
from services.notifier.domain.fallback import instead
from services.notifier.domain.notification import Wish
from shared.contracts import events as e
from shared.contracts.case import Case, evolve
from shared.contracts.ids import notification_id
from shared.contracts.plan import Reason
from shared.contracts.vocabulary import Channel, DeadlineName, Priority, Purpose
from tests.unit.notifier.examples import ITO, KNOWN, NOW, SATO, TANAKA, assigned, by, case, notification, uuid


def told(wishes: list[Wish]) -> set[tuple[str, str]]:
    return {(w.recipient, w.channel) for w in wishes}


def news(state: Case, event: e.Event) -> list[Wish]:
    telling = plan.news(state, event)
    return plan.wishes(state, telling, uuid(1), KNOWN) if telling else []


def test_each_responder_hears_by_each_channel_and_the_ticket_once() -> None:
    wishes = plan.assignment(
        case(), assigned(SATO, TANAKA, channels=(Channel.PHONE, Channel.CHAT, Channel.TICKET)), KNOWN
    )
    pages = {(p.id, c) for p in (SATO, TANAKA) for c in ("phone", "chat")}
    assert told(wishes) == pages | {("ticket:zendesk:77", "ticket"), ("team:payments", "chat")}
    assert {w.id for w in wishes if w.recipient == SATO.id} == {
        notification_id("c_1", 1, SATO.id, c) for c in ("phone", "chat")
    }


def test_a_team_hears_of_p1_and_p2_only() -> None:
    for priority in Priority:
        wishes = plan.assignment(case(), assigned(SATO, channels=(Channel.TICKET,), priority=priority), KNOWN)
        assert ("team:payments" in {w.recipient for w in wishes}) == (priority in ("P1", "P2"))


def test_without_a_ticket_the_responders_get_a_mail() -> None:
    wishes = plan.assignment(case(ticket=False), assigned(SATO, TANAKA, channels=(Channel.TICKET, Channel.EMAIL)), {})
    assert told(wishes) == {(SATO.id, "email"), (TANAKA.id, "email")}


def test_the_ids_do_not_depend_on_the_road() -> None:
    event = assigned(SATO)
    once, again = plan.assignment(case(), event, KNOWN), plan.assignment(case(ticket=True), event, KNOWN)
    assert [w.id for w in once] == [w.id for w in again]


def resolved(state: Case) -> tuple[Case, e.CaseResolved]:
    event = e.CaseResolved(case_id="c_1", by=by(SATO), handling="更新", result="直った")
    after = evolve(state, event, NOW)
    assert after is not None
    return after, event


def test_the_result_goes_to_everybody_once_and_never_by_phone() -> None:
    state: Case | None = case(reporter=TANAKA)
    for event in (assigned(SATO, TANAKA), e.CaseFollowed(case_id="c_1", by=by(ITO), follower=TANAKA)):
        state = evolve(state, event, NOW)
    assert state is not None
    wishes = news(*resolved(state))
    assert told(wishes) == {(TANAKA.id, "email"), ("ticket:zendesk:77", "ticket"), ("team:payments", "chat")}
    assert {w.purpose for w in wishes} == {Purpose.RESULT}
    assert next(w for w in wishes if w.channel == "ticket").content.ticket_status == "solved"


def test_somebody_with_a_phone_only_is_not_rung_up_for_news() -> None:
    wishes = news(*resolved(case(reporter=ITO)))
    assert ITO.id not in {w.recipient for w in wishes}


def test_internal_notes_go_nowhere() -> None:
    state = case(reporter=TANAKA)
    note = e.CaseNoted(case_id="c_1", by=by(SATO), text="内緒", internal=True)
    assert news(state, note) == []
    assert news(state, note.model_copy(update={"internal": False})) != []


def test_whoever_did_it_is_not_told_of_it() -> None:
    state = case(reporter=SATO)
    wishes = news(state, e.CaseStarted(case_id="c_1", by=by(SATO)))
    assert SATO.id not in {w.recipient for w in wishes}


def test_a_warning_goes_to_the_owner_while_the_deadline_runs() -> None:
    state = evolve(case(), assigned(SATO), NOW)
    warned = e.DeadlineWarned(case_id="c_1", name=DeadlineName.FIRST_RESPONSE, generation=1, due=NOW)
    assert state is not None
    assert news(state, warned) == []
    owned = state.model_copy(update={"owner": SATO})
    assert told(news(owned, warned)) == {(SATO.id, "chat")}
    assert news(owned, warned.model_copy(update={"generation": 2})) == []


def test_what_is_not_an_incident_is_explained_to_the_reporter_alone() -> None:
    state = case(reporter=TANAKA)
    assert state.plan is not None
    suppressed = state.plan.model_copy(update={"suppressed": Reason(ja="障害ではありません", en="not an incident")})
    wishes = news(state, e.EscalationPlanned(case_id="c_1", plan=suppressed))
    assert told(wishes) == {(TANAKA.id, "email"), ("ticket:zendesk:77", "ticket")}


def test_a_status_that_was_overtaken_does_not_undo_a_newer_one() -> None:
    opened, solved = (notification().content, resolved(case())[0]), plan.news(*resolved(case()))
    assert solved is not None
    reopened = replace(opened[0], ticket_status="open")
    assert plan.ticket_status(opened[1], reopened) == ""
    assert plan.ticket_status(case(), reopened) == "open"
    assert plan.ticket_status(opened[1], solved.content) == "solved"
    assert plan.ticket_status(case(), solved.content) == ""
    assert plan.ticket_status(None, solved.content) == "solved"


def test_content_survives_the_ledger() -> None:
    for wish in plan.assignment(case(), assigned(SATO, TANAKA), KNOWN):
        assert loads(dumps(wish.content)) == wish.content


@pytest.mark.parametrize(
    ("channel", "recipient", "contact", "expected"),
    [
        (Channel.PHONE, SATO.id, KNOWN[SATO.id], {(SATO.id, "email")}),
        (Channel.EMAIL, SATO.id, KNOWN[SATO.id], set()),
        (Channel.PHONE, "x", None, {(ITO.id, "phone")}),
        (Channel.CHAT, "x", None, {(ITO.id, "phone")}),
        (Channel.PHONE, ITO.id, None, set()),
        (Channel.TICKET, "ticket:zendesk:77", None, {(SATO.id, "email")}),
        (Channel.CHAT, "team:payments", None, set()),
    ],
)
def test_a_page_that_failed_goes_on(channel: Channel, recipient: str, contact: object, expected: set[object]) -> None:
    n = notification(channel=channel, recipient=recipient, name="X")
    assert told(instead(n, contact, KNOWN[ITO.id])) == expected  # type: ignore[arg-type]


def test_news_that_cannot_be_chatted_are_mailed() -> None:
    n = notification(channel=Channel.CHAT, purpose=Purpose.RESULT)
    assert told(instead(n, KNOWN[SATO.id], None)) == {(SATO.id, "email")}
    assert instead(notification(channel=Channel.EMAIL, purpose=Purpose.RESULT), KNOWN[SATO.id], None) == []
