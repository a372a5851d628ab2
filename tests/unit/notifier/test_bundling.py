"""Digests: whoever gets much gets it together; nothing urgent waits, nothing is left out, nothing waits too long."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notifier.domain.bundling import (
    GAPS,
    LATER,
    LONGEST_TEXT,
    SOON,
    WINDOW,
    Lately,
    content,
    digest_at,
    line,
    variants,
)
from services.notifier.domain.content import CaseLine
from services.notifier.domain.notification import Notification, rank
from services.notifier.wording import Wording
from shared.contracts.links import read_link
from shared.contracts.vocabulary import Channel, Priority, Purpose, Status
from tests.unit.notifier.examples import KNOWN, NOW, SATO, assigned, case, notification, told, took, uuid

WORDING = Wording("Asia/Tokyo", "https://tasuki.example.jp", "key")
MINUTE = timedelta(minutes=1)
P = st.sampled_from(Priority)
MOMENTS = st.none() | st.integers(0, 3000).map(lambda s: NOW + timedelta(seconds=s))
LATELY = st.builds(
    Lately, st.integers(0, 9), st.integers(0, 9), MOMENTS,
    st.lists(st.integers(1, 1800), max_size=2).map(lambda s: tuple(NOW - timedelta(seconds=x) for x in sorted(s, reverse=True))),
)  # fmt: skip


def page(
    priority: Priority = Priority.P3, channel: Channel = Channel.CHAT, due: datetime | None = None
) -> Notification:
    """A page of this priority."""
    n = notification(rank=rank(priority, Purpose.PAGE), channel=channel)
    return replace(n, content=replace(n.content, due=due, priority=str(priority)))


@given(P, st.sampled_from(Channel), MOMENTS, LATELY)
def test_the_urgent_and_tickets_never_wait_and_the_others_never_too_long(
    priority: Priority, channel: Channel, due: datetime | None, lately: Lately
) -> None:
    wish = page(priority, channel, due)
    at = digest_at(wish, NOW, lately)
    if priority is Priority.P1 or channel is Channel.TICKET or not lately.after:
        assert at is None
    if at is None:
        return
    assert NOW <= at <= NOW + GAPS[-1]
    if due is not None:
        assert at <= max(NOW + SOON, NOW + (due - NOW) / 2)
    if lately.waiting:
        assert at <= lately.waiting


@given(P, st.integers(1, 9), st.integers(2, 60))
def test_of_many_at_once_so_many_come_by_themselves_and_all_others_at_one_moment(
    priority: Priority, after: int, count: int
) -> None:
    lately, planned = Lately(after, 0), []
    for _ in range(count):
        planned.append(digest_at(page(priority), NOW, lately))
        lately = lately.with_one(planned[-1])
    single = planned.count(None)
    assert single == (count if priority is Priority.P1 else min(count, after))
    assert len(set(planned) - {None}) <= 1


def test_the_first_digest_comes_soon_the_next_after_5_and_15_minutes() -> None:
    first = Lately(5, 5)
    assert digest_at(page(Priority.P2), NOW, first) == NOW + SOON
    assert digest_at(page(Priority.P3), NOW, first) == NOW + LATER
    assert digest_at(page(Priority.P4), NOW, first) == NOW + LATER
    once = Lately(5, 5, digests=(NOW - MINUTE,))
    assert digest_at(page(), NOW, once) == NOW + 4 * MINUTE
    twice = Lately(5, 5, digests=(NOW - 6 * MINUTE, NOW - MINUTE))
    assert digest_at(page(), NOW, twice) == NOW + 14 * MINUTE
    assert digest_at(page(due=NOW + 10 * MINUTE), NOW, twice) == NOW + 5 * MINUTE


def test_four_messages_are_no_storm_and_nobody_gets_two_calls_at_once() -> None:
    assert digest_at(page(), NOW, Lately(5, 4)) is None
    assert digest_at(page(Priority.P2, Channel.PHONE), NOW, Lately(5, 0)) is None
    assert digest_at(page(Priority.P2, Channel.PHONE), NOW, Lately(5, 1)) == NOW + SOON
    assert digest_at(page(Priority.P1, Channel.PHONE), NOW, Lately(5, 9)) is None
    assert digest_at(page(), NOW, Lately(0, 900)) is None


def lines(count: int, headline: str = "帳票の 髙﨑①㈱🔥 が □ になる") -> list[tuple[CaseLine, tuple[str, ...]]]:
    """So many cases with the names of their customers."""
    due = NOW + timedelta(hours=2)
    made = [
        CaseLine(f"c_{i:026}", 10_000 + i, headline, "P3", Status.RECEIVED, "", due, 1, "page") for i in range(count)
    ]
    return [(one, ()) for one in made]


@pytest.mark.parametrize("room", [19_000, 20_000, 100_000, 10**7])
def test_five_hundred_stand_in_one_message_where_there_is_room(room: int) -> None:
    message = WORDING.digest(notification(channel=Channel.CHAT), KNOWN[SATO.id], NOW, lines(500), room=room)
    assert len(message.subject) + len(message.text) <= room
    assert all(f"#{10_000 + i}" in message.text for i in range(500))
    assert "500 件" in message.subject
    assert message.button == message.link == ""
    assert "/digests/" in message.text
    assert message.text.count("/a/") == (500 if room == 10**7 else 0)


@pytest.mark.parametrize("room", [1_900, 3_800, 4_500])
def test_where_there_is_little_room_the_page_lists_the_rest_and_the_message_says_how_many(room: int) -> None:
    message = WORDING.digest(notification(id=uuid(7)), KNOWN[SATO.id], NOW, lines(500, "長" * 200), room=room)
    shown = message.text.count("・#")
    assert len(message.subject) + len(message.text) < room
    assert shown > 5
    assert f"ほか {500 - shown} 件" in message.text
    token = message.text.split("/digests/")[1].split()[0]
    link = read_link("key", token, NOW)
    assert link is not None
    assert (link.case_id, link.person.id) == (f"digest:{uuid(7)}", SATO.id)


def test_few_have_a_link_each_and_a_team_gets_none() -> None:
    mine = WORDING.digest(notification(), KNOWN[SATO.id], NOW, lines(3))
    assert mine.text.count("/a/") == 3
    team = WORDING.digest(notification(recipient="team:payments"), KNOWN["team:payments"], NOW, lines(3))
    assert team.text.count("/a/") == 0


def test_one_call_says_how_many_there_are_and_the_first_of_them_with_personal_data_masked() -> None:
    cases = [(one, ("山田 太郎",)) for one, _ in lines(12, "山田 太郎様 090-1234-5612 の件")]
    message = WORDING.digest(notification(channel=Channel.PHONE), KNOWN[SATO.id], NOW, cases)
    assert "12 件" in message.speech
    assert "案件番号 12" in message.speech
    assert "1、" in message.speech
    assert "1234" not in message.speech + message.text
    assert "太郎" not in message.speech + message.text


def test_a_digest_says_in_which_time_there_was_so_much_and_its_shortest_list_has_short_titles() -> None:
    many = tuple(one for one, _ in lines(2, "長" * 21))
    minutes = WINDOW // MINUTE
    assert content(notification(), many).reasons[0][0].startswith(f"{minutes}分間")
    assert f"within {minutes} minutes" in content(notification(), many).reasons[0][1]
    assert [c.headline for c in variants(many)[-1][1]] == ["長" * 19 + "…"] * 2
    whole = tuple(one for one, _ in lines(1, "長" * 20))
    assert variants(whole)[-1][1][0].headline == "長" * 20


def test_a_line_of_a_digest_says_how_its_case_stands_by_now() -> None:
    n = replace(page(), content=replace(page().content, text="長" * (LONGEST_TEXT + 1), number=12))
    asked, taken = line(n, case()), line(n, told(case(), assigned(SATO), took(SATO)))
    assert (asked.status, asked.owner, asked.round, asked.number) == (case().status, "", 1, 12)
    assert (taken.status, taken.owner) == (Status.IN_PROGRESS, SATO.name)
    assert asked.text == "長" * LONGEST_TEXT + "…"
    assert line(replace(n, recipient="team:payments"), None).round == 0
