"""Who looks after the installation, or a source of it, is told once an hour or day, in a way that they have."""

from datetime import timedelta

import pytest

from services.notifier.domain import alarm, roll, troubled
from services.notifier.domain.contact import contact
from services.notifier.domain.notification import Notification
from services.notifier.domain.short_links import LETTERS, address, read
from services.notifier.domain.standing import standing
from services.notifier.domain.twiml import reply
from shared.contracts import events as e
from shared.contracts.plan import Reason
from shared.contracts.vocabulary import Channel, DeadlineName, Track
from tests.unit.notifier.examples import (
    ITO,
    KNOWN,
    NOW,
    SATO,
    TANAKA,
    WHY,
    assigned,
    case,
    notification,
    told,
    took,
    uuid,
)
from tests.unit.notifier.test_explained import ZONE

PHONE, SMS, CHAT, EMAIL = Channel.PHONE, Channel.SMS, Channel.CHAT, Channel.EMAIL
OWNER, ENGLISH = KNOWN[SATO.id], KNOWN[TANAKA.id]
HOUR = timedelta(hours=1)


def test_a_provider_that_refuses_us_is_told_by_all_others_once_an_hour() -> None:
    first, later, again = (
        alarm.wishes("provider", "twilio", PHONE, "401", OWNER, set(Channel) - {SMS}, NOW + more)
        for more in (timedelta(), HOUR - timedelta(seconds=1), HOUR)
    )
    assert [w.channel for w in first] == [CHAT, EMAIL]
    assert [w.id for w in later] == [w.id for w in first]
    assert not {w.id for w in again} & {w.id for w in first}
    assert [w.channel for w in alarm.wishes("provider", "twilio", PHONE, "401", OWNER, {PHONE}, NOW)] == [PHONE]


def test_the_list_of_whom_nothing_reaches_is_one_quiet_message_in_the_reader_s_language() -> None:
    missed = [(KNOWN[ITO.id], WHY)]
    ja, en = (roll.wish(missed, owner, {PHONE, EMAIL}, NOW.date()) for owner in (OWNER, ENGLISH))
    assert ja is not None
    assert en is not None
    assert (ja.channel, ja.content.text, en.content.text) == (
        EMAIL,
        "・伊藤 さくらさん：当番のため",
        "- 伊藤 さくら: on duty",
    )
    assert roll.wish([], OWNER, {EMAIL}, NOW.date()) is None
    assert roll.wish(missed, OWNER, {PHONE}, NOW.date()) is None  # it is worth no call


@pytest.mark.parametrize("more", [0, 1])
def test_the_list_has_an_end_and_says_how_many_are_left_out(more: int) -> None:
    wish = roll.wish([(KNOWN[ITO.id], WHY)] * (roll.MOST_NAMES + more), ENGLISH, {EMAIL}, NOW.date())
    assert wish is not None
    assert wish.content.text.count("on duty") == roll.MOST_NAMES
    assert wish.content.text.endswith("… and 1 more") == bool(more)


def test_a_troubled_source_is_told_to_the_first_who_has_a_quiet_way_once_an_hour() -> None:
    event = e.SourceTroubled(
        source="s1", name="監視", what="delivery", owner="", reason=Reason(ja="不明", en="unclear")
    )
    asked = (None, contact(ITO.id, ITO.name, phone="+819000000106"), ENGLISH, OWNER)
    first, later, again = (
        troubled.wish(event, NOW + more, asked) for more in (timedelta(), HOUR - timedelta(seconds=1), HOUR)
    )
    assert first is not None
    assert later is not None
    assert again is not None
    assert (first.recipient, first.channel, first.content.text) == (TANAKA.id, EMAIL, "unclear")
    assert later.id == first.id != again.id
    assert troubled.wish(event, NOW, asked[:2]) is None


@pytest.mark.parametrize(
    ("n", "late"),
    [
        (notification(), False),
        (notification(attempts=2), True),
        (notification(round=2), True),
        (notification(round=2, track=Track.AUTHORITY), False),
        (notification(round=3, track=Track.AUTHORITY), True),
        (notification(round=2, channel=CHAT), False),
        (notification(round=2, held_by=uuid(1)), False),
        (notification(round=2, need="own"), False),
        (notification(round=2, recipient="team:payments"), False),
    ],
)
def test_a_call_is_late_that_rings_for_somebody_not_among_the_first_or_once_more(n: Notification, late: bool) -> None:
    assert n.late is late


def test_a_reporter_reads_how_it_stands() -> None:
    asked = told(case(), assigned(SATO, TANAKA))
    first, update = standing(asked, "ja", ZONE, NOW)
    assert first == "佐藤 花子さん、田中 実さんに連絡しています"
    assert "13:05" in update
    later = e.DeadlineSet(name=DeadlineName.FIRST_RESPONSE, generation=1, due=NOW + HOUR, since=NOW + HOUR / 2)
    waiting = told(case(), assigned(SATO, deadlines=(later,)))
    assert standing(waiting, "en", ZONE, NOW)[0].startswith("To be asked, ")
    assert standing(waiting, "en", ZONE, NOW + HOUR / 2) == [
        "Being asked: 佐藤 花子",
        standing(waiting, "en", ZONE, NOW)[1],
    ]
    assert standing(waiting, "en", ZONE, NOW + HOUR) == ["Being asked: 佐藤 花子"]
    assert standing(told(asked, took(SATO)), "en", ZONE, NOW)[0] == "Who has it: 佐藤 花子"
    known = told(asked, assigned(ITO, round=2, track=Track.AUTHORITY), took(ITO))
    assert standing(known, "ja", ZONE, NOW)[0] == "佐藤 花子さん、田中 実さんに連絡しています"
    assert standing(None, "ja", ZONE, NOW) == ["担当者を探しています"]


def test_a_text_message_is_answered_or_not_at_all_and_its_link_is_ours() -> None:
    assert "<Message>1 &lt; 2</Message>" in reply("1 < 2")
    assert "Message" not in reply("")
    link = address("https://tasuki.example.jp/", "key", uuid(7))
    assert link.startswith("https://tasuki.example.jp/callbacks/l/")
    assert read("key", link[-LETTERS:]) == uuid(7)
