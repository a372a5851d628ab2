"""The dictionary is opened once for all tests of the search; each test fills its own index."""

import pytest

from services.knowledge.domain.ranking import Index
from services.knowledge.domain.synonyms import Synonyms
from services.knowledge.domain.tokens import Analyser
from services.knowledge.search import create_analyser, load_synonyms
from tests.unit.knowledge.desk import ARCHIVE


@pytest.fixture(scope="session")
def analyser() -> Analyser:
    return create_analyser()


@pytest.fixture(scope="session")
def synonyms(analyser: Analyser) -> Synonyms:
    return load_synonyms(analyser)


@pytest.fixture
def empty(analyser: Analyser, synonyms: Synonyms) -> Index:
    return Index(analyser, synonyms)


@pytest.fixture(scope="session")
def desk(analyser: Analyser, synonyms: Synonyms) -> Index:
    index = Index(analyser, synonyms)
    for record in ARCHIVE:
        index.add(record)
    return index
