"""What stands on a board, in which order, and what a filter leaves; the draft of a review."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.domain import board, postmortem
from services.intake.domain.access import Facts
from services.intake.domain.board import Item, Wanted
from shared.contracts.plan import Person
from shared.contracts.vocabulary import DeadlineName, Priority, Status

NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)
MAI = Person(id="mai", name="麻衣")
ONE = Item(
    id="c_1", number=1, headline="髙﨑①㈱🔥", status=Status.RECEIVED, priority=Priority.P3, path=None, team="sre", level=1,
    owner=None, offered=None, asked=(), waiting="", linked=False, deadline=None, due=NOON + timedelta(hours=1), breached=None,
    created_at=NOON, words=board.folded("髙﨑①㈱🔥 １２３"), version="0", facts=Facts("sre", "crm", "", False, (), ()),
)  # fmt: skip
OWNED = replace(ONE, owner=MAI, status=Status.IN_PROGRESS)
PAST = NOON - timedelta(minutes=1)


def test_late_and_free_comes_first_then_late_then_free_then_what_goes_its_way() -> None:
    cases = [
        replace(ONE, due=PAST, number=1),
        replace(OWNED, breached=DeadlineName.RESOLUTION, number=2),
        replace(ONE, priority=None, number=3),
        replace(ONE, priority=Priority.P1, due=NOON + timedelta(hours=9), number=4),
        replace(ONE, number=5),
        replace(OWNED, number=6),
        replace(OWNED, waiting="x", due=None, number=7),
        replace(ONE, linked=True, due=None, number=8),
    ]
    backwards = cases[::-1]
    order = sorted(backwards, key=lambda one: board.rank(one, NOON))
    assert [one.number for one in order] == [1, 2, 3, 4, 5, 6, 7, 8]


@given(st.lists(st.sampled_from([ONE, OWNED, replace(ONE, due=PAST), replace(OWNED, due=PAST)]), max_size=8))
def test_nothing_in_time_stands_before_what_is_late(cases: list[Item]) -> None:
    order = sorted(cases, key=lambda one: board.rank(one, NOON))
    late = [one.is_late(NOON) for one in order]
    assert late == sorted(late, reverse=True)


@pytest.mark.parametrize(
    ("query", "fitting"),
    [
        ({}, True),
        ({"team": "sre", "priority": "P3", "status": "received", "who": "none"}, True),
        ({"who": "me"}, False),
        ({"late": "1"}, False),
        ({"q": "123"}, True),
        ({"q": "㈱"}, True),
        ({"q": "x"}, False),
        ({"priority": "P9", "who": "you", "late": "2", "status": "gone"}, True),
        ({"team": "\x00sre "}, True),
    ],
)
def test_a_filter_leaves_what_was_asked_for(query: dict[str, str], fitting: bool) -> None:
    assert board.fits(ONE, board.wanted(query), "mai", NOON) is fitting


def test_what_is_offered_to_me_is_mine_too_and_what_is_done_is_not_open() -> None:
    mine = Wanted(who="me")
    assert board.fits(replace(ONE, offered=MAI), mine, "mai", NOON)
    assert board.fits(OWNED, mine, "mai", NOON)
    assert not board.fits(replace(OWNED, status=Status.DONE), mine, "mai", NOON)


@given(st.builds(Wanted, st.text(max_size=9), st.sampled_from(["", *Priority]), q=st.text(max_size=9)))
def test_a_filter_is_its_address(wanted: Wanted) -> None:
    read = board.wanted(dict(parse_qsl(wanted.query())))
    assert board.wanted(dict(parse_qsl(read.query()))) == read


@pytest.mark.security
@pytest.mark.parametrize("text", ["# a", "- b", "1. c", "[x](javascript:y)", "<script>", "`d`", "*e*", "a\n- b"])
def test_what_people_wrote_becomes_no_markup(text: str) -> None:
    shown = postmortem.plain(text)
    assert all(f"\\{mark}" in shown for mark in text if mark in "#[]<>`*") or "\\" in shown
    assert shown.replace("\\", "") == text


def test_an_address_of_the_board_keeps_what_was_wanted_and_leaves_out_the_rest() -> None:
    query = Wanted(team="sre", q="髙﨑①㈱🔥").query(priority="P1", team="")
    assert dict(parse_qsl(query)) == {"priority": "P1", "q": "髙﨑①㈱🔥"}


def test_of_what_is_late_what_nobody_has_comes_first_however_important_the_other_is() -> None:
    free = replace(ONE, due=PAST, priority=Priority.P4, number=2)
    taken = replace(OWNED, breached=DeadlineName.RESOLUTION, priority=Priority.P1, number=1)
    assert board.rank(free, NOON) < board.rank(taken, NOON)
