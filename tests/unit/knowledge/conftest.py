"""The dictionary is opened once for all tests of the search; each test fills its own index."""

from collections.abc import Callable

import pytest

from services.knowledge.domain.ranking import Index
from services.knowledge.domain.synonyms import Synonyms
from services.knowledge.domain.tokens import Analyser
from services.knowledge.search import create_analyser, load_synonyms, load_trees, load_vectors
from tests.unit.knowledge.desk import ARCHIVE


@pytest.fixture(scope="session")
def analyser() -> Analyser:
    return create_analyser()


@pytest.fixture(scope="session")
def synonyms(analyser: Analyser) -> Synonyms:
    return load_synonyms(analyser)


@pytest.fixture(scope="session")
def create(analyser: Analyser, synonyms: Synonyms) -> Callable[[], Index]:
    vectors, trees = load_vectors(), load_trees()
    return lambda: Index(analyser, synonyms, vectors, trees)


@pytest.fixture
def empty(create: Callable[[], Index]) -> Index:
    return create()


@pytest.fixture(scope="session")
def desk(create: Callable[[], Index]) -> Index:
    index = create()
    for record in ARCHIVE:
        index.add(record)
    return index
