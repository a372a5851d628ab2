"""Kana without word borders cut into words at the least cost, as an input method does it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from math import inf, log

from services.knowledge.domain.kana import heard_from
from services.knowledge.domain.tokens import Token
from services.knowledge.domain.vocabulary import Vocabulary, stands_between

_LONGEST = 16  # kana of one word
_GOES_ON = frozenset("ァィゥェォャュョヮー")  # nothing begins with these
# What a piece costs: about as many bits of surprise as it is worth; measured with bench.search.
_WORD, _RARE, _LONE, _MISHEARD = 6.0, 0.4, 4.0, 3.0
_GENERAL, _EMPTY, _ENDING, _TAIL, _LEFT = 11.0, 5.0, 4.0, 2.5, 13.0
_OPENING, _JOINED = 6.0, 1.0  # a particle that opens a sentence; word upon word
_AGAIN, _AND_AGAIN = 4.0, 1.5  # after what stands between words another such, of one kana or of more
_BESIDE = 4.0  # what two words are cheaper that stand beside each other in a title
_MOST_SAVED = _BESIDE + _LONE
_TORN = 4.0  # what the dictionary found beside other words than it thought
_UNSPACED = 1.5  # a word that begins after a particle where no space was typed
_ACROSS, _ACROSS_TAIL = 4.0, 0.5  # what goes on across a space
_OPENERS = 3  # kana of what may open a sentence although it stands between words: どこで; the dictionary's may have two
_PAIRED = 4  # terms of a piece that are looked for beside those of another
_ALIKE = 16  # terms of a piece at most: of words that are heard alike, those of most records


@dataclass(frozen=True, slots=True)
class Run:
    """Katakana; before which of them the writer left a space, if any were left at all; whether a sentence begins with it."""

    kana: str
    spaces: frozenset[int] = frozenset()
    opens: bool = True


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a run: its place, and the terms of the archive that it may stand for with what each costs, cheapest first.

    Without terms it is what stands between words (`tail`), a word of the dictionary (`general`), or cannot be read (`left`).
    `inside` is where spaces were typed, but not before it.
    """

    start: int
    end: int
    terms: tuple[tuple[str, float], ...] = ()
    general: bool = False
    left: bool = False
    tail: bool = False
    inside: bool = False
    cost: float = 0.0


@dataclass(frozen=True, slots=True)
class Costs:
    """What is known of the words of an archive: how many of its records hold a word, how many titles two beside each other."""

    holders: Callable[[str], int]
    records: int
    pairs: Callable[[str], int]

    def of(self, term: str) -> float:
        """What a word costs, the rarer the more."""
        return _WORD + _RARE * log((self.records + 1) / (self.holders(term) + 1))

    def are_beside(self, one: Piece, other: Piece) -> bool:
        before, after = one.terms[:_PAIRED], other.terms[:_PAIRED]
        return any(self.pairs(f"{term}\t{next_}") for term, _ in before for next_, _ in after)


def cut(run: Run, tokens: Sequence[Token], vocabulary: Vocabulary, costs: Costs) -> list[Piece]:
    """The pieces of a run, in order and without gaps. `tokens` are what the dictionary alone makes of it."""
    ending = _pieces(run, tokens, vocabulary, costs)
    # For each place every piece that may end there: the least cost so far, the piece, which of those before it stands there.
    ways: list[list[tuple[float, Piece, int]]] = [[] for _ in range(len(run.kana) + 1)]
    ways[0].append((0.0, Piece(0, 0, general=True), -1))
    cheapest = [[0]]  # for each place its ways, the least cost so far first
    for end in range(1, len(run.kana) + 1):
        for piece in ending[end]:
            here, best = ways[piece.start], (inf, 0)
            for at in cheapest[piece.start]:
                spent, before, _ = here[at]
                if spent - _MOST_SAVED > best[0]:
                    break  # nothing that follows can be cheaper, and to look for words beside others is dear
                best = min(best, (spent + _meeting(before, piece, run, costs), at))
            ways[end].append((best[0] + piece.cost, piece, best[1]))
        cheapest.append(sorted(range(len(ways[end])), key=[spent for spent, _, _ in ways[end]].__getitem__))
    found: list[Piece] = []
    end, at = len(run.kana), min(range(len(ways[-1])), key=lambda at: ways[-1][at][0])
    while end:
        _, piece, at = ways[end][at]
        found.append(piece)
        end = piece.start
    return found[::-1]


def _meeting(before: Piece, piece: Piece, run: Run, costs: Costs) -> float:
    """What it costs that one piece follows another."""
    size = piece.end - piece.start
    if not piece.start and run.opens:
        return _OPENING if piece.tail and size < (2 if piece.general else _OPENERS) else 0.0
    if not piece.start and piece.terms:
        return 0.0  # it stands upon nothing that was read
    if before.general and piece.general:
        return 0.0  # the dictionary found that they go together
    torn = _TORN if piece.general else 0.0
    if piece.tail:
        return torn + ((_AGAIN if size == 1 else _AND_AGAIN) if before.tail else 0.0)
    if before.tail:
        return torn + (_UNSPACED if piece.inside else 0.0)
    if before.terms and piece.terms and costs.are_beside(before, piece):
        return -_BESIDE - (_LONE if size == 1 or before.end - before.start == 1 else 0.0)
    return torn + _JOINED


def _pieces(run: Run, tokens: Sequence[Token], vocabulary: Vocabulary, costs: Costs) -> list[list[Piece]]:
    """All pieces that may stand in a run, by their end."""
    ending: list[list[Piece]] = [[] for _ in range(len(run.kana) + 1)]
    general = {(piece.start, piece.end): piece for piece in _general(tokens)}
    reaching = dict(general.keys())  # for each place, how far the dictionary's piece goes that begins there
    known = dict[str, tuple[tuple[str, float], ...]]()  # by how they are heard
    spaces = list(accumulate((place in run.spaces for place in range(len(run.kana))), initial=0))  # before each place
    for start in range(len(run.kana)):
        ending[start + 1].append(Piece(start, start + 1, left=True, cost=_LEFT))
        if run.kana[start] in _GOES_ON:
            continue
        inside = bool(run.spaces) and start > 0 and start not in run.spaces
        for end, heard in heard_from(run.kana, start, _LONGEST):
            passed = spaces[end] - spaces[start + 1]
            across = _ACROSS * passed
            if stands_between(heard):
                ending[end].append(Piece(start, end, tail=True, cost=_TAIL + _ACROSS_TAIL * passed))
            if (terms := known.get(heard)) is None:
                terms = known[heard] = _meant(heard, vocabulary, costs)
            if terms:
                lone = _LONE if len(heard.replace("ー", "")) == 1 else 0.0
                cost = terms[0][1] + lone + across
                ending[end].append(Piece(start, end, terms, inside=inside, cost=cost))
            if found := general.get((start, end)):
                ending[end].append(replace(found, inside=inside, cost=found.cost + across))
            if end >= reaching.get(start, 0) and not vocabulary.goes_on(heard):
                break  # of all parts of a text few begin like a word
    return ending


def _meant(heard: str, vocabulary: Vocabulary, costs: Costs) -> tuple[tuple[str, float], ...]:
    meant = [(costs.of(term) + (0.0 if exact else _MISHEARD), term) for term, exact in vocabulary.meant_by(heard)]
    return tuple((term, cost) for cost, term in sorted(meant)[:_ALIKE]) if meant else ()


def _general(tokens: Sequence[Token]) -> Iterator[Piece]:
    """What the dictionary knows."""
    at = 0
    for token in tokens:
        end = at + len(token.surface)
        if token.known and token.content:
            yield Piece(at, end, general=True, cost=_GENERAL + (_LONE if end - at == 1 else 0.0))
        elif token.known:
            empty = _EMPTY if end - at > 1 else _EMPTY + _LONE
            yield Piece(at, end, general=True, tail=True, cost=_ENDING if token.weight == 1 else empty)
        at = end
