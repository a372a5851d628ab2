"""Opens the search index: the one place that loads the dictionary and the synonym groups."""

from pathlib import Path

import numpy as np
import sudachipy

from services.knowledge.domain.lexicon import Vectors
from services.knowledge.domain.ranking import Index
from services.knowledge.domain.synonyms import Synonyms
from services.knowledge.domain.tokens import Analyser
from services.knowledge.domain.trees import Trees

_DATA = Path(__file__).parent / "domain"
_SYNONYMS, _VECTORS, _TREES = _DATA / "synonyms.txt", _DATA / "words.npz", _DATA / "trees.npz"


def create_analyser() -> Analyser:
    """Open the shipped dictionary, read-only and mapped into memory; once per process."""
    return Analyser(sudachipy.Dictionary(dict="core").tokenizer(mode=sudachipy.SplitMode.A))


def load_synonyms(analyser: Analyser) -> Synonyms:
    return Synonyms(_SYNONYMS.read_text(encoding="utf-8"), analyser)


def load_vectors() -> Vectors:
    with np.load(_VECTORS) as packed:
        return Vectors(packed["words"], packed["rows"], packed["vectors"])


def load_trees() -> Trees:
    with np.load(_TREES) as packed:
        return Trees(**packed)


def create_indexes(number: int, trees: Trees | None = None) -> list[Index]:
    """Empty indexes that share the shipped dictionary, synonyms, word vectors and ranking."""
    analyser = create_analyser()
    shared = analyser, load_synonyms(analyser), load_vectors(), trees or load_trees()
    return [Index(*shared) for _ in range(number)]


def create_index(trees: Trees | None = None) -> Index:
    """One such index."""
    return create_indexes(1, trees)[0]
