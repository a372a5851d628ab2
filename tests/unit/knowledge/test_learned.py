"""The parts of the learned ranking: trees, word vectors, what is known of a question."""

from zlib import crc32

import numpy as np
import pytest

from services.knowledge.domain.asking import grams, kind_of, sentences
from services.knowledge.domain.lexicon import Lexicon, Vectors
from services.knowledge.domain.trees import Trees
from services.knowledge.search import load_trees, load_vectors


def test_trees_add_up_the_leaves_that_a_row_falls_into() -> None:
    #   tree 0: a ≤ 0.5 → −1, else b ≤ 2 → 3, else 5;   tree 1: a leaf of 10
    trees = Trees(
        names=np.array(["a", "b"]),
        roots=np.array([0, 5], np.int32),
        column=np.array([0, 0, 1, 0, 0, 0], np.int16),
        threshold=np.array([0.5, 0, 2, 0, 0, 0], np.float32),
        left=np.array([1, 1, 3, 3, 4, 5], np.int32),
        right=np.array([2, 1, 4, 3, 4, 5], np.int32),
        value=np.array([0, -1, 0, 3, 5, 10], np.float32),
        depth=np.array(2, np.int32),
    )
    table = np.array([[0.5, 9], [0.6, 2], [0.6, 2.1]], np.float32)
    assert trees.score(table).tolist() == [9, 13, 15]


def test_the_shipped_ranking_knows_no_word() -> None:
    assert not [name for name in load_trees().names if not name.isascii()]


def test_words_are_alike_by_meaning_and_unknown_ones_like_nothing() -> None:
    lexicon = Lexicon(load_vectors())
    rows, lengths = lexicon.vectors_of(["決済", "支払い", "猫", "未知語xyz"])
    alike = (rows @ rows.T) / (lengths[:, None] * lengths[None, :])
    assert alike[0, 1] > 0.5 > alike[0, 2]
    assert not rows[3].any()


def test_a_number_is_given_once_and_vectors_follow_it() -> None:
    words = np.array(sorted([crc32("猫".encode())]), np.uint32)
    lexicon = Lexicon(Vectors(words, np.array([0], np.uint16), np.array([[3, 4]], np.int8)))
    assert lexicon.numbers(["犬", "猫", "犬"]).tolist() == [0, 1, 0]
    assert lexicon.number_of("鳥") == -1
    rows, lengths = lexicon.vectors(np.array([1, 0], np.uint32))
    assert (rows.tolist(), lengths.tolist()) == ([[3, 4], [0, 0]], [5, 1])


@pytest.mark.parametrize(
    ("text", "alike"),
    [("申請の方法", "how to apply"), ("料金はいくら", "how much is the fee"), ("財布をなくした", "lost my wallet")],
)
def test_japanese_and_english_ask_for_the_same_thing(text: str, alike: str) -> None:
    assert kind_of(text) & kind_of(alike)


def test_a_text_has_at_least_one_sentence() -> None:
    assert sentences("") == [""]
    assert sentences("困った。どうする？\n至急！") == ["困った", "どうする", "至急"]


def test_grams_stay_inside_runs_of_one_script() -> None:
    assert grams("転入届をウェブで") == ["転入", "入届", "転", "入", "届", "ウェ", "ェブ"]
