"""Curated groups of words and phrases that mean the same on a support desk."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from services.knowledge.domain.tokens import Analyser, Token


@dataclass(frozen=True, slots=True)
class Mention:
    """A group named by tokens[start:end] of a text."""

    group: str
    start: int
    end: int


class Synonyms:
    """Groups as token sequences, found in any tokenised text."""

    def __init__(self, text: str, analyser: Analyser) -> None:
        """Read one group a line, members separated by " | "; "#" starts a comment.

        Raises ValueError naming the line.
        """
        self._by_first: dict[str, list[tuple[tuple[str, ...], str]]] = defaultdict(list)
        self.words: dict[str, str] = {}  # members of one word, with their reading
        for number, line in enumerate(text.splitlines(), 1):
            if not line.strip() or line.startswith("#"):
                continue
            members = [member.strip() for member in line.split("|")]
            if len(members) < 2 or not all(members):
                raise ValueError(f"line {number}: a group needs two or more words separated by |")
            for member in members:
                tokens = analyser.tokens(member)
                self._add(members[0], _keys(tokens))
                self.words |= {token.term: token.reading for token in tokens[:1] if token.content and len(tokens) == 1}

    def _add(self, group: str, keys: Sequence[tuple[int, str]]) -> None:
        phrase = tuple(key for _, key in keys)
        if phrase and (phrase, group) not in self._by_first[phrase[0]]:
            self._by_first[phrase[0]].append((phrase, group))

    def groups_of(self, term: str) -> list[str]:
        """The groups that a single word stands for."""
        return [group for phrase, group in self._by_first.get(term, ()) if len(phrase) == 1]

    def mentions(self, tokens: Sequence[Token]) -> Iterator[Mention]:
        """Every group named in the tokens, in order of place; a place may name several."""
        keys = _keys(tokens)
        for at, (place, key) in enumerate(keys):
            for phrase, group in self._by_first.get(key, ()):
                here = keys[at : at + len(phrase)]
                if tuple(word for _, word in here) == phrase:
                    yield Mention(group, place, here[-1][0] + 1)


def _keys(tokens: Sequence[Token]) -> list[tuple[int, str]]:
    # Particles and polite endings are passed over: 支払いができません names the groups of 支払い and of できない.
    return [(place, token.term) for place, token in enumerate(tokens) if not token.polite]
