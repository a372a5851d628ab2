"""Who was paged and is not needed any more hears of it once, unless their message or their telephone says so itself."""

from typing import Any

import pytest

from services.notifier.channels import CHANGED_IN_PLACE
from services.notifier.domain import telling
from services.notifier.domain.notification import Notification, State
from services.notifier.domain.relieved import relieved
from services.notifier.wording import Wording
from shared.contracts import events as e
from shared.contracts.case import Case
from shared.contracts.plan import Person
from shared.contracts.vocabulary import Channel, Purpose, Track
from tests.unit.notifier.examples import ITO, NOW, SATO, TANAKA, WHY, assigned, by, case, notification, told, took, uuid
from tests.unit.notifier.test_news import CONTACTS, YAMADA, resolved

WORDING = Wording("Asia/Tokyo", "https://tasuki.example.jp/", "key")


def page(person: Person, channel: Channel = Channel.EMAIL, **more: Any) -> Notification:
    provider = {Channel.CHAT: "slack", Channel.PHONE: "twilio", Channel.EMAIL: "smtp"}[channel]
    known = {"state": State.ACCEPTED, "provider": provider, **more}
    return notification(recipient=person.id, name=person.name, channel=channel, **known)


def both() -> Case:
    return told(case(), assigned(SATO, YAMADA, TANAKA))


def hear(before: Case, event: e.Event, *pages: Notification) -> list[tuple[str, Channel, Track]]:
    after = told(before, event)
    said = relieved(before, after, event, pages, CHANGED_IN_PLACE)
    found = telling.wishes(after, said, uuid(1), CONTACTS) if said else []
    assert {w.content.what for w in found} <= {"relieved"}
    return [(w.recipient, w.channel, w.track) for w in found]


def test_who_was_mailed_hears_that_somebody_else_has_it() -> None:
    assert hear(both(), took(SATO), page(SATO), page(YAMADA)) == [(YAMADA.id, Channel.CHAT, Track.HANDLING)]
    said = relieved(both(), told(both(), took(SATO)), took(SATO), [page(YAMADA)], CHANGED_IN_PLACE)
    assert said is not None
    n = notification(purpose=Purpose.PROGRESS, content=said.content)
    message = WORDING.message(n, CONTACTS[YAMADA.id], NOW)
    assert message.subject == "【お返事は不要です】#12 佐藤 花子さんが引き受けました"
    assert "先にお願いした件へのお返事は不要です" in message.text


@pytest.mark.parametrize("channel", [Channel.CHAT, Channel.PHONE])
def test_who_sees_it_on_their_message_or_telephone_is_not_told_again(channel: Channel) -> None:
    assert hear(both(), took(SATO), page(YAMADA), page(YAMADA, channel)) == []
    assert hear(both(), took(SATO), page(YAMADA, channel)) == []


@pytest.mark.parametrize("channel", [Channel.CHAT, Channel.PHONE])
def test_who_was_asked_in_a_digest_hears_of_it(channel: Channel) -> None:
    brought, alone = (page(YAMADA, channel, bundled=bundled, carrier=uuid(7)) for bundled in (True, False))
    assert hear(both(), took(SATO), brought) == [(YAMADA.id, Channel.CHAT, Track.HANDLING)]
    assert hear(both(), took(SATO), alone) == []


@pytest.mark.parametrize("provider", ["teams", "google_chat", "line", "line_works", ""])
def test_who_was_asked_in_a_chat_whose_messages_stay_as_they_were_hears_of_it(provider: str) -> None:
    left = page(YAMADA, Channel.CHAT, provider=provider)
    assert hear(both(), took(SATO), left) == [(YAMADA.id, Channel.CHAT, Track.HANDLING)]


@pytest.mark.parametrize("state", State)
def test_only_what_has_gone_out_is_answered_for(state: State) -> None:
    out = state not in (State.PENDING, State.FAILED, State.SKIPPED)
    assert bool(hear(both(), took(SATO), page(YAMADA, state=state))) == out
    rang = page(YAMADA, Channel.PHONE, state=State.FAILED)
    assert hear(both(), took(SATO), page(YAMADA), rang) == [(YAMADA.id, Channel.CHAT, Track.HANDLING)]


def test_it_is_told_once() -> None:
    first = told(both(), took(SATO))
    for event in (e.CaseStarted(case_id="c_1", by=by(SATO)), took(YAMADA), took(SATO)):
        assert hear(first, event, page(YAMADA), page(TANAKA)) == []


def test_whose_answer_is_still_needed_hears_nothing() -> None:
    every = told(case(), assigned(SATO, YAMADA, acknowledge="all"))
    assert hear(every, took(SATO), page(YAMADA)) == []
    tracks = told(case(), assigned(SATO), assigned(YAMADA, TANAKA, round=2, track=Track.AUTHORITY))
    decides = [page(p, round=2, track=Track.AUTHORITY) for p in (YAMADA, TANAKA)]
    assert hear(tracks, took(SATO), *decides) == []
    assert hear(tracks, took(YAMADA), *decides) == [(TANAKA.id, Channel.EMAIL, Track.AUTHORITY)]


def test_who_was_left_behind_by_the_climb_may_rest_too() -> None:
    climbed = told(case(), assigned(YAMADA), assigned(SATO, round=2, cause="breached"))
    assert hear(climbed, took(SATO), page(YAMADA)) == [(YAMADA.id, Channel.CHAT, Track.HANDLING)]


def test_neither_teams_nor_offers_nor_other_news() -> None:
    team = page(Person(id="team:payments", name="決済チーム"))
    assert hear(both(), took(SATO), team, page(YAMADA, need="own")) == []
    linked = e.EscalationLinked(case_id="c_1", lead="c_0", lead_number=7, reasons=(WHY,))
    for event in (resolved(), linked, e.CaseReassigned(case_id="c_1", by=by(ITO), to=ITO)):
        assert hear(both(), event, page(YAMADA)) == []
    assert hear(both(), took(SATO), page(ITO)) == []  # nothing but a telephone
