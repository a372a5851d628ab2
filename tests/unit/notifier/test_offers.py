"""A case offered to one person: by which channels they are asked, until when, and what their messages say after that."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notifier.domain.asked import owner_after, settled, still_wanted
from services.notifier.domain.closing import Closing, closing
from services.notifier.domain.contact import Contact, contact
from services.notifier.domain.fallback import Means, instead
from services.notifier.domain.notification import Notification, Wish
from services.notifier.domain.offers import offer
from services.notifier.wording import Wording
from shared.contracts import events as e
from shared.contracts.case import Case
from shared.contracts.vocabulary import Channel, Priority
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
from tests.unit.notifier.test_news import resolved

OFFER = e.CaseOffered(case_id="c_1", by=by(SATO), to=TANAKA, reason="夜間のため 髙﨑①㈱🔥")
OTHER = e.CaseOffered(case_id="c_1", by=by(SATO), to=ITO)
DECLINED = e.CaseDeclined(case_id="c_1", by=by(TANAKA))
REACHED: dict[str, Any] = {"phone": "+819000000103", "email": "tanaka@example.co.jp", "slack": "U0TANAKA"}


def reached(*kinds: str) -> Contact:
    return contact(TANAKA.id, TANAKA.name, "ja", **{k: REACHED[k] for k in kinds})


ALL = reached("phone", "email", "slack")


def open_case(priority: Priority = Priority.P1) -> Case:
    return told(case(priority=priority), assigned(SATO), took(SATO), OFFER)


def pages(contact: Contact | None = ALL, priority: Priority = Priority.P1) -> list[Wish]:
    return offer(open_case(priority), OFFER, uuid(5), contact)


def sent(wish: Wish) -> Notification:
    return notification(**{k: getattr(wish, k) for k in Wish.__dataclass_fields__})


@pytest.mark.parametrize(
    ("priority", "contact", "channels"),
    [
        ("P1", ALL, ["chat", "phone"]),
        ("P2", reached("phone", "email"), ["email", "phone"]),
        ("P3", ALL, ["chat"]),
        ("P4", reached("phone", "email"), ["email"]),
        ("P1", reached("email", "slack"), ["chat"]),
        ("P1", reached("phone"), ["phone"]),
        ("P4", reached("phone"), ["email"]),  # seen to fail, and nobody is rung up
        ("P1", None, ["email"]),
    ],
)
def test_an_offer_goes_by_the_quiet_channel_and_rings_only_when_urgent(
    priority: str, contact: Contact | None, channels: list[str]
) -> None:
    wishes = pages(contact, Priority(priority))
    assert [w.channel for w in wishes] == channels
    assert {(w.recipient, w.need, w.after) for w in wishes} == {(TANAKA.id, "own", 1)}
    assert len({w.id for w in wishes}) == len(wishes)
    again = offer(open_case(Priority(priority)), OFFER, uuid(6), contact)
    assert {w.id for w in again}.isdisjoint(w.id for w in wishes)


def test_it_says_who_asks_and_that_no_is_an_answer() -> None:
    (chat, phone) = pages()
    wording = Wording("Asia/Tokyo", "https://tasuki.example.jp/", "key")
    message = wording.message(sent(chat), ALL, NOW, link=False)
    assert message.subject.startswith("【P1 引き継ぎのお願い】#12")
    assert "佐藤 花子さんから、この案件の引き継ぎのお願いです" in message.text
    assert "夜間のため 髙﨑①㈱🔥" in message.text
    assert (message.button, message.link) == ("引き受ける", "")
    mail = wording.message(replace(sent(chat), channel=Channel.EMAIL), ALL, NOW)
    assert mail.link
    assert mail.link in mail.text
    said = wording.message(sent(phone), ALL, NOW).speech
    assert "佐藤 花子さんから、引き継ぎのお願いです" in said
    assert "引き継ぐには 1、見送るには 2" in said
    assert wording.speech("declined", sent(phone), "ja") == (
        "わかりました。案件番号 12 のことは、佐藤 花子さんにお伝えします。ありがとうございました。"
    )


def state_of(case: Case, page: Notification) -> tuple[bool, bool]:
    return still_wanted(case, page), settled(case, page)


WANTED, OVER = (True, False), (False, True)


def test_it_is_wanted_exactly_while_the_offer_stands() -> None:
    page, state = sent(pages()[0]), open_case()
    assert state_of(state, page) == WANTED
    noted = e.CaseNoted(case_id="c_1", by=by(SATO), text="x")
    climbed = assigned(ITO, round=2, cause="breached", after=1)
    going_on: list[e.Event] = [noted, took(SATO), took(ITO), climbed]
    for event in going_on:
        assert state_of(told(state, event), page) == WANTED, event
    reassigned = e.CaseReassigned(case_id="c_1", by=by(ITO), to=ITO)
    over: list[e.Event] = [took(TANAKA), DECLINED, OTHER, resolved(), reassigned]
    for event in over:
        assert state_of(told(state, event), page) == OVER, event
    again = told(state, DECLINED, OFFER)
    assert state_of(again, page) == OVER  # the first offer stays over
    assert state_of(again, replace(page, after=2)) == WANTED


@given(
    st.lists(st.sampled_from([OFFER, OTHER, DECLINED, took(TANAKA), took(SATO), resolved(), assigned(ITO, round=9)]))
)
def test_of_many_offers_one_page_at_most_is_wanted(story: list[e.Event]) -> None:
    state, sent_pages = told(case(), assigned(SATO), took(SATO)), []
    for event in story:
        before, state = state, told(state, event)
        if isinstance(event, e.CaseOffered) and state.offers > before.offers:
            sent_pages += [sent(w) for w in offer(state, event, uuid(state.offers), ALL)][:1]
        wanted = [p for p in sent_pages if still_wanted(state, p)]
        assert len(wanted) == (state.offered is not None)
        assert all(settled(state, p) != still_wanted(state, p) for p in sent_pages)


def test_who_accepts_has_the_case() -> None:
    page = sent(pages()[0])
    assert owner_after(open_case(), page, TANAKA) == TANAKA
    assert owner_after(told(open_case(), DECLINED), page, TANAKA) == SATO


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (took(TANAKA), Closing("taken", TANAKA.name)),
        (DECLINED, Closing("declined", TANAKA.name)),
        (OTHER, Closing("offered", ITO.name)),
        (e.CaseReassigned(case_id="c_1", by=by(ITO), to=ITO), Closing("taken", ITO.name)),
        (resolved(), Closing("resolved", SATO.name)),
    ],
)
def test_its_messages_end_with_the_truth(event: e.Event, expected: Closing) -> None:
    assert closing(told(open_case(), event), event) == expected


def test_what_cannot_be_delivered_goes_to_their_mail_and_to_nobody_else() -> None:
    (chat, phone) = (sent(w) for w in pages())
    catch_all = Means(open=tuple(Channel), used=(), catch_all=KNOWN[ITO.id])
    tried = [instead(n, ALL, catch_all) for n in (chat, phone)]
    assert [[(w.recipient, w.channel, w.content.what, w.need, w.after) for w in wishes] for wishes in tried] == [
        [(TANAKA.id, "email", "offered", "own", 1)]
    ] * 2
    assert tried[0][0].id == tried[1][0].id  # one mail
    for nowhere in (None, reached(), reached("phone", "email")):
        assert instead(phone, nowhere, catch_all) == []
    (mail,) = pages(None)
    assert instead(sent(mail), None, catch_all) == []
