"""For whom a list of similar cases follows a page, where only one person reads it, and until when it is of use."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notifier.domain import masking, precedents
from services.notifier.domain.asked import still_wanted
from services.notifier.domain.contact import Address
from services.notifier.domain.content import Content, Precedent, dumps, loads
from services.notifier.domain.fallback import Means, instead
from services.notifier.domain.notification import DRILLED, Notification
from services.notifier.wording import Wording
from shared.contracts import events as e
from shared.contracts.addresses import CHATS
from shared.contracts.vocabulary import Channel, Purpose
from tests.unit.notifier.examples import ITO, KNOWN, NOW, SATO, TANAKA, assigned, by, case, notification, told, took

FOUND = (
    Precedent(31, "決済が失敗する", "証明書を更新", "決済できた", "監視を足す"),
    Precedent(27, "髙﨑①", "再起動", "", ""),
)
PAGE = notification(channel=Channel.CHAT, round=1)
ASKED = told(case(), assigned(SATO, TANAKA))


def sent(page: Notification = PAGE, alone: bool = True) -> Notification:
    """The list that follows a page, as it stands in the ledger."""
    w = precedents.wish(page, FOUND, alone)
    return notification(**{name: getattr(w, name) for name in w.__dataclass_fields__}, created_at=NOW)


@pytest.mark.parametrize(
    ("changed", "follows"),
    [
        ({}, True),
        *(({"channel": channel}, False) for channel in Channel if channel is not Channel.CHAT),
        ({"recipient": "team:payments"}, False),
        ({"purpose": Purpose.PROGRESS}, False),
        ({"bundled": True}, False),
        ({"content": replace(PAGE.content, drill=True)}, False),
    ],
)
def test_a_list_follows_a_page_by_chat_to_a_person_about_a_real_case(changed: dict[str, object], follows: bool) -> None:
    assert precedents.may_follow(replace(PAGE, **changed)) is follows  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kind", "value", "alone"),
    [
        ("slack", "U0SATO", True),
        ("slack", "C0PAYMENTS", False),
        ("slack", "G0PRIVATE", False),
        ("line", "U4af4980629", True),
        ("line", "C4af4980629", False),
        ("line_works", "sato@works", True),
        ("line_works", "channel:12345", False),
        ("chatwork", "1234567", False),
        ("teams", "https://example.com/hook", False),
    ],
)
def test_only_what_surely_leads_to_one_person_is_read_by_one(kind: str, value: str, alone: bool) -> None:
    assert precedents.is_alone(Address(kind, kind, value)) is alone


@given(st.sampled_from([*CHATS, "unheard-of"]), st.text(max_size=20))
def test_an_address_of_which_it_cannot_be_said_is_a_room(kind: str, value: str) -> None:
    alone = precedents.is_alone(Address(kind, kind, value))
    assert not alone or kind in ("slack", "line", "line_works")
    assert not precedents.is_alone(None)


def test_each_person_gets_one_for_a_case_and_it_goes_behind_everything() -> None:
    again = replace(PAGE, id=notification().id, round=2, after=1)
    assert precedents.wish(PAGE, FOUND, True).id == precedents.wish(again, FOUND[:1], False).id
    others = {precedents.wish_id(replace(PAGE, recipient=ITO.id)), precedents.wish_id(replace(PAGE, case_id="c_2"))}
    assert len(others | {precedents.wish_id(PAGE)}) == 3
    assert sent().rank > DRILLED + 43
    assert not sent().answerable


@pytest.mark.parametrize(
    "event",
    [took(TANAKA), took(SATO), e.CaseResolved(case_id="c_1", by=by(ITO), handling="x", result="x")],
    ids=["another took it", "they took it", "it is done"],
)
def test_it_is_wanted_as_long_as_its_person_is_asked(event: e.Event) -> None:
    assert sent().revocable
    assert still_wanted(ASKED, sent())
    assert not still_wanted(told(ASKED, event), sent())


def test_it_is_over_when_it_comes_late_or_where_others_would_read_it() -> None:
    person, room = Address("slack", "slack", "U0SATO"), Address("slack", "slack", "C0ROOM")
    for way, alone, minutes, over in (
        (person, True, 1, False),
        (person, True, 3, True),
        (room, True, 1, True),
        (None, True, 1, True),
        (room, False, 1, False),
        (room, False, 3, True),
    ):
        assert precedents.is_over(sent(alone=alone), way, NOW + timedelta(minutes=minutes)) is over
    assert not precedents.is_over(PAGE, None, NOW + timedelta(days=1))


@pytest.mark.parametrize("need", ["any", "all", "own"])
def test_nothing_takes_the_place_of_a_list_that_does_not_get_through(need: str) -> None:
    means = Means(frozenset(Channel), {Channel.CHAT}, KNOWN[ITO.id])
    assert instead(sent(replace(PAGE, need=need)), KNOWN[SATO.id], means) == []  # type: ignore[arg-type]


def test_it_is_kept_whole_and_what_an_older_release_wrote_has_none() -> None:
    assert loads(dumps(sent().content)) == sent().content
    assert loads(dumps(PAGE.content)).precedents == ()


def test_what_is_personal_in_it_is_masked_where_a_channel_is_not_safe() -> None:
    told_ = (Precedent(31, "山田 太郎", "090-1234-5678 に電話", "a@example.jp", ""),)
    hidden = masking.concealed(replace(sent().content, precedents=told_), ("山田 太郎",)).precedents
    assert "山田" not in hidden[0].title
    assert "1234" not in hidden[0].handling
    assert "example" not in hidden[0].result


def test_it_says_what_was_done_and_how_it_turned_out_in_the_language_of_the_reader() -> None:
    wording = Wording("Asia/Tokyo", "https://tasuki.example.jp/", "key")
    message = wording.message(sent(), KNOWN[SATO.id], NOW)
    assert message.subject == "【似た案件】#12 決済が全店舗で失敗する"
    for part in ("対応: 証明書を更新", "結果: 決済できた", "評価: 監視を足す", "https://tasuki.example.jp/cases/31"):
        assert part in message.text
    assert (message.button, message.link) == ("", "")
    english = wording.message(sent(), KNOWN[TANAKA.id], NOW)
    for part in ("[Similar cases] #12", "What was done: 証明書を更新", "Result: 決済できた", "Evaluation: 監視を足す"):
        assert part in f"{english.subject}\n{english.text}"
    assert isinstance(message.notification.content, Content)
