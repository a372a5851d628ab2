"""A text that is too long is cut between letters, and its link stays whole."""

import regex  # type: ignore[import-untyped]
from hypothesis import given
from hypothesis import strategies as st

from services.notifier.domain.fitting import CUT, fit

LINK = "https://example.com/a/token"
LETTERS = st.text(st.sampled_from("髙﨑①㈱🔥👨‍👩‍👧１か゛\n a🇯🇵"), max_size=200)


def test_what_fits_stays_as_it_is() -> None:
    assert fit("髙﨑①㈱🔥", 5) == "髙﨑①㈱🔥"
    assert fit(f"a {LINK}", 100, LINK) == f"a {LINK}"


def test_a_link_that_is_cut_away_ends_the_text() -> None:
    assert fit("決済が失敗" * 20 + LINK, 40, LINK) == f"決済が失敗決済が失敗決{CUT}\n{LINK}"
    assert fit(f"{LINK} " + "決" * 100, 40, LINK) == f"{LINK} " + "決" * 11 + CUT


def test_a_family_is_one_letter() -> None:
    assert fit("火👨‍👩‍👧" * 3, 4) == f"火{CUT}"


@given(LETTERS, st.integers(0, 120), st.sampled_from(["", LINK]))
def test_it_never_has_more_than_there_is_room_for_and_only_whole_letters(text: str, room: int, keep: str) -> None:
    short = fit(text, room, keep)
    assert len(short) <= max(room, len(keep))
    if len(text) <= room:
        assert short == text
    elif not keep and room:
        begun = short.removesuffix(CUT)
        assert short.endswith(CUT)
        assert regex.findall(r"\X", text)[: len(regex.findall(r"\X", begun))] == regex.findall(r"\X", begun)
