"""What can be said of a question and a record together, as numbers a learned ranking weighs.

Every figure is a share, a likeness or a count of the question: none depends on how many records there are, nor on any word.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from services.knowledge.domain.lexicon import Lexicon, Matrix, Numbers
from services.knowledge.domain.postings import Points, Postings, Slots, spread

_NEAR = 0.35  # words less alike than this have nothing to do with each other


@dataclass(frozen=True, slots=True)
class Texts:
    """The words of one record as numbers, each once and in order, and what its title asks for."""

    title: Numbers
    phrasings: tuple[Numbers, ...]
    body: Numbers
    kind: int
    length: int


@dataclass(frozen=True, slots=True)
class Asked:
    """The telling words of a question, each once: terms, weight by kind of word, the sentences that hold them."""

    terms: tuple[str, ...]
    weights: Points
    sentences: NDArray[np.bool_]  # sentence × word
    groups: tuple[str, ...]
    pairs: tuple[str, ...]
    grams: tuple[str, ...]
    heard: tuple[str, ...]
    kind: int
    length: int
    mended: float  # how much of it had to be guessed


@dataclass(frozen=True, slots=True)
class Channels:
    """The inverted indexes that are asked, over the same slots."""

    whole: Postings
    title: Postings
    phrasings: Postings
    grams: Postings
    pairs: Postings
    heard: Postings


@dataclass(frozen=True, slots=True)
class Seen:
    """Figures of every slot by name, to be set against the best or as they are; the weight of each word of the question."""

    shares: dict[str, Points]
    plain: dict[str, Points]
    share: Points


class Features:
    """The table of figures, a row per record and a column per name."""

    def __init__(self) -> None:
        self.columns: dict[str, Points] = {}

    def add(self, name: str, values: Points) -> None:
        self.columns[name] = values

    def share(self, name: str, values: Points) -> None:
        """Add the values and how near each is to the best of them."""
        self.columns[name] = values
        best = values.max(initial=0.0)
        self.columns[f"{name} of best"] = values / best if best > 0 else np.zeros_like(values)

    def table(self, names: Sequence[str]) -> Matrix:
        return np.round(np.stack([self.columns[name] for name in names]), 4).T.astype(np.float32)


def features(
    asked: Asked,
    seen: Seen,
    slots: Slots,
    texts: Sequence[Texts],
    lexicon: Lexicon,
    rarity: Callable[[Numbers], Points],
) -> Features:
    """Everything that is known of the records at `slots`."""
    found = Features()
    for name in sorted(seen.shares):
        found.share(name, seen.shares[name][slots])
    for name in sorted(seen.plain):
        found.add(name, seen.plain[name][slots])
    _meaning(found, asked, seen.share, texts, lexicon, rarity)
    kinds = np.array([one.kind for one in texts], np.int64)
    found.add("kind same", np.bitwise_count(kinds & asked.kind).astype(np.float64))
    found.add("kind other", np.bitwise_count(kinds & ~asked.kind).astype(np.float64))
    found.add("kind missing", np.bitwise_count(~kinds & asked.kind).astype(np.float64))
    for bit in range(8):
        found.add(f"kind {bit}", (kinds >> bit & 1).astype(np.float64) + 2 * (asked.kind >> bit & 1))
    found.add("title length", np.array([len(one.title) for one in texts], np.float64))
    found.add("body length", np.log1p(np.array([one.length for one in texts], np.float64)))
    every = np.ones(len(slots))
    found.add("asked words", every * len(asked.terms))
    found.add("asked sentences", every * len(asked.sentences))
    found.add("asked length", every * asked.length)
    found.add("asked mended", every * asked.mended)
    found.add("asked rarest", every * seen.share.max(initial=0))
    return found


def look(asked: Asked, channels: Channels) -> Seen:
    """What the inverted indexes say of every slot."""
    size = channels.whole.slots
    rare = np.array([channels.whole.rarity(term) for term in asked.terms])
    order = np.argsort(rare, kind="stable")
    terms = [asked.terms[place] for place in order]
    weights = (rare * asked.weights)[order]
    total = max(float(weights.sum()), 1e-9)
    share = weights / total
    shares, plain = dict[str, Points](), dict[str, Points]()
    for name, postings in (("whole", channels.whole), ("title", channels.title), ("phrasings", channels.phrasings)):
        held = postings.gathered(terms, weights)
        shares[f"{name} bm25"] = spread(held.slots, held.points, size) / total
        shares[f"{name} covered"] = spread(held.slots, share[held.places], size)
        plain[f"{name} words"] = spread(held.slots, np.ones(len(held.slots)), size) / max(len(terms), 1)
        rarest = np.zeros(size)
        rarest[held.slots] = rare[order][held.places]  # the rarest come last and stay
        plain[f"{name} rarest"] = rarest / max(rare.max(initial=0), 1e-9)
        if name == "whole":
            best, last = np.zeros(size), np.zeros(size)
            for sentence in asked.sentences[:, order]:
                if (heavy := float(weights[sentence].sum())) > 0:
                    mine = sentence[held.places]
                    last = spread(held.slots[mine], held.points[mine], size)
                    best = np.maximum(best, last / heavy**0.5)
            shares["sentence best"], shares["sentence last"] = best / total**0.5, last / total
    for name, postings, wanted in (
        ("curated", channels.whole, [group for group in asked.groups if group.startswith("#")]),
        ("groups", channels.whole, asked.groups),
        ("groups title", channels.title, asked.groups),
        ("pairs", channels.pairs, asked.pairs),
        ("grams", channels.grams, asked.grams),
        ("heard", channels.heard, asked.heard),
    ):
        factors = np.array([postings.rarity(term) for term in wanted])
        shares[name] = postings.summed(wanted, factors / max(float(factors.sum()), 1e-9))
    return Seen(shares, plain, (rare * asked.weights) / total)


def _meaning(
    found: Features,
    asked: Asked,
    share: Points,
    texts: Sequence[Texts],
    lexicon: Lexicon,
    rarity: Callable[[Numbers], Points],
) -> None:
    """Likeness by word vectors: every word of the question to its nearest in the record, and the other way round."""
    n = len(texts)
    lists = [*(one.title for one in texts), *(one.body for one in texts)]
    lists += [words for one in texts for words in one.phrasings]
    nears, backs, means = aligned(lists, asked.terms, share, lexicon, rarity)
    title_near, title_back, title_mean = nears[:n], backs[:n], means[:n]
    body_near, body_mean = nears[n : 2 * n], means[n : 2 * n]
    best_near = title_near.copy()
    phrase_near, phrase_back, phrase_both, votes = np.zeros(n), np.zeros(n), np.zeros(n), np.zeros(n)
    if len(lists) > 2 * n:
        owners = np.repeat(np.arange(n), [len(one.phrasings) for one in texts])
        near, back = nears[2 * n :], backs[2 * n :]
        np.maximum.at(phrase_near, owners, near)
        np.maximum.at(phrase_back, owners, back)
        np.maximum.at(phrase_both, owners, near * back)
        np.add.at(votes, owners, (near * back) ** 3)
        np.maximum.at(best_near, owners, near)
    found.share("title near", title_near)
    found.share("title back", title_back)
    found.share("title both", title_near * title_back)
    found.share("title mean", title_mean)
    found.share("body near", body_near)
    found.share("body mean", body_mean)
    found.share("phrasings near", phrase_near)
    found.share("phrasings back", phrase_back)
    found.share("phrasings both", phrase_both)
    found.share("phrasings votes", votes)
    found.share("question near", best_near)
    found.share("question both", np.maximum(title_near * title_back, phrase_both))
    found.share("all near", np.maximum(best_near, body_near))


def aligned(
    lists: Sequence[Numbers],
    terms: Sequence[str],
    share: Points,
    lexicon: Lexicon,
    rarity: Callable[[Numbers], Points],
) -> tuple[Points, Points, Points]:
    """For each list of words: how much of the question it answers, how much of it the question names, centres' likeness."""
    n = len(lists)
    sizes = np.fromiter(map(len, lists), np.int64, n)
    near, back, mean = np.zeros(n), np.zeros(n), np.zeros(n)
    filled = np.flatnonzero(sizes)
    if not len(filled) or not len(terms):
        return near, back, mean
    words = np.concatenate(lists)
    place = np.zeros(len(lexicon), np.int32)
    place[words] = 1
    distinct = np.flatnonzero(place)
    place[distinct] = np.arange(len(distinct), dtype=np.int32)
    own, own_lengths = lexicon.vectors_of(terms)
    vectors, lengths = lexicon.vectors(distinct.astype(np.uint32))
    alike = (own @ vectors.T) / (own_lengths[:, None] * lengths[None, :])
    alike[alike <= _NEAR] = 0
    for row, term in enumerate(terms):
        if (number := lexicon.number_of(term)) >= 0 and distinct[place[number]] == number:
            alike[row, place[number]] = 1
    nearest = alike.max(axis=0)
    at = place[words]
    starts = np.cumsum(sizes[filled]) - sizes[filled]
    # Few words are like any of the question's: the others cannot be the nearest.
    telling = np.flatnonzero(nearest[at])
    owners = np.repeat(filled, sizes[filled])[telling]
    if len(telling):
        first = np.flatnonzero(np.diff(owners, prepend=-1))
        near[owners[first]] = share @ np.maximum.reduceat(alike[:, at[telling]], first, axis=1)
    rare = rarity(distinct.astype(np.uint32))
    sums = np.maximum(np.add.reduceat(rare[at], starts), 1e-9)
    back[filled] = np.add.reduceat((nearest * rare)[at], starts) / sums
    centre = ((own / own_lengths[:, None]) * share[:, None]).sum(axis=0)
    towards = (vectors @ centre) / (lengths * max(np.sqrt((centre**2).sum()), 1e-9))
    mean[filled] = np.add.reduceat((towards * rare)[at], starts) / sums
    return near, back, mean
