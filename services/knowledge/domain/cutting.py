"""Kana without word borders cut into words at the least cost, as an input method does it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from math import log

from services.knowledge.domain.kana import heard_from
from services.knowledge.domain.tokens import Token
from services.knowledge.domain.vocabulary import Vocabulary, stands_between

_LONGEST = 16  # kana of one word
# What a piece costs: about as many bits of surprise as it is worth; measured with bench.search.
_WORD, _RARE, _LONE, _MISHEARD = 6.0, 0.4, 4.0, 3.0
_GENERAL, _EMPTY, _ENDING, _TAIL, _LEFT = 11.0, 7.0, 4.0, 2.5, 13.0
_OPENING, _AGAIN, _JOINED = 6.0, 4.0, 1.0  # a particle that opens a sentence, one after another, word upon word
_TORN = 4.0  # what the dictionary found beside other words than it thought
_UNSPACED, _ACROSS = 1.5, 4.0  # a word that begins after a particle where no space was typed, or goes on across one
_OPENERS = 3  # kana of what may open a sentence although it stands between words: どこで, いつまで; the dictionary's may have two


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


State = tuple[bool, bool]  # of the piece that stands before: whether it is a tail, whether it is the dictionary's


class Costs:
    """What words of an archive cost, the rarer the more."""

    def __init__(self, holders: Callable[[str], int], records: int) -> None:
        self._holders, self._records = holders, records

    def of(self, term: str) -> float:
        return _WORD + _RARE * log((self._records + 1) / (self._holders(term) + 1))


def cut(run: Run, tokens: Sequence[Token], vocabulary: Vocabulary, costs: Costs) -> list[Piece]:
    """The pieces of a run, in order and without gaps. `tokens` are what the dictionary alone makes of it."""
    ending = _pieces(run, tokens, vocabulary, costs)
    # For each end and each kind of piece that stands there: cost so far, the piece, the kind before it.
    best: list[dict[State, tuple[float, Piece | None, State]]] = [{} for _ in range(len(run.kana) + 1)]
    start = (False, True)
    best[0][start] = (0.0, None, start)
    for end in range(1, len(run.kana) + 1):
        for one in ending[end]:
            kind = one.tail, one.general
            for before, (spent, last, _) in best[one.start].items():
                cost = spent + one.cost + _meeting(before, one, opening=last is None and run.opens)
                if kind not in best[end] or cost < best[end][kind][0]:
                    best[end][kind] = (cost, one, before)
    found: list[Piece] = []
    end, kind = len(run.kana), min(best[-1], key=lambda kind: best[-1][kind][0])
    while (piece := best[end][kind][1]) is not None:
        found.append(piece)
        end, kind = piece.start, best[end][kind][2]
    return found[::-1]


def _meeting(before: State, piece: Piece, *, opening: bool) -> float:
    tail, general = before
    if opening:
        return _OPENING if piece.tail and piece.end - piece.start < (2 if piece.general else _OPENERS) else 0.0
    if general and piece.general:
        return 0.0  # the dictionary found that they go together
    torn = _TORN if piece.general else 0.0
    if piece.tail:
        return torn + (_AGAIN if tail else 0.0)
    return torn + ((_UNSPACED if piece.inside else 0.0) if tail else _JOINED)


def _pieces(run: Run, tokens: Sequence[Token], vocabulary: Vocabulary, costs: Costs) -> list[list[Piece]]:
    """All pieces that may stand in a run, by their end."""
    ending: list[list[Piece]] = [[] for _ in range(len(run.kana) + 1)]
    general = {(piece.start, piece.end): piece for piece in _general(tokens)}
    spaces = list(accumulate((place in run.spaces for place in range(len(run.kana))), initial=0))  # before each place
    for start in range(len(run.kana)):
        inside = bool(run.spaces) and start > 0 and start not in run.spaces
        ending[start + 1].append(Piece(start, start + 1, left=True, cost=_LEFT))
        for end, heard in heard_from(run.kana, start, _LONGEST):
            across = _ACROSS * (spaces[end] - spaces[start + 1])
            if stands_between(heard):
                ending[end].append(Piece(start, end, tail=True, cost=_TAIL + across))
            if terms := sorted(_meant(heard, vocabulary, costs), key=lambda one: (one[1], one[0])):
                lone = _LONE if len(heard.replace("ー", "")) == 1 else 0.0
                cost = terms[0][1] + lone + across
                ending[end].append(Piece(start, end, tuple(terms), inside=inside, cost=cost))
            if found := general.get((start, end)):
                ending[end].append(replace(found, inside=inside, cost=found.cost + across))
    return ending


def _meant(heard: str, vocabulary: Vocabulary, costs: Costs) -> Iterator[tuple[str, float]]:
    for term, exact in vocabulary.meant_by(heard):
        yield term, costs.of(term) + (0.0 if exact else _MISHEARD)


def _general(tokens: Sequence[Token]) -> Iterator[Piece]:
    """What the dictionary knows."""
    at = 0
    for token in tokens:
        end = at + len(token.surface)
        if token.known and token.content:
            yield Piece(at, end, general=True, cost=_GENERAL + (_LONE if end - at == 1 else 0.0))
        elif token.known:
            yield Piece(at, end, general=True, tail=True, cost=_ENDING if token.weight == 1 else _EMPTY)
        at = end
