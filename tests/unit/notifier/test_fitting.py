"""Texts that are longer than a provider takes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notifier.domain.fitting import fit

LINK = "https://example.com/a/token"


@given(st.text(max_size=200), st.integers(0, 250))
def test_never_longer_than_the_room_and_unchanged_where_it_fits(text: str, room: int) -> None:
    short = fit(text, room)
    assert len(short) <= room
    assert (short == text) == (len(text) <= room)


@given(st.text(max_size=300), st.integers(len(LINK), 250))
def test_the_link_is_whole_wherever_it_stood(text: str, room: int) -> None:
    for whole in (f"{text}\n{LINK}", f"{LINK}\n{text}"):
        short = fit(whole, room, LINK)
        assert LINK in short
        assert len(short) <= room


@pytest.mark.parametrize("letter", ["が", "か\u3099", "🇯🇵", "👨‍👩‍👧‍👦", "髙\U000e0100"])
def test_a_letter_is_never_cut_in_two(letter: str) -> None:
    for room in range(1, 40):
        assert set(fit(letter * 40, room).removesuffix("…").split(letter)) == {""}


def test_a_link_that_fills_the_room_stands_alone() -> None:
    link = "https://tasuki.example.jp/c/1"
    assert fit("長" * 100 + link, len(link) + 1, link) == link
    assert fit("長" * 100 + link, len(link) + 2, link) == f"…\n{link}"
