"""What is reckoned for all candidates at once, against the same reckoned word by word; and what a search may not start."""

import subprocess
import sys

import numpy as np
import pytest

from services.knowledge.domain.features import aligned
from services.knowledge.domain.lexicon import Lexicon, Numbers
from services.knowledge.domain.postings import Points, Postings
from services.knowledge.search import load_vectors

NEAR = 0.35
WORDS = [
    "決済",
    "支払い",
    "返金",
    "猫",
    "犬",
    "電話",
    "連絡",
    "申請",
    "届出",
    "料金",
    "費用",
    "未知語xyz",
    "髙﨑㈱",
    "住所",
    "引っ越し",
    "転居",
]


def test_likeness_of_all_lists_at_once_is_that_of_each_word_with_each() -> None:
    lexicon, chance = Lexicon(load_vectors()), np.random.default_rng(7)
    numbers = lexicon.numbers(WORDS)
    lists = [numbers[:0], numbers[:1], *(chance.permutation(numbers)[: chance.integers(0, 9)] for _ in range(40))]
    terms, share = ("支払い", "転居", "電話", "誰も知らない語"), np.array([0.4, 0.3, 0.2, 0.1])

    def rarity(of: Numbers) -> Points:
        rare: Points = (1 + of % 5).astype(np.float64)
        return rare

    near, back, mean = aligned(lists, terms, share, lexicon, rarity)
    own, own_lengths = lexicon.vectors_of(terms)
    unit = own / own_lengths[:, None]
    centre = share @ unit
    for place, words in enumerate(lists):
        rows, lengths = lexicon.vectors(words)
        raw = rows / lengths[:, None] @ unit.T
        alike = np.where(raw > NEAR, raw, 0).astype(np.float64)
        for at, word in enumerate(words):
            for column, term in enumerate(terms):
                if lexicon.number_of(term) == word:
                    alike[at, column] = 1
        weight = rarity(words)
        total = max(float(weight.sum()), 1e-9)
        towards = rows @ centre / (lengths * np.sqrt((centre**2).sum()))
        assert near[place] == pytest.approx(float((alike.max(axis=0, initial=0) * share).sum()), abs=1e-5)
        assert back[place] == pytest.approx(float((alike.max(axis=1, initial=0) * weight).sum()) / total, abs=1e-5)
        assert mean[place] == pytest.approx(float((towards * weight).sum()) / total, abs=1e-5)


def test_one_record_scores_alone_what_it_scores_among_all() -> None:
    postings = Postings(1.2, 0.6)
    for count in range(1, 30):
        postings.add({"語": count, "他": 1}, 2 * count)
    slots, points = postings.scores("語", 0.7)
    assert [postings.score("語", 0.7, slot) for slot in slots.tolist()] == points.tolist()


def test_the_text_of_a_term_is_kept_once_for_all_records() -> None:
    postings = Postings(1.2, 0.6)
    for _ in range(3):
        postings.add({"".join(("髙", "﨑")): 1}, 1)
    assert len({id(term) for slot in range(3) for term in postings.held(slot)}) == 1


def test_a_search_starts_no_threads_of_its_own() -> None:
    code = (
        "import os; from services.knowledge.search import create_index; from services.knowledge.domain.ranking import Record\n"
        "from datetime import UTC, datetime\n"
        "index = create_index(); at = datetime(2026, 1, 1, tzinfo=UTC)\n"
        "[index.add(Record(str(n), at, f'設備 {n} 号機の点検', '弁を閉じる 申請 料金 連絡 ' * 9)) for n in range(300)]\n"
        "index.search('点検の手順と料金'); print(len(os.listdir('/proc/self/task')))"
    )
    env = {"PATH": "/usr/bin"}
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, env=env)
    assert done.stdout.strip() == "1"
