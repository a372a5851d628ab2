"""The figures of the search benchmark, checked by hand on small answers."""

from math import log2

import pytest

from bench.romanising import romanised
from bench.search import judge, record
from services.knowledge.domain.tokens import Analyser


def test_figures_of_one_answer() -> None:
    figures = judge(["x", "a", "b"], {"a": 2, "b": 1, "c": 1})
    assert (figures["P@1"], figures["SR@5"], figures["MRR@10"]) == (0, 1, 0.5)
    assert figures["R@10"] == pytest.approx(2 / 3)
    assert figures["nDCG@10"] == pytest.approx((3 / log2(3) + 1 / 2) / (3 + 1 / log2(3) + 1 / 2))


def test_nothing_found_is_zero() -> None:
    assert set(judge([], {"a": 1}).values()) == {0.0}


def test_a_pair_becomes_title_and_handling_and_plain_text_keeps_its_first_line() -> None:
    pair = record("1", "Question: 何時まで？\nAnswer: ■五時まで。\n")
    assert (pair.title, pair.handling) == ("何時まで？", "■五時まで。\n")
    plain = record("2", "Opening hours\nUntil five.")
    assert (plain.title, plain.problem) == ("Opening hours", "Until five.")


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("hepburn", "tōroku no gen'in o 18 toshi no jūsho e vpn pātī"),
        ("kunrei", "tôroku no gen'in o 18 tosi no zyûsyo e vpn pâtî"),
        ("bare", "toroku no genin o 18 toshi no jusho e vpn pati"),
        ("method", "tourokunogenninnwo 18 toshinojuushohe vpn pa-thi-"),
        ("loud", "TOUROKUNO GENINWO 18 TOSHINO JUUSHOHE vpn PAATII"),
    ],
)
def test_a_question_in_letters_as_people_of_one_habit_type_it(analyser: Analyser, kind: str, text: str) -> None:
    assert romanised("登録の原因を、18歳の住所へ　VPN　パーティー", kind, analyser) == text
