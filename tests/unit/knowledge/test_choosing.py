"""Of words that are heard alike the one is meant that stands with the others, and to find it costs no more for a long question."""

from collections.abc import Sequence

from services.knowledge.domain.choosing import Choice, chosen
from services.knowledge.domain.postings import Gathered, Points, Postings, Slots


class Read(Postings):
    """Postings that count how many of their entries are read."""

    entries = 0

    def gathered(self, terms: Sequence[str], factors: Points) -> Gathered:
        found = super().gathered(terms, factors)
        self.entries += len(found.slots)
        return found

    def slots_of(self, term: str) -> Slots:
        found = super().slots_of(term)
        self.entries += len(found)
        return found


def test_the_records_of_a_word_are_read_once_however_long_the_question_is() -> None:
    read, pairs = [], Postings(1.2, 0.3)
    for times in (1, 6):
        whole = Read(1.2, 0.3)
        for number in range(300):
            whole.add({f"word{number % 7}": 1, "申請": 1, "神聖": 1, "新生": 1}, 4)
        words = [Choice(f"ゴ{number}", ((f"word{number}", 6.0),)) for number in range(7)]
        alike = Choice("シンセイ", (("神聖", 6.0), ("申請", 6.1), ("新生", 6.2)))
        assert len(list(chosen([*words, alike] * times, [], whole, pairs))) == 8 * times
        read.append(whole.entries)
    assert read[1] < 2 * read[0]
