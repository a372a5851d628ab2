"""What was found, as a page shows it."""

from hypothesis import given
from hypothesis import strategies as st

from services.intake.domain.found import Wanted, excerpt, pieces, wanted


def marked(text: str, *words: str) -> list[str]:
    """The marked pieces of a text."""
    return [part for part, hit in pieces(text, words) if hit]


def test_words_are_marked_in_any_case_width_and_kana() -> None:
    assert marked("ＰＣの画面がマッシロになる。pcを再起動", "PC", "まっしろ") == ["ＰＣ", "マッシロ", "pc"]
    assert marked("決済端末", "決済", "端末") == ["決済端末"], "what touches is one piece"
    assert marked("㈱髙﨑①🔥", "(株)", "1") == ["㈱", "①"], "one letter that stands for several is marked as a whole"
    assert marked("a.c abc", "a.c", "") == ["a.c"], "a word is no pattern"


@given(st.text(), st.lists(st.text(max_size=5)), st.integers(1, 200))
def test_nothing_of_a_text_is_changed_or_lost_by_marking_it(text: str, words: list[str], longest: int) -> None:
    assert "".join(part for part, _ in pieces(text, words)) == text
    shown = "".join(part for part, _ in excerpt(text, words, longest)).strip("…")
    assert len(shown) <= longest
    assert shown in " ".join(text.split()) or "…" in text


def test_an_excerpt_is_of_where_the_word_stands() -> None:
    text = f"{'前' * 300}再起動{'後' * 300}"
    parts = excerpt(text, ["再起動"], 60)
    assert (parts[0][0], parts[-1][0], [part for part, hit in parts if hit]) == ("…", "…", ["再起動"])
    assert excerpt("短い 文", []) == [("短い 文", False)]
    assert "".join(part for part, _ in excerpt(text, ["ない"], 60)) == f"{'前' * 60}…"


def test_a_filter_is_its_address_and_what_is_no_choice_is_not_asked() -> None:
    given_ = {"q": " 決済\x00 ", "form": "case", "kind": "nonsense", "in": "en", "product": "P&1"}
    asked = wanted(given_)
    assert asked == Wanted("決済", "case", "", "P&1", "en")
    assert asked.query(form="") == "q=%E6%B1%BA%E6%B8%88&product=P%261&in=en"
    assert asked.parameters() == {"q": "決済", "form": "case", "product": "P&1", "language": "en"}
    assert len(wanted({"q": "あ" * 10_000}).q) == 2000
