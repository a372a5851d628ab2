"""Opens the search index: the one place that loads the dictionary and the synonym groups."""

from pathlib import Path

import sudachipy

from services.knowledge.domain.ranking import Index
from services.knowledge.domain.synonyms import Synonyms
from services.knowledge.domain.tokens import Analyser

_SYNONYMS = Path(__file__).parent / "domain" / "synonyms.txt"


def create_analyser() -> Analyser:
    """Open the shipped dictionary, read-only and mapped into memory; once per process."""
    return Analyser(sudachipy.Dictionary(dict="core").tokenizer(mode=sudachipy.SplitMode.A))


def load_synonyms(analyser: Analyser) -> Synonyms:
    return Synonyms(_SYNONYMS.read_text(encoding="utf-8"), analyser)


def create_index() -> Index:
    """An empty index with the shipped dictionary and synonyms."""
    analyser = create_analyser()
    return Index(analyser, load_synonyms(analyser))
