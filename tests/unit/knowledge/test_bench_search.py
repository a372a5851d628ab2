"""The figures of the search benchmark, checked by hand on small answers."""

from math import log2

import pytest

from bench.search import judge, record


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
