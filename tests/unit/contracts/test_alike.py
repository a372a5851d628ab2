"""What two services call the same trouble: by products and words, whichever of the two reports comes first."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts.alike import Gist, alike, gist

WORDS = st.text(st.sampled_from("決済端末 ログインできない請求書の髙﨑①㈱🔥abc"), max_size=60)
PRODUCTS = st.sampled_from(["", "POS", "ＰＯＳ", "会計"])
GISTS = st.builds(gist, PRODUCTS, WORDS, WORDS)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (("", "レジでカード決済ができない", ""), ("", "カード決済がレジでできませんと言われた", ""), True),
        (("", "領収書の宛名を変えてほしい", ""), ("", "カード決済がレジでできません", ""), False),
        (("POS", "レジでカード決済ができない", ""), ("会計", "レジでカード決済ができない", ""), False),
        (("ＰＯＳ", "カードで決済ができないとの申告", ""), ("pos", "レジでカード決済ができません", ""), True),
        (("", "カードで決済ができないとの申告", ""), ("", "レジでカード決済ができません", ""), False),
    ],
)
def test_the_same_trouble_by_examples(one: tuple[str, ...], other: tuple[str, ...], same: bool) -> None:
    assert alike(gist(*one), gist(*other)) is same


@given(GISTS, GISTS)
def test_it_is_the_same_whichever_comes_first(one: Gist, other: Gist) -> None:
    assert alike(one, other) is alike(other, one)


@given(GISTS)
def test_what_says_anything_is_like_itself(one: Gist) -> None:
    assert alike(one, one) is (len("".join(one.said.split())) > 1)


@given(WORDS, WORDS)
def test_another_product_is_never_the_same_trouble(title: str, facts: str) -> None:
    assert not alike(gist("POS", title, facts), gist("会計", title, facts))
